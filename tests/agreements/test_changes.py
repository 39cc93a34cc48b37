"""What a successor asks differently."""

from dataclasses import replace

from coord.agreements.changes import (
    ADDED,
    NUMBER,
    REMOVED,
    TRIGGER,
    WHOM,
    WINDOW,
    Change,
    compare,
)
from coord.agreements.enums import ForWhom, RecordKind, Trigger
from coord.agreements.meter import Rule

DAILY = Rule("daily", RecordKind.DAILY, ForWhom.GROUP, 1, 12, 2, Trigger.NONE)
SUMMER = Rule("summer", RecordKind.COMPREHENSIVE_SUMMER, ForWhom.AGREEMENT, 5, 8, 1, Trigger.NONE)


def test_the_same_rules_in_any_order_are_no_change() -> None:
    assert compare([DAILY, SUMMER], [SUMMER, DAILY]) == ()


def test_each_difference_is_told_once() -> None:
    other = replace(
        DAILY, required=4, first_month=3, for_whom=ForWhom.CITY, trigger=Trigger.OCCASION
    )
    kind = RecordKind.DAILY
    assert compare([DAILY], [other]) == (
        Change(kind, NUMBER, "2", "4"),
        Change(kind, WINDOW, "1–12", "3–12"),
        Change(kind, WHOM, ForWhom.GROUP.label, ForWhom.CITY.label),
        Change(kind, TRIGGER, Trigger.NONE.label, Trigger.OCCASION.label),
    )


def test_what_came_and_what_went() -> None:
    assert compare([DAILY], [SUMMER]) == (
        Change(RecordKind.COMPREHENSIVE_SUMMER, ADDED, "", "1"),
        Change(RecordKind.DAILY, REMOVED, "2", ""),
    )
