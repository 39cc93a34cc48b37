"""Reads county polygons from a file: GeoJSON, GeoPackage, Shapefile (also zipped).

Whatever the file's coordinate system, units come out in degrees of CGCS2000. Each fault
of a file is one SourceError with one clear sentence.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely import get_coordinates, is_valid, make_valid, set_coordinates, union_all
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import Unit
from coord.boundaries.datum import Datum, gcj02_to_wgs84
from coord.kernel.errors import Invalid
from coord.kernel.regions import party_of
from coord.kernel.text import N_

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

#: The shipped polygons: 43 counties of the five cities and 38 of Chongqing.
SHIPPED = Path(__file__).resolve().parents[2] / "geodata" / "counties.geojson"

#: Geodetic systems whose degrees are CGCS2000's to under a metre.
GEODETIC_CODES = frozenset({4490, 4480, 4326, 4979})

#: China's outline in degrees, generously: west, south, east, north.
CHINA = (73.0, 3.0, 136.0, 54.0)


class SourceError(Invalid):
    """The file cannot serve as a boundary source; says why in one sentence."""


@dataclass(frozen=True)
class SourceUnits:
    """Units by code, and the codes whose polygons had to be repaired."""

    units: tuple[Unit, ...]
    repaired: tuple[str, ...]


def read_shipped() -> SourceUnits:
    """The shipped polygons."""
    return read_units(SHIPPED, code_field="code", name_field="name")


def read_units(
    path: Path, *, code_field: str, name_field: str, datum: Datum | None = None
) -> SourceUnits:
    """Units of a file, by code.

    `datum` says what the degrees mean and overrides what the file says of itself; GCJ-02
    is undone. Raises SourceError for a file that is missing, unreadable, lacks a column,
    has an unknown coordinate system, duplicate codes, or no polygons.
    """
    frame = _read_frame(path)
    if datum is None:
        _check_declared_crs(path)
    for field in (code_field, name_field):
        if field not in frame.columns:
            columns = [str(name) for name in frame.columns if name != frame.geometry.name]
            raise SourceError(
                N_("文件没有名为“%(field)s”的列;现有列:%(columns)s。"),
                field=field,
                columns="、".join(columns) or "—",
            )
    codes = [_code(value) for value in frame[code_field]]
    _check_codes(codes)
    geometries = _in_cgcs2000(frame, datum)
    _check_place(geometries)
    is_shapefile = path.suffix.lower() in {".shp", ".zip"}
    names = [_name(value, mend=is_shapefile) for value in frame[name_field]]
    rows = sorted(zip(codes, names, geometries, strict=True), key=lambda row: row[0])
    repaired = tuple(code for code, _title, geometry in rows if not is_valid(geometry))
    units = tuple(
        Unit(code, name or code, party_of(code), _polygonal(geometry))
        for code, name, geometry in rows
    )
    flat = [unit.code for unit in units if unit.geometry.is_empty]
    if flat:
        raise SourceError(N_("图形没有面积:%(codes)s"), codes="、".join(flat[:5]))
    return SourceUnits(units, repaired)


def _read_frame(path: Path) -> "GeoDataFrame":
    # geopandas takes half a second to import, and most commands do without it.
    import geopandas
    from pyogrio.errors import DataLayerError, DataSourceError

    if not path.exists():
        raise SourceError(N_("找不到文件:%(path)s"), path=str(path))
    if not path.is_file():
        raise SourceError(N_("不是文件:%(path)s"), path=str(path))
    try:
        frame = geopandas.read_file(path, layer=_only_layer(path))
    except (DataSourceError, DataLayerError, OSError, UnicodeDecodeError, ValueError) as fault:
        raise SourceError(N_("无法读取为边界文件:%(path)s"), path=str(path)) from fault
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.empty:
        raise SourceError(N_("文件中没有任何图形:%(path)s"), path=str(path))
    kinds = set(frame.geom_type.dropna())
    if frame.geometry.isna().any() or not kinds <= {"Polygon", "MultiPolygon"}:
        raise SourceError(N_("文件中有的图形不是面(多边形):%(path)s"), path=str(path))
    return frame


def _only_layer(path: Path) -> str | None:
    """The layer that holds shapes; which of several is meant would be a guess."""
    # Lazily, as geopandas above.
    from pyogrio import list_layers

    layers = [str(name) for name, kind in list_layers(path) if kind is not None]
    if len(layers) > 1:
        raise SourceError(
            N_("文件含有多个图层,请只保留一个:%(layers)s"), layers="、".join(layers[:5])
        )
    return layers[0] if layers else None


def _check_declared_crs(path: Path) -> None:
    """GDAL takes a GeoJSON whose `crs` it does not know for WGS-84; that is a guess, so refuse."""
    if path.suffix.lower() not in {".geojson", ".json"}:
        return
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    declared = document.get("crs") if isinstance(document, dict) else None
    if declared is None:
        return
    properties = declared.get("properties") if isinstance(declared, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    try:
        CRS.from_user_input(str(name))
    except CRSError as fault:
        raise SourceError(
            N_("不认识的坐标系:%(crs)s;请转换为 CGCS2000 或用 datum 指明。"), crs=str(name)
        ) from fault


def _code(value: object) -> str:
    """A code as text: a column of numbers with a missing one reads as 510101.0 and nan."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else "—"
    return "—" if value is None else str(value).strip()


