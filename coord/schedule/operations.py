"""Plan a campaign and its actions: make, edit, publish, cancel."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from coord.accounts.queries import list_people_of
from coord.agreements.enums import AgreementState, RecordKind
from coord.agreements.models import Agreement
from coord.audit.operations import record
from coord.boundaries.queries import find_group
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.text import N_
from coord.notify.operations import tell
from coord.schedule.enums import (
    ActionState,
    Attendance,
    CampaignState,
    Confirmation,
    Focus,
    InspectionType,
)
from coord.schedule.models import Campaign, JointAction, Participant
from coord.schedule.policy import may_plan
from coord.schedule.workflow import WORKFLOW

_NOT_PLANNER = N_("只有制定该行动的城市的市级联络员可以这样做。")


@dataclass(frozen=True)
class ActionPlan:
    """What a planner says of an action. Instants are aware; codes six digits."""

    kind: RecordKind
    focus: Focus
    title: str
    group_id: int | None
    starts_at: datetime
    ends_at: datetime
    place: str
    host_code: str
    lead_code: str
    #: Empty: the group's counties.
    region_codes: tuple[str, ...]
    inspection: InspectionType
    approval_number: str
    note: str = ""


def make_campaign(
    *,
    agreement_id: int,
    kind: RecordKind,
    title: str,
    window: tuple[date, date],
    foci: Sequence[Focus],
    parent_plan: str,
    actor: Actor,
    now: datetime,
) -> Campaign:
    """A draft campaign of the actor's city under an agreement it is party to."""
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed(N_("只有市级联络员可以制定行动。"))
    agreement = db.session.get(Agreement, agreement_id)
    parties = {row.party for row in agreement.parties} if agreement is not None else set()
    if agreement is None or actor.party not in parties:
        raise NotAllowed(N_("本市不是该协议的签约方。"))
    if agreement.state is not AgreementState.PUBLISHED:
        raise Refused(N_("协议尚未印发,不能据以制定行动。"))
    _check_window(window, agreement)
    campaign = Campaign(
        agreement_id=agreement_id,
        kind=kind,
        title=title.strip(),
        window_from=window[0],
        window_to=window[1],
        foci=[focus.value for focus in foci],
        parent_plan=parent_plan.strip(),
        party=actor.party,
        state=CampaignState.DRAFT,
        created_at=now,
    )
    db.session.add(campaign)
    record("campaign.made", campaign, actor=actor, now=now, agreement_id=agreement_id)
    return campaign


def _check_window(window: tuple[date, date], agreement: Agreement) -> None:
    if window[1] < window[0]:
        raise Invalid(N_("终止日期不能早于开始日期。"))
    end = agreement.effective_to
    if window[0] < agreement.effective_from or (end is not None and window[1] > end):
        raise Invalid(N_("行动期间须在协议有效期之内。"))


def add_action(campaign: Campaign, plan: ActionPlan, *, actor: Actor, now: datetime) -> JointAction:
    """A draft action in a campaign."""
    _require_planner(campaign, actor)
    codes = _checked_codes(plan)
    action = JointAction(
        campaign=campaign,
        state=ActionState.DRAFT,
        uid=f"{secrets.token_hex(16)}@coord.actions",
        sequence=0,
        created_at=now,
        changed_at=now,
        participants=[_participant(code) for code in codes],
    )
    _fill(action, plan)
    db.session.add(action)
    record("action.added", action, actor=actor, now=now, campaign_id=campaign.id)
    return action


def _checked_codes(plan: ActionPlan) -> tuple[str, ...]:
    codes = plan.region_codes
    if not codes and plan.group_id is not None:
        group = find_group(plan.group_id)
        codes = group.county_codes if group is not None else ()
    if plan.ends_at <= plan.starts_at:
        raise Invalid(N_("结束时间须晚于开始时间。"))
    if len(codes) < 2:
        raise Invalid(N_("联动至少要有两个单位参加:请选择联动组或勾选参加单位。"))
    for code in (plan.host_code, plan.lead_code):
        if code not in codes:
            raise Invalid(N_("属地单位和牵头单位须在参加单位之中。"))
    return tuple(sorted(set(codes)))


def _participant(code: str) -> Participant:
    return Participant(
        region_code=code, attendance=Attendance.WAITING, confirmation=Confirmation.WAITING
    )


def _fill(action: JointAction, plan: ActionPlan) -> None:
    action.kind = plan.kind
    action.focus = plan.focus
    action.title = plan.title.strip()
    action.group_id = plan.group_id
    action.starts_at = plan.starts_at
    action.ends_at = plan.ends_at
    action.place = plan.place.strip()
    action.host_code = plan.host_code
    action.lead_code = plan.lead_code
    action.inspection = plan.inspection
    action.approval_number = plan.approval_number.strip()
    action.note = plan.note.strip()


