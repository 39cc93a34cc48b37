"""A table of points and where they lie, as the table with columns added. Pure.

Which columns hold the coordinates is guessed from names, then from contents; a person may
correct the guess. Rows without a usable point stay, each with its remark.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from coord.boundaries.coordinates import parse_degrees
from coord.boundaries.lines import Floats
from coord.boundaries.locate import Located, Remark
from coord.boundaries.sources import CHINA
from coord.boundaries.table_writing import Cell, NumberedRow, write_csv, write_xlsx
from coord.boundaries.tables import LAT_NAMES, LON_NAMES, Table, TableError, find_column
from coord.kernel.errors import Invalid
from coord.kernel.regions import party_name, party_of
from coord.kernel.text import N_

#: Names of a column that holds both, 103.9, 30.6.
PAIR_NAMES = ("坐标", "经纬度", "经纬度坐标", "位置", "coordinates", "location", "lonlat", "lnglat")

#: Rows that are looked at to guess by contents, and the share that must fit.
_LOOKED_AT, _ENOUGH = 50, 0.6

_PAIR = re.compile(r"[((\[]?\s*(.+?)\s*[,,;;、\s]\s*(\S.*?)\s*[))\]]?")

ADDED = (
    N_("区县代码"),
    N_("区县"),
    N_("城市"),
    N_("最近跨市边界(米)"),
    N_("对侧区县"),
    N_("10公里内各边界"),
    N_("联动组"),
    N_("精度(±米)"),
    N_("备注"),
)

#: Characters wide, of the added columns in a workbook.
_WIDTHS = (10, 12, 10, 14, 18, 48, 24, 10, 40)


class Say(Protocol):
    """Words a msgid in the reader's language."""

    def __call__(self, message: str, **params: object) -> str:
        """The sentence with its parameters filled in."""


@dataclass(frozen=True)
class Columns:
    """Which columns (from 0) hold longitude and latitude; one for both where they are equal."""

    lon: int
    lat: int


@dataclass(frozen=True)
class Gist:
    """A table's points in short: how many rows, how many in a county, remarks by kind.

    `remarks` has for each kind how many rows bear it and the first few row numbers.
    """

    rows: int
    located: int
    remarks: tuple[tuple[Remark, int, tuple[int, ...]], ...]

    @property
    def looks_swapped(self) -> bool:
        """Whether more rows have their axes the wrong way round than lie in a county."""
        swapped = sum(count for kind, count, _rows in self.remarks if kind is Remark.SWAPPED)
        return swapped > self.located


def split_pair(text: str) -> tuple[str, str] | None:
    """The two halves of `103.9, 30.6`; None where the text is not a pair."""
    found = _PAIR.fullmatch(text.strip())
    return (found[1], found[2]) if found else None


def guess_columns(table: Table) -> Columns:
    """The columns of longitude and latitude; TableError where none seem to hold them."""
    lon, lat = find_column(table.header, LON_NAMES), find_column(table.header, LAT_NAMES)
    if lon is not None and lat is not None:
        return Columns(lon, lat)
    pair = find_column(table.header, PAIR_NAMES)
    if pair is not None and split_pair(table.rows[0][pair]):
        return Columns(pair, pair)
    west, south, east, north = CHINA
    lon = lon if lon is not None else _holding(table, west, east)
    lat = lat if lat is not None else _holding(table, south, north)
    if lon is None or lat is None or lon == lat:
        raise TableError(
            N_("“%(file)s”中没有找到经纬度列。请在下面选择,或把列名改为“经度”“纬度”。"),
            file=table.filename,
        )
    return Columns(lon, lat)


def _holding(table: Table, low: float, high: float) -> int | None:
    """The first column whose cells are nearly all degrees with decimals between two bounds."""
    for column in range(len(table.header)):
        cells = [row[column] for row in table.rows[:_LOOKED_AT] if row[column]]
        fitting = [cell for cell in cells if "." in cell and low <= _degrees(cell) <= high]
        if cells and len(fitting) >= _ENOUGH * len(cells):
            return column
    return None


def read_points(table: Table, columns: Columns) -> tuple[Floats, Floats]:
    """Longitudes and latitudes of a table's rows as typed; NaN where there is none."""
    if columns.lon == columns.lat:
        pairs = [split_pair(cell) or ("", "") for cell in table.column(columns.lon)]
        halves = [[pair[0] for pair in pairs], [pair[1] for pair in pairs]]
    else:
        halves = [table.column(columns.lon), table.column(columns.lat)]
    lon, lat = (np.array([_degrees(cell) for cell in half], dtype=float) for half in halves)
    return lon, lat


def _degrees(cell: str) -> float:
    if not cell:
        return np.nan
    # Nearly all cells are plain decimals; what Python alone reads, 1_0, is none.
    if cell[-1].isdigit() and "_" not in cell:
        try:
            return float(cell)
        except ValueError:
            pass
    try:
        return parse_degrees(cell)
    except Invalid:
        return np.nan


def gist(table: Table, located: Located) -> Gist:
    """The points of a table in short."""
    remarks = []
    for kind in Remark:
        places = np.flatnonzero(located.remark == kind)
        if kind is not Remark.CLEAR and len(places):
            first = tuple(table.numbers[place] for place in places[:10])
            remarks.append((kind, len(places), first))
    return Gist(len(table.rows), int((located.unit >= 0).sum()), tuple(remarks))


