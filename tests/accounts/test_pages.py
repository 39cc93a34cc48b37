"""The administrators' pages by client."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from coord.accounts import operations as ops
from coord.accounts.models import Person
from coord.accounts.queries import find_person
from coord.db import db
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from tests.factories import PASSWORD, People, post


def rows_of(text: str) -> list[str]:
    return re.findall(r'<td><a href="/admin/(?:people|roles)/\d+">(\w+)</a>', text)


def test_the_list_is_searched_filtered_and_kept_for_its_administrator(
    app: Flask, people: People
) -> None:
    admin = people.client(app, "sysadmin")
    assert len(rows_of(admin.get("/admin/people").text)) == len(people.persons)
    assert rows_of(admin.get("/admin/people?q=jiang").text) == ["pujiang"]
    assert rows_of(admin.get("/admin/people?role=observer").text) == ["observer"]
    organisation = people.persons["dongpo"].organisation_id
    found = admin.get(f"/admin/people?organisation_id={organisation}").text
    assert rows_of(found) == ["dongpo"]
    empty = admin.get("/admin/people?standing=locked").text
    assert rows_of(empty) == []
    assert "没有符合条件的账号" in empty
    assert admin.get("/admin/roles").status_code == 403
    assert people.client(app, "secadmin").get("/admin/people").status_code == 403


@pytest.mark.parametrize(
    "question", ["organisation_id=x&role=king&standing=sad", "page=-1", "page=x", "q=%00", "q="]
)
def test_a_search_that_makes_no_sense_asks_for_nothing(
    app: Flask, people: People, question: str
) -> None:
    answer = people.client(app, "sysadmin").get(f"/admin/people?{question}")
    assert answer.status_code == 200
    assert len(rows_of(answer.text)) == len(people.persons)


def test_a_page_beyond_the_last_is_empty_not_an_error(app: Flask, people: People) -> None:
    answer = people.client(app, "sysadmin").get("/admin/people?page=99999999999999999999999")
    assert (answer.status_code, rows_of(answer.text)) == (200, [])


def test_the_filters_stay_on_the_next_page(app: Flask, people: People) -> None:
    organisation = people.persons["pujiang"].organisation_id
    for number in range(51):
        db.session.add(
            Person(
                login=f"bulk{number:02d}",
                name="测试员",
                organisation_id=organisation,
                password_hash="x",
                created_at=utc_now(),
            )
        )
    admin = people.client(app, "sysadmin")
    first = admin.get("/admin/people?q=bulk").text
    assert len(rows_of(first)) == 50
    assert "/admin/people?page=2&amp;q=bulk" in first
    assert rows_of(admin.get("/admin/people?page=2&q=bulk").text) == ["bulk50"]


def test_a_new_account_from_the_page_to_its_first_sign_in(app: Flask, people: People) -> None:
    admin = people.client(app, "sysadmin")
    organisation = people.persons["pujiang"].organisation_id
    fields = {"name": "测试员新", "organisation_id": organisation}
    wrong = post(admin, "/admin/people/new", login="pujiang", **fields)
    assert wrong.status_code == 422
    assert "已存在" in wrong.text
    assert "测试员新" in wrong.text
    made = post(admin, "/admin/people/new", login="newbie", **fields)
    assert made.status_code == 200
    found = re.search(r"<code>([^<]+)</code>", made.text)
    assert found is not None
    initial = found.group(1)
    person = find_person("newbie")
    assert person is not None
    assert initial not in admin.get(f"/admin/people/{person.id}").text
    assert person.password_hash != initial
    newcomer = app.test_client()
    assert post(newcomer, "/sign-in", login="newbie", password=initial).status_code == 302
    assert newcomer.get("/cases/").headers["Location"] == "/account/password"


def test_the_one_who_grants_roles(app: Flask, people: People) -> None:
    security = people.client(app, "secadmin")
    officer = people.persons["pujiang"]
    page = f"/admin/roles/{officer.id}"
    both = post(security, page, roles=["auditor", "officer"])
    assert both.status_code == 422
    assert "不能兼任" in both.text
    assert post(security, page, roles=["king"]).status_code == 422
    db.session.expire_all()
    assert officer.roles == {Role.OFFICER}
    assert post(security, page, roles=["officer", "reviewer"]).status_code == 302
    db.session.expire_all()
    assert officer.roles == {Role.OFFICER, Role.REVIEWER}
    own = f"/admin/roles/{people.persons['secadmin'].id}"
    assert "不能更改自己的角色" in security.get(own).text
    assert post(security, own, roles=["officer"]).status_code == 422


def test_the_system_administrator_reads_roles_and_cannot_set_them(
    app: Flask, people: People
) -> None:
    admin = people.client(app, "sysadmin")
    page = f"/admin/roles/{people.persons['pujiang'].id}"
    assert "<fieldset" not in admin.get(page).text
    assert post(admin, page, roles=["system_admin"]).status_code == 422
    db.session.expire_all()
    assert people.persons["pujiang"].roles == {Role.OFFICER}


def test_moving_from_the_page(app: Flask, people: People) -> None:
    admin = people.client(app, "sysadmin")
    officer = people.persons["pujiang"]
    page = f"/admin/people/{officer.id}/move"
    same = post(admin, page, organisation_id=officer.organisation_id)
    assert same.status_code == 422
    assert "已在此单位" in same.text
    assert post(admin, page, organisation_id=999).status_code == 422
    moved = post(admin, page, organisation_id=people.persons["shifang"].organisation_id)
    assert moved.headers["Location"] == f"/admin/people/{officer.id}"
    assert "未授予角色" in admin.get(moved.headers["Location"]).text


def test_locked_signed_out_disabled_and_back(app: Flask, people: People) -> None:
    officer = people.persons["pujiang"]
    browser = people.client(app, "pujiang")
    security = people.client(app, "secadmin")
    assert post(security, f"/admin/roles/{officer.id}/end-sessions").status_code == 302
    assert browser.get("/").status_code == 302
    officer.locked_until = utc_now() + timedelta(hours=1)
    assert "暂时锁定" in security.get("/admin/roles?standing=locked").text
    assert post(security, f"/admin/people/{officer.id}/unlock").status_code == 302
    assert people.client(app, "pujiang").get("/").status_code == 200
    admin = people.client(app, "sysadmin")
    assert post(admin, f"/admin/people/{officer.id}/unlock").status_code == 409
    assert post(admin, f"/admin/people/{officer.id}/disable").status_code == 302
    assert post(admin, f"/admin/people/{officer.id}/disable").status_code == 409
    again = post(app.test_client(), "/sign-in", login="pujiang", password=PASSWORD)
    assert again.status_code == 422
    assert post(admin, f"/admin/people/{officer.id}/enable").status_code == 302
    assert people.client(app, "pujiang").get("/").status_code == 200


def test_ones_own_page_offers_nothing_that_would_be_refused(app: Flask, people: People) -> None:
    admin = people.client(app, "sysadmin")
    own = people.persons["sysadmin"].id
    text = admin.get(f"/admin/people/{own}").text
    assert f"/admin/people/{own}/" not in text
    for verb in ("disable", "reset", "unlock"):
        assert post(admin, f"/admin/people/{own}/{verb}").status_code == 403


def test_a_reset_shows_the_new_password_once(app: Flask, people: People) -> None:
    admin = people.client(app, "sysadmin")
    answer = post(admin, f"/admin/people/{people.persons['pujiang'].id}/reset")
    found = re.search(r"<code>([^<]+)</code>", answer.text)
    assert found is not None
    opened = post(app.test_client(), "/sign-in", login="pujiang", password=found.group(1))
    assert opened.headers["Location"] == "/"
    assert answer.headers["Cache-Control"] == "no-store"


def test_after_sign_in_one_comes_where_one_wanted_and_never_to_another_site(
    app: Flask, people: People
) -> None:
    wanted = app.test_client().get("/cases/?tab=sent").headers["Location"]
    assert wanted == "/sign-in?next=/cases/?tab%3Dsent"
    fields = {"login": "pujiang", "password": PASSWORD}
    kept = post(app.test_client(), "/sign-in", next="/cases/?tab=sent", **fields)
    assert kept.headers["Location"] == "/cases/?tab=sent"
    for target in (
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
    ):
        lured = post(app.test_client(), "/sign-in", next=target, **fields)
        assert lured.headers["Location"] == "/"


def test_other_devices_are_signed_out_from_ones_own_page(app: Flask, people: People) -> None:
    phone, desk = people.client(app, "pujiang"), people.client(app, "pujiang")
    assert post(desk, "/account/sessions/end").status_code == 302
    assert (phone.get("/").status_code, desk.get("/").status_code) == (302, 200)


def test_the_session_does_not_survive_signing_out(app: Flask, people: People) -> None:
    client = people.client(app, "pujiang")
    stolen = client.get_cookie("coord")
    assert stolen is not None
    assert post(client, "/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = app.test_client()
    thief.set_cookie("coord", stolen.value)
    assert thief.get("/").headers["Location"].startswith("/sign-in")


def test_a_stranger_made_administrator_by_hand_is_no_administrator(
    app: Flask, people: People
) -> None:
    """Every role is in the database, none in the cookie or the form."""
    client = people.client(app, "pujiang")
    client.set_cookie("role", "system_admin")
    assert client.get("/admin/people", headers={"X-Role": "system_admin"}).status_code == 403
    assert ops.may_grant(people.actor("pujiang"), people.persons["danling"]) is False
