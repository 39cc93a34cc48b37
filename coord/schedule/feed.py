"""Renders calendars as iCalendar bytes (RFC 5545, 7986) and answers revalidation. Pure.

The same events give the same bytes. Property values are made by the icalendar library
(escaping, folding at 75 octets); the time zone is one hand-checked block.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from icalendar.parser import Contentline
from icalendar.prop import vText

from coord.kernel.clock import SHANGHAI

PRODID = "-//Coord//Joint enforcement calendar//ZH"

#: Octets on a physical line (RFC 5545 3.1); shorter lines need no folding.
FOLD_AT = 75

#: What RFC 5545 knows of; a subscription is PUBLISH.
METHODS = ("PUBLISH", "CANCEL")

#: TEXT carries no control characters but the newline, and UTF-8 no lone surrogates.
NOT_IN_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
#: UIDs and URIs have no way to escape any of these.
NOT_IN_ADDRESS = re.compile("[\x00-\x20\x7f\ud800-\udfff]")

#: Put before the title of a cancelled event, for clients that ignore STATUS.
CANCELLED_PREFIX = "【取消】"

#: Asia/Shanghai without daylight saving, valid for everything since 1992.
VTIMEZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZNAME:CST",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True)
class FeedEvent:
    """One event as calendars see it. Instants are aware; all-day events use dates.

    `ends` is the last day of an all-day event, included, or the end instant.
    """

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date
    created_at: datetime
    #: Last change of anything a calendar shows; DTSTAMP and LAST-MODIFIED.
    changed_at: datetime
    sequence: int
    description: str = ""
    location: str = ""
    url: str = ""
    is_cancelled: bool = False
    is_tentative: bool = False
    #: Does not block the day (a campaign of months).
    is_transparent: bool = False
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeedInfo:
    """The calendar itself."""

    uid: str
    name: str
    description: str
    url: str
    changed_at: datetime
    refresh: str = "PT1H"


def render_feed(events: Iterable[FeedEvent], info: FeedInfo) -> bytes:
    """A published calendar: UTF-8, CRLF, one VTIMEZONE, events by start and UID.

    Raises ValueError for a time without zone, an end before its start, or a UID or address
    with characters that iCalendar cannot carry.
    """
    lines = [
        *_head("PUBLISH"),
        _text("UID", _address(info.uid)),
        _line("LAST-MODIFIED", _utc(info.changed_at)),
        _text("NAME", info.name),
        _text("X-WR-CALNAME", info.name),
        _text("DESCRIPTION", info.description),
        _text("X-WR-CALDESC", info.description),
        "X-WR-TIMEZONE:Asia/Shanghai",
        _line("REFRESH-INTERVAL", info.refresh, VALUE="DURATION"),
        _line("X-PUBLISHED-TTL", info.refresh),
        _line("SOURCE", _address(info.url), VALUE="URI"),
        "COLOR:darkgreen",
        *VTIMEZONE,
    ]
    for event in sorted(events, key=lambda one: (_order(one.starts), one.uid)):
        lines += _event_lines(event)
    return _bytes([*lines, "END:VCALENDAR"])


def render_single(event: FeedEvent, *, method: str = "PUBLISH") -> bytes:
    """One event as a file for mail or chat; METHOD:CANCEL takes it back.

    Raises ValueError for another method.
    """
    if method not in METHODS:
        raise ValueError(f"not a method of ours: {method!r}")
    lines = [*_head(method), *VTIMEZONE, *_event_lines(event), "END:VCALENDAR"]
    return _bytes(lines)


def _head(method: str) -> list[str]:
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODID}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
    ]


def _event_lines(event: FeedEvent) -> list[str]:
    title = f"{CANCELLED_PREFIX}{event.summary}" if event.is_cancelled else event.summary
    lines = [
        "BEGIN:VEVENT",
        _text("UID", _address(event.uid)),
        _line("DTSTAMP", _utc(event.changed_at)),
        _line("CREATED", _utc(event.created_at)),
        _line("LAST-MODIFIED", _utc(event.changed_at)),
        _line("SEQUENCE", str(event.sequence)),
        *_when(event),
        _text("SUMMARY", title),
    ]
    for name, value in (("DESCRIPTION", event.description), ("LOCATION", event.location)):
        if value:
            lines.append(_text(name, value))
    if event.url:
        lines.append(_line("URL", _address(event.url), VALUE="URI"))
    if event.categories:
        joined = ",".join(vText(_clean(one)).to_ical().decode() for one in event.categories)
        lines.append(_line("CATEGORIES", joined))
    status = (
        "CANCELLED" if event.is_cancelled else "TENTATIVE" if event.is_tentative else "CONFIRMED"
    )
    transparent = event.is_transparent or event.is_cancelled
    lines += [f"STATUS:{status}", f"TRANSP:{'TRANSPARENT' if transparent else 'OPAQUE'}"]
    return [*lines, "END:VEVENT"]


def _when(event: FeedEvent) -> list[str]:
    if isinstance(event.starts, datetime) and isinstance(event.ends, datetime):
        if _aware(event.ends) <= _aware(event.starts):
            raise ValueError(f"{event.uid} ends before it starts")
        local = [one.astimezone(SHANGHAI) for one in (event.starts, event.ends)]
        return [
            f"{name};TZID=Asia/Shanghai:{one:%Y%m%dT%H%M%S}"
            for name, one in zip(("DTSTART", "DTEND"), local, strict=True)
        ]
    if isinstance(event.starts, datetime) or isinstance(event.ends, datetime):
        raise TypeError(f"{event.uid} has a date and an instant")
    if event.ends < event.starts:
        raise ValueError(f"{event.uid} ends before it starts")
    after = event.ends + timedelta(days=1)
    return [f"DTSTART;VALUE=DATE:{event.starts:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]


def _order(when: datetime | date) -> str:
    day = when.astimezone(SHANGHAI) if isinstance(when, datetime) else when
    return day.isoformat()


def _text(name: str, value: str) -> str:
    return f"{name}:{vText(_clean(value)).to_ical().decode('utf-8')}"


def _line(name: str, value: str, **parameters: str) -> str:
    given = "".join(f";{key}={word}" for key, word in parameters.items())
    return f"{name}{given}:{value}"


def _clean(value: str) -> str:
    """TEXT may hold no control characters but the newline; a lone CR is a newline."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return NOT_IN_TEXT.sub("", plain)


