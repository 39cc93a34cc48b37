"""Polygons that cross themselves or lie on themselves, made valid, and what that changed. Pure."""

import math
import re
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from coord.boundaries.measure import area_m2
from coord.boundaries.segments import match, read_segments


@dataclass(frozen=True)
class Mended:
    """A unit (index) with its valid polygon; by how much that changed its area, and where."""

    unit: int
    geometry: BaseGeometry
    area_m2: float
    lon: float
    lat: float
    #: Whether its outline became another, rather than the same drawn in another order.
    is_redrawn: bool


def mend(geometries: NDArray[np.object_]) -> list[Mended]:
    """The polygons that were not valid, made valid; the others are not touched."""
    return [
        _mended(int(unit), geometries[unit])
        for unit in np.flatnonzero(~shapely.is_valid(geometries))
    ]


def _mended(unit: int, broken: BaseGeometry) -> Mended:
    whole = polygonal(broken)
    # GEOS names the place in brackets: Self-intersection[103.1 30.2].
    place = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(broken))
    lon, lat = map(float, place.groups()) if place else (math.nan, math.nan)
    changed = abs(area_m2(whole) - area_m2(broken))
    redrawn = changed >= 1.0 or not _drawn_alike(broken, whole)
    return Mended(unit, whole, changed, lon, lat, redrawn)


def _drawn_alike(broken: BaseGeometry, whole: BaseGeometry) -> bool:
    """Whether two polygons are drawn with the very same segments."""
    segments = read_segments(np.array([broken, whole], dtype=object))
    shared = match(segments)
    both = segments.owner[shared.first] != segments.owner[shared.second]
    return bool(both.all()) and 2 * len(both) == len(segments.at)


def polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """A polygon made valid, keeping only its areas; a valid one as it is."""
    if shapely.is_valid(geometry):
        return geometry
    parts = shapely.get_parts(shapely.make_valid(geometry))
    return shapely.union_all([part for part in parts if part.area > 0])
