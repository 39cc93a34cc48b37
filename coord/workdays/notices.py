"""The State Council's notices that the shipped years rest on, and a year's days as spans. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from coord.workdays.holidays import HolidayTable


@dataclass(frozen=True)
class ShippedNotice:
    """A year's notice: when it was issued, and the grade of the source as domain.md has it."""

    year: int
    notice_on: date
    grade: str


@cache
def shipped_notices() -> dict[int, ShippedNotice]:
    """The notices in data/notices.json, by year."""
    path = Path(__file__).parent / "data" / "notices.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["years"]
    return {
        int(year): ShippedNotice(int(year), date.fromisoformat(row["notice_on"]), row["grade"])
        for year, row in rows.items()
    }


@dataclass(frozen=True)
class Span:
    """Days in a row of one name, all off or all worked; `name` is a msgid."""

    first: date
    last: date
    name: str
    is_workday: bool

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def spans_of(year: int, table: HolidayTable) -> list[Span]:
    """The days of the year that are out of the ordinary, joined where they follow each other."""
    start = date(year, 1, 1)
    count = (date(year, 12, 31) - start).days + 1
    spans: list[Span] = []
    for day in _days(start, count):
        name = table.day_name(day)
        if name is None:
            continue
        span = Span(day, day, name, table.is_workday(day))
        before = spans[-1] if spans else None
        if before is not None and _follows(span, before):
            span = Span(before.first, day, name, span.is_workday)
            spans.pop()
        spans.append(span)
    return spans


def _days(start: date, count: int) -> Iterable[date]:
    return (start + timedelta(days=step) for step in range(count))


def _follows(span: Span, before: Span) -> bool:
    same = (before.name, before.is_workday) == (span.name, span.is_workday)
    return same and before.last + timedelta(days=1) == span.first
