"""Whose borders run along whose: the passes over all segments, one upon the other. Pure.

First what two units draw alike, then what they draw with other vertices, and last, once it
is known which units claim the same ground, the borders of those once more in full.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from coord.boundaries.nearness import LooseLines, near_line
from coord.boundaries.noding import node
from coord.boundaries.overlaps import covered_stretches
from coord.boundaries.segments import Flags, Ints, Segments, Shared, match, read_segments
from coord.boundaries.stretches import Border, Stretches, border_of, string_together, together

#: Metres. Where the two sides draw a border differently, borders that leave a corner at a
#: small angle lie on each other for a little.
MIN_NODED_M = 1.0

#: Two units (indices, in order) → what they share.
ByPair = dict[tuple[int, int], Border]


@dataclass(frozen=True)
class Borders:
    """Stretches that units of different parties share, and what of the borders is left over."""

    segments: Segments
    #: A number for the party of each unit.
    party: Ints
    #: Drawn alike by both sides.
    exact: Stretches
    #: Drawn with other vertices by the two sides.
    noded: Stretches
    loose: LooseLines
    #: Indices of units that may claim another's ground.
    suspects: set[int]

    @classmethod
    def of(cls, geometries: NDArray[np.object_], party: Ints) -> "Borders":
        """Compare all borders of valid polygons; `party` is a number for each."""
        segments = read_segments(geometries)
        shared = match(segments)
        exact = string_together(segments, shared, _across(segments, shared, party))
        met = node(segments.some(_unshared(segments, shared)))
        again = match(met.segments)
        noded = string_together(met.segments, again, _across(met.segments, again, party))
        left = np.flatnonzero(_unshared(met.segments, again))
        loose = met.segments.some(left)
        suspects = covered_stretches(geometries, loose, met.is_node[left])
        suspects |= met.crossing | _same_side(segments, shared) | _same_side(met.segments, again)
        return cls(segments, party, exact, noded, LooseLines(loose), suspects)

    def by_pair(self, least_noded_m: float) -> ByPair:
        """What each pair shares; of what is drawn differently, only what is long enough.

        Within a tolerance a line shared by chance looks like a corner, and may be one.
        """
        found = {(i, j): border for i, j, border in self.exact.borders()}
        for i, j, noded in self.noded.borders():
            if noded.length_m >= max(MIN_NODED_M, least_noded_m):
                found[i, j] = together(found[i, j], noded) if (i, j) in found else noded
        return found

    def in_full(
        self, geometries: NDArray[np.object_], claimants: Iterable[int], least_noded_m: float
    ) -> ByPair:
        """What the claimants share with any unit, with no segment settled beforehand.

        Where two units claim the same ground, one line may be the border of both with a
        third, and the segments that match need not be all that lie on each other.
        """
        chosen = np.array(sorted(claimants), dtype=np.int64)
        tree = shapely.STRtree(geometries)
        around = np.unique(tree.query(geometries[chosen], predicate="intersects")[1])
        met = node(self.segments.some(np.isin(self.segments.owner, around)))
        shared = match(met.segments)
        lines = string_together(met.segments, shared, _across(met.segments, shared, self.party))
        return {
            (i, j): border
            for i, j, border in lines.borders()
            if border.length_m >= max(MIN_NODED_M, least_noded_m)
            and not {i, j}.isdisjoint(chosen.tolist())
        }

    def with_near(self, found: ByPair, tolerance_m: float, least_m: float) -> ByPair:
        """`found` and what runs within the tolerance, where both come to `least_m`."""
        more = dict(found)
        for pair in self.loose.close_pairs(tolerance_m, self.party):
            left, right = (self.loose.of(unit) for unit in pair)
            near = border_of(near_line(left, right, tolerance_m))
            if near.length_m > 0:
                whole = together(found[pair], near) if pair in found else near
                if whole.length_m >= least_m:
                    more[pair] = whole
        return more


def _across(segments: Segments, shared: Shared, party: Ints) -> Flags:
    """Which pairs are a border between parties: one county on each side."""
    first, second = (party[segments.owner[some]] for some in (shared.first, shared.second))
    across: Flags = (first != second) & shared.facing
    return across


def _unshared(segments: Segments, shared: Shared) -> Flags:
    left = np.ones(len(segments.at), dtype=bool)
    left[shared.first] = False
    left[shared.second] = False
    return left


def _same_side(segments: Segments, shared: Shared) -> set[int]:
    """Units that share a line with another unit whose ground lies on the same side."""
    wrong = ~shared.facing
    both = np.concatenate([segments.owner[some[wrong]] for some in (shared.first, shared.second)])
    return set(both.tolist())
