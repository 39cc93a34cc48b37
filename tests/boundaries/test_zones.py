"""Zones: who may, what is checked, and a vintage carved with exact contacts, not put in use."""

from datetime import date

import pytest
from flask import Flask
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import undefer

from coord.boundaries import (
    vintage_operations,
    vintage_queries,
    zone_operations,
    zone_queries,
)
from coord.boundaries.enums import Verification
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit
from coord.boundaries.studio_models import FunctionalZone
from coord.boundaries.zone_operations import ZoneFacts, next_key
from coord.db import db
from coord.kernel.actor import Actor
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.regions import FIVE_CITIES, party_of
from tests.boundaries.builders import load_boundaries
from tests.factories import NOW, People

SHUANGLIU, RENSHOU = "510116", "511421"


@pytest.fixture
def chengdu(app: Flask, people: People) -> Actor:
    load_boundaries()
    return people.actor("chengdu")


def add(
    actor: Actor, name: str = "试验新区", parents: tuple[str, ...] = (SHUANGLIU,)
) -> FunctionalZone:
    facts = ZoneFacts(name, parents, "虚构", None)
    return zone_operations.add_zone(facts, actor=actor, now=NOW)


def border_of_two() -> BorderContact:
    return db.session.scalars(
        select(BorderContact)
        .where(BorderContact.a == SHUANGLIU, BorderContact.b == RENSHOU)
        .options(undefer(BorderContact.line))
    ).first() or pytest.fail("no such border")


def around_the_border() -> BaseGeometry:
    """A disc of some kilometres on the line between 双流 and 仁寿."""
    line = shape(border_of_two().line)
    return line.interpolate(0.5, normalized=True).buffer(0.03)


def draw(
    zone: FunctionalZone, polygon: BaseGeometry, actor: Actor, **how: object
) -> FunctionalZone:
    asked = {"cut_outside": False, "snap_m": 0, **how}
    return zone_operations.draw_zone(zone, polygon, actor=actor, now=NOW, **asked)


def test_keys_begin_with_the_party_and_are_never_given_twice(chengdu: Actor) -> None:
    first, second = add(chengdu), add(chengdu, "又一新区")
    assert (first.key, second.key) == ("5101A1", "5101A2")
    assert {party_of(first.key), first.party} == {"5101"}
    assert next_key("5001", {f"5001A{n}" for n in range(1, 10)}) == "5001B1"


def test_the_seeds_have_parents_no_geometry_and_are_unverified(chengdu: Actor) -> None:
    assert zone_operations.seed_zones(now=NOW) == 4
    assert zone_operations.seed_zones(now=NOW) == 0
    lines = zone_queries.list_zones(chengdu)
    assert [(line.zone.key, line.zone.name) for line in lines] == [
        ("5001A1", "两江新区"),
        ("5101A1", "四川天府新区"),
        ("5101A2", "成都东部新区"),
        ("5114A1", "眉山天府新区"),
    ]
    names = zone_queries.units_by_code()
    for line in lines:
        zone = line.zone
        assert zone.verification is Verification.UNVERIFIED
        assert (zone.area_m2, zone.polygon) == (None, None)
        assert {party_of(code) for code in zone.parent_codes} == {zone.party}
        assert set(zone.parent_codes) <= set(names)
        assert "GK" in zone.source


