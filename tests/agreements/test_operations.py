"""Drafting, revising, signing, publishing, dropping: who may, when, and what the trail keeps."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from coord.agreements.enums import AgreementState, RecordKind
from coord.agreements.models import Agreement, AgreementParty, Clause, Obligation
from coord.agreements.operations import drop_draft, publish, revise_draft, sign
from coord.agreements.queries import find_successor, list_changes
from coord.agreements.workflow import WORKFLOW
from coord.audit.models import AuditEntry
from coord.audit.operations import verify
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.errors import Conflict, Invalid, NotAllowed, Refused
from coord.kernel.regions import FIVE_CITIES
from coord.notify.models import Notice
from tests.agreements.builders import END, START, coordinator, draft, in_force, shipped, signed
from tests.factories import NOW, People

CHENGDU, DEYANG, CHONGQING = coordinator("5101"), coordinator("5106"), coordinator("5001")
OFFICER = coordinator("5101", role=Role.OFFICER)


def revise(made: Agreement, actor: Actor, **changes: object) -> Agreement:
    asked = {
        "title": made.title,
        "effective_from": made.effective_from,
        "effective_to": made.effective_to,
        "numbers": {},
        "actor": actor,
        "now": NOW,
    }
    return revise_draft(made, **{**asked, **changes})  # type: ignore[arg-type]


def verbs() -> list[str]:
    rows = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.seq))
    return [verb for verb in rows if verb != "agreement.loaded"]


def test_a_renewal_from_draft_to_force(any_app: Flask) -> None:
    """On both databases."""
    made = draft(CHENGDU)
    for party in FIVE_CITIES:
        sign(made, actor=coordinator(party), now=NOW)
    publish(made, actor=DEYANG, now=NOW)
    db.session.commit()
    assert (made.state, made.published_at) == (AgreementState.PUBLISHED, NOW)
    assert signed(made) == dict.fromkeys(FIVE_CITIES, "2026-09-18")
    assert verbs() == ["agreement.drafted", *["agreement.signed"] * 5, "agreement.published"]
    assert verify()[1] == []


def test_a_draft_copies_parties_clauses_and_rules_unsigned(app: Flask) -> None:
    before = shipped()
    made = draft(CHENGDU)
    assert (made.state, made.supersedes_id, made.key) == (AgreementState.DRAFT, before.id, None)
    assert signed(made) == dict.fromkeys(FIVE_CITIES, "")
    assert [(row.place, row.text) for row in made.clauses] == [
        (row.place, row.text) for row in before.clauses
    ]
    assert [(row.as_rule(), row.note) for row in made.obligations] == [
        (row.as_rule(), row.note) for row in before.obligations
    ]
    assert list_changes(before, made) == ()
    assert find_successor(before, CHENGDU) == made


def test_every_partys_coordinator_is_told(app: Flask, people: People) -> None:
    draft(people.actor("chengdu"))
    rows = db.session.execute(select(Notice.person_id, Notice.message)).all()
    assert {person for person, _message in rows} == {
        people.persons[login].id for login in ("chengdu", "deyang", "meishan")
    }
    assert {message for _person, message in rows} == {"“%(title)s”草案待签署。"}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 2), date(2026, 1, 1)),
        (date(2025, 12, 31), date(2028, 12, 31)),
        (date(2023, 4, 1), date(2028, 12, 31)),
    ],
    ids=["ends before it begins", "begins on the last day of the old one", "same beginning"],
)
def test_dates_that_make_no_sense_are_refused(app: Flask, first: date, last: date) -> None:
    with pytest.raises(Invalid):
        draft(CHENGDU, effective_from=first, effective_to=last)
    made = draft(CHENGDU)
    with pytest.raises(Invalid):
        revise(made, CHENGDU, effective_from=first, effective_to=last)
    assert (made.effective_from, made.effective_to) == (START, END)


def test_an_open_agreement_ends_the_day_before_what_supersedes_it(app: Flask) -> None:
    framework = shipped("chongqing_chengdu_2023")
    with pytest.raises(Invalid):
        draft(CHENGDU, framework, effective_from=framework.effective_from)
    made = draft(CHENGDU, framework)
    for actor in (CHENGDU, CHONGQING):
        sign(made, actor=actor, now=NOW)
    assert framework.effective_to is None
    publish(made, actor=CHENGDU, now=NOW)
    assert framework.effective_to == date(2025, 12, 31)
    assert verbs()[-2:] == ["agreement.published", "agreement.superseded"]


def test_only_one_renewal_of_a_published_document(app: Flask) -> None:
    made = draft(CHENGDU)
    with pytest.raises(Refused, match="已有续签文件"):
        draft(DEYANG)
    with pytest.raises(Refused, match="草案不能续签"):
        draft(CHENGDU, made)


@pytest.mark.parametrize("actor", [CHONGQING, OFFICER], ids=["another city", "no coordinator"])
def test_only_coordinators_of_its_cities_draft(app: Flask, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        draft(actor)
    assert verbs() == []


def test_a_signature_is_for_what_was_seen(app: Flask) -> None:
    made = draft(CHENGDU)
    seen = made.content_mark()
    revise(made, CHENGDU, numbers={"daily": 4})
    with pytest.raises(Conflict):
        sign(made, actor=DEYANG, now=NOW, seen=seen)
    sign(made, actor=DEYANG, now=NOW, seen=made.content_mark())
    assert signed(made)["5106"] == "2026-09-18"


def test_nobody_signs_twice_nor_for_another_city(app: Flask) -> None:
    made = draft(CHENGDU)
    sign(made, actor=CHENGDU, now=NOW)
    with pytest.raises(Refused):
        sign(made, actor=CHENGDU, now=NOW)
    with pytest.raises(NotAllowed):
        sign(made, actor=CHONGQING, now=NOW)
    assert {party for party, when in signed(made).items() if when} == {"5101"}


def test_a_revision_voids_signatures_and_is_told_as_a_change(app: Flask) -> None:
    made = draft(CHENGDU)
    sign(made, actor=CHENGDU, now=NOW)
    revise(made, DEYANG, numbers={"daily": 4}, effective_to=date(2027, 12, 31), title=" 新题 ")
    assert (made.title, made.short_name, made.effective_to) == ("新题", "新题", date(2027, 12, 31))
    assert set(signed(made).values()) == {""}
    assert [
        (change.kind, change.before, change.after) for change in list_changes(shipped(), made)
    ] == [(RecordKind.DAILY, "2", "4")]


def test_a_revision_that_changes_nothing_keeps_the_signatures(app: Flask) -> None:
    made = draft(CHENGDU)
    sign(made, actor=CHENGDU, now=NOW)
    revise(made, DEYANG, numbers={"daily": 2})
    assert signed(made)["5101"] == "2026-09-18"
    assert verbs() == ["agreement.drafted", "agreement.signed"]


def test_it_is_published_only_when_all_have_signed(app: Flask) -> None:
    made = draft(CHENGDU)
    for party in FIVE_CITIES[:-1]:
        sign(made, actor=coordinator(party), now=NOW)
    with pytest.raises(Refused, match="尚未签署:资阳市"):
        publish(made, actor=CHENGDU, now=NOW)
    assert made.state is AgreementState.DRAFT


def test_dropping_takes_all_that_hangs_on_it_but_not_the_trail(app: Flask) -> None:
    made = draft(CHENGDU)
    number = made.id
    with pytest.raises(NotAllowed):
        drop_draft(made, actor=DEYANG, now=NOW)
    drop_draft(made, actor=CHENGDU, now=NOW)
    for kind in (AgreementParty, Clause, Obligation):
        left = select(func.count(kind.id)).where(kind.agreement_id == number)
        assert db.session.scalar(left) == 0
    assert verbs() == ["agreement.drafted", "agreement.draft_dropped"]
    assert find_successor(shipped(), CHENGDU) is None


#: verb → who may; anybody else is refused, and nobody may once it is published.
MAY = {
    "revise": {"drafter", "party"},
    "sign": {"drafter", "party"},
    "publish": {"drafter", "party"},
    "drop": {"drafter"},
}
WHO = {"drafter": CHENGDU, "party": DEYANG, "stranger": CHONGQING, "officer": OFFICER}
ACTS: dict[str, Callable[[Agreement, Actor], object]] = {
    "revise": lambda made, actor: revise(made, actor, numbers={"daily": 9}),
    "sign": lambda made, actor: sign(made, actor=actor, now=NOW),
    "publish": lambda made, actor: publish(made, actor=actor, now=NOW),
    "drop": lambda made, actor: drop_draft(made, actor=actor, now=NOW),
}


def test_the_table_names_every_verb() -> None:
    assert [arrow.verb for arrow in WORKFLOW.arrows] == list(MAY) == list(ACTS)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("verb", MAY)
def test_who_may_do_what_to_a_draft(app: Flask, verb: str, who: str) -> None:
    made = draft(CHENGDU)
    if verb == "publish":
        for party in FIVE_CITIES:
            sign(made, actor=coordinator(party), now=NOW)
    opened = {arrow.verb for arrow in WORKFLOW.open_verbs(made, WHO[who])}
    assert opened == {name for name, allowed in MAY.items() if who in allowed}
    if who in MAY[verb]:
        ACTS[verb](made, WHO[who])
    else:
        with pytest.raises(NotAllowed):
            ACTS[verb](made, WHO[who])


@pytest.mark.parametrize("verb", MAY)
def test_what_is_published_stays(app: Flask, verb: str) -> None:
    made = in_force(CHENGDU)
    mark = made.content_mark()
    assert WORKFLOW.open_verbs(made, CHENGDU) == []
    with pytest.raises(Refused):
        ACTS[verb](made, CHENGDU)
    assert (made.state, made.content_mark()) == (AgreementState.PUBLISHED, mark)


def test_the_database_itself_refuses_a_published_draft(app: Flask) -> None:
    made = draft(CHENGDU)
    made.published_at = NOW
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
