import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from coord.boundaries import atlas, maps, operations, queries
from coord.boundaries.datum import Datum
from coord.boundaries.enums import MapView
from coord.boundaries.scenarios import Scenario
from coord.db import db
from coord.kernel.errors import Invalid, Refused
from coord.kernel.regions import FIVE_CITIES
from coord.kernel.tasks import Task
from tests.boundaries.builders import START, adopt, load_boundaries
from tests.factories import NOW, People

#: Longitude and latitude of a place in 彭州, near 什邡.
IN_PENGZHOU = (103.9584, 31.0105)
#: 138 m inside 蒲江, by its line with 丹棱.
BY_PUJIANGS_LINE = (103.464578, 30.111223)


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if statement != "BEGIN":
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_thirty_contacts_between_twenty_five_counties(app: Flask) -> None:
    load_boundaries()
    contacts = queries.list_contacts(FIVE_CITIES)
    assert len(contacts) == 30
    assert len({code for row in contacts for code in (row.a, row.b)}) == 25
    assert round(sum(row.length_m for row in contacts) / 1000) == 880
    assert all(row.a < row.b for row in contacts)


def test_neighbours_stand_longest_border_first(app: Flask) -> None:
    load_boundaries()
    assert queries.neighbours_of("510182") == ["510682", "510681"]
    assert queries.neighbours_of("510104") == []
    assert queries.neighbours_of("512021") == ["500152", "500111", "500153"]


def test_a_contact_is_found_in_either_order(app: Flask) -> None:
    load_boundaries()
    first = queries.find_contact("510182", "510682")
    assert first is not None
    assert queries.find_contact("510682", "510182") is first
    assert queries.find_contact("510182", "510131") is None


def test_names_fall_back_to_the_code(app: Flask) -> None:
    assert queries.county_name("510182") == "510182"
    load_boundaries()
    assert queries.county_name("510182") == "彭州市"
    assert queries.county_name("999999") == "999999"


def test_without_boundaries_readers_are_empty_and_the_map_says_why(app: Flask) -> None:
    assert queries.list_counties() == []
    assert queries.list_contacts() == []
    assert queries.neighbours_of("510182") == []
    assert queries.find_vintage() is None
    assert maps.overview_svg(START, "") == ""
    with pytest.raises(Refused):
        queries.get_vintage()
    with pytest.raises(Refused):
        queries.locate_point(*IN_PENGZHOU, Datum.CGCS2000)


def test_names_of_many_counties_cost_one_question(app: Flask) -> None:
    load_boundaries()
    atlas.names.cache_clear()
    db.session.remove()
    with counted_statements() as seen:
        for code in ("510182", "510682", "511402"):
            queries.county_name(code)
    assert len(seen) == 2  # which vintage, and its names


def test_lists_of_counties_do_not_read_polygons(app: Flask) -> None:
    load_boundaries()
    db.session.remove()
    with counted_statements() as seen:
        queries.list_counties(FIVE_CITIES)
        queries.list_contacts(FIVE_CITIES)
    assert len(seen) == 2
    assert not any("county_unit.geometry" in one or "border_contact.line" in one for one in seen)


def test_groups_of_a_day_cost_the_same_however_many(app: Flask, people: People) -> None:
    load_boundaries()
    adopt(people.actor("chengdu"))
    db.session.remove()
    with counted_statements() as seen:
        groups = queries.groups_on(START)
    assert len(groups) == 8
    assert len(seen) == 3  # roster, groups, members


def test_groups_of_a_county(app: Flask, people: People) -> None:
    load_boundaries()
    adopt(people.actor("chengdu"))
    assert [group.number for group in queries.groups_of("510182", START)] == [7]
    assert queries.groups_of("511802", START) == []
    assert queries.find_group(10**6) is None


def test_a_point_is_located(app: Flask, people: People) -> None:
    load_boundaries()
    adopt(people.actor("chengdu"))
    place = queries.locate_point(*IN_PENGZHOU, Datum.CGCS2000)
    assert (place.county_code, place.county_name, place.party) == ("510182", "彭州市", "5101")
    assert place.neighbour_code in {"510681", "510682"}
    assert place.contact == ("510182", place.neighbour_code)
    assert place.border_distance_m is not None
    assert 0 < place.border_distance_m < 20_000
    assert [group.name for group in place.groups] == ["彭州–什邡"]
    assert (place.accuracy_m, place.possible) == (500.0, ())


