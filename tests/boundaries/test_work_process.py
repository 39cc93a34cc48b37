"""The process round the work: told to stop, watched, limited; vintages on both databases."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from coord.boundaries import work_process, works
from coord.boundaries.contacts import find_contacts
from coord.boundaries.enums import WorkKind, WorkState
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit, PartyDistance
from coord.boundaries.studio_models import BoundaryWork
from coord.boundaries.vintage_storing import FEW_PARTIES, prepare_vintage, store_vintage
from coord.boundaries.works import Asked, Progress, ask_work, cancel_work, run_work
from coord.db import db, unit_of_work
from coord.kernel.clock import utc_now
from tests.boundaries.builders import load_boundaries
from tests.boundaries.files import units_of
from tests.factories import NOW, People

SLEEPER = "import time; time.sleep(60)"


def test_only_the_works_own_process_is_told_to_stop() -> None:
    process = subprocess.Popen([sys.executable, "-c", SLEEPER, "boundaries", "work", "7"])
    try:
        # For a moment after its start a process has no command line yet.
        while not Path(f"/proc/{process.pid}/cmdline").read_bytes():
            time.sleep(0.01)
        assert work_process.stop_process(8, process.pid) is False
        assert work_process.stop_process(7, None) is False
        assert process.poll() is None
        assert work_process.stop_process(7, process.pid) is True
        assert process.wait(timeout=20) == -signal.SIGTERM
    finally:
        process.kill()
        process.wait()


class ExitedError(Exception):
    """Stands in for the end of the process."""


@pytest.fixture
def running(
    app: Flask, people: People, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[int], None]], BoundaryWork]:
    """Does something while a work runs; the work as it is then."""

    def leave(_status: int) -> None:
        raise ExitedError

    monkeypatch.setattr(work_process, "BEAT_EVERY", 0.01)
    monkeypatch.setattr(work_process, "GRACE", 0.0)
    monkeypatch.setattr(work_process.os, "_exit", leave)

    def go(act: Callable[[int], None]) -> BoundaryWork:
        with unit_of_work():
            number = ask_work(WorkKind.GROUP, {}, actor=people.actor("chengdu"), now=NOW).id

        def do(_asked: Asked, _progress: Progress) -> Callable[[datetime], dict[str, Any]]:
            act(number)
            return lambda _now: {}

        run_work(number, {WorkKind.GROUP: do})
        db.session.rollback()
        return db.session.get_one(BoundaryWork, number)

    return go


def test_work_over_its_time_is_ended_and_says_so(
    app: Flask, running: Callable[[Callable[[int], None]], BoundaryWork]
) -> None:
    def watch(number: int) -> None:
        with pytest.raises(ExitedError):
            work_process._watch(app, number, 0)

    work = running(watch)
    assert (work.state, work.fault) == (WorkState.FAILED, works.TOO_LONG)
    assert work.fault_params == {"minutes": 0}


def test_cancelled_work_is_ended_even_deep_in_a_library(
    app: Flask, people: People, running: Callable[[Callable[[int], None]], BoundaryWork]
) -> None:
    def watch(number: int) -> None:
        with unit_of_work():
            found = db.session.get_one(BoundaryWork, number)
            cancel_work(found, actor=people.actor("chengdu"), now=utc_now())
        with pytest.raises(ExitedError):
            work_process._watch(app, number, 30)

    assert running(watch).state is WorkState.CANCELLED


def test_a_vintage_is_stored_whole_on_both_databases(any_app: Flask) -> None:
    del any_app
    present = load_boundaries()
    units = units_of("5101", "5106")
    found = find_contacts(units)
    described = {
        "name": "二市",
        "source": "x",
        "datum": "CGCS2000",
        "vintage": "2026",
        "licence": "x",
        "map_approval_number": None,
        "accuracy_m": None,
        "sha256": "1" * 64,
        "report": {"contact_count": len(found.contacts)},
    }
    with unit_of_work():
        vintage_id = store_vintage(described, prepare_vintage(units, found), now=NOW).id
    counts = [
        db.session.scalar(select(func.count()).where(model.vintage_id == vintage_id))
        for model in (CountyUnit, BorderContact, PartyDistance)
    ]
    assert counts == [26, len(found.contacts), 1]
    current = select(BoundaryVintage.id).where(BoundaryVintage.is_current.is_(True))
    assert db.session.scalars(current).all() == [present.id]


def test_distances_of_many_parties_are_those_of_the_agreements() -> None:
    units = units_of()
    others = [type(u)(f"1{n:05}", u.name, f"1{n:03}", u.geometry) for n, u in enumerate(units[:15])]
    assert len({u.party for u in others}) > FEW_PARTIES
    prepared = prepare_vintage([*others, *units], find_contacts(units))
    assert {row["a"] for row in prepared.distances} == {"5001", "5101", "5106", "5114", "5118"}
    assert len(prepared.distances) == 15
