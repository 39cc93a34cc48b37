"""The best choice of disjoint candidates, proven, and the next best. Pure.

The relaxation's duals give each candidate a price: a choice with that candidate is worth at
most the bound plus its price. So a good choice among the few best-priced candidates leaves
few others that a better choice could hold; when all of those were looked at, it is proven.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from coord.boundaries.candidates import Columns
from coord.boundaries.linear import Answer, Deadline, Outcome, Program, run
from coord.boundaries.relaxation import (
    ROUNDING,
    Demand,
    Relaxation,
    program_of,
    relax,
    within,
)
from coord.boundaries.rules import Unsettled

#: Relative difference below which two values of the objective are one.
SAME = 1e-9

#: Candidates of the first integer program; more only where they could matter.
CORE = 3000

#: Candidates whose order is settled in one solve; 2 to this power stays exact for the solver.
TIE_CHUNK = 16

#: Up to as many candidates ties are settled one by one, above in a single solve.
TIE_LIMIT = 2000


@dataclass(frozen=True)
class Packing:
    """A choice of columns (ascending), its value, a bound from above, whether proven best."""

    chosen: tuple[int, ...]
    value: float
    bound: float
    optimal: bool


def pack(
    columns: Columns, demand: Demand, deadline: Deadline, known: Relaxation | None = None
) -> Packing | None:
    """The best choice; None where there is none. Raises Unsettled where time runs out first."""
    relaxation = known or relax(columns, demand, deadline)
    return None if relaxation is None else _search(columns, demand, relaxation, deadline)


def _search(
    columns: Columns, demand: Demand, relaxation: Relaxation, deadline: Deadline
) -> Packing | None:
    scale = float(columns.worth.max())
    by_price = np.argsort(-relaxation.price, kind="stable")
    best, looked_at, size = None, np.empty(0, dtype=int), CORE
    while True:
        useful = worth_keeping(relaxation, best.value if best else -math.inf, scale)
        if best is not None and np.isin(useful, looked_at).all():
            return replace(best, bound=best.value, optimal=True)
        take = useful
        if len(useful) > size:
            take = np.sort(by_price[np.isin(by_price, useful)][:size])
        answer = _choose(columns, demand, take, best, deadline)
        if answer.outcome is Outcome.INFEASIBLE and len(take) == len(useful) and best is None:
            return None
        if answer.outcome in (Outcome.OPTIMAL, Outcome.FEASIBLE):
            best = _better(best, take[answer.x > 0.5], columns, relaxation.bound)
        if answer.outcome in (Outcome.FEASIBLE, Outcome.UNKNOWN) or deadline.is_over:
            return _stopped(best, answer, len(take) == len(useful), scale)
        if len(take) == len(useful) and best is not None:
            return replace(best, bound=best.value, optimal=True)
        looked_at, size = take, size * 4


def worth_keeping(relaxation: Relaxation, floor: float, scale: float) -> np.ndarray:
    """Every column that a choice of at least `floor` may hold, ascending."""
    if math.isinf(floor):
        return np.arange(len(relaxation.price))
    least = floor * (1 - SAME) - relaxation.bound - ROUNDING * scale
    return np.nonzero(relaxation.price >= least)[0]


def _choose(
    columns: Columns, demand: Demand, take: np.ndarray, best: Packing | None, deadline: Deadline
) -> Answer:
    few = columns.take(take)
    own = within(demand, take)
    start = None
    if best is not None and np.isin(best.chosen, take).all():
        start = np.isin(take, best.chosen).astype(float)
    program = program_of(few, own, few.worth / columns.worth.max(), whole=True)
    return run(program, deadline, start)


def _better(
    best: Packing | None, chosen: np.ndarray, columns: Columns, bound: float
) -> Packing | None:
    value = math.fsum(columns.worth[chosen])
    if best is not None and best.value >= value:
        return best
    return Packing(tuple(int(one) for one in chosen), value, max(bound, value), optimal=False)


def _stopped(best: Packing | None, answer: Answer, was_all: bool, scale: float) -> Packing:
    """What can be said when time has run out."""
    if best is None:
        raise Unsettled
    bound = best.bound
    if was_all and math.isfinite(answer.bound):
        bound = min(bound, max(answer.bound * scale * (1 + SAME), best.value))
    return replace(best, bound=bound)


def next_best(
    columns: Columns,
    demand: Demand,
    best: Sequence[int],
    deadline: Deadline,
    known: Relaxation | None = None,
) -> Packing | None:
    """The best choice that does not hold all of `best`; None where there is none.

    The relaxation of the demand without that exception bounds this as well.
    """
    return pack(columns, replace(demand, forbidden=tuple(best)), deadline, known)


def settle_ties(
    columns: Columns, demand: Demand, best: Packing, relaxation: Relaxation, deadline: Deadline
) -> tuple[int, ...]:
    """Among choices worth as much as `best`, the first in the columns' order."""
    take = worth_keeping(relaxation, best.value, float(columns.worth.max()))
    few = columns.take(take)
    worth = few.worth / columns.worth.max()
    fixed = np.full(len(take), np.nan)
    pick = np.isin(take, best.chosen).astype(float)
    floor = float(worth @ pick) * (1 - SAME)
    chunk = TIE_CHUNK if len(take) <= TIE_LIMIT else len(take)
    for start in range(0, len(take), chunk):
        gains = np.zeros(len(take))
        own = np.arange(start, min(start + chunk, len(take)))
        # Each candidate outweighs all later ones of its chunk together; or, at once, by rank.
        gains[own] = 2.0 ** np.arange(len(own) - 1, -1, -1) if chunk == TIE_CHUNK else 1 / (own + 1)
        settled = run(_held(few, demand, gains, (worth, floor), fixed), deadline, pick)
        if settled.outcome is not Outcome.OPTIMAL:
            break
        pick = np.round(settled.x)
        fixed[own] = pick[own]
    return tuple(int(one) for one in take[pick > 0.5])


def _held(
    few: Columns,
    demand: Demand,
    gains: np.ndarray,
    held: tuple[np.ndarray, float],
    fixed: np.ndarray,
) -> Program:
    """The program with the total worth (weights, least sum) held and settled columns fixed."""
    worth, floor = held
    program = program_of(few, demand, gains, whole=True)
    every = np.arange(len(gains))
    settled = np.nonzero(~np.isnan(fixed))[0]
    row = len(program.lower)
    return replace(
        program,
        row=np.concatenate(
            [program.row, np.full(len(every), row), row + 1 + np.arange(len(settled))]
        ),
        column=np.concatenate([program.column, every, settled]),
        value=np.concatenate([program.value, worth, np.ones(len(settled))]),
        lower=np.concatenate([program.lower, [floor], fixed[settled]]),
        upper=np.concatenate([program.upper, [np.inf], fixed[settled]]),
    )
