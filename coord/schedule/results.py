"""Answer whether one takes part, record what came of it, confirm or dispute the record."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from coord.accounts.queries import list_people_of
from coord.audit.operations import record
from coord.kernel.actor import Actor, Role
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.text import N_
from coord.notify.operations import tell
from coord.schedule.enums import ActionState, Attendance, Confirmation
from coord.schedule.models import ActionResult, JointAction, Participant
from coord.schedule.policy import may_answer, may_confirm
from coord.schedule.workflow import WORKFLOW


@dataclass(frozen=True)
class Figures:
    """家次, 人次 and what followed; money in yuan."""

    site_visits: int
    officer_times: int
    problems: int
    filings: int
    penalties: int
    fines_yuan: Decimal
    transfers: int
    summary: str


def answer(
    action: JointAction, *, attending: bool, reason: str, actor: Actor, now: datetime
) -> Participant:
    """A county says whether it takes part; a refusal gives its reason."""
    if not may_answer(actor, action):
        raise NotAllowed(N_("只有参加单位可以答复。"))
    if action.state is not ActionState.PUBLISHED:
        raise Refused(N_("该行动现在不能答复。"))
    if not attending and not reason.strip():
        raise Invalid(N_("不参加须写明理由。"))
    own = _own(action, actor)
    own.attendance = Attendance.ATTENDING if attending else Attendance.DECLINED
    own.reason = "" if attending else reason.strip()
    own.answered_by = actor.name
    own.answered_at = now
    record("action.answered", action, actor=actor, now=now, attending=attending)
    if not attending:
        planners = list_people_of(f"{action.campaign.party}00", Role.COORDINATOR)
        tell(
            [person.id for person in planners],
            N_("有单位不参加“%(title)s”,请查看理由。"),
            path=f"/schedule/actions/{action.id}",
            now=now,
            title=action.title,
        )
    return own


def record_result(
    action: JointAction, figures: Figures, *, actor: Actor, now: datetime
) -> ActionResult:
    """The host records the outcome; a change afterwards voids the others' confirmations."""
    if now < action.starts_at:
        raise Refused(N_("行动尚未开始,不能登记结果。"))
    _check_figures(figures)
    WORKFLOW.apply(action, "record", actor)
    result = action.result
    if result is None:
        result = ActionResult()
        action.result = result
    for name, value in vars(figures).items():
        setattr(result, name, value)
    result.recorded_by = actor.name
    result.recorded_at = now
    for row in action.participants:
        row.confirmation = Confirmation.WAITING
        row.dispute = row.confirmed_by = ""
    _own(action, actor).confirmation = Confirmation.CONFIRMED
    _own(action, actor).confirmed_by = actor.name
    record("action.recorded", action, actor=actor, now=now)
    _tell_confirmers(action, now)
    _close_when_agreed(action, actor, now)
    return result


def _check_figures(figures: Figures) -> None:
    if figures.officer_times < 2:
        raise Invalid(N_("人次至少为2:现场执法不得少于两人。"))
    if figures.penalties == 0 and figures.fines_yuan > 0:
        raise Invalid(N_("没有处罚决定就不应有罚款金额。"))


def _tell_confirmers(action: JointAction, now: datetime) -> None:
    people = [
        person.id
        for row in _must_confirm(action)
        for person in list_people_of(row.region_code, Role.OFFICER, Role.COORDINATOR)
    ]
    tell(
        people,
        N_("“%(title)s”的结果已登记,请确认。"),
        path=f"/schedule/actions/{action.id}",
        now=now,
        title=action.title,
    )


def _must_confirm(action: JointAction) -> list[Participant]:
    """The counties that took part, but for the host; one that declined has no say."""
    return [
        row
        for row in action.participants
        if row.attendance is not Attendance.DECLINED and row.region_code != action.host_code
    ]


def confirm(action: JointAction, *, actor: Actor, now: datetime) -> JointAction:
    """A county confirms the host's record; with the last one the action is closed."""
    own = _confirmers_row(action, actor)
    own.confirmation = Confirmation.CONFIRMED
    own.dispute = ""
    own.confirmed_by = actor.name
    record("action.confirmed", action, actor=actor, now=now)
    _close_when_agreed(action, actor, now)
    return action


def dispute(action: JointAction, *, reason: str, actor: Actor, now: datetime) -> JointAction:
    """A county disputes the host's record; the host mends it and all confirm anew."""
    if not reason.strip():
        raise Invalid(N_("请写明异议。"))
    own = _confirmers_row(action, actor)
    own.confirmation = Confirmation.DISPUTED
    own.dispute = reason.strip()
    own.confirmed_by = actor.name
    record("action.disputed", action, actor=actor, now=now)
    hosts = list_people_of(action.host_code, Role.OFFICER, Role.COORDINATOR)
    tell(
        [person.id for person in hosts],
        N_("有单位对“%(title)s”的结果提出异议。"),
        path=f"/schedule/actions/{action.id}",
        now=now,
        title=action.title,
    )
    return action


def _confirmers_row(action: JointAction, actor: Actor) -> Participant:
    if not may_confirm(actor, action):
        raise NotAllowed(N_("只有属地单位以外的参加单位可以确认。"))
    if action.state is not ActionState.REPORTED:
        raise Refused(N_("该行动没有待确认的结果。"))
    own = _own(action, actor)
    if own.attendance is Attendance.DECLINED:
        raise Refused(N_("没有参加的单位无须确认。"))
    return own


def _close_when_agreed(action: JointAction, actor: Actor, now: datetime) -> None:
    if all(row.confirmation is Confirmation.CONFIRMED for row in _must_confirm(action)):
        WORKFLOW.apply(action, "close", actor)
        record("action.closed", action, actor=actor, now=now)


def _own(action: JointAction, actor: Actor) -> Participant:
    return next(row for row in action.participants if row.region_code == actor.region_code)