@dataclass
class Annotator:
    """Says of each row where its point lies, in one language.

    `names` are counties by code, `groups` what is to be said of a county's joint groups.
    """

    table: Table
    columns: Columns
    located: Located
    names: Mapping[str, str]
    groups: Mapping[str, str]
    say: Say
    _titles: dict[str, str] = field(default_factory=dict)

    def header(self) -> tuple[str, ...]:
        """The added columns' names, told apart from those that the table has already."""
        taken = set(self.table.header)
        names: list[str] = []
        for message in ADDED:
            name = self.say(message)
            number = 1
            while name in taken:
                name = self.say(N_("%(name)s(定位%(n)s)"), name=self.say(message), n=number)
                number += 1
            names.append(name)
        return tuple(names)

    def added(self) -> Iterator[tuple[Cell, ...]]:
        """The added cells of each row."""
        found = self.located
        starts = found.starts(found.borders).tolist()
        others = found.starts(found.beyond).tolist()
        near, metres = found.borders.line.tolist(), np.round(found.borders.metres).tolist()
        beyond, units = found.beyond.line.tolist(), found.unit.tolist()
        remarks = found.remark.tolist()
        accuracy = self._accuracy()
        for place, unit in enumerate(units):
            pairs = slice(starts[place], starts[place + 1])
            remark = self._remark(
                place,
                Remark(remarks[place]),
                beyond[others[place] : others[place + 1]],
                borders=starts[place + 1] - starts[place],
            )
            if unit < 0:
                yield (None, None, None, None, None, None, None, None, remark)
                continue
            code = found.codes[unit]
            yield (
                code,
                self.names.get(code, code),
                party_name(party_of(code)),
                int(metres[pairs.start]) if near[pairs] else None,
                self.across(code, near[pairs.start]) if near[pairs] else None,
                self._list(near[pairs], metres[pairs]),
                self.groups.get(code, ""),
                accuracy,
                remark,
            )

    def _accuracy(self) -> Cell:
        stated = self.located.accuracy_m
        return round(stated) if stated is not None else self.say(N_("未说明"))

    def across(self, code: str, border: int) -> str:
        """Who is across a border from a county: the side in another city, or both sides."""
        a, b = self.located.contacts[border]
        if code in (a, b):
            return self._title(b if code == a else a)
        own = party_of(code)
        if own in (party_of(a), party_of(b)):
            return self._title(b if party_of(a) == own else a)
        return f"{self._title(a)}–{self._title(b)}"

    def _title(self, code: str) -> str:
        title = self._titles.get(code)
        if title is None:
            title = f"{party_name(party_of(code))}{self.names.get(code, code)}"
            self._titles[code] = title
        return title

    def _list(self, borders: Sequence[int], metres: Sequence[float]) -> str:
        unit = self.say(N_("米")) if borders else ""
        told = [
            f"{self.names.get(a, a)}–{self.names.get(b, b)} {metre:.0f} {unit}"
            for (a, b), metre in zip(
                [self.located.contacts[border] for border in borders], metres, strict=True
            )
        ]
        return ";".join(told)

    def _remark(self, place: int, kind: Remark, beyond: Sequence[int], *, borders: int) -> str:
        if kind is Remark.CLEAR:
            return "" if borders else self.say(N_("10公里内无跨市边界"))
        if kind is Remark.MISSING:
            row = self.table.rows[place]
            cells = [row[column] for column in sorted({self.columns.lon, self.columns.lat})]
            if not all(cells):
                return self.say(N_("缺少坐标"))
            return self.say(N_("看不懂的坐标:%(text)s"), text=" ".join(cells)[:60])
        if kind in {Remark.EDGE, Remark.NEAR_OUTSIDE}:
            return self.say(
                self._edge_words(kind),
                names="、".join(self._title(self.located.codes[unit]) for unit in beyond),
            )
        return self.say(kind.label)

    def _edge_words(self, kind: Remark) -> str:
        if kind is Remark.NEAR_OUTSIDE:
            return N_("不在边界数据的任何区县内,但距%(names)s在边界精度以内")
        if self.located.accuracy_m is None:
            return N_("正在区县界线上,也可能在%(names)s")
        return N_("距区县界线在边界精度以内,也可能在%(names)s")

    def rows(self) -> Iterator[NumberedRow]:
        """The whole copy: every row where it stood, the added cells at its end."""
        table = self.table
        yield from table.preface
        yield table.header_number, (*table.header, *self.header())
        for number, row, more in zip(table.numbers, table.rows, self.added(), strict=True):
            yield number, (*row, *more)

    def file(self) -> bytes:
        """The copy in the format in which the table came."""
        if self.table.kind == "csv":
            return write_csv(self.rows(), delimiter=self.table.delimiter or ",")
        width = len(self.table.header)
        return write_xlsx(
            self.rows(),
            sheet=self.table.sheet,
            header_row=self.table.header_number,
            widths={width + place: wide for place, wide in enumerate(_WIDTHS)},
        )

    def filename(self) -> str:
        """What the copy is called."""
        stem, dot, ending = self.table.filename.rpartition(".")
        return f"{stem}_{self.say(N_('定位'))}{dot}{ending}"
