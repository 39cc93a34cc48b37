"""Instants of the story."""

from datetime import date, datetime, time

from coord.kernel.clock import at_shanghai


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 30) -> datetime:
    """A wall-clock moment in Asia/Shanghai."""
    return at_shanghai(date(year, month, day), time(hour, minute))
