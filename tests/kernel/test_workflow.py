"""The workflow table: what it lets through, whom it refuses, and in which words."""

import enum
from dataclasses import dataclass

import pytest

from coord.kernel.actor import SYSTEM, Actor, Role
from coord.kernel.errors import NotAllowed, Refused
from coord.kernel.workflow import Transition, Workflow, as_markdown


class Light(enum.StrEnum):
    """A thing of three states."""

    RED = "red"
    GREEN = "green"
    DARK = "dark"

    @property
    def label(self) -> str:
        """As a msgid."""
        return self.value.upper()


@dataclass
class Lamp:
    """Something with a state."""

    state: Light = Light.RED


def may_switch(actor: Actor, _lamp: Lamp) -> bool:
    return actor is SYSTEM


ARROWS = (
    Transition("go", frozenset({Light.RED}), Light.GREEN, may_switch, "行"),
    Transition("stop", frozenset({Light.GREEN}), Light.RED, may_switch, "停"),
    Transition("cut", frozenset({Light.RED, Light.GREEN}), Light.DARK, may_switch, "断"),
)
TABLE = Workflow("lamp", Light, ARROWS)
STRANGER = Actor(1, "x", 1, "x", "510182", "5101", frozenset({Role.OFFICER}))


@pytest.mark.parametrize("state", Light)
@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: arrow.verb)
def test_only_what_stands_in_the_table_happens(arrow: Transition, state: Light) -> None:
    lamp = Lamp(state)
    if state in arrow.from_:
        assert TABLE.apply(lamp, arrow.verb, SYSTEM) is arrow
        assert lamp.state is arrow.to
    else:
        with pytest.raises(Refused) as refusal:
            TABLE.apply(lamp, arrow.verb, SYSTEM)
        assert refusal.value.params["state"] == state.label
        assert lamp.state is state


@pytest.mark.parametrize("state", Light)
@pytest.mark.parametrize("verb", ["go", "stop", "cut"])
def test_the_wrong_person_is_refused_before_the_state_is_told(verb: str, state: Light) -> None:
    lamp = Lamp(state)
    with pytest.raises(NotAllowed):
        TABLE.apply(lamp, verb, STRANGER)
    assert lamp.state is state


@pytest.mark.parametrize(
    ("state", "verbs"), [("red", ["go", "cut"]), ("green", ["stop", "cut"]), ("dark", [])]
)
def test_buttons_are_the_open_arrows_in_the_tables_order(state: str, verbs: list[str]) -> None:
    lamp = Lamp(Light(state))
    assert [arrow.verb for arrow in TABLE.open_verbs(lamp, SYSTEM)] == verbs
    assert TABLE.open_verbs(lamp, STRANGER) == []


def test_a_verb_stands_once_and_an_unknown_one_is_a_slip() -> None:
    with pytest.raises(ValueError, match="twice"):
        Workflow("lamp", Light, (ARROWS[0], ARROWS[0]))
    with pytest.raises(KeyError):
        TABLE.apply(Lamp(), "explode", SYSTEM)


def test_the_table_as_a_document() -> None:
    assert as_markdown(TABLE).splitlines()[4:] == [
        "| `go` | 行 | red | green | may switch |",
        "| `stop` | 停 | green | red | may switch |",
        "| `cut` | 断 | green, red | dark | may switch |",
    ]
