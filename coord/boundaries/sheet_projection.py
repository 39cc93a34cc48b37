"""Degrees to a place on the sheet: Lambert's conformal conic at a round scale. Pure.

Two standard parallels a sixth of the span from its ends, as provincial maps have them, keep
the scale true to a few parts in a thousand over a province.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod, Proj
from shapely import get_coordinates, get_parts, get_rings, total_bounds, transform
from shapely.geometry.base import BaseGeometry

from coord.boundaries.sheet import MM, Box

GEOD = Geod(ellps="GRS80")

#: Leading figures of a scale's denominator that read well.
ROUND = tuple(
    figure / 100
    for figure in (*range(100, 300, 10), *range(300, 500, 20), *range(500, 1000, 50), 1000)
)

#: Lengths of a scale bar, in units of a power of ten.
BAR_STEPS = (1, 2, 4, 5, 10)


class Projection:
    """Places on a sheet for degrees, with the map centred in a frame at a round scale."""

    def __init__(self, geometries: Sequence[BaseGeometry], frame: Box) -> None:
        west, south, east, north = (float(side) for side in total_bounds(list(geometries)))
        sixth = (north - south) / 6
        self.parallels = (south + sixth, north - sixth)
        self.middle = ((west + east) / 2, (south + north) / 2)
        self._project = Proj(
            proj="lcc",
            lat_1=self.parallels[0],
            lat_2=self.parallels[1],
            lat_0=self.middle[1],
            lon_0=self.middle[0],
            ellps="GRS80",
        )
        metres = np.vstack([self._metres(get_coordinates(one)) for one in geometries])
        low, high = metres.min(axis=0), metres.max(axis=0)
        needed = max(
            (high[0] - low[0]) / (frame.width / MM / 1000),
            (high[1] - low[1]) / (frame.height / MM / 1000),
        )
        #: The scale's denominator at the standard parallels.
        self.denominator = round_denominator(float(needed))
        self.per_metre = 1000 * MM / self.denominator
        self._origin = (low + high) / 2
        self._centre = np.array(
            [(frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2], dtype=float
        )

    def _metres(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = self._project(degrees[:, 0], degrees[:, 1])
        return np.column_stack([x, y])

    def place(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """Places in units of the sheet, n × 2, y downward."""
        away = (self._metres(degrees) - self._origin) * self.per_metre
        return self._centre + away * (1, -1)

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a place on the sheet."""
        away = (np.array([x, y]) - self._centre) * (1, -1) / self.per_metre + self._origin
        lon, lat = self._project(away[0], away[1], inverse=True)
        return float(lon), float(lat)

    def on_sheet(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry in units of the sheet."""
        return transform(geometry, self.place)

    def north_at(self, x: float, y: float) -> float:
        """Degrees clockwise from the sheet's up to true north at a place."""
        lon, lat = self.degrees(x, y)
        ends = self.place(np.array([[lon, lat], [lon, lat + 0.01]]))
        across, up = ends[1, 0] - ends[0, 0], ends[0, 1] - ends[1, 1]
        return math.degrees(math.atan2(across, up))

    def units_per_metre(self) -> float:
        """Units of the sheet for a geodesic metre along the parallel through the middle."""
        lon, lat = self.middle
        west, _lat, _back = GEOD.fwd(lon, lat, 270, 20_000)
        east, _lat, _back = GEOD.fwd(lon, lat, 90, 20_000)
        _out, _back, metres = GEOD.inv(west, lat, east, lat)
        ends = self.place(np.array([[west, lat], [east, lat]]))
        return float(np.hypot(*(ends[1] - ends[0]))) / metres


def round_denominator(needed: float) -> int:
    """The smallest round denominator not below `needed`: 683 210 → 700 000."""
    power = 10 ** math.floor(math.log10(needed))
    for figure in ROUND:
        if figure * power >= needed:
            return round(figure * power)
    return round(10 * power)


def bar_length_km(units_per_metre: float, wished: float) -> float:
    """The round length, in km, whose bar comes closest to `wished` units without passing it."""
    most = wished / units_per_metre / 1000
    power = 10 ** math.floor(math.log10(most))
    fitting = [step * power for step in BAR_STEPS if step * power <= most]
    return float(fitting[-1])


def path_of(geometry: BaseGeometry, *, closed: bool, least: float = 0.0) -> str:
    """SVG path of a geometry on the sheet, in whole units, without repeated points.

    Rings and lines whose extent is below `least` units are left out.
    """
    words: list[str] = []
    parts = get_rings(get_parts(geometry)) if closed else get_parts(geometry)
    for part in parts:
        points = np.rint(get_coordinates(part)).astype(int)
        if least and float(np.ptp(points, axis=0).max()) < least:
            continue
        steps = np.diff(points, axis=0)
        steps = steps[np.any(steps != 0, axis=1)]
        if not len(steps):
            continue
        moves = "".join(f"{x} {y} " for x, y in steps.tolist()).rstrip().replace(" -", "-")
        words.append(f"M{points[0, 0]} {points[0, 1]}l{moves}{'z' if closed else ''}")
    return "".join(words)
