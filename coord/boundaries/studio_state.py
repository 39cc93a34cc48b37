"""The studio's rules as they stand in its address, and each step from there. Pure.

A link holds everything: which parties take part, the rules, the pins. Two people who open
the same link on the same boundaries see the same groups.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from coord.boundaries.grouping import Rules

Thing = TypeVar("Thing")

#: What an address may hold, name by name, in its order.
Query = dict[str, list[str]]


@dataclass(frozen=True)
class State:
    """Which parties take part (keys, sorted) under which rules."""

    parties: tuple[str, ...]
    rules: Rules

    def query(self, **more: str) -> Query:
        """The state as an address's parameters; empty ones are left out."""
        rules = self.rules
        found: Query = {
            "party": list(self.parties),
            "groups": _number(rules.groups),
            "counties": _number(rules.counties),
            "smallest": [str(rules.smallest)],
            "largest": [str(rules.largest)],
            "objective": [rules.objective.value],
            "hub": [rules.hub] if rules.hub else [],
            "min_km": [f"{rules.min_contact_m / 1000:g}"] if rules.min_contact_m else [],
            "include": sorted(rules.must_include),
            "exclude": sorted(rules.must_exclude),
            "together": _pairs(rules.together),
            "apart": _pairs(rules.apart),
            **{key: [value] for key, value in more.items()},
        }
        return {key: values for key, values in found.items() if values}

    def pin_of(self, code: str) -> str:
        """include, exclude or "" for a county."""
        if code in self.rules.must_include:
            return "include"
        return "exclude" if code in self.rules.must_exclude else ""

    def pinned(self, code: str, pin: str) -> "State":
        """The state with a county included, excluded, or free (pin "")."""
        rules = replace(
            self.rules,
            must_include=_with(self.rules.must_include, code, pin == "include"),
            must_exclude=_with(self.rules.must_exclude, code, pin == "exclude"),
        )
        return replace(self, rules=rules)

    def cycled(self, code: str) -> "State":
        """A county's next pin: free, must include, must exclude, free again."""
        following = {"": "include", "include": "exclude", "exclude": ""}
        return self.pinned(code, following[self.pin_of(code)])

    def paired(self, a: str, b: str, kind: str) -> "State":
        """The state with two counties together, apart, or neither (kind "")."""
        pair = (a, b) if a < b else (b, a)
        rules = replace(
            self.rules,
            together=_with(self.rules.together, pair, kind == "together"),
            apart=_with(self.rules.apart, pair, kind == "apart"),
        )
        return replace(self, rules=rules)


def _with(things: frozenset[Thing], one: Thing, wanted: bool) -> frozenset[Thing]:
    return things | {one} if wanted else things - {one}


def _number(value: int | None) -> list[str]:
    return [] if value is None else [str(value)]


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return sorted("-".join(sorted(pair)) for pair in pairs)


def read_pair(text: str) -> tuple[str, str] | None:
    """510182-510682 as two codes, the smaller first; None for anything else."""
    first, dash, second = text.partition("-")
    codes = sorted((first, second))
    is_pair = dash and all(len(code) == 6 and code.isascii() and code.isalnum() for code in codes)
    return (codes[0], codes[1]) if is_pair and codes[0] != codes[1] else None


def state_of(parties: Sequence[str], rules: Rules) -> State:
    """A state from rules that came from elsewhere: a scenario, a saved one, a file."""
    ordered = replace(rules, together=_ordered(rules.together), apart=_ordered(rules.apart))
    return State(tuple(sorted(parties)), ordered)


def _ordered(pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset((a, b) if a < b else (b, a) for a, b in pairs)


def differences(before: Rules, after: Rules) -> Mapping[str, tuple[object, object]]:
    """Names of the rules in which two sets differ, with both values."""
    return {
        name: (getattr(before, name), getattr(after, name))
        for name in before.__dataclass_fields__
        if getattr(before, name) != getattr(after, name)
    }
