"""What another boundary file does to groups and scenarios, and a small map of it. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from coord.boundaries.comparison import (
    ContactChange,
    CountyChange,
    GroupHit,
    LengthChange,
    Pair,
    hit_groups,
    recoded,
)
from coord.boundaries.contacts import Contact
from coord.boundaries.drawing import Drawing, Label, Shape, draw
from coord.boundaries.grouping import solve
from coord.boundaries.names import short_name
from coord.boundaries.rules import Infeasible
from coord.boundaries.scenarios import Scenario, scenario_rules
from coord.kernel.errors import CoordError
from coord.kernel.regions import FIVE_CITIES, party_name
from coord.kernel.text import packed

#: More counties than this on a small map say nothing.
MOST_DRAWN = 200


@dataclass(frozen=True)
class Side:
    """One of two vintages: its counties by code, its contacts, and where to get shapes."""

    names: Mapping[str, str]
    parties: Mapping[str, str]
    perimeters: Mapping[str, float]
    contacts: Sequence[Contact]
    #: Geometries of some codes; codes that it does not have are left out.
    shapes: Callable[[Collection[str]], Mapping[str, BaseGeometry]]

    @property
    def lengths(self) -> dict[Pair, float]:
        """Metres of each contact."""
        return {(one.a, one.b): one.length_m for one in self.contacts}


@dataclass(frozen=True)
class NamedGroup:
    """A group that exists now: in what (the roster, a saved scenario), which number, who."""

    source: str
    number: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class GroupEffect:
    """A group that is touched, and how."""

    source: str
    number: int
    hit: GroupHit


@dataclass(frozen=True)
class ScenarioEffect:
    """A built-in scenario before and after; groups that only one side has.

    A side that has no solution carries why, as a msgid with its parameters.
    """

    scenario: Scenario
    before_m: float | None
    after_m: float | None
    dropped: tuple[tuple[str, ...], ...]
    added: tuple[tuple[str, ...], ...]
    fault: str = ""
    fault_params: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Effects:
    """Groups touched, scenarios, and the map of what changes."""

    groups: tuple[GroupEffect, ...]
    scenarios: tuple[ScenarioEffect, ...]
    drawing: Drawing | None

    def as_data(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)


def build_effects(
    before: Side,
    after: Side,
    counties: Sequence[CountyChange],
    contacts: Sequence[ContactChange],
    groups: Sequence[NamedGroup],
) -> Effects:
    """What the change from one vintage to another does."""
    renamed = recoded(counties)
    hits = hit_groups(
        [one.members for one in groups],
        before.lengths,
        after.lengths,
        renamed,
        set(after.names),
    )
    return Effects(
        groups=tuple(
            GroupEffect(one.source, one.number, hit)
            for one, hit in zip(groups, hits, strict=True)
            if hit is not None
        ),
        scenarios=tuple(_scenario_effect(one, before, after, renamed) for one in Scenario),
        drawing=_drawing(before, after, counties, contacts),
    )


def _scenario_effect(
    scenario: Scenario, before: Side, after: Side, renamed: Mapping[str, str]
) -> ScenarioEffect:
    old, _fault, _params = _solved(scenario, before)
    new, fault, params = _solved(scenario, after)
    olds = {tuple(sorted(renamed.get(code, code) for code in one)) for one in old[0]} if old else ()
    news = set(new[0]) if new else ()
    return ScenarioEffect(
        scenario,
        before_m=old[1] if old else None,
        after_m=new[1] if new else None,
        dropped=tuple(sorted(set(olds) - set(news))),
        added=tuple(sorted(set(news) - set(olds))),
        fault=fault,
        fault_params=params,
    )


Solved = tuple[tuple[tuple[str, ...], ...], float]


def _solved(scenario: Scenario, side: Side) -> tuple[Solved | None, str, dict[str, Any]]:
    parties = {code: party for code, party in side.parties.items() if party in FIVE_CITIES}
    own = [one for one in side.contacts if one.a in parties and one.b in parties]
    try:
        found = solve(own, parties, dict(side.perimeters), scenario_rules(scenario, own))
    except Infeasible as refusal:
        named = refusal.renamed(side.names).renamed({one: party_name(one) for one in FIVE_CITIES})
        return None, named.message, packed(named.params)
    except CoordError as refusal:
        return None, refusal.message, packed(refusal.params)
    return (tuple(tuple(sorted(one)) for one in found.groups), found.covered_m), "", {}


def _drawing(
    before: Side,
    after: Side,
    counties: Sequence[CountyChange],
    contacts: Sequence[ContactChange],
) -> Drawing | None:
    ends = {code for one in contacts for code in (one.a, one.b)}
    ends |= {code for one in counties for code, _name in one.after}
    gone = {code for one in counties for code, _name in one.before if code not in after.names}
    parties = {after.parties[code] for code in ends if code in after.parties}
    shown = {code for code, party in after.parties.items() if party in parties or not parties}
    if len(shown) > MOST_DRAWN:
        shown = ends & set(after.names)
    if not shown or len(shown) > MOST_DRAWN:
        return None
    shapes = dict(after.shapes(shown))
    ghosts = dict(before.shapes(gone)) if len(gone) <= MOST_DRAWN else {}
    lost = {(one.a, one.b) for one in contacts if one.kind is LengthChange.LOST}
    kinds = {(one.a, one.b): one.kind for one in contacts}
    lines = [
        Shape(f"{kinds.get((one.a, one.b), 'same')}:{one.a}-{one.b}", mapping(one.line))
        for one in after.contacts
        if one.a in shown and one.b in shown
    ]
    lines += [
        Shape(f"{LengthChange.LOST}:{one.a}-{one.b}", mapping(one.line))
        for one in before.contacts
        if (one.a, one.b) in lost
    ]
    return draw(
        [Shape(f"now:{code}", mapping(shape)) for code, shape in sorted(shapes.items())]
        + [Shape(f"gone:{code}", mapping(shape)) for code, shape in sorted(ghosts.items())],
        lines,
        [
            Label(code, short_name(after.names[code]), *_label_place(shape), rank=_rank(code, ends))
            for code, shape in sorted(shapes.items())
        ],
    )


def _label_place(shape: BaseGeometry) -> tuple[float, float]:
    point = shape.representative_point()
    return point.x, point.y


def _rank(code: str, ends: Collection[str]) -> float:
    return 0.0 if code in ends else 1.0
