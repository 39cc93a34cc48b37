"""“Why not with us?”: what the best grouping under one more wish would cost. Pure."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coord.boundaries.contacts import Contact
from coord.boundaries.rules import Clash, Grouping, Infeasible, Rules
from coord.boundaries.scenarios import solve_checked


class Ask(enum.StrEnum):
    """What somebody wishes."""

    #: A county in some group.
    INCLUDE = "include"
    #: A county in none.
    EXCLUDE = "exclude"
    #: Two counties in one group.
    TOGETHER = "together"
    #: Two counties not in one group.
    APART = "apart"


@dataclass(frozen=True)
class Wish:
    """One wish, of one county or of two."""

    ask: Ask
    a: str
    b: str = ""


@dataclass(frozen=True)
class Price:
    """The best grouping under the wish and its difference from the best without, or the clash."""

    wish: Wish
    #: None where the wish cannot be kept; then `clash` says why.
    grouping: Grouping | None
    #: How much less of the objective (metres, or sum of shares), and that as a part of it.
    loss: float
    loss_share: float
    #: Metres more of border inside groups; below 0 for less.
    change_m: float
    #: Groups of the best that there would no longer be, and those in their stead.
    given_up: tuple[tuple[str, ...], ...]
    new: tuple[tuple[str, ...], ...]
    clash: Clash | None = None


def price(
    contacts: Sequence[Contact],
    parties: Mapping[str, str],
    perimeters: Mapping[str, float],
    best: Grouping,
    wish: Wish,
    *,
    time_limit_s: float | None = None,
) -> Price:
    """What a wish would cost against the best grouping, or why it is impossible.

    Raises Unsettled where `time_limit_s` passes first. Where `best` or the grouping found is
    not proven optimal, the loss is that between the two, below 0 if the wish turns out better.
    """
    try:
        found = solve_checked(
            contacts,
            parties,
            perimeters,
            with_wish(best.rules, wish),
            time_limit_s=time_limit_s,
            with_runner_up=False,
        )
    except Infeasible as refusal:
        return Price(wish, None, 0.0, 0.0, 0.0, (), (), refusal.clash)
    loss = best.value - found.value
    # Sums in another order differ in the last digits.
    if abs(loss) <= 1e-9 * best.value:
        loss = 0.0
    before, after = set(best.groups), set(found.groups)
    return Price(
        wish,
        found,
        loss,
        loss / best.value if best.value else 0.0,
        found.covered_m - best.covered_m,
        tuple(sorted(before - after)),
        tuple(sorted(after - before)),
    )


def with_wish(rules: Rules, wish: Wish) -> Rules:
    """The rules with the wish among them."""
    pair = (min(wish.a, wish.b), max(wish.a, wish.b))
    if wish.ask is Ask.INCLUDE:
        return replace(rules, must_include=rules.must_include | {wish.a})
    if wish.ask is Ask.EXCLUDE:
        return replace(rules, must_exclude=rules.must_exclude | {wish.a})
    if wish.ask is Ask.TOGETHER:
        return replace(rules, together=rules.together | {pair})
    return replace(rules, apart=rules.apart | {pair})
