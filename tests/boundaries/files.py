"""Boundary files made in tests: the shipped counties bent, cut and broken on purpose."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from shapely import transform
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import Unit
from coord.boundaries.datum import wgs84_to_gcj02
from tests.boundaries.builders import shipped_units

CGCS2000_NAME = "urn:ogc:def:crs:EPSG::4490"


def in_gcj02(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry as a consumer map would have it."""
    return transform(
        geometry, lambda points: np.column_stack(wgs84_to_gcj02(points[:, 0], points[:, 1]))
    )


def units_of(*parties: str) -> list[Unit]:
    """The shipped counties of some parties, all by default."""
    return [unit for unit in shipped_units() if not parties or unit.party in parties]


def changed(
    units: Sequence[Unit], code: str, change: Callable[[BaseGeometry], BaseGeometry]
) -> list[Unit]:
    """The units with one geometry changed."""
    return [
        Unit(u.code, u.name, u.party, change(u.geometry) if u.code == code else u.geometry)
        for u in units
    ]


def renumbered(units: Sequence[Unit], old: str, new: str, name: str) -> list[Unit]:
    """The units with one under another code and name."""
    return [Unit(new, name, u.party, u.geometry) if u.code == old else u for u in units]


def document_of(
    units: Sequence[Unit], *, code: str = "code", name: str = "name", **more: Any
) -> dict[str, Any]:
    """A FeatureCollection of units; `more` are members beside the features."""
    return {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "EPSG:4490"}},
        **more,
        "features": [
            {
                "type": "Feature",
                "properties": {code: unit.code, name: unit.name, "city": unit.party},
                "geometry": mapping(unit.geometry),
            }
            for unit in units
        ],
    }


def write_geojson(path: Path, document: dict[str, Any]) -> Path:
    """The document as a file."""
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path
