"""The line that stands for a border no file has: the shortest between two counties. Pure."""

import math

from shapely import LineString, shortest_line
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import distance_m

#: Degrees of the stroke drawn where two counties meet in one point; about 200 m.
STROKE = 0.002


def joining_line(one: BaseGeometry, other: BaseGeometry) -> LineString:
    """The shortest connection of two polygons (degrees), never of no length.

    Where they touch or overlap it is a short stroke through a point they share, laid
    from the middle of the one towards the middle of the other.
    """
    line = shortest_line(one, other)
    if line.length > 0:
        return line
    x, y = line.coords[0]
    here, there = one.representative_point(), other.representative_point()
    across, up = there.x - here.x, there.y - here.y
    scale = STROKE / 2 / (math.hypot(across, up) or 1.0)
    return LineString([(x - across * scale, y - up * scale), (x + across * scale, y + up * scale)])


def apart_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """Metres between two polygons at their nearest points; 0 where they touch."""
    return distance_m(one, other)
