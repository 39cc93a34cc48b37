"""Long work: who sees it, how it goes, how it ends, in this process and in one of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from coord.audit.models import AuditEntry
from coord.boundaries import work_process, works
from coord.boundaries.enums import WorkKind, WorkState
from coord.boundaries.jobs import tend_works
from coord.boundaries.policy import visible_works
from coord.boundaries.studio_models import BoundaryWork
from coord.boundaries.works import (
    Asked,
    CancelledError,
    Doer,
    Progress,
    ask_work,
    bury_dead,
    cancel_work,
    run_work,
)
from coord.config import Settings, read_settings
from coord.db import after_commit, db, unit_of_work
from coord.kernel.clock import utc_now
from coord.kernel.errors import Invalid, Refused
from coord.notify.models import Notice
from coord.notify.operations import tell
from tests.factories import NOW, People, post

COORD = [sys.executable, "-m", "coord.cli"]


def ask(people: People, login: str = "chengdu", **asked: Any) -> int:
    with unit_of_work():
        return ask_work(WorkKind.GROUP, asked, actor=people.actor(login), now=NOW).id


def found(number: int) -> BoundaryWork:
    db.session.rollback()
    return db.session.get_one(BoundaryWork, number, populate_existing=True)


def saying(answer: dict[str, Any]) -> Doer:
    def do(_asked: Asked, progress: Progress) -> Callable[[datetime], dict[str, Any]]:
        progress.step(0.5, "读取%(count)s个区县", count=3)
        return lambda _now: answer

    return do


def test_work_goes_from_asked_to_done(any_app: Flask) -> None:
    people = _people(any_app)
    number = ask(people, rules={"k": 8})
    seen: list[tuple[Any, ...]] = []

    def do(asked: Asked, progress: Progress) -> Callable[[datetime], dict[str, Any]]:
        progress.step(0.25, "读取%(count)s个区县", count=3)
        work = found(number)
        seen.append((work.state, work.share, work.step, work.step_params, work.process_id))
        seen.append((asked.asked, asked.actor.region_code))
        return lambda _now: {"path": "/boundaries/", "groups": 8}

    assert run_work(number, {WorkKind.GROUP: do}) is WorkState.DONE
    step = "读取%(count)s个区县"
    assert seen == [
        (WorkState.RUNNING, 0.25, step, {"count": 3}, os.getpid()),
        ({"rules": {"k": 8}}, "510100"),
    ]
    work = found(number)
    assert (work.share, work.answer) == (1.0, {"path": "/boundaries/", "groups": 8})
    assert work.over_at is not None
    assert run_work(number, {WorkKind.GROUP: do}) is None


def _people(app: Flask) -> People:
    from tests.factories import make_people

    del app
    return make_people()


def test_what_a_failed_work_saved_is_taken_back(app: Flask, people: People) -> None:
    number = ask(people)

    def do(_asked: Asked, _progress: Progress) -> Callable[[datetime], dict[str, Any]]:
        def save(now: datetime) -> dict[str, Any]:
            tell([1], "x", path="/", now=now)
            raise Invalid("第%(row)s行缺少代码。", row=7)

        return save

    assert run_work(number, {WorkKind.GROUP: do}) is WorkState.FAILED
    work = found(number)
    assert (work.fault, work.fault_params) == ("第%(row)s行缺少代码。", {"row": 7})
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


@pytest.mark.parametrize(
    ("error", "fault"), [(MemoryError, works.NO_MEMORY), (ZeroDivisionError, works.BROKE)]
)
def test_errors_end_in_words(
    app: Flask, people: People, error: type[Exception], fault: str
) -> None:
    number = ask(people)

    def do(_asked: Asked, _progress: Progress) -> Callable[[datetime], dict[str, Any]]:
        raise error

    if error is MemoryError:
        assert run_work(number, {WorkKind.GROUP: do}) is WorkState.FAILED
    else:
        with pytest.raises(error):
            run_work(number, {WorkKind.GROUP: do})
    assert (found(number).state, found(number).fault) == (WorkState.FAILED, fault)


def test_cancelled_work_stops_at_the_next_step_and_saves_nothing(any_app: Flask) -> None:
    people = _people(any_app)
    number = ask(people)

    def do(_asked: Asked, progress: Progress) -> Callable[[datetime], dict[str, Any]]:
        with unit_of_work():
            cancel_work(found(number), actor=people.actor("chengdu"), now=NOW)
        progress.step(0.5, "读取%(count)s个区县", count=3)
        raise AssertionError

    assert run_work(number, {WorkKind.GROUP: do}) is WorkState.CANCELLED
    assert (found(number).state, found(number).answer) == (WorkState.CANCELLED, {})
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.seq)).all()
    assert verbs == ["work.asked", "work.cancelled"]
    with pytest.raises(Refused), unit_of_work():
        cancel_work(found(number), actor=people.actor("chengdu"), now=NOW)


def test_cancelled_after_the_last_step_saves_nothing_either(app: Flask, people: People) -> None:
    number = ask(people)

    def do(_asked: Asked, _progress: Progress) -> Callable[[datetime], dict[str, Any]]:
        with unit_of_work():
            cancel_work(found(number), actor=people.actor("chengdu"), now=NOW)
        return lambda _now: {"path": "/"}

    assert run_work(number, {WorkKind.GROUP: do}) is WorkState.CANCELLED
    assert found(number).answer == {}


def test_progress_is_noted_at_most_twice_a_second_and_never_while_writing(
    app: Flask, people: People
) -> None:
    number = ask(people)

    def do(_asked: Asked, progress: Progress) -> Callable[[datetime], dict[str, Any]]:
        for share in range(100):
            progress.step(share / 100, "读取%(count)s个区县", count=share)

        def save(_now: datetime) -> dict[str, Any]:
            began = time.monotonic()
            progress.step(0.9, "载入边界文件")
            return {"waited": time.monotonic() - began}

        return save

    run_work(number, {WorkKind.GROUP: do})
    assert found(number).step_params == {"count": 0}
    assert found(number).answer["waited"] < 1


def test_a_dead_process_is_failed_work_in_words(app: Flask, people: People) -> None:
    number = ask(people)
    work = found(number)
    work.state, work.beat_at = WorkState.RUNNING, utc_now() - timedelta(seconds=61)
    page = people.client(app, "chengdu").get(f"/boundaries/works/{number}")
    assert "处理进程意外中止" in page.get_data(as_text=True)
    with unit_of_work():
        assert bury_dead(now=utc_now()) == 1
        assert bury_dead(now=utc_now()) == 0
    assert (found(number).state, found(number).fault) == (WorkState.FAILED, works.DIED)


def test_only_two_at_once_and_three_for_one_person(
    app: Flask, people: People, settings: Settings, started: list[int]
) -> None:
    numbers = [ask(people) for _ in range(3)]
    with pytest.raises(Refused, match="已有3项"):
        ask(people)
    with unit_of_work():
        assert tend_works(now=utc_now(), settings=settings) == 2
    assert started == numbers[:2]

    def do(_asked: Asked, _progress: Progress) -> Callable[[datetime], dict[str, Any]]:
        def do_beside(_a: Asked, _p: Progress) -> Callable[[datetime], dict[str, Any]]:
            assert run_work(numbers[2], {WorkKind.GROUP: saying({})}) is None
            return lambda _now: {}

        # One runs, so there is room for one more, and for no third.
        assert run_work(numbers[1], {WorkKind.GROUP: do_beside}) is WorkState.DONE
        return lambda _now: {}

    assert run_work(numbers[0], {WorkKind.GROUP: do}) is WorkState.DONE
    assert run_work(numbers[2], {WorkKind.GROUP: saying({})}) is WorkState.DONE


def test_the_asker_and_his_citys_coordinators_see_it(app: Flask, people: People) -> None:
    of_county, of_city = ask(people, "pengzhou"), ask(people, "chengdu")
    seen = {
        login: set(
            db.session.scalars(
                visible_works(people.actor(login)).with_only_columns(BoundaryWork.id)
            )
        )
        for login in people.persons
    }
    assert {login: ids for login, ids in seen.items() if ids} == {
        "chengdu": {of_county, of_city},
        "pengzhou": {of_county},
    }
    assert people.client(app, "deyang").get(f"/boundaries/works/{of_city}").status_code == 404


def test_the_page_shows_cancels_and_leads_on(
    app: Flask, people: People, started: list[int]
) -> None:
    number = ask(people, back="/boundaries/scenarios/")
    client = people.client(app, "chengdu")
    page = client.get(f"/boundaries/works/{number}").get_data(as_text=True)
    assert 'http-equiv="refresh"' in page
    assert 'data-work="/boundaries/works/1.json"' in page
    state = client.get(f"/boundaries/works/{number}.json").get_json()
    assert (state["state"], state["label"], state["over"]) == ("waiting", "等待开始", False)
    page = f"/boundaries/works/{number}"
    assert "计算会继续" in client.get(page).get_data(as_text=True)
    assert post(client, f"{page}/cancel").status_code == 302
    assert "计算会继续" not in client.get(page).get_data(as_text=True)
    state = client.get(f"/boundaries/works/{number}.json").get_json()
    assert (state["state"], state["over"], state["back"]) == (
        "cancelled",
        True,
        "/boundaries/scenarios/",
    )
    done = ask(people)
    run_work(done, {WorkKind.GROUP: saying({"path": "/boundaries/rosters/"})})
    assert "/boundaries/rosters/" in client.get(f"/boundaries/works/{done}").get_data(as_text=True)
    assert post(client, f"/boundaries/works/{done}/cancel").status_code == 409


def test_after_commit_happens_once_and_only_after_a_commit(app: Flask) -> None:
    done: list[str] = []

    def fail() -> None:
        with unit_of_work():
            after_commit(lambda: done.append("refused"))
            raise CancelledError

    with pytest.raises(CancelledError):
        fail()
    with unit_of_work():
        after_commit(lambda: done.append("saved"))
        with db.session.begin_nested():
            pass
        assert done == []
    with unit_of_work():
        pass
    assert done == ["saved"]


def test_settings_survive_the_way_to_another_process(settings: Settings) -> None:
    assert read_settings(settings.environ()) == settings


def test_a_real_process_does_the_work_and_is_told_to_stop(
    app: Flask, people: People, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing asked makes no sense to a doer, and the process says so; but it is the process."""
    number = ask(people)
    db.session.commit()
    environ = {**os.environ, **settings.environ()}
    command = [*COORD, "boundaries", "work", str(number)]
    process = subprocess.Popen(
        command, env=environ, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL
    )
    assert work_process.stop_process(number + 1, process.pid) is False
    process.wait(timeout=60)
    assert found(number).state is WorkState.FAILED
    assert found(number).process_id == process.pid
    assert work_process.stop_process(number, process.pid) is False
