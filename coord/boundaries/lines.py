"""Distances from many points to many lines, by numpy. Pure; degrees in, metres out.

Lines are cut into segments of at most a kilometre and bundled in runs of a few. A point is
measured on a flat map of its own, where each vertex lies as the mid-latitude formula says;
within 10 km that differs from the geodesic by millimetres.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, box, get_coordinates, get_parts, points, segmentize
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import GEOD

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Degrees. A longer segment would bend noticeably on the flat map.
_LONGEST = 0.01

#: Segments in a run.
_RUN = 12

#: Runs' radii and reaches are widened by this, so that rounding never loses a candidate.
_SLACK = 1.005


@dataclass(frozen=True)
class Near:
    """Pairs of a point and a line within reach, by point, then distance, then line."""

    point: Ints
    line: Ints
    metres: Floats


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

    def take(self, index: Ints) -> "Scale":
        """The scales of some of the points."""
        return Scale(
            self.east[index],
            self.east_change[index],
            self.north[index],
            self.north_change[index],
        )

    def flat(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Metres east and north of each point, from degrees east and north of it."""
        half = lat / 2
        return (
            lon * (self.east + self.east_change * half),
            lat * (self.north + self.north_change * half),
        )


class Lines:
    """Lines made ready for many points. Each is known by its place in the sequence."""

    def __init__(self, lines: Sequence[BaseGeometry], reach_m: float) -> None:
        """`reach_m`: how far from a line a point may lie and still be measured."""
        self.reach_m = reach_m
        parts, owner = get_parts(np.array(lines, dtype=object), return_index=True)
        corners, part = get_coordinates(segmentize(parts, _LONGEST), return_index=True)
        starts = np.flatnonzero(part[1:] == part[:-1]) if len(part) else np.zeros(0, np.int64)
        self._from, self._to = corners[starts], corners[starts + 1]
        self._cut(part[starts], owner)
        self._tree = STRtree(self._boxes())

    def _cut(self, part: Ints, owner: Ints) -> None:
        """Runs of segments: where each begins, how many it has, whose it is, how wide."""
        count = len(part)
        begins = np.flatnonzero(np.r_[True, part[1:] != part[:-1]]) if count else part
        place = np.arange(count) - np.repeat(begins, np.diff(np.r_[begins, count]))
        self._start = np.flatnonzero(place % _RUN == 0)
        self._count = np.diff(np.r_[self._start, count])
        self._owner = owner[part[self._start]]
        self._middle = self._from[self._start + self._count // 2]
        run = np.repeat(np.arange(len(self._start)), self._count)
        self._scale = Scale.at(self._middle[:, 1])
        self._radius = np.zeros(len(self._start))
        for ends in (self._from, self._to):
            away = np.hypot(*self._scale.take(run).flat(*(ends - self._middle[run]).T))
            np.maximum.at(self._radius, run, away)
        self._radius *= _SLACK

    def _boxes(self) -> NDArray[np.object_]:
        """Where a point may lie that is within reach of each run."""
        lon, lat = self._middle.T
        away = (self._radius + self.reach_m) * _SLACK
        north = away / self._scale.north
        # A degree of longitude is shortest at the box's northern edge.
        east = away / Scale.at(np.minimum(lat + north, 89.0)).east
        made: NDArray[np.object_] = np.atleast_1d(
            box(lon - east, lat - north, lon + east, lat + north)
        )
        return made

    def near(self, lon: Floats, lat: Floats, where: NDArray[np.object_] | None = None) -> Near:
        """Each line within reach of each point, with the distance in metres.

        `where` are the same points as shapely's, if they have been made already.
        """
        point, run = self._tree.query(points(lon, lat) if where is None else where)
        scale = Scale.at(lat)
        order = np.lexsort((run, point))
        point, run = point[order], run[order]
        # Runs are ordered by line, so the runs of one point and line now lie together.
        point, run = self._promising(point, run, lon, lat, scale)
        pair, metres = self._measure(point, run, lon, lat, scale)
        kept = metres <= self.reach_m
        point, line, metres = point[pair][kept], self._owner[run[pair]][kept], metres[kept]
        order = np.lexsort((line, metres, point))
        return Near(point[order], line[order], metres[order])

    def _promising(
        self, point: Ints, run: Ints, lon: Floats, lat: Floats, scale: Scale
    ) -> tuple[Ints, Ints]:
        """Without the runs that cannot hold their line's nearest place to the point."""
        if not len(point):
            return point, run
        middle = self._middle[run]
        away = np.hypot(
            *scale.take(point).flat(middle[:, 0] - lon[point], middle[:, 1] - lat[point])
        )
        groups = _groups(point, self._owner[run])
        nearest = np.minimum.reduceat(away, groups)
        bound = np.repeat(np.minimum(nearest, self.reach_m), np.diff(np.r_[groups, len(away)]))
        kept = away - self._radius[run] <= bound * _SLACK + 1e-6
        return point[kept], run[kept]

    def _measure(
        self, point: Ints, run: Ints, lon: Floats, lat: Floats, scale: Scale
    ) -> tuple[Ints, Floats]:
        """For each point and line: the place of its first pair, and the least distance."""
        if not len(point):
            return np.zeros(0, np.int64), np.zeros(0)
        groups = _groups(point, self._owner[run])
        count = self._count[run]
        ends = np.cumsum(count)
        segment = np.arange(ends[-1]) + np.repeat(self._start[run] - (ends - count), count)
        whose = np.repeat(point, count)
        metres = _to_segments(
            lon[whose], lat[whose], scale.take(whose), self._from[segment], self._to[segment]
        )
        least = np.minimum.reduceat(metres, (ends - count)[groups])
        return groups, least


def _groups(point: Ints, line: Ints) -> Ints:
    """Where the pairs of another point or line begin."""
    changes = (point[1:] != point[:-1]) | (line[1:] != line[:-1])
    return np.flatnonzero(np.r_[True, changes])


def _to_segments(lon: Floats, lat: Floats, scale: Scale, start: Floats, end: Floats) -> Floats:
    """Metres from each point to its segment."""
    x, y = scale.flat(start[:, 0] - lon, start[:, 1] - lat)
    far_x, far_y = scale.flat(end[:, 0] - lon, end[:, 1] - lat)
    along_x, along_y = far_x - x, far_y - y
    square = along_x**2 + along_y**2
    share = -(x * along_x + y * along_y) / np.where(square > 0, square, 1.0)
    np.clip(share, 0.0, 1.0, out=share)
    metres: Floats = np.hypot(x + share * along_x, y + share * along_y)
    return metres
