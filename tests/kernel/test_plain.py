"""Clock, regions, actors, refusals."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.kernel.actor import ADMINISTRATORS, SYSTEM, WORKING_ROLES, Actor, Role
from coord.kernel.clock import at_shanghai, end_of_day, shanghai_date, start_of_day
from coord.kernel.errors import Conflict, CoordError, Invalid, NotAllowed, NotFound, Refused
from coord.kernel.regions import FIVE_CITIES, PARTY_NAMES, party_name, party_of, party_short_name

DAYS = st.dates(date(1992, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_a_day_is_24_hours_from_16_utc(day: date) -> None:
    start, end = start_of_day(day), end_of_day(day)
    assert (end - start, start.time(), start.tzinfo) == (timedelta(hours=24), time(16), UTC)
    assert shanghai_date(start) == day
    assert shanghai_date(end - timedelta(microseconds=1)) == day
    assert shanghai_date(end) == day + timedelta(days=1)


def test_a_clock_on_the_wall() -> None:
    assert at_shanghai(date(2026, 9, 18), time(9, 30)) == datetime(2026, 9, 18, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "party"),
    [
        ("510182", "5101"),
        ("511424", "5114"),
        ("500105", "5001"),
        ("500235", "5001"),
        ("510000", "5100"),
    ],
)
def test_the_party_of_a_county(code: str, party: str) -> None:
    assert party_of(code) == party


def test_names_of_parties() -> None:
    assert [party_short_name(key) for key in FIVE_CITIES] == [
        "成都",
        "德阳",
        "雅安",
        "眉山",
        "资阳",
    ]
    assert set(PARTY_NAMES) == {*FIVE_CITIES, "5001"}
    assert (party_name("5001"), party_name("9999")) == ("重庆市", "9999")
    assert (party_name("5103"), party_name("4290")) == ("自贡市", "湖北省直辖县级行政区")


def test_three_administrators_and_four_who_work() -> None:
    assert len(ADMINISTRATORS) == 3
    assert set(Role) == {*ADMINISTRATORS, *WORKING_ROLES}
    assert ADMINISTRATORS.isdisjoint(WORKING_ROLES)
    assert len({role.label for role in Role}) == len(Role)


@pytest.mark.parametrize(
    ("code", "county"), [("510182", True), ("510100", False), ("510000", False), ("", False)]
)
def test_who_acts_for_a_county(code: str, county: bool) -> None:
    actor = Actor(1, "x", 1, "x", code, "", frozenset({Role.OFFICER}))
    assert actor.is_county is county
    assert actor.has(Role.OFFICER, Role.AUDITOR)
    assert not actor.has(Role.AUDITOR)
    assert not SYSTEM.has(*Role)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (CoordError, 400),
        (Invalid, 422),
        (Refused, 409),
        (Conflict, 409),
        (NotAllowed, 403),
        (NotFound, 404),
    ],
)
def test_a_refusal_carries_its_sentence_and_status(refusal: type[CoordError], status: int) -> None:
    raised = refusal("账号“%(login)s”已存在。", login="x")
    assert (raised.status, str(raised)) == (status, "账号“x”已存在。")
    assert (raised.message, raised.params) == ("账号“%(login)s”已存在。", {"login": "x"})
    assert str(refusal("100%")) == "100%"
