"""A boundary file's way: brought, columns chosen, checked, kept, compared, put in use."""

import io
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely.geometry import box
from sqlalchemy import func, select

from coord.accounts.enums import OrganisationKind
from coord.accounts.models import Organisation
from coord.audit.models import AuditEntry
from coord.boundaries import atlas, vintage_operations, vintage_queries
from coord.boundaries.contacts import Unit
from coord.boundaries.doers import DOERS
from coord.boundaries.enums import WorkState
from coord.boundaries.jobs import tend_imports
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit
from coord.boundaries.studio_models import BoundaryImport, BoundaryWork
from coord.boundaries.works import run_work
from coord.config import Settings
from coord.db import db, unit_of_work
from coord.kernel.clock import utc_now
from coord.kernel.errors import Conflict, NotAllowed, Refused
from tests.boundaries.builders import adopt, load_boundaries
from tests.boundaries.files import changed, document_of, in_gcj02, renumbered, units_of
from tests.factories import NOW, People, post

SAID = {
    "name": "测试边界2026",
    "source": "虚构的提供单位",
    "vintage": "2026年",
    "licence": "仅供测试",
    "map_approval_number": "",
    "accuracy_m": "50",
    "tolerance_m": "0",
}
#: 新津区 under its code before 2020, 什邡市 moved west by some 30 m: a gap and an overlap.
XINJIN, XINJIN_BEFORE = "510118", "510132"


def bent() -> list[Unit]:
    units = renumbered(units_of(), XINJIN, XINJIN_BEFORE, "新津县")
    return changed(units, "510682", lambda shape: shape.difference(box(104.0, 31.1, 104.1, 31.12)))


def upload(client: FlaskClient, units: Sequence[Unit], **more: Any) -> str:
    """Where the upload leads: the page of the work."""
    document = json.dumps(document_of(units, code="gb", name="mc"), ensure_ascii=False)
    file = (io.BytesIO(document.encode("utf-8")), "四川.geojson")
    response = post(client, "/boundaries/vintages/import", file=file, **{**SAID, **more})
    assert response.status_code == 302, response.get_data(as_text=True)
    return response.headers["Location"]


def work_done(location: str, state: WorkState = WorkState.DONE) -> BoundaryWork:
    number = int(location.rpartition("/")[2])
    db.session.rollback()
    assert run_work(number, DOERS) is state
    db.session.expire_all()
    return db.session.get_one(BoundaryWork, number)


def checked(
    client: FlaskClient, units: Sequence[Unit], **choice: Any
) -> tuple[int, dict[str, Any]]:
    """The import's number and its report."""
    looked = work_done(upload(client, units))
    path = looked.answer["path"]
    fields = {"layer": "", "code_field": "gb", "name_field": "mc", "datum": "", **choice}
    work = work_done(post(client, path, **fields).headers["Location"])
    return int(path.rpartition("/")[2]), work.answer["report"]


def kept(client: FlaskClient, units: Sequence[Unit]) -> int:
    """The new vintage's number."""
    number, report = checked(client, units)
    fields = {"acknowledged": "y"} if report["worst"] == "warn" else {}
    response = post(client, f"/boundaries/imports/{number}/preview", **fields)
    work = work_done(response.headers["Location"])
    return int(work.answer["path"].rpartition("/")[2])


def messages(report: dict[str, Any], severity: str) -> list[str]:
    return [one["message"] for one in report["findings"] if one["severity"] == severity]


@pytest.fixture
def present(app: Flask) -> BoundaryVintage:
    return load_boundaries()


