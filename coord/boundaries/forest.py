"""Whether groups exist at all, as a forest: one program in which every demand can give way. Pure.

Each group is a tree of borders with a root. Flows along the trees count the counties below
each; so sizes, and that a group is connected, are linear rows. No list of candidates is
needed, and groups of any size can be asked for, which is what finding a clash takes.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from coord.boundaries.demands import NUMBERS, Unit
from coord.boundaries.linear import Answer, Deadline, Outcome, Program, run
from coord.boundaries.network import Network
from coord.boundaries.rules import Rules

Terms = list[tuple[int, float]]


@dataclass(frozen=True)
class Verdict:
    """Whether groups exist (None: not known in time) and how far each unit gave way."""

    exists: bool | None
    steps: dict[Unit, int]
    #: The shortest border that the groups use.
    shortest_m: float
    #: Whether no cheaper way is possible.
    proven: bool = True


class Forest:
    """The program for some rules over every border there is (hub, lengths, exclusions open)."""

    def __init__(
        self, network: Network, parties: dict[str, str], rules: Rules, units: Collection[Unit]
    ) -> None:
        self.network, self.parties, self.rules, self.units = network, parties, rules, tuple(units)
        self.many = len(network.codes)
        self.most: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[Terms, float, float]] = []
        self._add_trees()
        self.slack = {unit: self._add_slack(unit) for unit in self.units}
        self._add_borders()
        self._add_numbers()
        self._add_pins()

    def ask(self, kept: Collection[Unit], deadline: Deadline) -> Verdict:
        """Whether groups exist that keep these units; the others may give way freely."""
        return self._solve(set(kept), np.zeros(len(self.most)), deadline)

    def cheapest(self, deadline: Deadline) -> Verdict:
        """How little must give way so that groups exist."""
        cost = np.zeros(len(self.most))
        for unit, columns in self.slack.items():
            cost[list(columns)] = -unit.steps
        return self._solve(set(), cost, deadline)

    def _solve(self, kept: set[Unit], cost: np.ndarray, deadline: Deadline) -> Verdict:
        most = np.array(self.most)
        for unit in kept:
            most[list(self.slack[unit])] = 0.0
        sizes = [len(terms) for terms, _lower, _upper in self.rows]
        flat = [term for terms, _lower, _upper in self.rows for term in terms]
        program = Program(
            cost,
            most,
            np.repeat(np.arange(len(self.rows)), sizes),
            np.array([column for column, _value in flat]),
            np.array([value for _column, value in flat]),
            np.array([lower for _terms, lower, _upper in self.rows]),
            np.array([upper for _terms, _lower, upper in self.rows]),
            np.array(self.whole),
        )
        return self._verdict(run(program, deadline))

    def _verdict(self, answer: Answer) -> Verdict:
        if answer.outcome is Outcome.INFEASIBLE:
            return Verdict(False, {}, 0.0)
        if answer.outcome is Outcome.UNKNOWN:
            return Verdict(None, {}, 0.0, proven=False)
        moved = np.round(answer.x).astype(int)
        steps: dict[Unit, int] = {}
        for unit, columns in self.slack.items():
            if unit.kind in ("groups", "counties"):
                steps[unit] = int(moved[columns[0]] - moved[columns[1]])
            else:
                steps[unit] = int(moved[columns[0]]) * (-1 if unit.kind == "smallest" else 1)
        used = moved[self.arc[0]] + moved[self.arc[1]] > 0
        shortest = float(self.network.length[used].min()) if used.any() else 0.0
        gave = {unit: step for unit, step in steps.items() if step}
        return Verdict(True, gave, shortest, answer.outcome is Outcome.OPTIMAL)

    def _columns(self, count: int, most: float, *, whole: bool) -> np.ndarray:
        first = len(self.most)
        self.most += [most] * count
        self.whole += [whole] * count
        return np.arange(first, first + count)

    def _row(self, terms: Terms, lower: float, upper: float) -> None:
        """Keep lower ≤ sum of terms ≤ upper; a column named twice counts with both values."""
        total: dict[int, float] = {}
        for column, value in terms:
            total[column] = total.get(column, 0.0) + value
        self.rows.append((list(total.items()), lower, upper))

    def _add_trees(self) -> None:
        """Roots, arcs with their flows; each county has one parent or is a root or is out."""
        network, many, edges = self.network, self.many, len(self.network.a)
        self.root = self._columns(many, 1.0, whole=True)
        self.arc = [self._columns(edges, 1.0, whole=True) for _way in range(2)]
        flow = [self._columns(edges, float(many), whole=False) for _way in range(2)]
        self.taken: list[Terms] = [[(int(root), 1.0)] for root in self.root]
        below: list[Terms] = [[] for _county in range(many)]
        above: list[Terms] = [[] for _county in range(many)]
        for way, (tails, heads) in enumerate(((network.a, network.b), (network.b, network.a))):
            for edge, (tail, head) in enumerate(zip(tails, heads, strict=True)):
                arc, carried = int(self.arc[way][edge]), int(flow[way][edge])
                self.taken[head].append((arc, 1.0))
                below[tail].append((carried, 1.0))
                above[head].append((carried, 1.0))
                self._row([(carried, 1.0), (arc, -float(many))], -np.inf, 0.0)
                self._row([(carried, 1.0), (arc, -1.0)], 0.0, np.inf)
        self.size = [taken + under for taken, under in zip(self.taken, below, strict=True)]
        for county in range(many):
            self._row(self.taken[county], 0.0, 1.0)
            minus = [(column, -value) for column, value in self.size[county]]
            root = (int(self.root[county]), float(many))
            # What flows in is the size of what hangs here; nothing flows into a root.
            self._row([*above[county], *minus, root], 0.0, np.inf)
            self._row([*above[county], *minus], -np.inf, 0.0)

    def _add_slack(self, unit: Unit) -> tuple[int, ...]:
        """Columns by which a unit gives way: up and down for counts, one for the rest."""
        if unit.kind in ("groups", "counties"):
            far = float(self.many + abs(getattr(self.rules, unit.kind)))
            return tuple(int(one) for one in self._columns(2, far, whole=True))
        most = 1.0
        if unit.kind in NUMBERS:
            most = float(self.many) if unit.kind == "largest" else self.rules.smallest - 2.0
        return (int(self._columns(1, most, whole=True)[0]),)

    def _add_borders(self) -> None:
        """A border is used one way at most, and only where every unit that bars it gives way."""
        codes, rules = self.network.codes, self.rules
        for edge, (a, b) in enumerate(zip(self.network.a, self.network.b, strict=True)):
            both = [(int(arcs[edge]), 1.0) for arcs in self.arc]
            self._row(both, 0.0, 1.0)
            ends = {codes[a], codes[b]}
            for unit, (slack, *_rest) in self.slack.items():
                is_barred = (
                    (unit.kind == "exclude" and unit.key in ends)
                    or (unit.kind == "hub" and rules.hub not in {self.parties[c] for c in ends})
                    or (unit.kind == "shortest" and self.network.length[edge] < rules.min_contact_m)
                )
                if is_barred:
                    self._row([*both, (slack, -1.0)], -np.inf, 0.0)

    def _add_numbers(self) -> None:
        """Counts of groups and counties, at least one group; least and greatest size."""
        rules, many = self.rules, self.many
        roots: Terms = [(int(root), 1.0) for root in self.root]
        self._row(roots, 1.0, np.inf)
        slack = {unit.kind: columns for unit, columns in self.slack.items() if not unit.key}
        counted = {"groups": roots, "counties": [one for terms in self.taken for one in terms]}
        for kind, terms in counted.items():
            if kind in slack:
                up, down = slack[kind]
                wanted = float(getattr(rules, kind))
                self._row([*terms, (up, -1.0), (down, 1.0)], wanted, wanted)
        more = [(column, -1.0) for column in slack.get("largest", ())]
        fewer = [(column, 1.0) for column in slack.get("smallest", ())]
        for county in range(many):
            self._row([*self.size[county], *more], -np.inf, float(rules.largest))
            root = (int(self.root[county]), -float(many + rules.smallest))
            least = float(rules.smallest - (many + rules.smallest))
            self._row([*self.size[county], root, *fewer], least, np.inf)

    def _add_pins(self) -> None:
        place = self.network.place
        for unit, (slack, *_rest) in self.slack.items():
            if unit.kind == "include":
                taken = self.taken[place[str(unit.key)]] if unit.key in place else []
                self._row([*taken, (slack, 1.0)], 1.0, np.inf)
            elif unit.kind == "together":
                self._add_together(unit, slack)
            elif unit.kind == "apart" and all(code in place for code in unit.key):
                self._add_apart(unit, slack)

    def _add_together(self, unit: Unit, slack: int) -> None:
        """A path of used borders from the one to the other."""
        network, place = self.network, self.network.place
        if not all(code in place for code in unit.key):
            self._row([(slack, 1.0)], 1.0, np.inf)
            return
        path = [self._columns(len(network.a), 1.0, whole=False) for _way in range(2)]
        net: list[Terms] = [[] for _county in range(self.many)]
        for edge, (a, b) in enumerate(zip(network.a, network.b, strict=True)):
            there, back = int(path[0][edge]), int(path[1][edge])
            net[a] += [(there, 1.0), (back, -1.0)]
            net[b] += [(there, -1.0), (back, 1.0)]
            used = [(int(arcs[edge]), -1.0) for arcs in self.arc]
            self._row([(there, 1.0), (back, 1.0), *used], -np.inf, 0.0)
        source, sink = (place[code] for code in unit.key)
        net[source].append((slack, 1.0))
        net[sink].append((slack, -1.0))
        for county, terms in enumerate(net):
            sent = float(county == source) - float(county == sink)
            self._row(terms, sent, sent)

    def _add_apart(self, unit: Unit, slack: int) -> None:
        """Labels that used borders keep equal: 1 at the one county, 0 at the other."""
        label = self._columns(self.many, 1.0, whole=False)
        for edge, (a, b) in enumerate(zip(self.network.a, self.network.b, strict=True)):
            used = [(int(arcs[edge]), 1.0) for arcs in self.arc]
            for one, other in ((a, b), (b, a)):
                pair = [(int(label[one]), 1.0), (int(label[other]), -1.0)]
                self._row([*pair, *used], -np.inf, 1.0)
        one, other = (self.network.place[code] for code in unit.key)
        self._row([(int(label[one]), 1.0), (slack, 1.0)], 1.0, np.inf)
        self._row([(int(label[other]), 1.0), (slack, -1.0)], -np.inf, 0.0)
