"""Which counties touch across city lines, where, and for how long. Pure.

A contact is a shared border of positive length; corners never count. Lengths are geodesic
on the CGCS2000 ellipsoid, in metres. Overlaps are reported beside the contacts.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import Geod, Transformer
from shapely import STRtree, get_parts, intersection, line_merge, transform, union_all
from shapely.geometry import MultiLineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

#: CGCS2000's ellipsoid differs from GRS 80's by less than a millimetre.
GEOD = Geod(ellps="GRS80")

#: Degrees (about 0.1 mm). Vertices closer than this to the other side's edge are on it, so
#: borders whose vertices do not match (T-junctions) are found whole.
GRID = 1e-9

#: Below this an intersection's area is rounding, not an overlap. Square metres.
MIN_OVERLAP_M2 = 1.0


@dataclass(frozen=True)
class Unit:
    """A county: six-digit code, name, the key of its party, polygon in degrees (CGCS2000)."""

    code: str
    name: str
    party: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class Contact:
    """A shared border between two counties of different parties; `a` < `b`."""

    a: str
    b: str
    #: Geodesic, metres.
    length_m: float
    #: In degrees, for the map.
    line: BaseGeometry
    #: How many separate stretches.
    parts: int


@dataclass(frozen=True)
class Overlap:
    """Two counties that claim the same ground: how much (m²) and about where (degrees)."""

    a: str
    b: str
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True)
class ContactResult:
    """Contacts and overlaps sorted by codes, units without any contact, and the parameters."""

    contacts: tuple[Contact, ...]
    overlaps: tuple[Overlap, ...]
    islands: tuple[str, ...]
    tolerance_m: float
    min_length_m: float


def find_contacts(
    units: Sequence[Unit], *, tolerance_m: float = 0.0, min_length_m: float | None = None
) -> ContactResult:
    """Every pair of units of different parties with a shared border of positive length.

    `tolerance_m` 0 asks for the very same line on both sides. Above 0, borders count as
    shared where they run within that many metres of each other for at least
    `min_length_m`, by default 2.5 times the tolerance, so that corners do not count.
    """
    least = min_length_m if min_length_m is not None else 2.5 * tolerance_m
    ordered = sorted(units, key=lambda unit: unit.code)
    measure = _near_line if tolerance_m > 0 else _exact_line
    contacts: list[Contact] = []
    overlaps: list[Overlap] = []
    for first, second in _candidate_pairs(ordered, tolerance_m):
        overlap = _overlap(first, second)
        if overlap is not None:
            overlaps.append(overlap)
        line = measure(first.geometry, second.geometry, tolerance_m)
        length = GEOD.geometry_length(line) if not line.is_empty else 0.0
        if length > 0 and length >= least:
            parts = len(get_parts(line))
            contacts.append(Contact(first.code, second.code, length, line, parts))
    touched = {code for contact in contacts for code in (contact.a, contact.b)}
    return ContactResult(
        contacts=tuple(contacts),
        overlaps=tuple(overlaps),
        islands=tuple(unit.code for unit in ordered if unit.code not in touched),
        tolerance_m=tolerance_m,
        min_length_m=least,
    )


def _candidate_pairs(units: Sequence[Unit], tolerance_m: float) -> list[tuple[Unit, Unit]]:
    if not units:
        return []
    geometries = np.array([unit.geometry for unit in units], dtype=object)
    tree = STRtree(geometries)
    # A degree of longitude is shortest at the northernmost unit; widen by that.
    north = max(abs(geometry.bounds[3]) for geometry in geometries)
    reach = tolerance_m / (111_000 * math.cos(math.radians(min(north, 89.0))))
    left, right = tree.query(geometries, predicate="dwithin", distance=reach + GRID)
    pairs = sorted({(int(i), int(j)) for i, j in zip(left, right, strict=True) if i < j})
    return [(units[i], units[j]) for i, j in pairs if units[i].party != units[j].party]


def _exact_line(a: BaseGeometry, b: BaseGeometry, _tolerance_m: float) -> BaseGeometry:
    return _only_lines(intersection(a.boundary, b.boundary, grid_size=GRID))


def _near_line(a: BaseGeometry, b: BaseGeometry, tolerance_m: float) -> BaseGeometry:
    to_metres, to_degrees = _local_projection(a, b)
    left, right = transform(a.boundary, to_metres), transform(b.boundary, to_metres)
    # Each side's own stretch within reach of the other; the longer side runs round more
    # corners of noise, so the shorter is the truer length.
    stretches = [
        _only_lines(intersection(left, right.buffer(tolerance_m))),
        _only_lines(intersection(right, left.buffer(tolerance_m))),
    ]
    return transform(min(stretches, key=lambda line: line.length), to_degrees)


def _local_projection(
    a: BaseGeometry, b: BaseGeometry
) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """Degrees to metres and back, true near the two units (transverse Mercator)."""
    west, south, east, north = union_all([a.envelope, b.envelope]).bounds
    local = (
        f"+proj=tmerc +lon_0={(west + east) / 2} +lat_0={(south + north) / 2}"
        " +ellps=GRS80 +units=m +type=crs"
    )
    there = Transformer.from_crs("EPSG:4490", local, always_xy=True)

    def to_metres(points: np.ndarray) -> np.ndarray:
        return np.column_stack(there.transform(points[:, 0], points[:, 1]))

    def to_degrees(points: np.ndarray) -> np.ndarray:
        return np.column_stack(there.transform(points[:, 0], points[:, 1], direction="INVERSE"))

    return to_metres, to_degrees


def _only_lines(shared: BaseGeometry) -> BaseGeometry:
    """The lines of an intersection, merged end to end; corner points fall away."""
    lines = [part for part in get_parts(shared) if part.geom_type == "LineString"]
    nested = [part for part in get_parts(shared) if part.geom_type == "MultiLineString"]
    lines += [line for part in nested for line in get_parts(part)]
    return line_merge(MultiLineString(lines)) if lines else MultiLineString()


def _overlap(first: Unit, second: Unit) -> Overlap | None:
    shared = intersection(first.geometry, second.geometry)
    if shared.area == 0:
        return None
    area = abs(GEOD.geometry_area_perimeter(shared)[0])
    if area < MIN_OVERLAP_M2:
        return None
    place = shared.representative_point()
    return Overlap(first.code, second.code, area, place.x, place.y)


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


def distance_m(a: BaseGeometry, b: BaseGeometry) -> float:
    """Geodesic distance between the nearest points of two geometries, metres; 0 if they touch."""
    near, far = nearest_points(a, b)
    return _between(near, far)


def _between(a: Point, b: Point) -> float:
    return float(GEOD.inv(a.x, a.y, b.x, b.y)[2])
