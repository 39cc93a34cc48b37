"""Tables as people bring them: encodings, delimiters, Excel's habits, files that cannot serve."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from coord.boundaries.table_files import Limits, Number, TableError
from coord.boundaries.tables import (
    CODE_NAMES,
    LAT_NAMES,
    LON_NAMES,
    Table,
    column_letter,
    find_column,
    get_column,
    read_table,
)

PLAIN = "名称,区划代码\n蒲江县,510131\n\n丹棱县,511424\n"
ROWS = (("蒲江县", "510131"), ("丹棱县", "511424"))


def workbook(fill: Callable[[Worksheet], None], *, title: str = "数据") -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    fill(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(*rows: list[object]) -> bytes:
    return workbook(lambda sheet: [sheet.append(row) for row in rows] and None)


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def edited(content: bytes, path: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its members changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == path else data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter"),
    [
        (PLAIN.encode("utf-8"), "utf-8", ","),
        (PLAIN.encode("utf-8-sig"), "utf-8-sig", ","),
        (PLAIN.encode("gb18030"), "gb18030", ","),
        (PLAIN.replace(",", "\t").encode("utf-16"), "utf-16", "\t"),
        (PLAIN.replace(",", ";").encode(), "utf-8", ";"),
        (PLAIN.replace("\n", "\r\n").encode(), "utf-8", ","),
        (("sep=;\r\n" + PLAIN.replace(",", ";")).encode(), "utf-8", ";"),
    ],
    ids=["utf-8", "mark", "gbk", "unicode text", "semicolon", "windows", "sep line"],
)
def test_csv_in_every_common_dress(content: bytes, encoding: str, delimiter: str) -> None:
    table = read_table(content, "名单.csv")
    assert (table.header, table.rows) == (("名称", "区划代码"), ROWS)
    assert (table.encoding, table.delimiter, table.kind) == (encoding, delimiter, "csv")
    # The empty line is a row in Excel.
    assert table.numbers == (2, 4)


def test_quoted_cells_keep_delimiters_and_lines() -> None:
    text = 'a,b\n"x, y","first\nsecond"\n"say ""yes""",="0101"\n'
    table = read_table(text.encode(), "x.csv")
    assert table.rows == (("x, y", "first\nsecond"), ('say "yes"', "0101"))
    # A cell of two lines is still one row.
    assert table.numbers == (2, 3)


def test_a_title_above_the_header_is_no_header() -> None:
    table = read_table(("联动组名单\n\n" + PLAIN).encode(), "x.csv")
    assert (table.header, table.header_number) == (("名称", "区划代码"), 3)
    assert table.preface == ((1, ("联动组名单",)),)
    assert table.numbers == (4, 6)


def test_one_column_is_a_table() -> None:
    table = read_table(b"code\n510131\n511424\n", "x.csv")
    assert (table.header, table.column(0)) == (("code",), ["510131", "511424"])


def test_rows_may_be_ragged() -> None:
    table = read_table(b"a,b\n1\n1,2,3\n", "x.csv")
    assert (table.header, table.rows) == (("a", "b", ""), (("1", "", ""), ("1", "2", "3")))


def test_numbers_in_excel_read_as_people_see_them() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["a", "b", "c", "d", "e", "f", "g"])
        sheet.append([510131, 510131.0, 1e20, 0.0000123, 10101, True, "010101"])
        sheet["E2"].number_format = "000000"
        sheet.append([datetime(2026, 9, 18, tzinfo=None), None, -3.5, 1e5, 103.5, None, None])  # noqa: DTZ001 - Excel knows no zones

    table = read_table(workbook(fill), "x.xlsx")
    assert table.rows == (
        ("510131", "510131", "100000000000000000000", "0.0000123", "010101", "TRUE", "010101"),
        ("2026-09-18", "", "-3.5", "100000", "103.5", "", ""),
    )
    kinds = [isinstance(cell, Number) for cell in table.rows[0]]
    assert kinds == [True, True, True, True, True, False, False]


def test_a_merged_cell_holds_for_all_its_rows() -> None:
    def fill(sheet: Worksheet) -> None:
        for row in (
            ["名单", None, None],
            ["组", "名称", "代码"],
            ["一", "蒲江县", "510131"],
            [None, "丹棱县", "511424"],
            [None, "东坡区", "511402"],
            ["二", "彭州市", "510182"],
        ):
            sheet.append(row)
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A3:A5")

    table = read_table(workbook(fill), "x.xlsx")
    assert table.header == ("组", "名称", "代码")
    assert table.column(0) == ["一", "一", "一", "二"]
    assert table.numbers == (3, 4, 5, 6)


def test_the_first_shown_sheet_or_the_named_one() -> None:
    book = Workbook()
    hidden = book.active
    assert isinstance(hidden, Worksheet)
    hidden.sheet_state = "hidden"
    for title, code in (("甲", "510131"), ("乙", "511424")):
        sheet = book.create_sheet(title)
        sheet.append(["code"])
        sheet.append([code])
    out = io.BytesIO()
    book.save(out)
    assert read_table(out.getvalue(), "x.xlsx").column(0) == ["510131"]
    assert read_table(out.getvalue(), "x.xlsx", sheet="乙").column(0) == ["511424"]
    with pytest.raises(TableError, match=r"没有名为“丙”的工作表;现有:甲、乙"):
        read_table(out.getvalue(), "x.xlsx", sheet="丙")


