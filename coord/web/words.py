"""Words a msgid that came from below the web layer, and dates, money, numbers."""

from datetime import date, datetime

from flask_babel import gettext

from coord.kernel.clock import SHANGHAI
from coord.kernel.errors import CoordError
from coord.kernel.text import N_, Phrase

WEEKDAYS = (
    N_("周一"),
    N_("周二"),
    N_("周三"),
    N_("周四"),
    N_("周五"),
    N_("周六"),
    N_("周日"),
)


def say(message: str, **params: object) -> str:
    """The msgid in the person's language, its texts and phrases among the parameters as well."""
    if not message:
        return ""
    return gettext(message, **{key: _worded(value) for key, value in params.items()})


def _worded(value: object) -> object:
    if isinstance(value, Phrase):
        return say(value.msgid, **value.params)
    return gettext(value) if isinstance(value, str) and value else value


def translate(error: CoordError) -> str:
    """A refusal in the person's language."""
    return say(error.message, **error.params)


def weekday(day: date) -> str:
    """周一 … 周日."""
    return gettext(WEEKDAYS[day.weekday()])


def day_text(day: date | None) -> str:
    """2026-09-22, or a dash."""
    return "—" if day is None else day.isoformat()


def instant_text(instant: datetime | None) -> str:
    """2026-09-22 09:30 in Asia/Shanghai, or a dash."""
    if instant is None:
        return "—"
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def km_text(metres: float | None) -> str:
    """Kilometres with one decimal below 100 km, none above; without a unit."""
    if metres is None:
        return "—"
    km = metres / 1000
    return f"{km:,.1f}" if km < 100 else f"{km:,.0f}"
