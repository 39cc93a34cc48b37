"""What the studio's page shows of a state: groups, figures, who is left out, the map."""

from collections.abc import Mapping
from dataclasses import dataclass

from coord.boundaries import atlas, solving
from coord.boundaries.drawing import Drawing
from coord.boundaries.grouping import Clash, Grouping, Infeasible
from coord.boundaries.maps import ContactLine, GroupLine
from coord.boundaries.models import CountyUnit
from coord.boundaries.names import group_name
from coord.boundaries.queries import county_names, list_counties
from coord.boundaries.solving import Problem
from coord.boundaries.studio_state import State, state_of
from coord.kernel.errors import Refused

#: More counties than this are not drawn in one picture, nor listed with a box each.
MOST_DRAWN = 400


@dataclass(frozen=True)
class StudioPage:
    """A state with its result, or with why there is none."""

    state: State
    problem: Problem
    counties: tuple[CountyUnit, ...]
    names: Mapping[str, str]
    grouping: Grouping | None
    trouble: Refused | None
    groups: tuple[GroupLine, ...]
    drawing: Drawing | None

    @property
    def group_of(self) -> dict[str, int]:
        """County code → number of its group."""
        return {code: line.number for line in self.groups for code in line.codes}

    @property
    def contacts(self) -> list[ContactLine]:
        """The contacts with the group each lies inside."""
        home = self.group_of
        lines = []
        for one in self.problem.contacts:
            first = home.get(one.a)
            inside = first if first is not None and first == home.get(one.b) else None
            lines.append(ContactLine(one.a, one.b, one.length_m, one.parts, inside))
        return lines

    @property
    def share(self) -> float:
        """Part of all border between the parties that lies inside groups, 0 to 1."""
        whole = self.problem.length_m
        return self.grouping.covered_m / whole if self.grouping and whole else 0.0

    @property
    def clash(self) -> Clash | None:
        """Why there is no grouping, where it is that rules clash; counties and cities by name."""
        return self.trouble.clash if isinstance(self.trouble, Infeasible) else None

    @property
    def is_unfinished(self) -> bool:
        """Whether longer work may find more: nothing yet, not proven, or no way out of a clash."""
        if self.clash is not None:
            return bool(self.clash.clashing) and self.clash.relaxed is None
        return self.grouping is None or not self.grouping.optimal

    @property
    def relaxed(self) -> State | None:
        """The state after the cheapest relaxation of rules that clash."""
        clash = self.clash
        if clash is None or clash.relaxed is None:
            return None
        return state_of(self.state.parties, clash.relaxed)


def build_studio_page(state: State) -> StudioPage:
    """The page of a state, computed here and now unless that is long work."""
    key = atlas.get_key()
    if solving.problem(key, state.parties).is_large:
        return page_of(state, None, None)
    try:
        return page_of(state, solving.solved(key, state), None)
    except Refused as trouble:
        return page_of(state, None, trouble)


def page_of(state: State, grouping: Grouping | None, trouble: Refused | None) -> StudioPage:
    """The page of a result that was computed before, or of the lack of one."""
    key = atlas.get_key()
    counties = tuple(list_counties(state.parties))
    names = county_names()
    if isinstance(trouble, Infeasible):
        trouble = atlas.named_clash(key, trouble)
    small = 0 < len(counties) <= MOST_DRAWN
    given = solving.problem(key, state.parties)
    return StudioPage(
        state=state,
        problem=given,
        counties=counties,
        names=names,
        grouping=grouping,
        trouble=trouble,
        groups=group_lines(grouping, given, names) if grouping is not None else (),
        drawing=atlas.drawing(key, state.parties) if small else None,
    )


def group_lines(
    grouping: Grouping, given: Problem, names: Mapping[str, str]
) -> tuple[GroupLine, ...]:
    """Groups numbered from 1, with their length of border inside."""
    home = {code: number for number, codes in enumerate(grouping.groups) for code in codes}
    inside = [0.0] * len(grouping.groups)
    for one in given.contacts:
        number = home.get(one.a)
        if number is not None and number == home.get(one.b):
            inside[number] += one.length_m
    return tuple(
        GroupLine(
            number, group_name([names.get(code, code) for code in codes]), codes, inside[number - 1]
        )
        for number, codes in enumerate(grouping.groups, start=1)
    )
