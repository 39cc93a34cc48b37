"""Vintages compared, put in use, taken back; what that does to organisations and rosters."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from coord.accounts.enums import OrganisationKind
from coord.accounts.models import Organisation
from coord.audit.models import AuditEntry
from coord.boundaries import atlas, vintage_operations, vintage_queries
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.table_writing import XLSX
from coord.db import db
from coord.kernel.errors import Conflict, Refused
from tests.boundaries.builders import adopt, load_boundaries
from tests.boundaries.files import units_of
from tests.boundaries.importing import bent, kept, upload
from tests.factories import NOW, People, post


@pytest.fixture
def present(app: Flask) -> BoundaryVintage:
    return load_boundaries()


def test_a_vintage_is_compared_put_in_use_and_taken_back(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    client = people.client(app, "chengdu")
    roster = adopt(people.actor("chengdu"))
    vintage_id = kept(client, bent())
    page = client.get(f"/boundaries/vintages/compare?b={vintage_id}").get_data(as_text=True)
    assert ("代码变更" in page, roster.name in page) == (True, True)
    activate = f"/boundaries/vintages/{vintage_id}/activate"
    assert "新津区(510118" in client.get(activate).get_data(as_text=True)
    fields = {"instead_of": present.id}
    assert post(client, activate, **fields).status_code == 422
    assert post(client, activate, **fields, confirmed="y").status_code == 302
    for path in ("/boundaries/", f"/boundaries/rosters/{roster.id}", "/boundaries/scenarios/", "/"):
        assert client.get(path).status_code == 200, path
    # The roster's member keeps its name, though no county has its code now.
    assert "新津" in client.get(f"/boundaries/rosters/{roster.id}").get_data(as_text=True)
    back = f"/boundaries/vintages/{present.id}/activate"
    assert post(client, back, instead_of=vintage_id).status_code == 302
    assert vintage_queries.find_current() is db.session.get_one(BoundaryVintage, present.id)
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.seq)).all()
    assert [verb for verb in verbs if verb.split(".")[0] in {"import", "boundaries"}] == [
        "boundaries.loaded",
        "import.brought",
        "import.columns_chosen",
        "boundaries.kept",
        "boundaries.activated",
        "boundaries.activated",
    ]


def test_of_two_who_activate_at_once_one_wins(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    client = people.client(app, "chengdu")
    first = kept(client, units_of("5101", "5106", "5118", "5114", "5120"))
    second = kept(client, bent())
    fields = {"instead_of": present.id, "confirmed": "y"}
    assert post(client, f"/boundaries/vintages/{first}/activate", **fields).status_code == 302
    late = post(client, f"/boundaries/vintages/{second}/activate", **fields)
    assert (late.status_code, "刚才已有人启用了另一个" in late.get_data(as_text=True)) == (
        422,
        True,
    )
    atlas.forget_key()
    current = vintage_queries.find_current()
    assert current is not None
    assert current.id == first
    with pytest.raises(Conflict):
        vintage_operations.activate_vintage(
            db.session.get_one(BoundaryVintage, second),
            instead_of=present.id,
            confirmed=True,
            actor=people.actor("chengdu"),
            now=NOW,
        )


def test_a_file_without_the_five_cities_is_kept_but_never_put_in_use(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    client = people.client(app, "chengdu")
    number = kept(client, units_of("5001"))
    with pytest.raises(Refused, match="不含五市的任何区县"):
        vintage_operations.activate_vintage(
            db.session.get_one(BoundaryVintage, number),
            instead_of=present.id,
            confirmed=True,
            actor=people.actor("chengdu"),
            now=NOW,
        )
    assert client.get(f"/boundaries/vintages/compare?b={number}").status_code == 200


def test_boundaries_on_which_no_scenario_works_still_show_their_map(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    client = people.client(app, "chengdu")
    activate = f"/boundaries/vintages/{kept(client, units_of('5101', '5106'))}/activate"
    page = client.get(activate).get_data(as_text=True)
    assert ("新版本上无解:" in page, "眉山市" in page) == (True, True)
    fields = {"instead_of": present.id}
    assert post(client, activate, **fields).status_code == 422
    assert post(client, activate, **fields, confirmed="y").status_code == 302
    for path in ("/", "/boundaries/", "/boundaries/?chongqing=1", "/boundaries/counties/510182"):
        assert client.get(path).status_code == 200, path
    assert "不可行" in client.get("/boundaries/?show=plan").get_data(as_text=True)


def test_organisations_whose_county_vanishes_are_named(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    del app, people
    for code, name in (("510118", "新津大队"), ("510107", "武侯大队")):
        db.session.add(
            Organisation(
                name=name,
                short_name=name,
                kind=OrganisationKind.COUNTY_TEAM,
                region_code=code,
                party="5101",
            )
        )
    other = BoundaryVintage(
        name="x",
        source="x",
        datum="x",
        vintage="x",
        licence="x",
        sha256="0" * 64,
        is_current=False,
        loaded_at=NOW,
    )
    db.session.add(other)
    db.session.flush()
    found = vintage_queries.consequences_of(other)
    assert ("510118", "新津大队") in found.organisations
    assert found.is_impossible
    assert vintage_queries.consequences_of(present).organisations == ()


def test_every_face_of_boundaries_lights_its_place_in_the_menu(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    del present
    client = people.client(app, "chengdu")
    work = upload(client, units_of("5101"))
    for path in ("/boundaries/vintages/", "/boundaries/vintages/import", work):
        page = client.get(path).get_data(as_text=True)
        current = re.findall(r"<a[^>]*aria-current=page[^>]*>([^<]*)</a>", page)
        assert "边界与联动组" in current, path


def test_all_changes_come_as_a_table(app: Flask, people: People, present: BoundaryVintage) -> None:
    client = people.client(app, "chengdu")
    asked = f"a={present.id}&b={kept(client, bent())}"
    page = client.get(f"/boundaries/vintages/compare?{asked}").get_data(as_text=True)
    assert f"/boundaries/vintages/differences?kind=csv&amp;{asked.replace('&', '&amp;')}" in page
    csv = client.get(f"/boundaries/vintages/differences?kind=csv&{asked}")
    lines = csv.get_data().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("区县或边界,变化,原区县,新区县,")
    assert "区县,代码变更,新津区 510118,新津县 510132,100,,,,".rstrip(",") in {
        line.rstrip(",") for line in lines
    }
    changes = vintage_queries.compare_vintages(
        present, db.session.get_one(BoundaryVintage, int(asked.rpartition("=")[2]))
    )
    assert len(lines) == 1 + len(changes.counties) + len(changes.contacts)
    book = client.get(f"/boundaries/vintages/differences?{asked}")
    assert (book.mimetype, book.get_data()[:2]) == (XLSX, b"PK")
    for wrong in ("", f"a={present.id}", f"{asked}9999"):
        assert client.get(f"/boundaries/vintages/differences?{wrong}").status_code == 404, wrong
    assert people.client(app, "sysadmin").get(csv.request.full_path).status_code == 403


def test_long_lists_are_shut_and_totals_stand_first(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    client = people.client(app, "chengdu")
    number = kept(client, units_of("5101", "5106"))
    page = client.get(f"/boundaries/vintages/compare?a={present.id}&b={number}").get_data(
        as_text=True
    )
    changes = vintage_queries.compare_vintages(present, db.session.get_one(BoundaryVintage, number))
    assert len(changes.contacts) > 20
    assert f"<summary>{len(changes.contacts)}处跨市边界变化</summary>" in page
    assert page.index(f"失去边界 {len(changes.contacts)}") < page.index("<summary>")
