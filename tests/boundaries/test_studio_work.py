"""Groupings as long work: computed beside the page, read back by its address alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from coord.boundaries import atlas, solving, studio_work
from coord.boundaries.doers import DOERS
from coord.boundaries.enums import WorkState
from coord.boundaries.grouping import Infeasible
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_state import State
from coord.boundaries.works import run_work
from coord.db import db
from tests.boundaries.builders import forget_drawn, load_boundaries
from tests.factories import NOW, People, post


@pytest.fixture(autouse=True)
def own_caches() -> Iterator[None]:
    forget_drawn()
    yield
    forget_drawn()


def work_on(state: State, people: People) -> int:
    work = studio_work.ask_grouping(state, actor=people.actor("chengdu"), now=NOW)
    db.session.commit()
    number = work.id
    db.session.rollback()
    assert run_work(number, DOERS) is WorkState.DONE
    return number


def test_long_work_gives_what_the_page_would(app: Flask, people: People) -> None:
    load_boundaries()
    state = solving.scenario_state(atlas.get_key(), Scenario.PLAN)
    number = work_on(state, people)
    found, trouble = studio_work.find_result(people.actor("chengdu"), number, state)
    assert trouble is None
    assert found is not None
    assert found.groups == solving.solved(atlas.get_key(), state).groups
    page = people.client(app, "chengdu").get(studio_work.address(state, work=str(number)))
    assert page.status_code == 200
    assert "约498公里" in page.get_data(as_text=True)
    # Neither for another state nor for a person who may not know of the work.
    assert studio_work.find_result(
        people.actor("chengdu"), number, state.pinned("511802", "include")
    ) == (None, None)
    assert studio_work.find_result(people.actor("pengzhou"), number, state) == (None, None)


def test_a_clash_is_an_answer_too(app: Flask, people: People) -> None:
    load_boundaries()
    plan = solving.scenario_state(atlas.get_key(), Scenario.PLAN)
    state = State(plan.parties, replace(plan.rules, counties=40))
    number = work_on(state, people)
    found, trouble = studio_work.find_result(people.actor("chengdu"), number, state)
    assert found is None
    assert isinstance(trouble, Infeasible)
    with pytest.raises(Infeasible) as here:
        solving.solved(atlas.get_key(), state)
    assert trouble.clash == here.value.clash


def test_a_second_click_on_save_keeps_one_scenario(app: Flask, people: People) -> None:
    load_boundaries()
    client = people.client(app, "chengdu")
    state = solving.scenario_state(atlas.get_key(), Scenario.PLAN)
    save = studio_work.address(state).replace("/studio/", "/saved/save")
    places = [
        post(client, save, name=name, note="").headers["Location"] for name in ("甲", "甲", "乙")
    ]
    assert places[0] == places[1] != places[2]
    other = post(people.client(app, "pengzhou"), save, name="甲", note="")
    assert other.headers["Location"] not in places
