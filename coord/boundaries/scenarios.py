"""The three built-in scenarios: rules under the five-city plan's own numbers. Pure.

The plan (2023) names 21 counties in 8 groups but no list of members (domain.md 2), so
members are computed and stay 未核实 until the official document is recorded.
"""

import enum
from collections.abc import Mapping, Sequence

from coord.boundaries.checking import FaultyGroupingError, check_grouping
from coord.boundaries.contacts import Contact, Unit, perimeter_m
from coord.boundaries.grouping import Grouping, Objective, Report, Rules, solve
from coord.kernel.regions import CHENGDU
from coord.kernel.text import N_

#: Numbers of the five-city plan: 21个区(市)县, 8个日常联动执法组.
PLAN_COUNTIES = 21
PLAN_GROUPS = 8

#: 新都: its bureau says that it runs cross-region joint enforcement with its neighbours.
XINDU = "510114"


class Scenario(enum.StrEnum):
    """Which rules to group by."""

    PLAN = "plan"
    PAIRWISE = "pairwise"
    EVERYONE = "everyone"

    @property
    def label(self) -> str:
        """The scenario's name as a msgid."""
        return SCENARIO_WORDS[self][0]

    @property
    def explanation(self) -> str:
        """One sentence on its rules, as a msgid."""
        return SCENARIO_WORDS[self][1]


SCENARIO_WORDS: dict[Scenario, tuple[str, str]] = {
    Scenario.PLAN: (
        N_("方案口径"),
        N_(
            "只计与成都接壤的边界;恰为8组21县,每组2至4县;使组内边界占较小县周界的比例之和最大;新都必须纳入。"
        ),
    ),
    Scenario.PAIRWISE: (
        N_("两两交界"),
        N_("五市之间全部边界;恰为8组21县;使组内边界总长最大。"),
    ),
    Scenario.EVERYONE: (
        N_("全部纳入"),
        N_("五市之间全部边界;所有有跨市边界的县编为8组;使组内边界总长最大。"),
    ),
}


def scenario_rules(scenario: Scenario, contacts: Sequence[Contact]) -> Rules:
    """The rules of a scenario for these contacts."""
    if scenario is Scenario.PLAN:
        touching = {code for contact in contacts for code in (contact.a, contact.b)}
        return Rules(
            groups=PLAN_GROUPS,
            counties=PLAN_COUNTIES,
            objective=Objective.SHARE,
            hub=CHENGDU,
            must_include=frozenset({XINDU} & touching),
        )
    if scenario is Scenario.PAIRWISE:
        return Rules(groups=PLAN_GROUPS, counties=PLAN_COUNTIES)
    everyone = {code for contact in contacts for code in (contact.a, contact.b)}
    return Rules(groups=PLAN_GROUPS, counties=len(everyone))


def compute_scenario(
    scenario: Scenario,
    units: Sequence[Unit],
    contacts: Sequence[Contact],
    *,
    time_limit_s: float | None = None,
) -> Grouping:
    """The proven best grouping of a scenario; raises Infeasible where there is none."""
    rules = scenario_rules(scenario, contacts)
    return compute_groups(rules, units, contacts, time_limit_s=time_limit_s)


def compute_groups(
    rules: Rules,
    units: Sequence[Unit],
    contacts: Sequence[Contact],
    *,
    time_limit_s: float | None = None,
) -> Grouping:
    """The checked best grouping of these units; raises Infeasible where there is none."""
    parties = {unit.code: unit.party for unit in units}
    perimeters = {unit.code: perimeter_m(unit.geometry) for unit in units}
    return solve_checked(contacts, parties, perimeters, rules, time_limit_s=time_limit_s)


def solve_checked(
    contacts: Sequence[Contact],
    parties: Mapping[str, str],
    perimeters: Mapping[str, float],
    rules: Rules,
    *,
    time_limit_s: float | None = None,
    report: Report | None = None,
    with_runner_up: bool | None = None,
) -> Grouping:
    """`grouping.solve`, and the independent checker's word on what came out.

    Raises FaultyGroupingError, a defect of the program, where the checker finds a fault.
    """
    grouping = solve(
        contacts,
        parties,
        perimeters,
        rules,
        time_limit_s=time_limit_s,
        report=report,
        with_runner_up=with_runner_up,
    )
    faults = check_grouping(grouping, contacts, parties, perimeters)
    if faults:
        raise FaultyGroupingError(faults)
    return grouping
