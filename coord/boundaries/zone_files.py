"""The polygons of a file that somebody brings as a functional zone's ground. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from shapely import force_2d
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from coord.boundaries.carving import areas_of
from coord.boundaries.contacts import area_m2
from coord.boundaries.datum import Datum
from coord.boundaries.source_crs import in_cgcs2000
from coord.boundaries.sources import SourceError, list_layers
from coord.boundaries.zone_shapes import read_polygon
from coord.kernel.text import N_

#: A file of zones has a few; one of counties is not what is asked for.
MOST_ROWS = 60

#: What a page can carry of polygons to choose from, letters.
MOST_LETTERS = 1_500_000

#: A zone's file is small; a larger one is a whole country.
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Candidate:
    """A polygon of the file: its row from 1, what the row says, GeoJSON in degrees, m²."""

    row: int
    text: str
    geojson: str
    area_m2: float


def read_candidates(path: Path, name: str, datum: Datum | None) -> list[Candidate]:
    """The polygons of the file's layers in degrees of CGCS2000, by row.

    Raises SourceError for what is no boundary file, has no polygon, or too many.
    """
    found: list[Candidate] = []
    rows = 0
    for layer in list_layers(path, name=name, max_bytes=MOST_BYTES):
        shapes = layer.table.geometries
        rows += len(shapes)
        if rows > MOST_ROWS:
            raise SourceError(
                N_("“%(name)s”有%(n)s行以上,超过%(most)s行。请只保留功能区的图形。"),
                name=name,
                n=rows,
                most=MOST_ROWS,
            )
        polygons = [
            at
            for at, one in enumerate(shapes)
            if one is not None and one.geom_type in {"Polygon", "MultiPolygon"} and not one.is_empty
        ]
        if not polygons:
            continue
        degrees = in_cgcs2000(force_2d(shapes[polygons]), layer, datum)
        for at, shape in zip(polygons, degrees, strict=True):
            found.append(_candidate(at, shape, layer.table.columns))
    if not found:
        raise SourceError(N_("“%(name)s”中没有多边形(面)。"), name=name)
    if sum(len(one.geojson) for one in found) > MOST_LETTERS:
        raise SourceError(
            N_("“%(name)s”的图形过于细密。请化简,或只保留要用的一个图形。"), name=name
        )
    return found


def _candidate(at: int, shape: BaseGeometry, columns: dict[str, list[Any]]) -> Candidate:
    whole = areas_of(shape)
    rounded = json.dumps(_rounded(mapping(whole)), separators=(",", ":"))
    # What a drawn polygon must be, an uploaded one must be as well.
    read_polygon(rounded, Datum.CGCS2000)
    return Candidate(at + 1, _said(at, columns), rounded, area_m2(whole))


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def to_list(value: Any) -> Any:
        if isinstance(value, Sequence) and value and isinstance(value[0], int | float):
            return [float(number) for number in np.round(value, 7)]
        return [to_list(one) for one in value]

    return {"type": geometry["type"], "coordinates": to_list(geometry["coordinates"])}


def _said(at: int, columns: dict[str, list[Any]]) -> str:
    """The first words of the row, by which a person knows it."""
    values = [values[at] for values in columns.values()]
    return " · ".join(str(one)[:40] for one in values if one not in (None, ""))[:120]
