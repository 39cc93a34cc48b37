"""A lead's life on SQLite and on PostgreSQL: every arrow, every refusal, nothing leaks."""

import io
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from coord.accounts.models import Person
from coord.audit.models import AuditEntry
from coord.boundaries.operations import load_shipped_boundaries
from coord.cases import operations as ops
from coord.cases.enums import LeadState, Outcome, ReturnReason
from coord.cases.jobs import confirm_due_leads
from coord.cases.models import Lead
from coord.cases.policy import explain, visible
from coord.cases.workflow import WORKFLOW
from coord.db import db, unit_of_work
from coord.kernel.actor import SYSTEM, Actor
from coord.kernel.errors import CoordError, Invalid, NotAllowed, Refused
from coord.notify.models import Notice
from tests.cases.builders import FACTS, PDF, PNG, add_file, offered
from tests.factories import NOW, People, make_people
from tests.invariants import check_invariants


@pytest.fixture
def cast(any_app: Flask) -> People:
    """People and the real boundaries, on each database."""
    people = make_people()
    with unit_of_work():
        load_shipped_boundaries(now=NOW)
    return people


def accepted(cast: People) -> Lead:
    lead = offered(cast.actor("pujiang"))
    ops.acknowledge(lead, actor=cast.actor("danling"), now=NOW)
    return ops.accept(lead, note="", actor=cast.actor("danling"), now=NOW)


def test_the_whole_way(cast: People) -> None:
    sender, receiver = cast.actor("pujiang"), cast.actor("danling")
    lead = accepted(cast)
    ops.report_progress(lead, note="已取样", actor=receiver, now=NOW)
    ops.extend(lead, note="检测需时", actor=receiver, now=NOW)
    with pytest.raises(Refused, match="只能延期一次"):
        ops.extend(lead, note="再", actor=receiver, now=NOW)
    ops.feed_back(lead, outcome=Outcome.FINED, note="罚", actor=receiver, now=NOW)
    ops.dispute(lead, note="金额不明", actor=sender, now=NOW)
    ops.feed_back(lead, outcome=Outcome.FINED, note="已补", actor=receiver, now=NOW)
    ops.confirm(lead, actor=sender, now=NOW)
    db.session.commit()
    assert lead.state is LeadState.CLOSED
    verbs = list(
        db.session.scalars(
            select(AuditEntry.verb).where(AuditEntry.object_kind == "lead").order_by(AuditEntry.seq)
        )
    )
    assert verbs == [f"lead.{event.verb}" for event in lead.events]
    assert "罚" not in str(list(db.session.scalars(select(AuditEntry.data))))
    check_invariants()


def test_return_reoffer_object_designate(cast: People) -> None:
    sender, receiver = cast.actor("pujiang"), cast.actor("danling")
    lead = offered(sender)
    ops.acknowledge(lead, actor=receiver, now=NOW)
    with pytest.raises(Invalid, match="理由"):
        ops.return_lead(lead, reason=ReturnReason.DUPLICATE, note=" ", actor=receiver, now=NOW)
    ops.return_lead(
        lead, reason=ReturnReason.WRONG_TERRITORY, note="不在本县", actor=receiver, now=NOW
    )
    with pytest.raises(Refused, match="不得另行移送"):
        ops.edit_draft(lead, replace(FACTS, to_code="511402"), actor=sender, now=NOW)
    ops.reoffer(lead, note="补坐标", actor=sender, now=NOW)
    assert lead.return_reason is None
    ops.acknowledge(lead, actor=receiver, now=NOW)
    assert db.session.scalars(visible(cast.actor("chengdu"))).all() == []
    ops.object_(lead, note="请指定", actor=receiver, now=NOW)
    for login in ("chengdu", "meishan"):
        assert db.session.scalars(visible(cast.actor(login))).all() == [lead]
    assert db.session.scalars(visible(cast.actor("deyang"))).all() == []
    assert {access.region_code for access in explain(lead)} == {
        "510131",
        "511424",
        "510100",
        "511400",
    }
    ops.designate(
        lead, to_receiver=False, document="川环函〔2026〕0号", actor=cast.actor("meishan"), now=NOW
    )
    db.session.commit()
    assert (lead.state, lead.outcome) == (LeadState.CLOSED, Outcome.DESIGNATED_ELSEWHERE)
    check_invariants()


