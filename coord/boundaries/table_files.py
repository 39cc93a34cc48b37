"""Bytes of a CSV file to rows of text, and what may go wrong with a file of rows. Pure.

Rows are numbered as a person sees them in Excel: the first is 1, empty ones count.
"""

import csv
import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coord.kernel.errors import Invalid
from coord.kernel.text import N_

MIB = 1024 * 1024

#: How a cell reads that was written so that Excel keeps its leading zeros: ="010101".
_KEPT_TEXT = re.compile(r'="([^"]*)"')

#: Delimiters by which a file of text may be cut, the likeliest first.
DELIMITERS = (",", "\t", ";")

#: Lines that are looked at to find the delimiter.
_SAMPLE_ROWS = 20

#: No cell of a table of ours is longer; a quote that is never closed makes one that is.
MAX_CELL = 32_767


class TableError(Invalid):
    """The file cannot serve as a table; one sentence names the file, the row, the remedy."""


class Number(str):
    """The text of a cell that held a number, so that a copy can hold a number again."""

    __slots__ = ()


@dataclass(frozen=True)
class Limits:
    """How large a table may be: bytes, unzipped bytes, rows below the header, columns, cells."""

    content: int = 64 * MIB
    unzipped: int = 256 * MIB
    #: One member of a workbook that is read into memory whole.
    member: int = 64 * MIB
    members: int = 1000
    rows: int = 100_000
    columns: int = 200
    #: Rows times columns: what a request can read in less than half a minute.
    cells: int = 3_000_000


@dataclass(frozen=True)
class Sheet:
    """Rows of text with their numbers, without the empty ones, and how the file held them.

    `sheet` is a workbook's sheet; `encoding` and `delimiter` are a text file's; else "".
    """

    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""


class RowCollector:
    """Takes rows one by one, drops the empty ones, and refuses more than the limits allow."""

    def __init__(self, filename: str, limits: Limits) -> None:
        self._filename = filename
        self._limits = limits
        self._rows: list[tuple[str, ...]] = []
        self._numbers: list[int] = []
        self._cells = 0

    def add(self, number: int, cells: Iterable[str]) -> None:
        """A row by its number; TableError where it is one too many or too wide."""
        row = [cell if isinstance(cell, Number) else cell.strip() for cell in cells]
        while row and not row[-1]:
            row.pop()
        if not row:
            return
        if len(row) > self._limits.columns:
            raise TableError(
                N_("“%(file)s”第%(row)s行有%(columns)s列,最多%(limit)s列。请只保留需要的列。"),
                file=self._filename,
                row=number,
                columns=len(row),
                limit=self._limits.columns,
            )
        # A header and a few lines of title above it are not rows of data.
        if len(self._rows) > self._limits.rows + 10:
            raise TableError(
                N_("“%(file)s”超过%(limit)s行。请拆成几个文件。"),
                file=self._filename,
                limit=self._limits.rows,
            )
        self._cells += len(row)
        if self._cells > self._limits.cells:
            raise TableError(
                N_("“%(file)s”的单元格超过%(limit)s个。请删去不需要的列,或拆成几个文件。"),
                file=self._filename,
                limit=self._limits.cells,
            )
        self._rows.append(tuple(row))
        self._numbers.append(number)

    def fill(self, first: int, last: int, column: int) -> int:
        """Repeat what stands in a merged cell down its rows (numbers); how many rows it had."""
        start, end = bisect_left(self._numbers, first), bisect_right(self._numbers, last)
        if start == end or self._numbers[start] != first:
            return 0
        top = self._rows[start]
        text = top[column] if column < len(top) else ""
        for place in range(start + 1, end) if text else ():
            row = self._rows[place]
            padded = (*row, *[""] * (column + 1 - len(row)))
            self._rows[place] = (*padded[:column], text, *padded[column + 1 :])
        return end - start

    def sheet(self, *, sheet: str = "", encoding: str = "", delimiter: str = "") -> Sheet:
        """What was collected."""
        return Sheet(tuple(self._rows), tuple(self._numbers), sheet, encoding, delimiter)


def read_csv(content: bytes, filename: str, limits: Limits) -> Sheet:
    """Rows of a CSV file: UTF-8 or UTF-16 with a mark, UTF-8, GB18030; comma, semicolon, tab."""
    text, encoding = _decode(content, filename)
    delimiter = ""
    first_line, _newline, rest = text.partition("\n")
    if first_line.strip().lower() in {"sep=,", "sep=;", "sep=\t"}:
        # Excel obeys this line and does not show it.
        delimiter, text = first_line.strip("\r\n")[4:5], rest
    delimiter = delimiter or _find_delimiter(text)
    collector = RowCollector(filename, limits)
    number = 0
    try:
        for number, cells in enumerate(_records(text, delimiter), start=1):
            collector.add(number, map(_plain, cells))
    except csv.Error as fault:
        raise TableError(
            N_("“%(file)s”第%(row)s行的引号不成对,或单元格过长。请用 Excel 另存后再试。"),
            file=filename,
            row=number + 1,
        ) from fault
    return collector.sheet(encoding=encoding, delimiter=delimiter)


def _decode(content: bytes, filename: str) -> tuple[str, str]:
    marked = (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    )
    tried = [name for mark, name in marked if content.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise TableError(
        N_("“%(file)s”不是文本表格,或编码不认识。请用 Excel 另存为“CSV UTF-8”或 .xlsx。"),
        file=filename,
    )


def _records(text: str, delimiter: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _plain(cell: str) -> str:
    kept = _KEPT_TEXT.fullmatch(cell.strip())
    return kept.group(1) if kept else cell


def _find_delimiter(text: str) -> str:
    """The delimiter that cuts the first rows into the most columns, alike in each."""
    return max(DELIMITERS, key=lambda one: _columns(text, one))


def _columns(text: str, delimiter: str) -> int:
    widths: list[int] = []
    try:
        for cells in _records(text, delimiter):
            if any(cells):
                widths.append(len(cells))
            if len(widths) == _SAMPLE_ROWS:
                break
    except csv.Error:
        # What is wrong with the row is said when the whole is read.
        pass
    return sorted(widths)[len(widths) // 2] if widths else 0


def shown(cells: Sequence[str]) -> str:
    """Cells as a message lists them."""
    named = [cell for cell in cells if cell]
    more = "…" if len(named) > 12 else ""
    return "、".join(named[:12]) + more if named else "—"
