"""The steps of a boundary file's way, as a browser takes them and the work is done."""

import io
import json
from collections.abc import Sequence
from typing import Any

from flask.testing import FlaskClient
from shapely.geometry import box

from coord.boundaries.contacts import Unit
from coord.boundaries.doers import DOERS
from coord.boundaries.enums import WorkState
from coord.boundaries.studio_models import BoundaryWork
from coord.boundaries.works import run_work
from coord.db import db
from tests.boundaries.files import changed, document_of, renumbered, units_of
from tests.factories import post

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


def checked_again(client: FlaskClient, path: str) -> tuple[int, dict[str, Any]]:
    fields = {"layer": "", "code_field": "gb", "name_field": "mc", "datum": ""}
    work = work_done(post(client, path, **fields).headers["Location"])
    return int(path.rpartition("/")[2]), work.answer["report"]
