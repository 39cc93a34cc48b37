"""Long work beside the pages: asked, begun, shown as it goes, cancelled, ended.

A page asks and answers at once; a process of its own does the work (work_process.py). What
may be done is a table from kind to function (doers.py). Such a function is given what was
asked, the actor and a Progress. It reads in units of work of its own, computes outside of any,
and returns a function that saves what came of it: the saving and the state "done" are one
transaction, so work is either kept whole or not at all.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from coord.accounts.models import Person
from coord.audit.operations import record
from coord.boundaries.enums import WorkKind, WorkState
from coord.boundaries.policy import visible_works
from coord.boundaries.studio_models import BoundaryWork
from coord.db import db, is_writing, unit_of_work
from coord.kernel.actor import SYSTEM, Actor
from coord.kernel.clock import utc_now
from coord.kernel.errors import CoordError, Refused
from coord.kernel.text import N_, packed

#: A process that gave no sign of life for so long is dead.
SILENCE = timedelta(minutes=1)

#: So much long work runs at once on an installation; more waits its turn.
MOST_AT_ONCE = 2

#: One person may have so much unfinished.
MOST_FOR_ONE = 3

#: Seconds between two notes of progress.
NOTE_EVERY = 0.5

UNFINISHED = (WorkState.WAITING, WorkState.RUNNING)

DIED = N_("处理进程意外中止(可能是服务器重启或内存不足),没有保存任何结果。请重新提交。")
BROKE = N_("系统出错,没有保存任何结果。问题已记入日志,请把编号 %(number)s 告诉系统管理员。")
NO_MEMORY = N_("内存不足:文件太大或图形太密,没有保存任何结果。请先化简图形或分区域处理。")
TOO_LONG = N_("超过了%(minutes)s分钟的时限,没有保存任何结果。请缩小范围后重试。")


class CancelledError(Exception):
    """The work was cancelled on its page, or given up on: stop, and save nothing."""


@dataclass(frozen=True)
class Asked:
    """What a doer is given: the work's number, what was asked, for whom."""

    id: int
    asked: Mapping[str, Any]
    actor: Actor


class Progress:
    """How far a piece of work is; noted in short transactions of its own."""

    def __init__(self, work_id: int) -> None:
        self._work_id = work_id
        self._noted = 0.0

    def step(self, share: float, message: str, **params: object) -> None:
        """Note the share done (0 to 1) and what is being done now, a msgid.

        Raises CancelledError where the work was cancelled. Call it as often as you like, but
        not within a unit of work that writes: there it does nothing.
        """
        if is_writing() or time.monotonic() - self._noted < NOTE_EVERY:
            return
        note = {"share": min(max(share, 0.0), 1.0), "step": message, "step_params": packed(params)}
        if not sign_of_life(self._work_id, note):
            raise CancelledError
        self._noted = time.monotonic()


#: Saves what came of the work and returns the answer; `path` in it leads to the result.
Saving = Callable[[datetime], dict[str, Any]]
Doer = Callable[[Asked, Progress], Saving]


def sign_of_life(work_id: int, note: Mapping[str, Any] | None = None) -> bool:
    """Say that the process lives; False where the work is no longer to be done."""
    alive = (
        update(BoundaryWork)
        .where(BoundaryWork.id == work_id, BoundaryWork.state == WorkState.RUNNING)
        .values(beat_at=utc_now(), **(note or {}))
    )
    try:
        with db.engine.begin() as connection:
            return connection.execute(alive).rowcount == 1
    except OperationalError:
        # Another writer held the database for long; the next note tells.
        return True


def ask_work(
    kind: WorkKind, asked: Mapping[str, Any], *, actor: Actor, now: datetime
) -> BoundaryWork:
    """Put a piece of long work in line; the page then sends it off (work_views.send_off)."""
    waiting = select(BoundaryWork.id).where(
        BoundaryWork.person_id == actor.person_id, BoundaryWork.state.in_(UNFINISHED)
    )
    if len(db.session.scalars(waiting).all()) >= MOST_FOR_ONE:
        raise Refused(
            N_("您已有%(count)s项计算尚未结束,请等它们完成或先取消其中一项。"), count=MOST_FOR_ONE
        )
    work = BoundaryWork(
        kind=kind,
        state=WorkState.WAITING,
        share=0.0,
        asked=dict(asked),
        person_id=actor.person_id,
        party=actor.party,
        asked_by=f"{actor.name}({actor.organisation_name})",
        asked_at=now,
    )
    db.session.add(work)
    record("work.asked", work, actor=actor, now=now, kind=kind.value)
    return work


