"""One verb for each thing an officer does with a lead."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import func, select

from coord.accounts.queries import find_organisation
from coord.audit.operations import record
from coord.boundaries.datum import Datum
from coord.boundaries.queries import LocationView, locate_point
from coord.cases import notices
from coord.cases.credit_code import is_credit_code
from coord.cases.enums import Element, LeadSource, LeadState, Outcome, ReturnReason, Urgency
from coord.cases.models import Evidence, Lead, LeadEvent
from coord.cases.policy import is_sender, may_add_evidence
from coord.cases.workflow import WORKFLOW
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.clock import shanghai_date
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.files import store_file
from coord.kernel.regions import party_of
from coord.kernel.text import N_

#: Files that one lead may carry.
MOST_FILES = 20


@dataclass(frozen=True)
class LeadFacts:
    """What an officer says of a lead. Degrees are in `datum`."""

    title: str
    source: LeadSource
    element: Element
    urgency: Urgency
    firm_name: str
    credit_code: str
    no_code_reason: str
    lon: float
    lat: float
    datum: Datum
    place: str
    seen_on: date
    description: str
    to_code: str


def draft_lead(facts: LeadFacts, *, actor: Actor, now: datetime) -> Lead:
    """A draft that only the sender's county knows of."""
    if not (actor.has(Role.OFFICER) and actor.is_county):
        raise NotAllowed(N_("只有区县执法人员可以建立线索。"))
    place = _check_facts(facts, actor, now)
    lead = Lead(
        number=_next_number(now),
        from_code=actor.region_code,
        state=LeadState.DRAFT,
        created_at=now,
    )
    _fill(lead, facts, place)
    db.session.add(lead)
    _note(lead, "drafted", actor, now)
    return lead


def _next_number(now: datetime) -> str:
    """The year and one more than the newest row; the write lock and UNIQUE keep it single."""
    newest = db.session.scalar(select(func.max(Lead.id))) or 0
    return f"L{shanghai_date(now).year}-{newest + 1:05d}"


def _check_facts(facts: LeadFacts, actor: Actor, now: datetime) -> LocationView:
    code = facts.credit_code.strip().upper()
    if code and not is_credit_code(code):
        raise Invalid(N_("统一社会信用代码有误(校验位不符),请核对。"))
    if not code and not facts.no_code_reason.strip():
        raise Invalid(N_("没有统一社会信用代码时请写明原因。"))
    if facts.seen_on > shanghai_date(now):
        raise Invalid(N_("发现日期不能在今天之后。"))
    if facts.to_code == actor.region_code:
        raise Invalid(N_("不能移送给本单位。"))
    if party_of(facts.to_code) == actor.party or find_organisation(facts.to_code) is None:
        raise Invalid(N_("请选择另一城市的接收区县。"))
    return locate_point(facts.lon, facts.lat, facts.datum)


def _fill(lead: Lead, facts: LeadFacts, place: LocationView) -> None:
    code = facts.credit_code.strip().upper()
    lead.title = facts.title.strip()
    lead.source = facts.source
    lead.element = facts.element
    lead.urgency = facts.urgency
    lead.firm_name = facts.firm_name.strip()
    lead.credit_code = code
    lead.no_code_reason = "" if code else facts.no_code_reason.strip()
    lead.lon, lead.lat = place.lon, place.lat
    lead.given_position = f"{facts.lon:.6f}, {facts.lat:.6f} ({facts.datum.value})"
    lead.county_code = place.county_code
    lead.border_distance_m = place.border_distance_m
    lead.place = facts.place.strip()
    lead.seen_on = facts.seen_on
    lead.description = facts.description.strip()
    lead.to_code = facts.to_code
    shared = [
        g.id
        for g in place.groups
        if lead.to_code in g.county_codes and lead.from_code in g.county_codes
    ]
    lead.group_id = shared[0] if shared else None


def edit_draft(lead: Lead, facts: LeadFacts, *, actor: Actor, now: datetime) -> Lead:
    """Change a draft, or a returned lead before it is offered again to the same county."""
    if not is_sender(actor, lead):
        raise NotAllowed(N_("您不能对此执行该操作。"))
    if lead.state not in {LeadState.DRAFT, LeadState.RETURNED}:
        raise Refused(N_("已移送的线索不能更改。"))
    if lead.state is LeadState.RETURNED and facts.to_code != lead.to_code:
        raise Refused(N_("退回的线索只能补充后再次移送原接收单位,不得另行移送。"))
    place = _check_facts(facts, actor, now)
    _fill(lead, facts, place)
    _note(lead, "edited", actor, now)
    return lead


