"""Whether a grouping keeps its rules, found without the solver that made it. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coord.boundaries.contacts import Contact
from coord.boundaries.rules import Grouping, Objective, Rules

Groups = Sequence[Sequence[str]]

#: Relative; sums of the same numbers in another order differ by less.
CLOSE = 1e-6


class FaultyGroupingError(RuntimeError):
    """The solver gave what breaks its own rules: a defect of the program, not of the rules."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("the grouping breaks its rules: " + "; ".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class _Sums:
    covered_m: float
    value: float


def check_grouping(
    grouping: Grouping,
    contacts: Sequence[Contact],
    parties: Mapping[str, str],
    perimeters: Mapping[str, float] | None = None,
) -> list[str]:
    """What is wrong with a grouping, its bound and its runner-up; an empty list if nothing.

    `parties` is by code and covers every code of the groups and contacts; `perimeters`
    (metres) likewise: without them a value by share is not checked.
    """
    usable = _usable(contacts, grouping.rules, parties)
    sums = _sums(grouping.groups, usable, grouping.rules, perimeters)
    faults = [*_group_faults(grouping.groups, grouping.rules, usable, parties)]
    if not _same(sums.covered_m, grouping.covered_m):
        faults.append("covered length does not add up")
    if perimeters is not None or grouping.rules.objective is Objective.KM:
        if not _same(sums.value, grouping.value):
            faults.append("value does not add up")
        faults += _runner_up_faults(grouping, usable, parties, perimeters)
    inside = {code for group in grouping.groups for code in group}
    if inside & {left.code for left in grouping.left_out}:
        faults.append("a county stands in a group and among those left out")
    return [*faults, *_bound_faults(grouping)]


def _usable(
    contacts: Sequence[Contact], rules: Rules, parties: Mapping[str, str]
) -> dict[frozenset[str], float]:
    """Metres by pair of counties, of the borders that count."""
    joint: dict[frozenset[str], list[float]] = {}
    for one in contacts:
        joint.setdefault(frozenset((one.a, one.b)), []).append(one.length_m)
    lengths = {pair: math.fsum(parts) for pair, parts in joint.items()}
    return {
        pair: length
        for pair, length in lengths.items()
        if 0 < length >= rules.min_contact_m and _is_between(pair, rules, parties)
    }


def _is_between(pair: frozenset[str], rules: Rules, parties: Mapping[str, str]) -> bool:
    ends = {parties[code] for code in pair}
    return len(ends) == 2 and (rules.hub is None or rules.hub in ends)


def _group_faults(
    groups: Groups,
    rules: Rules,
    usable: Mapping[frozenset[str], float],
    parties: Mapping[str, str],
) -> Iterator[str]:
    yield from _count_faults(groups, rules)
    yield from _pin_faults(groups, rules)
    if list(map(tuple, groups)) != sorted(tuple(sorted(group)) for group in groups):
        yield "not in order"
    neighbours: dict[str, set[str]] = {}
    for a, b in map(sorted, usable):
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    for group in groups:
        if not rules.smallest <= len(group) <= rules.largest:
            yield f"size of {group}"
        if len({parties[code] for code in group}) < 2:
            yield f"one party only: {group}"
        if _reach(group, neighbours) != set(group):
            yield f"not connected: {group}"


def _count_faults(groups: Groups, rules: Rules) -> Iterator[str]:
    members = [code for group in groups for code in group]
    if not groups:
        yield "no group at all"
    if len(members) != len(set(members)):
        yield "a county stands in two groups"
    if rules.groups is not None and len(groups) != rules.groups:
        yield "wrong number of groups"
    if rules.counties is not None and len(members) != rules.counties:
        yield "wrong number of counties"


def _pin_faults(groups: Groups, rules: Rules) -> Iterator[str]:
    home = {code: index for index, group in enumerate(groups) for code in group}
    if not rules.must_include <= set(home) or rules.must_exclude & set(home):
        yield "a pin is broken"
    if any(a not in home or home[a] != home.get(b) for a, b in rules.together):
        yield "a pair is parted"
    if any(a in home and home[a] == home.get(b) for a, b in rules.apart):
        yield "a pair that must be apart shares a group"


def _reach(group: Sequence[str], neighbours: Mapping[str, set[str]]) -> set[str]:
    own = set(group)
    reached, frontier = {group[0]}, [group[0]]
    while frontier:
        near = neighbours.get(frontier.pop(), set()) & own - reached
        reached |= near
        frontier.extend(near)
    return reached


def _sums(
    groups: Groups,
    usable: Mapping[frozenset[str], float],
    rules: Rules,
    perimeters: Mapping[str, float] | None,
) -> _Sums:
    homes: dict[str, set[int]] = {}
    for index, group in enumerate(groups):
        for code in group:
            homes.setdefault(code, set()).add(index)
    covered: list[float] = []
    worth: list[float] = []
    for pair, length in usable.items():
        a, b = pair
        for _group in homes.get(a, set()) & homes.get(b, set()):
            covered.append(length)
            is_share = rules.objective is Objective.SHARE and perimeters is not None
            worth.append(length / min(perimeters[a], perimeters[b]) if is_share else length)  # type: ignore[index]
    return _Sums(math.fsum(covered), math.fsum(worth))


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)


def _bound_faults(grouping: Grouping) -> Iterator[str]:
    bound, value = grouping.bound, grouping.value
    if bound is None:
        return
    if not bound >= value * (1 - CLOSE):
        yield "the bound is below the value"
    if grouping.optimal and not _same(bound, value):
        yield "said to be optimal, but the bound is above the value"
    expected = (bound - value) / bound if bound > 0 else 0.0
    if not _same(expected, grouping.gap):
        yield "the gap is not that between value and bound"


def _runner_up_faults(
    grouping: Grouping,
    usable: Mapping[frozenset[str], float],
    parties: Mapping[str, str],
    perimeters: Mapping[str, float] | None,
) -> Iterator[str]:
    second = grouping.runner_up
    if second is None:
        return
    if set(second.groups) == set(grouping.groups):
        yield "the runner-up is the same"
    for fault in _group_faults(second.groups, grouping.rules, usable, parties):
        yield f"runner-up: {fault}"
    sums = _sums(second.groups, usable, grouping.rules, perimeters)
    if not (_same(sums.covered_m, second.covered_m) and _same(sums.value, second.value)):
        yield "runner-up: sums do not add up"
    if second.value > grouping.value * (1 + CLOSE):
        yield "the runner-up is better than the best"
    if not _same(grouping.value - second.value, second.loss):
        yield "runner-up: the loss is not the difference"
