"""Tables that people bring: CSV and Excel to one shape, columns found by their names. Pure.

`read_table(content, filename)` gives a Table or raises one TableError that names the file,
the row and the remedy. table_writing.py writes them again.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from coord.boundaries.table_files import (
    MIB,
    Limits,
    Number,
    Sheet,
    TableError,
    read_csv,
    shown,
)
from coord.boundaries.workbooks import read_workbook
from coord.kernel.text import N_

__all__ = ["Limits", "Number", "Table", "TableError", "column_letter", "find_column", "read_table"]

LIMITS = Limits()

#: Names under which columns of codes, names and places are commonly found.
CODE_NAMES = ("区划代码", "行政区划代码", "区县代码", "代码", "code", "adcode", "region_code", "gb")
NAME_NAMES = ("区县", "区县名称", "县区", "县(市、区)", "名称", "行政区划名称", "name", "county")
LON_NAMES = (
    "经度",
    "东经",
    "lon",
    "lng",
    "long",
    "longitude",
    "x",
    "x坐标",
    "中心经度",
    "经度坐标",
)
LAT_NAMES = ("纬度", "北纬", "lat", "latitude", "y", "y坐标", "中心纬度", "纬度坐标")

#: Rows among which the header is looked for, below a title.
_HEADER_WITHIN = 10

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TEXT_ENDINGS = frozenset({".csv", ".tsv", ".txt"})


@dataclass(frozen=True)
class Table:
    """A header and rows of text, each as wide as the header; empty rows are left out.

    `numbers` are the rows' numbers as Excel shows them. `preface` are the lines above the
    header (a title), with `header_number` the header's own row. Cells that held numbers in
    a workbook are `Number`, a kind of str.
    """

    filename: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    header_number: int = 1
    preface: tuple[tuple[int, tuple[str, ...]], ...] = ()
    #: "csv" or "xlsx".
    kind: str = "csv"
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""

    def column(self, index: int) -> list[str]:
        """The cells of a column."""
        return [row[index] for row in self.rows]

    def records(self, columns: Sequence[int | None]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Row number and cells of some columns; "" where the column is None."""
        for number, row in zip(self.numbers, self.rows, strict=True):
            yield number, tuple("" if index is None else row[index] for index in columns)


def read_table(
    content: bytes, filename: str, *, sheet: str | None = None, limits: Limits = LIMITS
) -> Table:
    """A table from a file's bytes; what the file is, its content says, and its name must agree.

    Raises TableError for a file that is empty, too large, encrypted, of another kind, with
    macros, damaged, or without rows.
    """
    name = PurePath(filename.replace("\\", "/")).name or "—"
    if len(content) > limits.content:
        raise TableError(
            N_("“%(file)s”超过%(limit)s MB。请拆成几个文件。"),
            file=name,
            limit=limits.content // MIB,
        )
    if not content.strip():
        raise TableError(N_("“%(file)s”是空文件。"), file=name)
    ending = PurePath(name).suffix.lower()
    kind = _kind(content, name, ending)
    if kind == "xlsx":
        found = read_workbook(content, name, sheet, limits)
    else:
        found = read_csv(content, name, limits)
    return _table(name, kind, found, limits)


def _kind(content: bytes, name: str, ending: str) -> str:
    """ "csv" or "xlsx"; TableError with the remedy for what is neither."""
    if content.startswith(_OLD_EXCEL):
        if _ENCRYPTED in content:
            raise TableError(N_("“%(file)s”有密码。请去掉密码后另存。"), file=name)
        raise TableError(
            N_("“%(file)s”是旧版 Excel(.xls)或 WPS(.et)格式。请另存为 .xlsx。"), file=name
        )
    if ending == ".xlsm":
        raise TableError(N_("“%(file)s”含有宏。请另存为不含宏的 .xlsx。"), file=name)
    zipped = content.startswith(b"PK\x03\x04")
    if ending == ".xlsx" and zipped:
        return "xlsx"
    if ending in _TEXT_ENDINGS and not zipped:
        if re.match(rb"\s*<(!doctype|html|table|\?xml)", content[:200].lower()):
            raise TableError(
                N_("“%(file)s”其实是网页或 XML。请用 Excel 打开后另存为 .xlsx。"), file=name
            )
        return "csv"
    if ending in _TEXT_ENDINGS | {".xlsx"}:
        raise TableError(N_("“%(file)s”的内容与扩展名不符。请用 Excel 重新另存。"), file=name)
    raise TableError(N_("“%(file)s”不是表格。请上传 .xlsx 或 .csv 文件。"), file=name)


def _table(name: str, kind: str, found: Sheet, limits: Limits) -> Table:
    at = _header_at(found)
    rows = found.rows[at + 1 :]
    if not found.rows or not rows:
        raise TableError(
            N_("“%(file)s”没有数据行:第一行应为列名,其后每行一条。"),
            file=f"{name} · {found.sheet}" if found.sheet else name,
        )
    if len(rows) > limits.rows:
        raise TableError(
            N_("“%(file)s”超过%(limit)s行。请拆成几个文件。"), file=name, limit=limits.rows
        )
    width = max(len(row) for row in found.rows[at:])
    return Table(
        filename=name,
        header=_padded(found.rows[at], width),
        rows=tuple(_padded(row, width) for row in rows),
        numbers=found.numbers[at + 1 :],
        header_number=found.numbers[at],
        preface=tuple(zip(found.numbers[:at], found.rows[:at], strict=True)),
        kind=kind,
        sheet=found.sheet,
        encoding=found.encoding,
        delimiter=found.delimiter,
    )


def _header_at(found: Sheet) -> int:
    """A title stands alone in its row; the header is the first row with several cells."""
    for place, row in enumerate(found.rows[:_HEADER_WITHIN]):
        if sum(1 for cell in row if cell) > 1:
            return place
    return 0


def _padded(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    return row + ("",) * (width - len(row))


def find_column(header: Sequence[str], names: Sequence[str]) -> int | None:
    """The column that bears one of these names, the first name first; None where none does.

    Letter case, spaces, full-width forms and a unit in brackets, 经度(°), do not matter.
    """
    plain = [_plain(cell) for cell in header]
    bare = [_plain(re.sub(r"[((\[【].*", "", cell)) for cell in header]
    for names_of_columns in (plain, bare):
        for name in names:
            if _plain(name) in names_of_columns:
                return names_of_columns.index(_plain(name))
    return None


def get_column(table: Table, names: Sequence[str]) -> int:
    """As find_column; TableError that lists the columns there are."""
    found = find_column(table.header, names)
    if found is None:
        raise TableError(
            N_("“%(file)s”没有名为“%(names)s”的列;现有列:%(columns)s。"),
            file=table.filename,
            names=" / ".join(names[:4]),
            columns=shown(table.header),
        )
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\s_\-*::]", "", unicodedata.normalize("NFKC", text)).casefold()


def column_letter(index: int) -> str:
    """A column as Excel names it: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
