"""The readers: campaigns, actions, the calendar's days, tasks, records for the meter."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coord.agreements.enums import RecordKind
from coord.agreements.meter import Record
from coord.boundaries.queries import county_names, list_counties
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.clock import end_of_day, shanghai_date, start_of_day, utc_now
from coord.kernel.regions import PARTY_NAMES, party_of
from coord.kernel.tasks import Task
from coord.kernel.text import N_
from coord.schedule.enums import ActionState, Attendance, CampaignState, Confirmation
from coord.schedule.models import Campaign, JointAction
from coord.schedule.operations import list_plans_between
from coord.schedule.policy import may_confirm, may_record, visible, visible_campaigns
from coord.schedule.warnings import Plan, Warning, check_plan
from coord.workdays.deadlines import CountingUnit, Due, Limit, due
from coord.workdays.holidays import HolidayTable
from coord.workdays.queries import current_table

#: A county answers within two working days of the notice; a record within three of the end.
ANSWER = Limit(2, CountingUnit.WORKING_DAY)
RECORD = Limit(3, CountingUnit.WORKING_DAY)

WAITING_FOR_RECORD = N_("已开展,尚未登记结果")
WAITING_FOR_CONFIRMATION = N_("结果已登记,尚未经各方确认")
CANCELLED = N_("已取消")


def list_campaigns(actor: Actor) -> list[Campaign]:
    """Campaigns the actor may know of, the newest window first."""
    statement = visible_campaigns(actor).order_by(Campaign.window_from.desc(), Campaign.id.desc())
    return list(db.session.scalars(statement).unique())


def find_campaign(actor: Actor, campaign_id: int) -> Campaign | None:
    """One campaign, if the actor may know of it."""
    return (
        db.session.scalars(visible_campaigns(actor).where(Campaign.id == campaign_id))
        .unique()
        .one_or_none()
    )


def find_action(actor: Actor, action_id: int) -> JointAction | None:
    """One action, if the actor may know of it."""
    return (
        db.session.scalars(visible(actor).where(JointAction.id == action_id)).unique().one_or_none()
    )


def list_actions(actor: Actor, start: date, end: date) -> list[JointAction]:
    """Actions that begin between two days, both in, by time."""
    statement = visible(actor).where(
        JointAction.starts_at >= start_of_day(start), JointAction.starts_at < end_of_day(end)
    )
    return list(
        db.session.scalars(statement.order_by(JointAction.starts_at, JointAction.id)).unique()
    )


def list_campaign_actions(actor: Actor, campaign: Campaign) -> list[JointAction]:
    """A campaign's actions that the actor may know of."""
    statement = visible(actor).where(JointAction.campaign_id == campaign.id)
    return list(
        db.session.scalars(statement.order_by(JointAction.starts_at, JointAction.id)).unique()
    )


@dataclass(frozen=True)
class CalendarDay:
    """A square of the month's page."""

    day: date
    in_month: bool
    is_today: bool
    is_workday: bool
    #: Holiday or make-up workday, a msgid.
    name: str | None
    is_provisional: bool
    actions: tuple[JointAction, ...]


def month_of(actor: Actor, year: int, month: int, *, today: date) -> list[list[CalendarDay]]:
    """The month's weeks from Monday, with each day's actions and kind."""
    weeks = Calendar().monthdatescalendar(year, month)
    table = current_table()
    by_day: dict[date, list[JointAction]] = {}
    for action in list_actions(actor, weeks[0][0] - timedelta(days=31), weeks[-1][-1]):
        last = shanghai_date(action.ends_at - timedelta(microseconds=1))
        for step in range((last - action.day).days + 1):
            by_day.setdefault(action.day + timedelta(days=step), []).append(action)
    return [[_calendar_day(day, month, today, table, by_day) for day in week] for week in weeks]


def _calendar_day(
    day: date,
    month: int,
    today: date,
    table: HolidayTable,
    by_day: dict[date, list[JointAction]],
) -> CalendarDay:
    return CalendarDay(
        day=day,
        in_month=day.month == month,
        is_today=day == today,
        is_workday=table.is_workday(day),
        name=table.day_name(day),
        is_provisional=not table.is_loaded(day.year),
        actions=tuple(by_day.get(day, ())),
    )


def region_names() -> dict[str, str]:
    """Names of counties by code and of cities by their code ending in 00."""
    cities = {f"{party}00": name for party, name in PARTY_NAMES.items()}
    return {**county_names(), **cities}


def region_choices(parties: tuple[str, ...]) -> list[tuple[str, str]]:
    """(Code, name) of the cities and counties of some parties."""
    names = region_names()
    cities = [(f"{party}00", names[f"{party}00"]) for party in parties]
    return cities + [(county.code, county.name) for county in list_counties(parties)]


def warnings_of(
    plan: Plan, campaign: Campaign, *, effective: tuple[date, date | None], today: date
) -> tuple[Warning, ...]:
    """What a planner should know of an action's date."""
    others = [as_plan(action) for action in list_plans_between(plan.starts_at, plan.ends_at)]
    return check_plan(
        plan,
        others,
        window=(campaign.window_from, campaign.window_to),
        agreement=effective,
        today=today,
        table=current_table(),
        names=region_names(),
    )


