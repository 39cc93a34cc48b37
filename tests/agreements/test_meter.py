"""The meter: what counts, what does not and why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.agreements.enums import ForWhom, RecordKind, Trigger
from coord.agreements.meter import MeterRow, Record, Rule, Subject, measure

DAILY = Rule("daily", RecordKind.DAILY, ForWhom.GROUP, 1, 12, 2, Trigger.NONE)
SUMMER = Rule("summer", RecordKind.COMPREHENSIVE_SUMMER, ForWhom.AGREEMENT, 5, 8, 1, Trigger.NONE)
EMERGENCY = Rule(
    "emergency", RecordKind.EMERGENCY, ForWhom.AGREEMENT, 1, 12, 3, Trigger.SEASONAL_AIR
)
ALL = Subject("", "")
GROUP = Subject("g1", "1", group_id=1)
OTHER = Subject("g2", "2", group_id=2)
CITY = Subject("5101", "成都市", party="5101")


def record(kind: RecordKind, on: date, **given_: object) -> Record:
    values = {
        "key": f"k{on}",
        "title": "t",
        "path": "/",
        "done": True,
        "group_id": 1,
        "parties": ("5101",),
    }
    return Record(kind=kind, on=on, **{**values, **given_})  # type: ignore[arg-type]


def row(rule: Rule, subject: Subject, records: list[Record], today: date) -> MeterRow:
    return measure([rule], [ALL, CITY, GROUP, OTHER], records, year=2026, today=today)[
        {ALL: 0, GROUP: 0, OTHER: 1}[subject]
    ]


def test_done_planned_and_not_counted_are_kept_apart() -> None:
    records = [
        record(RecordKind.DAILY, date(2026, 3, 1)),
        record(RecordKind.DAILY, date(2026, 9, 1), done=False),
        record(RecordKind.DAILY, date(2026, 4, 1), done=False, excluded="已取消"),
        record(RecordKind.DAILY, date(2025, 3, 1)),
        record(RecordKind.DAILY, date(2026, 5, 1), group_id=2),
        record(RecordKind.LOOK_BACK, date(2026, 5, 2)),
    ]
    found = row(DAILY, GROUP, records, date(2026, 6, 1))
    assert [judged.record.on for judged in found.done] == [date(2026, 3, 1)]
    assert [judged.record.on for judged in found.planned] == [date(2026, 9, 1)]
    assert [judged.reason for judged in found.not_counted] == ["已取消"]
    assert (found.required, found.missing, found.overdue) == (2, 1, 0)
    assert found.days_left == (date(2026, 12, 31) - date(2026, 6, 1)).days


@pytest.mark.parametrize(
    ("on", "today", "done", "overdue"),
    [
        (date(2026, 5, 1), date(2026, 9, 1), 1, 0),
        (date(2026, 8, 31), date(2026, 9, 1), 1, 0),
        (date(2026, 9, 1), date(2026, 9, 1), 0, 1),
        (date(2026, 4, 30), date(2026, 8, 31), 0, 0),
    ],
    ids=["first day", "last day", "a day late", "a day early"],
)
def test_the_window_has_both_its_ends(on: date, today: date, done: int, overdue: int) -> None:
    found = row(SUMMER, ALL, [record(RecordKind.COMPREHENSIVE_SUMMER, on)], today)
    assert (len(found.done), found.overdue) == (done, overdue)
    assert len(found.not_counted) == 1 - done


def test_what_is_owed_only_when_triggered_is_never_overdue() -> None:
    found = row(EMERGENCY, ALL, [], date(2027, 1, 5))
    assert (found.required, found.overdue, found.is_triggered_only) == (0, 0, True)


def test_who_owes() -> None:
    city = Rule("x", RecordKind.EXCHANGE, ForWhom.CITY, 1, 12, 1, Trigger.NONE)
    rows = measure([city], [ALL, CITY, GROUP], [], year=2026, today=date(2026, 1, 1))
    assert [one.subject for one in rows] == [CITY]


@given(
    st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.booleans()), max_size=12),
    st.randoms(),
)
def test_order_does_not_matter_and_each_record_is_judged_at_most_once(
    days: list[tuple[date, bool]], chance: object
) -> None:
    records = [
        record(RecordKind.DAILY, on, done=done, key=f"k{n}") for n, (on, done) in enumerate(days)
    ]
    shuffled = list(records)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    straight = row(DAILY, GROUP, records, date(2026, 6, 1))
    assert straight == row(DAILY, GROUP, shuffled, date(2026, 6, 1))
    keys = [
        j.record.key
        for part in (straight.done, straight.planned, straight.not_counted)
        for j in part
    ]
    assert len(keys) == len(set(keys)) == sum(1 for on, _done in days if on.year == 2026)
    assert straight.overdue >= 0
    assert straight.missing >= 0
