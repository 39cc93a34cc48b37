"""When something is due. Pure.

The first day is not counted. Working days skip weekends and holidays and count make-up
workdays (Penalty Law art. 85). A limit in calendar days or months that ends on a day off
runs to the next working day, unless `roll` is off. Hours run through everything. A limit in
days ends when its last day ends in Asia/Shanghai.
"""

import enum
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coord.kernel.clock import end_of_day, shanghai_date
from coord.kernel.text import N_
from coord.workdays.holidays import HolidayTable


class CountingUnit(enum.StrEnum):
    """In what a limit is counted."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"

    @property
    def label(self) -> str:
        """As a msgid."""
        return UNIT_LABELS[self]


UNIT_LABELS: dict[CountingUnit, str] = {
    CountingUnit.WORKING_DAY: N_("个工作日"),
    CountingUnit.CALENDAR_DAY: N_("日(自然日)"),
    CountingUnit.HOUR: N_("小时"),
    CountingUnit.MONTH: N_("个月"),
}


#: Those who act hear of a date when so many working days are left (domain.md 11).
WARN_AT = (3, 1)


@dataclass(frozen=True)
class Limit:
    """So many of a unit, at least one.

    `roll`: a limit in days or months that ends on a day off runs to the next working day.
    """

    amount: int
    unit: CountingUnit
    roll: bool = True

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"a limit of {self.amount}")


@dataclass(frozen=True)
class Due:
    """The last day (Asia/Shanghai) and the instant after which it is overdue.

    `provisional`: the count ran into a year whose holidays are not loaded.
    """

    due_on: date
    due_at: datetime
    provisional: bool


def due(start: datetime, limit: Limit, table: HolidayTable) -> Due:
    """When `limit` runs out that began at the aware instant `start`.

    Raises ValueError for a time without zone.
    """
    if start.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {start}")
    first = shanghai_date(start)
    if limit.unit is CountingUnit.HOUR:
        at = start + timedelta(hours=limit.amount)
        return Due(shanghai_date(at), at, provisional=False)
    if limit.unit is CountingUnit.WORKING_DAY:
        last = add_working_days(first, limit.amount, table)
    elif limit.unit is CountingUnit.CALENDAR_DAY:
        last = first + timedelta(days=limit.amount)
    else:
        last = _add_months(first, limit.amount)
    if limit.roll:
        last = next_working_day(last, table)
    years = range(first.year, last.year + 1)
    provisional = not all(table.is_loaded(year) for year in years)
    return Due(last, end_of_day(last), provisional)


def add_working_days(day: date, count: int, table: HolidayTable) -> date:
    """The `count`-th working day after `day`, which is not itself counted."""
    while count > 0:
        day += timedelta(days=1)
        if table.is_workday(day):
            count -= 1
    return day


def next_working_day(day: date, table: HolidayTable) -> date:
    """`day` itself where offices work, else the first day after it on which they do."""
    while not table.is_workday(day):
        day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date, table: HolidayTable) -> int:
    """Working days after `start` up to and including `end`; negative where `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, table)
    days = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    return sum(1 for day in days if table.is_workday(day))


def remaining(due_on: date, today: date, table: HolidayTable) -> int:
    """Working days left after `today`: 0 on the last day, negative once it has passed.

    A date passed over a weekend only is a working day late: it shall not read as today's.
    """
    left = working_days_between(today, due_on, table)
    return min(left, -1) if due_on < today else left


def warn_on(due_on: date, table: HolidayTable) -> tuple[date, date]:
    """The days on which to warn: three working days before `due_on`, and one."""
    three, one = (_working_days_before(due_on, count, table) for count in WARN_AT)
    return three, one


def _working_days_before(day: date, count: int, table: HolidayTable) -> date:
    while count > 0:
        day -= timedelta(days=1)
        if table.is_workday(day):
            count -= 1
    return day


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
