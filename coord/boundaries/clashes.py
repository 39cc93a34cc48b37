"""Why no grouping keeps the rules, and the least change under which one exists. Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations

from coord.boundaries.demands import NUMBERS, Unit, loosened, units_of
from coord.boundaries.feasibility import FOREST_COUNTIES, Borders, Oracle
from coord.boundaries.linear import Deadline
from coord.boundaries.network import Network
from coord.boundaries.rules import Clash, Rules
from coord.kernel.text import N_, Phrase

#: Seconds that finding the reason may take, and one question of it, on large networks.
SECONDS, SECONDS_EACH = 40.0, 8.0

#: Questions asked for a smaller clash than the irreducible one found first, and for small changes.
QUESTIONS = 150

#: Changes below this cost are tried one after the other; dearer ones are one program.
MOST_STEPS = 3.0


def is_well_formed(network: Network, rules: Rules) -> bool:
    """Whether the rules can be put to the solver at all; what is not is a clash."""
    pinned = rules.must_include | {code for pair in rules.together for code in pair}
    return (
        2 <= rules.smallest <= rules.largest
        and (rules.groups is None or rules.groups >= 1)
        and len(network.codes) > 0
        and pinned <= set(network.codes)
    )


def explain_clash(borders: Borders, rules: Rules, deadline: Deadline) -> Clash:
    """A smallest set of demands that clash and the cheapest way out, for rules that do.

    The cost of a way out is `Unit.steps` for each step. On networks too large to settle
    every question in time the set may not be smallest, nor the way out cheapest.
    """
    if rules.smallest < 2:
        words = Phrase(N_("每组不少于%(count)s个县"), {"count": rules.smallest})
        change = Phrase(
            N_("每组下限由%(was)s个县改为%(now)s个县"), {"was": rules.smallest, "now": 2}
        )
        return Clash((words,), (change,), replace(rules, smallest=2))
    oracle = Oracle(borders, rules)
    if not oracle.open.codes:
        return Clash(())
    limits = _Limits(deadline)
    clashing = _smallest(oracle, _irreducible(oracle, limits), limits)
    return _with_way_out(Clash(tuple(unit.phrase for unit in clashing)), oracle, limits)


class _Limits:
    """Time for one question, out of the time for all of them."""

    def __init__(self, deadline: Deadline) -> None:
        self.whole = Deadline(min(deadline.left(), SECONDS))

    def rest(self) -> Deadline:
        return Deadline(max(self.whole.left(), SECONDS_EACH))

    def each(self) -> Deadline:
        return Deadline(min(self.whole.left(), SECONDS_EACH))


def _irreducible(oracle: Oracle, limits: _Limits) -> tuple[Unit, ...]:
    """Demands that clash, none of which can be left out; by leaving out one after the other."""
    kept = list(oracle.units)
    # Pins go last, so that a clash of plain numbers is named as such.
    for unit in sorted(oracle.units, key=lambda one: one.kind in NUMBERS):
        fewer = [one for one in kept if one is not unit]
        if oracle.exists(fewer, limits.each()) is False:
            kept = fewer
    return tuple(kept)


def _smallest(oracle: Oracle, found: tuple[Unit, ...], limits: _Limits) -> tuple[Unit, ...]:
    """A clash with fewer demands, where there is one; looked for while there are few to try."""
    asked = 0
    for size in range(1, len(found)):
        asked += math.comb(len(oracle.units), size)
        if asked > QUESTIONS or limits.whole.is_over:
            return found
        for some in combinations(oracle.units, size):
            if oracle.exists(some, limits.each()) is False:
                return some
    return found


def _with_way_out(clash: Clash, oracle: Oracle, limits: _Limits) -> Clash:
    is_large = len(oracle.open.codes) > FOREST_COUNTIES
    small = _small_change(clash, oracle, limits, only_single=is_large)
    if small is not None:
        relaxed, phrases = small
        return replace(clash, remedies=phrases, relaxed=relaxed)
    verdict = oracle.nearest(limits.rest() if is_large else limits.each())
    if not is_large:
        other = oracle.forest.cheapest(limits.each())
        if other.exists and (
            verdict is None
            or other.proven
            or _cost_of(other.steps.items()) < _cost_of(verdict.steps.items())
        ):
            verdict = other
    if verdict is None or not verdict.exists:
        return clash
    relaxed, phrases = _changed(oracle.rules, verdict.steps, verdict.shortest_m)
    if _is_met(oracle, relaxed, limits) is not True:
        return clash
    return replace(clash, remedies=phrases, relaxed=relaxed, cheapest=verdict.proven)


def _cost_of(steps: Iterable[tuple[Unit, int]]) -> float:
    return sum(unit.steps * abs(step) for unit, step in steps)


def _small_change(
    clash: Clash, oracle: Oracle, limits: _Limits, *, only_single: bool
) -> tuple[Rules, tuple[Phrase, ...]] | None:
    """The cheapest of the changes by one or two steps, tried in the order of their cost."""
    moves = [(unit, step) for unit in oracle.units for step in _steps(unit)]
    trials: list[list[tuple[Unit, int]]] = [[move] for move in moves]
    if not only_single:
        trials += [[(unit, 2 * step)] for unit, step in moves if unit.kind in NUMBERS]
        trials += [[one, other] for one, other in combinations(moves, 2) if one[0] != other[0]]
    # A change that leaves the whole clash as it is cannot help.
    trials = [one for one in trials if any(unit.phrase in clash.clashing for unit, _ in one)]
    trials.sort(key=_cost_of)
    # How far the least length must give way only the forest can say.
    dearer = [unit.steps for unit in oracle.units if unit.kind == "shortest"]
    for asked, trial in enumerate(trials):
        if asked >= QUESTIONS or _cost_of(trial) >= min([*dearer, MOST_STEPS]):
            return None
        relaxed, phrases = _changed(oracle.rules, dict(trial), 0.0)
        met = oracle.exists_under(relaxed, limits.each())
        if met is None:
            return None
        if met:
            return relaxed, phrases
    return None


def _steps(unit: Unit) -> tuple[int, ...]:
    """The single steps by which a unit may give way here; its length is left to the forest."""
    if unit.kind in ("groups", "counties"):
        return (-1, 1)
    return {"smallest": (-1,), "shortest": ()}.get(unit.kind, (1,))


def _changed(
    rules: Rules, steps: Mapping[Unit, int], shortest_m: float
) -> tuple[Rules, tuple[Phrase, ...]]:
    phrases: list[Phrase] = []
    relaxed = rules
    for unit in units_of(rules):
        if unit in steps:
            relaxed, phrase = loosened(relaxed, unit, steps[unit], shortest_m)
            phrases.append(phrase)
    return relaxed, tuple(phrases)


def _is_met(oracle: Oracle, relaxed: Rules, limits: _Limits) -> bool | None:
    """Whether groups exist under the relaxed rules, asked anew."""
    again = Oracle(oracle.borders, relaxed)
    return again.exists(again.units, limits.each())
