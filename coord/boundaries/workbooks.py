"""Bytes of an Excel workbook (.xlsx) to rows of text.

The zip is looked at before anything is unpacked: size, members, macros, entities.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from coord.boundaries.table_files import MIB, Limits, Number, RowCollector, Sheet, TableError
from coord.kernel.text import N_

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

#: Rows of a sheet end here in Excel; a number beyond is made up.
LAST_ROW = 1_048_576

#: Cells, with those between: what a sheet with few cells far to the right unfolds to.
MAX_CELLS = 40_000_000

#: What openpyxl and zipfile raise on a workbook that is damaged.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    OSError,
    EOFError,
)

_DOCTYPE = re.compile(rb"<!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E|<!\0?E\0?N\0?T\0?I\0?T\0?Y")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(content: bytes, filename: str, sheet: str | None, limits: Limits) -> Sheet:
    """Rows of one sheet, by default the first that is shown.

    Cells come as text: whole numbers without ".0", never in scientific notation, zeros kept
    that the cell's format shows; formulas as their last value; dates as 2026-09-18; what a
    merged cell says is repeated down its rows. TableError for a file that cannot serve.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        _check_members(archive, filename, limits)
        return _read(archive, content, filename, sheet, limits)
    except _DAMAGE as fault:
        raise TableError(
            N_("“%(file)s”已损坏或不是 Excel 表格。请用 Excel 打开后另存为 .xlsx。"), file=filename
        ) from fault


def _check_members(archive: zipfile.ZipFile, filename: str, limits: Limits) -> None:
    members = archive.infolist()
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    if len(members) > limits.members or unpacked > limits.unzipped:
        raise TableError(
            N_("“%(file)s”解压后过大(超过%(limit)s MB),未读取。请只保留数据,另存后再试。"),
            file=filename,
            limit=limits.unzipped // MIB,
        )
    if any(member.flag_bits & 1 for member in members):
        raise TableError(N_("“%(file)s”有密码。请去掉密码后另存。"), file=filename)
    if "xl/workbook.bin" in names or "xl/workbook.xml" not in names:
        raise TableError(
            N_("“%(file)s”不是 .xlsx 表格。请用 Excel 另存为“Excel 工作簿(.xlsx)”或 CSV。"),
            file=filename,
        )
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
        raise TableError(N_("“%(file)s”含有宏。请另存为不含宏的 .xlsx。"), file=filename)
    for member in members:
        _check_member(archive, member, filename, limits)


def _check_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, filename: str, limits: Limits
) -> None:
    """A member that is read whole is small, and XML declares no entities of its own."""
    streamed = member.filename.startswith(("xl/worksheets/", "xl/media/"))
    if not streamed and member.file_size > limits.member:
        raise TableError(
            N_("“%(file)s”解压后过大(超过%(limit)s MB),未读取。请只保留数据,另存后再试。"),
            file=filename,
            limit=limits.member // MIB,
        )
    if member.filename.endswith((".xml", ".rels")):
        with archive.open(member) as opened:
            if _DOCTYPE.search(opened.read(MIB if streamed else limits.member)):
                raise ValueError(member.filename)


def _read(
    archive: zipfile.ZipFile, content: bytes, filename: str, sheet: str | None, limits: Limits
) -> Sheet:
    # openpyxl takes a quarter of a second to import, and few requests read a workbook.
    import warnings

    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # Styles and extensions that openpyxl does not know do not change what cells say.
        warnings.simplefilter("ignore")
        workbook = load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        try:
            chosen = _sheet_named(workbook, filename, sheet)
            collector = RowCollector(filename, limits)
            for number, cells in _rows(chosen, filename):
                collector.add(number, cells)
        finally:
            workbook.close()
    filled = 0
    for first, last, column in _merged(archive, chosen.title):
        filled += collector.fill(first, last, column)
        if filled > limits.rows * limits.columns:
            raise ValueError(chosen.title)
    return collector.sheet(sheet=chosen.title)


def _sheet_named(workbook: "Workbook", filename: str, sheet: str | None) -> "ReadOnlyWorksheet":
    shown = [one for one in workbook.worksheets if one.sheet_state == "visible"]
    named = [one for one in shown if sheet is None or one.title == sheet]
    if not named:
        raise TableError(
            N_("“%(file)s”没有名为“%(sheet)s”的工作表;现有:%(sheets)s。"),
            file=filename,
            sheet=sheet or "",
            sheets="、".join(one.title for one in shown) or "—",
        )
    return named[0]


def _rows(sheet: "ReadOnlyWorksheet", filename: str) -> Iterator[tuple[int, Iterator[str]]]:
    # The size that a file states of itself is often wrong.
    sheet.reset_dimensions()
    seen = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        seen += len(row)
        if number > LAST_ROW or seen > MAX_CELLS:
            raise TableError(
                N_("“%(file)s”中有内容的区域过大。请把数据复制到新的工作簿,另存后再试。"),
                file=filename,
            )
        if row:
            yield number, map(_cell_text, row)


def _cell_text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return Number(_number_text(value, cell))
    return _time_text(value)


def _number_text(value: float, cell: Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return format(Decimal(repr(value)), "f") if abs(value) < float("inf") else str(value)
    text = str(int(value))
    # 10101 under the format 000000 is what a person reads as 010101.
    form = cell.number_format if cell.has_style else ""
    return text.zfill(len(form)) if form and not form.strip("0") else text


def _time_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def _merged(archive: zipfile.ZipFile, title: str) -> Iterator[tuple[int, int, int]]:
    """First row, last row and column (from 0) of each merged cell that is several rows high."""
    path = _sheet_path(archive, title)
    if path is None:
        return
    tail = b""
    with archive.open(path) as opened:
        while chunk := opened.read(MIB):
            text = tail + chunk
            end = 0
            for found in _MERGED.finditer(text):
                end = found.end()
                first, last = int(found[2]), int(found[4])
                if last > first:
                    yield first, min(last, LAST_ROW), _column(found[1].decode())
            tail = text[max(end, len(text) - 200) :]


def _sheet_path(archive: zipfile.ZipFile, title: str) -> str | None:
    related = _parsed(archive, "xl/_rels/workbook.xml.rels")
    targets = {one.get("Id"): one.get("Target", "") for one in related}
    for one in _parsed(archive, "xl/workbook.xml").iter():
        if one.tag.endswith("}sheet") and one.get("name") == title:
            target = targets.get(one.get(_RELATED), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return path if path in archive.namelist() else None
    return None


def _parsed(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(path))  # noqa: S314 - entities were refused before


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
