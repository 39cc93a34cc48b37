"""Groupings: proven best, checked by code that is not the solver, refused in words."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString

from coord.boundaries.checking import check_grouping
from coord.boundaries.contacts import Contact, find_contacts, perimeter_m
from coord.boundaries.grouping import Grouping, Infeasible, Rules, solve
from coord.boundaries.scenarios import Scenario, compute_scenario
from coord.boundaries.sources import read_shipped
from coord.kernel.regions import FIVE_CITIES

UNITS = [unit for unit in read_shipped().units if unit.party in FIVE_CITIES]
CONTACTS = find_contacts(UNITS).contacts
PARTIES = {unit.code: unit.party for unit in UNITS}
PERIMETERS = {unit.code: perimeter_m(unit.geometry) for unit in UNITS}
NAMES = {unit.code: unit.name for unit in UNITS}
PIN = frozenset({"1"})
PAIR = frozenset({("1", "2")})


def contact(a: str, b: str, length: float) -> Contact:
    return Contact(a, b, length, LineString([(0, 0), (1, 1)]), 1)


def best(contacts: list[Contact], rules: Rules, parties: dict[str, str] | None = None) -> Grouping:
    codes = sorted({code for one in contacts for code in (one.a, one.b)})
    of = parties or {code: code for code in codes}
    return solve(contacts, of, dict.fromkeys(codes, 100.0), rules)


@pytest.mark.parametrize(
    ("scenario", "groups", "counties", "covered_km", "left_out"),
    [
        (Scenario.PLAN, 8, 21, 498.2, {"雨城区"}),
        (Scenario.PAIRWISE, 8, 21, 646.6, {"双流区", "新都区", "荥经县", "汉源县"}),
        (Scenario.EVERYONE, 8, 25, 733.3, set()),
    ],
)
def test_the_three_scenarios_on_the_shipped_source(
    scenario: Scenario, groups: int, counties: int, covered_km: float, left_out: set[str]
) -> None:
    grouping = compute_scenario(scenario, UNITS, CONTACTS)
    assert grouping.optimal
    assert len(grouping.groups) == groups
    assert sum(map(len, grouping.groups)) == counties
    assert grouping.covered_m / 1000 == pytest.approx(covered_km, abs=0.1)
    hub_less = {"洪雅县", "荥经县", "汉源县"} if scenario is Scenario.PLAN else set()
    assert {NAMES[left.code] for left in grouping.left_out} == left_out | hub_less
    assert check_grouping(grouping, CONTACTS, PARTIES, PERIMETERS) == []


def test_the_plan_scenarios_groups_are_those_of_the_design() -> None:
    grouping = compute_scenario(Scenario.PLAN, UNITS, CONTACTS)
    named = {frozenset(NAMES[code][:2] for code in group) for group in grouping.groups}
    assert named == {
        frozenset(group.split())
        for group in (
            "彭州 什邡", "新都 青白 广汉", "金堂 中江", "简阳 雁江 乐至", "双流 仁寿", "新津 彭山",
            "蒲江 东坡 丹棱", "邛崃 大邑 芦山 名山",
        )
    }  # fmt: skip


def test_ties_go_to_the_smaller_codes() -> None:
    ring = [contact("1", "2", 5), contact("2", "3", 5), contact("3", "4", 5), contact("1", "4", 5)]
    assert best(ring, Rules(largest=2)).groups == (("1", "2"), ("3", "4"))


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            Rules(groups=3, largest=2),
            "无法做到:恰为3个组。最小的改动:3个组改为2个组。",
        ),
        (Rules(counties=9), "无法做到:恰为9个县。最小的改动:9个县改为4个县。"),
        (
            Rules(groups=1, counties=4, largest=2),
            "不能同时做到:恰为1个组、恰为4个县、每组不多于2个县。最小的改动:1个组改为2个组。",
        ),
        (
            Rules(must_include=frozenset({"9"})),
            "无法做到:必须纳入9。最小的改动:不再要求纳入9。",
        ),
        (
            Rules(must_include=frozenset({"1"}), must_exclude=frozenset({"1"})),
            "不能同时做到:必须纳入1、必须排除1。最小的改动:不再要求纳入1。",
        ),
        (
            Rules(together=frozenset({("1", "2")}), apart=frozenset({("1", "2")})),
            "不能同时做到:1与2同组、1与2分开。最小的改动:不再要求1与2分开。",
        ),
        (
            Rules(smallest=1),
            "无法做到:每组不少于1个县。最小的改动:每组下限由1个县改为2个县。",
        ),
    ],
)
def test_clashing_rules_are_named(rules: Rules, sentence: str) -> None:
    chain = [contact("1", "2", 5), contact("2", "3", 4), contact("3", "4", 5)]
    with pytest.raises(Infeasible) as refusal:
        best(chain, rules)
    assert str(refusal.value) == sentence


def test_pins_are_kept() -> None:
    chain = [contact("1", "2", 9), contact("2", "3", 1), contact("3", "4", 9)]
    together = best(chain, Rules(largest=2, together=frozenset({("2", "3")})))
    assert together.groups == (("2", "3"),)
    apart = best(chain, Rules(largest=4, apart=frozenset({("1", "2")})))
    assert all(not {"1", "2"} <= set(group) for group in apart.groups)


def brute_force(contacts: list[Contact], codes: list[str], largest: int) -> float:
    """The best total by trying every partition into connected sets; small inputs only."""
    lengths = {frozenset((one.a, one.b)): one.length_m for one in contacts}

    def inside(group: tuple[str, ...]) -> float:
        return sum(lengths.get(frozenset(pair), 0.0) for pair in combinations(group, 2))

    def connected(group: tuple[str, ...]) -> bool:
        reached, frontier = {group[0]}, [group[0]]
        while frontier:
            here = frontier.pop()
            near = [c for c in group if c not in reached and frozenset((here, c)) in lengths]
            reached.update(near)
            frontier += near
        return len(reached) == len(group)

    def total(free: tuple[str, ...]) -> float:
        if len(free) < 2:
            return 0.0
        first, rest = free[0], free[1:]
        found = total(rest)
        for size in range(1, largest):
            for others in combinations(rest, size):
                group = (first, *others)
                if connected(group):
                    left = tuple(code for code in rest if code not in others)
                    found = max(found, inside(group) + total(left))
        return found

    return total(tuple(codes))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_solver_agrees_with_trying_everything(data: st.DataObject) -> None:
    codes = [str(number) for number in range(1, data.draw(st.integers(3, 6)) + 1)]
    every = list(combinations(codes, 2))
    chosen = data.draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    contacts = [contact(a, b, float(data.draw(st.integers(1, 50)))) for a, b in sorted(chosen)]
    rules = Rules(largest=data.draw(st.integers(2, 4)))
    grouping = best(contacts, rules)
    codes_with_contacts = sorted({code for one in contacts for code in (one.a, one.b)})
    parties = {code: code for code in codes_with_contacts}
    assert check_grouping(grouping, contacts, parties) == []
    assert grouping.value == pytest.approx(
        brute_force(contacts, codes_with_contacts, rules.largest)
    )


def test_the_checker_sees_what_is_wrong() -> None:
    chain = [contact("1", "2", 9), contact("2", "3", 1), contact("3", "4", 9)]
    parties = {code: code for code in "1234"}
    good = best(chain, Rules(largest=2))
    broken = Grouping((("1", "4"),), 0.0, 0.0, True, (), good.rules)
    assert check_grouping(broken, chain, parties) == ["not connected: ('1', '4')"]
    twice = Grouping((("1", "2"), ("2", "3")), 10.0, 10.0, True, (), good.rules)
    assert check_grouping(twice, chain, parties) == ["a county stands in two groups"]
    liar = Grouping((("1", "2"),), 50.0, 50.0, True, (), good.rules)
    assert check_grouping(liar, chain, parties) == [
        "covered length does not add up",
        "value does not add up",
    ]
