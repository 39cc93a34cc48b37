"""Carves functional zones out of the counties on whose ground they lie. Pure.

All lines near a zone are noded together and every unit is put together again from the faces
between them. So a county, the zone and their neighbours keep the very same vertices along
each line that they share, and contacts stay exact; cutting polygon by polygon would leave
the neighbours without the vertices that the cut makes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from shapely import (
    STRtree,
    contains_xy,
    coverage_union_all,
    covers,
    get_coordinates,
    get_parts,
    get_rings,
    intersection,
    length,
    make_valid,
    point_on_surface,
    polygonize,
    transform,
    union_all,
)
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import Unit, area_m2
from coord.kernel.errors import Invalid
from coord.kernel.text import N_

#: Degrees, about 0.1 mm: the grid on which lines are noded, so that a vertex on a line is on it.
GRID = 1e-9

#: Degrees, about 10 cm: whose line is this close to a zone takes part in the noding.
NEAR = 1e-6

#: Square metres below which a piece is what two almost equal lines leave between them.
SLIVER_M2 = 1.0


@dataclass(frozen=True)
class ZoneShape:
    """A zone to carve: its key, name, party, the codes of its parents, polygon in degrees."""

    key: str
    name: str
    party: str
    parents: tuple[str, ...]
    polygon: BaseGeometry


@dataclass(frozen=True)
class Sliver:
    """A piece too small to be ground: from whom to whom it went, where (degrees)."""

    source: str
    target: str
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True)
class CarvedZone:
    """What a zone took: square metres in all, from each parent, and what lay outside them."""

    key: str
    area_m2: float
    from_parents: Mapping[str, float]
    outside_m2: float


@dataclass(frozen=True)
class Carving:
    """Units by code with the zones among them, and what happened on the way."""

    units: tuple[Unit, ...]
    zones: tuple[CarvedZone, ...]
    #: Counties whose whole ground went to zones.
    vanished: tuple[str, ...]
    slivers: tuple[Sliver, ...]


@dataclass
class _Faces:
    """The ground near the zones in pieces: who holds each, and who held it before a zone."""

    faces: np.ndarray
    areas: list[float]
    holders: list[set[str]]
    former: list[set[str]]
    slivers: list[Sliver] = field(default_factory=list)

    def of(self, code: str) -> list[int]:
        return [at for at, held in enumerate(self.holders) if code in held]

    def parts_of(self, code: str) -> list[tuple[list[int], BaseGeometry]]:
        """The unit's separate parts, each with the pieces that it is made of."""
        own = self.of(code)
        spots = point_on_surface(self.faces[own])
        return [
            ([at for at, inside in zip(own, covers(part, spots), strict=True) if inside], part)
            for part in _joined(self.faces[own])
        ]


def carve(units: Sequence[Unit], zones: Sequence[ZoneShape]) -> Carving:
    """The units with the zones taken from their parents.

    Raises Invalid for zones that overlap, that lie wholly outside their parents, or whose key
    or parents are not what they must be.
    """
    units = sorted(units, key=lambda unit: unit.code)
    ordered = sorted(zones, key=lambda zone: zone.key)
    by_code = {unit.code: unit for unit in units}
    shapes = _zone_shapes(ordered, by_code)
    near = _units_near(units, ordered, shapes)
    pieces = _pieces(near, shapes)
    outside = {zone.key: _take(zone, shapes[zone.key], pieces) for zone in ordered}
    for zone in ordered:
        _move_slivers(zone, pieces)
    vertices = _Vertices([*(unit.geometry for unit in near), *shapes.values()])
    rebuilt = {unit.code: _together(pieces, unit.code, vertices) for unit in near}
    made = [
        Unit(unit.code, unit.name, unit.party, rebuilt.get(unit.code, unit.geometry))
        for unit in units
    ]
    made += [
        Unit(zone.key, zone.name, zone.party, _together(pieces, zone.key, vertices))
        for zone in ordered
    ]
    kept = [unit for unit in made if unit.geometry is not None]
    return Carving(
        units=tuple(sorted(kept, key=lambda unit: unit.code)),
        zones=tuple(_carved(zone, outside[zone.key], pieces) for zone in ordered),
        vanished=tuple(sorted(code for code, shape in rebuilt.items() if shape is None)),
        slivers=tuple(pieces.slivers),
    )


def _zone_shapes(
    zones: Sequence[ZoneShape], by_code: Mapping[str, Unit]
) -> dict[str, BaseGeometry]:
    """Each zone's ground within its parents; refuses what cannot be carved."""
    shapes: dict[str, BaseGeometry] = {}
    for zone in zones:
        if zone.key in by_code or zone.key in shapes:
            raise Invalid(N_("功能区标识%(key)s与已有单元重复。"), key=zone.key)
        unknown = [code for code in zone.parents if code not in by_code]
        if unknown or not zone.parents:
            raise Invalid(
                N_("功能区“%(name)s”的所在区县不在边界数据中:%(codes)s。"),
                name=zone.name,
                codes="、".join(unknown) or "—",
            )
        shape = areas_of(zone.polygon)
        ground = union_all([by_code[code].geometry for code in zone.parents])
        if common_m2(shape, ground) < SLIVER_M2:
            raise Invalid(N_("功能区“%(name)s”的图形不在其所在区县之内。"), name=zone.name)
        for key, other in shapes.items():
            common = common_m2(shape, other)
            if common >= SLIVER_M2:
                raise Invalid(
                    N_("功能区“%(a)s”与“%(b)s”重叠%(km2)s平方公里,不能同时划出。"),
                    a=next(one.name for one in zones if one.key == key),
                    b=zone.name,
                    km2=f"{common / 1e6:.3f}",
                )
        shapes[zone.key] = shape
    return shapes


