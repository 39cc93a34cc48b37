"""Deadlines on the real holiday table: the field's own vectors, and laws."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.kernel.clock import end_of_day, shanghai_date, start_of_day
from coord.workdays import holidays
from coord.workdays.deadlines import (
    CountingUnit,
    Limit,
    add_working_days,
    due,
    next_working_day,
    working_days_between,
)
from coord.workdays.holidays import HolidayTable, Override

TABLE = HolidayTable()
WORKING, CALENDAR, HOUR, MONTH = (
    CountingUnit.WORKING_DAY,
    CountingUnit.CALENDAR_DAY,
    CountingUnit.HOUR,
    CountingUnit.MONTH,
)
NOTICES = json.loads(
    (Path(holidays.__file__).parent / "data" / "notices.json").read_text(encoding="utf-8")
)["years"]
LOADED_DAYS = st.dates(date(2023, 1, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2026-09-18", 3, WORKING, "2026-09-22"),
        ("2026-09-24", 5, WORKING, "2026-10-09"),
        ("2026-02-13", 7, WORKING, "2026-03-02"),
        ("2026-04-30", 3, WORKING, "2026-05-08"),
        ("2023-09-28", 7, WORKING, "2023-10-13"),
        ("2025-01-24", 3, WORKING, "2025-02-05"),
        ("2026-07-05", 90, CALENDAR, "2026-10-08"),
        ("2026-09-11", 15, CALENDAR, "2026-09-28"),
        ("2026-01-31", 1, MONTH, "2026-02-28"),
    ],
)
def test_vectors(start: str, amount: int, unit: CountingUnit, expected: str) -> None:
    found = due(start_of_day(date.fromisoformat(start)), Limit(amount, unit), TABLE)
    assert found.due_on.isoformat() == expected
    assert found.due_at == end_of_day(found.due_on)
    assert not found.provisional


def test_hours_run_through_holidays() -> None:
    start = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
    found = due(start, Limit(24, HOUR), TABLE)
    assert found.due_at == start + timedelta(hours=24)
    assert found.due_on == date(2026, 10, 2)


def test_the_first_day_is_the_day_in_shanghai() -> None:
    """17:00 UTC on Thursday is Friday in Chengdu: one working day ends on Monday."""
    late = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
    assert due(late, Limit(1, WORKING), TABLE).due_on == date(2026, 11, 23)


def test_a_year_without_a_notice_makes_the_date_provisional() -> None:
    start = start_of_day(date(2026, 12, 30))
    assert due(start, Limit(3, WORKING), TABLE).provisional
    loaded = HolidayTable(
        {date(2027, 1, 1): Override(is_workday=False, name="放假")}, frozenset({2026, 2027})
    )
    found = due(start, Limit(3, WORKING), loaded)
    assert not found.provisional
    assert found.due_on == date(2027, 1, 5)


@given(LOADED_DAYS, st.integers(1, 60), st.sampled_from([WORKING, CALENDAR, MONTH]))
def test_a_deadline_never_falls_on_a_day_off(day: date, amount: int, unit: CountingUnit) -> None:
    limit = Limit(min(amount, 3) if unit is MONTH else amount, unit)
    assert TABLE.is_workday(due(start_of_day(day), limit, TABLE).due_on)


@given(LOADED_DAYS, st.integers(1, 40))
def test_counting_forth_and_back_agrees(day: date, count: int) -> None:
    last = add_working_days(day, count, TABLE)
    assert working_days_between(day, last, TABLE) == count
    assert working_days_between(last, day, TABLE) == -count
    assert next_working_day(last, TABLE) == last


@given(LOADED_DAYS, st.integers(1, 30))
def test_more_days_never_end_earlier(day: date, amount: int) -> None:
    shorter = due(start_of_day(day), Limit(amount, CALENDAR), TABLE).due_on
    longer = due(start_of_day(day), Limit(amount + 1, CALENDAR), TABLE).due_on
    assert shorter <= longer
    assert shanghai_date(end_of_day(shorter) - timedelta(seconds=1)) == shorter


@pytest.mark.parametrize("year", sorted(NOTICES))
def test_the_table_is_the_state_councils(year: str) -> None:
    """chinesecalendar agrees with the notices as the domain page gives them, every day."""
    off: set[date] = set()
    for span in NOTICES[year]["off"]:
        first, last = (date.fromisoformat(part) for part in span.split("/"))
        off |= {first + timedelta(days=step) for step in range((last - first).days + 1)}
    makeup = {date.fromisoformat(day) for day in NOTICES[year]["makeup"]}
    day = date(int(year), 1, 1)
    while day.year == int(year):
        expected = day in makeup or (day not in off and day.weekday() < 5)
        assert TABLE.is_workday(day) is expected, day
        if day in makeup:
            assert TABLE.day_name(day) == "调休上班"
        day += timedelta(days=1)
