"""The best joint groups under stated rules, proven. Pure.

Groups are disjoint sets of counties, each connected through contacts and spanning at
least two parties. Choosing them is a set packing: every connected set of a permitted
size is a candidate, HiGHS picks the best choice and proves that none is better.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np

from coord.boundaries.contacts import Contact
from coord.kernel.errors import Refused
from coord.kernel.text import N_

#: Beyond this the enumeration would take minutes; the rules should be narrowed.
MAX_CANDIDATES = 200_000

#: Relative difference below which two values of the objective are one.
SAME = 1e-9

#: Candidates whose order is settled in one solve; 2 to this power stays exact for the solver.
TIE_CHUNK = 16


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
class Grouping:
    """The best grouping: groups sorted by first code, codes sorted within."""

    groups: tuple[tuple[str, ...], ...]
    #: Metres of border between members of the same group.
    covered_m: float
    #: Value of the objective: metres, or sum of shares.
    value: float
    #: Whether the solver proved that no grouping under the rules is better.
    optimal: bool
    left_out: tuple[LeftOut, ...]
    rules: Rules


class Infeasible(Refused):
    """No grouping satisfies the rules; says which of them clash."""


class _Problem:
    """The contacts that count under the rules, their worth, and each county's party."""

    def __init__(
        self,
        contacts: Sequence[Contact],
        parties: Mapping[str, str],
        perimeters: Mapping[str, float],
        rules: Rules,
    ) -> None:
        self.rules = rules
        self.parties = parties
        self.lengths: dict[tuple[str, str], float] = {}
        self.worth: dict[tuple[str, str], float] = {}
        for contact in sorted(contacts, key=lambda one: (one.a, one.b)):
            if self._counts(contact):
                pair = (contact.a, contact.b)
                self.lengths[pair] = contact.length_m
                smaller = min(perimeters[contact.a], perimeters[contact.b])
                share = contact.length_m / smaller
                by_share = rules.objective is Objective.SHARE
                self.worth[pair] = share if by_share else contact.length_m
        self.neighbours: dict[str, set[str]] = {}
        for a, b in self.lengths:
            self.neighbours.setdefault(a, set()).add(b)
            self.neighbours.setdefault(b, set()).add(a)
        self.codes = sorted(self.neighbours)

    def _counts(self, contact: Contact) -> bool:
        ends = {contact.a, contact.b}
        hub = self.rules.hub
        touches_hub = hub is None or hub in {self.parties[code] for code in ends}
        return (
            touches_hub
            and contact.length_m >= self.rules.min_contact_m
            and not ends & self.rules.must_exclude
        )

    def total(self, members: Iterable[str], table: Mapping[tuple[str, str], float]) -> float:
        inside = set(members)
        return sum(value for (a, b), value in table.items() if a in inside and b in inside)


def solve(
    contacts: Sequence[Contact],
    parties: Mapping[str, str],
    perimeters: Mapping[str, float],
    rules: Rules,
) -> Grouping:
    """The best grouping of the counties that have contacts.

    `parties` and `perimeters` (metres) are by code and cover every code of `contacts`.
    Raises Infeasible where the rules clash. Ties go to the groups with the smaller codes,
    so the same input gives the same groups everywhere.
    """
    problem = _Problem(contacts, parties, perimeters, rules)
    _check_rules(problem)
    chosen, optimal = _pack(problem)
    groups = tuple(sorted(chosen))
    covered = sum(problem.total(group, problem.lengths) for group in groups)
    value = sum(problem.total(group, problem.worth) for group in groups)
    grouping = Grouping(groups, covered, value, optimal, (), rules)
    inside = {code for group in groups for code in group}
    every = {code for contact in contacts for code in (contact.a, contact.b)}
    left_out = tuple(_why_left_out(code, problem, grouping) for code in sorted(every - inside))
    return replace(grouping, left_out=left_out)


