"""The first page: what waits, in which order, and what each role is shown and told."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from coord.accounts.models import Person
from coord.cases.models import Lead
from coord.db import db
from coord.home.first_steps import FIRST_STEPS, first_steps
from coord.home.queries import list_figures, list_tasks
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from coord.workdays.operations import enter_year_notice, parse_days
from tests.factories import NOW, People, actor_of, post, sign_in
from tests.workdays.test_notice import THIRTEEN

HALLOWEEN = datetime(2026, 10, 31, 4, tzinfo=UTC)
NOVEMBER = datetime(2026, 10, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("roles", "first"),
    [
        ({role}, FIRST_STEPS[role])
        for role in Role
    ]
    + [
        ({Role.REVIEWER, Role.COORDINATOR}, FIRST_STEPS[Role.COORDINATOR]),
        ({Role.OBSERVER, Role.OFFICER}, FIRST_STEPS[Role.OFFICER]),
        (set(), ()),
    ],
)  # fmt: skip
def test_everybody_is_told_three_things(roles: set[Role], first: tuple[str, ...]) -> None:
    assert first_steps(roles) == first


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_the_three_things_stand_on_the_page(season: Flask, role: str) -> None:
    logins = {
        "coordinator": "chengdu",
        "officer": "pujiang",
        "system_admin": "sysadmin",
        "security_admin": "secadmin",
    }
    text = sign_in(season, logins.get(role, role)).get("/").text
    assert re.findall(r"<li>([^<]+)</li>", text) == list(FIRST_STEPS[Role(role)])


def test_tasks_are_overdue_first_then_by_their_last_day(season: Flask) -> None:
    for login in ("chengdu", "pujiang", "danling", "c510182", "chongqing"):
        for days in (0, 10, 60):
            tasks = list_tasks(actor_of(login), now=utc_now() - timedelta(days=days))
            keys = [(not task.overdue, task.due_on or date.max) for task in tasks]
            assert keys == sorted(keys)
            assert all(task.path.startswith("/") for task in tasks)


def test_every_task_opens_for_the_one_it_waits_for(season: Flask) -> None:
    opened = 0
    for login in ("chengdu", "meishan", "pujiang", "danling", "sysadmin", "c510112"):
        client = sign_in(season, login)
        for task in list_tasks(actor_of(login), now=utc_now()):
            assert client.get(task.path).status_code == 200, task
            opened += 1
    assert opened > 3


def test_the_page_shows_the_tasks_of_the_person_and_nobody_elses(season: Flask) -> None:
    for login in ("pujiang", "danling", "c510118"):
        text = sign_in(season, login).get("/").text
        tasks = list_tasks(actor_of(login), now=utc_now())
        assert f"等我处理({len(tasks)})" in text
        own = {task.path for task in tasks}
        shown = set(re.findall(r'<a href="(/(?:cases|schedule/actions)/\d+)"><strong>', text))
        assert shown == {path for path in own if re.fullmatch(r"/.*/\d+", path)}


@pytest.mark.parametrize("login", ["sysadmin", "secadmin", "auditor", "observer", "reviewer"])
def test_no_lead_is_heard_of_by_those_who_may_not(season: Flask, login: str) -> None:
    leads = db.session.scalars(select(Lead)).all()
    assert len(leads) >= 5
    text = sign_in(season, login).get("/").text
    assert [lead.number for lead in leads if lead.number in text] == []
    assert "/cases/" not in text


@pytest.mark.parametrize("login", ["sysadmin", "secadmin", "auditor"])
def test_administrators_hear_of_no_campaign(season: Flask, login: str) -> None:
    client = sign_in(season, login)
    text = client.get("/").text
    assert "/schedule/" not in text
    assert "/agreements/" not in text
    assert client.get("/overview.svg").status_code == 403


def test_the_notice_waits_from_november_until_it_is_entered(app: Flask, people: People) -> None:
    admin = people.actor("sysadmin")
    assert list_tasks(admin, now=HALLOWEEN) == []
    (task,) = list_tasks(admin, now=NOVEMBER)
    assert (task.path, task.params) == ("/workdays/notice", {"year": 2027})
    for login in set(people.persons) - {"sysadmin"}:
        paths = [task.path for task in list_tasks(people.actor(login), now=NOVEMBER)]
        assert "/workdays/notice" not in paths
    enter_year_notice(
        2027,
        document="甲",
        days_off=parse_days(THIRTEEN),
        makeup_days=[],
        actor=admin,
        now=NOVEMBER,
    )
    assert list_tasks(admin, now=NOVEMBER) == []


def test_administrators_see_how_accounts_stand(app: Flask, people: People) -> None:
    people.persons["pujiang"].locked_until = NOW + timedelta(hours=1)
    people.persons["danling"].disabled_at = NOW
    people.persons["dongpo"].role_rows = []
    db.session.commit()
    everyone = len(people.persons)
    for login, expected in (
        (
            "sysadmin",
            [("locked", 1), ("initial_expired", 0), ("never_used", everyone - 1), ("disabled", 1)],
        ),
        ("secadmin", [("without_role", 1), ("locked", 1), ("never_used", everyone - 2)]),
    ):
        figures = list_figures(people.actor(login), now=NOW)
        assert [(f.path.split("=")[1], f.count) for f in figures] == expected
        client = people.client(app, login)
        for figure in figures:
            assert client.get(figure.path).status_code == 200
    for login in set(people.persons) - {"sysadmin", "secadmin", "auditor"}:
        assert list_figures(people.actor(login), now=NOW) == []


def test_the_auditor_sees_how_the_trail_stands(app: Flask, people: People) -> None:
    stranger = app.test_client()
    for _try in range(3):
        post(stranger, "/sign-in", login="pujiang", password="wrong")
    auditor = people.client(app, "auditor")
    entries, refused = list_figures(people.actor("auditor"), now=utc_now())
    assert (entries.count, refused.count) == (4, 3)
    assert auditor.get(refused.path).text.count("<code>person.sign_in_refused</code>") == 3
    late = list_figures(people.actor("auditor"), now=utc_now() + timedelta(days=2))
    assert late[1].count == 0


def test_an_account_without_a_role_is_told_whom_to_ask(app: Flask, people: People) -> None:
    people.persons["pujiang"].role_rows = []
    client = people.client(app, "pujiang")
    text = client.get("/").text
    assert "还没有角色" in text
    assert "新人一分钟" not in text
    assert client.get("/overview.svg").status_code == 403


def test_the_small_map_travels_once(season: Flask) -> None:
    client = sign_in(season, "observer")
    first = client.get("/overview.svg")
    assert first.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert first.text.count("<path") > 43
    again = client.get("/overview.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert season.test_client().get("/overview.svg").status_code == 302


def test_without_boundaries_there_is_no_map(app: Flask, people: People) -> None:
    client = people.client(app, "chengdu")
    assert client.get("/").status_code == 200
    assert client.get("/overview.svg").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_tasks(season: Flask) -> None:
    busy, idle = "pujiang", "c510118"
    now = utc_now() - timedelta(days=60)
    assert len(list_tasks(actor_of(busy), now=now)) > len(list_tasks(actor_of(idle), now=now))
    counts = {login: count_queries(lambda who=login: tasks_of(who, now)) for login in (busy, idle)}
    assert counts[busy] == counts[idle] <= 12


def tasks_of(login: str, now: datetime) -> None:
    db.session.expire_all()
    list_tasks(actor_of(login), now=now)


def count_queries(act: Callable[[], None]) -> int:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_the_english_page_has_no_chinese_of_ours(season: Flask) -> None:
    for login in ("pujiang", "sysadmin", "auditor"):
        person = db.session.scalars(select(Person).where(Person.login == login)).one()
        person.locale = "en"
        text = sign_in(season, login).get("/").text
        assert "One minute for newcomers" in text
        assert "新人一分钟" not in text
