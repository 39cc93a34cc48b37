"""Which days are working days. Pure.

Past years come from the chinesecalendar package, which holds the State Council's notices
and refuses to guess; rows that an administrator entered win over it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import chinese_calendar

from coord.kernel.text import N_

#: The years this release vouches for, checked against data/notices.json.
SHIPPED_YEARS = frozenset({2023, 2024, 2025, 2026})

SATURDAY = 5

#: chinesecalendar's English names → msgids.
HOLIDAY_NAMES: dict[str, str] = {
    "New Year's Day": N_("元旦"),
    "Spring Festival": N_("春节"),
    "Tomb-sweeping Day": N_("清明节"),
    "Labour Day": N_("劳动节"),
    "Dragon Boat Festival": N_("端午节"),
    "Mid-autumn Festival": N_("中秋节"),
    "National Day": N_("国庆节"),
}
MAKEUP_WORKDAY = N_("调休上班")
HOLIDAY = N_("放假")


@dataclass(frozen=True)
class Override:
    """A day that an administrator entered from a notice."""

    is_workday: bool
    name: str


@dataclass(frozen=True)
class HolidayTable:
    """Working days of every year; `loaded` names the years whose notice is known."""

    overrides: Mapping[date, Override] = field(default_factory=dict)
    loaded: frozenset[int] = SHIPPED_YEARS

    def is_loaded(self, year: int) -> bool:
        """Whether the year's holiday notice is known."""
        return year in self.loaded

    def is_workday(self, day: date) -> bool:
        """Whether offices work on `day`; in a year not loaded, Monday to Friday."""
        override = self.overrides.get(day)
        if override is not None:
            return override.is_workday
        if day.year in SHIPPED_YEARS:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < SATURDAY

    def day_name(self, day: date) -> str | None:
        """The holiday's name, or 调休上班, as a msgid; None on an ordinary day."""
        override = self.overrides.get(day)
        if override is not None:
            return override.name
        if day.year not in SHIPPED_YEARS:
            return None
        is_off, name = chinese_calendar.get_holiday_detail(day)
        if is_off:
            return HOLIDAY_NAMES.get(name, HOLIDAY) if name else None
        return MAKEUP_WORKDAY if day.weekday() >= SATURDAY else None
