"""The readers of rosters: a draft held against the map, members over time, plans."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from coord.boundaries import atlas, solving
from coord.boundaries.lookup import CountyBook
from coord.boundaries.models import GroupMember
from coord.boundaries.roster_check import Remark, check_groups
from coord.boundaries.roster_rows import MOST_ROWS, Fate, Member, RawRow, read_rows
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_models import GroupPlan
from coord.boundaries.studio_queries import county_book
from coord.boundaries.tables import CODE_NAMES, NAME_NAMES, Table, find_column, get_column
from coord.db import db
from coord.kernel.errors import Invalid, Refused
from coord.kernel.regions import FIVE_CITIES
from coord.kernel.text import N_

GROUP_NAMES = ("组", "组号", "联动组", "组别", "分组", "编组", "执法组", "group")
MEMBER_NAMES = (*NAME_NAMES, "成员", "成员单位", "县(市、区)", "区(市)县", "县区名称")
LEAD_NAMES = ("牵头", "是否牵头", "牵头单位", "组长", "lead")
START_NAMES = ("起", "起始", "起始日期", "生效日期", "开始日期", "from", "start")
END_NAMES = ("止", "终止", "终止日期", "截止日期", "结束日期", "to", "end")
#: The columns of the template, in their order.
TEMPLATE = ("组号", "区县", "代码", "牵头", "起", "止")
_BETWEEN = re.compile(r"[、,,;;/\n]+")


@dataclass(frozen=True)
class Draft:
    """Rows with their fates, and what the map says of the groups they make."""

    rows: tuple[RawRow, ...]
    fates: tuple[Fate, ...]
    remarks: tuple[Remark, ...]

    @property
    def members(self) -> list[Member]:
        """The good rows."""
        return [fate.member for fate in self.fates if fate.member is not None]

    @property
    def faults(self) -> int:
        """How many rows must be mended."""
        return len(self.fates) - len(self.members)


def check_draft(rows: Sequence[RawRow]) -> Draft:
    """The fate of each row, and remarks on the groups of the good ones. Keeps nothing."""
    if len(rows) > MOST_ROWS:
        raise Invalid(N_("名单最多%(most)s行。"), most=MOST_ROWS)
    book = county_book()
    fates = read_rows(rows, book)
    groups: dict[int, list[str]] = {}
    for fate in fates:
        if fate.member is not None:
            groups.setdefault(fate.member.group, []).append(fate.member.code)
    return Draft(tuple(rows), tuple(fates), tuple(_remarks(groups, book)))


def _remarks(groups: dict[int, list[str]], book: CountyBook) -> list[Remark]:
    parties = {code: one.party for code, one in book.by_code.items()}
    return check_groups(
        groups,
        atlas.contacts(atlas.get_key()),
        parties,
        planned=_planned() if groups else (),
    )


def _planned() -> list[str]:
    """The counties that the plan's own scenario takes in, where it can be computed."""
    key = atlas.get_key()
    if not set(FIVE_CITIES) <= set(solving.list_parties()):
        return []
    try:
        grouping = atlas.grouping(key, Scenario.PLAN)
    except Refused:
        return []
    return [code for codes in grouping.groups for code in codes]


def rows_of_table(table: Table) -> list[RawRow]:
    """A list's rows: 组, 区县 or 代码, 牵头, 起, 止.

    An empty group is the one above (merged cells); a cell that lists several counties is
    as many rows of the same number. Raises TableError where a column is missing.
    """
    group, code = get_column(table, GROUP_NAMES), find_column(table.header, CODE_NAMES)
    county = find_column(table.header, MEMBER_NAMES)
    if county is None and code is None:
        get_column(table, MEMBER_NAMES)
    rest = [find_column(table.header, names) for names in (LEAD_NAMES, START_NAMES, END_NAMES)]
    rows: list[RawRow] = []
    above = ""
    for number, (label, name, digits, *more) in table.records([group, county, code, *rest]):
        above = label.strip() or above
        rows += [RawRow(number, above, who, *more) for who in _counties_of(name, digits)]
    return rows


def _counties_of(name: str, digits: str) -> list[str]:
    names = [one.strip() for one in _BETWEEN.split(name) if one.strip()]
    codes = [one.strip() for one in _BETWEEN.split(digits) if one.strip()]
    if names and codes and len(names) == len(codes):
        return [f"{one} {code}" for one, code in zip(names, codes, strict=True)]
    return names or codes or [""]


def list_memberships(group_id: int) -> list[GroupMember]:
    """Everyone who ever was in a group, by code and day."""
    return list(
        db.session.scalars(
            select(GroupMember)
            .where(GroupMember.group_id == group_id)
            .order_by(GroupMember.code, GroupMember.from_on)
        )
    )


def list_plans(group_ids: Sequence[int]) -> list[GroupPlan]:
    """The work plans of groups, of each the newest version first."""
    return list(
        db.session.scalars(
            select(GroupPlan)
            .where(GroupPlan.group_id.in_(group_ids))
            .order_by(GroupPlan.group_id, GroupPlan.number.desc())
        )
    )


def find_plan(group_id: int, number: int) -> GroupPlan | None:
    """One version of a group's work plan."""
    return db.session.scalar(
        select(GroupPlan).where(GroupPlan.group_id == group_id, GroupPlan.number == number)
    )
