"""Whether any groups exist under rules, by the quickest exact way; the nearest counts. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coord.boundaries.candidates import Columns, enumerate_columns
from coord.boundaries.contacts import Contact
from coord.boundaries.demands import NUMBERS, Unit, units_of
from coord.boundaries.forest import Forest, Verdict
from coord.boundaries.linear import Answer, Deadline, Outcome, run
from coord.boundaries.network import Network, build_network
from coord.boundaries.partwise import demand_of
from coord.boundaries.relaxation import Demand, program_of
from coord.boundaries.rules import Rules

#: Candidates up to which they are listed to answer a question.
LISTED_TO_ASK = 60_000

#: Counties up to which the forest is asked about the cheapest change.
FOREST_COUNTIES = 400


@dataclass(frozen=True)
class Borders:
    """What the rules are about: contacts, parties and perimeters (metres) by code."""

    contacts: Sequence[Contact]
    parties: Mapping[str, str]
    perimeters: Mapping[str, float]

    def network(self, rules: Rules) -> Network:
        """The borders that count under the rules."""
        return build_network(self.contacts, self.parties, self.perimeters, rules)


class Oracle:
    """Answers whether groups exist that keep some of the demands of rules."""

    def __init__(self, borders: Borders, rules: Rules) -> None:
        self.borders = borders
        self.rules = rules
        self.units = units_of(rules)
        self.open = borders.network(Rules())
        self._forest: Forest | None = None

    @property
    def forest(self) -> Forest:
        """The forest over every border; made when first needed."""
        if self._forest is None:
            self._forest = Forest(self.open, dict(self.borders.parties), self.rules, self.units)
        return self._forest

    def exists(self, kept: Collection[Unit], deadline: Deadline) -> bool | None:
        """Whether groups exist that keep these units; None where time ran out."""
        rules = self._only(kept)
        if _contradicts_itself(rules, self.open):
            return False
        if not _wants_any_size(rules, self.open):
            listed = self.exists_under(rules, deadline)
            if listed is not None:
                return listed
        elif _may_be_peeled(rules):
            # A larger group can give up counties until it has the least size.
            return self.exists_under(replace(rules, largest=rules.smallest), deadline)
        return self.forest.ask(kept, deadline).exists

    def exists_under(self, rules: Rules, deadline: Deadline) -> bool | None:
        """The same for whole rules, by listing the candidates; None where there are too many."""
        listed = self._listed(rules)
        if listed is None:
            return None
        columns, demand = listed
        if not len(columns.worth):
            return False
        program = program_of(columns, demand, np.zeros(len(columns.worth)), whole=True)
        outcome = run(program, deadline).outcome
        if outcome is Outcome.UNKNOWN:
            return None
        return outcome is not Outcome.INFEASIBLE

    def nearest(self, deadline: Deadline) -> Verdict | None:
        """The fewest groups, counties and pins to change, the rest kept; None where not found."""
        rules = replace(self.rules, must_include=frozenset())
        listed = self._listed(rules)
        if listed is None or not len(listed[0].worth):
            return None
        columns, demand = listed
        place = self.borders.network(rules).place
        return _nearest(columns, demand, self.units, place, deadline)

    def _only(self, kept: Collection[Unit]) -> Rules:
        """Rules that demand nothing but these units."""
        kinds = {unit.kind for unit in kept}
        keys = {kind: frozenset(one.key for one in kept if one.kind == kind) for kind in kinds}
        some = {kind: getattr(self.rules, kind) for kind in (*NUMBERS, "hub") if kind in kinds}
        some.setdefault("largest", max(len(self.open.codes), self.rules.largest))
        return Rules(
            **some,
            min_contact_m=self.rules.min_contact_m if "shortest" in kinds else 0.0,
            must_include=keys.get("include", frozenset()),  # type: ignore[arg-type]
            must_exclude=keys.get("exclude", frozenset()),  # type: ignore[arg-type]
            together=keys.get("together", frozenset()),  # type: ignore[arg-type]
            apart=keys.get("apart", frozenset()),  # type: ignore[arg-type]
        )

    def _listed(self, rules: Rules) -> tuple[Columns, Demand] | None:
        network = self.borders.network(rules)
        nothing = Columns(np.empty((0, 2), dtype=int), np.empty(0))
        pinned = rules.must_include | {code for pair in rules.together for code in pair}
        demand = demand_of(network, rules, least=1)
        if not network.codes or not pinned <= set(network.codes) or rules.largest < 2:
            return nothing, demand
        columns = enumerate_columns(network, rules, LISTED_TO_ASK)
        return None if columns is None else (columns, demand)


def _wants_any_size(rules: Rules, network: Network) -> bool:
    return rules.largest >= len(network.codes) > 10


def _contradicts_itself(rules: Rules, network: Network) -> bool:
    """What needs no search: a pin against a pin, or a county without any border."""
    wanted = rules.must_include | {code for pair in rules.together for code in pair}
    apart = rules.apart | {(b, a) for a, b in rules.apart}
    return bool(
        wanted & rules.must_exclude or rules.together & apart or wanted - set(network.codes)
    )


def _may_be_peeled(rules: Rules) -> bool:
    return rules.counties is None and not rules.must_include and not rules.together


def _nearest(
    columns: Columns,
    demand: Demand,
    units: Sequence[Unit],
    place: Mapping[str, int],
    deadline: Deadline,
) -> Verdict | None:
    pins = [one for one in units if one.kind == "include" and one.key in place]
    lost = [one for one in units if one.kind == "include" and one.key not in place]
    own = {one.kind: one for one in units if one.kind in ("groups", "counties")}
    pinned = np.array(sorted({*demand.pinned, *(place[str(one.key)] for one in pins)}), dtype=int)
    program = program_of(
        columns, replace(demand, pinned=pinned), np.zeros(len(columns.worth)), whole=True
    )
    rows: list[tuple[int, float]] = []
    cost: list[float] = []
    for row, kind in enumerate(
        (kind for kind in ("groups", "counties") if kind in own), start=demand.counties_in_all
    ):
        rows += [(row, -1.0), (row, 1.0)]
        cost += [-own[kind].steps] * 2
    for unit in pins:
        rows.append((place[str(unit.key)], 1.0))
        cost.append(-unit.steps)
    many, extra = len(columns.worth), len(rows)
    eased = replace(
        program,
        cost=np.concatenate([program.cost, cost]),
        most=np.concatenate([program.most, np.full(extra, 1e4)]),
        row=np.concatenate([program.row, [row for row, _value in rows]]).astype(int),
        column=np.concatenate([program.column, many + np.arange(extra)]).astype(int),
        value=np.concatenate([program.value, [value for _row, value in rows]]),
    )
    return _read(run(eased, deadline), many, own, pins, lost)


def _read(
    answer: Answer, many: int, own: Mapping[str, Unit], pins: Sequence[Unit], lost: Sequence[Unit]
) -> Verdict | None:
    if answer.outcome is not Outcome.OPTIMAL:
        return None
    moved = [round(one) for one in answer.x[many:]]
    steps: dict[Unit, int] = dict.fromkeys(lost, 1)
    for unit in (own[kind] for kind in ("groups", "counties") if kind in own):
        up, down = moved.pop(0), moved.pop(0)
        steps[unit] = up - down
    steps.update(zip(pins, moved, strict=True))
    return Verdict(True, {unit: step for unit, step in steps.items() if step}, 0.0, proven=False)
