"""Which counties touch across city lines, where, and for how long. Pure.

A contact is a shared border of positive length; corners never count. Lengths are geodesic
on the CGCS2000 ellipsoid, in metres. Overlaps and gaps are reported beside the contacts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import Geod
from shapely import (
    STRtree,
    clip_by_rect,
    difference,
    dwithin,
    get_coordinates,
    get_parts,
    intersection,
    line_merge,
    points,
    prepare,
    snap,
    transform,
)
from shapely.geometry import MultiLineString, MultiPoint, MultiPolygon, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

#: CGCS2000's ellipsoid differs from GRS 80's by less than a millimetre.
GEOD = Geod(ellps="GRS80")

#: Degrees, about 2 cm. Vertices closer than this to the other side's edge are on it, so
#: borders whose vertices do not match (T-junctions) are found whole. Both sides rounded to
#: seven decimals, as GeoJSON is commonly written, lie up to 1.4 of the last digit apart.
ON_LINE = 2e-7

#: Degrees, about 0.1 mm: what the overlay of two lines rounds to.
GRID = 1e-9

#: Metres. Two borders that leave a corner at a small angle lie on each other for a little.
MIN_EXACT_M = 1.0

#: Below this an intersection's area is rounding, not an overlap. Square metres.
MIN_OVERLAP_M2 = 1.0

#: Metres. Borders that run this close for long without touching are reported as gaps.
GAP_REACH_M = 100.0

#: A stretch this many tolerances long is a border, not a corner with a small angle.
SURELY_BORDER = 20.0


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
class Gap:
    """Two counties whose borders run close for `length_m` without touching: how close."""

    a: str
    b: str
    length_m: float
    #: At the narrowest. A tolerance somewhat above this makes it a contact.
    width_m: float


@dataclass(frozen=True)
class ContactResult:
    """Contacts, overlaps and gaps by codes, units without a contact, and the parameters.

    Overlaps are looked for between all units, contacts and gaps between parties.
    """

    contacts: tuple[Contact, ...]
    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]
    islands: tuple[str, ...]
    tolerance_m: float
    min_length_m: float


def find_contacts(
    units: Sequence[Unit], *, tolerance_m: float = 0.0, min_length_m: float | None = None
) -> ContactResult:
    """Every pair of units of different parties with a shared border of positive length.

    `tolerance_m` 0 asks for the very same line on both sides. Above 0, borders count as
    shared also where they run within that many metres of each other for at least
    `min_length_m`, by default 2.5 times the tolerance; what is no longer than the
    corners that a tolerance makes of a touching point does not count.
    """
    least = min_length_m if min_length_m is not None else 2.5 * tolerance_m
    ordered = sorted(units, key=lambda unit: unit.code)
    contacts: list[Contact] = []
    overlaps: list[Overlap] = []
    gaps: list[Gap] = []
    for first, second in _close_pairs(ordered, max(tolerance_m, GAP_REACH_M)):
        common = _common_ground(first.geometry, second.geometry)
        overlap = _overlap(first, second, common)
        if overlap is not None:
            overlaps.append(overlap)
        if first.party == second.party:
            continue
        contact = _contact(first, second, common, tolerance_m, least, min_length_m or 0.0)
        if contact is not None:
            contacts.append(contact)
        elif gap := _gap(first, second):
            gaps.append(gap)
    touched = {code for contact in contacts for code in (contact.a, contact.b)}
    return ContactResult(
        contacts=tuple(contacts),
        overlaps=tuple(overlaps),
        gaps=tuple(gaps),
        islands=tuple(unit.code for unit in ordered if unit.code not in touched),
        tolerance_m=tolerance_m,
        min_length_m=least,
    )


def _close_pairs(units: Sequence[Unit], reach_m: float) -> list[tuple[Unit, Unit]]:
    if not units:
        return []
    geometries = np.array([unit.geometry for unit in units], dtype=object)
    tree = STRtree(geometries)
    # A degree of longitude is shortest at the northernmost unit; widen by that.
    north = max(abs(geometry.bounds[3]) for geometry in geometries)
    reach = reach_m / (110_000 * math.cos(math.radians(min(north, 89.0))))
    left, right = tree.query(geometries, predicate="dwithin", distance=reach)
    pairs = sorted({(int(i), int(j)) for i, j in zip(left, right, strict=True) if i < j})
    return [(units[i], units[j]) for i, j in pairs]


def _contact(
    first: Unit,
    second: Unit,
    common: BaseGeometry,
    tolerance_m: float,
    near_least: float,
    exact_least: float,
) -> Contact | None:
    line = _exact_line(first.geometry, second.geometry, common)
    length = _length_m(line)
    # Within the tolerance a line shared by chance looks like a corner, and may be one.
    if length < max(exact_least, MIN_EXACT_M, tolerance_m):
        line, length = MultiLineString(), 0.0
    if tolerance_m > 0:
        near = _near_line(first.geometry, second.geometry, tolerance_m)
        # What touches exactly for longer stays a contact, however wide the tolerance.
        if _length_m(near) >= max(near_least, length):
            line, length = near, _length_m(near)
    if length == 0:
        return None
    return Contact(first.code, second.code, length, line, len(get_parts(line)))


def _exact_line(a: BaseGeometry, b: BaseGeometry, common: BaseGeometry) -> BaseGeometry:
    left = _with_vertices(a.boundary, b.boundary)
    right = _with_vertices(b.boundary, left)
    shared = _only_lines(intersection(left, right, grid_size=GRID))
    if shared.is_empty or common.is_empty:
        return shared
    # A border has one county on each side. Round ground that both claim, lines may
    # coincide with both counties on the same side.
    return _only_lines(difference(shared, common.boundary.buffer(ON_LINE)))


def _with_vertices(line: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """The line bent through those vertices of the other that lie on it but are not its own."""
    own = set(map(tuple, get_coordinates(line).tolist()))
    foreign = [point for point in get_coordinates(other).tolist() if tuple(point) not in own]
    candidates = points(np.array(foreign, dtype=float).reshape(-1, 2))
    prepare(line)
    on_line = candidates[dwithin(line, candidates, ON_LINE)]
    return snap(line, MultiPoint(on_line), ON_LINE) if len(on_line) else line


def _near_line(a: BaseGeometry, b: BaseGeometry, tolerance_m: float) -> BaseGeometry:
    """Where two borders run within a tolerance (degrees); empty where that is a corner."""
    plane = _Plane.between(a, b)
    reach = 2 * tolerance_m
    left, right = (plane.flatten(_clipped(one.boundary, a, b, plane, reach)) for one in (a, b))
    if left.is_empty or right.is_empty:
        return MultiLineString()
    near = _stretch(left, right, tolerance_m)
    # Where two borders only come together and part, the stretch grows with the tolerance;
    # where they run side by side it is as long for a smaller one.
    smaller = (left.distance(right) + tolerance_m) / 2
    if near.length < SURELY_BORDER * tolerance_m:
        parallel = _stretch(left, right, smaller).length
        if parallel < 0.75 * near.length:
            return MultiLineString()
    return plane.restore(near)


def _clipped(
    boundary: BaseGeometry, a: BaseGeometry, b: BaseGeometry, plane: "_Plane", reach_m: float
) -> BaseGeometry:
    """The part of a boundary that can lie within reach of both units."""
    east, north = reach_m / plane.east_m, reach_m / plane.north_m
    west, south, right, top = _shared_bounds(a, b)
    return clip_by_rect(boundary, west - east, south - north, right + east, top + north)


def _shared_bounds(a: BaseGeometry, b: BaseGeometry) -> tuple[float, float, float, float]:
    """Where the bounding boxes meet, or the space between them."""
    x = sorted((a.bounds[0], a.bounds[2], b.bounds[0], b.bounds[2]))[1:3]
    y = sorted((a.bounds[1], a.bounds[3], b.bounds[1], b.bounds[3]))[1:3]
    return x[0], y[0], x[1], y[1]


def _stretch(left: BaseGeometry, right: BaseGeometry, reach_m: float) -> BaseGeometry:
    # Each side's own stretch within reach of the other; the longer side runs round more
    # corners of noise, so the shorter is the truer length.
    return min(
        _only_lines(intersection(left, right.buffer(reach_m))),
        _only_lines(intersection(right, left.buffer(reach_m))),
        key=lambda line: line.length,
    )


def _gap(first: Unit, second: Unit) -> Gap | None:
    line = _near_line(first.geometry, second.geometry, GAP_REACH_M)
    length = _length_m(line)
    if length < 2.5 * GAP_REACH_M:
        return None
    return Gap(first.code, second.code, length, distance_m(first.geometry, second.geometry))


@dataclass(frozen=True)
class _Plane:
    """Metres to a degree east and north at one latitude: a flat map, true close by."""

    east_m: float
    north_m: float

    @classmethod
    def at(cls, latitude: float) -> "_Plane":
        angle = math.radians(latitude)
        bend = 1 - GEOD.es * math.sin(angle) ** 2
        meridian = GEOD.a * (1 - GEOD.es) / bend**1.5
        parallel = GEOD.a / math.sqrt(bend) * math.cos(angle)
        return cls(math.radians(parallel), math.radians(meridian))

    @classmethod
    def between(cls, a: BaseGeometry, b: BaseGeometry) -> "_Plane":
        _west, south, _east, north = _shared_bounds(a, b)
        return cls.at((south + north) / 2)

    def flatten(self, geometry: BaseGeometry) -> BaseGeometry:
        scale = np.array([self.east_m, self.north_m])
        return transform(geometry, lambda degrees: degrees * scale)

    def restore(self, geometry: BaseGeometry) -> BaseGeometry:
        scale = np.array([self.east_m, self.north_m])
        return transform(geometry, lambda metres: metres / scale)


def _length_m(line: BaseGeometry) -> float:
    return float(GEOD.geometry_length(line)) if not line.is_empty else 0.0


def _only_lines(shared: BaseGeometry) -> BaseGeometry:
    """The lines of an intersection, merged end to end; corner points fall away."""
    lines = [part for part in get_parts(shared) if part.geom_type == "LineString"]
    nested = [part for part in get_parts(shared) if part.geom_type == "MultiLineString"]
    lines += [line for part in nested for line in get_parts(part)]
    return line_merge(MultiLineString([line for line in lines if not line.is_empty]))


def _common_ground(a: BaseGeometry, b: BaseGeometry) -> BaseGeometry:
    """The areas that two units both claim, without lines, points, and rounding."""
    shared = get_parts(intersection(a, b))
    areas = [part for part in shared if part.geom_type == "Polygon"]
    return MultiPolygon([area for area in areas if not area.buffer(-ON_LINE / 2).is_empty])


def _overlap(first: Unit, second: Unit, common: BaseGeometry) -> Overlap | None:
    area = area_m2(common)
    if area < MIN_OVERLAP_M2:
        return None
    place = common.representative_point()
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
    near, far = _nearest(a, b, _Plane.between(a, b))
    # Once more on the flat map of where they come closest.
    near, far = _nearest(a, b, _Plane.at((near.y + far.y) / 2))
    return float(GEOD.inv(near.x, near.y, far.x, far.y)[2])


def _nearest(a: BaseGeometry, b: BaseGeometry, plane: _Plane) -> tuple[Point, Point]:
    near, far = nearest_points(plane.flatten(a), plane.flatten(b))
    return plane.restore(near), plane.restore(far)
