"""Who knows of what; the meter of a year from records, rosters and dates."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from coord.agreements import queries
from coord.agreements.enums import ForWhom, RecordKind
from coord.agreements.meter import MeterRow, Record
from coord.agreements.models import Agreement
from coord.agreements.operations import sign
from coord.agreements.policy import visible
from coord.boundaries.queries import groups_on
from coord.db import db
from coord.kernel.actor import ADMINISTRATORS, WORKING_ROLES, Actor, Role
from tests.agreements.builders import START, coordinator, draft, in_force, shipped, told
from tests.boundaries.builders import adopt, load_boundaries
from tests.factories import CAST, NOW, People

TODAY = date(2026, 11, 23)
CHENGDU = coordinator("5101")


def known(actor: Actor) -> set[int]:
    return set(db.session.scalars(visible(actor).with_only_columns(Agreement.id)))


def test_a_draft_is_known_to_its_cities_coordinators_alone(app: Flask, people: People) -> None:
    made = draft(people.actor("chengdu"))
    published = {row.id for row in db.session.scalars(select(Agreement))} - {made.id}
    expected = {
        login: set()
        if set(roles) & ADMINISTRATORS
        else published | ({made.id} if login in {"chengdu", "deyang", "meishan"} else set())
        for login, (_name, _kind, _code, roles) in CAST.items()
    }
    assert {login: known(people.actor(login)) for login in CAST} == expected


@pytest.mark.parametrize("role", Role)
def test_a_published_one_is_open_to_all_at_work(app: Flask, role: Role) -> None:
    made = in_force(CHENGDU)
    actor = coordinator("5001", role=role)
    assert (made.id in known(actor)) == (role in WORKING_ROLES)
    assert (queries.find_agreement(actor, made.id) is not None) == (role in WORKING_ROLES)


def test_in_force_is_a_matter_of_dates_and_of_the_city(app: Flask) -> None:
    framework = shipped("chongqing_chengdu_2023")
    made = in_force(CHENGDU)
    found = {
        (party, day): [row.id for row in queries.list_in_force(coordinator(party), day)]
        for party in ("5101", "5001")
        for day in (date(2025, 12, 31), START, date(2029, 1, 1))
    }
    ended = shipped().id
    assert found == {
        ("5101", date(2025, 12, 31)): [ended, framework.id],
        ("5101", START): [made.id, framework.id],
        ("5101", date(2029, 1, 1)): [framework.id],
        ("5001", date(2025, 12, 31)): [framework.id],
        ("5001", START): [framework.id],
        ("5001", date(2029, 1, 1)): [framework.id],
    }


def test_a_draft_waits_for_each_city_until_it_has_signed(app: Flask) -> None:
    made = draft(CHENGDU)
    sign(made, actor=CHENGDU, now=NOW)
    assert queries.list_tasks(CHENGDU) == []
    assert [task.path for task in queries.list_tasks(coordinator("5106"))] == [
        f"/agreements/{made.id}"
    ]
    assert queries.list_tasks(coordinator("5001")) == []
    assert queries.list_tasks(coordinator("5106", role=Role.OFFICER)) == []


@pytest.mark.parametrize(
    ("key", "years"),
    [
        ("five_city_plan_2023", [2023, 2024, 2025]),
        ("chongqing_chengdu_plan_2023", [2023]),
        ("chongqing_chengdu_2023", [2023, 2024, 2025, 2026, 2027]),
    ],
)
def test_years(app: Flask, key: str, years: list[int]) -> None:
    assert queries.list_years(shipped(key), TODAY) == years


def meter(agreement: Agreement, records: list[Record], year: int = 2026) -> tuple[MeterRow, ...]:
    def source(_actor: Actor, first: date, last: date) -> list[Record]:
        return [one for one in records if first <= one.on <= last]

    return queries.meter_of_year(
        agreement, year, actor=CHENGDU, sources=(source, source_of_none), today=TODAY
    )


def source_of_none(_actor: Actor, _first: date, _last: date) -> list[Record]:
    return []


def numbers(rows: tuple[MeterRow, ...]) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    return {
        (row.rule.key, row.subject.name): (
            row.required,
            len(row.done),
            len(row.planned),
            row.overdue,
        )
        for row in rows
    }


def test_the_five_cities_year(app: Flask) -> None:
    """Summer missed, autumn–winter done, one group has one done and one planned."""
    load_boundaries()
    adopt(CHENGDU)
    made = in_force(CHENGDU)
    groups = groups_on(TODAY)
    first = groups[0]
    rows = meter(
        made,
        [
            told(RecordKind.COMPREHENSIVE_SUMMER, date(2026, 9, 1), 1),
            told(RecordKind.COMPREHENSIVE_AUTUMN_WINTER, date(2026, 10, 21), 2),
            told(RecordKind.DAILY, date(2026, 6, 1), 3, group_id=first.id),
            told(RecordKind.DAILY, date(2026, 12, 1), 4, group_id=first.id, done=False),
            told(RecordKind.EXCHANGE, date(2026, 3, 1), 5),
            told(RecordKind.EXCHANGE, date(2026, 3, 2), 6, parties=("5001", "5002")),
        ],
    )
    found = numbers(rows)
    assert found == {
        ("summer", ""): (1, 0, 0, 1),
        ("autumn_winter", ""): (1, 1, 0, 0),
        ("emergency", ""): (0, 0, 0, 0),
        ("exchange", "成都市"): (0, 1, 0, 0),
        ("exchange", "德阳市"): (0, 1, 0, 0),
        ("exchange", "雅安市"): (0, 0, 0, 0),
        ("exchange", "眉山市"): (0, 0, 0, 0),
        ("exchange", "资阳市"): (0, 0, 0, 0),
    } | {("daily", f"{group.number} {group.name}"): (2, 0, 0, 0) for group in groups[1:]} | {
        ("daily", f"{first.number} {first.name}"): (2, 1, 1, 0)
    }
    assert len(groups) == 8


def test_a_past_year_without_a_roster_lists_no_groups(app: Flask) -> None:
    load_boundaries()
    adopt(CHENGDU)
    rows = meter(shipped(), [], 2024)
    assert not any(row.rule.for_whom is ForWhom.GROUP for row in rows)
    assert numbers(rows)["summer", ""] == (1, 0, 0, 1)
    assert queries.owes_by_group(shipped())


def test_chongqings_agreement_does_not_count_what_chengdu_did_with_others(app: Flask) -> None:
    plan = shipped("chongqing_chengdu_plan_2023")
    rows = meter(
        plan,
        [
            told(RecordKind.CROSS_BORDER, date(2023, 7, 10), 1),
            told(RecordKind.STUDY_EXCHANGE, date(2023, 11, 9), 2, parties=("5001", "5101")),
        ],
        2023,
    )
    assert numbers(rows) == {
        ("cross_border", ""): (1, 0, 0, 1),
        ("study_exchange", ""): (1, 1, 0, 0),
    }


@pytest.mark.parametrize("year", [2025, 2029])
def test_a_year_outside_the_term_has_no_rows(app: Flask, year: int) -> None:
    assert meter(in_force(CHENGDU), [], year) == ()
