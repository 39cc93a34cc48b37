"""Where the two sides of a border draw it with different vertices. Pure.

What `segments.match` leaves over is compared with what other units leave over near by:
vertices a hair apart become one, and a segment on which another unit has a vertex is cut
there. Matched again, both sides are then the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from coord.boundaries.segments import Complexes, Flags, Floats, Ints, Segments, run_starts

#: Degrees, about 2 cm. Vertices closer than this to the other side's edge are on it. Both
#: sides rounded to seven decimals, as GeoJSON is commonly written, lie up to 1.4 of the
#: last digit apart.
ON_LINE = 2e-7

#: Segments in a piece whose bounding box is compared as one.
PIECE = 48

#: Pairs of segments looked at in one go; bounds the memory.
BATCH = 1_000_000


@dataclass(frozen=True)
class Noded:
    """Left-over segments after vertices were joined and edges cut, and what was met on the way."""

    segments: Segments
    #: True where the segment's start is a place at which another unit's border may begin or end.
    is_node: Flags
    #: Owners whose left-over borders cross another's.
    crossing: set[int]


def node(segments: Segments) -> Noded:
    """Join and cut the left-over segments of different units; order along rings is kept."""
    start, end = segments.start, segments.end
    pairs = list(_close_pairs(segments))
    if not pairs:
        return Noded(segments, np.zeros(len(start), dtype=bool), set())
    first, second = (np.concatenate(some) for some in zip(*pairs, strict=True))
    touches = [
        _touch(start, end, near, vertex)
        for near, far in ((first, second), (second, first))
        for vertex in (start[far], end[far])
    ]
    joins = np.concatenate([t.joins for t in touches])
    differ = joins[:, 0] != joins[:, 1]
    # Where both have the very same vertex there is nothing to join, but a border may begin.
    common = np.unique(joins[~differ, 0])
    joined = _joined(joins[differ], segments)
    cut_at = np.concatenate([t.cut for t in touches])
    cut_by = np.concatenate([t.by for t in touches])
    crossing = _crossing(segments.owner, start, end, first, second)
    if len(cut_at) == 0 and not joined:
        return Noded(segments, np.isin(start, common), crossing)
    nodes = np.concatenate([common, np.array(list(joined.values()), np.complex128), cut_by])
    made, place = _rebuilt(segments, joined, cut_at, cut_by)
    return Noded(made, np.isin(place, _moved(nodes, joined)), crossing)


def _close_pairs(segments: Segments) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of segments of different units whose bounding boxes meet, in batches."""
    start, end = segments.start, segments.end
    if len(start) == 0:
        return
    left = np.minimum(start.real, end.real) - ON_LINE
    right = np.maximum(start.real, end.real) + ON_LINE
    bottom = np.minimum(start.imag, end.imag) - ON_LINE
    top = np.maximum(start.imag, end.imag) + ON_LINE
    begin = _pieces(run_starts(segments))
    stop = np.append(begin[1:], len(start))
    piece_owner = segments.owner[begin]
    boxes = shapely.box(
        np.minimum.reduceat(left, begin),
        np.minimum.reduceat(bottom, begin),
        np.maximum.reduceat(right, begin),
        np.maximum.reduceat(top, begin),
    )
    one, other = shapely.STRtree(boxes).query(boxes)
    apart = (piece_owner[one] != piece_owner[other]) & (one < other)
    one, other = one[apart], other[apart]
    size = (stop - begin)[one] * (stop - begin)[other]
    for some in np.split(np.arange(len(one)), _batches(size)):
        first, second = _products(begin, stop, one[some], other[some])
        meet = (
            (left[first] <= right[second])
            & (left[second] <= right[first])
            & (bottom[first] <= top[second])
            & (bottom[second] <= top[first])
        )
        yield first[meet], second[meet]


def _pieces(breaks: Flags) -> Ints:
    """Where each piece begins: at a break in the ring, or after PIECE segments."""
    index = np.arange(len(breaks))
    run_start = np.maximum.accumulate(np.where(breaks, index, 0))
    found: Ints = np.flatnonzero((index - run_start) % PIECE == 0)
    return found


