"""Ground that two units both claim, found from the borders that nobody shares. Pure.

Along a border drawn alike by two counties nothing can overlap. How many units cover the
ground changes only across the left-over segments; so if the ground outside each left-over
stretch belongs to nobody, nothing overlaps anywhere. Where it does not, the units are
compared in full, and so are, in turn, all that they overlap.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from coord.boundaries.measure import area_m2
from coord.boundaries.noding import ON_LINE
from coord.boundaries.segments import Flags, Segments, run_starts

#: Below this an intersection's area is rounding, not an overlap. Square metres.
MIN_OVERLAP_M2 = 1.0


@dataclass(frozen=True)
class Claim:
    """Two units (indices, in order) with how much ground both claim and a place on it."""

    first: int
    second: int
    area_m2: float
    lon: float
    lat: float


def find_claims(geometries: NDArray[np.object_], suspects: Iterable[int]) -> list[Claim]:
    """Overlaps of the suspects, and of whatever overlaps them, in order."""
    waiting = sorted(set(suspects))
    if not waiting:
        return []
    tree = shapely.STRtree(geometries)
    seen: set[tuple[int, int]] = set()
    known = set(waiting)
    found: list[Claim] = []
    while waiting:
        one = waiting.pop()
        for other in tree.query(geometries[one], predicate="intersects").tolist():
            pair = (min(one, other), max(one, other))
            if one == other or pair in seen:
                continue
            seen.add(pair)
            claim = _claim(geometries, *pair)
            if claim is not None:
                found.append(claim)
                waiting += [new for new in pair if new not in known]
                known.update(pair)
    return sorted(found, key=lambda claim: (claim.first, claim.second))


def _claim(geometries: NDArray[np.object_], first: int, second: int) -> Claim | None:
    common = common_ground(geometries[first], geometries[second])
    area = area_m2(common)
    if area < MIN_OVERLAP_M2:
        return None
    place = common.representative_point()
    return Claim(first, second, area, place.x, place.y)


def common_ground(a: BaseGeometry, b: BaseGeometry) -> BaseGeometry:
    """The areas that two units both claim, without lines, points, and rounding."""
    shared = shapely.get_parts(shapely.intersection(a, b))
    areas = [part for part in shared if part.geom_type == "Polygon"]
    return MultiPolygon([area for area in areas if not area.buffer(-ON_LINE / 2).is_empty])


def covered_stretches(geometries: NDArray[np.object_], loose: Segments, is_node: Flags) -> set[int]:
    """Units in whose ground a left-over stretch of another runs, and those others.

    `loose` are the segments that nobody shares, `is_node` where another's border may begin.
    """
    if len(loose.at) == 0:
        return set()
    start, end = loose.start, loose.end
    begin = np.flatnonzero(run_starts(loose) | is_node)
    middle = (begin + np.append(begin[1:], len(loose.at))) // 2
    places = (start[middle] + end[middle]) / 2
    which, unit = shapely.STRtree(geometries).query(shapely.points(places.real, places.imag))
    other = unit != loose.owner[middle[which]]
    which, unit = which[other], unit[other]
    # A place just on another's border proves nothing, but may be where a third begins.
    covered = shapely.intersects_xy(geometries[unit], places[which].real, places[which].imag)
    units = (loose.owner[middle[which[covered]]], unit[covered])
    return {int(one) for some in units for one in some}
