"""The door: lock-out, sessions, first sign-in, separation of administrators."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coord.accounts import operations as ops
from coord.accounts import sign_in as door
from coord.accounts.models import Person, SignInSession
from coord.accounts.passwords import check_strength
from coord.accounts.policy import check_separation
from coord.db import db
from coord.kernel.actor import ADMINISTRATORS, WORKING_ROLES, Role
from coord.kernel.errors import CoordError, Invalid, NotAllowed, Refused
from tests.factories import NOW, PASSWORD, People, post

HOUR = timedelta(hours=1)


def try_door(login: str, password: str, *, after: timedelta = timedelta()) -> bool:
    person, _word = door.sign_in(login, password, now=NOW + after, user_agent="x", address="::1")
    db.session.commit()
    return person is not None


def test_five_wrong_passwords_lock_for_a_minute_then_longer(app: Flask, people: People) -> None:
    for _try in range(5):
        assert not try_door("pujiang", "wrong")
    assert not try_door("pujiang", PASSWORD)
    assert try_door("pujiang", PASSWORD, after=timedelta(minutes=2))
    for _try in range(6):
        try_door("pujiang", "wrong", after=HOUR)
    person = people.persons["pujiang"]
    assert person.locked_until is not None
    assert person.locked_until > NOW + HOUR


def test_the_answer_never_tells_whether_a_login_exists(client: FlaskClient, people: People) -> None:
    wrong = post(client, "/sign-in", login="pujiang", password="x")
    nobody = post(client, "/sign-in", login="nobody", password="x")
    assert wrong.status_code == nobody.status_code == 422
    sentence = "账号或密码不正确"
    assert sentence in wrong.get_data(as_text=True)
    assert sentence in nobody.get_data(as_text=True)


@pytest.mark.parametrize(
    ("idle", "absolute", "lives"), [(30, 12, True), (90, 12, False), (30, 1, False)]
)
def test_sessions_end_when_idle_or_old(
    app: Flask, people: People, idle: int, absolute: int, lives: bool
) -> None:
    _person, token = door.sign_in("pujiang", PASSWORD, now=NOW, user_agent="x", address="::1")
    row = db.session.query(SignInSession).one()
    now = (
        NOW + timedelta(minutes=idle) if idle == 90 else NOW + timedelta(hours=absolute, minutes=1)
    )
    if lives:
        now = NOW + timedelta(minutes=30)
    else:
        row.last_seen_at = NOW if idle == 90 else now
    found = door.find_session(token, now=now, idle=HOUR, absolute=timedelta(hours=absolute))
    assert (found is not None) is lives


def test_disabling_ends_sessions_at_once(app: Flask, people: People) -> None:
    client = people.client(app, "pujiang")
    assert client.get("/").status_code == 200
    ops.disable(people.persons["pujiang"], actor=people.actor("sysadmin"), now=NOW)
    assert client.get("/").status_code == 302
    assert not try_door("pujiang", PASSWORD)


def test_a_new_account_changes_its_password_first_and_has_no_role(
    app: Flask, people: People
) -> None:
    organisation = people.persons["pujiang"].organisation_id
    person, initial = ops.create_account(
        login="newbie",
        name="测试员新",
        certificate_number="",
        organisation_id=organisation,
        actor=people.actor("sysadmin"),
        now=NOW,
    )
    person.initial_password_expires_at = None
    client = app.test_client()
    assert post(client, "/sign-in", login="newbie", password=initial).status_code == 302
    assert client.get("/").headers["Location"] == "/account/password"
    changed = post(
        client,
        "/account/password",
        current=initial,
        new="a-fine-new-secret-88",
        again="a-fine-new-secret-88",
    )
    assert changed.status_code == 302
    assert "还没有角色" in client.get("/").get_data(as_text=True)
    assert client.get("/cases/").status_code == 403
    ops.set_roles(person, frozenset({Role.OFFICER}), actor=people.actor("secadmin"), now=NOW)
    assert client.get("/").status_code == 302


def test_an_initial_password_expires(app: Flask, people: People) -> None:
    _person, initial = ops.create_account(
        login="late",
        name="迟到",
        certificate_number="",
        organisation_id=1,
        actor=people.actor("sysadmin"),
        now=NOW,
    )
    assert not try_door("late", initial, after=timedelta(days=7, seconds=1))
    assert try_door("late", initial, after=timedelta(days=6))


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "至少12"),
        ("x" * 257, "不得超过"),
        ("Chengdu-something-9", "不能包含"),
        ("pujiang-secret-77", "不能包含"),
        ("aaaaaaaaaaaaaaaa", "太少"),
    ],
)
def test_weak_passwords_are_refused_in_words(password: str, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        check_strength(password, login="pujiang", name="执法员")


def test_no_account_holds_two_administrators_nor_one_with_a_working_role() -> None:
    for first in ADMINISTRATORS:
        check_separation(frozenset({first}))
        for other in (ADMINISTRATORS - {first}) | WORKING_ROLES:
            with pytest.raises(Invalid):
                check_separation(frozenset({first, other}))


def test_who_grants_roles(app: Flask, people: People) -> None:
    officer = people.persons["pujiang"]
    with pytest.raises(NotAllowed):
        ops.set_roles(officer, frozenset({Role.REVIEWER}), actor=people.actor("sysadmin"), now=NOW)
    with pytest.raises(NotAllowed, match="自己"):
        ops.set_roles(
            people.persons["secadmin"],
            frozenset({Role.OFFICER}),
            actor=people.actor("secadmin"),
            now=NOW,
        )
    with pytest.raises(Refused, match="最后一位"):
        ops.set_roles(
            people.persons["sysadmin"],
            frozenset({Role.OFFICER}),
            actor=people.actor("secadmin"),
            now=NOW,
        )
    ops.set_roles(officer, frozenset({Role.REVIEWER}), actor=people.actor("secadmin"), now=NOW)
    db.session.commit()
    assert officer.roles == {Role.REVIEWER}


def test_the_first_security_administrator_is_named_by_the_system_administrator(app: Flask) -> None:
    from coord.accounts.setup import seed_organisations

    seed_organisations([("510131", "蒲江县")], now=NOW)
    admin = ops.create_first_admin("firstone", "a long and quiet riddle", now=NOW)
    db.session.commit()
    person, _initial = ops.create_account(
        login="second",
        name="二",
        certificate_number="",
        organisation_id=admin.organisation_id,
        actor=admin.as_actor(),
        now=NOW,
    )
    with pytest.raises(CoordError):
        ops.set_roles(person, frozenset({Role.AUDITOR}), actor=admin.as_actor(), now=NOW)
    ops.set_roles(person, frozenset({Role.SECURITY_ADMIN}), actor=admin.as_actor(), now=NOW)
    db.session.commit()
    assert db.session.get_one(Person, person.id).roles == {Role.SECURITY_ADMIN}
