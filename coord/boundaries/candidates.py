"""Every connected set of counties that could be a group, in arrays. Pure.

Sets are rows of ascending indices, padded with −1; rows stand in the order of tuples of
codes, so that "the first of equals" means the smaller codes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coord.boundaries.network import Network
from coord.boundaries.rules import Rules


@dataclass(frozen=True)
class Columns:
    """Candidate groups: `members` (many × largest), and what each adds to the objective."""

    members: np.ndarray
    worth: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """Counties in each."""
        return np.asarray((self.members >= 0).sum(axis=1))

    def take(self, chosen: np.ndarray) -> "Columns":
        """Some of the columns, by index or mask."""
        return Columns(self.members[chosen], self.worth[chosen])

    def incidence(self) -> tuple[np.ndarray, np.ndarray]:
        """(county, column) of every membership."""
        column, slot = np.nonzero(self.members >= 0)
        return self.members[column, slot], column


class Pins:
    """The pins of the rules by index, and which sets may be groups under them."""

    def __init__(self, network: Network, rules: Rules) -> None:
        place = network.place
        self.rules = rules
        self.together = [(place[a], place[b]) for a, b in sorted(rules.together)
                         if a in place and b in place]  # fmt: skip
        # The other of the two is in another part of the map: no group can hold both.
        torn = {a if a in place else b for a, b in rules.together if (a in place) != (b in place)}
        self.torn = sorted(place[code] for code in torn)
        self.apart = [(place[a], place[b]) for a, b in sorted(rules.apart)
                      if a in place and b in place]  # fmt: skip
        pinned = rules.must_include | {code for pair in rules.together for code in pair}
        self.pinned = np.array(sorted(place[code] for code in pinned if code in place), dtype=int)

    def may_grow(self, sets: np.ndarray) -> np.ndarray:
        """Whether a set or one that holds it may become a group: no pair that must be apart."""
        fine = np.ones(len(sets), dtype=bool)
        for a, b in self.apart:
            fine &= ~(_has(sets, a) & _has(sets, b))
        return fine

    def may_be(self, sets: np.ndarray) -> np.ndarray:
        """Whether a set that may grow is a group: large enough, no pair parted."""
        fine = np.full(len(sets), sets.shape[1] >= self.rules.smallest)
        for a, b in self.together:
            fine &= _has(sets, a) == _has(sets, b)
        for county in self.torn:
            fine &= ~_has(sets, county)
        return fine


def _has(sets: np.ndarray, county: int) -> np.ndarray:
    return np.asarray((sets == county).any(axis=1))


def enumerate_columns(network: Network, rules: Rules, limit: int) -> Columns | None:
    """All permitted connected sets; None where more than `limit` sets would be looked at."""
    pins = Pins(network, rules)
    sets = np.arange(len(network.codes))[:, None]
    levels: list[np.ndarray] = []
    looked_at = 0
    for _size in range(2, min(rules.largest, len(network.codes)) + 1):
        sets = grow(network, sets, pins.may_grow, limit * 4)
        looked_at += len(sets)
        if looked_at > limit:
            return None
        levels.append(sets[pins.may_be(sets)])
    return as_columns(network, levels)


def grow(
    network: Network, sets: np.ndarray, keep: Callable[[np.ndarray], np.ndarray], most: int
) -> np.ndarray:
    """Each connected set that is one of `sets` with one neighbour more, once.

    Stops in the middle, with more than `most` rows (repeated ones among them), where
    there are so many.
    """
    first, neighbours = network.first, network.neighbours
    found: list[np.ndarray] = []
    rows = 0
    for slot in range(sets.shape[1]):
        degree = first[sets[:, slot] + 1] - first[sets[:, slot]]
        source = np.repeat(np.arange(len(sets)), degree)
        offset = np.arange(len(source)) - np.repeat(np.cumsum(degree) - degree, degree)
        added = neighbours[first[sets[source, slot]] + offset]
        fresh = ~(sets[source] == added[:, None]).any(axis=1)
        grown = np.concatenate([sets[source[fresh]], added[fresh, None]], axis=1)
        grown.sort(axis=1)
        found.append(grown[keep(grown)])
        rows += len(found[-1])
        if rows > most:
            break
    return _distinct(np.concatenate(found), len(network.codes))


def _distinct(sets: np.ndarray, counties: int) -> np.ndarray:
    keys = _keys(sets, counties)
    if len(keys) == 1:
        _found, first = np.unique(keys[0], return_index=True)
        return np.asarray(sets[first])
    order = np.lexsort(keys[::-1])
    ordered = np.array([key[order] for key in keys])
    is_new = np.append(True, (ordered[:, 1:] != ordered[:, :-1]).any(axis=0))
    return np.asarray(sets[order[is_new[: len(order)]]])


def _keys(sets: np.ndarray, counties: int) -> list[np.ndarray]:
    """Numbers in the order of the rows: as few as hold all members, the first weighs most."""
    bits = (counties + 1).bit_length()
    held = 62 // bits
    keys = []
    for start in range(0, sets.shape[1], held):
        key = np.zeros(len(sets), dtype=np.int64)
        for slot in range(start, min(start + held, sets.shape[1])):
            # A pad counts as 0, below every county.
            key = (key << bits) | (sets[:, slot] + 1)
        keys.append(key)
    return keys


def as_columns(network: Network, levels: list[np.ndarray]) -> Columns:
    """The sets of all sizes as columns in the order of tuples."""
    width = max((level.shape[1] for level in levels), default=2)
    padded = [
        np.pad(level, ((0, 0), (0, width - level.shape[1])), constant_values=-1) for level in levels
    ]
    members = np.concatenate(padded) if padded else np.empty((0, width), dtype=np.int64)
    members = members[np.lexsort(_keys(members, len(network.codes))[::-1])]
    return Columns(members, network.inside(members, network.worth))
