"""What must be true of the whole database after any story."""

from itertools import pairwise

from sqlalchemy import func, select

from coord.audit.operations import verify
from coord.boundaries.models import Roster
from coord.cases.enums import LeadState
from coord.cases.models import Lead
from coord.db import db
from coord.schedule.enums import ActionState, Attendance, Confirmation
from coord.schedule.models import JointAction


def check_invariants() -> None:
    """The trail is whole, rosters do not overlap, states and records agree."""
    count, breaks = verify()
    assert breaks == []
    assert count > 0
    _rosters_do_not_overlap()
    _closed_actions_were_confirmed_by_all()
    _leads_have_a_line_for_every_step()


def _rosters_do_not_overlap() -> None:
    rosters = list(db.session.scalars(select(Roster).order_by(Roster.effective_from)))
    for earlier, later in pairwise(rosters):
        assert earlier.effective_to is not None
        assert earlier.effective_to < later.effective_from


def _closed_actions_were_confirmed_by_all() -> None:
    for action in db.session.scalars(select(JointAction)).unique():
        if action.state is not ActionState.CLOSED:
            continue
        assert action.result is not None
        others = [row for row in action.participants if row.attendance is not Attendance.DECLINED]
        assert {row.confirmation for row in others} == {Confirmation.CONFIRMED}


def _leads_have_a_line_for_every_step() -> None:
    for lead in db.session.scalars(select(Lead)):
        verbs = [event.verb for event in lead.events]
        assert verbs[0] == "drafted"
        assert ("offered" in verbs) == (lead.offered_at is not None)
        if lead.state is LeadState.CLOSED:
            assert verbs[-1] in {"closed", "auto_closed", "designated"}
    numbers = select(func.count(func.distinct(Lead.number))), select(func.count(Lead.id))
    assert db.session.scalar(numbers[0]) == db.session.scalar(numbers[1])