def test_a_point_by_a_county_line_may_be_in_the_other(app: Flask) -> None:
    vintage = load_boundaries()
    place = queries.locate_point(*BY_PUJIANGS_LINE, Datum.CGCS2000)
    assert (place.county_code, place.possible) == ("510131", (("511424", "丹棱县"),))
    assert (place.borders[0].a, place.borders[0].b) == ("510131", "511424")
    assert [one.distance_m for one in place.borders] == sorted(
        one.distance_m for one in place.borders
    )
    assert place.borders[0].distance_m < 500
    vintage.accuracy_m = None
    db.session.commit()
    unsaid = queries.locate_point(*BY_PUJIANGS_LINE, Datum.CGCS2000)
    assert (unsaid.accuracy_m, unsaid.possible) == (None, ())


def test_gcj02_is_undone_before_locating(app: Flask) -> None:
    load_boundaries()
    given = queries.locate_point(*IN_PENGZHOU, Datum.GCJ02)
    assert given.lon == pytest.approx(IN_PENGZHOU[0] - 0.0024, abs=0.001)
    assert given.lat == pytest.approx(IN_PENGZHOU[1] + 0.0024, abs=0.001)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(31.0105, 103.9584), (122.5, 30.0), (0.0, 0.0), (float("nan"), 31.0), (1e9, 1e9)],
)
def test_points_at_sea_swapped_or_absurd_are_named(app: Flask, lon: float, lat: float) -> None:
    load_boundaries()
    with pytest.raises(Invalid):
        queries.locate_point(lon, lat, Datum.CGCS2000)


def test_locating_is_fast_once_warm(app: Flask) -> None:
    load_boundaries()
    queries.locate_point(*IN_PENGZHOU, Datum.CGCS2000)
    start = time.perf_counter()
    for _time in range(10):
        queries.locate_point(*IN_PENGZHOU, Datum.GCJ02)
    assert (time.perf_counter() - start) / 10 < 0.05


@pytest.mark.parametrize(
    ("scenario", "counties", "km", "left_out"),
    [
        (Scenario.PLAN, 21, 498, ["511423", "511802", "511822", "511823"]),
        (Scenario.PAIRWISE, 21, 647, ["510114", "510116", "511822", "511823"]),
        (Scenario.EVERYONE, 25, 733, []),
    ],
)
def test_scenarios_are_computed_and_proven(
    app: Flask, scenario: Scenario, counties: int, km: int, left_out: list[str]
) -> None:
    load_boundaries()
    grouping = queries.scenario_grouping(scenario)
    assert len(grouping.groups) == 8
    assert sum(len(codes) for codes in grouping.groups) == counties
    assert round(grouping.covered_m / 1000) == km
    assert grouping.optimal is True
    assert [left.code for left in grouping.left_out] == left_out


def test_what_waits_for_a_coordinator(app: Flask, people: People) -> None:
    load_boundaries()
    coordinator, officer = people.actor("chengdu"), people.actor("pengzhou")
    waiting = queries.list_tasks(coordinator, now=NOW)
    assert waiting == [
        Task("boundaries", "采纳联动组名单", "尚无生效的名单", "/boundaries/scenarios/")
    ]
    roster = adopt(coordinator)
    waiting = queries.list_tasks(coordinator, now=NOW)
    assert [task.path for task in waiting] == [f"/boundaries/rosters/{roster.id}"]
    assert queries.list_tasks(officer, now=NOW) == []
    operations.confirm_roster(roster, document="文件", actor=coordinator, now=NOW)
    assert queries.list_tasks(coordinator, now=NOW) == []


def test_the_map_shows_the_roster_in_force_or_else_the_plan(app: Flask, people: People) -> None:
    load_boundaries()
    before = maps.build_map_page(None, with_chongqing=False, day=START)
    assert (before.view, before.touching, len(before.groups)) == (MapView.PLAN, 25, 8)
    assert round(before.length_m / 1000) == 880
    adopt(people.actor("chengdu"), scenario=Scenario.EVERYONE)
    after = maps.build_map_page(None, with_chongqing=False, day=START + timedelta(days=9))
    assert after.view is MapView.ROSTER
    assert len(after.group_of) == 25
    inside = sum(line.length_m for line in after.contacts if line.group is not None)
    assert round(inside / 1000) == 733


def test_the_small_overview_draws_every_county(app: Flask, people: People) -> None:
    load_boundaries()
    adopt(people.actor("chengdu"))
    drawn = maps.overview_svg(START, '五市 "略图" <')
    assert len(re.findall(r"<path [^>]*fill=", drawn)) == 43
    assert len(re.findall(r"<path d=\"[^\"]+\"/>", drawn)) == 30
    assert 'aria-label="五市 &quot;略图&quot; &lt;"' in drawn
