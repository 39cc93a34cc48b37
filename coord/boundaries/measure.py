"""Lengths, areas and distances on the ellipsoid, in metres. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from shapely import get_parts, transform
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

#: CGCS2000's ellipsoid differs from GRS 80's by less than a millimetre.
GEOD = Geod(ellps="GRS80")

#: Metres. Up to this the mid-latitude formula is right to a billionth of the length.
LONG_M = 8_000.0

RADIAN = math.pi / 180

#: Elements of a block.
BLOCK = 1 << 14

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


def blocks(count: int) -> Iterator[slice]:
    """Slices of a long array, each small enough that what is made of it stays in the cache."""
    for low in range(0, count, BLOCK):
        yield slice(low, min(low + BLOCK, count))


def steps_m(start: Complexes, end: Complexes) -> Floats:
    """Geodesic length of each step between points (lon + lat·i in degrees), in metres.

    Short steps by Gauss's mid-latitude formula, long ones by the geodesic itself.
    """
    lengths = np.empty(len(start))
    for some in blocks(len(start)):
        lengths[some] = _short_steps_m(start[some], end[some])
    far = np.flatnonzero(lengths > LONG_M)
    if len(far):
        first, last = start[far], end[far]
        lengths[far] = GEOD.inv(first.real, first.imag, last.real, last.imag)[2]
    return lengths


def _short_steps_m(start: Complexes, end: Complexes) -> Floats:
    east, north = (end.real - start.real) * RADIAN, (end.imag - start.imag) * RADIAN
    sine = np.sin((start.imag + end.imag) * (RADIAN / 2))
    sine *= sine
    cosine = 1 - sine
    bend = 1 - GEOD.es * sine
    # Squares: of the radius across the meridian, and of steps east and north.
    across = GEOD.a**2 / bend
    along = (1 - GEOD.es) / bend
    east *= east
    north *= north
    flat = across * (cosine * east + along * along * north)
    # The geodesic cuts the corner that the parallel goes round; to the fourth power, on a sphere.
    cut = east * (north * (1 / 4 - cosine / 6) + cosine * sine * east / 12)
    lengths: Floats = np.sqrt(flat - across * along * cut)
    return lengths


def length_m(line: BaseGeometry) -> float:
    """Geodesic length of lines, metres."""
    return float(GEOD.geometry_length(line)) if not line.is_empty else 0.0


def perimeter_m(geometry: BaseGeometry) -> float:
    """Geodesic length of a polygon's whole boundary, holes included, in metres."""
    return float(GEOD.geometry_length(geometry.boundary))


def area_m2(geometry: BaseGeometry) -> float:
    """Geodesic area in square metres."""
    total = 0.0
    for part in get_parts(geometry):
        total += abs(GEOD.polygon_area_perimeter(*part.exterior.xy)[0])
        total -= sum(abs(GEOD.polygon_area_perimeter(*ring.xy)[0]) for ring in part.interiors)
    return total


@dataclass(frozen=True)
class Plane:
    """Metres to a degree east and north at one latitude: a flat map, true close by."""

    east_m: float
    north_m: float

    @classmethod
    def at(cls, latitude: float) -> "Plane":
        """The flat map that is true at a latitude."""
        angle = math.radians(latitude)
        bend = 1 - GEOD.es * math.sin(angle) ** 2
        meridian = GEOD.a * (1 - GEOD.es) / bend**1.5
        parallel = GEOD.a / math.sqrt(bend) * math.cos(angle)
        return cls(math.radians(parallel), math.radians(meridian))

    @classmethod
    def between(cls, a: BaseGeometry, b: BaseGeometry) -> "Plane":
        """The flat map that is true where two geometries meet."""
        _west, south, _east, north = shared_bounds(a, b)
        return cls.at((south + north) / 2)

    def flatten(self, geometry: BaseGeometry) -> BaseGeometry:
        """Degrees to metres."""
        scale = np.array([self.east_m, self.north_m])
        return transform(geometry, lambda degrees: degrees * scale)

    def restore(self, geometry: BaseGeometry) -> BaseGeometry:
        """Metres to degrees."""
        scale = np.array([self.east_m, self.north_m])
        return transform(geometry, lambda metres: metres / scale)


def shared_bounds(a: BaseGeometry, b: BaseGeometry) -> tuple[float, float, float, float]:
    """Where the bounding boxes meet, or the space between them: west, south, east, north."""
    x = sorted((a.bounds[0], a.bounds[2], b.bounds[0], b.bounds[2]))[1:3]
    y = sorted((a.bounds[1], a.bounds[3], b.bounds[1], b.bounds[3]))[1:3]
    return x[0], y[0], x[1], y[1]


def distance_m(a: BaseGeometry, b: BaseGeometry) -> float:
    """Geodesic distance between the nearest points of two geometries, metres; 0 if they touch."""
    near, far = _nearest(a, b, Plane.between(a, b))
    # Once more on the flat map of where they come closest.
    near, far = _nearest(a, b, Plane.at((near.y + far.y) / 2))
    return float(GEOD.inv(near.x, near.y, far.x, far.y)[2])


def _nearest(a: BaseGeometry, b: BaseGeometry, plane: Plane) -> tuple[Point, Point]:
    near, far = nearest_points(plane.flatten(a), plane.flatten(b))
    return plane.restore(near), plane.restore(far)
