"""Scenarios side by side, built in and saved: figures, groups, who is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coord.boundaries import atlas, solving
from coord.boundaries.grouping import Grouping
from coord.boundaries.maps import GroupLine
from coord.boundaries.queries import find_grouping
from coord.boundaries.scenarios import Scenario
from coord.boundaries.solving import Problem
from coord.boundaries.studio_models import SavedScenario
from coord.boundaries.studio_pages import group_lines
from coord.boundaries.studio_queries import find_saved, saved_view
from coord.boundaries.studio_state import State
from coord.kernel.actor import Actor
from coord.kernel.errors import Refused

#: So many columns stand beside one another at most.
MOST = 4


@dataclass(frozen=True)
class Column:
    """One scenario of a comparison; without a grouping where its rules cannot be met."""

    #: plan, pairwise, everyone, or saved:ID.
    key: str
    state: State
    given: Problem
    grouping: Grouping | None
    trouble: Refused | None
    groups: tuple[GroupLine, ...]
    scenario: Scenario | None = None
    saved: SavedScenario | None = None
    #: Whether it was computed from the very boundaries that are in use now.
    is_current: bool = True

    @property
    def group_of(self) -> dict[str, int]:
        """County code → number of its group."""
        return {code: line.number for line in self.groups for code in line.codes}

    @property
    def share(self) -> float:
        """Part of all border between its parties that lies inside groups, 0 to 1."""
        whole = self.given.length_m
        return self.grouping.covered_m / whole if self.grouping and whole else 0.0


def build_columns(keys: Sequence[str], actor: Actor) -> list[Column]:
    """The scenarios of these keys, in their order; unknown keys are passed over."""
    columns = (_column(key, actor) for key in list(dict.fromkeys(keys))[:MOST])
    return [column for column in columns if column is not None]


def _column(key: str, actor: Actor) -> Column | None:
    if key in set(Scenario):
        return _built_in(Scenario(key))
    kind, _colon, number = key.partition(":")
    is_number = kind == "saved" and number.isascii() and number.isdigit() and len(number) < 10
    saved = find_saved(actor, int(number)) if is_number else None
    if saved is None:
        return None
    view = saved_view(saved)
    return Column(
        key=key,
        state=view.state,
        given=solving.problem(atlas.get_key(), view.state.parties),
        grouping=view.grouping,
        trouble=None,
        groups=view.groups,
        saved=saved,
        is_current=view.is_current,
    )


def _built_in(scenario: Scenario) -> Column:
    key = atlas.get_key()
    state = solving.scenario_state(key, scenario)
    given = solving.problem(key, state.parties)
    grouping, trouble = find_grouping(scenario)
    lines = group_lines(grouping, given, atlas.names(key)) if grouping is not None else ()
    return Column(scenario.value, state, given, grouping, trouble, lines, scenario=scenario)


def counties_of(columns: Sequence[Column]) -> list[str]:
    """Codes with a border or a group in any column, in order."""
    found = {code for one in columns for code in (*one.given.bordering, *one.group_of)}
    return sorted(found)


def differing(columns: Sequence[Column], codes: Sequence[str]) -> set[str]:
    """Counties whose companions are not the same in all columns."""
    companions: list[Mapping[str, frozenset[str]]] = [
        {code: frozenset(line.codes) for line in one.groups for code in line.codes}
        for one in columns
    ]
    return {code for code in codes if len({one.get(code, frozenset()) for one in companions}) > 1}


def changed_groups(
    before: Grouping, after: Grouping
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Groups that are only in the first, and only in the second."""
    first, second = set(before.groups), set(after.groups)
    return sorted(first - second), sorted(second - first)
