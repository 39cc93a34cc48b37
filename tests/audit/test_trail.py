"""The trail: whole, and where it is not, said so."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from coord.audit.operations import record, verify
from coord.db import db
from coord.kernel.actor import SYSTEM
from tests.factories import NOW, People, sign_in


@pytest.fixture
def trail(any_app: Flask) -> None:
    for number in range(1, 6):
        record("thing.changed", "thing", actor=SYSTEM, now=NOW, object_id=number, state="a")
    db.session.commit()


def run(statement: str) -> None:
    db.session.execute(text(statement))
    db.session.commit()
    db.session.expire_all()


def test_a_trail_is_whole(trail: None) -> None:
    assert verify() == (5, [])


@pytest.mark.parametrize(
    ("spoil", "seqs"),
    [
        (lambda: run("UPDATE audit_entry SET actor_name = 'x' WHERE seq = 3"), [3]),
        (lambda: run("DELETE FROM audit_entry WHERE seq = 2"), [2]),
        (lambda: run("DELETE FROM audit_entry WHERE seq = 5"), [5]),
        (lambda: run("DELETE FROM audit_entry WHERE seq = 1"), [1]),
        (lambda: run("UPDATE audit_entry SET hash = 'f' WHERE seq = 2"), [2, 3]),
        (lambda: run("DELETE FROM audit_head"), [5]),
    ],
    ids=["changed", "removed", "last removed", "first removed", "hash changed", "head removed"],
)
def test_what_was_done_to_it_is_found_at_its_place(
    trail: None, spoil: Callable[[], None], seqs: list[int]
) -> None:
    spoil()
    _count, breaks = verify()
    assert [broken.seq for broken in breaks] == seqs


def test_only_the_auditor_reads_it_and_it_holds_no_content(season: Flask) -> None:
    auditor = sign_in(season, "auditor")
    page = auditor.get("/audit/").get_data(as_text=True)
    assert "lead.offered" in page
    export = auditor.get("/audit/trail.csv").get_data(as_text=True)
    assert "示例" not in export + page
    assert "涂装" not in export + page
    assert "完整" in auditor.get("/audit/verify").get_data(as_text=True)
    assert sign_in(season, "sysadmin").get("/audit/").status_code == 403


def test_a_formula_in_a_name_stays_text(app: Flask, people: People) -> None:
    people.persons["pujiang"].name = "=1+1"
    record("thing.changed", "thing", actor=people.actor("pujiang"), now=NOW, object_id=1)
    export = people.client(app, "auditor").get("/audit/trail.csv").get_data(as_text=True)
    assert "'=1+1" in export