def areas_of(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry made valid, keeping only its areas."""
    parts = [
        part
        for piece in get_parts(make_valid(geometry))
        for part in get_parts(piece)
        if part.geom_type == "Polygon" and part.area > 0
    ]
    return union_all(parts) if parts else Polygon()


def common_m2(one: BaseGeometry, other: BaseGeometry) -> float:
    """Square metres that two polygons have in common."""
    return area_m2(areas_of(intersection(one, other)))


def _units_near(
    units: Sequence[Unit], zones: Sequence[ZoneShape], shapes: Mapping[str, BaseGeometry]
) -> list[Unit]:
    """The parents, and whoever has a line where a zone's line may cut it."""
    tree = STRtree([unit.geometry for unit in units])
    found = {
        int(at) for shape in shapes.values() for at in tree.query(shape, "dwithin", distance=NEAR)
    }
    parents = {code for zone in zones for code in zone.parents}
    return [unit for at, unit in enumerate(units) if at in found or unit.code in parents]


def _pieces(near: Sequence[Unit], shapes: Mapping[str, BaseGeometry]) -> _Faces:
    """Every face between the lines, held by each unit that covers it."""
    rings = _rings([*(unit.geometry for unit in near), *shapes.values()])
    faces = get_parts(polygonize(get_parts(union_all(rings, grid_size=GRID))))
    holders: list[set[str]] = [set() for _face in faces]
    spots = get_coordinates(point_on_surface(faces))
    for unit in near:
        for at in np.flatnonzero(contains_xy(unit.geometry, spots)).tolist():
            holders[at].add(unit.code)
    return _Faces(faces, [area_m2(face) for face in faces], holders, [set() for _face in faces])


def _rings(geometries: Sequence[BaseGeometry]) -> np.ndarray:
    return get_rings(get_parts(np.array(geometries, dtype=object)))


def _take(zone: ZoneShape, shape: BaseGeometry, pieces: _Faces) -> float:
    """Hand the zone its parents' pieces; returns how much of it lay outside them, m²."""
    outside = 0.0
    spots = get_coordinates(point_on_surface(pieces.faces))
    for at in np.flatnonzero(contains_xy(shape, spots)).tolist():
        held = pieces.holders[at] & set(zone.parents)
        if held:
            pieces.holders[at] = (pieces.holders[at] - held) | {zone.key}
            pieces.former[at] = held
        else:
            outside += pieces.areas[at]
    return outside


def _move_slivers(zone: ZoneShape, pieces: _Faces) -> None:
    """Parts under SLIVER_M2 that the cut left go to the other side of it."""
    for source in (*zone.parents, zone.key):
        for inside, part in pieces.parts_of(source):
            small = area_m2(part)
            if small >= SLIVER_M2:
                continue
            target = _other_side(zone, source, inside, part, pieces)
            if target is None:
                continue
            for at in inside:
                pieces.holders[at] = (pieces.holders[at] - {source}) | {target}
                pieces.former[at] = {source} if target == zone.key else set()
            spot = point_on_surface(part)
            pieces.slivers.append(Sliver(source, target, small, spot.x, spot.y))


def _other_side(
    zone: ZoneShape, source: str, inside: Sequence[int], part: BaseGeometry, pieces: _Faces
) -> str | None:
    """Who takes a sliver: from the zone whoever held it before, from a parent the zone."""
    if source == zone.key:
        return min({code for at in inside for code in pieces.former[at]}, default=None)
    beside = pieces.faces[pieces.of(zone.key)]
    return zone.key if bool((length(intersection(beside, part)) > 0).any()) else None


def _joined(faces: np.ndarray) -> list[BaseGeometry]:
    """The faces without the lines between them, the largest part first."""
    if not len(faces):
        return []
    whole = coverage_union_all(faces)
    flat = [part for piece in get_parts(whole) for part in get_parts(piece)]
    return sorted(flat, key=lambda part: (-part.area, part.bounds))


class _Vertices:
    """The vertices as they came, by their place on the grid to which noding rounds them."""

    def __init__(self, geometries: Sequence[BaseGeometry]) -> None:
        self._known: dict[tuple[int, int], tuple[float, float]] = {}
        for x, y in get_coordinates(geometries).tolist():
            self._known.setdefault((round(x / GRID), round(y / GRID)), (x, y))

    def restored(self, geometry: BaseGeometry) -> BaseGeometry:
        """The geometry with the vertices as they came, where they are not new."""
        return transform(geometry, self._back)

    def _back(self, points: np.ndarray) -> np.ndarray:
        return np.array(
            [
                self._known.get((round(x / GRID), round(y / GRID)), (x, y))
                for x, y in points.tolist()
            ]
        )


def _together(pieces: _Faces, code: str, vertices: _Vertices) -> BaseGeometry | None:
    """A unit from its pieces; None where it has none left."""
    parts = [vertices.restored(part) for part in _joined(pieces.faces[pieces.of(code)])]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _carved(zone: ZoneShape, outside: float, pieces: _Faces) -> CarvedZone:
    own = pieces.of(zone.key)
    taken = {
        code: sum(pieces.areas[at] for at in own if code in pieces.former[at])
        for code in sorted(zone.parents)
    }
    return CarvedZone(
        key=zone.key,
        area_m2=sum(pieces.areas[at] for at in own),
        from_parents=taken,
        outside_m2=outside,
    )
