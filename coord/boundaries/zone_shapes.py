"""The ground of a functional zone: from typed corners to a checked polygon. Pure."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from shapely import (
    STRtree,
    affinity,
    difference,
    get_coordinates,
    get_parts,
    get_rings,
    intersection,
    is_valid,
    is_valid_reason,
    points,
    set_coordinates,
    shortest_line,
    transform,
    union_all,
)
from shapely.errors import ShapelyError
from shapely.geometry import Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

from coord.boundaries.carving import SLIVER_M2, areas_of
from coord.boundaries.contacts import area_m2
from coord.boundaries.datum import Datum, to_cgcs2000
from coord.kernel.errors import Invalid
from coord.kernel.text import N_

#: A drawn zone has tens of corners, an uploaded one some thousands.
MOST_CORNERS = 50_000

#: China's outline in degrees, generously: west, south, east, north.
CHINA = (73.0, 3.0, 136.0, 54.0)

#: What json and shapely raise at a document that is no geometry.
BAD_JSON = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)

#: Metres of a degree of latitude, near enough for tolerances.
DEGREE_M = 111_200.0

_LINE = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,,;;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*[;;]?\s*")


@dataclass(frozen=True)
class Fit:
    """A polygon beside its parents: square metres in all, outside them, and beyond accuracy."""

    polygon: BaseGeometry
    area_m2: float
    outside_m2: float
    #: Of what lies outside, what no inaccuracy of the boundaries explains.
    beyond_m2: float
    #: About where it lies outside, degrees; None where it does not.
    outside_at: tuple[float, float] | None


def read_polygon(text: str, datum: Datum) -> BaseGeometry:
    """A polygon from lines of `lon,lat`, or from a GeoJSON polygon, in degrees of CGCS2000.

    Raises Invalid naming the line that cannot be read, a place outside China, swapped axes,
    lines that cross.
    """
    stripped = text.strip()
    drawn = _from_geojson(stripped) if stripped.startswith("{") else _from_lines(stripped)
    coordinates = get_coordinates(drawn)
    if len(coordinates) > MOST_CORNERS:
        raise Invalid(
            N_("图形有%(n)s个点,超过上限%(most)s。"), n=len(coordinates), most=MOST_CORNERS
        )
    _check_place(coordinates)
    moved = np.column_stack(to_cgcs2000(coordinates[:, 0], coordinates[:, 1], datum))
    return checked(set_coordinates(drawn, moved))


def _from_lines(text: str) -> BaseGeometry:
    corners: list[tuple[float, float]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise Invalid(
                N_("第%(n)s行“%(line)s”不是“经度,纬度”,例如 104.0657,30.5723。"),
                n=number,
                line=line.strip()[:40],
            )
        corners.append((float(found[1]), float(found[2])))
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(set(corners)) < 3:
        raise Invalid(N_("至少需要三个不同的顶点,现有%(n)s个。"), n=len(set(corners)))
    return Polygon(corners)


def _from_geojson(text: str) -> BaseGeometry:
    try:
        document: Any = json.loads(text, parse_constant=_refuse_constant)
        geometry = document.get("geometry", document)
        # A number too large for a double becomes infinite; _check_place says so.
        with np.errstate(invalid="ignore"):
            drawn: BaseGeometry = shape(geometry)
    except (*BAD_JSON, ShapelyError) as fault:
        raise Invalid(N_("无法读取为 GeoJSON 多边形。")) from fault
    if drawn.geom_type not in {"Polygon", "MultiPolygon"} or drawn.is_empty:
        raise Invalid(N_("图形须是多边形(面)。"))
    return drawn


def _refuse_constant(text: str) -> NoReturn:
    """NaN and Infinity are no JSON, though Python reads them."""
    raise ValueError(text)


def _check_place(coordinates: np.ndarray) -> None:
    west, south, east, north = CHINA
    lon, lat = coordinates[:, 0], coordinates[:, 1]
    if bool(((lon > west) & (lon < east) & (lat > south) & (lat < north)).all()):
        return
    if bool(((lat > west) & (lat < east) & (lon > south) & (lon < north)).all()):
        raise Invalid(N_("坐标看起来经纬度写反了。"))
    raise Invalid(N_("坐标不在中国范围内,请检查坐标系。"))


def checked(polygon: BaseGeometry) -> BaseGeometry:
    """The polygon itself; Invalid where its lines cross or it has no area."""
    if not is_valid(polygon):
        reason = str(is_valid_reason(polygon))
        place = re.search(r"\[(-?[0-9.]+) (-?[0-9.]+)", reason)
        raise Invalid(
            N_("图形的边线自相交,约在%(place)s。请调整顶点的位置或顺序。"),
            place=f"{float(place[1]):.5f},{float(place[2]):.5f}" if place else "—",
        )
    if area_m2(polygon) < SLIVER_M2:
        raise Invalid(N_("图形没有面积。"))
    return polygon


def snapped(polygon: BaseGeometry, parents: Sequence[BaseGeometry], reach_m: float) -> BaseGeometry:
    """The polygon with corners within `reach_m` of a parent's border moved onto it.

    A corner of the border is preferred to a place between two.
    """
    if reach_m <= 0:
        return polygon
    rings = get_rings(get_parts(np.array(parents, dtype=object)))
    own, corners = get_coordinates(polygon), get_coordinates(rings)
    squeeze = (math.cos(math.radians(float(own[:, 1].mean()))), 1.0)
    reach = reach_m / DEGREE_M
    spots = points(own * squeeze)
    moved = own.copy()
    lines = STRtree([transform(ring, lambda places: places * squeeze) for ring in rings])
    for at, line in zip(*lines.query_nearest(spots, reach, all_matches=False), strict=True):
        onto = get_coordinates(shortest_line(lines.geometries[line], spots[at]))[0]
        moved[at] = onto / squeeze
    near, to = STRtree(points(corners * squeeze)).query_nearest(spots, reach, all_matches=False)
    moved[near] = corners[to]
    return checked(areas_of(set_coordinates(polygon, moved)))


def _squeezed(geometry: BaseGeometry, squeeze: float) -> BaseGeometry:
    return affinity.scale(geometry, xfact=squeeze, yfact=1, origin=(0, 0))


def fit(polygon: BaseGeometry, parents: Sequence[BaseGeometry], accuracy_m: float) -> Fit:
    """How the polygon lies in its parents, whose lines are good to `accuracy_m`."""
    ground = union_all(list(parents))
    outside = areas_of(difference(polygon, ground))
    squeeze = math.cos(math.radians(float(polygon.centroid.y)))
    reach = max(accuracy_m, 0.01) / DEGREE_M
    wide = _squeezed(_squeezed(ground, squeeze).buffer(reach), 1 / squeeze)
    beyond = areas_of(difference(outside, wide))
    spot = outside.representative_point() if not outside.is_empty else None
    return Fit(
        polygon=polygon,
        area_m2=area_m2(polygon),
        outside_m2=area_m2(outside) if not outside.is_empty else 0.0,
        beyond_m2=area_m2(beyond) if not beyond.is_empty else 0.0,
        outside_at=(spot.x, spot.y) if spot is not None else None,
    )


def cut(polygon: BaseGeometry, parents: Sequence[BaseGeometry]) -> BaseGeometry:
    """What of the polygon lies within its parents; Invalid where nothing does."""
    inside = areas_of(intersection(polygon, union_all(list(parents))))
    if inside.is_empty or area_m2(inside) < SLIVER_M2:
        raise Invalid(N_("图形完全在所选区县之外。"))
    return inside


def as_text(geometry: dict[str, Any]) -> str:
    """A stored polygon as a person may edit it: corners of its one ring, or else GeoJSON."""
    if geometry["type"] == "Polygon" and len(geometry["coordinates"]) == 1:
        ring = geometry["coordinates"][0]
        return "\n".join(f"{point[0]:.6f},{point[1]:.6f}" for point in ring[:-1])
    return json.dumps(geometry, separators=(",", ":"))


def as_geojson(polygon: BaseGeometry) -> dict[str, Any]:
    """The polygon as it is stored: to about a centimetre."""
    rounded = set_coordinates(polygon, get_coordinates(polygon).round(7))
    kept = rounded if is_valid(rounded) else polygon
    stored: dict[str, Any] = json.loads(json.dumps(mapping(kept)))
    return stored