EVERYONE = (
    "pujiang",
    "danling",
    "dongpo",
    "chengdu",
    "deyang",
    "reviewer",
    "observer",
    "sysadmin",
    "secadmin",
    "auditor",
)
STEPS: dict[str, Callable[[Lead, Actor], object]] = {
    "offer": lambda lead, actor: ops.offer(lead, actor=actor, now=NOW),
    "withdraw": lambda lead, actor: ops.withdraw(lead, note="", actor=actor, now=NOW),
    "acknowledge": lambda lead, actor: ops.acknowledge(lead, actor=actor, now=NOW),
    "accept": lambda lead, actor: ops.accept(lead, note="", actor=actor, now=NOW),
    "return": lambda lead, actor: ops.return_lead(
        lead, reason=ReturnReason.DUPLICATE, note="x", actor=actor, now=NOW
    ),
    "reoffer": lambda lead, actor: ops.reoffer(lead, note="x", actor=actor, now=NOW),
    "object": lambda lead, actor: ops.object_(lead, note="x", actor=actor, now=NOW),
    "designate_receiver": lambda lead, actor: ops.designate(
        lead, to_receiver=True, document="x", actor=actor, now=NOW
    ),
    "designate_sender": lambda lead, actor: ops.designate(
        lead, to_receiver=False, document="x", actor=actor, now=NOW
    ),
    "progress": lambda lead, actor: ops.report_progress(lead, note="x", actor=actor, now=NOW),
    "extend": lambda lead, actor: ops.extend(lead, note="x", actor=actor, now=NOW),
    "feed_back": lambda lead, actor: ops.feed_back(
        lead, outcome=Outcome.FINED, note="x", actor=actor, now=NOW
    ),
    "confirm": lambda lead, actor: ops.confirm(lead, actor=actor, now=NOW),
    "dispute": lambda lead, actor: ops.dispute(lead, note="x", actor=actor, now=NOW),
    "auto_confirm": lambda lead, actor: ops.auto_confirm(lead, actor=actor, now=NOW),
}
#: How each state is reached: (who, verb) in order from a draft.
ROADS: dict[LeadState, tuple[tuple[str, str], ...]] = {
    LeadState.DRAFT: (),
    LeadState.OFFERED: (("pujiang", "offer"),),
    LeadState.ACKNOWLEDGED: (("pujiang", "offer"), ("danling", "acknowledge")),
    LeadState.ACCEPTED: (("pujiang", "offer"), ("danling", "acknowledge"), ("danling", "accept")),
    LeadState.RETURNED: (("pujiang", "offer"), ("danling", "acknowledge"), ("danling", "return")),
    LeadState.OBJECTED: (("pujiang", "offer"), ("danling", "acknowledge"), ("danling", "object")),
    LeadState.FED_BACK: (
        ("pujiang", "offer"),
        ("danling", "acknowledge"),
        ("danling", "accept"),
        ("danling", "feed_back"),
    ),
    LeadState.WITHDRAWN: (("pujiang", "withdraw"),),
}


def test_every_verb_is_in_the_table() -> None:
    assert {arrow.verb for arrow in WORKFLOW.arrows} == set(STEPS)


@pytest.mark.parametrize("any_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", ROADS)
def test_every_role_in_every_state_may_do_just_what_the_table_says(
    cast: People, state: LeadState
) -> None:
    lead = ops.draft_lead(FACTS, actor=cast.actor("pujiang"), now=NOW)
    for login, verb in ROADS[state]:
        STEPS[verb](lead, cast.actor(login))
    db.session.commit()
    assert lead.state is state
    for login in EVERYONE:
        actor = cast.actor(login)
        for verb, step in STEPS.items():
            arrow = WORKFLOW.arrow(verb)
            allowed = arrow.allowed(actor, lead) and state in arrow.from_
            try:
                step(lead, actor)
                done = True
            except (NotAllowed, Refused):
                done = False
            assert done is allowed, (login, verb)
            db.session.rollback()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"credit_code": "91000000MATEXT001C"}, "校验位"),
        ({"credit_code": "", "no_code_reason": " "}, "原因"),
        ({"seen_on": date(2026, 9, 19)}, "今天之后"),
        ({"to_code": "510131"}, "本单位"),
        ({"to_code": "510182"}, "另一城市"),
        ({"to_code": "999999"}, "另一城市"),
        ({"lon": 30.14, "lat": 103.5}, "写反"),
        ({"lon": 122.0, "lat": 30.0}, "不在现有边界"),
    ],
)
def test_bad_facts_are_refused_and_nothing_is_kept(
    cast: People, changes: dict[str, object], word: str
) -> None:
    with pytest.raises(CoordError, match=word):
        ops.draft_lead(replace(FACTS, **changes), actor=cast.actor("pujiang"), now=NOW)  # type: ignore[arg-type]
    db.session.rollback()
    assert db.session.scalars(select(Lead)).all() == []


def test_nobody_else_knows_that_it_exists(cast: People) -> None:
    lead = offered(cast.actor("pujiang"))
    db.session.commit()
    knowing = {
        login for login in cast.persons if db.session.scalars(visible(cast.actor(login))).all()
    }
    assert knowing == {"pujiang", "danling"}
    told = set(db.session.scalars(select(Person.login).join(Notice, Notice.person_id == Person.id)))
    assert told == {"danling"}
    texts = [str(notice.params) + notice.message for notice in db.session.scalars(select(Notice))]
    assert not any(lead.title in text or lead.firm_name in text for text in texts)