def _address(value: str) -> str:
    """UIDs and URIs cannot be escaped: control characters in them are a programming error."""
    if NOT_IN_ADDRESS.search(value):
        raise ValueError(f"not an address: {value!r}")
    return value


def _utc(instant: datetime) -> str:
    return f"{_aware(instant).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _aware(instant: datetime) -> datetime:
    """A naive time would be read in the server's zone: floating, and other on each machine."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant}")
    return instant


def _bytes(lines: Sequence[str]) -> bytes:
    return b"".join(_fold(line) + b"\r\n" for line in lines)


def _fold(line: str) -> bytes:
    plain = line.encode("utf-8")
    if len(plain) < FOLD_AT:
        return plain
    # The library's class carries no annotations.
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return folded


def etag_of(body: bytes) -> str:
    """A strong entity tag of the bytes, quoted."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def http_date(instant: datetime) -> str:
    """An instant as HTTP writes it, to the second, in GMT."""
    return format_datetime(instant.astimezone(UTC).replace(microsecond=0), usegmt=True)


def is_not_modified(
    if_none_match: str | None,
    if_modified_since: str | None,
    *,
    etag: str,
    last_modified: datetime,
) -> bool:
    """Whether 304 is right: If-None-Match decides where present, else a well-formed date."""
    if if_none_match is not None:
        tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
        return "*" in tags or etag in tags
    if if_modified_since is None:
        return False
    try:
        since = parsedate_to_datetime(if_modified_since)
    # A year of eleven digits overflows instead of being refused.
    except (OverflowError, TypeError, ValueError):
        return False
    if since.tzinfo is None:
        return False
    return last_modified.astimezone(UTC).replace(microsecond=0) <= since
