"""Groupings too large for a page: asked for, computed beside it, read back by its address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from coord.boundaries import atlas, exchange, solving
from coord.boundaries.enums import WorkKind, WorkState
from coord.boundaries.grouping import Clash, Grouping, Infeasible
from coord.boundaries.scenarios import solve_checked
from coord.boundaries.studio_models import BoundaryWork
from coord.boundaries.studio_state import State, state_of
from coord.boundaries.works import Asked, Progress, Saving, ask_work, find_visible_work
from coord.db import unit_of_work
from coord.kernel.actor import Actor
from coord.kernel.errors import Conflict, Refused
from coord.kernel.text import N_, Phrase

#: Seconds after which the best found so far is given, with its gap.
LIMIT_S = 240.0

ROOM = "/boundaries/studio/"


def ask_grouping(state: State, *, actor: Actor, now: datetime) -> BoundaryWork:
    """Put the grouping of a state in line as long work."""
    key = atlas.get_key()
    asked = {
        "parties": list(state.parties),
        "rules": exchange.rules_to_data(state.rules),
        "vintage": [key[0], key[2]],
        "back": address(state),
    }
    return ask_work(WorkKind.GROUP, asked, actor=actor, now=now)


def address(state: State, **more: str) -> str:
    """The studio's address of a state."""
    return f"{ROOM}?{urlencode(state.query(**more), doseq=True)}"


def group_state(asked: Asked, progress: Progress) -> Saving:
    """The doer: computes what was asked; rules that clash are an answer too."""
    state = state_of(asked.asked["parties"], exchange.rules_from_data(asked.asked["rules"]))
    with unit_of_work(writing=False):
        key = atlas.get_key()
        if [key[0], key[2]] != asked.asked["vintage"]:
            raise Conflict(N_("边界数据在等待期间有了改动,请重新计算。"))
        given = solving.problem(key, state.parties)
    try:
        grouping = solve_checked(
            given.contacts,
            given.parties,
            given.perimeters,
            state.rules,
            time_limit_s=LIMIT_S,
            report=progress.step,
        )
        answer: dict[str, Any] = {"grouping": exchange.grouping_to_data(grouping)}
    except Infeasible as refusal:
        answer = {"clash": _clash_to_data(refusal.clash)}
    answer["path"] = address(state, work=str(asked.id))
    return lambda _now: answer


def find_result(actor: Actor, work_id: int, state: State) -> tuple[Grouping | None, Refused | None]:
    """What long work gave for this very state on the boundaries of now; (None, None) if nothing."""
    work = find_visible_work(actor, work_id)
    key = atlas.get_key()
    if work is None or work.kind is not WorkKind.GROUP or work.state is not WorkState.DONE:
        return None, None
    asked = state_of(work.asked["parties"], exchange.rules_from_data(work.asked["rules"]))
    if asked != state or work.asked["vintage"] != [key[0], key[2]]:
        return None, None
    if "clash" in work.answer:
        return None, Infeasible(_clash_from_data(work.answer["clash"]))
    return exchange.grouping_from_data(work.answer["grouping"]), None


def _clash_to_data(clash: Clash) -> dict[str, Any]:
    return {
        "clashing": [_phrase_to_data(one) for one in clash.clashing],
        "remedies": [_phrase_to_data(one) for one in clash.remedies],
        "relaxed": None if clash.relaxed is None else exchange.rules_to_data(clash.relaxed),
        "cheapest": clash.cheapest,
    }


def _clash_from_data(data: Mapping[str, Any]) -> Clash:
    relaxed = data["relaxed"]
    return Clash(
        tuple(_phrase_from_data(one) for one in data["clashing"]),
        tuple(_phrase_from_data(one) for one in data["remedies"]),
        None if relaxed is None else exchange.rules_from_data(relaxed),
        data.get("cheapest", True),
    )


def _phrase_to_data(value: object) -> Any:
    if isinstance(value, Phrase):
        params = {key: _phrase_to_data(one) for key, one in value.params.items()}
        return {"msgid": value.msgid, "params": params}
    return value


def _phrase_from_data(value: Any) -> Any:
    if isinstance(value, dict):
        params = {key: _phrase_from_data(one) for key, one in value["params"].items()}
        return Phrase(value["msgid"], params)
    return value
