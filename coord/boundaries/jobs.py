"""What the scheduler asks of this room."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from coord.audit.operations import record
from coord.boundaries.studio_models import BoundaryImport
from coord.boundaries.vintage_operations import LEFT_LYING, end_import
from coord.boundaries.work_process import start_process
from coord.boundaries.works import bury_dead, list_startable
from coord.config import Settings
from coord.db import after_commit, db
from coord.kernel.actor import SYSTEM


def tend_works(*, now: datetime, settings: Settings) -> int:
    """Start work that waits, mark the work of dead processes as failed; how much there was.

    A page starts its work itself; this is for what was lost on the way or had to wait its turn.
    """
    dead = bury_dead(now=now)
    waiting = list_startable()
    for work_id in waiting:
        after_commit(lambda number=work_id: start_process(settings, number))  # type: ignore[misc]  # a default binds the loop's value
    return dead + len(waiting)


def tend_imports(*, now: datetime, settings: Settings) -> int:
    """Put aside files that nobody went on with for a day, delete strays; how many there were."""
    left = select(BoundaryImport).where(
        BoundaryImport.over_at.is_(None), BoundaryImport.uploaded_at < now - LEFT_LYING
    )
    lying = list(db.session.scalars(left.with_for_update()))
    for brought in lying:
        end_import(brought, now=now)
        record("import.dropped", brought, actor=SYSTEM, now=now)
    wanted = set(db.session.scalars(select(BoundaryImport.stored_name)))
    strays = [path for path in _old_files(settings.imports_folder, now) if path.name not in wanted]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(lying) + len(strays)


def _old_files(folder: Path, now: datetime) -> list[Path]:
    """Files that no upload still under way can be writing."""
    if not folder.is_dir():
        return []
    latest = (now - LEFT_LYING).timestamp()
    return [path for path in folder.iterdir() if path.stat().st_mtime < latest]
