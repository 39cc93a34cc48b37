"""A boundary file's way: brought, columns chosen, checked, kept, compared, put in use."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from coord.boundaries import vintage_operations, vintage_queries
from coord.boundaries.contacts import Unit
from coord.boundaries.enums import WorkState
from coord.boundaries.jobs import tend_imports
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit
from coord.boundaries.studio_models import BoundaryImport
from coord.config import Settings
from coord.db import db, unit_of_work
from coord.kernel.clock import utc_now
from coord.kernel.errors import NotAllowed
from tests.boundaries.builders import load_boundaries
from tests.boundaries.files import changed, in_gcj02, units_of
from tests.boundaries.importing import (
    SAID,
    XINJIN,
    XINJIN_BEFORE,
    bent,
    checked,
    checked_again,
    kept,
    messages,
    upload,
    work_done,
)
from tests.factories import NOW, People, post


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
    number, report = checked_again(client, looked.answer["path"])
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
    number, report = checked_again(client, looked.answer["path"])
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
