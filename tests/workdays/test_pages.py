"""The holiday page by client, and a year's days as spans."""

from datetime import date

import pytest
from flask import Flask

from coord.kernel.errors import Invalid, Refused
from coord.workdays.holidays import HOLIDAY, SHIPPED_YEARS, HolidayTable, Override
from coord.workdays.notices import Span, shipped_notices, spans_of
from coord.workdays.operations import enter_year_notice, parse_days
from tests.factories import NOW, People, post
from tests.workdays.test_notice import THIRTEEN


def test_days_in_a_row_are_one_span() -> None:
    spans = spans_of(2026, HolidayTable())
    assert [(s.first, s.last, s.name, s.is_workday, s.days) for s in spans[-3:]] == [
        (date(2026, 9, 25), date(2026, 9, 27), "中秋节", False, 3),
        (date(2026, 10, 1), date(2026, 10, 7), "国庆节", False, 7),
        (date(2026, 10, 10), date(2026, 10, 10), "调休上班", True, 1),
    ]


@pytest.mark.parametrize("year", sorted(SHIPPED_YEARS))
def test_spans_hold_every_named_day_once(year: int) -> None:
    table = HolidayTable()
    spans = spans_of(year, table)
    assert spans == sorted(spans, key=lambda span: span.first)
    days = sum(span.days for span in spans)
    named = [
        day
        for day in (date.fromordinal(date(year, 1, 1).toordinal() + n) for n in range(366))
        if day.year == year and table.day_name(day) is not None
    ]
    assert days == len(named)


def test_a_year_that_is_not_loaded_has_no_spans_and_a_leap_day_counts() -> None:
    assert spans_of(2027, HolidayTable()) == []
    day = date(2028, 12, 31)
    table = HolidayTable({day: Override(False, HOLIDAY)}, SHIPPED_YEARS | {2028})
    assert spans_of(2028, table) == [Span(day, day, HOLIDAY, False)]


def test_every_shipped_year_names_its_notice() -> None:
    assert set(shipped_notices()) == SHIPPED_YEARS
    assert shipped_notices()[2026].notice_on == date(2025, 11, 4)


@pytest.mark.parametrize(
    "question",
    [
        "start=2026-02-30&amount=3&unit=working_day",
        "start=x&amount=x&unit=x",
        "start=0001-01-01&amount=3&unit=working_day",
        "start=9999-12-31&amount=3&unit=month",
        "start=2026-01-01&amount=0&unit=month",
        "start=2026-01-01&amount=99999999999999999999&unit=month",
        "start=&amount=&unit=",
        "start=2026-01-01",
    ],
)
def test_a_question_without_sense_is_answered_in_words(
    app: Flask, people: People, question: str
) -> None:
    page = people.client(app, "chengdu").get(f"/workdays/?{question}")
    assert page.status_code == 200
    assert 'id="form-errors"' in page.text
    assert '<p class="mt-3 mb-0" role="status">' not in page.text


@pytest.mark.parametrize(
    ("question", "answer", "provisional"),
    [
        ("start=2026-09-24&amount=5&unit=working_day", "2026-10-09", False),
        ("start=2026-07-05&amount=90&unit=calendar_day", "2026-10-08", False),
        ("start=2026-12-31&amount=1&unit=working_day", "2027-01-01", True),
        ("start=2026-01-31&amount=1&unit=month", "2026-02-28", False),
    ],
)
def test_the_calculator(
    app: Flask, people: People, question: str, answer: str, provisional: bool
) -> None:
    text = people.client(app, "pujiang").get(f"/workdays/?{question}").text
    assert f"<strong>{answer}</strong>" in text
    assert ("暂定</span>" in text) is provisional


def test_the_page_names_its_sources_and_the_missing_year(app: Flask, people: People) -> None:
    text = people.client(app, "observer").get("/workdays/").text
    assert "国务院办公厅2026年放假通知,2025-11-04" in text
    assert "该年度放假通知未录入" in text
    assert "录入放假通知" not in text


def test_two_notices_cannot_name_the_same_day(app: Flask, people: People) -> None:
    admin = people.actor("sysadmin")
    days = [*parse_days(THIRTEEN), date(2027, 12, 31)]
    enter_year_notice(2027, document="甲", days_off=days, makeup_days=[], actor=admin, now=NOW)
    later = [date(2027, 12, 31), *(day.replace(year=2028) for day in parse_days(THIRTEEN))]
    with pytest.raises(Refused, match="2027-12-31已在2027年"):
        enter_year_notice(2028, document="乙", days_off=later, makeup_days=[], actor=admin, now=NOW)
    enter_year_notice(2028, document="乙", days_off=later[1:], makeup_days=[], actor=admin, now=NOW)


def test_a_notice_of_the_far_future_is_refused(app: Flask, people: People) -> None:
    days = [day.replace(year=2090) for day in parse_days(THIRTEEN)]
    with pytest.raises(Invalid, match="尚不可能"):
        enter_year_notice(
            2090,
            document="x",
            days_off=days,
            makeup_days=[],
            actor=people.actor("sysadmin"),
            now=NOW,
        )


def test_a_notice_is_taken_back_from_the_page(app: Flask, people: People) -> None:
    client = people.client(app, "sysadmin")
    fields = {"year": "2027", "document": "号", "days_off": THIRTEEN, "makeup_days": ""}
    assert post(client, "/workdays/notice", **fields).status_code == 302
    assert "测试员sysadmin" in client.get("/workdays/").text
    assert post(client, "/workdays/notice/2027/withdraw", more="x").status_code == 400
    assert post(client, "/workdays/notice/2027/withdraw").status_code == 302
    assert "该年度放假通知未录入" in client.get("/workdays/").text
    assert post(client, "/workdays/notice/2027/withdraw").status_code == 409
    officer = people.client(app, "pujiang")
    assert post(officer, "/workdays/notice/2027/withdraw").status_code == 403
