"""The bell: who is told, once; read by oneself alone; in one's own language."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from coord.db import db
from coord.notify.models import Notice
from coord.notify.operations import count_unread, list_notices, mark_all_read, tell
from tests.factories import NOW, People, post

SENTENCE = "角色已更新,对方需重新登录。"


def numbers(people: People, *logins: str) -> list[int]:
    return [people.persons[login].id for login in logins]


def test_each_is_told_once(app: Flask, people: People) -> None:
    tell(numbers(people, "pujiang", "danling", "pujiang"), "x", path="/", now=NOW)
    assert [row.person_id for row in db.session.scalars(select(Notice))] == sorted(
        numbers(people, "pujiang", "danling")
    )
    tell([], "x", path="/", now=NOW)
    assert len(db.session.scalars(select(Notice)).all()) == 2


def test_newest_first_at_most_so_many(app: Flask, people: People) -> None:
    for number in range(4):
        tell(
            numbers(people, "pujiang"),
            str(number),
            path="/",
            now=NOW + timedelta(minutes=number % 3),
        )
    actor = people.actor("pujiang")
    assert [row.message for row in list_notices(actor)] == ["2", "1", "3", "0"]
    assert [row.message for row in list_notices(actor, limit=1)] == ["2"]


def test_reading_is_ones_own(app: Flask, people: People) -> None:
    tell(numbers(people, "pujiang", "danling"), "x", path="/", now=NOW)
    mark_all_read(people.actor("pujiang"), now=NOW)
    assert count_unread(people.actor("pujiang")) == 0
    assert count_unread(people.actor("danling")) == 1
    assert list_notices(people.actor("shifang")) == []


def test_the_page_shows_and_clears_the_bell(app: Flask, people: People) -> None:
    tell(numbers(people, "pujiang"), SENTENCE, path="/cases/1", now=NOW)
    client = people.client(app, "pujiang")
    page = client.get("/notices/").text
    assert f'<a href="/cases/1">{SENTENCE}</a>' in page
    assert "未读" in page
    assert "2026-09-18 10:00" in page
    assert client.get("/notices/read").status_code == 405
    assert post(client, "/notices/read", everything="1").status_code == 400
    assert post(client, "/notices/read").status_code == 302
    assert "未读" not in client.get("/notices/").text
    assert SENTENCE not in people.client(app, "danling").get("/notices/").text


def test_a_notice_is_worded_in_the_readers_language(app: Flask, people: People) -> None:
    tell(
        numbers(people, "pujiang"),
        "这是最后一位%(role)s,不能撤下。",
        path="/",
        now=NOW,
        role="审计管理员",
    )
    client = people.client(app, "pujiang")
    assert "这是最后一位审计管理员,不能撤下。" in client.get("/notices/").text
    post(client, "/language", language="en", next="/")
    text = client.get("/notices/").text
    assert "This is the last Auditor and cannot be removed." in text


def test_what_people_wrote_stays_text(app: Flask, people: People) -> None:
    tell(
        numbers(people, "pujiang"),
        "账号“%(login)s”已存在。",
        path="/",
        now=NOW,
        login="<script>alert(1)</script>%(x)s",
    )
    page = people.client(app, "pujiang").get("/notices/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;%(x)s" in page
