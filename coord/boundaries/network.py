"""The borders that count under the rules, as arrays: counties, edges, connected parts. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from coord.boundaries.contacts import Contact
from coord.boundaries.rules import Objective, Rules


@dataclass(frozen=True)
class Network:
    """Counties by index and the borders between them. Codes ascend; `a` < `b`."""

    codes: tuple[str, ...]
    a: np.ndarray
    b: np.ndarray
    #: Metres.
    length: np.ndarray
    #: What covering the border adds to the objective; positive.
    worth: np.ndarray

    @cached_property
    def place(self) -> dict[str, int]:
        """Code → index."""
        return {code: index for index, code in enumerate(self.codes)}

    @cached_property
    def first(self) -> np.ndarray:
        """Where each county's neighbours begin in `neighbours`; one longer than `codes`."""
        ends = np.concatenate([self.a, self.b])
        return np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=len(self.codes)))])

    @cached_property
    def neighbours(self) -> np.ndarray:
        """The neighbours of every county, one county after the other."""
        ends, others = np.concatenate([self.a, self.b]), np.concatenate([self.b, self.a])
        return others[np.lexsort((others, ends))]

    def inside(self, members: np.ndarray, table: np.ndarray) -> np.ndarray:
        """Sum of `table` (by edge) over the edges inside each row of members (padded with −1)."""
        total = np.zeros(len(members))
        if not len(self.a):
            return total
        many = len(self.codes)
        keys = self.a * many + self.b
        for i in range(members.shape[1]):
            for j in range(i + 1, members.shape[1]):
                # A pad makes a key below that of any edge of its row; never equal to one.
                wanted = np.where(members[:, j] < 0, -1, members[:, i] * many + members[:, j])
                found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
                total += np.where(keys[found] == wanted, table[found], 0.0)
        return total

    def total(self, group: Sequence[str], table: np.ndarray) -> float:
        """Sum of `table` over the edges inside one group of codes, ascending."""
        row = np.array([[self.place[code] for code in group]])
        return float(self.inside(row, table)[0])

    def parts(self) -> list["Network"]:
        """The connected parts, by their first county."""
        label = np.arange(len(self.codes))
        while True:
            before = label.copy()
            np.minimum.at(label, self.a, label[self.b])
            np.minimum.at(label, self.b, label[self.a])
            label = label[label]
            if np.array_equal(before, label):
                return [self._part(label == one) for one in np.unique(label)]

    def _part(self, chosen: np.ndarray) -> "Network":
        own = np.nonzero(chosen)[0]
        edges = chosen[self.a]
        renumbered = np.cumsum(chosen) - 1
        return Network(
            tuple(self.codes[index] for index in own),
            renumbered[self.a[edges]],
            renumbered[self.b[edges]],
            self.length[edges],
            self.worth[edges],
        )


def build_network(
    contacts: Iterable[Contact],
    parties: Mapping[str, str],
    perimeters: Mapping[str, float],
    rules: Rules,
) -> Network:
    """The counties and borders that count: long enough, between parties, at the hub, not excluded.

    Several contacts of the same two counties count as one border of their joint length.
    """
    lengths: dict[tuple[str, str], float] = {}
    for one in sorted(contacts, key=lambda one: (one.a, one.b, one.length_m)):
        pair = (min(one.a, one.b), max(one.a, one.b))
        lengths[pair] = lengths.get(pair, 0.0) + one.length_m
    usable = {
        pair: length
        for pair, length in sorted(lengths.items())
        if length > 0 and is_usable(pair, length, parties, rules)
    }
    codes = tuple(sorted({code for pair in usable for code in pair}))
    place = {code: index for index, code in enumerate(codes)}
    length = np.array(list(usable.values()), dtype=float)
    worth = length
    if rules.objective is Objective.SHARE:
        smaller = [min(perimeters[a], perimeters[b]) for a, b in usable]
        worth = length / np.array(smaller, dtype=float)
    ends = np.array([[place[a], place[b]] for a, b in usable], dtype=np.int64).reshape(-1, 2)
    return Network(codes, ends[:, 0], ends[:, 1], length, worth)


def is_usable(
    pair: tuple[str, str], length_m: float, parties: Mapping[str, str], rules: Rules
) -> bool:
    """Whether a border counts under the rules."""
    ends = {parties[code] for code in pair}
    return (
        len(ends) == 2
        and (rules.hub is None or rules.hub in ends)
        and length_m >= rules.min_contact_m
        and not rules.must_exclude.intersection(pair)
    )