def test_a_draft_is_the_senders_alone(cast: People) -> None:
    ops.draft_lead(FACTS, actor=cast.actor("pujiang"), now=NOW)
    assert db.session.scalars(visible(cast.actor("danling"))).all() == []


def test_two_people_accept_at_once_and_one_is_told(cast: People, any_app: Flask) -> None:
    lead = offered(cast.actor("pujiang"))
    ops.acknowledge(lead, actor=cast.actor("danling"), now=NOW)
    lead_id, actor = lead.id, cast.actor("danling")
    db.session.commit()
    barrier, results = threading.Barrier(2), []

    def accept() -> None:
        with any_app.app_context():
            barrier.wait()
            try:
                with unit_of_work():
                    own = db.session.get_one(Lead, lead_id)
                    ops.accept(own, note="", actor=actor, now=NOW)
                results.append("accepted")
            except Exception as fault:
                results.append(type(fault).__name__)
            db.session.remove()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results)[0] in {"Refused", "StaleDataError"}
    assert sorted(results)[1] == "accepted"
    db.session.rollback()
    assert [event.verb for event in db.session.get_one(Lead, lead_id).events].count("accepted") == 1
    check_invariants()


def test_feedback_that_nobody_disputes_is_confirmed_once_its_time_is_up(cast: People) -> None:
    lead = accepted(cast)
    ops.feed_back(lead, outcome=Outcome.NO_FILING, note="x", actor=cast.actor("danling"), now=NOW)
    db.session.flush()
    assert confirm_due_leads(now=NOW + timedelta(days=3)) == 0
    # Five working days after Friday 18 September are over at the end of Friday 25's eve:
    # 21, 22, 23, 24 and, 25 to 27 being the Mid-Autumn holiday, with Sunday 20 counted.
    assert confirm_due_leads(now=datetime(2026, 9, 24, 15, 59, tzinfo=UTC)) == 0
    assert confirm_due_leads(now=datetime(2026, 9, 24, 16, 1, tzinfo=UTC)) == 1
    assert confirm_due_leads(now=datetime(2026, 12, 1, tzinfo=UTC)) == 0
    assert lead.events[-1].verb == "auto_closed"
    assert lead.events[-1].by_name == SYSTEM.name


def office(member: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(member, "x")
    return content.getvalue()


@pytest.mark.parametrize("any_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.pdf", PDF, ""),
        ("a.png", PNG, ""),
        ("a.docx", office("word/document.xml"), ""),
        ("a.ofd", office("OFD.xml"), ""),
        ("a.txt", "说明".encode(), ""),
        ("a.jpg", office("x"), "扩展名不符"),
        ("a.docx", office("xl/x.xml"), "扩展名不符"),
        ("a.docx", b"PK\x03\x04", "扩展名不符"),
        ("a.pdf", b"", "空的"),
        ("a.exe", b"MZ", "不接受"),
        ("noextension", b"x", "不接受"),
        ("a.svg", b"<svg/>", "不接受"),
        ("a.txt", PDF, "扩展名不符"),
    ],
)
def test_files_are_what_they_say(
    cast: People, any_app: Flask, name: str, content: bytes, word: str
) -> None:
    lead = ops.draft_lead(FACTS, actor=cast.actor("pujiang"), now=NOW)
    folder = any_app.extensions["coord.settings"].evidence_folder
    if not word:
        row = add_file(lead, cast.actor("pujiang"), f"..\\..\\etc/{name}", content)
        assert row.original_name == name
        assert (folder / row.stored_name).read_bytes() == content
        return
    with pytest.raises(Invalid, match=word):
        add_file(lead, cast.actor("pujiang"), name, content)
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize("any_app", ["sqlite"], indirect=True)
def test_a_file_is_taken_back_by_a_tombstone_only(cast: People) -> None:
    sender, receiver = cast.actor("pujiang"), cast.actor("danling")
    lead = ops.draft_lead(FACTS, actor=sender, now=NOW)
    row = add_file(lead, sender)
    with pytest.raises(NotAllowed):
        ops.remove_evidence(row, reason="x", actor=receiver, now=NOW)
    ops.remove_evidence(row, reason="传错", actor=sender, now=NOW)
    assert (row.remove_reason, len(lead.evidence)) == ("传错", 1)
    ops.offer(lead, actor=sender, now=NOW)
    ops.acknowledge(lead, actor=receiver, now=NOW)
    with pytest.raises(NotAllowed, match="现在不能"):
        add_file(lead, sender)
