"""What the scheduler asks of this room."""

from datetime import datetime

from sqlalchemy import select

from coord.cases.enums import LeadState
from coord.cases.models import Lead
from coord.cases.operations import auto_confirm
from coord.cases.queries import clocks_for
from coord.db import db
from coord.kernel.actor import SYSTEM
from coord.workdays.queries import current_table


def confirm_due_leads(*, now: datetime) -> int:
    """Close every lead whose final feedback nobody disputed in time; how many there were.

    Asks what is due and not done, so running it twice or late changes nothing.
    """
    table = current_table()
    waiting = db.session.scalars(select(Lead).where(Lead.state == LeadState.FED_BACK)).all()
    due = [lead for lead in waiting if clocks_for(lead, table)[-1].due.due_at < now]
    for lead in due:
        auto_confirm(lead, actor=SYSTEM, now=now)
    return len(due)