def offer(lead: Lead, *, actor: Actor, now: datetime) -> Lead:
    """Send the lead to the other county."""
    WORKFLOW.apply(lead, "offer", actor)
    lead.offered_at = now
    _note(lead, "offered", actor, now)
    notices.tell_receiver(lead, N_("收到跨界线索 %(number)s,请签收。"), now=now)
    return lead


def withdraw(lead: Lead, *, note: str, actor: Actor, now: datetime) -> Lead:
    """Take it back before the other county has acknowledged it, or after it was returned."""
    was_offered = lead.offered_at is not None
    WORKFLOW.apply(lead, "withdraw", actor)
    _note(lead, "withdrawn", actor, now, note)
    if was_offered:
        notices.tell_receiver(lead, N_("线索 %(number)s 已由移送方撤回。"), now=now)
    return lead


def acknowledge(lead: Lead, *, actor: Actor, now: datetime) -> Lead:
    """签收: the receipt, which stops the first clock."""
    WORKFLOW.apply(lead, "acknowledge", actor)
    lead.acknowledged_at = now
    _note(lead, "acknowledged", actor, now)
    notices.tell_sender(lead, N_("线索 %(number)s 已签收。"), now=now)
    return lead


def accept(lead: Lead, *, note: str, actor: Actor, now: datetime) -> Lead:
    """接收: the county takes the lead up."""
    WORKFLOW.apply(lead, "accept", actor)
    lead.accepted_at = now
    _note(lead, "accepted", actor, now, note)
    notices.tell_sender(lead, N_("线索 %(number)s 已接收办理。"), now=now)
    return lead


def return_lead(
    lead: Lead, *, reason: ReturnReason, note: str, actor: Actor, now: datetime
) -> Lead:
    """退回 with a reason; the receiver never passes a lead on to a third county."""
    _require_note(note, N_("请说明退回的理由。"))
    WORKFLOW.apply(lead, "return", actor)
    lead.returned_at = now
    lead.return_reason = reason
    _note(lead, "returned", actor, now, note, reason=reason.value)
    notices.tell_sender(lead, N_("线索 %(number)s 被退回,请查看理由。"), now=now)
    return lead


def reoffer(lead: Lead, *, note: str, actor: Actor, now: datetime) -> Lead:
    """Offer a returned lead again to the same county, supplemented; its clocks begin anew."""
    _require_note(note, N_("请说明补充了什么。"))
    WORKFLOW.apply(lead, "reoffer", actor)
    lead.offered_at = now
    lead.acknowledged_at = lead.returned_at = None
    lead.return_reason = None
    _note(lead, "reoffered", actor, now, note)
    notices.tell_receiver(lead, N_("线索 %(number)s 已补充后再次移送,请签收。"), now=now)
    return lead


def object_(lead: Lead, *, note: str, actor: Actor, now: datetime) -> Lead:
    """管辖异议: to the common superior; from now on both cities' coordinators see the lead."""
    _require_note(note, N_("请说明管辖异议的理由。"))
    WORKFLOW.apply(lead, "object", actor)
    lead.objected_at = now
    _note(lead, "objected", actor, now, note)
    notices.tell_superiors(lead, N_("线索 %(number)s 有管辖异议,待指定。"), now=now)
    return lead


def designate(lead: Lead, *, to_receiver: bool, document: str, actor: Actor, now: datetime) -> Lead:
    """Record the common superior's decision: the receiver works it, or the sender keeps it."""
    _require_note(document, N_("请填写指定管辖文书的文号。"))
    WORKFLOW.apply(lead, "designate_receiver" if to_receiver else "designate_sender", actor)
    lead.designation = document.strip()
    if to_receiver:
        lead.accepted_at = now
        lead.acknowledged_at = lead.acknowledged_at or now
    else:
        lead.closed_at = now
        lead.outcome = Outcome.DESIGNATED_ELSEWHERE
    _note(lead, "designated", actor, now, document, to_receiver=to_receiver)
    notices.tell_sender(lead, N_("线索 %(number)s 已指定管辖。"), now=now)
    notices.tell_receiver(lead, N_("线索 %(number)s 已指定管辖。"), now=now)
    return lead


def report_progress(lead: Lead, *, note: str, actor: Actor, now: datetime) -> Lead:
    """进展反馈; the first one stops its clock."""
    _require_note(note, N_("请填写进展。"))
    WORKFLOW.apply(lead, "progress", actor)
    lead.first_feedback_at = lead.first_feedback_at or now
    _note(lead, "progressed", actor, now, note)
    notices.tell_sender(lead, N_("线索 %(number)s 有新的进展反馈。"), now=now)
    return lead