def test_a_file_is_checked_and_kept_beside_the_one_in_use(
    app: Flask, people: People, present: BoundaryVintage, settings: Settings
) -> None:
    client = people.client(app, "chengdu")
    looked = work_done(upload(client, bent()))
    [layout] = db.session.scalars(select(BoundaryImport)).one().layouts
    assert (layout["rows"], layout["code_field"], layout["name_field"]) == (81, "gb", "mc")
    page = client.get(looked.answer["path"]).get_data(as_text=True)
    assert ("像代码" in page, "万州区" in page) == (True, True)
    number, report = _checked_again(client, looked.answer["path"])
    assert report["worst"] == "warn"
    assert "同一块地换了代码:%(list)s。" in messages(report, "warn")
    [change] = [one for one in report["counties"] if one["kind"] == "recoded"]
    assert (change["before"], change["after"]) == (
        [[XINJIN, "新津区"]],
        [[XINJIN_BEFORE, "新津县"]],
    )
    assert [(one["kind"], one["a"], one["b"]) for one in report["contacts"]] == [
        ("shortened", "510182", "510682")
    ]
    assert db.session.scalar(select(func.count()).select_from(BoundaryVintage)) == 1
    preview = f"/boundaries/imports/{number}/preview"
    refused = post(client, preview)
    assert (refused.status_code, "勾选确认" in refused.get_data(as_text=True)) == (422, True)
    assert "新津县" in client.get(preview).get_data(as_text=True)
    work = work_done(post(client, preview, acknowledged="y").headers["Location"])
    vintage = db.session.get_one(BoundaryVintage, int(work.answer["path"].rpartition("/")[2]))
    assert (vintage.is_current, vintage.accuracy_m, vintage.datum) == (False, 50.0, "CGCS2000")
    assert db.session.get_one(BoundaryVintage, present.id).is_current
    assert list(settings.imports_folder.iterdir()) == []
    _check_rows(vintage)
    assert client.get(work.answer["path"]).status_code == 200


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


def _checked_again(client: FlaskClient, path: str) -> tuple[int, dict[str, Any]]:
    fields = {"layer": "", "code_field": "gb", "name_field": "mc", "datum": ""}
    work = work_done(post(client, path, **fields).headers["Location"])
    return int(path.rpartition("/")[2]), work.answer["report"]


def _check_rows(vintage: BoundaryVintage) -> None:
    counties = select(func.count()).where(CountyUnit.vintage_id == vintage.id)
    contacts = select(func.count()).where(BorderContact.vintage_id == vintage.id)
    assert db.session.scalar(counties) == 81
    assert db.session.scalar(contacts) == vintage.report["contact_count"]


