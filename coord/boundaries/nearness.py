"""Borders that run close without touching: across small gaps, over small overlaps. Pure."""

from collections.abc import Iterator

import numpy as np
import shapely
from shapely import clip_by_rect, get_parts, intersection, line_merge
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from coord.boundaries.measure import Plane, shared_bounds
from coord.boundaries.segments import Ints, Segments, run_starts
from coord.boundaries.stretches import lines_of

#: A stretch this many tolerances long is a border, not a corner with a small angle.
SURELY_BORDER = 20.0

#: Vertices of a line whose bounding box is compared as one.
PIECE = 256


class LooseLines:
    """The left-over borders of each unit, ready to be asked who runs close to whom."""

    def __init__(self, rest: Segments) -> None:
        """`rest` are the segments that nobody shares."""
        start, end = rest.start, rest.end
        index = np.arange(len(start))
        breaks = run_starts(rest)
        run = np.maximum.accumulate(np.where(breaks, index, 0)) if len(index) else index
        pieces = (index - run) % PIECE == 0
        self._lines = lines_of(start, end, pieces)
        self._owner = rest.owner[pieces]
        self._whole: dict[int, BaseGeometry] = {}

    def close_pairs(self, reach_m: float, kind: Ints) -> list[tuple[int, int]]:
        """Pairs of units whose left-over borders may come within `reach_m`: boxes that do.

        Indices, in order; only pairs of different `kind` (one number for each unit).
        """
        if len(self._lines) == 0:
            return []
        west, south, east, north = shapely.bounds(self._lines).T
        top = min(float(max(np.abs(south).max(), np.abs(north).max())), 89.0)
        # A degree of longitude is shortest at the northernmost line; widen by that.
        reach = reach_m / Plane.at(top).east_m * 1.01
        boxes = shapely.box(west, south, east, north)
        wider = shapely.box(west - reach, south - reach, east + reach, north + reach)
        one, other = shapely.STRtree(boxes).query(wider)
        first, second = self._owner[one], self._owner[other]
        apart = (first < second) & (kind[first] != kind[second])
        return sorted(set(zip(first[apart].tolist(), second[apart].tolist(), strict=True)))

    def of(self, unit: int) -> BaseGeometry:
        """The left-over border of a unit, degrees."""
        if unit not in self._whole:
            lines = self._lines[self._owner == unit].tolist()
            self._whole[unit] = line_merge(MultiLineString(lines))
        return self._whole[unit]


def near_line(a: BaseGeometry, b: BaseGeometry, tolerance_m: float) -> BaseGeometry:
    """Where two lines run within a tolerance of each other, without mere corners (degrees)."""
    if a.is_empty or b.is_empty or not shapely.dwithin(a, b, _degrees(a, b, tolerance_m)):
        return MultiLineString()
    plane = Plane.between(a, b)
    reach = 2 * tolerance_m
    left, right = (plane.flatten(_clipped(line, a, b, plane, reach)) for line in (a, b))
    if left.is_empty or right.is_empty:
        return MultiLineString()
    near, other = _stretch(left, right, tolerance_m)
    kept = [part for part in get_parts(near) if _is_border(part, other, tolerance_m)]
    return plane.restore(line_merge(MultiLineString(kept)))


def _degrees(a: BaseGeometry, b: BaseGeometry, reach_m: float) -> float:
    """The most degrees that a reach can be where two lines lie."""
    highest = max(abs(degree) for line in (a, b) for degree in (line.bounds[1], line.bounds[3]))
    return reach_m / Plane.at(min(highest, 89.0)).east_m * 1.01


def _is_border(part: BaseGeometry, other: BaseGeometry, tolerance_m: float) -> bool:
    """Whether a stretch is more than two lines coming together and parting.

    Such a stretch grows with the tolerance; where borders run side by side it is as long
    for a smaller one.
    """
    if part.length >= SURELY_BORDER * tolerance_m:
        return True
    smaller = (part.distance(other) + tolerance_m) / 2
    return bool(intersection(part, other.buffer(smaller)).length >= 0.75 * part.length)


def _clipped(
    line: BaseGeometry, a: BaseGeometry, b: BaseGeometry, plane: Plane, reach_m: float
) -> BaseGeometry:
    """The part of a line that can lie within reach of both."""
    east, north = reach_m / plane.east_m, reach_m / plane.north_m
    west, south, right, top = shared_bounds(a, b)
    return clip_by_rect(line, west - east, south - north, right + east, top + north)


def _stretch(
    left: BaseGeometry, right: BaseGeometry, reach_m: float
) -> tuple[BaseGeometry, BaseGeometry]:
    """What of one line lies within reach of the other, and that other."""
    # The longer of the two sides runs round more corners of noise; the shorter is truer.
    return min(
        (only_lines(intersection(left, right.buffer(reach_m))), right),
        (only_lines(intersection(right, left.buffer(reach_m))), left),
        key=lambda pair: pair[0].length,
    )


def only_lines(shared: BaseGeometry) -> BaseGeometry:
    """The lines of an intersection, merged end to end; points and areas fall away."""
    return line_merge(MultiLineString([line for line in _lines_in(shared) if not line.is_empty]))


def _lines_in(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in get_parts(geometry):
        if part.geom_type == "LineString":
            yield part
        elif part.geom_type in {"MultiLineString", "GeometryCollection"}:
            yield from _lines_in(part)