def _check_rules(problem: _Problem) -> None:
    rules = problem.rules
    if not 2 <= rules.smallest <= rules.largest:
        raise Infeasible(N_("每组县数的下限应不小于2且不大于上限。"))
    pinned = set(rules.must_include) | {code for pair in rules.together for code in pair}
    for code in sorted(pinned):
        if code in rules.must_exclude:
            raise Infeasible(N_("%(code)s 既要求纳入又要求排除。"), code=code)
        if code not in problem.parties:
            raise Infeasible(N_("要求纳入的 %(code)s 不在参与编组的区县之中。"), code=code)
        if code not in problem.neighbours:
            raise Infeasible(N_("要求纳入的 %(code)s 在现行规则下没有可用的跨市边界。"), code=code)
    apart = rules.apart | {(b, a) for a, b in rules.apart}
    for a, b in sorted(rules.together & apart):
        raise Infeasible(N_("%(a)s 与 %(b)s 既要求同组又要求分开。"), a=a, b=b)
    if rules.counties is not None and rules.counties > len(problem.codes):
        raise Infeasible(
            N_("要求纳入%(wanted)s个县,但只有%(have)s个县有可用的跨市边界。"),
            wanted=rules.counties,
            have=len(problem.codes),
        )
    if rules.groups is not None and rules.counties is not None:
        low, high = rules.groups * rules.smallest, rules.groups * rules.largest
        if not low <= rules.counties <= high:
            raise Infeasible(
                N_("%(groups)s个组、每组%(low)s至%(high)s个县,不可能恰为%(counties)s个县。"),
                groups=rules.groups,
                low=rules.smallest,
                high=rules.largest,
                counties=rules.counties,
            )


def _candidates(problem: _Problem) -> list[tuple[str, ...]]:
    """Every connected set of a permitted size that spans two parties and breaks no pin."""
    found: set[frozenset[str]] = {frozenset({code}) for code in problem.codes}
    every: set[frozenset[str]] = set()
    for _size in range(2, problem.rules.largest + 1):
        found = {
            group | {code}
            for group in found
            for member in group
            for code in problem.neighbours[member] - group
        }
        every |= found
        if len(every) > MAX_CANDIDATES:
            raise Infeasible(N_("可选组合过多,请缩小每组县数的上限或增加限制条件。"))
    kept = [tuple(sorted(group)) for group in every if _is_permitted(group, problem)]
    return sorted(kept, key=lambda group: (group, len(group)))


def _is_permitted(group: frozenset[str], problem: _Problem) -> bool:
    rules = problem.rules
    return (
        len(group) >= rules.smallest
        and len({problem.parties[code] for code in group}) >= 2
        and all((a in group) == (b in group) for a, b in rules.together)
        and not any(a in group and b in group for a, b in rules.apart)
    )


def _pack(problem: _Problem) -> tuple[list[tuple[str, ...]], bool]:
    candidates = _candidates(problem)
    if not candidates:
        raise Infeasible(N_("在现行规则下没有任何可行的组。"))
    worth = np.array([problem.total(group, problem.worth) for group in candidates])
    # Scaled so that the solver's tolerances mean the same for kilometres and shares.
    worth = worth / worth.max()
    first = _model(problem, candidates)
    best = _maximise(first, worth)
    if best is None:
        raise Infeasible(_clash(problem))
    floor = float(worth @ best) * (1 - SAME)
    pick = _settle_ties(problem, candidates, worth, floor, best)
    chosen = [group for group, taken in zip(candidates, pick, strict=True) if taken > 0.5]
    return chosen, True


def _settle_ties(
    problem: _Problem,
    candidates: Sequence[tuple[str, ...]],
    worth: np.ndarray,
    floor: float,
    best: np.ndarray,
) -> np.ndarray:
    """Among choices of equal worth, the first in the candidates' order (which is by code)."""
    every = np.arange(len(candidates), dtype=np.int32)
    rival = _model(problem, candidates)
    rival.addRow(floor, highspy.kHighsInf, len(every), every, worth)
    own = every[best > 0.5]
    rival.addRow(-highspy.kHighsInf, len(own) - 1.0, len(own), own, np.ones(len(own)))
    if _maximise(rival, worth) is None:
        return best
    model = _model(problem, candidates)
    model.addRow(floor, highspy.kHighsInf, len(every), every, worth)
    for start in range(0, len(every), TIE_CHUNK):
        chunk = every[start : start + TIE_CHUNK]
        gains = np.zeros(len(every))
        # Each candidate outweighs all later ones of its chunk together.
        gains[chunk] = 2.0 ** np.arange(len(chunk) - 1, -1, -1)
        settled = _maximise(model, gains)
        if settled is None:
            return best
        best = settled
        for column in chunk:
            model.changeColBounds(int(column), best[column], best[column])
    return best


