"""What is written reads back the same, runs nothing, and is the same bytes each time."""

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from coord.boundaries.table_files import Number, TableError
from coord.boundaries.table_writing import guarded, write_csv, write_xlsx
from coord.boundaries.tables import read_table

FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "=1", "--1", "=")
HARMLESS = ("-103.5", "+8", "1e5", "-1E-5", "蒲江县", "a=b", "", "510131", "'=x")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_csv(text: str) -> None:
    assert guarded(text) == f"'{text}"
    written = write_csv([(1, ["a", "b"]), (2, [text, 1])]).decode("utf-8-sig")
    assert f"'{text.strip()}" in written.replace('"', "") or f"'{text}" in written


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_a_text_cell_in_excel(text: str) -> None:
    content = write_xlsx([(1, ["a"]), (2, [text])])
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cell = sheet.cell(2, 1)
    assert (cell.data_type, cell.value) == ("s", text)


def test_numbers_codes_and_rows_keep_their_places() -> None:
    rows = [
        (1, ["标题"]),
        (3, ["代码", "经度", "米"]),
        (4, ["010101", Number("103.5"), 12.5]),
        (7, [Number("0101"), Number("510131200001011234"), None]),
    ]
    sheet = load_workbook(io.BytesIO(write_xlsx(rows, header_row=3))).active
    assert sheet is not None
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[3] == ["010101", 103.5, 12.5]
    assert values[6] == ["0101", "510131200001011234", None]
    assert sheet.freeze_panes == "A4"
    text = write_csv(rows).decode("utf-8-sig")
    assert text.splitlines() == [
        "标题",
        "",
        "代码,经度,米",
        "010101,103.5,12.5",
        "",
        "",
        "0101,510131200001011234,",
    ]


def test_the_same_rows_are_the_same_bytes() -> None:
    rows = [(1, ["a", "b"]), (2, ["x", 1.25])]
    first = write_xlsx(rows)
    time.sleep(1.1)
    assert write_xlsx(rows) == first
    assert write_csv(rows) == write_csv(rows)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12).map(
    str.strip
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_what_is_written_reads_back(rows: list[tuple[str, str, str]]) -> None:
    numbered = [(1, ["甲", "乙", "丙"])]
    numbered += [(place, list(row)) for place, row in enumerate(rows, start=2)]
    kept = [(place, row) for place, row in enumerate(rows, start=2) if any(row)]
    for content, name in ((write_xlsx(numbered), "x.xlsx"), (write_csv(numbered), "x.csv")):
        if not kept:
            with pytest.raises(TableError, match="没有数据行"):
                read_table(content, name)
            continue
        table = read_table(content, name)
        read = list(zip(table.numbers, table.rows, strict=True))
        told = [
            (number, row if name == "x.xlsx" else tuple(guarded(cell) for cell in row))
            for number, row in kept
        ]
        assert read == told


@settings(max_examples=80, deadline=None)
@given(place=st.integers(0, 4000), byte=st.integers(0, 255))
def test_one_wrong_byte_never_breaks_the_reader(place: int, byte: int) -> None:
    content = bytearray(write_xlsx([(1, ["code", "name"]), (2, ["510131", "蒲江县"])]))
    content[place % len(content)] = byte
    try:
        table = read_table(bytes(content), "x.xlsx")
    except TableError as fault:
        assert fault.params["file"] in {"x.xlsx", "x.xlsx · 数据"}
    else:
        assert len(table.header) >= 1
