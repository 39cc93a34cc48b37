"""What the map page shows: a view's groups, totals, and the panel of a chosen thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from coord.boundaries import atlas
from coord.boundaries.contacts import Contact
from coord.boundaries.drawing import Drawing
from coord.boundaries.enums import MapView
from coord.boundaries.grouping import Grouping
from coord.boundaries.models import BorderContact, CountyUnit, Roster
from coord.boundaries.names import group_name
from coord.boundaries.queries import (
    county_names,
    find_grouping,
    find_roster,
    groups_of_roster,
    groups_on,
    list_contacts,
    list_counties,
)
from coord.boundaries.scenarios import Scenario
from coord.kernel.errors import Refused
from coord.kernel.regions import CHONGQING, FIVE_CITIES, party_of

#: Fills and strokes of the small overview, by group number from 1.
OVERVIEW_FILLS = (
    "#bcd7ee",
    "#f8d3a8",
    "#c3e2bb",
    "#efc1c6",
    "#d5c8ee",
    "#f1e693",
    "#b5e0dc",
    "#e0c8b2",
)


@dataclass(frozen=True)
class GroupLine:
    """One group of the view: adopted (`group_id`) or computed (`scenario`)."""

    number: int
    name: str
    codes: tuple[str, ...]
    covered_m: float
    lead_code: str = ""
    group_id: int | None = None
    scenario: Scenario | None = None


@dataclass(frozen=True)
class ContactLine:
    """A contact as a row: its counties, length, and the number of the group it lies inside."""

    a: str
    b: str
    length_m: float
    parts: int
    group: int | None
    is_manual: bool = False


@dataclass(frozen=True)
class MapPage:
    """Everything around the panel."""

    view: MapView
    parties: tuple[str, ...]
    roster: Roster | None
    grouping: Grouping | None
    #: Why the view's scenario has no groups, where its rules cannot be met.
    trouble: Refused | None
    groups: tuple[GroupLine, ...]
    contacts: tuple[ContactLine, ...]
    counties: tuple[CountyUnit, ...]
    names: Mapping[str, str]
    drawing: Drawing

    @property
    def group_of(self) -> dict[str, int]:
        """County code → number of its group in this view."""
        return {code: group.number for group in self.groups for code in group.codes}

    @property
    def touching(self) -> int:
        """How many counties have a contact."""
        return len({code for one in self.contacts for code in (one.a, one.b)})

    @property
    def length_m(self) -> float:
        """Metres of all contacts shown."""
        return sum(one.length_m for one in self.contacts)

    @property
    def with_chongqing(self) -> bool:
        """Whether Chongqing is on the map."""
        return CHONGQING in self.parties


def build_map_page(
    view: MapView | None, *, with_chongqing: bool, day: date, roster: Roster | None = None
) -> MapPage:
    """The page of a view on a day; without a view the roster in force, or else the plan.

    `roster` shows the groups of that roster, whenever it was in force.
    """
    shown = roster or find_roster(day)
    chosen = view or (MapView.ROSTER if shown is not None else MapView.PLAN)
    groups, grouping, trouble = _groups(chosen, shown, None if roster is not None else day)
    if view is None and trouble is not None:
        # Boundaries of other regions may have no such groups; the map itself is still good.
        chosen, trouble = MapView.CITIES, None
    parties = (*FIVE_CITIES, CHONGQING) if with_chongqing else FIVE_CITIES
    number = {code: group.number for group in groups for code in group.codes}
    return MapPage(
        view=chosen,
        parties=parties,
        roster=shown,
        grouping=grouping,
        trouble=trouble,
        groups=groups,
        contacts=tuple(contact_line(row, number) for row in list_contacts(parties)),
        counties=tuple(list_counties(parties)),
        names=county_names(),
        drawing=atlas.drawing(atlas.get_key(), parties),
    )


def _groups(
    view: MapView, roster: Roster | None, day: date | None
) -> tuple[tuple[GroupLine, ...], Grouping | None, Refused | None]:
    if view is MapView.CITIES or (view is MapView.ROSTER and roster is None):
        return (), None, None
    if view is MapView.ROSTER and roster is not None:
        lines = [
            GroupLine(
                group.number,
                group.name,
                group.county_codes,
                group.covered_m,
                lead_code=group.lead_code,
                group_id=group.id,
            )
            for group in groups_of_roster(roster, day)
        ]
        return tuple(lines), None, None
    scenario = Scenario(view.value)
    grouping, trouble = find_grouping(scenario)
    return scenario_lines(scenario, grouping) if grouping else (), grouping, trouble


def scenario_lines(scenario: Scenario, grouping: Grouping) -> tuple[GroupLine, ...]:
    """A scenario's groups, numbered from 1."""
    names = county_names()
    contacts = atlas.contacts(atlas.get_key())
    return tuple(
        GroupLine(
            number,
            group_name([names[code] for code in codes]),
            codes,
            _inside(codes, contacts),
            scenario=scenario,
        )
        for number, codes in enumerate(grouping.groups, start=1)
    )


