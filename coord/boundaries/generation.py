"""Candidates by need, where there are too many to list them all. Pure.

Column generation: candidates that the relaxation's duals price above zero are looked for
and added until there is none. Then all whose price leaves room for a better choice than the
one found are added, and the best choice among them is the best of all.

A set grows county by county. Each county is charged its dual and credited half of all its
borders: since borders that leave the set are credited in vain, the sum is never below the
set's price, and what counties can still add is bounded by the best of them within reach.
"""

from dataclasses import dataclass

import numpy as np

from coord.boundaries.candidates import Columns, Pins, as_columns, enumerate_columns, grow
from coord.boundaries.linear import Deadline
from coord.boundaries.network import Network
from coord.boundaries.relaxation import ROUNDING, Demand, Relaxation, relax
from coord.boundaries.rules import Rules, Unsettled

#: Candidates to begin with; added in one round, the best-priced; and rounds at most.
BEGIN, ROUND, ROUNDS = 130_000, 20_000, 40


@dataclass(frozen=True)
class Priced:
    """What the relaxation's duals charge: by county (metres or shares), and for each group."""

    county: np.ndarray
    group: float


def generate(
    network: Network, rules: Rules, demand: Demand, deadline: Deadline, limit: int
) -> tuple[Columns, Relaxation]:
    """Columns whose relaxation is that of all columns, and that relaxation.

    Its bound holds for all columns also where time or `limit` (sets looked at in one round)
    stops the search early. Raises Unsettled where no columns to begin with were found.
    """
    columns = _to_begin_with(network, rules, min(limit, BEGIN))
    most_of_all = float(network.worth.sum())
    known = relax(columns, demand, deadline)
    if known is None:
        raise Unsettled
    for _round in range(ROUNDS):
        priced = charges(known, demand)
        tolerance = ROUNDING * float(columns.worth.max())
        found, missed = search(network, rules, priced, tolerance, limit)
        fresh = _without(found, columns)
        best = np.argsort(-prices(fresh, priced), kind="stable")[:ROUND]
        bound = min(_widened(known.bound, demand, prices(found, priced), missed), most_of_all)
        answer = columns, Relaxation(bound, known.price, known.dual)
        if not len(best) or deadline.is_over:
            break
        columns = merge(columns, fresh.take(np.sort(best)))
        try:
            known = relax(columns, demand, deadline) or known
        except Unsettled:
            break
    return answer


def _to_begin_with(network: Network, rules: Rules, limit: int) -> Columns:
    """All sets of the smaller sizes, as far as they can be listed."""
    columns = None
    for largest in range(rules.smallest, rules.largest + 1):
        few = enumerate_columns(network, _with_largest(rules, largest), limit)
        if few is None:
            break
        if len(few.worth):
            columns = few
    if columns is None:
        raise Unsettled
    return columns


def _with_largest(rules: Rules, largest: int) -> Rules:
    return Rules(**{**vars(rules), "largest": largest})


def charges(relaxation: Relaxation, demand: Demand) -> Priced:
    """The duals as charges."""
    many = demand.counties_in_all
    county, rest = relaxation.dual[:many], list(relaxation.dual[many:])
    group = rest.pop(0) if demand.groups is not None else 0.0
    for_each = rest.pop(0) if demand.counties is not None else 0.0
    return Priced(county + for_each, group)


def prices(columns: Columns, priced: Priced) -> np.ndarray:
    """Worth less charges of each column."""
    padded = np.append(priced.county, 0.0)
    return np.asarray(columns.worth - padded[columns.members].sum(axis=1) - priced.group)


def search(
    network: Network, rules: Rules, priced: Priced, least: float, limit: int
) -> tuple[Columns, float]:
    """Permitted sets priced at least `least`, and the most that a set not looked at may have.

    The second is `least` where every set was looked at.
    """
    pins = Pins(network, rules)
    reach = _reach(network, priced, rules.largest)
    half = _half(network) - priced.county
    missed = least
    sets = np.arange(len(network.codes))[:, None]
    levels: list[np.ndarray] = []
    for size in range(2, min(rules.largest, len(network.codes)) + 1):
        sets = grow(network, sets, pins.may_grow, limit * 4)
        hope = _hope(sets, half, reach, rules.largest - size) - priced.group
        hopeful = hope >= least
        sets, hope = sets[hopeful], hope[hopeful]
        if len(sets) > limit:
            best = np.argsort(-hope, kind="stable")
            missed = max(missed, float(hope[best[limit]]))
            sets = sets[np.sort(best[:limit])]
        levels.append(sets[pins.may_be(sets)])
    columns = as_columns(network, levels)
    return columns.take(prices(columns, priced) >= least), missed


def _half(network: Network) -> np.ndarray:
    """Half of the worth of all borders of each county."""
    many = len(network.codes)
    both = np.bincount(network.a, network.worth, many) + np.bincount(network.b, network.worth, many)
    return np.asarray(both / 2)


def _reach(network: Network, priced: Priced, largest: int) -> np.ndarray:
    """(distance, county): the most that one county within that many steps may add; from 0."""
    steps = [np.maximum(_half(network) - priced.county, 0.0)]
    for _step in range(largest):
        widened = steps[-1].copy()
        np.maximum.at(widened, network.a, steps[-1][network.b])
        np.maximum.at(widened, network.b, steps[-1][network.a])
        steps.append(widened)
    return np.array(steps)


def _hope(sets: np.ndarray, half: np.ndarray, reach: np.ndarray, more: int) -> np.ndarray:
    """A bound of the price of any set that holds this one and up to `more` counties besides."""
    hope = half[sets].sum(axis=1)
    for step in range(1, more + 1):
        hope += reach[step][sets].max(axis=1)
    return np.asarray(hope)


def _widened(bound: float, demand: Demand, price: np.ndarray, missed: float) -> float:
    """The bound as it holds for what was found last and for what was missed."""
    most = demand.groups or demand.counties_in_all // max(demand.smallest, 1)
    return bound + max(float(price.max(initial=0.0)), missed, 0.0) * most


def _without(found: Columns, known: Columns) -> Columns:
    keys = {row.tobytes() for row in _as_wide(known, found)}
    fresh = [row.tobytes() not in keys for row in _as_wide(found, known)]
    return found.take(np.array(fresh, dtype=bool))


def merge(one: Columns, other: Columns) -> Columns:
    """The columns of both, once, in the order of tuples."""
    members = np.concatenate([_as_wide(one, other), _as_wide(other, one)])
    worth = np.concatenate([one.worth, other.worth])
    distinct, first = np.unique(members, axis=0, return_index=True)
    return Columns(distinct, worth[first])


def _as_wide(own: Columns, other: Columns) -> np.ndarray:
    """The members padded to the wider of the two, in one kind of number."""
    width = max(own.members.shape[1], other.members.shape[1])
    missing = width - own.members.shape[1]
    padded = np.pad(own.members, ((0, 0), (0, missing)), constant_values=-1)
    return np.ascontiguousarray(padded, dtype=np.int64)
