"""What a planner should know before he saves a date. Pure. Warnings never block."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coord.kernel.clock import shanghai_date
from coord.kernel.text import N_
from coord.workdays.deadlines import working_days_between
from coord.workdays.holidays import HolidayTable

#: Partners should hear of an action at least so many working days before (domain.md 11).
NOTICE_WORKING_DAYS = 5


@dataclass(frozen=True)
class Warning:
    """A msgid with its parameters."""

    message: str
    params: Mapping[str, object]


@dataclass(frozen=True)
class Plan:
    """An action as the check sees it."""

    key: str
    title: str
    starts_at: datetime
    ends_at: datetime
    region_codes: tuple[str, ...]
    host_code: str


def check_plan(
    plan: Plan,
    others: Iterable[Plan],
    *,
    window: tuple[date, date],
    agreement: tuple[date, date | None],
    today: date,
    table: HolidayTable,
    names: Mapping[str, str],
) -> tuple[Warning, ...]:
    """Days off, make-up workdays, dates outside window or agreement, double bookings."""
    days = _days(plan)
    found = _day_warnings(days, table)
    if days[0] < window[0] or days[-1] > window[1]:
        found.append(Warning(N_("日期超出本次行动的期间(%(a)s至%(b)s)。"), _span(window)))
    if days[0] < agreement[0] or (agreement[1] is not None and days[-1] > agreement[1]):
        found.append(Warning(N_("日期超出协议的有效期。"), {}))
    if today < days[0] and working_days_between(today, days[0], table) < NOTICE_WORKING_DAYS:
        found.append(
            Warning(N_("距行动不足%(n)s个工作日,各方准备时间较短。"), {"n": NOTICE_WORKING_DAYS})
        )
    found += _bookings(plan, others, names)
    return tuple(found)


def _days(plan: Plan) -> list[date]:
    first = shanghai_date(plan.starts_at)
    # An action that ends at midnight does not touch the next day.
    last = shanghai_date(plan.ends_at - timedelta(microseconds=1))
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _day_warnings(days: Sequence[date], table: HolidayTable) -> list[Warning]:
    found: list[Warning] = []
    for day in days:
        name = table.day_name(day)
        if not table.is_loaded(day.year):
            found.append(
                Warning(
                    N_("%(day)s所在年度的放假通知未录入,是否工作日未定。"), {"day": day.isoformat()}
                )
            )
        elif not table.is_workday(day):
            reason = name if name is not None else N_("周末")
            found.append(
                Warning(N_("%(day)s是休息日(%(name)s)。"), {"day": day.isoformat(), "name": reason})
            )
        elif name is not None:
            found.append(Warning(N_("%(day)s是调休上班日。"), {"day": day.isoformat()}))
    return found


def _bookings(plan: Plan, others: Iterable[Plan], names: Mapping[str, str]) -> list[Warning]:
    found: list[Warning] = []
    for other in sorted(others, key=lambda one: (one.starts_at, one.key)):
        if other.key == plan.key or not (
            plan.starts_at < other.ends_at and other.starts_at < plan.ends_at
        ):
            continue
        shared = sorted(set(plan.region_codes) & set(other.region_codes))
        found += [
            Warning(
                N_("%(county)s当时已有行动“%(title)s”。"),
                {"county": names.get(code, code), "title": other.title},
            )
            for code in shared
        ]
    return found


def _span(window: tuple[date, date]) -> dict[str, object]:
    return {"a": window[0].isoformat(), "b": window[1].isoformat()}