def test_a_shifted_file_is_told_with_the_measured_shift_and_the_remedy(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    client = people.client(app, "chengdu")
    chengdu = [Unit(u.code, u.name, u.party, in_gcj02(u.geometry)) for u in units_of("5101")]
    others = [Unit(u.code, u.name, u.party, in_gcj02(u.geometry)) for u in units_of("5106")]
    number, report = checked(client, [*chengdu, *others], datum="cgcs2000")
    [shift] = [m for m in messages(report, "warn") if "相符" in m]
    assert "坐标系选择 GCJ-02" in shift
    measured = report["shift"]
    # dependencies.md, section 5: +239, -269 m by the formula at Chengdu.
    assert (measured["east_m"], measured["north_m"]) == pytest.approx((239, -269), abs=25)
    assert (measured["predicted_east_m"], measured["predicted_north_m"]) == pytest.approx(
        (measured["east_m"], measured["north_m"]), abs=15
    )
    again = {"layer": "", "code_field": "gb", "name_field": "mc", "datum": "gcj02"}
    work = work_done(post(client, f"/boundaries/imports/{number}", **again).headers["Location"])
    report = work.answer["report"]
    assert (report["shift"]["east_m"], report["shift"]["north_m"]) == (0, 0)
    assert [m for m in messages(report, "warn") if "偏移" in m] == []


def test_mixed_datums_stop_the_file_and_name_the_rows(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    units = units_of("5101", "5106")
    row = [unit.code for unit in units].index("510182") + 1
    number, report = checked(people.client(app, "chengdu"), changed(units, "510182", in_gcj02))
    [finding] = [one for one in report["findings"] if one["severity"] == "stop"]
    assert finding["params"] == {"rows": f"{row} (510182)"}
    client = people.client(app, "chengdu")
    refused = post(client, f"/boundaries/imports/{number}/preview", acknowledged="y")
    assert "不能载入的问题" in refused.get_data(as_text=True)


def test_a_bad_file_ends_in_words_and_changes_nothing(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    client = people.client(app, "chengdu")
    file = (io.BytesIO(b"%PDF-1.7 plan"), "plan.geojson")
    response = post(client, "/boundaries/vintages/import", file=file, **SAID)
    work_done(response.headers["Location"], WorkState.FAILED)
    page = client.get("/boundaries/imports/1").get_data(as_text=True)
    assert "“plan.geojson”是PDF文件" in page
    twice = [*units_of("5101"), units_of("5101")[0]]
    looked = work_done(upload(client, twice))
    fields = {"layer": "", "code_field": "gb", "name_field": "mc", "datum": ""}
    asked = post(client, looked.answer["path"], **fields)
    failed = work_done(asked.headers["Location"], WorkState.FAILED)
    assert failed.fault_params == {"codes": "510104 (1, 21)"}
    page = client.get(looked.answer["path"]).get_data(as_text=True)
    assert "代码重复:510104 (1, 21)" in page
    assert 'name="dissolve" type="checkbox" value="y"' in page
    assert db.session.scalar(select(func.count()).select_from(BoundaryVintage)) == 1
    assert vintage_queries.find_current() is not None


def test_only_coordinators_of_the_five_cities_and_only_ones_own_city(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    upload(people.client(app, "chengdu"), units_of("5101"))
    statuses = {
        login: (
            people.client(app, login).get("/boundaries/vintages/").status_code,
            people.client(app, login).get("/boundaries/vintages/import").status_code,
            people.client(app, login).get("/boundaries/imports/1").status_code,
        )
        for login in ("chengdu", "deyang", "pengzhou", "observer", "sysadmin")
    }
    assert statuses == {
        "chengdu": (200, 200, 302),
        "deyang": (200, 200, 404),
        "pengzhou": (200, 403, 403),
        "observer": (200, 403, 403),
        "sysadmin": (403, 403, 403),
    }
    with pytest.raises(NotAllowed):
        vintage_operations.activate_vintage(
            present, instead_of=1, confirmed=True, actor=people.actor("pengzhou"), now=NOW
        )


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
    assert client.get("/boundaries/?show=plan").status_code == 409


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


def test_the_same_file_is_kept_once_for_one_setting(
    app: Flask, people: People, present: BoundaryVintage
) -> None:
    client = people.client(app, "chengdu")
    units = units_of("5101", "5106")
    first = db.session.get_one(BoundaryVintage, kept(client, units))
    number, _report = checked(client, units)
    answer = post(client, f"/boundaries/imports/{number}/preview", acknowledged="y")
    failed = work_done(answer.headers["Location"], WorkState.FAILED)
    assert failed.fault_params == {"name": "测试边界2026"}
    looked = work_done(upload(client, units, tolerance_m="20"))
    number, report = _checked_again(client, looked.answer["path"])
    assert report["tolerance_m"] == 20
    answer = post(client, f"/boundaries/imports/{number}/preview", acknowledged="y")
    work = work_done(answer.headers["Location"])
    wider = db.session.get_one(BoundaryVintage, int(work.answer["path"].rpartition("/")[2]))
    assert wider.report["file_sha256"] == first.sha256 != wider.sha256


def test_given_up_cancelled_and_left_lying(
    app: Flask, people: People, present: BoundaryVintage, settings: Settings
) -> None:
    client = people.client(app, "chengdu")
    looked = work_done(upload(client, units_of("5101")))
    assert len(list(settings.imports_folder.iterdir())) == 1
    number = int(looked.answer["path"].rpartition("/")[2])
    assert post(client, f"/boundaries/imports/{number}/drop").status_code == 302
    assert list(settings.imports_folder.iterdir()) == []
    assert post(client, f"/boundaries/imports/{number}/drop").status_code == 409
    location = upload(client, units_of("5106"))
    assert post(client, f"{location}/cancel").status_code == 302
    lying = db.session.scalars(select(BoundaryImport).order_by(BoundaryImport.id.desc())).first()
    assert lying is not None
    lying.uploaded_at = utc_now() - timedelta(hours=25)
    db.session.commit()
    with unit_of_work():
        assert tend_imports(now=utc_now(), settings=settings) == 1
    assert list(settings.imports_folder.iterdir()) == []
    stray = settings.imports_folder / "stray"
    stray.write_bytes(b"x")
    with unit_of_work():
        assert tend_imports(now=utc_now(), settings=settings) == 0
        assert tend_imports(now=utc_now() + timedelta(days=2), settings=settings) == 1


def test_a_body_over_the_limit_shows_our_own_page(app: Flask, people: People) -> None:
    client = people.client(app, "chengdu")
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    response = client.post(
        "/boundaries/vintages/import",
        data=b" " * 2_000_000,
        content_type="multipart/form-data; boundary=x",
    )
    assert response.status_code == 413
    assert "不得超过1 MB" in response.get_data(as_text=True)


def test_the_folder_of_imports_is_in_the_instance(settings: Settings) -> None:
    assert settings.imports_folder == Path(settings.instance) / "imports"
