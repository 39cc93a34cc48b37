"""Nothing commits but the unit of work; nothing half-done is ever seen."""

import re
from pathlib import Path

import pytest
from flask import Flask, abort
from sqlalchemy import func, select

from coord.db import db, unit_of_work
from coord.notify.models import Notice
from coord.notify.operations import tell
from coord.web.guards import public
from tests.factories import NOW, People, post

ROOT = Path(__file__).resolve().parents[2] / "coord"


def test_only_the_unit_of_work_commits() -> None:
    places = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if re.search(r"session\.commit\(|\.session\.remove\(", path.read_text(encoding="utf-8"))
    ]
    assert places == ["db.py"]


def test_an_exception_takes_everything_back(app: Flask) -> None:
    def break_half_way() -> None:
        with unit_of_work():
            tell([1], "x", path="/", now=NOW)
            db.session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_half_way()
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


@pytest.mark.parametrize("status", [400, 404, 409, 500])
def test_a_refused_request_saves_nothing(app: Flask, people: People, status: int) -> None:
    def view(code: int) -> str:
        tell([1], "x", path="/", now=NOW)
        db.session.flush()
        if code == 500:
            raise ZeroDivisionError  # an error nobody expected
        abort(code)

    app.add_url_rule("/break/<int:code>", "break", public()(view), methods=["POST"])
    client = people.client(app, "chengdu")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert post(client, f"/break/{status}").status_code == status
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0
