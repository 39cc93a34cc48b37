"""From a point on the ground to its county, the nearest city border and who is across. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import STRtree, prepare
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import Contact, Unit, distance_m
from coord.boundaries.datum import Datum, to_cgcs2000
from coord.boundaries.sources import CHINA
from coord.kernel.errors import Invalid
from coord.kernel.text import N_


@dataclass(frozen=True)
class Location:
    """Where a point lies. Degrees are CGCS2000; distances are geodesic metres."""

    lon: float
    lat: float
    code: str
    #: To the nearest border with another city; None where the county has none.
    border_distance_m: float | None
    #: The contact that border belongs to, and the county on its other side.
    contact: tuple[str, str] | None
    neighbour: str | None


class Gazetteer:
    """Units and contacts made ready for many questions."""

    def __init__(self, units: Sequence[Unit], contacts: Sequence[Contact]) -> None:
        self._units = list(units)
        self._geometries = np.array([unit.geometry for unit in units], dtype=object)
        prepare(self._geometries)
        self._tree = STRtree(self._geometries)
        self._contacts = list(contacts)

    def locate(self, lon: float, lat: float, datum: Datum = Datum.CGCS2000) -> Location:
        """The point's county and its nearest city border; Invalid outside every unit."""
        _check_degrees(lon, lat)
        east, north = to_cgcs2000(np.array([lon]), np.array([lat]), datum)
        point = Point(float(east[0]), float(north[0]))
        unit = self._unit_at(point)
        if unit is None:
            if self._unit_at(Point(lat, lon)) is not None:
                raise Invalid(N_("经纬度看起来写反了:请先填经度,再填纬度。"))
            raise Invalid(N_("该点不在五市和重庆的任何区县内,请检查坐标。"))
        own = [contact for contact in self._contacts if unit.code in (contact.a, contact.b)]
        if not own:
            return Location(point.x, point.y, unit.code, None, None, None)
        distances = [(distance_m(point, contact.line), contact) for contact in own]
        nearest, contact = min(distances, key=lambda pair: (pair[0], pair[1].a, pair[1].b))
        across = contact.b if contact.a == unit.code else contact.a
        return Location(point.x, point.y, unit.code, nearest, (contact.a, contact.b), across)

    def _unit_at(self, point: BaseGeometry) -> Unit | None:
        hits = sorted(int(index) for index in self._tree.query(point, predicate="intersects"))
        return self._units[hits[0]] if hits else None


def _check_degrees(lon: float, lat: float) -> None:
    west, south, east, north = CHINA
    if west <= lon <= east and south <= lat <= north:
        return
    if west <= lat <= east and south <= lon <= north:
        raise Invalid(N_("经纬度看起来写反了:请先填经度,再填纬度。"))
    raise Invalid(N_("坐标不在中国范围内。经度约为73至136,纬度约为3至54。"))