def extend(lead: Lead, *, note: str, actor: Actor, now: datetime) -> Lead:
    """延期: thirty more days for the final feedback, once, with the reason."""
    _require_note(note, N_("请说明延期的理由。"))
    if lead.extended_at is not None:
        raise Refused(N_("只能延期一次。"))
    WORKFLOW.apply(lead, "extend", actor)
    lead.extended_at = now
    _note(lead, "extended", actor, now, note)
    notices.tell_sender(lead, N_("线索 %(number)s 的最终反馈延期30日。"), now=now)
    return lead


def feed_back(lead: Lead, *, outcome: Outcome, note: str, actor: Actor, now: datetime) -> Lead:
    """最终反馈 with the outcome; the sender has five working days to dispute it."""
    _require_note(note, N_("请填写办理情况。"))
    WORKFLOW.apply(lead, "feed_back", actor)
    lead.fed_back_at = now
    lead.outcome = outcome
    _note(lead, "fed_back", actor, now, note, outcome=outcome.value)
    notices.tell_sender(lead, N_("线索 %(number)s 已最终反馈,请确认。"), now=now)
    return lead


def confirm(lead: Lead, *, actor: Actor, now: datetime) -> Lead:
    """The sender is content; the lead is closed, both copies stay."""
    WORKFLOW.apply(lead, "confirm", actor)
    lead.closed_at = now
    _note(lead, "closed", actor, now)
    notices.tell_receiver(lead, N_("线索 %(number)s 的反馈已确认,办结。"), now=now)
    return lead


def auto_confirm(lead: Lead, *, actor: Actor, now: datetime) -> Lead:
    """Close a lead whose feedback nobody disputed in time; only the machine does."""
    WORKFLOW.apply(lead, "auto_confirm", actor)
    lead.closed_at = now
    _note(lead, "auto_closed", actor, now)
    notices.tell_sender(lead, N_("线索 %(number)s 到期自动确认,办结。"), now=now)
    return lead


def dispute(lead: Lead, *, note: str, actor: Actor, now: datetime) -> Lead:
    """The sender disputes the feedback; the receiver works on."""
    _require_note(note, N_("请说明异议。"))
    WORKFLOW.apply(lead, "dispute", actor)
    lead.fed_back_at = None
    lead.outcome = None
    _note(lead, "disputed", actor, now, note)
    notices.tell_receiver(lead, N_("移送方对线索 %(number)s 的反馈有异议。"), now=now)
    return lead


def add_evidence(
    lead: Lead, stream: IO[bytes], name: str, *, folder: Path, actor: Actor, now: datetime
) -> Evidence:
    """Keep a file with the lead, hashed on arrival."""
    if not may_add_evidence(actor, lead):
        raise NotAllowed(N_("现在不能为这条线索添加材料。"))
    if len(lead.evidence) >= MOST_FILES:
        raise Refused(N_("每条线索最多%(n)s个文件。"), n=MOST_FILES)
    stored = store_file(folder, stream, name)
    row = Evidence(**vars(stored), by_name=actor.name, by_code=actor.region_code, at=now)
    lead.evidence.append(row)
    db.session.flush()
    _note(lead, "evidence_added", actor, now, stored.original_name, sha256=stored.sha256)
    return row


def remove_evidence(row: Evidence, *, reason: str, actor: Actor, now: datetime) -> Evidence:
    """A tombstone with a reason; only the county that added the file, while it may add."""
    _require_note(reason, N_("请说明移除的理由。"))
    if row.by_code != actor.region_code or not may_add_evidence(actor, row.lead):
        raise NotAllowed(N_("只有添加材料的单位可以移除它。"))
    if row.removed_at is not None:
        raise Refused(N_("该材料已经移除。"))
    row.removed_at = now
    row.remove_reason = reason.strip()
    _note(row.lead, "evidence_removed", actor, now, reason, evidence_id=row.id)
    return row


def _require_note(note: str, sentence: str) -> None:
    if not note.strip():
        raise Invalid(sentence)


def _note(
    lead: Lead, verb: str, actor: Actor, now: datetime, note: str = "", **data: object
) -> None:
    """The lead's own timeline, with words; and the trail, with ids and states alone."""
    lead.events.append(
        LeadEvent(
            verb=verb,
            at=now,
            by_name=actor.name,
            by_code=actor.region_code,
            note=note.strip(),
            data=data,
        )
    )
    record(f"lead.{verb}", lead, actor=actor, now=now, state=lead.state.value)
