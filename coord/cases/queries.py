"""The readers: lists, clocks, tasks, records for the meter."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select

from coord.agreements.enums import RecordKind
from coord.agreements.meter import Record
from coord.cases.clocks import Clock, Times, clocks_of, open_clock
from coord.cases.enums import FINAL_STATES, LeadState
from coord.cases.models import Evidence, Lead
from coord.cases.policy import is_receiver, is_sender, is_superior, visible
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.clock import end_of_day, shanghai_date, start_of_day
from coord.kernel.regions import party_of
from coord.kernel.tasks import Task
from coord.kernel.text import N_
from coord.workdays.holidays import HolidayTable
from coord.workdays.queries import current_table

PER_PAGE = 30

NOT_CLOSED = N_("线索尚未办结")


def find_lead(actor: Actor, lead_id: int) -> Lead | None:
    """One lead, if the actor may know of it."""
    return db.session.scalar(visible(actor).where(Lead.id == lead_id))


def find_evidence(actor: Actor, lead_id: int, evidence_id: int) -> Evidence | None:
    """A file of a lead the actor may know of."""
    statement = select(Evidence).where(
        Evidence.id == evidence_id,
        Evidence.lead_id == lead_id,
        Evidence.lead_id.in_(visible(actor).with_only_columns(Lead.id)),
    )
    return db.session.scalar(statement)


@dataclass(frozen=True)
class LeadRow:
    """A line of the list: the lead and its most pressing clock."""

    lead: Lead
    clock: Clock | None
    is_overdue: bool
    is_near: bool


def tab_statement(actor: Actor, tab: str) -> Select[Lead]:
    """The leads of one of the list's tabs: waiting, sent, received, closed."""
    statement = visible(actor)
    code = actor.region_code
    if tab == "sent":
        return statement.where(Lead.from_code == code)
    if tab == "received":
        return statement.where(Lead.to_code == code)
    if tab == "closed":
        return statement.where(Lead.state.in_(FINAL_STATES))
    mine = {
        "to": (LeadState.OFFERED, LeadState.ACKNOWLEDGED, LeadState.ACCEPTED),
        "from": (LeadState.DRAFT, LeadState.RETURNED, LeadState.FED_BACK),
    }
    waiting = ((Lead.to_code == code) & Lead.state.in_(mine["to"])) | (
        (Lead.from_code == code) & Lead.state.in_(mine["from"])
    )
    if actor.has(Role.COORDINATOR):
        waiting = waiting | (Lead.state == LeadState.OBJECTED)
    return statement.where(waiting)


def list_leads(actor: Actor, tab: str, *, page: int, now: datetime) -> tuple[list[LeadRow], int]:
    """One page of a tab, newest first, with clocks; and how many there are in all."""
    statement = tab_statement(actor, tab)
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    leads = db.session.scalars(
        statement.order_by(Lead.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    )
    table = current_table()
    return [_row(lead, now, table) for lead in leads], total


def count_tabs(actor: Actor) -> dict[str, int]:
    """How many leads each tab holds."""
    counts = {}
    for tab in ("waiting", "sent", "received", "closed"):
        statement = tab_statement(actor, tab)
        counts[tab] = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    return counts


def _row(lead: Lead, now: datetime, table: HolidayTable) -> LeadRow:
    clock = None if lead.state in FINAL_STATES else open_clock(clocks_for(lead, table))
    return LeadRow(
        lead,
        clock,
        is_overdue=clock is not None and clock.is_overdue(now),
        is_near=clock is not None and clock.is_near(shanghai_date(now), table),
    )


def clocks_for(lead: Lead, table: HolidayTable) -> tuple[Clock, ...]:
    """The lead's clocks that have begun."""
    decided = lead.accepted_at or lead.returned_at or lead.objected_at
    return clocks_of(
        Times(
            offered_at=lead.offered_at,
            acknowledged_at=lead.acknowledged_at,
            decided_at=decided,
            accepted_at=lead.accepted_at,
            first_feedback_at=lead.first_feedback_at,
            fed_back_at=lead.fed_back_at,
            closed_at=lead.closed_at,
            is_extended=lead.extended_at is not None,
        ),
        lead.urgency,
        table,
    )


#: What each state asks of whom, as the workbench words it.
_RECEIVER_TASKS = {
    LeadState.OFFERED: N_("签收线索"),
    LeadState.ACKNOWLEDGED: N_("接收或退回线索"),
    LeadState.ACCEPTED: N_("办理并反馈线索"),
}
_SENDER_TASKS = {
    LeadState.DRAFT: N_("移送或撤回草稿"),
    LeadState.RETURNED: N_("处理被退回的线索"),
    LeadState.FED_BACK: N_("确认线索反馈"),
}


def list_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """What waits for this person."""
    if not actor.has(Role.OFFICER, Role.COORDINATOR):
        return []
    table = current_table()
    leads = db.session.scalars(tab_statement(actor, "waiting").order_by(Lead.id))
    return [task for lead in leads if (task := _task(lead, actor, now, table)) is not None]


def _task(lead: Lead, actor: Actor, now: datetime, table: HolidayTable) -> Task | None:
    verb = None
    if is_receiver(actor, lead):
        verb = _RECEIVER_TASKS.get(lead.state)
    elif is_sender(actor, lead):
        verb = _SENDER_TASKS.get(lead.state)
    elif is_superior(actor, lead) and lead.state is LeadState.OBJECTED:
        verb = N_("登记指定管辖")
    if verb is None:
        return None
    row = _row(lead, now, table)
    due = row.clock.due if row.clock is not None else None
    return Task(
        "cases",
        verb,
        f"{lead.number} {lead.title}",
        f"/cases/{lead.id}",
        due_on=due.due_on if due is not None else None,
        overdue=row.is_overdue,
        provisional=due.provisional if due is not None else False,
    )


def obligation_records(actor: Actor, start: date, end: date) -> list[Record]:
    """Leads offered between two days that the actor may know of, as the meter reads them."""
    statement = visible(actor).where(
        Lead.offered_at >= start_of_day(start), Lead.offered_at < end_of_day(end)
    )
    return [
        Record(
            kind=RecordKind.LEAD_TRANSFER,
            key=f"lead:{lead.id}",
            title=f"{lead.number} {lead.title}",
            path=f"/cases/{lead.id}",
            on=shanghai_date(lead.offered_at or lead.created_at),
            done=lead.state is LeadState.CLOSED,
            group_id=lead.group_id,
            parties=tuple(sorted({party_of(lead.from_code), party_of(lead.to_code)})),
            excluded=None if lead.state is LeadState.CLOSED else NOT_CLOSED,
        )
        for lead in db.session.scalars(statement)
    ]
