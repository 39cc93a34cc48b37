"""The linear relaxation of choosing candidates: a bound that holds, and each one's price. Pure."""

from dataclasses import dataclass, replace

import numpy as np

from coord.boundaries.candidates import Columns
from coord.boundaries.linear import Deadline, Outcome, Program, run
from coord.boundaries.rules import Unsettled

#: Of the worth of the best candidate; what the arithmetic of duals may be wrong by.
ROUNDING = 1e-7

#: Columns to begin with where there are more, and columns added in one round.
SIFTED, SIFTED_IN = 450_000, 60_000


@dataclass(frozen=True)
class Demand:
    """What a choice must hold, beside each county at most once."""

    counties_in_all: int
    pinned: np.ndarray
    groups: int | None = None
    counties: int | None = None
    #: Least size of a candidate: bounds how many can be chosen.
    smallest: int = 2
    #: A choice that is not the answer: not all of these columns (indices).
    forbidden: tuple[int, ...] = ()
    #: Least number of groups.
    least: int = 0


@dataclass(frozen=True)
class Relaxation:
    """The linear relaxation: a bound that holds, each column's price, the counties' duals."""

    bound: float
    price: np.ndarray
    #: By row: counties, then groups and counties in all where demanded.
    dual: np.ndarray


def relax(columns: Columns, demand: Demand, deadline: Deadline) -> Relaxation | None:
    """The linear relaxation; None where not even that can be met."""
    if not len(columns.worth):
        return None
    many, scale = len(columns.worth), float(columns.worth.max())
    # Many columns are sifted: only those that the duals of the others price above 0 are added.
    take = np.arange(many)
    if many > SIFTED:
        take = np.sort(np.argsort(-columns.worth / columns.sizes, kind="stable")[:SIFTED])
    while True:
        own = within(demand, take)
        few = columns.take(take)
        program = program_of(few, own, few.worth / scale, whole=False)
        answer = run(program, deadline)
        if answer.outcome is Outcome.UNKNOWN:
            raise Unsettled
        is_short = answer.outcome is Outcome.INFEASIBLE
        if is_short and len(take) == many:
            return None
        if is_short:
            take = np.arange(many)
            continue
        found = _safe(columns, program, answer.dual, demand, scale)
        wanting = np.nonzero(found.price > ROUNDING * scale)[0]
        fresh = wanting[~np.isin(wanting, take)]
        if not len(fresh) or deadline.is_over:
            return found
        best = np.argsort(-found.price[fresh], kind="stable")[:SIFTED_IN]
        take = np.union1d(take, fresh[best])


def within(demand: Demand, take: np.ndarray) -> Demand:
    """The demand on some of the columns."""
    # Where one of the forbidden columns is not among the few, they cannot all be chosen.
    barred = np.isin(demand.forbidden, take).all()
    return replace(
        demand, forbidden=tuple(np.searchsorted(take, demand.forbidden)) if barred else ()
    )


def _safe(
    columns: Columns, program: Program, dual: np.ndarray, demand: Demand, scale: float
) -> Relaxation:
    """A bound that holds for all columns whatever the solver's tolerances, from its duals."""
    dual = np.where((dual > 0) & np.isinf(program.upper), 0.0, dual)
    dual = np.where((dual < 0) & np.isinf(program.lower), 0.0, dual)
    # An infinite side has a zero dual now; leave it out of the product.
    side = np.where(dual > 0, program.upper, program.lower)
    total = float(np.where(dual == 0, 0.0, dual * np.where(dual == 0, 0.0, side)).sum())
    paid = np.append(dual[: demand.counties_in_all], 0.0)[columns.members].sum(axis=1)
    # Of a program without the forbidden columns the last row is missing: as if its dual were 0.
    for one, charge in zip(
        _side_rows(columns, demand), dual[demand.counties_in_all :], strict=False
    ):
        paid[one.which] += charge * one.weights
    price = columns.worth / scale - paid
    most = demand.groups or demand.counties_in_all // max(demand.smallest, 1)
    bound = total + max(float(price.max()), 0.0) * most
    return Relaxation(bound * scale, price * scale, dual * scale)


@dataclass(frozen=True)
class _Row:
    """least ≤ weights·x[which] ≤ most."""

    which: np.ndarray
    weights: np.ndarray
    least: float
    most: float


def _side_rows(columns: Columns, demand: Demand) -> list[_Row]:
    """K and N exactly, at least so many groups, and last what is forbidden."""
    many = len(columns.worth)
    every, ones = np.arange(many), np.ones(many)
    found: list[_Row] = []
    if demand.groups is not None:
        found.append(_Row(every, ones, demand.groups, demand.groups))
    if demand.counties is not None:
        sizes = columns.sizes.astype(float)
        found.append(_Row(every, sizes, demand.counties, demand.counties))
    if demand.least:
        found.append(_Row(every, ones, demand.least, np.inf))
    if demand.forbidden:
        barred = np.array(demand.forbidden)
        found.append(_Row(barred, np.ones(len(barred)), -np.inf, len(barred) - 1.0))
    return found


def program_of(columns: Columns, demand: Demand, gains: np.ndarray, *, whole: bool) -> Program:
    """Each county at most once, pinned ones exactly; then the rows of the demand."""
    county, column = columns.incidence()
    lower = np.full(demand.counties_in_all, -np.inf)
    lower[demand.pinned] = 1.0
    sides = _side_rows(columns, demand)
    numbers = [np.full(len(one.which), demand.counties_in_all + i) for i, one in enumerate(sides)]
    return Program(
        gains,
        np.full(len(gains), 1.0 if whole else np.inf),
        np.concatenate([county, *numbers]),
        np.concatenate([column, *(one.which for one in sides)]),
        np.concatenate([np.ones(len(county)), *(one.weights for one in sides)]),
        np.append(lower, [one.least for one in sides]),
        np.append(np.ones(demand.counties_in_all), [one.most for one in sides]),
        whole,
    )
