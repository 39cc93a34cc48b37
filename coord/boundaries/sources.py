"""Reads county polygons from a file: GeoJSON, GeoPackage, Shapefile (also zipped).

Whatever the file's coordinate system, units come out in degrees of CGCS2000. Each fault
of a file is one SourceError that names the row, the code and the remedy.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from shapely import force_2d, is_valid, is_valid_reason, union_all
from shapely.geometry.base import BaseGeometry

from coord.boundaries.contacts import Unit, area_m2
from coord.boundaries.datum import Datum
from coord.boundaries.findings import Finding, Severity, listed
from coord.boundaries.repairs import polygonal
from coord.boundaries.source_checks import (
    Coded,
    check_codes,
    check_finite,
    check_place,
    coded,
    kept_rows,
)
from coord.boundaries.source_crs import in_cgcs2000
from coord.boundaries.source_errors import SourceError
from coord.boundaries.source_files import layers_of, opened, read_layer
from coord.boundaries.source_places import CHINA
from coord.boundaries.source_table import Layer
from coord.boundaries.zip_files import MAX_UNPACKED_BYTES
from coord.kernel.regions import party_of
from coord.kernel.text import N_

#: What other modules take from here.
__all__ = [
    "CHINA",
    "SHIPPED",
    "ReadingChoice",
    "SourceError",
    "SourceRepair",
    "SourceUnits",
    "list_layers",
    "read_shipped",
    "read_units",
    "units_of",
]

#: The shipped polygons: 43 counties of the five cities and 38 of Chongqing.
SHIPPED = Path(__file__).resolve().parents[2] / "geodata" / "counties.geojson"

_PLACE = re.compile(r"\[(-?[0-9.e+-]+) (-?[0-9.e+-]+)")


@dataclass(frozen=True)
class SourceRepair:
    """A polygon that had to be mended: whose, in which row, by how much, about where."""

    code: str
    row: int
    #: Square metres by which its area is another than before.
    area_m2: float
    lon: float
    lat: float


@dataclass(frozen=True)
class SourceUnits:
    """Units by code, what was mended, what else there is to say, and each code's first row."""

    units: tuple[Unit, ...]
    repairs: tuple[SourceRepair, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows: tuple[tuple[str, int], ...] = ()

    @property
    def repaired(self) -> tuple[str, ...]:
        """The codes whose polygons had to be mended."""
        return tuple(one.code for one in self.repairs)


@dataclass(frozen=True)
class ReadingChoice:
    """How a file is to be read, as a person chose it.

    `datum` says what the degrees mean and overrides what the file says of itself; GCJ-02 is
    undone. `dissolve` makes one unit of the rows of one code; `skip_others` leaves out points
    and lines.
    """

    code_field: str
    name_field: str
    datum: Datum | None = None
    layer: str | None = None
    dissolve: bool = False
    skip_others: bool = False


def read_shipped() -> SourceUnits:
    """The shipped polygons."""
    return read_units(SHIPPED, code_field="code", name_field="name")


def read_units(
    path: Path, *, name: str = "", max_bytes: int = MAX_UNPACKED_BYTES, **choice: Any
) -> SourceUnits:
    """Units of a file, by code; keywords as ReadingChoice has them.

    `name` is what people call the file, by default its own name. Raises SourceError for a
    file that is missing, unreadable or too large, lacks a column, has an unknown coordinate
    system, wrong or duplicate codes, other shapes than polygons, or lies elsewhere.
    """
    chosen = ReadingChoice(**choice)
    with opened(path, name=name, max_bytes=max_bytes) as source:
        layer = read_layer(source, chosen.layer)
    return units_of(layer, chosen)


def list_layers(path: Path, *, name: str = "", max_bytes: int = MAX_UNPACKED_BYTES) -> list[Layer]:
    """Every layer of a file with all its rows; for choosing columns."""
    with opened(path, name=name, max_bytes=max_bytes) as source:
        return [read_layer(source, layer) for layer in layers_of(source)]


#: RFC 7946: a GeoJSON that says nothing is in WGS-84.
ASSUMED = N_(
    "文件没有写明坐标系,按 GeoJSON 标准当作 WGS-84(与 CGCS2000 相差不到1米)。"
    "如果其实是 GCJ-02,请在上一步选择。"
)


def units_of(layer: Layer, choice: ReadingChoice) -> SourceUnits:
    """The units of a layer under a choice of columns, datum and what to do with oddities."""
    codes = _column(layer, choice.code_field)
    names = _column(layer, choice.name_field)
    findings: list[Finding] = []
    kept = kept_rows(layer.table.geometries, codes, choice.skip_others, findings)
    rows = [coded(row + 1, codes[row], names[row]) for row in kept]
    check_codes(rows, choice.code_field, choice.dissolve, findings)
    shapes = layer.table.geometries[kept]
    check_finite(shapes, rows)
    if layer.has_z:
        shapes = force_2d(shapes)
        findings.append(Finding(Severity.NOTE, N_("图形带有高程,载入时只取平面坐标。")))
    if layer.crs is not None and not layer.crs_text and choice.datum is None:
        findings.append(Finding(Severity.NOTE, ASSUMED))
    degrees = in_cgcs2000(shapes, layer, choice.datum)
    check_place(degrees, rows)
    return _mended_units(rows, degrees, findings)


def _column(layer: Layer, field: str) -> list[Any]:
    columns = layer.table.columns
    if field not in columns:
        raise SourceError(
            N_("文件没有名为“%(field)s”的列;现有列:%(columns)s。"),
            field=field,
            columns="、".join(columns) or "—",
        )
    return columns[field]


def _merged(rows: Sequence[Coded]) -> list[Finding]:
    """Rows of one code that became one county; where their names differ, a mistake is likely."""
    by_code: dict[str, list[Coded]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    alike, odd = [], []
    for code, some in sorted(by_code.items()):
        if len({row.name for row in some}) > 1:
            odd.append(f"{code} ({listed(f'{row.number} {row.name}' for row in some)})")
        elif len(some) > 1:
            alike.append(f"{code} ({listed(row.number for row in some)})")
    words = (
        (
            Severity.WARN,
            odd,
            N_(
                "同一代码的几行名称不同,已合并为一个区县:%(codes)s(括号内为行号和名称)。"
                "如果它们是不同的区县,请更正代码后重新上传。"
            ),
        ),
        (Severity.NOTE, alike, N_("同一代码的多行已合并为一个区县:%(codes)s(括号内为行号)。")),
    )
    return [
        Finding(severity, message, {"codes": listed(codes, separator="; ")})
        for severity, codes, message in words
        if codes
    ]


def _mended_units(
    rows: Sequence[Coded], shapes: np.ndarray, findings: list[Finding]
) -> SourceUnits:
    repairs: list[SourceRepair] = []
    parts: dict[str, list[BaseGeometry]] = {}
    first: dict[str, Coded] = {}
    for row, shape in zip(rows, shapes, strict=True):
        whole = shape
        if not is_valid(shape):
            whole = polygonal(shape)
            repairs.append(_repair(row, shape, whole))
        parts.setdefault(row.code, []).append(whole)
        first.setdefault(row.code, row)
    findings += _merged(rows)
    units = tuple(
        Unit(
            code,
            first[code].name or code,
            party_of(code),
            pieces[0] if len(pieces) == 1 else union_all(pieces),
        )
        for code, pieces in sorted(parts.items())
    )
    flat = [first[unit.code] for unit in units if unit.geometry.is_empty]
    if flat:
        raise SourceError(
            N_("以下行没有图形或图形没有面积:%(rows)s。请补上图形或删去这些行。"),
            rows=listed(flat),
        )
    repairs.sort(key=lambda repair: (repair.code, repair.row))
    in_rows = tuple((code, row.number) for code, row in sorted(first.items()))
    return SourceUnits(units, tuple(repairs), tuple(findings), in_rows)


def _repair(row: Coded, before: BaseGeometry, after: BaseGeometry) -> SourceRepair:
    found = _PLACE.search(is_valid_reason(before))
    place = (float(found[1]), float(found[2])) if found else tuple(before.bounds[:2])
    changed = abs(area_m2(after) - _drawn_area_m2(before)) if not after.is_empty else 0.0
    return SourceRepair(row.code, row.number, changed, *place)


def _drawn_area_m2(geometry: BaseGeometry) -> float:
    """The area that the rings of an invalid polygon enclose, as drawn."""
    return abs(area_m2(geometry))
