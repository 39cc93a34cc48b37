"""Codes, coordinates, clocks, and the closed table of states."""

from datetime import UTC, date, datetime
from datetime import time as clock_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.boundaries.coordinates import parse_degrees
from coord.cases.clocks import ACKNOWLEDGE, DECIDE, FINAL_FEEDBACK, Times, clocks_of, open_clock
from coord.cases.credit_code import ALPHABET, check_character, is_credit_code
from coord.cases.enums import FINAL_STATES, LeadState, Urgency
from coord.cases.workflow import WORKFLOW
from coord.kernel.clock import at_shanghai
from coord.kernel.errors import Invalid
from coord.workdays.holidays import HolidayTable

TABLE = HolidayTable()


@pytest.mark.parametrize(
    "code",
    [
        "91000000MATEXT001B",
        "91000000MATEXT002E",
        "91000000MATEXT003H",
        "92000000MATEXT004H",
        "12000000MATEXT005W",
    ],
)
def test_the_sample_codes_are_good_and_one_wrong_sign_is_seen(code: str) -> None:
    assert is_credit_code(code)
    for position in range(17):
        other = ALPHABET[(ALPHABET.index(code[position]) + 1) % 31]
        assert not is_credit_code(code[:position] + other + code[position + 1 :])


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_every_body_has_exactly_one_check_character(body: str) -> None:
    good = [sign for sign in ALPHABET if is_credit_code(body + sign)]
    assert good == [check_character(body)]


@pytest.mark.parametrize(
    "code", ["", "91000000MATEXT001", "91000000MATEXT001I", "九1000000MATEXT001B"]
)
def test_what_is_no_code(code: str) -> None:
    assert not is_credit_code(code)


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("103.5062", 103.5062),
        (" 103.5E ", 103.5),
        ("103°30′22.32″E", 103.5062),
        ("东经103度30分22.32秒", 103.5062),
        ("30°30'", 30.5),
        ("30°", 30.0),
        ("-3.5", -3.5),
    ],
)
def test_degrees_as_people_type_them(text: str, degrees: float) -> None:
    assert parse_degrees(text) == pytest.approx(degrees)


@pytest.mark.parametrize(
    "text", ["", "abc", "103,5", "103°75′", "1e5", "1234.5", "nan", "103.5 30.2"]
)
def test_what_is_no_coordinate(text: str) -> None:
    with pytest.raises(Invalid, match="看不懂的坐标"):
        parse_degrees(text)


def times(**given_: datetime | bool) -> Times:
    names = (
        "offered_at",
        "acknowledged_at",
        "decided_at",
        "accepted_at",
        "first_feedback_at",
        "fed_back_at",
        "closed_at",
    )
    return Times(**{**dict.fromkeys(names), **given_})  # type: ignore[arg-type]


FRIDAY = at_shanghai(date(2026, 9, 18), clock_time(15, 0))


def test_story_a_counts_the_make_up_sunday() -> None:
    clocks = {one.name: one for one in clocks_of(times(offered_at=FRIDAY), Urgency.NORMAL, TABLE)}
    assert clocks[ACKNOWLEDGE].due.due_on == date(2026, 9, 20)
    assert clocks[DECIDE].due.due_on == date(2026, 9, 22)


def test_an_emergency_runs_on_hours_through_the_weekend() -> None:
    clocks = clocks_of(times(offered_at=FRIDAY), Urgency.EMERGENCY, TABLE)
    assert [(one.due.due_at - FRIDAY).total_seconds() / 3600 for one in clocks] == [4, 4]


def test_the_open_clock_is_the_nearest_and_lateness_is_kept() -> None:
    late = datetime(2026, 9, 25, 8, 0, tzinfo=UTC)
    clocks = clocks_of(times(offered_at=FRIDAY, acknowledged_at=late), Urgency.NORMAL, TABLE)
    assert open_clock(clocks) == clocks[1]
    assert clocks[0].is_overdue(late)
    assert clocks[1].is_overdue(late)


def test_an_extension_adds_thirty_days() -> None:
    plain = clocks_of(times(offered_at=FRIDAY, accepted_at=FRIDAY), Urgency.NORMAL, TABLE)
    longer = clocks_of(
        times(offered_at=FRIDAY, accepted_at=FRIDAY, is_extended=True), Urgency.NORMAL, TABLE
    )
    ends = [
        next(one.due.due_on for one in clocks if one.name == FINAL_FEEDBACK)
        for clocks in (plain, longer)
    ]
    assert ends == [date(2026, 11, 17), date(2026, 12, 17)]


def test_the_table_is_closed() -> None:
    """Every state is reached, only the final ones have no way out, no verb stands twice."""
    reached = {LeadState.DRAFT} | {arrow.to for arrow in WORKFLOW.arrows}
    assert reached == set(LeadState)
    stuck = {
        state for state in LeadState if not any(state in arrow.from_ for arrow in WORKFLOW.arrows)
    }
    assert stuck == set(FINAL_STATES)
