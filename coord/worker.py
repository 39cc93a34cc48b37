"""The scheduler: one process leads, by a lock; work is found by query, so none is lost.

With SQLite the lock is a file in the instance folder; with PostgreSQL an advisory lock
on a connection of its own, so that any number of machines elect one.
"""

import fcntl
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from coord.boundaries.jobs import tend_imports, tend_works
from coord.cases.jobs import confirm_due_leads
from coord.config import Settings
from coord.db import db, unit_of_work
from coord.kernel.clock import utc_now

log = logging.getLogger(__name__)

#: Any constant serves; it names Coord's scheduler among a database's advisory locks.
ADVISORY_KEY = 5_101_510_600


@dataclass(frozen=True)
class Job:
    """A piece of scheduled work: it asks what is due at `now` and does it, idempotently."""

    name: str
    every_minutes: int
    run: Callable[[datetime, Settings], int]


#: All scheduled work of the house; `coord jobs run` does it by hand.
JOBS: tuple[Job, ...] = (
    Job("confirm_due_leads", 10, lambda now, _settings: confirm_due_leads(now=now)),
    Job("tend_imports", 60, lambda now, settings: tend_imports(now=now, settings=settings)),
    Job("tend_works", 1, lambda now, settings: tend_works(now=now, settings=settings)),
)


def run_job(app: Flask, job: Job) -> int:
    """Do one job in a unit of work of its own; how many things it moved."""
    with app.app_context(), unit_of_work():
        return job.run(utc_now(), app.extensions["coord.settings"])


class Worker:
    """Runs the jobs in this process while it holds the lock."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._file: IO[str] | None = None
        self._connection: Connection | None = None
        self._scheduler = BackgroundScheduler(timezone="Asia/Shanghai")

    def start(self) -> None:
        """Begin: every ten seconds the lock is asked for or confirmed, jobs run under it."""
        self._scheduler.add_job(
            self._lead, "interval", seconds=10, id="lead", next_run_time=utc_now(), max_instances=1
        )
        for job in JOBS:
            self._scheduler.add_job(
                self._run_if_leading,
                "interval",
                minutes=job.every_minutes,
                args=[job],
                id=job.name,
                max_instances=1,
                coalesce=True,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """End and let another process lead."""
        self._scheduler.shutdown(wait=False)
        self._let_go()

    def _run_if_leading(self, job: Job) -> None:
        if self._is_leading():
            moved = run_job(self._app, job)
            log.info("job %s: %d", job.name, moved)

    def _lead(self) -> None:
        if self._is_leading():
            return
        if self._settings.database_url.startswith("sqlite"):
            self._lead_by_file()
        else:
            self._lead_by_database()

    def _lead_by_file(self) -> None:
        file = (self._settings.instance / "scheduler.lock").open("w", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return
        self._file = file

    def _lead_by_database(self) -> None:
        with self._app.app_context():
            connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        asked = text("SELECT pg_try_advisory_lock(:key)")
        if connection.scalar(asked, {"key": ADVISORY_KEY}):
            self._connection = connection
        else:
            connection.close()

    def _is_leading(self) -> bool:
        if self._file is not None:
            return True
        if self._connection is None:
            return False
        try:
            self._connection.scalar(text("SELECT 1"))
        except SQLAlchemyError:
            self._let_go()
            return False
        return True

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
