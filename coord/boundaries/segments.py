"""Borders as one array of straight segments, and which of them two counties share. Pure.

A clean map draws a shared border twice with the very same vertices. So segments are
sorted by a hash of their ends, and equal neighbours in that order are shared; what is
left over is coast, national border, or a place where the two sides differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from coord.boundaries.measure import blocks

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
#: Places and numbers of units, 32 or 64 bits wide.
Ints = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]

#: Vertices that are copied out of the geometries at a time.
CHUNK = 1 << 17

_MIX = tuple(np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F))
_FINISH = np.uint64(0xFF51AFD7ED558CCD)


@dataclass(frozen=True)
class Segments:
    """Straight segments in the order in which rings draw them.

    `points` (n) are vertices as lon + lat·i in degrees; segment k runs from `points[at[k]]`
    to `points[at[k] + 1]`. `owner` (k) is the index of its unit; `inner` (k) says whether
    the unit's own ground lies to the left of it.
    """

    points: Complexes
    at: Ints
    owner: Ints
    inner: Flags

    @property
    def start(self) -> Complexes:
        """Where each segment begins."""
        return self.points[self.at]

    @property
    def end(self) -> Complexes:
        """Where each segment ends."""
        return self.points[self.at + 1]

    def some(self, which: Flags | Ints) -> "Segments":
        """Some of the segments, on the same points."""
        return Segments(self.points, self.at[which], self.owner[which], self.inner[which])


@dataclass(frozen=True)
class Shared:
    """Pairs of segments that are the same line: indices, first < second, and their sides."""

    first: Ints
    second: Ints
    #: Whether the two units lie on opposite sides, as at a border; else both claim one ground.
    facing: Flags


def run_starts(segments: Segments) -> Flags:
    """Where a segment does not go on from the one before it, of the same unit."""
    points, at, owner = segments.points, segments.at, segments.owner
    breaks = np.ones(len(at), dtype=bool)
    for some in blocks(len(at) - 1):
        goes_on = points[at[1:][some]] == points[at[:-1][some] + 1]
        breaks[1:][some] = ~goes_on | (owner[1:][some] != owner[:-1][some])
    return breaks


def degrees(points: Complexes) -> Floats:
    """The same memory as longitudes and latitudes (n, 2)."""
    return points.view(np.float64).reshape(-1, 2)


def read_segments(geometries: NDArray[np.object_]) -> Segments:
    """The segments of polygons and multipolygons, without those of no length."""
    sizes = shapely.get_num_coordinates(geometries)
    points = np.empty(int(sizes.sum()), dtype=np.complex128)
    begun = np.append(0, np.cumsum(sizes))
    read = [_read(geometries, units, points, int(begun[units.start])) for units in _chunks(sizes)]
    at, owner, inner = (np.concatenate(some) for some in zip(*read, strict=True))
    return Segments(points, at, owner, inner)


def _chunks(sizes: Ints) -> Iterator[slice]:
    """Units that together have about CHUNK vertices: what is copied of them is soon given back."""
    turn = np.flatnonzero(np.diff(np.cumsum(sizes) // CHUNK)) + 1
    ends = [0, *turn.tolist(), len(sizes)]
    return (slice(low, high) for low, high in pairwise(ends))


def _read(
    geometries: NDArray[np.object_], units: slice, points: Complexes, begun: int
) -> tuple[Ints, Ints, Flags]:
    """Write the vertices of some units into `points`, and tell their segments."""
    parts, unit_of_part = shapely.get_parts(geometries[units], return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    is_outer = np.ones(len(rings), dtype=bool)
    is_outer[1:] = part_of_ring[1:] != part_of_ring[:-1]
    inner_of_ring = shapely.is_ccw(rings) == is_outer
    here = points[begun : begun + len(coordinates)]
    # Minus zero has other bits than zero.
    np.add(coordinates, 0.0, out=here.view(np.float64).reshape(-1, 2))
    at = np.flatnonzero((ring_of_point[1:] == ring_of_point[:-1]) & (here[1:] != here[:-1]))
    ring = ring_of_point[at]
    owner_of_ring = (unit_of_part[part_of_ring] + units.start).astype(np.int32)
    return at + begun, owner_of_ring[ring], inner_of_ring[ring]


def match(segments: Segments) -> Shared:
    """Every pair of segments with the same two ends, whichever way round they are drawn.

    `first` < `second`; pairs stand in the order in which rings draw the first, one partner
    after the other where several units share a segment.
    """
    keys, order = _sorted_hashes(segments)
    same = keys[1:] == keys[:-1]
    crowded = np.zeros(len(keys), dtype=bool)
    crowded[1:-1] = same[1:] & same[:-1]
    if crowded.any():
        return _with_crowds(segments, keys, order, same, crowded)
    there = np.flatnonzero(same)
    return _in_order(segments, order[there], order[there + 1])


def _sorted_hashes(segments: Segments) -> tuple[NDArray[np.uint32], Ints]:
    """The segments' hashes in order, and whose they are; equal ones in the segments' order."""
    keys = _hashes(segments)
    # Two passes over 16 bits each, which numpy sorts by radix, beat one sort of 64 bits. 32
    # bits are now and then the same by chance, and such pairs are seen for what they are.
    order = np.argsort(keys.astype(np.uint16), kind="stable").astype(np.int32)
    keys = keys[order]
    by_high_bits = np.argsort((keys >> np.uint32(16)).astype(np.uint16), kind="stable")
    return keys[by_high_bits], order[by_high_bits]


def _with_crowds(
    segments: Segments, keys: NDArray[np.uint32], order: Ints, same: Flags, middle: Flags
) -> Shared:
    """Where a hash comes up more than twice: by chance, or because several units share a line."""
    inside = np.zeros(len(keys), dtype=bool)
    inside[1:] |= middle[:-1]
    inside[:-1] |= middle[1:]
    crowd = inside | middle
    there = np.flatnonzero(same & ~crowd[1:])
    keys, members = keys[crowd], order[crowd]
    firsts, seconds = [order[there]], [order[there + 1]]
    for step in range(1, len(keys)):
        near = np.flatnonzero(keys[step:] == keys[:-step])
        if len(near) == 0:
            break
        checked = _checked(segments, members[near], members[near + step])
        firsts.append(checked.first)
        seconds.append(checked.second)
    return _in_order(segments, np.concatenate(firsts), np.concatenate(seconds))


def _in_order(segments: Segments, first: Ints, second: Ints) -> Shared:
    """The pairs in the order of their first; scattered, they are so without being sorted."""
    partner = np.full(len(segments.at), -1, dtype=np.int32)
    partner[first] = second
    ordered = np.flatnonzero(partner >= 0)
    if len(ordered) == len(first):
        return _checked(segments, ordered, partner[ordered])
    by_partner = np.lexsort((first, segments.owner[second]))
    return _checked(segments, first[by_partner], second[by_partner])


def _hashes(segments: Segments) -> NDArray[np.uint32]:
    """32 bits for each segment, the same whichever end comes first."""
    bits = segments.points.view(np.uint64).reshape(-1, 2)
    of_points = np.empty(len(bits), dtype=np.uint32)
    for some in blocks(len(bits)):
        mixed = bits[some, 1] * _MIX[1]
        mixed ^= mixed >> np.uint64(29)
        mixed += bits[some, 0]
        mixed *= _MIX[0]
        mixed ^= mixed >> np.uint64(32)
        mixed *= _FINISH
        mixed >>= np.uint64(32)
        of_points[some] = mixed
    keys: NDArray[np.uint32] = of_points[segments.at]
    keys += of_points[1:][segments.at]
    return keys


def _checked(segments: Segments, first: Ints, second: Ints) -> Shared:
    """Those of the pairs that really are one line, and on which sides of it the grounds lie."""
    points, at, inner = segments.points, segments.at, segments.inner
    real = np.empty(len(first), dtype=bool)
    facing = np.empty(len(first), dtype=bool)
    for some in blocks(len(first)):
        i, j = first[some], second[some]
        start, other_start = points[at[i]], points[at[j]]
        end, other_end = points[at[i] + 1], points[at[j] + 1]
        against = (start == other_end) & (end == other_start)
        real[some] = against | ((start == other_start) & (end == other_end))
        facing[some] = against == (inner[i] == inner[j])
    if real.all():
        return Shared(first, second, facing)
    return Shared(first[real], second[real], facing[real])