def test_a_size_that_lies_and_empty_styled_rows_do_no_harm() -> None:
    content = rows_of(["code"], ["510131"])
    lying = edited(
        content,
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"').replace(
            b"</sheetData>", b'<row r="900000"><c r="B900000"/></row></sheetData>'
        ),
    )
    assert read_table(lying, "x.xlsx").rows == (("510131",),)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
GOOD = rows_of(["code"], ["510131"])
SHEET = "xl/worksheets/sheet1.xml"
FAULTS: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "x.csv", "空文件"),
    "blank": (b" \r\n \n", "x.csv", "空文件"),
    "header alone": (b"code,name\n", "x.csv", "没有数据行"),
    "empty sheet": (workbook(lambda _sheet: None), "x.xlsx", "x.xlsx · 数据”没有数据行"),
    "old Excel": (OLE, "x.xls", r"旧版 Excel(.xls)"),
    "old Excel under a new name": (OLE, "x.xlsx", "旧版 Excel"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "x.xlsx", "有密码"),
    "macros by name": (GOOD, "x.xlsm", "含有宏"),
    "macros by content": (
        edited(GOOD, "[Content_Types].xml", lambda xml: xml + b"<!-- macroEnabled -->"),
        "x.xlsx",
        "含有宏",
    ),
    "a Word file": (zipped(word__document=b"<x/>"), "x.xlsx", "不是 .xlsx"),
    "a zip named csv": (GOOD, "x.csv", "与扩展名不符"),
    "text named xlsx": (b"code\n1\n", "x.xlsx", "与扩展名不符"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "x.png", "不是表格"),
    "a binary named csv": (b"a,b\n\x00\x01\x02", "x.csv", "不是文本表格"),
    "odd bytes": (b"a,b\n\xff\xff\xff", "x.csv", "不是文本表格"),
    "a web page": (b"<html><table></table>", "x.csv", "网页"),
    "damaged": (GOOD[:-200], "x.xlsx", "已损坏"),
    "sheet not XML": (edited(GOOD, SHEET, lambda _xml: b"<worksheet><a"), "x.xlsx", "已损坏"),
    "entities": (
        edited(GOOD, SHEET, lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml),
        "x.xlsx",
        "已损坏",
    ),
    "300 columns": (
        ",".join("abc" for _ in range(300)).encode() + b"\n1\n",
        "x.csv",
        "第1行有300列,最多200列",
    ),
    "open quote": (b'a,b\n1,2\n"3,4\n', "x.csv", "第3行的引号不成对"),
    "a row at the end of the world": (
        edited(GOOD, SHEET, lambda xml: xml.replace(b'r="2"', b'r="99999999"')),
        "x.xlsx",
        "区域过大",
    ),
}


@pytest.mark.parametrize(("content", "name", "words"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_serve_is_named_with_its_remedy(content: bytes, name: str, words: str) -> None:
    with pytest.raises(TableError) as caught:
        read_table(content, f"C:\\报表\\{name}")
    assert words.replace("\\", "") in str(caught.value)
    assert caught.value.params["file"] in {name, f"{name} · 数据"}


def test_limits_hold_before_anything_is_unpacked() -> None:
    bomb = zipped(xl__workbook=b"x", a=bytes(3_000_000))
    small = Limits(unzipped=2_000_000)
    with pytest.raises(TableError, match="解压后过大"):
        read_table(bomb, "x.xlsx", limits=small)
    with pytest.raises(TableError, match="解压后过大"):
        read_table(GOOD, "x.xlsx", limits=Limits(members=3))
    with pytest.raises(TableError, match="解压后过大"):
        read_table(GOOD, "x.xlsx", limits=Limits(member=100))
    with pytest.raises(TableError, match="超过0 MB"):
        read_table(PLAIN.encode(), "x.csv", limits=Limits(content=10))
    with pytest.raises(TableError, match="单元格超过5个"):
        read_table(PLAIN.encode(), "x.csv", limits=Limits(cells=5))
    with pytest.raises(TableError, match="超过1行"):
        read_table(PLAIN.encode(), "x.csv", limits=Limits(rows=1))
    assert len(read_table(PLAIN.encode(), "x.csv", limits=Limits(rows=2)).rows) == 2


def test_columns_are_found_by_any_of_their_names() -> None:
    header = ("序号", " 企业名称 ", "经度(°)", "Latitude", "行政 区划代码")
    assert find_column(header, LON_NAMES) == 2
    assert find_column(header, LAT_NAMES) == 3
    assert find_column(header, CODE_NAMES) == 4
    assert find_column(header, ("没有",)) is None
    table = Table("x.csv", header, (("1", "a", "103", "30", "510131"),), (2,))
    assert get_column(table, LON_NAMES) == 2
    with pytest.raises(TableError, match=r"没有名为“牵头”的列;现有列:序号、 企业名称 、"):
        get_column(table, ("牵头",))
    assert list(table.records([4, None])) == [(2, ("510131", ""))]


def test_columns_are_lettered_as_in_excel() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 51, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "ZZ",
        "AAA",
    ]
