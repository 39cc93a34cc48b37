"""Grouping: five cities, Sichuan with Chongqing, the whole country; growth; against its peers.

One process. Peers on the same borders: greedy by length, HiGHS alone on the full list of
candidates (no prices, no parts), and for groups of two networkx's maximum-weight matching,
which is exact there, so that the totals must agree.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import networkx as nx
import numpy as np

from bench.national import national_units
from coord.boundaries.candidates import enumerate_columns
from coord.boundaries.checking import check_grouping
from coord.boundaries.contacts import Contact, find_contacts, perimeter_m
from coord.boundaries.grouping import Grouping, Rules, solve
from coord.boundaries.linear import Deadline, run
from coord.boundaries.network import build_network
from coord.boundaries.partwise import demand_of
from coord.boundaries.relaxation import program_of
from coord.boundaries.scenarios import Scenario, scenario_rules
from coord.kernel.regions import FIVE_CITIES

GROWTH = (50, 100, 200, 400, 800, 1600)

#: Seconds that HiGHS alone may take for one row.
ALONE_SECONDS = 30.0

Made = TypeVar("Made")


class Country:
    """All contacts between cities, parties and perimeters."""

    def __init__(self) -> None:
        units = national_units()
        self.contacts = find_contacts(units).contacts
        self.parties = {unit.code: unit.party for unit in units}
        self.perimeters = {unit.code: perimeter_m(unit.geometry) for unit in units}

    def among(self, codes: set[str]) -> list[Contact]:
        """The contacts between these counties."""
        return [one for one in self.contacts if one.a in codes and one.b in codes]

    def solve(self, contacts: Sequence[Contact], rules: Rules) -> Grouping:
        """The grouping, checked by the independent checker."""
        grouping = solve(contacts, self.parties, self.perimeters, rules)
        faults = check_grouping(grouping, contacts, self.parties, self.perimeters)
        if faults:
            raise SystemExit(f"the checker found faults: {faults}")
        return grouping


def main() -> None:
    """Print the three tables."""
    country, seconds = timed(Country)
    print(f"{len(country.contacts)} contacts of the country found in {seconds:.1f} s\n")
    # What the first run of a process pays once (libraries) belongs to no row.
    country.solve(country.contacts[:40], Rules())
    show_cases(country)
    show_growth(country)
    show_pairs(country)


def timed(make: Callable[[], Made]) -> tuple[Made, float]:
    """What comes out, and the seconds it took."""
    start = time.perf_counter()
    made = make()
    return made, time.perf_counter() - start


def show_cases(country: Country) -> None:
    """The five cities' scenarios, Sichuan with Chongqing, all city pairs of the country."""
    five = country.among({code for code, party in country.parties.items() if party in FIVE_CITIES})
    west = country.among({code for code in country.parties if code[:2] in ("50", "51")})
    print(f"{'case':34}{'counties':>9}{'groups':>8}{'km':>10}{'gap':>8}{'next best':>12}{'s':>8}")
    together = 0.0
    for scenario in Scenario:
        rules = scenario_rules(scenario, five)
        together += show_case(country, f"five cities, {scenario.value}", five, rules)
    print(f"{'five cities, all three':34}{'':47}{together:8.2f}   (to reach: under 1 s)")
    for largest in (2, 3, 4, 5):
        rules = Rules(largest=largest)
        show_case(country, f"Sichuan, Chongqing, 2 to {largest}", west, rules)
    for largest in (2, 3, 4):
        rules = Rules(largest=largest)
        show_case(country, f"all city pairs, 2 to {largest}", country.contacts, rules)
    print("(to reach: a gap of at most 1 % within 60 s)\n")


def show_case(country: Country, name: str, contacts: Sequence[Contact], rules: Rules) -> float:
    """One row; the seconds it took."""
    grouping, seconds = timed(lambda: country.solve(contacts, rules))
    counties = len({code for one in contacts for code in (one.a, one.b)})
    cost = ""
    if grouping.runner_up is not None:
        cost = f"-{grouping.runner_up.loss / grouping.value:.5%}"
    print(
        f"{name:34}{counties:9}{len(grouping.groups):8}{grouping.covered_m / 1000:10.1f}"
        f"{grouping.gap:8.2%}{cost:>12}{seconds:8.2f}"
    )
    return seconds


def show_growth(country: Country) -> None:
    """Time by the number of counties with a border, in the order of codes; sizes 2 to 4."""
    codes = sorted({code for one in country.contacts for code in (one.a, one.b)})
    print(
        f"{'counties':>8}{'sets':>8}{'groups':>8}{'km':>10}{'gap':>8}{'s':>7}"
        f" |{'greedy km':>11}{'short by':>9}{'s':>7} |{'HiGHS alone km':>15}{'gap':>8}{'s':>7}"
    )
    rules = Rules()
    for many in (*GROWTH, len(codes)):
        contacts = country.among(set(codes[:many]))
        ours, seconds = timed(partial(country.solve, contacts, rules))
        quick, quick_seconds = timed(partial(greedy, contacts, rules))
        (plain, gap, sets), alone = timed(partial(highs_alone, country, contacts, rules))
        print(
            f"{many:8}{sets:8}{len(ours.groups):8}{ours.covered_m / 1000:10.1f}{ours.gap:8.2%}"
            f"{seconds:7.2f} |{quick / 1000:11.1f}{1 - quick / ours.covered_m:9.1%}"
            f"{quick_seconds:7.2f} |{plain / 1000:15.1f}{gap:8.2%}{alone:7.2f}"
        )
    print()


def show_pairs(country: Country) -> None:
    """Groups of two: ours and networkx's matching must come to the same total."""
    rules = Rules(largest=2)
    ours, seconds = timed(lambda: country.solve(country.contacts, rules))
    graph = nx.Graph()
    for one in country.contacts:
        graph.add_edge(one.a, one.b, weight=one.length_m)
    matched, peer_seconds = timed(lambda: nx.max_weight_matching(graph))
    total = sum(graph[a][b]["weight"] for a, b in matched)
    print(f"groups of two, ours:               {ours.covered_m / 1000:12.3f} km {seconds:7.2f} s")
    print(f"networkx max_weight_matching:      {total / 1000:12.3f} km {peer_seconds:7.2f} s")
    if abs(total - ours.covered_m) > 1e-6 * total:
        raise SystemExit("the totals differ")


def greedy(contacts: Sequence[Contact], rules: Rules) -> float:
    """Join the longest border first while groups stay within the size; metres covered."""
    group = {code: {code} for one in contacts for code in (one.a, one.b)}
    for one in sorted(contacts, key=lambda one: -one.length_m):
        a, b = group[one.a], group[one.b]
        if a is not b and len(a) + len(b) <= rules.largest:
            a |= b
            for code in b:
                group[code] = a
    return sum(one.length_m for one in contacts if group[one.a] is group[one.b])


def highs_alone(
    country: Country, contacts: Sequence[Contact], rules: Rules
) -> tuple[float, float, int]:
    """Metres, gap and number of candidates: one integer program of them all."""
    network = build_network(contacts, country.parties, country.perimeters, rules)
    columns = enumerate_columns(network, rules, 1_000_000)
    if columns is None:
        raise SystemExit("too many candidates")
    worth = columns.worth / columns.worth.max()
    program = program_of(columns, demand_of(network, rules, least=1), worth, whole=True)
    answer = run(program, Deadline(ALONE_SECONDS))
    if not len(answer.x):
        return 0.0, 1.0, len(worth)
    value = float(worth @ np.round(answer.x))
    return value * columns.worth.max(), max(1 - value / answer.bound, 0.0), len(worth)