def _model(problem: _Problem, candidates: Sequence[tuple[str, ...]]) -> highspy.Highs:
    """Binary columns for the candidates; each county at most once, K and N exactly."""
    rules = problem.rules
    model = highspy.Highs()  # type: ignore[no-untyped-call]  # no annotations in the wheel
    model.silent()
    model.setOptionValue("random_seed", 1)
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.0)
    for column in range(len(candidates)):
        model.addVar(0.0, 1.0)
        model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    members: dict[str, list[int]] = {code: [] for code in problem.codes}
    for column, group in enumerate(candidates):
        for code in group:
            members[code].append(column)
    pinned = rules.must_include | {code for pair in rules.together for code in pair}
    for code, columns in members.items():
        lower = 1.0 if code in pinned else 0.0
        model.addRow(lower, 1.0, len(columns), np.array(columns, np.int32), np.ones(len(columns)))
    every = np.arange(len(candidates), dtype=np.int32)
    if rules.groups is not None:
        wanted = float(rules.groups)
        model.addRow(wanted, wanted, len(every), every, np.ones(len(every)))
    if rules.counties is not None:
        wanted = float(rules.counties)
        sizes = np.array([len(group) for group in candidates], dtype=float)
        model.addRow(wanted, wanted, len(every), every, sizes)
    return model


def _maximise(model: highspy.Highs, gains: np.ndarray) -> np.ndarray | None:
    """The optimal columns, or None where the model has no solution."""
    for column, gain in enumerate(gains):
        model.changeColCost(column, float(gain))
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.round(np.array(model.getSolution().col_value))


def _clash(problem: _Problem) -> str:
    """Which rule to give up so that a grouping exists: the first whose absence suffices."""
    rules = problem.rules
    relaxed = (
        (N_("组数与其他条件不能同时满足:放开组数即可行。"), replace(rules, groups=None)),
        (N_("县数与其他条件不能同时满足:放开县数即可行。"), replace(rules, counties=None)),
        (
            N_("必须纳入、同组的要求与其他条件不能同时满足:放开这些要求即可行。"),
            replace(rules, must_include=frozenset(), together=frozenset()),
        ),
        (
            N_("分开的要求与其他条件不能同时满足:放开这些要求即可行。"),
            replace(rules, apart=frozenset()),
        ),
        (
            N_("每组县数的上限与其他条件不能同时满足:上限加一即可行。"),
            replace(rules, largest=rules.largest + 1),
        ),
    )
    try:
        for sentence, looser in relaxed:
            problem.rules = looser
            candidates = _candidates(problem)
            if _maximise(_model(problem, candidates), np.ones(len(candidates))) is not None:
                return sentence
    finally:
        problem.rules = rules
    return N_("组数、县数与必须纳入的要求彼此冲突,没有可行的分组。")


def _why_left_out(code: str, problem: _Problem, best: Grouping) -> LeftOut:
    if code in problem.rules.must_exclude:
        return LeftOut(code, N_("规则要求排除。"), {})
    if code not in problem.neighbours:
        return LeftOut(code, N_("与牵头城市没有共同边界,不参与本方案。"), {})
    longest = max(length for pair, length in problem.lengths.items() if code in pair)
    params: dict[str, object] = {"km": f"{longest / 1000:.1f}"}
    original = problem.rules
    problem.rules = replace(original, must_include=original.must_include | {code})
    try:
        groups, _optimal = _pack(problem)
    except Infeasible:
        return LeftOut(code, N_("最长的跨市边界约%(km)s公里;纳入后无法满足组数和县数。"), params)
    finally:
        problem.rules = original
    covered = sum(problem.total(group, problem.lengths) for group in groups)
    value = sum(problem.total(group, problem.worth) for group in groups)
    params["change"] = f"{(covered - best.covered_m) / 1000:+.1f}"
    params["loss"] = f"{(1 - value / best.value) * 100:.1f}" if best.value else "0"
    return LeftOut(
        code,
        N_("最长的跨市边界约%(km)s公里;若必须纳入,最优值下降%(loss)s%%(组内边界%(change)s公里)。"),
        params,
    )
