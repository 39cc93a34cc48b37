"""Entering a year's notice: what is refused, what it changes, who may."""

from datetime import date

import pytest
from flask import Flask

from coord.kernel.errors import CoordError
from coord.workdays.operations import enter_year_notice, parse_days, withdraw_year_notice
from coord.workdays.queries import current_table
from tests.factories import NOW, People, post

THIRTEEN = "2027-01-01/2027-01-03, 2027-02-05/2027-02-12, 2027-04-05、2027-05-01"


def test_ranges_and_commas_are_read() -> None:
    assert parse_days("2027-01-01, 2027-02-05/2027-02-06") == [
        date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["2027-02-30", "x", "2027-03-01/2027-01-01", "2027-01-01/2028-01-01"]
)
def test_a_date_that_does_not_exist_is_named(text: str) -> None:
    with pytest.raises(CoordError, match="看不懂的日期"):
        parse_days(text)


def test_a_notice_makes_the_year_certain_and_can_be_taken_back(app: Flask, people: People) -> None:
    admin = people.actor("sysadmin")
    assert not current_table().is_loaded(2027)
    enter_year_notice(
        2027,
        document="国办发明电〔2026〕0号(虚构)",
        days_off=parse_days(THIRTEEN),
        makeup_days=[date(2027, 2, 14)],
        actor=admin,
        now=NOW,
    )
    table = current_table()
    assert table.is_loaded(2027)
    assert not table.is_workday(date(2027, 1, 1))
    assert table.is_workday(date(2027, 2, 14))
    withdraw_year_notice(2027, actor=admin, now=NOW)
    assert not current_table().is_loaded(2027)


@pytest.mark.parametrize(
    ("year", "off", "makeup", "word"),
    [
        (2026, THIRTEEN, "", "已经录入"),
        (2027, "2027-01-01", "", "少于法定"),
        (2027, THIRTEEN.replace("2027-05-01", "2028-05-01"), "", "不在2027年"),
        (2027, THIRTEEN, "2027-02-15", "不是周末"),
        (2027, THIRTEEN + ",2027-05-01", "", "重复"),
    ],
)
def test_what_cannot_be_a_notice_is_refused(
    app: Flask, people: People, year: int, off: str, makeup: str, word: str
) -> None:
    with pytest.raises(CoordError, match=word):
        enter_year_notice(
            year,
            document="x",
            days_off=parse_days(off),
            makeup_days=parse_days(makeup),
            actor=people.actor("sysadmin"),
            now=NOW,
        )


def test_only_the_system_administrator_enters_it(app: Flask, people: People) -> None:
    client = people.client(app, "chengdu")
    assert post(client, "/workdays/notice", year="2027").status_code == 403
    page = client.get("/workdays/?start=2026-09-18&amount=3&unit=working_day").get_data(
        as_text=True
    )
    assert "2026-09-22" in page
    assert "该年度放假通知未录入" in page


def test_the_page_takes_a_notice_and_keeps_what_was_typed_wrongly(
    app: Flask, people: People
) -> None:
    client = people.client(app, "sysadmin")
    wrong = post(
        client,
        "/workdays/notice",
        year="2027",
        document="号",
        days_off="2027-13-01",
        makeup_days="",
    )
    assert wrong.status_code == 422
    assert "2027-13-01" in wrong.get_data(as_text=True)
    right = post(
        client, "/workdays/notice", year="2027", document="号", days_off=THIRTEEN, makeup_days=""
    )
    assert right.status_code == 302
