"""Every rule of a grouping against trying everything, and every clash in words."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString

from coord.boundaries.checking import check_grouping
from coord.boundaries.contacts import Contact
from coord.boundaries.grouping import Grouping, Infeasible, Objective, Rules, solve

LINE = LineString([(103, 30), (104, 31)])
PARTIES = {"1": "A", "2": "B", "3": "A", "4": "B", "5": "C", "6": "C"}
PERIMETERS = {"1": 100.0, "2": 40.0, "3": 250.0, "4": 90.0, "5": 60.0, "6": 120.0}
CROSSING = [pair for pair in combinations("123456", 2) if PARTIES[pair[0]] != PARTIES[pair[1]]]


def contact(pair: tuple[str, str], length: float) -> Contact:
    return Contact(pair[0], pair[1], length, LINE, 1)


def chain(*lengths: float) -> list[Contact]:
    """1–2–3–4–5 with these lengths."""
    return [contact(("1234"[i], "2345"[i]), length) for i, length in enumerate(lengths)]


def solved(contacts: list[Contact], rules: Rules) -> Grouping:
    return solve(contacts, PARTIES, PERIMETERS, rules)


def every_choice(codes: list[str]) -> list[list[tuple[str, ...]]]:
    """Every set of disjoint groups of two or more codes, the empty one too."""
    if not codes:
        return [[]]
    first, rest = codes[0], codes[1:]
    found = every_choice(rest)
    for size in range(1, len(rest) + 1):
        for others in combinations(rest, size):
            free = [code for code in rest if code not in others]
            found += [[(first, *others), *more] for more in every_choice(free)]
    return found


def worth(groups: list[tuple[str, ...]], contacts: list[Contact], rules: Rules) -> float:
    total = 0.0
    for one in contacts:
        hub = rules.hub is None or rules.hub in (PARTIES[one.a], PARTIES[one.b])
        if one.length_m < rules.min_contact_m:
            continue
        if hub and any(one.a in group and one.b in group for group in groups):
            share = rules.objective is Objective.SHARE
            total += one.length_m / (min(PERIMETERS[one.a], PERIMETERS[one.b]) if share else 1)
    return total


def covered(groups: list[tuple[str, ...]], contacts: list[Contact], rules: Rules) -> float:
    return worth(groups, contacts, Rules(hub=rules.hub, min_contact_m=rules.min_contact_m))


def best_of_all(contacts: list[Contact], rules: Rules) -> float | None:
    """The best value over every choice that the checker passes; None where it passes none."""
    codes = sorted({code for one in contacts for code in (one.a, one.b)})
    values = [
        worth(groups, contacts, rules)
        for groups in every_choice(codes)
        if groups
        and not check_grouping(
            Grouping(
                tuple(groups),
                covered(groups, contacts, rules),
                worth(groups, contacts, rules),
                True,
                (),
                rules,
            ),
            contacts,
            PARTIES,
            PERIMETERS,
        )
    ]
    return max(values, default=None)


PAIRS = st.sampled_from(CROSSING).map(lambda pair: frozenset({pair}))
RULES = st.builds(
    Rules,
    groups=st.none() | st.integers(1, 3),
    counties=st.none() | st.integers(2, 6),
    smallest=st.integers(2, 3),
    largest=st.integers(3, 4),
    objective=st.sampled_from(Objective),
    hub=st.none() | st.sampled_from("ABC"),
    must_include=st.frozensets(st.sampled_from("123456"), max_size=1),
    must_exclude=st.frozensets(st.sampled_from("123456"), max_size=1),
    together=st.just(frozenset()) | PAIRS,
    apart=st.just(frozenset()) | PAIRS,
    min_contact_m=st.sampled_from([0.0, 15.0]),
)


@settings(max_examples=150, deadline=None)
@given(
    pairs=st.lists(st.sampled_from(CROSSING), min_size=1, unique=True),
    lengths=st.lists(st.integers(1, 60), min_size=len(CROSSING), max_size=len(CROSSING)),
    rules=RULES,
)
def test_the_solver_is_right_under_all_rules(
    pairs: list[tuple[str, str]], lengths: list[int], rules: Rules
) -> None:
    contacts = [contact(pair, float(length)) for pair, length in zip(pairs, lengths, strict=False)]
    expected = best_of_all(contacts, rules)
    if expected is None:
        with pytest.raises(Infeasible):
            solved(contacts, rules)
        return
    grouping = solved(contacts, rules)
    assert grouping.optimal
    assert check_grouping(grouping, contacts, PARTIES) == []
    assert grouping.value == pytest.approx(expected, rel=1e-6)
    inside = {code for group in grouping.groups for code in group}
    everyone = {code for one in contacts for code in (one.a, one.b)}
    assert [left.code for left in grouping.left_out] == sorted(everyone - inside)
    assert all(left.reason % left.params for left in grouping.left_out)


@settings(max_examples=25, deadline=None)
@given(st.permutations(CROSSING))
def test_equal_borders_in_any_order_give_the_same_groups(order: list[tuple[str, str]]) -> None:
    grouping = solved([contact(pair, 10.0) for pair in order], Rules(largest=2))
    assert grouping.groups == (("1", "2"), ("3", "5"), ("4", "6"))


def test_reasons_for_being_left_out() -> None:
    grouping = solved(chain(9, 1, 9), Rules(largest=3, groups=1, must_exclude=frozenset({"4"})))
    assert grouping.groups == (("1", "2", "3"),)
    assert [(left.code, left.reason) for left in grouping.left_out] == [("4", "规则要求排除。")]
    far = solved(chain(9000, 1000, 500), Rules(largest=2, groups=1))
    (third, fourth) = far.left_out
    assert (third.code, dict(third.params)) == (
        "3",
        {"km": "1.0", "change": "-8.0", "loss": "88.9"},
    )
    assert (fourth.code, fourth.params["loss"]) == ("4", "94.4")


def test_the_checker_sees_broken_pins() -> None:
    contacts = chain(9, 1, 9)
    parted = Rules(largest=2, together=frozenset({("2", "3")}))
    joined = Rules(largest=2, apart=frozenset({("1", "2")}))
    short = Rules(largest=2, min_contact_m=10)
    groups = (("1", "2"), ("3", "4"))
    assert check_grouping(Grouping(groups, 18.0, 18.0, True, (), parted), contacts, PARTIES) == [
        "a pair is parted"
    ]
    assert check_grouping(Grouping(groups, 18.0, 18.0, True, (), joined), contacts, PARTIES) == [
        "a pair that must be apart shares a group"
    ]
    assert check_grouping(Grouping(groups, 0.0, 0.0, True, (), short), contacts, PARTIES) == [
        "not connected: ('1', '2')",
        "not connected: ('3', '4')",
    ]