def _inside(codes: Sequence[str], contacts: Sequence[Contact]) -> float:
    return sum(one.length_m for one in contacts if one.a in codes and one.b in codes)


def contact_line(row: BorderContact, group_of: Mapping[str, int]) -> ContactLine:
    """A contact with the group of the view that holds both its counties."""
    first, second = group_of.get(row.a), group_of.get(row.b)
    inside = first if first is not None and first == second else None
    manual = row.added_by_id is not None
    return ContactLine(row.a, row.b, row.length_m, row.parts, inside, manual)


def city_labels(counties: Sequence[CountyUnit]) -> list[tuple[str, float, float]]:
    """(Party, longitude, latitude) for each city's name: the weighted middle of its counties."""
    sums: dict[str, tuple[float, float, float]] = {}
    for one in counties:
        lon, lat, weight = sums.get(one.party, (0.0, 0.0, 0.0))
        area = one.area_m2
        sums[one.party] = (lon + one.label_lon * area, lat + one.label_lat * area, weight + area)
    return [(party, lon / area, lat / area) for party, (lon, lat, area) in sorted(sums.items())]


def overview_svg(day: date, title: str) -> str:
    """A small picture of the five cities with the groups in force on a day; "" without data.

    `title` is what a screen reader says, in the reader's language.
    """
    key = atlas.find_key()
    if key is None:
        return ""
    numbers = {code: group.number for group in groups_on(day) for code in group.county_codes}
    return groups_svg(numbers, FIVE_CITIES, title)


def groups_svg(numbers: Mapping[str, int], parties: tuple[str, ...], title: str) -> str:
    """A small picture of the counties of some parties, filled by the numbers of their groups."""
    drawn = atlas.drawing(atlas.get_key(), parties)
    areas = "".join(
        f'<path d="{path}" fill="{_fill(numbers.get(code))}"/>' for code, path in drawn.areas
    )
    lines = "".join(f'<path d="{path}"/>' for _pair, path in drawn.lines)
    return (
        f'<svg class="overview-map" viewBox="0 0 {drawn.width} {drawn.height}" role="img"'
        f' aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">'
        f'<g stroke="#8d9b96" stroke-width="4">{areas}</g>'
        f'<g fill="none" stroke="#7c2a1f" stroke-width="14" stroke-linecap="round">{lines}</g>'
        "</svg>"
    )


def _fill(number: int | None) -> str:
    return "#fff" if number is None else OVERVIEW_FILLS[(number - 1) % len(OVERVIEW_FILLS)]


def party_pair(contact: ContactLine | BorderContact) -> tuple[str, str]:
    """The two parties of a contact, in the order of its counties."""
    return party_of(contact.a), party_of(contact.b)
