"""The meter: what counts, what does not and why."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.agreements.enums import ForWhom, RecordKind, Trigger
from coord.agreements.meter import (
    COUNTED,
    OTHER_KIND,
    OTHER_SUBJECT,
    OUTSIDE_TERM,
    OUTSIDE_WINDOW,
    PLANNED,
    TOO_FEW_PARTIES,
    Judged,
    MeterRow,
    Record,
    Rule,
    Subject,
    Term,
    measure,
)

DAILY = Rule("daily", RecordKind.DAILY, ForWhom.GROUP, 1, 12, 2, Trigger.NONE)
SUMMER = Rule("summer", RecordKind.COMPREHENSIVE_SUMMER, ForWhom.AGREEMENT, 5, 8, 1, Trigger.NONE)
EMERGENCY = Rule(
    "emergency", RecordKind.EMERGENCY, ForWhom.AGREEMENT, 1, 12, 3, Trigger.SEASONAL_AIR
)
EXCHANGE = Rule("exchange", RecordKind.EXCHANGE, ForWhom.CITY, 1, 12, 1, Trigger.NONE)
ALL = Subject("", "")
GROUP = Subject("g1", "1", group_id=1)
OTHER = Subject("g2", "2", group_id=2)
CITY = Subject("5101", "成都市", party="5101")
SUBJECTS = (ALL, CITY, GROUP, OTHER)
TERM = Term(date(2024, 1, 1), None, frozenset({"5101", "5106"}))
TODAY = date(2026, 6, 1)


def record(kind: RecordKind, on: date, **changes: object) -> Record:
    made = Record(
        kind=kind,
        key=f"k{on}",
        title="t",
        path="/",
        on=on,
        done=True,
        group_id=1,
        parties=("5101", "5106"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def row(
    rule: Rule,
    subject: Subject,
    records: list[Record],
    *,
    today: date = TODAY,
    term: Term = TERM,
) -> MeterRow:
    rows = measure([rule], SUBJECTS, records, term=term, year=2026, today=today)
    return next(one for one in rows if one.subject == subject)


def reasons(judged: tuple[Judged, ...]) -> list[tuple[str, str]]:
    return [(str(one.record.on), one.reason) for one in judged]


def test_every_record_of_the_year_is_put_where_it_belongs_with_its_reason() -> None:
    daily = RecordKind.DAILY
    records = [
        record(daily, date(2026, 9, 1), done=False),
        record(daily, date(2026, 3, 1)),
        record(daily, date(2026, 4, 1), done=False, excluded="已取消"),
        record(daily, date(2025, 3, 1)),
        record(daily, date(2026, 5, 1), group_id=2),
        record(daily, date(2026, 5, 3), parties=("5101", "5001")),
        record(RecordKind.LOOK_BACK, date(2026, 5, 2)),
        record(RecordKind.LOOK_BACK, date(2026, 5, 4), group_id=2),
        record(RecordKind.LEAD_TRANSFER, date(2026, 5, 5)),
    ]
    found = row(DAILY, GROUP, records)
    assert reasons(found.done) == [("2026-03-01", COUNTED)]
    assert reasons(found.planned) == [("2026-09-01", PLANNED)]
    assert reasons(found.not_counted) == [("2026-04-01", "已取消"), ("2026-05-03", TOO_FEW_PARTIES)]
    assert reasons(found.others) == [
        ("2026-05-01", OTHER_SUBJECT[ForWhom.GROUP]),
        ("2026-05-02", OTHER_KIND),
    ]
    assert (found.required, found.missing, found.overdue) == (2, 1, 0)
    assert found.days_left == (date(2026, 12, 31) - TODAY).days


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
    found = row(SUMMER, ALL, [record(RecordKind.COMPREHENSIVE_SUMMER, on)], today=today)
    assert (len(found.done), found.overdue) == (done, overdue)
    assert [one.reason for one in found.not_counted] == [OUTSIDE_WINDOW] * (1 - done)


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 4, 30), None),
        (date(2026, 5, 1), 122),
        (date(2026, 8, 31), 0),
        (date(2026, 9, 1), None),
    ],
)
def test_days_are_counted_only_within_the_window(today: date, left: int | None) -> None:
    assert row(SUMMER, ALL, [], today=today).days_left == left


def test_the_window_is_cut_to_the_agreements_term() -> None:
    term = replace(TERM, effective_from=date(2026, 6, 15), effective_to=date(2026, 7, 31))
    early = record(RecordKind.COMPREHENSIVE_SUMMER, date(2026, 6, 14))
    good = record(RecordKind.COMPREHENSIVE_SUMMER, date(2026, 6, 15))
    late = record(RecordKind.COMPREHENSIVE_SUMMER, date(2026, 8, 1))
    found = row(SUMMER, ALL, [early, good, late], term=term)
    assert (found.window_from, found.window_to) == (date(2026, 6, 15), date(2026, 7, 31))
    assert reasons(found.done) == [("2026-06-15", COUNTED)]
    assert [one.reason for one in found.not_counted] == [OUTSIDE_TERM, OUTSIDE_TERM]


def test_a_rule_whose_months_come_after_the_end_owes_nothing() -> None:
    term = replace(TERM, effective_to=date(2026, 4, 30))
    assert measure([SUMMER], SUBJECTS, [], term=term, year=2026, today=date(2027, 1, 1)) == ()


def test_what_is_owed_only_when_triggered_is_never_overdue() -> None:
    found = row(EMERGENCY, ALL, [], today=date(2027, 1, 5))
    assert (found.required, found.overdue, found.is_triggered_only) == (0, 0, True)


def test_a_city_is_credited_with_what_it_took_part_in() -> None:
    found = row(
        EXCHANGE,
        CITY,
        [
            record(RecordKind.EXCHANGE, date(2026, 2, 1)),
            record(RecordKind.EXCHANGE, date(2026, 2, 2), parties=("5106", "5118")),
        ],
    )
    assert reasons(found.done) == [("2026-02-01", COUNTED)]
    assert reasons(found.others) == [("2026-02-02", OTHER_SUBJECT[ForWhom.CITY])]


@pytest.mark.parametrize(
    ("rule", "owing"),
    [(DAILY, [GROUP, OTHER]), (EXCHANGE, [CITY]), (SUMMER, [ALL])],
    ids=["groups", "cities", "agreement"],
)
def test_who_owes(rule: Rule, owing: list[Subject]) -> None:
    rows = measure([rule], SUBJECTS, [], term=TERM, year=2026, today=TODAY)
    assert [one.subject for one in rows] == owing


RECORDS = st.lists(
    st.builds(
        record,
        st.sampled_from(RecordKind),
        st.dates(date(2025, 11, 1), date(2027, 2, 1)),
        done=st.booleans(),
        excluded=st.sampled_from([None, "已取消"]),
        group_id=st.sampled_from([None, 1, 2]),
        parties=st.sampled_from([("5101",), ("5101", "5106"), ("5101", "5106", "5001"), ("5001",)]),
    ),
    max_size=20,
).map(lambda records: [replace(one, key=f"k{n}") for n, one in enumerate(records)])
RULES = (DAILY, SUMMER, EMERGENCY, EXCHANGE)


@given(RECORDS, st.dates(date(2025, 12, 1), date(2027, 1, 31)), st.randoms())
def test_order_does_not_matter_and_each_record_is_judged_at_most_once(
    records: list[Record], today: date, chance: Random
) -> None:
    shuffled = list(records)
    chance.shuffle(shuffled)
    rows = measure(RULES, SUBJECTS, records, term=TERM, year=2026, today=today)
    assert rows == measure(RULES, SUBJECTS, shuffled, term=TERM, year=2026, today=today)
    for one in rows:
        judged = (*one.done, *one.planned, *one.not_counted, *one.others)
        keys = [each.record.key for each in judged]
        assert len(keys) == len(set(keys))
        assert {each.record.on.year for each in judged} <= {2026}
        assert all(each.reason for each in judged)
        assert one.overdue in (0, one.missing)
        assert one.overdue <= one.required
        assert min(one.overdue, one.missing, one.required) >= 0


@given(RECORDS)
def test_whatever_counts_is_done_of_the_kind_within_the_window_and_of_two_cities(
    records: list[Record],
) -> None:
    for one in measure(RULES, SUBJECTS, records, term=TERM, year=2026, today=TODAY):
        for judged in one.done:
            assert judged.record.done
            assert judged.record.kind is one.rule.kind
            assert one.window_from <= judged.record.on <= one.window_to
            assert len(TERM.parties & set(judged.record.parties)) == 2