def cancel_work(work: BoundaryWork, *, actor: Actor, now: datetime) -> BoundaryWork:
    """Stop a piece of work that is not over; its process saves nothing any more."""
    db.session.refresh(work, with_for_update=True)
    if work.state.is_over:
        raise Refused(N_("这项计算已经结束,不能再取消。"))
    _end(work, WorkState.CANCELLED, now=now)
    record("work.cancelled", work, actor=actor, now=now)
    return work


def find_visible_work(actor: Actor, work_id: int) -> BoundaryWork | None:
    """A piece of work, if the actor may know of it."""
    return db.session.scalar(visible_works(actor).where(BoundaryWork.id == work_id))


def is_dead(work: BoundaryWork, now: datetime) -> bool:
    """Whether the work's process went without a word."""
    silent = work.beat_at is None or now - work.beat_at > SILENCE
    return work.state is WorkState.RUNNING and silent


def bury_dead(*, now: datetime) -> int:
    """Mark the work of dead processes as failed; how much there was."""
    running = select(BoundaryWork).where(BoundaryWork.state == WorkState.RUNNING)
    dead = [work for work in db.session.scalars(running.with_for_update()) if is_dead(work, now)]
    for work in dead:
        _end(work, WorkState.FAILED, now=now, fault=DIED)
    return len(dead)


def list_startable() -> list[int]:
    """Work that waits and for which there is room now, the oldest first."""
    rows = db.session.execute(
        select(BoundaryWork.id, BoundaryWork.state)
        .where(BoundaryWork.state.in_(UNFINISHED))
        .order_by(BoundaryWork.id)
    ).all()
    waiting = [row.id for row in rows if row.state is WorkState.WAITING]
    return waiting[: max(MOST_AT_ONCE - (len(rows) - len(waiting)), 0)]


def run_work(work_id: int, doers: Mapping[WorkKind, Doer]) -> WorkState | None:
    """Do a piece of work here and now; the state it came to, None where it is not startable.

    Opens units of work of its own, so none may be open.
    """
    asked = _claim(work_id)
    if asked is None:
        return None
    kind, given = asked
    state, fault = WorkState.FAILED, BROKE
    params: dict[str, object] = {"number": work_id}
    try:
        saving = doers[kind](given, Progress(work_id))
        with unit_of_work():
            _save(work_id, saving)
        state = WorkState.DONE
    except CancelledError:
        state = WorkState.CANCELLED
    except CoordError as refusal:
        fault, params = refusal.message, dict(refusal.params)
    except MemoryError:
        fault, params = NO_MEMORY, {}
    finally:
        # Also where an error nobody expected goes on to the log.
        if state is WorkState.FAILED:
            fail_work(work_id, fault, params)
    return state


def fail_work(work_id: int, fault: str, params: Mapping[str, Any]) -> None:
    """Mark running work as failed, in a unit of work of its own."""
    with unit_of_work():
        work = db.session.get_one(BoundaryWork, work_id, with_for_update=True)
        if not work.state.is_over:
            _end(work, WorkState.FAILED, now=utc_now(), fault=fault, params=params)


def _claim(work_id: int) -> tuple[WorkKind, Asked] | None:
    """Take work that waits, if there is room; only one process can."""
    with unit_of_work():
        now = utc_now()
        unfinished = select(BoundaryWork).where(BoundaryWork.state.in_(UNFINISHED))
        # Locked in one order by all, so that two processes claim one after the other.
        rows = db.session.scalars(unfinished.order_by(BoundaryWork.id).with_for_update()).all()
        bury_dead(now=now)
        running = [row for row in rows if row.state is WorkState.RUNNING]
        work = next((row for row in rows if row.id == work_id), None)
        if work is None or work.state is not WorkState.WAITING or len(running) >= MOST_AT_ONCE:
            return None
        work.state, work.beat_at, work.process_id = WorkState.RUNNING, now, os.getpid()
        return work.kind, Asked(work.id, dict(work.asked), _actor(work))


def _actor(work: BoundaryWork) -> Actor:
    person = db.session.get(Person, work.person_id) if work.person_id is not None else None
    return person.as_actor() if person is not None else SYSTEM


def _save(work_id: int, saving: Saving) -> None:
    work = db.session.get_one(BoundaryWork, work_id, with_for_update=True)
    if work.state is not WorkState.RUNNING:
        raise CancelledError
    now = utc_now()
    work.answer = saving(now)
    work.share = 1.0
    _end(work, WorkState.DONE, now=now)


def _end(
    work: BoundaryWork,
    state: WorkState,
    *,
    now: datetime,
    fault: str = "",
    params: Mapping[str, Any] | None = None,
) -> None:
    work.state, work.over_at = state, now
    work.fault, work.fault_params = fault, packed(params or {})
    db.session.flush()
