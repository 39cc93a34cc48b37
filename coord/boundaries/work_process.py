"""The process that does a piece of long work: started apart, limited, watched, told to stop."""

import logging
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from flask import Flask
from sqlalchemy.exc import OperationalError

from coord.boundaries.enums import WorkKind
from coord.boundaries.works import (
    TOO_LONG,
    CancelledError,
    Doer,
    fail_work,
    list_startable,
    run_work,
    sign_of_life,
)
from coord.config import MIB, ROOT, Settings
from coord.db import unit_of_work

log = logging.getLogger(__name__)

#: Seconds between two signs of life, and between cancelling and the hard end.
BEAT_EVERY = 5.0
GRACE = 5.0

#: Exit status where the work was cancelled or took too long.
EXIT_STOPPED = 3


def start_process(settings: Settings, work_id: int) -> None:
    """Start a process of its own for a piece of work, with these settings."""
    log_path = settings.instance / "works.log"
    with log_path.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command and a whole number
            [sys.executable, "-m", "coord.cli", "boundaries", "work", str(work_id)],
            cwd=ROOT,
            env={**os.environ, **settings.environ()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    # Someone has to take note of its end, or it stays in the table of processes.
    threading.Thread(target=process.wait, daemon=True, name=f"work-{work_id}").start()


def stop_process(work_id: int, process_id: int | None) -> bool:
    """Tell the work's process to stop, if it runs on this machine; whether it was told."""
    if process_id is None or not _is_its_process(work_id, process_id):
        return False
    try:
        os.kill(process_id, signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _is_its_process(work_id: int, process_id: int) -> bool:
    """Numbers of processes are used again, and another machine has the same: look."""
    try:
        words = Path(f"/proc/{process_id}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return words[-4:-1] == [b"boundaries", b"work", str(work_id).encode("ascii")]


def do_in_process(
    app: Flask, settings: Settings, work_id: int, doers: Mapping[WorkKind, Doer]
) -> None:
    """What the process does: the work under limits, then what waits next is started."""
    _limit_memory(settings.work_memory_mib)
    signal.signal(signal.SIGTERM, _stop)
    watch = threading.Thread(
        target=_watch, args=(app, work_id, settings.work_minutes), daemon=True, name="watch"
    )
    with app.app_context():
        watch.start()
        try:
            state = run_work(work_id, doers)
        finally:
            with unit_of_work(writing=False):
                waiting = list_startable()
            for other in waiting:
                start_process(settings, other)
    log.info("work %d: %s", work_id, state)


def _limit_memory(mib: int) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = mib * MIB if hard == resource.RLIM_INFINITY else min(mib * MIB, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise CancelledError


def _watch(app: Flask, work_id: int, minutes: int) -> None:
    """Signs of life while the work runs; an end to work that was cancelled or takes too long.

    The work may be deep in a library's C code, where no exception reaches it. Ending the
    process is safe: what is not committed was never there.
    """
    began = time.monotonic()
    with app.app_context():
        while True:
            time.sleep(BEAT_EVERY)
            if not sign_of_life(work_id):
                time.sleep(GRACE)
                os._exit(EXIT_STOPPED)
            if time.monotonic() - began > minutes * 60 and _gave_up(work_id, minutes):
                os._exit(EXIT_STOPPED)


def _gave_up(work_id: int, minutes: int) -> bool:
    try:
        fail_work(work_id, TOO_LONG, {"minutes": minutes})
    except OperationalError:
        # The database is held by another writer, perhaps the work itself at its very end.
        return False
    return True
