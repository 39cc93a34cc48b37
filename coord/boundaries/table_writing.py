"""Tables written as CSV and Excel: the same rows give the same bytes. Pure.

Text that a spreadsheet would run as a formula is kept from running: in a workbook every text
is a text cell, in a CSV file such a cell begins with an apostrophe.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from coord.boundaries.table_files import Number

#: The media type of a workbook.
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: A cell to be written: text, a number, or nothing.
Cell = str | int | float | None

#: Row number as Excel shows it, and the row's cells.
NumberedRow = tuple[int, Sequence[Cell]]

#: OWASP, CSV injection; with the full-width forms that Excel also takes for signs.
_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "=", "+", "-", "@")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")

#: Excel keeps fifteen digits; a longer number stays text.
_EXCEL_DIGITS = 15

#: A workbook says when it was made; ours say the same at any time.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def guarded(text: str) -> str:
    """The text, made harmless where a spreadsheet would take it for a formula."""
    if text.startswith(_STARTERS) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def write_csv(rows: Iterable[NumberedRow], *, delimiter: str = ",") -> bytes:
    """UTF-8 with a mark, so that Excel reads Chinese; rows left out in between stay empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    last = 0
    for number, cells in rows:
        out.write("\r\n" * (number - last - 1))
        writer.writerow([_csv_cell(cell) for cell in cells])
        last = number
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else _number_text(cell)


def _number_text(number: float) -> str:
    return str(number) if isinstance(number, int) else format(number, ".10g")


def write_xlsx(
    rows: Iterable[NumberedRow],
    *,
    sheet: str = "数据",
    header_row: int = 1,
    widths: Mapping[int, float] | None = None,
) -> bytes:
    """A workbook of one sheet; the header is bold and stays in sight.

    `widths` are columns (from 0) to widths in characters. Numbers, and text that was a
    number in the workbook it came from, become numbers; all else is text.
    """
    # xlsxwriter is needed by few requests.
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with Workbook(out, options) as workbook:
        workbook.set_properties({"created": _MADE})
        page = workbook.add_worksheet(_sheet_name(sheet))
        bold = workbook.add_format({"bold": True, "text_wrap": False})
        for column, width in sorted((widths or {}).items()):
            page.set_column(column, column, width)
        page.freeze_panes(header_row, 0)
        for number, cells in rows:
            style = bold if number == header_row else None
            for column, cell in enumerate(cells):
                value = _excel_value(cell)
                if isinstance(value, str):
                    page.write_string(number - 1, column, value[:32_767], style)
                elif value is not None:
                    page.write_number(number - 1, column, value, style)
    return out.getvalue()


def _excel_value(cell: Cell) -> Cell:
    if cell is None or cell == "":
        return None
    if isinstance(cell, Number):
        digits = sum(1 for letter in cell if letter.isdigit())
        is_exact = _PLAIN_NUMBER.fullmatch(cell) and digits <= _EXCEL_DIGITS
        starts_with_zero = re.match(r"-?0\d", cell)
        return float(cell) if is_exact and not starts_with_zero else str(cell)
    return cell


def _sheet_name(name: str) -> str:
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip("'")[:31].strip()
    return plain or "Sheet1"
