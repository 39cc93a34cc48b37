"""Reads GeoJSON without GDAL: each fault is named with its row. Pure."""

import json
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely import from_geojson
from shapely.errors import ShapelyError

from coord.boundaries.source_errors import SourceError
from coord.boundaries.source_table import MAX_ROWS, Layer, Table
from coord.kernel.text import N_

#: What RFC 7946 says a GeoJSON's degrees are where it says nothing itself.
DEFAULT_CRS = CRS.from_epsg(4326)


def read_geojson(path: Path, name: str) -> Layer:
    """The rows of a FeatureCollection; SourceError for anything else."""
    document = _parsed(path, name)
    if not isinstance(document, dict) or document.get("type") not in {
        "FeatureCollection",
        "Feature",
    }:
        raise SourceError(
            N_("“%(name)s”不是 GeoJSON 的 FeatureCollection。请在制图软件中重新导出。"), name=name
        )
    features = document.get("features") if document["type"] == "FeatureCollection" else [document]
    if not isinstance(features, list) or not features:
        raise SourceError(N_("文件中没有任何图形:%(path)s"), path=name)
    if len(features) > MAX_ROWS:
        raise SourceError(
            N_("“%(name)s”有%(rows)s行,多于%(limit)s行,不会是县级区划。请只保留县级边界。"),
            name=name,
            rows=len(features),
            limit=MAX_ROWS,
        )
    crs, crs_text = _declared(document)
    shapes = np.empty(len(features), dtype=object)
    columns: dict[str, list[Any]] = {}
    has_z = False
    for row, feature in enumerate(features):
        geometry, properties = _parts(feature, row + 1, name)
        shapes[row] = _shape(geometry, row + 1, name)
        has_z = has_z or _depth_of_point(geometry) > 2
        for key, value in properties.items():
            columns.setdefault(str(key), [None] * len(features))[row] = value
    return Layer("", Table(columns, shapes), crs, crs_text, has_z)


def _parsed(path: Path, name: str) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as fault:
        raise SourceError(
            N_("“%(name)s”不是 UTF-8 编码的文本。请以 UTF-8 重新导出。"), name=name
        ) from fault
    except json.JSONDecodeError as fault:
        raise SourceError(
            N_("“%(name)s”第%(line)s行起不是有效的 JSON,文件可能不完整。请重新导出。"),
            name=name,
            line=fault.lineno,
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise SourceError(
            N_("“%(name)s”含有无法表示的数字或嵌套过深,不是有效的 GeoJSON。"), name=name
        ) from fault


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(text)


def _declared(document: dict[str, Any]) -> tuple[CRS | None, str]:
    """The system named by the old `crs` member. One that nobody knows is not WGS-84."""
    declared = document.get("crs")
    if declared is None:
        return DEFAULT_CRS, ""
    properties = declared.get("properties") if isinstance(declared, dict) else None
    text = str(properties.get("name")) if isinstance(properties, dict) else str(declared)
    try:
        return CRS.from_user_input(text), text
    except CRSError:
        return None, text[:100]


def _parts(feature: Any, row: int, name: str) -> tuple[Any, dict[str, Any]]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise SourceError(
            N_("“%(name)s”第%(row)s行不是 GeoJSON 的 Feature。请重新导出。"), name=name, row=row
        )
    properties = feature.get("properties")
    return feature.get("geometry"), properties if isinstance(properties, dict) else {}


def _shape(geometry: Any, row: int, name: str) -> Any:
    if geometry is None:
        return None
    try:
        return from_geojson(json.dumps(geometry))
    except (ShapelyError, ValueError) as fault:
        raise SourceError(
            N_("“%(name)s”第%(row)s行的图形无法读取。请在制图软件中修复后重新导出。"),
            name=name,
            row=row,
        ) from fault


def _depth_of_point(geometry: Any) -> int:
    """How many numbers the first point has."""
    part = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(part, list) and part and isinstance(part[0], list):
        part = part[0]
    return len(part) if isinstance(part, list) else 0
