"""What a grouping is asked for and what comes out. Plain frozen data, pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from coord.kernel.errors import Refused
from coord.kernel.text import N_, Phrase, listed


class Objective(enum.StrEnum):
    """What a kilometre inside a group is worth."""

    KM = "km"
    #: The contact's share of the perimeter of whichever of its two counties is smaller.
    SHARE = "share"


@dataclass(frozen=True)
class Rules:
    """What a grouping must satisfy. Codes are six digits."""

    groups: int | None = None
    counties: int | None = None
    smallest: int = 2
    largest: int = 4
    objective: Objective = Objective.KM
    #: Party that every contact must touch; None for all contacts.
    hub: str | None = None
    must_include: frozenset[str] = frozenset()
    must_exclude: frozenset[str] = frozenset()
    #: Pairs of counties that must share a group.
    together: frozenset[tuple[str, str]] = frozenset()
    #: Pairs of counties that must not.
    apart: frozenset[tuple[str, str]] = frozenset()
    #: Contacts shorter than this, in metres, do not count.
    min_contact_m: float = 0.0


@dataclass(frozen=True)
class LeftOut:
    """A county with a contact that is in no group, and why (a msgid with its parameters)."""

    code: str
    reason: str
    params: Mapping[str, object]


@dataclass(frozen=True)
class RunnerUp:
    """The next-best different grouping and what it would cost against the best."""

    groups: tuple[tuple[str, ...], ...]
    covered_m: float
    value: float
    #: How much less of the objective: metres, or sum of shares; 0 for a tie.
    loss: float


@dataclass(frozen=True)
class Grouping:
    """The best grouping: groups sorted by first code, codes sorted within."""

    groups: tuple[tuple[str, ...], ...]
    #: Metres of border between members of the same group.
    covered_m: float
    #: Value of the objective: metres, or sum of shares.
    value: float
    #: Whether it is proven that no grouping under the rules is better.
    optimal: bool
    left_out: tuple[LeftOut, ...]
    rules: Rules
    #: Proven upper bound of `value` over all groupings under the rules; None where not known.
    bound: float | None = None
    #: (bound − value) / bound: 0 when proven optimal.
    gap: float = 0.0
    #: None where there is no other grouping, or none was asked for.
    runner_up: RunnerUp | None = None


@dataclass(frozen=True)
class Clash:
    """Why rules cannot be kept: a smallest set of them that clashes, and the cheapest way out.

    Every phrase names codes as parameters `code`, `a`, `b` and a party as `party`.
    """

    #: No grouping keeps all of these; without any one of them some grouping exists.
    clashing: tuple[Phrase, ...]
    #: Changes that, made together, allow a grouping; () where none was found in time.
    remedies: tuple[Phrase, ...] = ()
    #: The rules after those changes; a grouping under them exists.
    relaxed: Rules | None = None
    #: Whether no cheaper way out exists; else it is one that was found in time.
    cheapest: bool = True


class Infeasible(Refused):
    """No grouping satisfies the rules; says which of them clash and what to change.

    Its parameters are Phrases, so that the web shell words them in the person's language.
    """

    def __init__(self, clash: Clash) -> None:
        self.clash = clash
        if not clash.clashing:
            super().__init__(N_("这些区县之间没有可用的跨市边界,无从编组。"))
            return
        params = {"clash": listed(clash.clashing)}
        lone = len(clash.clashing) == 1
        if not clash.remedies:
            message = N_("无法做到:%(clash)s。") if lone else N_("不能同时做到:%(clash)s。")
            super().__init__(message, **params)
            return
        message = (
            N_("无法做到:%(clash)s。最小的改动:%(remedy)s。")
            if lone
            else N_("不能同时做到:%(clash)s。最小的改动:%(remedy)s。")
        )
        if not clash.cheapest:
            message = (
                N_("无法做到:%(clash)s。可行的改动:%(remedy)s。")
                if lone
                else N_("不能同时做到:%(clash)s。可行的改动:%(remedy)s。")
            )
        super().__init__(message, **params, remedy=listed(clash.remedies))

    def renamed(self, names: Mapping[str, str]) -> "Infeasible":
        """The same refusal with the codes and parties that stand in `names` by their names."""
        return Infeasible(
            replace(
                self.clash,
                clashing=tuple(one.renamed(names) for one in self.clash.clashing),
                remedies=tuple(one.renamed(names) for one in self.clash.remedies),
            )
        )

    @property
    def clashing(self) -> tuple[Phrase, ...]:
        """The smallest set of rules that clash."""
        return self.clash.clashing

    @property
    def remedy(self) -> Phrase | None:
        """The cheapest change that allows a grouping; None where none was found in time."""
        return listed(self.clash.remedies) if self.clash.remedies else None


class Unsettled(Refused):
    """Time ran out before a grouping was found or shown to be impossible."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "在限定时间内既没有找到可行的分组,也未能证明不存在。请延长时间或缩小每组县数的上限。"
            )
        )
