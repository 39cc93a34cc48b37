"""Limits that roll or do not, warnings before a date, what an override changes."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.kernel.clock import start_of_day
from coord.workdays.deadlines import (
    CountingUnit,
    Limit,
    due,
    remaining,
    warn_on,
    working_days_between,
)
from coord.workdays.holidays import SHIPPED_YEARS, HolidayTable, Override

TABLE = HolidayTable()
DAYS = st.dates(date(2023, 2, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("start", "limit", "rolled", "kept"),
    [
        (date(2026, 7, 5), 90, date(2026, 10, 8), date(2026, 10, 3)),
        (date(2026, 9, 11), 15, date(2026, 9, 28), date(2026, 9, 26)),
        (date(2026, 9, 1), 8, date(2026, 9, 9), date(2026, 9, 9)),
    ],
)
def test_a_limit_may_stay_on_a_day_off(start: date, limit: int, rolled: date, kept: date) -> None:
    begun = start_of_day(start)
    assert due(begun, Limit(limit, CountingUnit.CALENDAR_DAY), TABLE).due_on == rolled
    fixed = Limit(limit, CountingUnit.CALENDAR_DAY, roll=False)
    assert due(begun, fixed, TABLE).due_on == kept


@pytest.mark.parametrize("amount", [0, -1])
def test_a_limit_is_at_least_one(amount: int) -> None:
    with pytest.raises(ValueError, match="a limit of"):
        Limit(amount, CountingUnit.WORKING_DAY)


def test_a_time_without_zone_has_no_deadline() -> None:
    bare = datetime(2026, 9, 1)  # noqa: DTZ001 - a time without zone is the subject
    with pytest.raises(ValueError, match="needs a time zone"):
        due(bare, Limit(1, CountingUnit.HOUR), TABLE)


@pytest.mark.parametrize(
    ("due_on", "three", "one"),
    [
        (date(2026, 9, 11), date(2026, 9, 8), date(2026, 9, 10)),
        (date(2026, 10, 8), date(2026, 9, 28), date(2026, 9, 30)),  # over National Day
        (date(2026, 10, 12), date(2026, 10, 8), date(2026, 10, 10)),  # a Saturday worked
    ],
)
def test_warnings_come_three_and_one_working_days_before(
    due_on: date, three: date, one: date
) -> None:
    assert warn_on(due_on, TABLE) == (three, one)


@given(DAYS)
def test_warnings_fall_on_working_days_before(due_on: date) -> None:
    three, one = warn_on(due_on, TABLE)
    assert three < one < due_on
    assert TABLE.is_workday(three)
    assert TABLE.is_workday(one)
    # A date that itself is a day off is not counted among the days left.
    rest = 0 if TABLE.is_workday(due_on) else 1
    assert working_days_between(three, due_on, TABLE) == 3 - rest
    assert working_days_between(one, due_on, TABLE) == 1 - rest


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 9, 8), 3),
        (date(2026, 9, 10), 1),
        (date(2026, 9, 11), 0),  # the last day, a Friday
        (date(2026, 9, 12), -1),  # Saturday: late, though no working day has passed
        (date(2026, 9, 14), -1),
        (date(2026, 9, 15), -2),
    ],
)
def test_days_left(today: date, left: int) -> None:
    assert remaining(date(2026, 9, 11), today, TABLE) == left


@given(DAYS, st.integers(1, 40))
def test_late_is_negative_and_in_time_is_not(due_on: date, days: int) -> None:
    assert remaining(due_on, due_on + timedelta(days=days), TABLE) < 0
    assert remaining(due_on, due_on - timedelta(days=days), TABLE) >= 0


def test_an_override_wins_over_the_shipped_year() -> None:
    off, on = date(2026, 9, 16), date(2026, 10, 3)
    table = HolidayTable(
        {
            off: Override(is_workday=False, name="放假"),
            on: Override(is_workday=True, name="调休上班"),
        }
    )
    assert (TABLE.is_workday(off), TABLE.is_workday(on)) == (True, False)
    assert (table.is_workday(off), table.is_workday(on)) == (False, True)
    assert (table.day_name(off), table.day_name(on)) == ("放假", "调休上班")


@given(st.dates(date(2027, 1, 1), date(2090, 12, 31)))
def test_an_unknown_year_has_weekends_and_no_names(day: date) -> None:
    assert day.year not in SHIPPED_YEARS
    assert not TABLE.is_loaded(day.year)
    assert TABLE.is_workday(day) is (day.weekday() < 5)
    assert TABLE.day_name(day) is None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 10, 1), "国庆节"),
        (date(2026, 2, 17), "春节"),
        (date(2026, 10, 10), "调休上班"),
        (date(2026, 9, 12), None),  # an ordinary Saturday
        (date(2026, 9, 11), None),
    ],
)
def test_a_day_has_its_name(day: date, name: str | None) -> None:
    assert TABLE.day_name(day) == name
