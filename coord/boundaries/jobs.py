"""What the scheduler asks of this room."""

from datetime import datetime

from coord.boundaries.work_process import start_process
from coord.boundaries.works import bury_dead, list_startable
from coord.config import Settings
from coord.db import after_commit


def tend_works(*, now: datetime, settings: Settings) -> int:
    """Start work that waits, mark the work of dead processes as failed; how much there was.

    A page starts its work itself; this is for what was lost on the way or had to wait its turn.
    """
    dead = bury_dead(now=now)
    waiting = list_startable()
    for work_id in waiting:
        after_commit(lambda number=work_id: start_process(settings, number))  # type: ignore[misc]  # a default binds the loop's value
    return dead + len(waiting)
