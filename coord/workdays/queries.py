"""The holiday table as it stands."""

from sqlalchemy import select

from coord.db import db
from coord.workdays.holidays import SHIPPED_YEARS, HolidayTable, Override
from coord.workdays.models import HolidayDay, HolidayYear


def current_table() -> HolidayTable:
    """Shipped years and what administrators entered."""
    years = frozenset(db.session.scalars(select(HolidayYear.year)))
    rows = db.session.scalars(select(HolidayDay))
    overrides = {row.day: Override(row.is_workday, row.name) for row in rows}
    return HolidayTable(overrides, SHIPPED_YEARS | years)


def list_years() -> list[HolidayYear]:
    """The entered notices, by year."""
    return list(db.session.scalars(select(HolidayYear).order_by(HolidayYear.year)))
