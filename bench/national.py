"""All counties of the country, as the shipped source's package draws them, and denser."""

import json

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from coord.boundaries.contacts import Unit
from coord.kernel.regions import party_of
from geodata.build import source_file

Geometries = NDArray[np.object_]


def national_units() -> list[Unit]:
    """Every county with a code, dissolved by code; as the package draws them, not repaired."""
    drawn: dict[str, list[object]] = {}
    names: dict[str, str] = {}
    for feature in json.loads(source_file().read_text(encoding="utf-8"))["features"]:
        code = str(feature["properties"]["gb"])[3:]
        geometry = shape(feature["geometry"])
        if code and geometry.geom_type in {"Polygon", "MultiPolygon"}:
            drawn.setdefault(code, []).append(geometry)
            names[code] = feature["properties"]["name"]
    return [
        Unit(
            code,
            names[code],
            party_of(code),
            parts[0] if len(parts) == 1 else shapely.union_all(parts),
        )
        for code, parts in sorted(drawn.items())
    ]


def denser(geometries: Geometries, times: int) -> Geometries:
    """The same ground with every segment cut into `times` equal ones, on both sides alike."""
    parts, owner_of_part = shapely.get_parts(geometries, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.flatnonzero(ring[1:] == ring[:-1])
    start, end = points[at], points[at + 1]
    # Cut from the same end whichever way round a county draws it, so that both sides agree.
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    low = np.where(turned[:, None], end, start)
    high = np.where(turned[:, None], start, end)
    step = np.where(turned[:, None], times - np.arange(times), np.arange(times)) / times
    cut = low[:, None, :] + (high - low)[:, None, :] * step[:, :, None]
    cut[:, 0] = start
    finer = shapely.linearrings(cut.reshape(-1, 2), indices=np.repeat(ring[at], times))
    polygons = [
        shapely.Polygon(finer[some[0]], [finer[hole] for hole in some[1:]])
        for some in np.split(np.arange(len(rings)), np.flatnonzero(np.diff(part_of_ring)) + 1)
    ]
    made: Geometries = shapely.multipolygons(polygons, indices=owner_of_part)
    return made
