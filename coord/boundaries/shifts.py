"""How far one outline lies from another of the same ground, and whether that is GCJ-02. Pure.

The best rigid shift brings points along one outline onto the other; distances off the line
are what counts, so detail that one source has and the other lacks averages out. A shift of
some hundred metres that the GCJ-02 formula predicts for the place is no coincidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from shapely import (
    distance,
    get_coordinates,
    line_interpolate_point,
    line_locate_point,
    points,
    transform,
)
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import GEOD, Unit
from coord.boundaries.datum import wgs84_to_gcj02

#: Points along an outline that are compared; half a thousand pin a shift to some metres.
POINTS = 240

#: Counties whose shift is measured; more would only confirm the median.
MOST_COUNTIES = 24

#: Below this a shift is what two surveys differ by. Metres.
LEAST_SHIFT_M = 100.0

#: So near to the formula's prediction, as a share of it, is no coincidence.
NEAR_PREDICTION = 0.4

_ROUNDS = 12


@dataclass(frozen=True)
class Shift:
    """East and north in metres, and the median distance that remains after it."""

    east_m: float
    north_m: float
    residual_m: float

    @property
    def length_m(self) -> float:
        """How far, whatever the direction."""
        return float(np.hypot(self.east_m, self.north_m))


@dataclass(frozen=True)
class ShiftReport:
    """The median shift of the common counties, what GCJ-02 would be there, how many agree."""

    measured: Shift
    predicted_east_m: float
    predicted_north_m: float
    counties: int
    #: Codes that lie as GCJ-02 would have them, and codes that lie where they should.
    shifted: tuple[str, ...]
    in_place: tuple[str, ...]

    @property
    def looks_like_gcj02(self) -> bool:
        """Whether the file as a whole is shifted as GCJ-02 is."""
        return self._is_near(1.0) and len(self.shifted) > len(self.in_place)

    @property
    def looks_undone_twice(self) -> bool:
        """Whether a shift was undone that was never there."""
        return self._is_near(-1.0)

    @property
    def is_mixed(self) -> bool:
        """Whether some counties are shifted as GCJ-02 is, and others not."""
        return bool(self.shifted) and bool(self.in_place)

    def _is_near(self, sign: float) -> bool:
        predicted = np.hypot(self.predicted_east_m, self.predicted_north_m)
        off = np.hypot(
            self.measured.east_m - sign * self.predicted_east_m,
            self.measured.north_m - sign * self.predicted_north_m,
        )
        return bool(self.measured.length_m > LEAST_SHIFT_M and off < NEAR_PREDICTION * predicted)


def gcj02_shift_m(lon: float, lat: float) -> tuple[float, float]:
    """Metres east and north by which GCJ-02 lies from CGCS2000 at a place."""
    moved = wgs84_to_gcj02(np.array([lon]), np.array([lat]))
    east, north = _metres_to_a_degree(lat)
    return float((moved[0][0] - lon) * east), float((moved[1][0] - lat) * north)


def compare_outlines(units: Sequence[Unit], present: Mapping[str, Unit]) -> ShiftReport | None:
    """How units lie against those of the same code now; None where there are none in common."""
    common = [unit for unit in units if unit.code in present]
    if not common:
        return None
    placed = {unit.code: _lies_as(unit, present[unit.code]) for unit in common}
    step = max(len(common) // MOST_COUNTIES, 1)
    sample = common[::step][:MOST_COUNTIES]
    shifts = [best_shift(unit.geometry, present[unit.code].geometry) for unit in sample]
    predicted = [gcj02_shift_m(*middle(unit.geometry)) for unit in sample]
    return ShiftReport(
        measured=Shift(
            float(np.median([one.east_m for one in shifts])),
            float(np.median([one.north_m for one in shifts])),
            float(np.median([one.residual_m for one in shifts])),
        ),
        predicted_east_m=float(np.median([east for east, _north in predicted])),
        predicted_north_m=float(np.median([north for _east, north in predicted])),
        counties=len(common),
        shifted=tuple(sorted(code for code, sign in placed.items() if sign == 1)),
        in_place=tuple(sorted(code for code, sign in placed.items() if sign == 0)),
    )


def best_shift(moved: BaseGeometry, fixed: BaseGeometry) -> Shift:
    """The shift by which `moved` lies from `fixed` (polygons in degrees)."""
    lon, lat = middle(fixed)
    flat_moved, flat_fixed = flat(moved, lat), flat(fixed, lat)
    predicted = np.array(gcj02_shift_m(lon, lat))
    # The nearest line is not always the right one: begin from each likely answer.
    found = [
        _settled(flat_moved, flat_fixed, start) for start in (np.zeros(2), predicted, -predicted)
    ]
    return min(found, key=lambda shift: shift.residual_m)


def _settled(moved: BaseGeometry, fixed: BaseGeometry, start: np.ndarray) -> Shift:
    """Gauss–Newton on the distances off the line, with far points counting less."""
    sample = along(moved)
    line = fixed.boundary
    shift = start.astype(float)
    for _round in range(_ROUNDS):
        at = points(sample - shift)
        feet = get_coordinates(line_interpolate_point(line, line_locate_point(line, at)))
        off = sample - shift - feet
        far = np.hypot(off[:, 0], off[:, 1])
        scale = max(float(np.median(far)), 1.0)
        weight = 1.0 / (1.0 + (far / (2 * scale)) ** 2)
        towards = off / np.maximum(far, 1e-9)[:, None]
        normal = (towards * weight[:, None]).T @ towards + 1e-9 * np.eye(2)
        change = np.linalg.solve(normal, (towards * (weight * far)[:, None]).sum(axis=0))
        shift = shift + change
        if float(np.hypot(*change)) < 0.1:
            break
    left = float(np.median(distance(points(sample - shift), line)))
    return Shift(float(shift[0]), float(shift[1]), left)


def _lies_as(unit: Unit, present: Unit) -> int | None:
    """1: as GCJ-02 would have it · 0: in place · None: neither, or not to be told."""
    lon, lat = middle(present.geometry)
    predicted = np.array(gcj02_shift_m(lon, lat))
    sample = along(flat(unit.geometry, lat), POINTS // 4)
    line = flat(present.geometry, lat).boundary
    here = float(np.median(distance(points(sample), line)))
    back = float(np.median(distance(points(sample - predicted), line)))
    if back < 0.5 * here and here > LEAST_SHIFT_M / 2:
        return 1
    return 0 if here < 0.5 * back or here < LEAST_SHIFT_M / 2 else None


def along(geometry: BaseGeometry, count: int = POINTS) -> np.ndarray:
    """Points evenly along a polygon's outline."""
    line = geometry.boundary
    places = (np.arange(count) + 0.5) / count * line.length
    return np.asarray(get_coordinates(line_interpolate_point(line, places)))


def middle(geometry: BaseGeometry) -> tuple[float, float]:
    """The middle of a bounding box."""
    west, south, east, north = geometry.bounds
    return (west + east) / 2, (south + north) / 2


def flat(geometry: BaseGeometry, latitude: float) -> BaseGeometry:
    """Degrees to metres on a flat map, true close to a latitude."""
    scale = np.array(_metres_to_a_degree(latitude))
    return transform(geometry, lambda degrees: degrees * scale)


def _metres_to_a_degree(latitude: float) -> tuple[float, float]:
    angle = np.radians(latitude)
    bend = 1 - GEOD.es * np.sin(angle) ** 2
    meridian = GEOD.a * (1 - GEOD.es) / bend**1.5
    parallel = GEOD.a / np.sqrt(bend) * np.cos(angle)
    return float(np.radians(parallel)), float(np.radians(meridian))