def _name(value: object, *, mend: bool) -> str:
    """A name as text; Shapefiles without a .cpg were read as Latin-1 whatever they are."""
    if not isinstance(value, str):
        return ""
    for encoding in ("utf-8", "gb18030") if mend else ():
        try:
            return value.encode("latin-1").decode(encoding).strip()
        except UnicodeError:
            continue
    return value.strip()


def _check_codes(codes: Sequence[str]) -> None:
    wrong = sorted({code for code in codes if not re.fullmatch("[0-9]{6}", code)})
    if wrong:
        raise SourceError(N_("行政区划代码应为六位数字:%(codes)s"), codes="、".join(wrong[:5]))
    twice = sorted(code for code, count in Counter(codes).items() if count > 1)
    if twice:
        raise SourceError(N_("行政区划代码重复:%(codes)s"), codes="、".join(twice[:5]))


def _in_cgcs2000(frame: "GeoDataFrame", datum: Datum | None) -> np.ndarray:
    crs = frame.crs
    if crs is None and datum is None:
        raise SourceError(N_("文件没有说明坐标系,请用 datum 指明 cgcs2000、wgs84 或 gcj02。"))
    if crs is not None and datum is None and not _is_ours(crs):
        raise SourceError(
            N_("不认识的坐标系:%(crs)s;请转换为 CGCS2000 或用 datum 指明。"), crs=str(crs.name)
        )
    if crs is not None and not crs.is_geographic:
        if crs.geodetic_crs is None:
            raise SourceError(
                N_("不认识的坐标系:%(crs)s;请转换为 CGCS2000 或用 datum 指明。"), crs=str(crs.name)
            )
        frame = frame.to_crs(4490)
    geometries = np.array(frame.geometry.values, dtype=object)
    if datum is Datum.GCJ02:
        points = get_coordinates(geometries)
        moved = np.column_stack(gcj02_to_wgs84(points[:, 0], points[:, 1]))
        geometries = set_coordinates(geometries.copy(), moved)
    return geometries


def _is_ours(crs: CRS) -> bool:
    """Whether the degrees under a coordinate system are CGCS2000's to under a metre.

    Older systems (Beijing 1954, Xi'an 1980) lie tens of metres off, and the parameters that
    would move them are not public.
    """
    base = crs if crs.is_geographic else crs.geodetic_crs
    return base is not None and base.to_epsg() in GEODETIC_CODES


def _check_place(geometries: np.ndarray) -> None:
    points = get_coordinates(geometries)
    west, south, east, north = CHINA
    lon, lat = points[:, 0], points[:, 1]
    inside = (lon > west) & (lon < east) & (lat > south) & (lat < north)
    if bool(inside.all()):
        return
    swapped = (lat > west) & (lat < east) & (lon > south) & (lon < north)
    if bool(swapped.all()):
        raise SourceError(N_("坐标看起来经纬度写反了。"))
    raise SourceError(N_("坐标不在中国范围内,请检查坐标系。"))


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry made valid, keeping only its areas."""
    if is_valid(geometry):
        return geometry
    parts = getattr(make_valid(geometry), "geoms", [make_valid(geometry)])
    return union_all([part for part in parts if part.area > 0])
