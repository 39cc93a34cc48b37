"""Parts, candidates by need, bounds, the next best, wishes: against trying everything."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.boundaries import grouping as engine
from coord.boundaries.candidates import enumerate_columns
from coord.boundaries.checking import check_grouping
from coord.boundaries.contacts import Contact
from coord.boundaries.grouping import Grouping, Infeasible, Rules, Unsettled, solve
from coord.boundaries.network import build_network
from coord.boundaries.wishes import Ask, Wish, price, with_wish
from tests.boundaries.test_clashes import BORDERS, LENGTHS, borders_of
from tests.boundaries.test_group_rules import (
    PARTIES,
    PERIMETERS,
    RULES,
    chain,
    contact,
    covered,
    every_choice,
    worth,
)
from tests.boundaries.test_grouping import CONTACTS
from tests.boundaries.test_grouping import PARTIES as FIVE
from tests.boundaries.test_grouping import PERIMETERS as ROUND


def allowed(contacts: list[Contact], rules: Rules) -> list[list[tuple[str, ...]]]:
    """Every choice of groups that the checker passes."""
    codes = sorted({code for one in contacts for code in (one.a, one.b)})
    found = []
    for groups in every_choice(codes):
        sums = covered(groups, contacts, rules), worth(groups, contacts, rules)
        one = Grouping(tuple(sorted(groups)), *sums, False, (), rules)
        if not check_grouping(one, contacts, PARTIES, PERIMETERS):
            found.append(groups)
    return found


def feasible(rules: Rules, contacts: list[Contact]) -> Rules:
    """Most rules drawn clash; without their numbers, or at last without any, they do not."""
    loose = replace(rules, groups=None, counties=None, smallest=2)
    return next(one for one in (rules, loose, Rules()) if allowed(contacts, one))


def two_parts(lengths: list[int]) -> tuple[list[Contact], dict[str, str]]:
    """1–2–3–4–5 and 6–7–8–9, no border between them."""
    pairs = [(a, b) for a, b in zip("1234678", "2345789", strict=True)]
    made = [contact(pair, float(length)) for pair, length in zip(pairs, lengths, strict=True)]
    return made, {code: "AB"[int(code) % 2] for code in "123456789"}


@settings(max_examples=40, deadline=None)
@given(pairs=BORDERS, lengths=LENGTHS, rules=RULES)
def test_the_runner_up_is_the_second_best_of_all(
    pairs: list[tuple[str, str]], lengths: list[int], rules: Rules
) -> None:
    contacts = borders_of(pairs, lengths)
    rules = feasible(rules, contacts)
    choices = allowed(contacts, rules)
    grouping = solve(contacts, PARTIES, PERIMETERS, rules, with_runner_up=True)
    assert check_grouping(grouping, contacts, PARTIES, PERIMETERS) == []
    assert (grouping.gap, grouping.bound) == (0.0, grouping.value)
    best = {frozenset(group) for group in grouping.groups}
    others = [groups for groups in choices if {frozenset(group) for group in groups} != best]
    if not others:
        assert grouping.runner_up is None
        return
    second = max(worth(groups, contacts, rules) for groups in others)
    assert grouping.runner_up is not None
    assert grouping.runner_up.value == pytest.approx(second, rel=1e-6)
    assert grouping.runner_up.loss == pytest.approx(grouping.value - second, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 30), min_size=7, max_size=7),
    groups=st.none() | st.integers(1, 4),
    counties=st.none() | st.integers(2, 9),
    largest=st.integers(2, 5),
)
def test_parts_that_only_numbers_link(
    lengths: list[int], groups: int | None, counties: int | None, largest: int
) -> None:
    contacts, parties = two_parts(lengths)
    rules = Rules(groups=groups, counties=counties, largest=largest)
    sizes = dict(zip("1234678", lengths, strict=True))

    def chains(codes: str) -> list[tuple[int, int, int]]:
        """(groups, counties, metres) of every way to cut a chain into groups."""
        if not codes:
            return [(0, 0, 0)]
        found = chains(codes[1:])
        for size in range(2, min(largest, len(codes)) + 1):
            inside = sum(sizes[code] for code in codes[: size - 1])
            found += [(k + 1, n + size, v + inside) for k, n, v in chains(codes[size:])]
        return found

    values = [
        v + w
        for k, n, v in chains("12345")
        for j, m, w in chains("6789")
        if k + j > 0 and groups in (None, k + j) and counties in (None, n + m)
    ]
    perimeters = dict.fromkeys(parties, 100.0)
    if not values:
        with pytest.raises(Infeasible):
            solve(contacts, parties, perimeters, rules)
        return
    grouping = solve(contacts, parties, perimeters, rules)
    assert grouping.value == pytest.approx(max(values))
    assert check_grouping(grouping, contacts, parties, perimeters) == []
    if grouping.runner_up is not None:
        below = sorted(values, reverse=True)[1]
        assert grouping.runner_up.value == pytest.approx(below)


@settings(max_examples=60, deadline=None)
@given(pairs=BORDERS, lengths=LENGTHS, rules=RULES, limit=st.integers(1, 25))
def test_candidates_by_need_give_what_the_full_list_gives_or_say_the_gap(
    pairs: list[tuple[str, str]], lengths: list[int], rules: Rules, limit: int
) -> None:
    contacts = borders_of(pairs, lengths)
    rules = feasible(rules, contacts)
    choices = allowed(contacts, rules)
    best = max(worth(groups, contacts, rules) for groups in choices)
    try:
        found = solve(contacts, PARTIES, PERIMETERS, rules, limit=limit)
    except Unsettled:
        return
    assert check_grouping(found, contacts, PARTIES, PERIMETERS) == []
    assert found.bound is not None
    assert found.value <= best * (1 + 1e-9)
    assert found.bound >= best * (1 - 1e-9)
    if found.optimal:
        assert found.value == pytest.approx(best, rel=1e-9)


def test_candidates_by_need_prove_the_best_of_a_long_chain() -> None:
    codes = [f"{number:03}" for number in range(60)]
    contacts = [
        contact(pair, 10.0 + (index * 7919) % 97) for index, pair in enumerate(pairwise(codes))
    ]
    parties = {code: "AB"[int(code) % 2] for code in codes}
    perimeters = dict.fromkeys(codes, 100.0)
    rules = Rules(largest=6)
    listed = solve(contacts, parties, perimeters, rules)
    by_need = solve(contacts, parties, perimeters, rules, limit=180)
    assert listed.optimal
    assert by_need.bound is not None
    assert by_need.bound >= listed.value * (1 - 1e-9)
    assert replace(by_need, left_out=listed.left_out) == listed


@settings(max_examples=15, deadline=None)
@given(st.permutations(list(CONTACTS)), st.sampled_from([None, 8]))
def test_the_same_input_in_any_order_gives_the_same_result(
    order: list[Contact], groups: int | None
) -> None:
    rules = Rules(groups=groups)
    parties = {code: FIVE[code] for code in reversed(list(FIVE))}
    assert solve(order, parties, ROUND, rules) == solve(CONTACTS, FIVE, ROUND, rules)


def test_time_that_is_over_is_said() -> None:
    grouping = solve(CONTACTS, FIVE, ROUND, Rules(largest=4), time_limit_s=60.0)
    assert grouping.optimal
    with pytest.raises(Unsettled):
        # Every candidate needs listing by need, and nothing can be listed.
        solve(CONTACTS, FIVE, ROUND, Rules(smallest=4), limit=1)


def test_progress_is_told_and_may_stop_the_work() -> None:
    told: list[float] = []
    solve(CONTACTS, FIVE, ROUND, Rules(), report=lambda share, _what: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)

    class StoppedError(Exception):
        pass

    def stop(_share: float, _what: str) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        solve(CONTACTS, FIVE, ROUND, Rules(), report=stop)


@settings(max_examples=40, deadline=None)
@given(pairs=BORDERS, lengths=LENGTHS, rules=RULES, ask=st.sampled_from(Ask), data=st.data())
def test_the_price_of_a_wish(
    pairs: list[tuple[str, str]], lengths: list[int], rules: Rules, ask: Ask, data: st.DataObject
) -> None:
    contacts = borders_of(pairs, lengths)
    rules = feasible(rules, contacts)
    best = solve(contacts, PARTIES, PERIMETERS, rules)
    a, b = data.draw(st.permutations("123456"))[:2]
    found = price(contacts, PARTIES, PERIMETERS, best, Wish(ask, a, b))
    wished = allowed(contacts, with_wish(rules, Wish(ask, a, b)))
    if not wished:
        assert found.grouping is None
        assert found.clash is not None
        assert found.clash.clashing or not contacts
        return
    value = max(worth(groups, contacts, rules) for groups in wished)
    assert found.grouping is not None
    assert found.loss == pytest.approx(best.value - value, abs=1e-6)
    assert found.change_m == pytest.approx(found.grouping.covered_m - best.covered_m)
    kept = set(best.groups) - set(found.given_up)
    assert kept | set(found.new) == set(found.grouping.groups)


def test_no_group_joins_what_no_border_joins() -> None:
    """A pair that must share a group lies in two parts of the map."""
    contacts = [contact(("1", "2"), 1.0), contact(("3", "4"), 1.0)]
    best = solve(contacts, PARTIES, PERIMETERS, Rules())
    found = price(contacts, PARTIES, PERIMETERS, best, Wish(Ask.TOGETHER, "1", "4"))
    assert found.grouping is None
    assert found.clash is not None
    assert [str(one) for one in found.clash.clashing] == ["1与4同组"]


def test_a_wish_in_numbers() -> None:
    contacts = chain(9000, 1000, 500)
    rules = Rules(largest=2, groups=1)
    best = solve(contacts, PARTIES, PERIMETERS, rules)
    found = price(contacts, PARTIES, PERIMETERS, best, Wish(Ask.INCLUDE, "3"))
    assert (found.loss, found.change_m) == (8000.0, -8000.0)
    assert found.loss_share == pytest.approx(8 / 9)
    assert (found.given_up, found.new) == ((("1", "2"),), (("2", "3"),))
    refused = price(contacts, PARTIES, PERIMETERS, best, Wish(Ask.TOGETHER, "4", "1"))
    assert refused.clash is not None
    assert [str(one) for one in refused.clash.clashing] == ["每组不多于2个县", "1与4同组"]


def test_many_left_out_get_a_bound_instead_of_a_solution_each() -> None:
    rules = Rules(groups=8, counties=21)
    exact = {
        left.code: float(str(left.params["loss"]))
        for left in solve(CONTACTS, FIVE, ROUND, rules).left_out
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("coord.boundaries.left_out.EXACT", 0)
        bounded = solve(CONTACTS, FIVE, ROUND, rules).left_out
    stated = {left.code: float(str(left.params.get("loss", 0))) for left in bounded}
    assert exact == {"510114": 1.9, "510116": 0.3, "511822": 0.6, "511823": 2.0}
    assert all(0 <= stated[code] <= loss for code, loss in exact.items())
    assert max(stated.values()) > 0
    assert {left.reason for left in bounded if "loss" in left.params} == {
        "最长的跨市边界约%(km)s公里;若必须纳入,最优值至少下降%(loss)s%%。"
    }


def good() -> Grouping:
    return solve(chain(9, 1, 9), PARTIES, PERIMETERS, Rules(largest=2), with_runner_up=True)


def faults(grouping: Grouping) -> list[str]:
    return check_grouping(grouping, chain(9, 1, 9), PARTIES, PERIMETERS)


def test_the_checker_sees_each_fault_of_bound_and_runner_up() -> None:
    best = good()
    second = best.runner_up
    assert second is not None
    assert second.groups in ((("1", "2"),), (("3", "4"),))
    assert faults(best) == []
    assert faults(replace(best, bound=17.0)) == [
        "the bound is below the value",
        "said to be optimal, but the bound is above the value",
        "the gap is not that between value and bound",
    ]
    assert faults(replace(best, optimal=False, bound=20.0)) == [
        "the gap is not that between value and bound"
    ]
    assert faults(replace(best, bound=math.nan))[0] == "the bound is below the value"
    assert faults(replace(best, value=17.0, bound=17.0)) == [
        "value does not add up",
        "runner-up: the loss is not the difference",
    ]
    assert faults(replace(best, groups=best.groups[::-1])) == ["not in order"]
    assert faults(replace(best, runner_up=replace(second, groups=best.groups)))[:1] == [
        "the runner-up is the same"
    ]
    assert faults(replace(best, runner_up=replace(second, groups=(("1", "4"),))))[:1] == [
        "runner-up: not connected: ('1', '4')"
    ]
    assert faults(replace(best, runner_up=replace(second, value=50.0)))[:2] == [
        "runner-up: sums do not add up",
        "the runner-up is better than the best",
    ]
    named = replace(best, left_out=(engine.LeftOut("1", "x", {}),))
    assert faults(named) == ["a county stands in a group and among those left out"]
    assert "no group at all" in faults(replace(best, groups=()))


def test_every_connected_set_is_listed_once_in_order() -> None:
    network = build_network(CONTACTS, FIVE, ROUND, Rules())
    columns = enumerate_columns(network, Rules(largest=5), 10_000)
    assert columns is not None
    rows = [tuple(int(i) for i in row if i >= 0) for row in columns.members]
    assert rows == sorted(set(rows))
    near = {i: set() for i in range(len(network.codes))}  # type: dict[int, set[int]]
    for a, b in zip(network.a, network.b, strict=True):
        near[int(a)].add(int(b))
        near[int(b)].add(int(a))
    expected: set[tuple[int, ...]] = set()
    level = {frozenset({i}) for i in near}
    for _size in range(2, 6):
        level = {one | {j} for one in level for i in one for j in near[i] - one}
        expected |= {tuple(sorted(one)) for one in level}
    assert set(rows) == expected
    assert enumerate_columns(network, Rules(largest=5), 100) is None
    assert np.all(columns.worth > 0)