def edit_action(
    action: JointAction, plan: ActionPlan, *, actor: Actor, now: datetime
) -> JointAction:
    """Change an action; a published one's time or place moved asks every county again."""
    _require_planner(action.campaign, actor)
    if action.state not in {ActionState.DRAFT, ActionState.PUBLISHED}:
        raise Refused(N_("已登记结果或已取消的行动不能更改。"))
    codes = _checked_codes(plan)
    before = (action.starts_at, action.ends_at, action.place)
    shown_before = (*before, action.title, action.host_code, action.region_codes)
    _fill(action, plan)
    kept = {row.region_code: row for row in action.participants if row.region_code in codes}
    action.participants = [kept.get(code) or _participant(code) for code in codes]
    moved = before != (action.starts_at, action.ends_at, action.place)
    if moved:
        action.sequence += 1
    shown = (action.starts_at, action.ends_at, action.place, action.title, action.host_code, codes)
    if shown != shown_before:
        action.changed_at = now
    if action.state is ActionState.PUBLISHED:
        _require_complete(action)
        if moved:
            _ask_again(action)
        _tell(
            action,
            N_("“%(title)s”有变动,请查看并重新答复。")
            if moved
            else N_("“%(title)s”的内容已更新。"),
            now,
        )
    record("action.edited", action, actor=actor, now=now, moved=moved, sequence=action.sequence)
    return action


def _ask_again(action: JointAction) -> None:
    for row in action.participants:
        row.attendance = Attendance.WAITING
        row.reason = row.answered_by = ""
        row.answered_at = None


def publish_campaign(campaign: Campaign, *, actor: Actor, now: datetime) -> Campaign:
    """Publish the campaign and every draft action in it; the counties are told."""
    _require_planner(campaign, actor)
    drafts = [action for action in campaign.actions if action.state is ActionState.DRAFT]
    if campaign.state is CampaignState.PUBLISHED and not drafts:
        raise Refused(N_("没有待发布的内容。"))
    if not campaign.actions:
        raise Refused(N_("还没有安排任何行动,不能发布。"))
    for action in drafts:
        _require_complete(action)
    campaign.state = CampaignState.PUBLISHED
    campaign.published_at = campaign.published_at or now
    for action in drafts:
        WORKFLOW.apply(action, "publish", actor)
        action.published_at = now
        action.changed_at = now
        _tell(action, N_("新的联动行动“%(title)s”,请答复是否参加。"), now)
    record("campaign.published", campaign, actor=actor, now=now, actions=[a.id for a in drafts])
    return campaign


def _require_complete(action: JointAction) -> None:
    if action.inspection is InspectionType.NONE or action.approval_number:
        return
    if action.inspection is InspectionType.SPECIAL:
        raise Refused(
            N_("“%(title)s”是专项检查,须先填写批准文号(国办发〔2024〕54号)。"), title=action.title
        )


def cancel_action(action: JointAction, *, reason: str, actor: Actor, now: datetime) -> JointAction:
    """Call an action off; calendars keep it struck through for a month."""
    if not reason.strip():
        raise Invalid(N_("请写明取消的原因。"))
    was_published = action.published_at is not None
    WORKFLOW.apply(action, "cancel", actor)
    action.cancelled_at = now
    action.changed_at = now
    action.cancel_reason = reason.strip()
    action.sequence += 1
    record("action.cancelled", action, actor=actor, now=now, sequence=action.sequence)
    if was_published:
        _tell(action, N_("“%(title)s”已取消。"), now)
    return action


def _require_planner(campaign: Campaign, actor: Actor) -> None:
    if not may_plan(actor, campaign):
        raise NotAllowed(_NOT_PLANNER)


def _tell(action: JointAction, message: str, now: datetime) -> None:
    db.session.flush()
    people = [
        person.id
        for code in action.region_codes
        for person in list_people_of(code, Role.OFFICER, Role.COORDINATOR)
    ]
    tell(people, message, path=f"/schedule/actions/{action.id}", now=now, title=action.title)


def list_plans_between(start: datetime, end: datetime) -> list[JointAction]:
    """Every live action that overlaps a span, for the check of double bookings."""
    statement = select(JointAction).where(
        JointAction.starts_at < end,
        JointAction.ends_at > start,
        JointAction.state != ActionState.CANCELLED,
    )
    return list(db.session.scalars(statement).unique())