def as_plan(action: JointAction) -> Plan:
    """A saved action as the check sees it."""
    return Plan(
        str(action.id),
        action.title,
        action.starts_at,
        action.ends_at,
        action.region_codes,
        action.host_code,
    )


def obligation_records(actor: Actor, start: date, end: date) -> list[Record]:
    """The published actions of a span as the meter reads them."""
    now = utc_now()
    return [
        _as_record(action, now)
        for action in list_actions(actor, start, end)
        if action.published_at is not None
    ]


def _as_record(action: JointAction, now: datetime) -> Record:
    reasons = {
        ActionState.CANCELLED: CANCELLED,
        ActionState.REPORTED: WAITING_FOR_CONFIRMATION,
    }
    excluded = reasons.get(action.state)
    if action.state is ActionState.PUBLISHED and action.ends_at <= now:
        excluded = WAITING_FOR_RECORD
    return Record(
        kind=action.kind,
        key=f"action:{action.id}",
        title=action.title,
        path=f"/schedule/actions/{action.id}",
        on=action.day,
        done=action.state is ActionState.CLOSED,
        group_id=action.group_id,
        parties=tuple(sorted({party_of(code) for code in action.region_codes})),
        excluded=excluded,
    )


def list_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """What waits for this person: answers, records, confirmations, drafts."""
    if not actor.has(Role.OFFICER, Role.COORDINATOR):
        return []
    table = current_table()
    tasks: list[Task] = []
    span = (shanghai_date(now) - timedelta(days=400), shanghai_date(now) + timedelta(days=400))
    for action in list_actions(actor, *span):
        task = _task_of(action, actor, now, table)
        if task is not None:
            tasks.append(task)
    if actor.has(Role.COORDINATOR):
        tasks += [
            Task(
                "schedule", N_("发布行动方案"), campaign.title, f"/schedule/campaigns/{campaign.id}"
            )
            for campaign in list_campaigns(actor)
            if campaign.state is CampaignState.DRAFT and campaign.party == actor.party
        ]
    return tasks


def _task_of(action: JointAction, actor: Actor, now: datetime, table: HolidayTable) -> Task | None:
    path = f"/schedule/actions/{action.id}"
    own = next((row for row in action.participants if row.region_code == actor.region_code), None)
    if own is None:
        return None
    published = action.state is ActionState.PUBLISHED
    if published and own.attendance is Attendance.WAITING and now < action.ends_at:
        clock = due(action.published_at or action.created_at, ANSWER, table)
        return _task(N_("答复是否参加"), action, path, clock, now)
    if published and may_record(actor, action) and now >= action.ends_at:
        return _task(N_("登记行动结果"), action, path, due(action.ends_at, RECORD, table), now)
    waiting = own.confirmation is Confirmation.WAITING and own.attendance is not Attendance.DECLINED
    if action.state is ActionState.REPORTED and may_confirm(actor, action) and waiting:
        return Task("schedule", N_("确认行动结果"), action.title, path)
    disputed = any(row.confirmation is Confirmation.DISPUTED for row in action.participants)
    if action.state is ActionState.REPORTED and may_record(actor, action) and disputed:
        return Task("schedule", N_("处理结果异议"), action.title, path)
    return None


def _task(verb: str, action: JointAction, path: str, clock: Due, now: datetime) -> Task:
    return Task(
        "schedule",
        verb,
        action.title,
        path,
        due_on=clock.due_on,
        overdue=now > clock.due_at,
        provisional=clock.provisional,
    )


@dataclass(frozen=True)
class Progress:
    """A campaign at a glance, of the actions that the actor may know of."""

    campaign: Campaign
    planned: int
    held: int
    closed: int
    cancelled: int

    @property
    def total(self) -> int:
        """All that still stand."""
        return self.planned + self.held + self.closed


def season_progress(actor: Actor, today: date) -> list[Progress]:
    """Campaigns whose window holds today or begins within 60 days, with their actions' states."""
    found: list[Progress] = []
    for campaign in list_campaigns(actor):
        if not campaign.window_from - timedelta(days=60) <= today <= campaign.window_to:
            continue
        actions = list_campaign_actions(actor, campaign)
        states = [action.state for action in actions]
        over = [
            action
            for action in actions
            if action.state is ActionState.REPORTED
            or (action.state is ActionState.PUBLISHED and shanghai_date(action.ends_at) < today)
        ]
        found.append(
            Progress(
                campaign=campaign,
                planned=len(actions)
                - len(over)
                - states.count(ActionState.CLOSED)
                - states.count(ActionState.CANCELLED),
                held=len(over),
                closed=states.count(ActionState.CLOSED),
                cancelled=states.count(ActionState.CANCELLED),
            )
        )
    return found


#: Kinds a campaign may have; leads are counted by their own room.
CAMPAIGN_KINDS = tuple(kind for kind in RecordKind if kind is not RecordKind.LEAD_TRANSFER)
