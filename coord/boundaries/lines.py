"""Distances from many points to many lines, by numpy. Pure; degrees in, metres out.

Lines are bundled in runs of a few short segments. A point and a run are measured on a flat
map of their own, scaled at the latitude half-way between them: within 10 km that differs from
the geodesic by less than one part in four thousand anywhere in China.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from shapely import get_coordinates, get_parts, segmentize
from shapely.geometry.base import BaseGeometry

from coord.boundaries.boxes import Boxes, Floats, Ints
from coord.boundaries.contacts import GEOD

__all__ = ["Floats", "Ints", "Lines", "Near", "Scale"]

#: Degrees. A longer segment would bend noticeably on the flat map.
_LONGEST = 0.01

#: Segments in a run.
_RUN = 4

#: Points measured at once: what is computed on the way then stays in the processor's cache.
_BLOCK = 4096

#: Runs' radii and reaches are widened by this, so that rounding never loses a candidate.
_SLACK = 1.005


@dataclass(frozen=True)
class Near:
    """Pairs of a point and a line within reach, by point, then distance, then line."""

    point: Ints
    line: Ints
    metres: Floats

    @classmethod
    def joined(cls, parts: Sequence["Near"]) -> "Near":
        """The pairs of several sets of points, which are numbered through already."""
        nothing = np.zeros(0, np.int64)
        return cls(
            np.concatenate([nothing, *(part.point for part in parts)]),
            np.concatenate([nothing, *(part.line for part in parts)]),
            np.concatenate([np.zeros(0), *(part.metres for part in parts)]),
        )


@dataclass(frozen=True)
class Scale:
    """Metres to a degree east and north at given latitudes, and how they change per degree."""

    east: Floats
    east_change: Floats
    north: Floats
    north_change: Floats

    @classmethod
    def at(cls, lat: Floats) -> "Scale":
        """Of the GRS 80 ellipsoid."""
        angle = np.radians(lat)
        sine, degree = np.sin(angle), np.pi / 180
        bend = 1 - GEOD.es * sine**2
        meridian = GEOD.a * (1 - GEOD.es) / bend**1.5
        parallel = GEOD.a / np.sqrt(bend) * np.cos(angle)
        change = 1.5 * meridian / bend * GEOD.es * np.sin(2 * angle)
        return cls(
            parallel * degree,
            -meridian * sine * degree**2,
            meridian * degree,
            change * degree**2,
        )

    def half_way(self, point: Ints, north: Floats) -> tuple[Floats, Floats]:
        """Metres to a degree east and north, half-way to places some degrees north of points."""
        half = north / 2
        return (
            self.east[point] + self.east_change[point] * half,
            self.north[point] + self.north_change[point] * half,
        )


class Lines:
    """Lines made ready for many points. Each is known by its place in the sequence."""

    def __init__(self, lines: Sequence[BaseGeometry], reach_m: float) -> None:
        """`reach_m`: how far from a line a point may lie and still be measured."""
        self.reach_m = reach_m
        parts, owner = get_parts(np.array(lines, dtype=object), return_index=True)
        corners, part = get_coordinates(segmentize(parts, _LONGEST), return_index=True)
        begins = np.flatnonzero(np.diff(part, prepend=-1))
        length = np.diff(np.r_[begins, len(part)])
        place = np.arange(len(part)) - np.repeat(begins, length)
        last = np.repeat(begins + length - 1, length)
        # A run begins at every fourth vertex but the last; its corners are that and four more.
        start = np.flatnonzero((place % _RUN == 0) & (np.arange(len(part)) < last))
        index = np.minimum(start + np.arange(_RUN + 1)[:, None], last[start])
        self._lon, self._lat = corners[index, 0], corners[index, 1]
        self._owner = owner[part[start]] if len(start) else np.zeros(0, np.int64)
        self._middle_lon, self._middle_lat = self._lon[_RUN // 2], self._lat[_RUN // 2]
        scale = Scale.at(self._middle_lat)
        east = (self._lon - self._middle_lon) * scale.east
        north = (self._lat - self._middle_lat) * scale.north
        self._radius = np.hypot(east, north).max(axis=0) * _SLACK
        self._boxes = Boxes(self._reached(scale))

    def _reached(self, scale: Scale) -> Floats:
        """Boxes that hold every point within reach of each run."""
        away = self.reach_m * _SLACK
        north = away / scale.north
        # A degree of longitude is shortest at the box's northern edge.
        east = away / Scale.at(np.minimum(self._lat.max(axis=0) + north, 89.0)).east
        west_south = self._lon.min(axis=0) - east, self._lat.min(axis=0) - north
        east_north = self._lon.max(axis=0) + east, self._lat.max(axis=0) + north
        return np.column_stack([*west_south, *east_north])

    def near(self, lon: Floats, lat: Floats) -> Near:
        """Each line within reach of each point, with the distance in metres."""
        parts = []
        for first in range(0, len(lon), _BLOCK):
            block = slice(first, first + _BLOCK)
            part = self._near(lon[block], lat[block])
            parts.append(Near(part.point + first, part.line, part.metres))
        return Near.joined(parts)

    def _near(self, lon: Floats, lat: Floats) -> Near:
        point, run = self._boxes.holding(lon, lat)
        # Runs are ordered by line, so the runs of one point and line lie together.
        north = self._middle_lat[run] - lat[point]
        east, north_m = Scale.at(lat).half_way(point, north)
        away = _length((self._middle_lon[run] - lon[point]) * east, north * north_m)
        kept = self._promising(point, run, away)
        point, run, east, north_m = point[kept], run[kept], east[kept], north_m[kept]
        metres = self._measure(lon[point], lat[point], run, east, north_m)
        line = self._owner[run]
        groups = _groups(point, line)
        if len(groups):
            point, line = point[groups], line[groups]
            metres = np.minimum.reduceat(metres, groups)
        kept = np.flatnonzero(metres <= self.reach_m)
        # The pairs are in order of their lines already, and the sort is stable.
        order = kept[np.lexsort((metres[kept], point[kept]))]
        return Near(point[order], line[order], metres[order])

    def _promising(self, point: Ints, run: Ints, away: Floats) -> Ints:
        """The pairs whose run may hold its line's nearest place to the point.

        `away` are the metres from the points to the middles of the runs.
        """
        groups = _groups(point, self._owner[run])
        if not len(groups):
            return groups
        nearest = np.minimum(np.minimum.reduceat(away, groups), self.reach_m)
        bound = np.repeat(nearest, np.diff(np.r_[groups, len(away)]))
        return np.flatnonzero(away - self._radius[run] <= bound * _SLACK + 1e-6)

    def _measure(self, lon: Floats, lat: Floats, run: Ints, east: Floats, north: Floats) -> Floats:
        """Metres from each point to its run, by the metres to a degree between them."""
        x = (self._lon.take(run, axis=1) - lon) * east
        y = (self._lat.take(run, axis=1) - lat) * north
        along_x, along_y = x[1:] - x[:-1], y[1:] - y[:-1]
        x, y = x[:-1], y[:-1]
        # Doubled vertices make segments of no length: any share will do.
        square = np.maximum(along_x * along_x + along_y * along_y, 1e-12)
        share = (x * along_x + y * along_y) / -square
        np.clip(share, 0.0, 1.0, out=share)
        lengths = _length(x + share * along_x, y + share * along_y)
        # Row by row: numpy is slow along a short axis.
        metres: Floats = reduce(np.minimum, lengths)
        return metres


def _length(x: Floats, y: Floats) -> Floats:
    # Three times as fast as numpy's hypot, which minds overflow.
    length: Floats = np.sqrt(x * x + y * y)
    return length


def _groups(point: Ints, line: Ints) -> Ints:
    """Where the pairs of another point or line begin."""
    if not len(point):
        return np.zeros(0, np.int64)
    changes = (point[1:] != point[:-1]) | (line[1:] != line[:-1])
    return np.flatnonzero(np.r_[True, changes])