@pytest.mark.parametrize(
    ("name", "parents", "words"),
    [
        (" ", (SHUANGLIU,), "名称"),
        ("新区", (), "至少选择一个"),
        ("新区", ("999999",), "至少选择一个"),
        ("新区", (SHUANGLIU, RENSHOU), f"同一城市:{RENSHOU}"),
    ],
)
def test_facts_that_cannot_be_are_refused(
    chengdu: Actor, name: str, parents: tuple[str, ...], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        add(chengdu, name, parents)


@pytest.mark.parametrize("login", ["pengzhou", "observer", "reviewer", "sysadmin"])
def test_only_coordinators_add_zones(chengdu: Actor, people: People, login: str) -> None:
    with pytest.raises(NotAllowed):
        add(people.actor(login))


def test_another_citys_zone_is_not_to_be_touched(chengdu: Actor, people: People) -> None:
    zone = add(chengdu)
    meishan = people.actor("meishan")
    facts = ZoneFacts("别名", (SHUANGLIU,), "", None)
    for act in (
        lambda: zone_operations.edit_zone(zone, facts, actor=meishan, now=NOW),
        lambda: draw(zone, around_the_border(), meishan, cut_outside=True),
        lambda: zone_operations.erase_zone(zone, actor=meishan, now=NOW),
        lambda: zone_operations.verify_zone(zone, document="x", actor=meishan, now=NOW),
        lambda: zone_operations.end_zone(zone, last_day=date(2026, 9, 1), actor=meishan, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_ground_outside_the_parents_is_refused_with_its_size_or_cut(chengdu: Actor) -> None:
    zone = add(chengdu)
    disc = around_the_border()
    with pytest.raises(Invalid, match=r"图形有1[0-9]\.\d+平方公里在所选区县之外\(约在10"):
        draw(zone, disc, chengdu)
    assert zone.polygon is None
    draw(zone, disc, chengdu, cut_outside=True)
    parent = zone_queries.units_by_code()[SHUANGLIU].geometry
    assert shape(zone.polygon).difference(parent.buffer(1e-6)).is_empty
    assert zone.area_m2 == pytest.approx(14e6, rel=0.3)


def test_a_verified_zone_falls_back_when_it_changes(chengdu: Actor) -> None:
    zone = add(chengdu)
    with pytest.raises(Invalid, match="正式文件"):
        zone_operations.verify_zone(zone, document=" ", actor=chengdu, now=NOW)
    zone_operations.verify_zone(zone, document="虚构〔2026〕0号", actor=chengdu, now=NOW)
    assert (zone.verification, zone.source) == (Verification.VERIFIED, "虚构〔2026〕0号")
    with pytest.raises(Refused):
        zone_operations.verify_zone(zone, document="x", actor=chengdu, now=NOW)
    draw(zone, around_the_border(), chengdu, cut_outside=True)
    assert zone.verification is Verification.UNVERIFIED


def test_an_ended_zone_stays_and_cannot_be_changed(chengdu: Actor) -> None:
    zone = add(chengdu)
    zone.from_on = date(2020, 1, 1)
    with pytest.raises(Invalid, match="不能早于"):
        zone_operations.end_zone(zone, last_day=date(2019, 1, 1), actor=chengdu, now=NOW)
    zone_operations.end_zone(zone, last_day=date(2026, 1, 1), actor=chengdu, now=NOW)
    with pytest.raises(Refused, match="已撤销"):
        zone_operations.erase_zone(zone, actor=chengdu, now=NOW)
    assert zone_queries.zones_of(chengdu, SHUANGLIU, date(2025, 12, 31)) == [zone]
    assert zone_queries.zones_of(chengdu, SHUANGLIU, date(2026, 1, 2)) == []


def carved(chengdu: Actor) -> zone_operations.CarvedVintage:
    zone = draw(add(chengdu), around_the_border(), chengdu, cut_outside=True)
    return zone_operations.carve_zones([zone], actor=chengdu, now=NOW)


def total_m(vintage_id: int) -> float:
    rows = db.session.scalars(
        select(BorderContact.length_m).where(BorderContact.vintage_id == vintage_id)
    )
    return sum(rows)


def test_carving_keeps_another_vintage_with_exact_contacts(chengdu: Actor) -> None:
    base = db.session.scalars(select(BoundaryVintage)).one()
    made = carved(chengdu)
    vintage = made.vintage
    assert (vintage.is_current, base.is_current) == (False, True)
    assert (vintage.parent_id, vintage.name) == (base.id, f"{base.name}+试验新区")
    assert total_m(vintage.id) == pytest.approx(total_m(base.id), abs=0.5)
    contacts = {
        (row.a, row.b): row.length_m
        for row in db.session.scalars(
            select(BorderContact).where(BorderContact.vintage_id == vintage.id)
        )
    }
    before = border_of_two().length_m
    assert contacts["5101A1", RENSHOU] + contacts[SHUANGLIU, RENSHOU] == pytest.approx(
        before, abs=0.5
    )
    unit = db.session.scalars(
        select(CountyUnit).where(CountyUnit.vintage_id == vintage.id, CountyUnit.code == "5101A1")
    ).one()
    assert (unit.name, unit.party) == ("试验新区", "5101")
    assert made.carving.vanished == ()


def test_the_same_carving_is_not_kept_twice(chengdu: Actor) -> None:
    carved(chengdu)
    zone = db.session.scalars(select(FunctionalZone)).one()
    assert zone.is_carved
    with pytest.raises(Refused, match="已经保存"):
        zone_operations.carve_zones([zone], actor=chengdu, now=NOW)


def test_carving_needs_a_zone_a_coordinator_and_an_uncarved_base(
    chengdu: Actor, people: People
) -> None:
    with pytest.raises(Invalid, match="至少一个有图形"):
        zone_operations.carve_zones([], actor=chengdu, now=NOW)
    made = carved(chengdu)
    zones = list(db.session.scalars(select(FunctionalZone)))
    with pytest.raises(NotAllowed):
        zone_operations.carve_zones(zones, actor=people.actor("observer"), now=NOW)
    from coord.boundaries.operations import make_current

    make_current(made.vintage)
    with pytest.raises(Refused, match="已是划出功能区后的版本"):
        zone_operations.carve_zones(zones, actor=chengdu, now=NOW)


def test_a_carved_vintage_serves_groups_map_and_points(chengdu: Actor) -> None:
    """Everything that knows codes copes with a key that has a letter in it."""
    from coord.boundaries import atlas, queries
    from coord.boundaries.datum import Datum
    from coord.boundaries.operations import make_current
    from coord.boundaries.scenarios import Scenario

    made = carved(chengdu)
    make_current(made.vintage)
    db.session.commit()
    spot = shape(
        db.session.scalars(select(FunctionalZone).options(undefer(FunctionalZone.polygon)))
        .one()
        .polygon
    ).representative_point()
    place = queries.locate_point(spot.x, spot.y, Datum.CGCS2000)
    assert (place.county_code, place.county_name, place.party) == ("5101A1", "试验新区", "5101")
    body, _etag = atlas.map_body(atlas.get_key())
    assert b'"5101A1"' in body
    grouping = queries.scenario_grouping(Scenario.EVERYONE)
    assert "5101A1" in {code for group in grouping.groups for code in group}
    assert {row.party for row in queries.list_counties(FIVE_CITIES)} == set(FIVE_CITIES)


def test_an_actor_of_a_zone_is_of_a_county() -> None:
    zone_team = Actor(1, "n", 1, "o", "5101A1", "5101", frozenset())
    assert zone_team.is_county


def test_zones_without_an_outline_are_not_drawn_on_the_map(chengdu: Actor) -> None:
    zone = add(chengdu)
    assert zone_queries.zone_features(chengdu, date(2026, 9, 18)) == []
    draw(zone, around_the_border(), chengdu, cut_outside=True)
    (feature,) = zone_queries.zone_features(chengdu, date(2026, 9, 18))
    assert feature["properties"]["name"] == "试验新区"
    assert box(*shape(feature["geometry"]).bounds).area > 0


def test_leaving_a_carved_vintage_names_its_zones(chengdu: Actor) -> None:
    base = db.session.scalars(select(BoundaryVintage)).one()
    made = carved(chengdu)
    assert vintage_queries.consequences_of(made.vintage).zones == ()
    vintage_operations.activate_vintage(
        made.vintage, instead_of=base.id, confirmed=True, actor=chengdu, now=NOW
    )
    lost = vintage_queries.consequences_of(base)
    assert (lost.zones, lost.needs_confirmation) == ((("5101A1", "试验新区"),), True)
