"""Rows of a list of groups as typed or imported: what each says, and what is wrong with it. Pure.

A row is one county's membership. Nothing is guessed: a row that could mean two things, or
contradicts another, is returned with a message that says how to mend it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coord.boundaries.lookup import CountyBook
from coord.kernel.errors import CoordError, Invalid
from coord.kernel.text import N_

MOST_ROWS = 600
MOST_GROUPS = 200
_GROUP = re.compile(r"(?:第)?\s*(\d{1,3})\s*(?:联动组|执法组|组|号)?")
_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九", start=1)}
#: 10 to 99 as units, ten, units; or 1 to 9.
_CHINESE = re.compile(r"([一二三四五六七八九])?(十)([一二三四五六七八九])?|([一二三四五六七八九])")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\s+0{1,2}:00(?::00)?)?")
_YES = frozenset({"是", "牵头", "组长", "√", "✓", "v", "y", "yes", "1", "true", "lead"})
_NO = frozenset({"", "否", "成员", "x", "n", "no", "0", "false", "member", "—", "-"})
#: Excel counts days from here.
_EXCEL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True)
class RawRow:
    """A row as it came in, all text. `number` is what the person knows it by."""

    number: int
    group: str
    county: str
    lead: str = ""
    start: str = ""
    end: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was put in."""
        return not any(text.strip() for text in (self.group, self.county, self.start, self.end))


@dataclass(frozen=True)
class Member:
    """A county in a group; None as a date is the roster's own first or last day."""

    code: str
    group: int
    is_lead: bool
    from_on: date | None
    to_on: date | None


@dataclass(frozen=True)
class Fate:
    """A row with what became of it: a member, or a message (msgid and parameters)."""

    row: RawRow
    member: Member | None
    message: str = ""
    params: Mapping[str, object] | None = None


def read_rows(rows: Iterable[RawRow], book: CountyBook) -> list[Fate]:
    """The fate of every row that is not empty, in their order."""
    fates = [_fate(row, book) for row in rows if not row.is_empty]
    return _without_clashes(fates)


def _fate(row: RawRow, book: CountyBook) -> Fate:
    try:
        member = Member(
            code=book.find(row.county).code,
            group=read_group(row.group),
            is_lead=_read_lead(row.lead),
            from_on=read_day(row.start),
            to_on=read_day(row.end),
        )
        if member.from_on and member.to_on and member.to_on < member.from_on:
            raise Invalid(N_("终止日期早于起始日期。"))
    except CoordError as refusal:
        return Fate(row, None, refusal.message, refusal.params)
    return Fate(row, member)


def read_group(text: str) -> int:
    """The number of a group: 3, 第3组, 第三联动组. Invalid for anything else."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = re.sub(r"\.0+$", "", plain)
    found = _GROUP.fullmatch(_arabic(plain))
    number = int(found[1]) if found else 0
    if not 1 <= number <= MOST_GROUPS:
        raise Invalid(
            N_("组号“%(text)s”应为1至%(most)s的整数,如 3 或 第3组。"), text=text, most=MOST_GROUPS
        )
    return number


def _arabic(text: str) -> str:
    """第十二组 → 第12组."""
    found = re.search(r"[一二三四五六七八九十]+", text)
    number = _CHINESE.fullmatch(found[0]) if found else None
    if found is None or number is None:
        return text
    tens, ten, ones, single = number.groups()
    value = 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0) if ten else _DIGITS[single]
    return text[: found.start()] + str(value) + text[found.end() :]


def _read_lead(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Invalid(N_("牵头一栏“%(text)s”应填“是”或留空。"), text=text)


def read_day(text: str) -> date | None:
    """2026-10-01, 2026/10/1, 2026年10月1日, 20261001 or Excel's own number; None where empty."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    found = _DATE.fullmatch(plain) or re.fullmatch(r"(20\d\d)(\d\d)(\d\d)", plain)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        if re.fullmatch(r"[345]\d{4}(\.0+)?", plain):
            return _EXCEL_ZERO + timedelta(days=int(float(plain)))
    except ValueError:
        pass
    raise Invalid(N_("日期“%(text)s”应写成 2026-10-01 这样的格式。"), text=text)


def _without_clashes(fates: Sequence[Fate]) -> list[Fate]:
    """The same, with a message on each row that repeats a county of its group or its lead."""
    seen: dict[tuple[int, str], RawRow] = {}
    leads: dict[int, RawRow] = {}
    checked: list[Fate] = []
    for fate in fates:
        member = fate.member
        if member is None:
            checked.append(fate)
            continue
        former = seen.setdefault((member.group, member.code), fate.row)
        lead = leads.setdefault(member.group, fate.row) if member.is_lead else fate.row
        if former is not fate.row:
            message = N_("与第%(row)s行重复:同一组内同一区县只填一行。")
            checked.append(Fate(fate.row, None, message, {"row": former.number}))
        elif lead is not fate.row:
            message = N_("本组已在第%(row)s行填了牵头单位:每组只能有一个。")
            checked.append(Fate(fate.row, None, message, {"row": lead.number}))
        else:
            checked.append(fate)
    return checked
