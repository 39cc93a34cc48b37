"""A workflow is a table: one line per arrow. What is not in it is refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from coord.kernel.actor import Actor
from coord.kernel.errors import NotAllowed, Refused
from coord.kernel.text import N_


class Stateful(Protocol):
    """Anything with a state, whose value is one of a StrEnum's."""

    state: Any


#: Says whether this actor may move this thing along the arrow.
May = Callable[[Actor, Any], bool]


@dataclass(frozen=True)
class Transition:
    """One arrow: `verb` moves a thing from any of `from_` to `to`, if `allowed`."""

    verb: str
    from_: frozenset[StrEnum]
    to: StrEnum
    allowed: May
    label: str = ""


class Workflow:
    """All arrows of one kind of thing. Pages, docs and tests are drawn from it."""

    def __init__(self, name: str, states: type[StrEnum], arrows: Iterable[Transition]) -> None:
        self.name = name
        self.states = states
        self.arrows: tuple[Transition, ...] = tuple(arrows)
        verbs = [arrow.verb for arrow in self.arrows]
        if len(set(verbs)) != len(verbs):
            raise ValueError(f"workflow {name}: a verb stands twice")

    def arrow(self, verb: str) -> Transition:
        """The arrow of `verb`; KeyError where the table has none."""
        for arrow in self.arrows:
            if arrow.verb == verb:
                return arrow
        raise KeyError(verb)

    def open_verbs(self, thing: Stateful, actor: Actor) -> list[Transition]:
        """The arrows this actor may take now, in the table's order: a page's buttons."""
        return [
            arrow
            for arrow in self.arrows
            if thing.state in arrow.from_ and arrow.allowed(actor, thing)
        ]

    def check(self, thing: Stateful, verb: str, actor: Actor) -> Transition:
        """The arrow, or NotAllowed for the wrong person, Refused for the wrong state."""
        arrow = self.arrow(verb)
        if not arrow.allowed(actor, thing):
            raise NotAllowed(N_("您不能对此执行该操作。"))
        if thing.state not in arrow.from_:
            raise Refused(
                N_("当前状态为“%(state)s”,不能执行该操作;可能已有人先一步处理。"),
                state=getattr(thing.state, "label", str(thing.state)),
            )
        return arrow

    def apply(self, thing: Stateful, verb: str, actor: Actor) -> Transition:
        """Check the arrow and set the new state. The only place that assigns a state."""
        arrow = self.check(thing, verb, actor)
        thing.state = arrow.to
        return arrow


def as_markdown(workflow: Workflow) -> str:
    """The table as a Markdown table, a line per arrow, for docs/workflow.md."""
    lines = [
        f"## {workflow.name}",
        "",
        "| Verb | 中文 | From | To | Who |",
        "|---|---|---|---|---|",
    ]
    for arrow in workflow.arrows:
        from_ = ", ".join(sorted(state.value for state in arrow.from_))
        who = getattr(arrow.allowed, "__name__", "").removeprefix("_").replace("_", " ")
        lines.append(f"| `{arrow.verb}` | {arrow.label} | {from_} | {arrow.to.value} | {who} |")
    return "\n".join(lines) + "\n"
