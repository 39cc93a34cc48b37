"""Checks of a boundary file's rows: codes, kinds of shapes, places. Pure."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from shapely import bounds, get_coordinates, get_type_id, is_empty, is_missing

from coord.boundaries.findings import Finding, Severity, listed
from coord.boundaries.source_errors import SourceError
from coord.boundaries.source_places import CHINA, PROVINCES, WITHOUT_COUNTIES
from coord.kernel.text import N_

SIX = re.compile("[0-9]{6}")
#: 天地图's own key: country 156 before the code.
WITH_COUNTRY = re.compile("156([0-9]{6})")
#: The statistical key of a county: its code and six zeros; other endings are townships.
TWELVE = re.compile("([0-9]{6})000000")
POLYGONS = (3, 6)


@dataclass(frozen=True)
class Coded:
    """A row: its number from 1, the code in six digits ("" if none), as written, the name."""

    number: int
    code: str
    written: str
    name: str

    def __str__(self) -> str:
        """As a message names it: 7 (510182 彭州市)."""
        said = " ".join(part for part in (self.written, self.name) if part)
        return f"{self.number} ({said})" if said else str(self.number)


def coded(number: int, code: Any, name: Any) -> Coded:
    """A row's code and name as text, whatever the columns hold."""
    written = as_text(code)
    return Coded(number, plain_code(written), written, as_text(name)[:50])


def as_text(value: Any) -> str:
    """A value as text: a column of numbers with a missing one reads as 510101.0 and nan."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFKC", str(value)).strip()


def plain_code(written: str) -> str:
    """The six digits of a code, of 156 + code and of twelve digits; "" for anything else."""
    for pattern in (SIX, WITH_COUNTRY, TWELVE):
        found = pattern.fullmatch(written)
        if found:
            return found[found.re.groups]
    return ""


def kept_rows(
    shapes: np.ndarray, codes: Sequence[Any], skip_others: bool, findings: list[Finding]
) -> list[int]:
    """Indexes of the rows that are polygons; SourceError names those that are not."""
    kinds = get_type_id(shapes)
    missing = is_missing(shapes) | is_empty(shapes)
    hollow = [_named(row, codes) for row in np.flatnonzero(missing).tolist()]
    if hollow:
        raise SourceError(
            N_("以下行没有图形或图形没有面积:%(rows)s。请补上图形或删去这些行。"),
            rows=listed(hollow),
        )
    polygons = np.isin(kinds, POLYGONS)
    others = [
        f"{_named(row, codes)} {shapes[row].geom_type}"
        for row in np.flatnonzero(~polygons).tolist()
    ]
    if others and (not skip_others or not polygons.any()):
        raise SourceError(
            N_("以下行不是面(多边形):%(rows)s。请删去这些行,或选择跳过点和线。"),
            rows=listed(others),
        )
    if others:
        findings.append(
            Finding(
                Severity.WARN, N_("已按您的选择跳过不是面的行:%(rows)s。"), {"rows": listed(others)}
            )
        )
    return [int(row) for row in np.flatnonzero(polygons)]


def _named(row: int, codes: Sequence[Any]) -> str:
    return str(Coded(row + 1, "", as_text(codes[row]), ""))


def check_codes(rows: Sequence[Coded], field: str, dissolve: bool, findings: list[Finding]) -> None:
    """Every row has a code of a Chinese county, each once unless rows are to be dissolved."""
    bare = [row for row in rows if not row.written]
    if bare:
        raise SourceError(
            N_("以下行没有行政区划代码:%(rows)s。请补全“%(field)s”列(六位数字),或换一列。"),
            rows=listed(bare),
            field=field,
        )
    wrong = [row for row in rows if not row.code]
    if wrong:
        raise SourceError(
            N_(
                "行政区划代码应为六位数字:%(rows)s。也可带156前缀,或为末六位是零的十二位;"
                "请更正,或换一列。"
            ),
            rows=listed(wrong),
        )
    foreign = [row for row in rows if not _is_county(row.code)]
    if foreign:
        raise SourceError(
            N_("以下行的代码不是中国(GB/T 2260)的县级代码:%(rows)s。请更正代码,或删去境外的行。"),
            rows=listed(foreign),
        )
    _check_twice(rows, dissolve)
    cut = [row for row in rows if row.written != row.code]
    if cut:
        findings.append(
            Finding(
                Severity.NOTE,
                N_("%(count)s个代码带有前缀或后缀,已取六位,如 %(written)s → %(code)s。"),
                {"count": len(cut), "written": cut[0].written, "code": cut[0].code},
            )
        )


def _is_county(code: str) -> bool:
    """Not of another country, nor of a whole province that has counties."""
    whole = code.endswith("0000") and code[:2] not in WITHOUT_COUNTIES
    return code[:2] in PROVINCES and not whole


def _check_twice(rows: Sequence[Coded], dissolve: bool) -> None:
    if dissolve:
        return
    by_code: dict[str, list[int]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row.number)
    twice = [
        f"{code} ({listed(numbers)})"
        for code, numbers in sorted(by_code.items())
        if len(numbers) > 1
    ]
    if twice:
        raise SourceError(
            N_(
                "行政区划代码重复:%(codes)s(括号内为行号)。请更正代码,"
                "或选择把同一代码的多行合并为一个区县。"
            ),
            codes=listed(twice, separator="; "),
        )


def check_finite(shapes: np.ndarray, rows: Sequence[Coded]) -> None:
    """Every coordinate is a number."""
    points, owners = get_coordinates(shapes, return_index=True)
    bad = sorted({int(owner) for owner in owners[~np.isfinite(points).all(axis=1)]})
    if bad:
        raise SourceError(
            N_("以下行的坐标不是有效数字:%(rows)s。请在制图软件中重新导出。"),
            rows=listed([rows[index] for index in bad]),
        )


def check_place(degrees: np.ndarray, rows: Sequence[Coded]) -> None:
    """Every unit lies in China; swapped axes and another country are told apart."""
    west, south, east, north = CHINA
    boxes = bounds(degrees)
    inside = (
        (boxes[:, 0] > west) & (boxes[:, 2] < east) & (boxes[:, 1] > south) & (boxes[:, 3] < north)
    )
    if bool(inside.all()):
        return
    swapped = (
        (boxes[:, 1] > west) & (boxes[:, 3] < east) & (boxes[:, 0] > south) & (boxes[:, 2] < north)
    )
    away = [row for row, good in zip(rows, inside, strict=True) if not good]
    if bool(swapped[~inside].all()):
        raise SourceError(
            N_("坐标看起来经纬度写反了(应先经度后纬度):%(rows)s。请交换两列后重新导出。"),
            rows=listed(away),
        )
    if len(away) == len(rows):
        raise SourceError(N_("坐标不在中国范围内,请检查坐标系。"))
    raise SourceError(
        N_("以下行不在中国范围内:%(rows)s。请删去境外的行,或检查这些行的坐标。"),
        rows=listed(away),
    )
