"""One zone stored (UTC), one shown (Asia/Shanghai)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """The present instant, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def shanghai_date(instant: datetime) -> date:
    """The calendar date in Asia/Shanghai at `instant`."""
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """The UTC instant at which `day` begins in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The UTC instant at which `day` ends in Asia/Shanghai: the first of the next day."""
    return start_of_day(day + timedelta(days=1))


def at_shanghai(day: date, clock: time) -> datetime:
    """The UTC instant of wall-clock time `clock` on `day` in Asia/Shanghai."""
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)
