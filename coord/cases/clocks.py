"""The clocks of a lead: what is due when. Pure.

The limits are proposals (domain.md 11, modelled on hotlines and petitions); agreements may
set others. They run on the holiday table; hours run through holidays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from coord.cases.enums import Urgency
from coord.kernel.text import N_
from coord.workdays.deadlines import CountingUnit, Due, Limit, add_working_days, due
from coord.workdays.holidays import HolidayTable

WORKING_DAY, CALENDAR_DAY, HOUR = (
    CountingUnit.WORKING_DAY,
    CountingUnit.CALENDAR_DAY,
    CountingUnit.HOUR,
)

ACKNOWLEDGE = N_("签收")
DECIDE = N_("接收或退回")
FIRST_FEEDBACK = N_("首次进展反馈")
FINAL_FEEDBACK = N_("最终反馈")
CONFIRM = N_("移送方确认(到期自动确认)")

LIMITS: Mapping[Urgency, Mapping[str, Limit]] = {
    Urgency.NORMAL: {
        ACKNOWLEDGE: Limit(1, WORKING_DAY),
        DECIDE: Limit(3, WORKING_DAY),
        FIRST_FEEDBACK: Limit(10, WORKING_DAY),
        FINAL_FEEDBACK: Limit(60, CALENDAR_DAY),
        CONFIRM: Limit(5, WORKING_DAY),
    },
    Urgency.EMERGENCY: {
        ACKNOWLEDGE: Limit(4, HOUR),
        DECIDE: Limit(4, HOUR),
        FIRST_FEEDBACK: Limit(24, HOUR),
        FINAL_FEEDBACK: Limit(60, CALENDAR_DAY),
        CONFIRM: Limit(5, WORKING_DAY),
    },
}
#: An extension with a reason adds so many calendar days to the final feedback, once.
EXTENSION_DAYS = 30
#: Warn when so many working days are left.
WARN_WORKING_DAYS = 3


@dataclass(frozen=True)
class Times:
    """When the steps of a lead happened; None where they have not."""

    offered_at: datetime | None
    acknowledged_at: datetime | None
    decided_at: datetime | None
    accepted_at: datetime | None
    first_feedback_at: datetime | None
    fed_back_at: datetime | None
    closed_at: datetime | None
    is_extended: bool = False


@dataclass(frozen=True)
class Clock:
    """One limit of a lead: what, when it runs out, when it was met."""

    name: str
    limit: Limit
    due: Due
    done_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Not met, or met too late."""
        return (self.done_at or now) > self.due.due_at

    def is_near(self, today: date, table: HolidayTable) -> bool:
        """Still open and due within the warning days."""
        return self.done_at is None and self.due.due_on <= add_working_days(
            today, WARN_WORKING_DAYS, table
        )


def clocks_of(times: Times, urgency: Urgency, table: HolidayTable) -> tuple[Clock, ...]:
    """Every clock that has begun, in the order of the steps."""
    limits = dict(LIMITS[urgency])
    if times.is_extended:
        final = limits[FINAL_FEEDBACK]
        limits[FINAL_FEEDBACK] = Limit(final.amount + EXTENSION_DAYS, final.unit)
    steps = (
        (ACKNOWLEDGE, times.offered_at, times.acknowledged_at),
        (DECIDE, times.offered_at, times.decided_at),
        (FIRST_FEEDBACK, times.accepted_at, times.first_feedback_at or times.fed_back_at),
        (FINAL_FEEDBACK, times.accepted_at, times.fed_back_at),
        (CONFIRM, times.fed_back_at, times.closed_at),
    )
    return tuple(
        Clock(name, limits[name], due(start, limits[name], table), done)
        for name, start, done in steps
        if start is not None
    )


def open_clock(clocks: tuple[Clock, ...]) -> Clock | None:
    """The unmet clock that runs out first."""
    running = [clock for clock in clocks if clock.done_at is None]
    return min(running, key=lambda clock: clock.due.due_at, default=None)
