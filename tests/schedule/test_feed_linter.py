"""The linter itself: faults that the feed never makes must still be seen."""

from collections.abc import Callable

import pytest

from coord.schedule.feed import render_feed
from tests.ics_linter import lint
from tests.schedule.test_feed import EVENT, INFO

GOOD = render_feed([EVENT], INFO)


def swap(old: bytes, new: bytes) -> Callable[[], bytes]:
    """The good calendar with one thing made wrong, which must have been there."""

    def made() -> bytes:
        assert old in GOOD
        return GOOD.replace(old, new)

    return made


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (swap(b"DTEND;TZID=Asia/Shanghai:20261015T170000", b"DTEND;TZID=Asia/Shanghai:20261015T093000"), "DTEND is not after DTSTART"),
        (swap(b"TZID:Asia/Shanghai", b"TZID:Asia/Chongqing"), "DTSTART: floating or undeclared zone"),
        (swap(b"SEQUENCE:0\r\n", b""), "event without one SEQUENCE"),
        (swap(b"SEQUENCE:0\r\n", b"SEQUENCE:0\r\nSEQUENCE:1\r\n"), "event without one SEQUENCE"),
        (swap(b"UID:0123456789abcdef", b"X-ID:0123456789abcdef"), "event without one UID"),
        (swap(b"VERSION:2.0\r\n", b""), "missing VERSION:2.0"),
        (swap(b"SUMMARY:", b"SUMMARY "), "event without one SUMMARY"),
        (swap(b"LOCATION:", b"LOCATION:\x0b"), "control character"),
        (swap(b"LOCATION:", b"LOCATION:\\q"), "LOCATION: a backslash escapes nothing"),
        (swap(b"SEQUENCE:0", b"SEQUENCE:x"), "SEQUENCE:x: not a whole number"),
        (swap(b"SEQUENCE:0", b"SEQUENCE:-1"), "SEQUENCE:-1: not a whole number"),
        (swap(b"STATUS:", b"ATTENDEE:mailto:a@b\r\nSTATUS:"), "ATTENDEE: personal data"),
        (lambda: GOOD[:-2], "no final CRLF"),
        (lambda: GOOD + GOOD, "not exactly one VCALENDAR"),
        (lambda: render_feed([EVENT, EVENT], INFO), "a UID stands twice"),
        (lambda: b"", "no final CRLF"),
    ],
)  # fmt: skip
def test_a_fault_is_named(broken: Callable[[], bytes], fault: str) -> None:
    faults = lint(broken())
    assert [one for one in faults if one.endswith(fault)] != [], faults


def test_a_fold_within_a_character_is_seen() -> None:
    at = GOOD.index("联动".encode()) + 1
    assert [one for one in lint(GOOD[:at] + b"\r\n " + GOOD[at:]) if "splits" in one] != []


def test_the_good_calendar_has_no_fault() -> None:
    assert lint(GOOD) == []