def _batches(size: Ints) -> Ints:
    """Where to split pairs of pieces so that each batch has about BATCH pairs of segments."""
    total = np.cumsum(size)
    cuts: Ints = np.flatnonzero(np.diff(total // BATCH)) + 1
    return cuts


def _products(begin: Ints, stop: Ints, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Every segment of piece `one` with every segment of piece `other`, pair by pair."""
    rows, columns = (stop - begin)[one], (stop - begin)[other]
    size = rows * columns
    where = np.repeat(np.arange(len(one)), size)
    offset = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    wide = columns[where]
    return begin[one][where] + offset // wide, begin[other][where] + offset % wide


@dataclass(frozen=True)
class _Touch:
    """Vertices to be joined (pairs of places), and segments to be cut at a place."""

    joins: Complexes
    cut: Ints
    by: Complexes


def _touch(start: Complexes, end: Complexes, near: Ints, vertex: Complexes) -> _Touch:
    """How vertices of other units meet segments `near`, one each."""
    a, b = start[near], end[near]
    along = b - a
    share = ((vertex - a) * along.conj()).real / (along.real**2 + along.imag**2)
    foot = a + np.clip(share, 0.0, 1.0) * along
    close = np.abs(vertex - foot) <= ON_LINE
    near, share = near[close], share[close]
    vertex, a, b = vertex[close], a[close], b[close]
    at_a, at_b = np.abs(vertex - a) <= ON_LINE, np.abs(vertex - b) <= ON_LINE
    joins = np.concatenate(
        [
            np.stack([vertex[at_a], a[at_a]], axis=1),
            np.stack([vertex[at_b], b[at_b]], axis=1),
        ]
    )
    inside = ~at_a & ~at_b & (share > 0) & (share < 1)
    return _Touch(joins, near[inside], vertex[inside])


def _ends(segments: Segments) -> set[complex]:
    """Where left-over stretches meet shared ones: places that had better stay where they are."""
    start, end = segments.start, segments.end
    begin = run_starts(segments)
    return {*start[begin].tolist(), *end[np.append(begin[1:], True)].tolist()}


def _joined(joins: Complexes, segments: Segments) -> dict[complex, complex]:
    """Place → what stands for it and those a hair away."""
    fixed = _ends(segments) if len(joins) else set()
    stands: dict[complex, complex] = {}

    def root(place: complex) -> complex:
        while stands.get(place, place) != place:
            place = stands[place]
        return place

    for one, other in joins.tolist():
        low, high = sorted((root(one), root(other)), key=lambda p: (p not in fixed, p.real, p.imag))
        stands.setdefault(low, low)
        stands[high] = low
    return {place: root(place) for place in stands}


def _crossing(owner: Ints, start: Complexes, end: Complexes, first: Ints, second: Ints) -> set[int]:
    """Owners whose segments pass through each other, each by more than a hair."""
    a, b, c, d = start[first], end[first], start[second], end[second]
    opposite = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
    both = np.concatenate([owner[some[opposite]] for some in (first, second)])
    return set(both.tolist())


def _side(a: Complexes, b: Complexes, point: Complexes) -> Floats:
    """How far a point lies left of the line through a and b, degrees; 0 within a hair."""
    along = b - a
    off = ((point - a) * along.conj()).imag / np.maximum(np.abs(along), 1e-300)
    return np.where(np.abs(off) <= ON_LINE, 0.0, off)


def _rebuilt(
    segments: Segments, joined: dict[complex, complex], cut_at: Ints, cut_by: Complexes
) -> tuple[Segments, Complexes]:
    """The segments with joined vertices, cut where they were met, those of no length gone.

    And where each begins.
    """
    start, end = (_moved(places, joined) for places in (segments.start, segments.end))
    source = np.concatenate([np.arange(len(start)), cut_at])
    place = np.concatenate([start, _moved(cut_by, joined)])
    along = end[source] - start[source]
    share = ((place - start[source]) * along.conj()).real
    share[: len(start)] = -np.inf
    order = np.lexsort((place.imag, place.real, share, source))
    source, place = source[order], place[order]
    follows = np.append(source[1:] == source[:-1], False)
    stop = np.where(follows, np.append(place[1:], place[:1]), end[source])
    real = place != stop
    source, place, stop = source[real], place[real], stop[real]
    points = np.stack([place, stop], axis=1).ravel()
    at = 2 * np.arange(len(source))
    return Segments(points, at, segments.owner[source], segments.inner[source]), place


def _moved(places: Complexes, joined: dict[complex, complex]) -> Complexes:
    if not joined:
        return places
    old = np.array(list(joined), dtype=np.complex128)
    new = np.array(list(joined.values()), dtype=np.complex128)
    order = np.argsort(old)
    old, new = old[order], new[order]
    found = np.clip(np.searchsorted(old, places), 0, len(old) - 1)
    return np.where(old[found] == places, new[found], places)
