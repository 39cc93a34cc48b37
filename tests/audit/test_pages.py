"""The auditor's pages: what is found, what is exported, what every verb is called."""

import ast
import csv
import io
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from coord.audit.models import AuditEntry
from coord.audit.operations import record, verify
from coord.audit.queries import TrailWanted, list_entries, list_verbs, trail_figures
from coord.audit.verbs import KIND_LABELS, VERB_LABELS, kind_label, verb_label
from coord.audit.views import BREAKS_SHOWN, COLUMNS
from coord.db import db
from coord.kernel.actor import SYSTEM
from tests.factories import CAST, NOW, People

ROOT = Path(__file__).resolve().parents[2] / "coord"
#: The functions that leave a line; `_note` of the cases room records `lead.` and its verb.
RECORDERS = {"record": "", "_note": "lead."}


def verbs_in_the_code() -> set[str]:
    """Every verb that stands as text among the arguments of a recorder."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name in RECORDERS and isinstance(node, ast.Call):
                texts = [
                    argument.value
                    for argument in node.args[:2]
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                ]
                found.update(RECORDERS[name] + text for text in texts[:1])
    return found


def test_every_verb_of_the_house_has_a_name() -> None:
    found = verbs_in_the_code()
    assert len(found) > 40
    assert sorted(found - set(VERB_LABELS)) == []
    assert sorted(set(VERB_LABELS) - found) == []
    assert (verb_label("lead.offered"), verb_label("new.verb")) == ("移送线索", "new.verb")
    assert (kind_label("lead"), kind_label("thing")) == ("跨界线索", "thing")


def test_every_kind_is_a_table() -> None:
    tables = {table.name for table in db.metadata.sorted_tables}
    assert set(KIND_LABELS) - tables == set()


@pytest.fixture
def trail(app: Flask, people: People) -> People:
    """Three lines of the auditor-to-be's own making, after none."""
    for login, number in (("pujiang", 7), ("danling", 8), ("pujiang", 9)):
        record("lead.offered", "lead", actor=people.actor(login), now=NOW, object_id=number)
    record("lead.closed", "lead", actor=SYSTEM, now=NOW, object_id=7, state="closed")
    db.session.commit()
    return people


@pytest.mark.parametrize(
    ("question", "seqs"),
    [
        ("", [4, 3, 2, 1]),
        ("verb=lead.offered", [3, 2, 1]),
        ("q=7", [4, 1]),
        ("q=PUJIANG", [3, 1]),
        ("q=丹棱", [2]),
        ("q=%25", []),
        ("first_on=2026-09-18&last_on=2026-09-18", [4, 3, 2, 1]),
        ("first_on=2026-09-19&verb=lead.offered", []),
        ("last_on=2026-09-17", []),
        ("verb=no.such", []),
    ],
)
def test_the_trail_is_searched(trail: People, app: Flask, question: str, seqs: list[int]) -> None:
    client = trail.client(app, "auditor")
    page = client.get(f"/audit/?{question}")
    assert page.status_code == 200
    numbers = [int(found) for found in re.findall(r'<td class="num">(\d+)</td>', page.text)]
    assert [number for number in numbers if number <= 4] == seqs


@pytest.mark.parametrize(
    "question",
    ["first_on=2026-02-30", "last_on=x", "first_on=0001-01-01", "last_on=9999-12-31"],
)
def test_a_day_that_does_not_exist_is_said(trail: People, app: Flask, question: str) -> None:
    client = trail.client(app, "auditor")
    page = client.get(f"/audit/?{question}")
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert client.get(f"/audit/trail.csv?{question}").status_code == 400


@pytest.mark.parametrize("page", ["0", "-3", "x", "99999999999999999999999999"])
def test_no_page_number_is_an_error(trail: People, app: Flask, page: str) -> None:
    assert trail.client(app, "auditor").get(f"/audit/?page={page}").status_code == 200


def test_the_copy_holds_what_was_searched_and_is_itself_a_line(trail: People, app: Flask) -> None:
    client = trail.client(app, "auditor")
    answer = client.get("/audit/trail.csv?q=7&verb=lead.")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=trail.csv"
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row[:7] for row in rows] == [
        list(COLUMNS[:7]),
        ["4", "2026-09-18 10:00", "system", "", "lead.closed", "lead 7", '{"state": "closed"}'],
        ["1", "2026-09-18 10:00", "测试员pujiang", "蒲江支队", "lead.offered", "lead 7", ""],
    ]
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert last is not None
    assert (last.verb, last.actor_name, last.data) == (
        "audit.exported",
        "测试员auditor",
        {"entries": 2},
    )
    assert verify()[1] == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d", " ="])
def test_no_cell_begins_a_formula(app: Flask, people: People, start: str) -> None:
    people.persons["pujiang"].name = f"{start}1+1"
    record("thing.changed", "thing", actor=people.actor("pujiang"), now=NOW, object_id=1)
    client = people.client(app, "auditor")
    export = client.get("/audit/trail.csv?verb=thing.changed").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(export, newline="")))
    assert rows[1][2] == f"'{start}1+1"


def test_a_broken_trail_is_told_in_a_page_of_bounded_length(trail: People, app: Flask) -> None:
    for number in range(BREAKS_SHOWN):
        record("thing.changed", "thing", actor=SYSTEM, now=NOW, object_id=number)
    client = trail.client(app, "auditor")
    assert 'class="alert alert-success"' in client.get("/audit/verify").text
    db.session.execute(update(AuditEntry).values(object_kind="other"))
    text = client.get("/audit/verify").text
    total = BREAKS_SHOWN + 5
    assert f"发现{total}处" in text
    assert len(re.findall(r"<li>#\d+", text)) == BREAKS_SHOWN


@pytest.mark.parametrize("login", [login for login in CAST if login != "auditor"])
def test_nobody_else_reads_a_line(trail: People, login: str) -> None:
    actor = trail.actor(login)
    assert list_entries(actor) == ([], 0)
    assert list_entries(actor, TrailWanted(text="7")) == ([], 0)
    assert list_verbs(actor) == []
    figures = trail_figures(actor, since=NOW)
    assert (figures.entries, figures.newest_at, figures.refused_sign_ins) == (0, None, 0)


def test_names_are_in_both_languages(trail: People, app: Flask) -> None:
    trail.persons["auditor"].locale = "en"
    text = trail.client(app, "auditor").get("/audit/?verb=lead.offered").text
    assert "Lead offered" in text
    assert "移送线索" not in text
