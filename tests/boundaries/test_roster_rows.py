"""Rows of a list: what each says, what is wrong with it, and what the map remarks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiLineString

from coord.boundaries.contacts import Contact
from coord.boundaries.lookup import CountyBook, Known
from coord.boundaries.roster_check import check_groups
from coord.boundaries.roster_rows import Member, RawRow, read_day, read_group, read_rows
from coord.kernel.errors import Invalid

PENGZHOU, SHIFANG, XINJIN, PENGSHAN = "510182", "510682", "510118", "511403"
BOOK = CountyBook(
    [
        Known(PENGZHOU, "彭州市", "5101"),
        Known(SHIFANG, "什邡市", "5106"),
        Known(XINJIN, "新津区", "5101"),
        Known(PENGSHAN, "彭山区", "5114"),
    ]
)
PARTIES = {code: one.party for code, one in BOOK.by_code.items()}


def contact(a: str, b: str) -> Contact:
    return Contact(min(a, b), max(a, b), 1000.0, MultiLineString(), 1)


CONTACTS = [contact(PENGZHOU, SHIFANG), contact(XINJIN, PENGSHAN)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("第3组", 3), ("第三联动组", 3), ("第十二组", 12), ("二十", 20), ("3.0", 3)],
)
def test_groups_are_read_as_people_write_them(text: str, number: int) -> None:
    assert read_group(text) == number


@pytest.mark.parametrize(
    "text", ["", "甲", "0", "201", "-1", "第组", "3.5", "十十十", "三四", "〇"]
)
def test_other_groups_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="组号"):
        read_group(text)


@given(st.integers(1, 99))
def test_chinese_numbers_agree_with_arabic(number: int) -> None:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    text = ("" if tens < 2 else digits[tens]) + ("十" if tens else "")
    text += digits[ones] if ones else ""
    assert read_group(f"第{text}组") == number


@pytest.mark.parametrize(
    "text", ["2026-10-01", "2026/10/1", "2026.10.1", "2026年10月1日", "20261001", "46296"]
)
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert read_day(text) == date(2026, 10, 1)


@pytest.mark.parametrize("text", ["2026-13-01", "明天", "10月1日", "2026-02-30", "1"])
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="日期"):
        read_day(text)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_row_has_a_fate(group: str, county: str, lead: str, day: str) -> None:
    row = RawRow(1, group, county, lead, day)
    fates = read_rows([row], BOOK)
    assert [fate.row for fate in fates] == ([] if row.is_empty else [row])
    assert all((fate.member is None) == bool(fate.message) for fate in fates)


def test_good_rows_become_members() -> None:
    rows = [
        RawRow(2, "1", "彭州", "是", "2026-10-01", "2026-12-31"),
        RawRow(3, "第1组", SHIFANG),
        RawRow(4, "", "", "是"),
    ]
    assert [fate.member for fate in read_rows(rows, BOOK)] == [
        Member(PENGZHOU, 1, True, date(2026, 10, 1), date(2026, 12, 31)),
        Member(SHIFANG, 1, False, None, None),
    ]


@pytest.mark.parametrize(
    ("row", "message", "params"),
    [
        (RawRow(4, "1", "彭州市"), "与第%(row)s行重复:同一组内同一区县只填一行。", {"row": 2}),
        (
            RawRow(4, "1", "新津", "是"),
            "本组已在第%(row)s行填了牵头单位:每组只能有一个。",
            {"row": 2},
        ),
        (
            RawRow(4, "2", "新津", "也许"),
            "牵头一栏“%(text)s”应填“是”或留空。",
            {"text": "也许"},
        ),
        (RawRow(4, "2", "新津", "", "2026-10-02", "2026-10-01"), "终止日期早于起始日期。", {}),
        (
            RawRow(4, "2", "火星"),
            "没有叫“%(text)s”的区县:请核对名称,或改填六位代码。",
            {"text": "火星"},
        ),
    ],
)
def test_bad_rows_say_what_is_wrong(row: RawRow, message: str, params: dict[str, object]) -> None:
    rows = [RawRow(2, "1", "彭州", "是"), RawRow(3, "1", "什邡"), row]
    fates = read_rows(rows, BOOK)
    assert [fate.member is not None for fate in fates] == [True, True, False]
    assert (fates[2].message, dict(fates[2].params or {})) == (message, params)


def test_one_county_may_stand_in_two_groups() -> None:
    rows = [RawRow(1, "1", PENGZHOU), RawRow(2, "2", PENGZHOU)]
    assert [fate.member is not None for fate in read_rows(rows, BOOK)] == [True, True]


def remarks(groups: dict[int, list[str]], planned: tuple[str, ...] = ()) -> list[object]:
    found = check_groups(groups, CONTACTS, {**PARTIES, "510104": "5101"}, planned=planned)
    return [(one.group, one.message[:12], dict(one.params)) for one in found]


def test_a_good_list_has_no_remarks() -> None:
    assert remarks({1: [PENGZHOU, SHIFANG], 2: [XINJIN, PENGSHAN]}) == []


def test_what_the_map_finds_odd_is_remarked() -> None:
    assert remarks({1: [PENGZHOU]}) == [(1, "本组只有%(county", {"county": PENGZHOU})]
    assert remarks({1: [PENGZHOU, XINJIN]}) == [
        (1, "本组全部属于%(part", {"party": "5101"}),
        (1, "%(counties)s", {"counties": [PENGZHOU]}),
    ]
    assert remarks({1: [PENGZHOU, SHIFANG, "510104"]}) == [
        (1, "%(county)s没有", {"county": "510104"})
    ]
    assert remarks({1: [PENGZHOU, SHIFANG, XINJIN, PENGSHAN]}) == [
        (1, "%(counties)s", {"counties": [PENGZHOU, SHIFANG]})
    ]
    assert remarks({1: [PENGZHOU, SHIFANG], 2: [PENGZHOU, SHIFANG]}, (PENGZHOU, XINJIN)) == [
        (0, "%(county)s同时", {"county": PENGZHOU, "groups": "1、2"}),
        (0, "%(county)s同时", {"county": SHIFANG, "groups": "1、2"}),
        (0, "“方案口径”编入而本名单", {"counties": [XINJIN]}),
    ]
