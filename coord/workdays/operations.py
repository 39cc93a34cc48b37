"""Enter a year's holiday notice, or take it back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from coord.audit.operations import record
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.clock import shanghai_date
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.text import N_
from coord.workdays.holidays import HOLIDAY, MAKEUP_WORKDAY, SATURDAY, SHIPPED_YEARS
from coord.workdays.models import HolidayDay, HolidayYear

#: Statutory days a year since November 2024 (Holiday Regulation); fewer is a slip.
STATUTORY_DAYS = 13


def enter_year_notice(
    year: int,
    *,
    document: str,
    days_off: Sequence[date],
    makeup_days: Sequence[date],
    actor: Actor,
    now: datetime,
) -> HolidayYear:
    """Load a year from the State Council's notice. Refuses what cannot be such a notice."""
    if not actor.has(Role.SYSTEM_ADMIN):
        raise NotAllowed(N_("只有系统管理员可以录入放假通知。"))
    if year in SHIPPED_YEARS or db.session.get(HolidayYear, year) is not None:
        raise Refused(N_("%(year)s年的放假通知已经录入。"), year=year)
    if year > shanghai_date(now).year + 2:
        raise Invalid(N_("%(year)s年的放假通知尚不可能公布。"), year=year)
    _check_days(year, days_off, makeup_days)
    _check_free([*days_off, *makeup_days])
    notice = HolidayYear(
        year=year, document=document.strip(), entered_by=actor.name, entered_at=now
    )
    notice.days = [HolidayDay(day=day, is_workday=False, name=HOLIDAY) for day in days_off]
    notice.days += [
        HolidayDay(day=day, is_workday=True, name=MAKEUP_WORKDAY) for day in makeup_days
    ]
    db.session.add(notice)
    record("holidays.entered", "holiday_year", object_id=year, actor=actor, now=now)
    return notice


def _check_days(year: int, days_off: Sequence[date], makeup_days: Sequence[date]) -> None:
    every = [*days_off, *makeup_days]
    if len(every) != len(set(every)):
        raise Invalid(N_("有日期重复,或同一天既放假又上班。"))
    # A New Year's holiday may begin at the end of December (2023's did).
    if any(not date(year - 1, 12, 25) <= day <= date(year, 12, 31) for day in every):
        raise Invalid(N_("有日期不在%(year)s年内。"), year=year)
    if len(days_off) < STATUTORY_DAYS:
        raise Invalid(N_("放假天数少于法定的%(n)s天,请核对通知。"), n=STATUTORY_DAYS)
    for day in makeup_days:
        if day.weekday() < SATURDAY:
            raise Invalid(N_("%(day)s不是周末,不会是调休上班日。"), day=day.isoformat())


def _check_free(days: Sequence[date]) -> None:
    taken = db.session.scalars(
        select(HolidayDay).where(HolidayDay.day.in_(days)).order_by(HolidayDay.day)
    ).first()
    if taken is not None:
        raise Refused(
            N_("%(day)s已在%(year)s年的通知中录入。"), day=taken.day.isoformat(), year=taken.year
        )


def withdraw_year_notice(year: int, *, actor: Actor, now: datetime) -> None:
    """Take back an entered year, for example to enter it again corrected."""
    if not actor.has(Role.SYSTEM_ADMIN):
        raise NotAllowed(N_("只有系统管理员可以录入放假通知。"))
    notice = db.session.get(HolidayYear, year)
    if notice is None:
        raise Refused(N_("%(year)s年没有录入过放假通知。"), year=year)
    db.session.delete(notice)
    record("holidays.withdrawn", "holiday_year", object_id=year, actor=actor, now=now)


def parse_days(text: str) -> list[date]:
    """Dates from `2027-01-01, 2027-02-05/2027-02-11`; ranges with a slash, both ends in."""
    days: list[date] = []
    for piece in text.replace(",", ",").replace("、", ",").replace("\n", ",").split(","):
        if not piece.strip():
            continue
        first, _slash, last = piece.strip().partition("/")
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError as fault:
            raise Invalid(N_("看不懂的日期:%(piece)s"), piece=piece.strip()) from fault
        if not 0 <= (end - start).days <= 31:
            raise Invalid(N_("看不懂的日期:%(piece)s"), piece=piece.strip())
        days += [start + timedelta(days=step) for step in range((end - start).days + 1)]
    return days
