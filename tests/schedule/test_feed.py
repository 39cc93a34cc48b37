"""The feed's bytes: linted octet by octet, read back by other libraries, golden files."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from coord.schedule.feed import (
    FeedEvent,
    FeedInfo,
    etag_of,
    http_date,
    is_not_modified,
    render_feed,
    render_single,
)
from tests.ics_linter import lint

GOLDEN = Path(__file__).parent / "golden"
CHANGED = datetime(2026, 9, 11, 1, 30, tzinfo=UTC)
START = datetime(2026, 10, 15, 1, 30, tzinfo=UTC)
EVENT = FeedEvent(
    uid="0123456789abcdef@coord.actions",
    summary="第6组联动(蒲江–东坡–丹棱)",
    starts=START,
    ends=START + timedelta(hours=7, minutes=30),
    created_at=datetime(2026, 9, 10, 3, 0, tzinfo=UTC),
    changed_at=CHANGED,
    sequence=0,
    description="属地: 蒲江县\n参加: 蒲江县、东坡区、丹棱县",
    location="蒲江县 示范路6号",
    url="https://coord.example/schedule/actions/6",
    categories=("联动执法",),
)
INFO = FeedInfo(
    uid="subscription-1@coord.calendars",
    name="联动行动",
    description="跨市联动执法行动",
    url="https://coord.example/schedule/subscriptions",
    changed_at=CHANGED,
)
LATER = CHANGED + timedelta(days=3)
MOVED = replace(
    EVENT,
    starts=START + timedelta(days=1),
    ends=EVENT.ends + timedelta(days=1),
    sequence=1,
    changed_at=LATER,
)  # type: ignore[operator]
SCENARIOS = {
    "new": EVENT,
    "moved": MOVED,
    "cancelled": replace(MOVED, is_cancelled=True, sequence=2),
    "restored": replace(MOVED, sequence=3),
    "renamed": replace(EVENT, summary="第6组联动(改名)", changed_at=LATER),
    "all_day": replace(
        EVENT, starts=date(2026, 10, 1), ends=date(2026, 12, 31), is_transparent=True
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_golden_files_octet_by_octet(name: str) -> None:
    body = render_feed([SCENARIOS[name]], INFO)
    assert lint(body) == []
    path = GOLDEN / f"{name}.ics"
    assert path.read_bytes() == body


def test_times_are_wall_clock_in_shanghai() -> None:
    event = icalendar.Calendar.from_ical(render_feed([EVENT], INFO)).walk("VEVENT")[0]
    assert event["DTSTART"].dt.isoformat() == "2026-10-15T09:30:00+08:00"
    assert event["DTSTART"].dt == START
    assert event["DTSTAMP"].dt == CHANGED


def test_the_last_day_of_an_all_day_event_is_exclusive() -> None:
    event = icalendar.Calendar.from_ical(render_feed([SCENARIOS["all_day"]], INFO)).walk("VEVENT")[
        0
    ]
    assert event["DTEND"].dt == date(2027, 1, 1)
    assert event["TRANSP"] == "TRANSPARENT"


def test_a_cancelled_event_says_so_twice() -> None:
    text = render_feed([SCENARIOS["cancelled"]], INFO).decode()
    assert "SUMMARY:【取消】第6组联动" in text
    assert "STATUS:CANCELLED" in text


def test_cancellation_by_mail_is_a_method() -> None:
    body = render_single(SCENARIOS["cancelled"], method="CANCEL")
    assert b"METHOD:CANCEL\r\n" in body
    assert lint(body) == []


def test_order_of_events_does_not_change_the_bytes() -> None:
    events = [
        replace(EVENT, uid=f"{n}@coord.actions", starts=START + timedelta(days=n % 3))
        for n in range(6)
    ]  # type: ignore[operator]
    events = [replace(e, ends=e.starts + timedelta(hours=1)) for e in events]  # type: ignore[operator]
    assert render_feed(events, INFO) == render_feed(reversed(events), INFO)


TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("联动执法大气,;:\\\n\r\t\x00\x0b\x7f\"'😀👩‍🚒^"),
    ),
    max_size=300,
)


def readable(text: str) -> str:
    """What of a text a calendar can carry: control characters fall away, line ends are LF."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(c for c in plain if c == "\n" or (ord(c) >= 32 and ord(c) != 127))


@given(summary=TEXT, description=TEXT, location=TEXT)
def test_any_text_survives(summary: str, description: str, location: str) -> None:
    event = replace(EVENT, summary=summary, description=description, location=location)
    body = render_feed([event], INFO)
    assert lint(body) == []
    parsed = icalendar.Calendar.from_ical(body).walk("VEVENT")[0]
    assert str(parsed["SUMMARY"]) == readable(summary)
    if description:
        assert str(parsed["DESCRIPTION"]) == readable(description)


def test_ten_thousand_characters_survive_in_two_libraries() -> None:
    long = "执法,联动;\\" * 2000
    body = render_feed([replace(EVENT, description=long)], INFO)
    assert lint(body) == []
    other = next(vobject.readComponents(body.decode("utf-8")))
    assert other.vevent.description.value == long
    assert other.vevent.dtstart.value == START


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (lambda b: b.replace(b"\r\n", b"\n"), "CR"),
        (lambda b: b.replace(b"SUMMARY:", b"SUMMARY:" + b"x" * 80), "octets"),
        (lambda b: b.replace(b"DTSTAMP", b"X-STAMP"), "DTSTAMP"),
        (lambda b: b.replace(b";TZID=Asia/Shanghai", b""), "floating"),
        (lambda b: b.replace(b"LOCATION:", b"LOCATION:a,b"), "escaped"),
        (lambda b: b"\xef\xbb\xbf" + b, "byte order"),
        (lambda b: b.replace(b"END:VEVENT", b"ORGANIZER:mailto:a@b\r\nEND:VEVENT"), "personal"),
    ],
)  # fmt: skip
def test_the_linter_sees_faults(broken: object, word: str) -> None:
    faults = lint(broken(render_feed([EVENT], INFO)))  # type: ignore[operator]
    assert any(word in fault for fault in faults), faults


def test_control_characters_in_addresses_are_an_error() -> None:
    with pytest.raises(ValueError, match="not an address"):
        render_feed([replace(EVENT, uid="a\r\nb")], INFO)


TAG = etag_of(b"x")
SAME = http_date(CHANGED)


@pytest.mark.parametrize(
    ("if_none_match", "if_modified_since", "expected"),
    [
        (None, None, False),
        (TAG, None, True),
        (f"W/{TAG}", None, True),
        ('"other"', None, False),
        (f'"other", {TAG}', None, True),
        ("*", None, True),
        ('"other"', SAME, False),
        (None, SAME, True),
        (None, http_date(CHANGED - timedelta(seconds=1)), False),
        (None, http_date(CHANGED + timedelta(days=1)), True),
        (None, "not a date", False),
        (None, "2026-09-11", False),
        (None, "", False),
    ],
)
def test_the_304_matrix(
    if_none_match: str | None, if_modified_since: str | None, expected: bool
) -> None:
    found = is_not_modified(if_none_match, if_modified_since, etag=TAG, last_modified=CHANGED)
    assert found is expected
