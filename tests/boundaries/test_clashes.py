"""Rules that clash: a smallest set of them is named, and the cheapest change that helps."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coord.boundaries.clashes import explain_clash
from coord.boundaries.contacts import Contact
from coord.boundaries.demands import Unit, loosened, units_of
from coord.boundaries.feasibility import Borders, Oracle
from coord.boundaries.grouping import Infeasible, Rules, solve
from coord.boundaries.linear import Deadline
from coord.kernel.text import Phrase
from tests.boundaries.test_group_rules import (
    CROSSING,
    PARTIES,
    PERIMETERS,
    RULES,
    best_of_all,
    chain,
    contact,
    solved,
)

PIN = {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (Rules(must_include=frozenset({"510999"})), "无法做到:必须纳入510999。最小的改动:不再要求纳入510999。"),
        (Rules(must_include=frozenset({"6"})), "无法做到:必须纳入6。最小的改动:不再要求纳入6。"),
        (
            Rules(hub="C", must_include=frozenset({"1"})),
            "不能同时做到:只计与C接壤的边界、必须纳入1。最小的改动:不再要求纳入1。",
        ),
        (Rules(groups=3), "无法做到:恰为3个组。最小的改动:3个组改为2个组。"),
        (
            Rules(counties=5, largest=2),
            "不能同时做到:恰为5个县、每组不多于2个县。最小的改动:5个县改为4个县。",
        ),
        (
            Rules(largest=3, must_include=frozenset("15"), apart=frozenset({("1", "2")})),
            "不能同时做到:必须纳入1、1与2分开。最小的改动:不再要求1与2分开。",
        ),
        (
            Rules(together=frozenset({("1", "2"), ("2", "3")}), apart=frozenset({("1", "3")})),
            "不能同时做到:1与2同组、2与3同组、1与3分开。最小的改动:不再要求1与3分开。",
        ),
        (Rules(min_contact_m=99.0), "无法做到:边界不短于99米。最小的改动:最短边界由99米改为6米。"),
        (Rules(groups=0), "无法做到:恰为0个组。最小的改动:0个组改为1个组。"),
        (
            Rules(smallest=3, largest=2),
            "不能同时做到:每组不少于3个县、每组不多于2个县。最小的改动:每组上限由2个县改为3个县。",
        ),
        (Rules(smallest=6, largest=6), "无法做到:每组不少于6个县。最小的改动:每组下限由6个县改为5个县。"),
    ],
)  # fmt: skip
def test_a_clash_says_what_to_give_up(rules: Rules, sentence: str) -> None:
    with pytest.raises(Infeasible) as refusal:
        solved(chain(9, 8, 7, 6), rules)
    assert str(refusal.value) == sentence


def test_parts_of_a_clash_can_be_worded_with_names() -> None:
    with pytest.raises(Infeasible) as refusal:
        solved(chain(9, 8, 7, 6), Rules(hub="C", must_include=frozenset({"1"})))
    names = {"1": "青白江区", "C": "成都市"}
    assert [str(phrase.renamed(names)) for phrase in refusal.value.clashing] == [
        "只计与成都市接壤的边界",
        "必须纳入青白江区",
    ]
    assert refusal.value.remedy == Phrase("不再要求纳入%(code)s", {"code": "1"})
    assert refusal.value.clash.relaxed == Rules(hub="C")


def test_no_border_at_all() -> None:
    with pytest.raises(Infeasible) as refusal:
        solved([], Rules())
    assert (refusal.value.clashing, refusal.value.remedy) == ((), None)
    assert str(refusal.value) == "这些区县之间没有可用的跨市边界,无从编组。"


def exists(contacts: list[Contact], rules: Rules) -> bool:
    """Whether any grouping keeps the rules, by trying everything."""
    return best_of_all(contacts, rules) is not None


def some_rules(rules: Rules, kept: Sequence[Unit]) -> Rules:
    """Rules that demand these units only."""
    oracle = Oracle(Borders([], {}, {}), rules)
    only = oracle._only(kept)
    return only if any(unit.kind == "largest" for unit in kept) else replace_largest(only)


def replace_largest(rules: Rules) -> Rules:
    return Rules(**{**vars(rules), "largest": 6})


PAIR_SETS = st.frozensets(st.sampled_from(CROSSING), max_size=2)
TIGHT = st.builds(
    Rules,
    groups=st.none() | st.integers(1, 4),
    counties=st.none() | st.integers(2, 7),
    smallest=st.integers(2, 3),
    largest=st.integers(2, 4),
    hub=st.none() | st.sampled_from("ABC"),
    must_include=st.frozensets(st.sampled_from("123456"), max_size=2),
    must_exclude=st.frozensets(st.sampled_from("123456"), max_size=2),
    together=PAIR_SETS,
    apart=PAIR_SETS,
    min_contact_m=st.sampled_from([0.0, 20.0, 61.0]),
)
BORDERS = st.lists(st.sampled_from(CROSSING), min_size=1, unique=True)
LENGTHS = st.lists(st.integers(1, 60), min_size=len(CROSSING), max_size=len(CROSSING))


def borders_of(pairs: list[tuple[str, str]], lengths: list[int]) -> list[Contact]:
    return [contact(pair, float(length)) for pair, length in zip(pairs, lengths, strict=False)]


@settings(max_examples=50, deadline=None)
@given(pairs=BORDERS, lengths=LENGTHS, rules=TIGHT)
def test_the_set_named_clashes_is_smallest_and_the_change_helps(
    pairs: list[tuple[str, str]], lengths: list[int], rules: Rules
) -> None:
    contacts = borders_of(pairs, lengths)
    assume(not exists(contacts, rules))
    clash = explain_clash(Borders(contacts, PARTIES, PERIMETERS), rules, Deadline(None))
    units = [unit for unit in units_of(rules) if unit.phrase in clash.clashing]
    assert len(units) == len(clash.clashing) > 0
    assert not exists(contacts, some_rules(rules, units))
    for unit in units:
        fewer = [one for one in units if one is not unit]
        assert exists(contacts, some_rules(rules, fewer)), f"{unit.phrase} is not needed"
    for some in combinations(units_of(rules), len(units) - 1):
        assert exists(contacts, some_rules(rules, some)), "a smaller clash was missed"
    assert clash.relaxed is not None
    assert clash.remedies
    assert exists(contacts, clash.relaxed)


@settings(max_examples=30, deadline=None)
@given(pairs=BORDERS, lengths=LENGTHS, rules=TIGHT)
def test_no_single_step_helps_where_more_is_named(
    pairs: list[tuple[str, str]], lengths: list[int], rules: Rules
) -> None:
    contacts = borders_of(pairs, lengths)
    assume(not exists(contacts, rules))
    clash = explain_clash(Borders(contacts, PARTIES, PERIMETERS), rules, Deadline(None))
    single = [
        loosened(rules, unit, step, 0.0)
        for unit in units_of(rules)
        for step in (-1, 1)
        if unit.kind not in ("hub", "shortest")
        and not (unit.kind == "largest" and step < 0)
        and not (unit.kind == "smallest" and step > 0)
    ]
    helpful = [phrase for changed, phrase in single if exists(contacts, changed)]
    if helpful:
        assert len(clash.remedies) == 1
        assert clash.remedies[0] in helpful
    else:
        assert clash.remedies[0] not in [phrase for _changed, phrase in single] or (
            len(clash.remedies) > 1
        )


@settings(max_examples=60, deadline=None)
@given(pairs=BORDERS, lengths=LENGTHS, rules=TIGHT)
def test_the_forest_agrees_with_trying_everything(
    pairs: list[tuple[str, str]], lengths: list[int], rules: Rules
) -> None:
    contacts = borders_of(pairs, lengths)
    oracle = Oracle(Borders(contacts, PARTIES, PERIMETERS), rules)
    expected = exists(contacts, rules)
    assert oracle.forest.ask(oracle.units, Deadline(None)).exists is expected
    assert oracle.exists(oracle.units, Deadline(None)) is expected
    cheapest = oracle.forest.cheapest(Deadline(None))
    assert cheapest.exists
    assert bool(cheapest.steps) is not expected


@settings(max_examples=60, deadline=None)
@given(pairs=BORDERS, lengths=LENGTHS, rules=RULES)
def test_solving_is_refused_exactly_where_nothing_exists(
    pairs: list[tuple[str, str]], lengths: list[int], rules: Rules
) -> None:
    contacts = borders_of(pairs, lengths)
    try:
        solve(contacts, PARTIES, PERIMETERS, rules)
    except Infeasible as refusal:
        assert not exists(contacts, rules)
        assert refusal.clashing
        return
    assert exists(contacts, rules)
