"""What administrators do to accounts: who may, what is refused, what the trail says."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from coord.accounts import operations as ops
from coord.accounts import sign_in as door
from coord.accounts.enums import OrganisationKind
from coord.accounts.models import Organisation, Person, SignInSession
from coord.accounts.register import Standing, Wanted, count_standings, list_accounts
from coord.accounts.setup import seed_organisations
from coord.audit.models import AuditEntry
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.errors import CoordError, Invalid, NotAllowed, Refused
from tests.factories import CAST, NOW, PASSWORD, People, make_people

Act = Callable[[Person, Actor, People], object]


def lock(person: Person) -> None:
    person.failed_count = 5
    person.locked_until = NOW + timedelta(hours=1)


def unlock(person: Person, actor: Actor, _people: People) -> object:
    lock(person)
    return ops.unlock(person, actor=actor, now=NOW)


def enable(person: Person, actor: Actor, people: People) -> object:
    person.disabled_at = person.disabled_at or NOW
    return ops.enable(person, actor=actor, now=NOW)


def move(person: Person, actor: Actor, people: People) -> object:
    target = people.persons["shifang"].organisation_id
    return ops.move(person, target, actor=actor, now=NOW)


ACTS: dict[str, tuple[Act, frozenset[Role]]] = {
    "person.password_reset": (
        lambda person, actor, _people: ops.reset_password(person, actor=actor, now=NOW),
        frozenset({Role.SYSTEM_ADMIN}),
    ),
    "person.disabled": (
        lambda person, actor, _people: ops.disable(person, actor=actor, now=NOW),
        frozenset({Role.SYSTEM_ADMIN}),
    ),
    "person.enabled": (enable, frozenset({Role.SYSTEM_ADMIN})),
    "person.moved": (move, frozenset({Role.SYSTEM_ADMIN})),
    "person.unlocked": (unlock, frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})),
    "person.sessions_ended": (
        lambda person, actor, _people: ops.end_all_sessions(person, actor=actor, now=NOW),
        frozenset({Role.SECURITY_ADMIN}),
    ),
    "person.roles_set": (
        lambda person, actor, _people: ops.set_roles(
            person, frozenset({Role.REVIEWER}), actor=actor, now=NOW
        ),
        frozenset({Role.SECURITY_ADMIN}),
    ),
}


@pytest.mark.parametrize("login", CAST)
@pytest.mark.parametrize("verb", ACTS)
def test_each_act_is_for_its_administrator_and_leaves_one_line(
    app: Flask, people: People, verb: str, login: str
) -> None:
    act, allowed = ACTS[verb]
    target, actor = people.persons["pengzhou"], people.actor(login)
    if actor.roles & allowed:
        act(target, actor, people)
    else:
        with pytest.raises(NotAllowed):
            act(target, actor, people)
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)).all()
    assert [(line.actor_id, line.object_id) for line in lines] == (
        [(actor.person_id, str(target.id))] if actor.roles & allowed else []
    )


@pytest.mark.parametrize("login", [login for login in CAST if login != "sysadmin"])
def test_only_the_system_administrator_makes_accounts(
    app: Flask, people: People, login: str
) -> None:
    with pytest.raises(NotAllowed):
        make(people, people.actor(login))


def make(people: People, actor: Actor, **changed: object) -> tuple[Person, str]:
    asked: dict[str, object] = {
        "login": "newbie",
        "name": "测试员新",
        "certificate_number": "",
        "organisation_id": people.persons["pujiang"].organisation_id,
    }
    return ops.create_account(**{**asked, **changed}, actor=actor, now=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"login": "ab"}, "3至40"),
        ({"login": "彭州"}, "3至40"),
        ({"login": "a b c"}, "3至40"),
        ({"login": "PUJIANG"}, "已存在"),
        ({"name": "  "}, "姓名"),
        ({"organisation_id": 999_999}, "单位"),
    ],
)
def test_what_cannot_be_an_account_is_refused(
    app: Flask, people: People, changed: dict[str, object], word: str
) -> None:
    with pytest.raises(Invalid, match=word):
        make(people, people.actor("sysadmin"), **changed)


def test_two_accounts_never_get_the_same_one_time_password(app: Flask, people: People) -> None:
    _first, one = make(people, people.actor("sysadmin"))
    _second, two = make(people, people.actor("sysadmin"), login="another")
    assert one != two
    assert min(len(one), len(two)) >= 12


@pytest.mark.parametrize(
    ("verb", "login"),
    [
        ("person.password_reset", "sysadmin"),
        ("person.disabled", "sysadmin"),
        ("person.moved", "sysadmin"),
        ("person.unlocked", "sysadmin"),
        ("person.roles_set", "secadmin"),
    ],
)
def test_nobody_does_it_to_himself(app: Flask, people: People, verb: str, login: str) -> None:
    act, _allowed = ACTS[verb]
    with pytest.raises(NotAllowed, match="自己"):
        act(people.persons[login], people.actor(login), people)


def test_the_last_administrator_of_a_kind_stays(app: Flask, people: People) -> None:
    other, _initial = make(people, people.actor("sysadmin"))
    security = people.actor("secadmin")
    ops.set_roles(other, frozenset({Role.SYSTEM_ADMIN}), actor=security, now=NOW)
    db.session.flush()
    acting = other.as_actor()
    for verb in ("person.disabled", "person.moved"):
        with pytest.raises(Refused, match="最后一位"):
            ACTS[verb][0](people.persons["secadmin"], acting, people)
    ops.disable(people.persons["sysadmin"], actor=acting, now=NOW)
    with pytest.raises(Refused, match="最后一位"):
        ops.set_roles(other, frozenset({Role.OFFICER}), actor=security, now=NOW)
    assert other.roles == {Role.SYSTEM_ADMIN}


def test_a_move_takes_the_roles_and_ends_the_sessions(app: Flask, people: People) -> None:
    person = people.persons["pujiang"]
    door.sign_in("pujiang", PASSWORD, now=NOW, user_agent="x", address="::1")
    move(person, people.actor("sysadmin"), people)
    db.session.commit()
    assert person.roles == frozenset()
    assert person.organisation.name == "什邡大队"
    assert [row.ended_at for row in db.session.scalars(select(SignInSession))] == [NOW]
    with pytest.raises(Refused, match="已在此单位"):
        move(person, people.actor("sysadmin"), people)
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "person.moved")).one()
    assert line.data["lapsed"] == ["officer"]


def test_ending_sessions_shuts_the_browser_out_at_once(app: Flask, people: People) -> None:
    client = people.client(app, "pujiang")
    assert client.get("/").status_code == 200
    ops.end_all_sessions(people.persons["pujiang"], actor=people.actor("secadmin"), now=NOW)
    assert client.get("/").headers["Location"].startswith("/sign-in")


def test_a_reset_replaces_the_password_and_the_wait(app: Flask, people: People) -> None:
    person = people.persons["pujiang"]
    lock(person)
    initial = ops.reset_password(person, actor=people.actor("sysadmin"), now=NOW)
    old, _word = door.sign_in("pujiang", PASSWORD, now=NOW, user_agent="", address="")
    new, _token = door.sign_in("pujiang", initial, now=NOW, user_agent="", address="")
    assert (old, new) == (None, person)


@pytest.mark.parametrize("act", [ops.unlock, ops.enable])
def test_what_is_not_shut_cannot_be_opened(
    app: Flask, people: People, act: Callable[..., Person]
) -> None:
    with pytest.raises(Refused):
        act(people.persons["pujiang"], actor=people.actor("sysadmin"), now=NOW)


def test_the_register_counts_and_finds_each_standing(any_app: Flask) -> None:
    people = make_people()
    admin = people.actor("sysadmin")
    make(people, admin, login="fresh_one")
    lock(people.persons["pujiang"])
    ops.disable(people.persons["danling"], actor=admin, now=NOW)
    door.sign_in("shifang", PASSWORD, now=NOW, user_agent="", address="")
    db.session.commit()
    late = NOW + timedelta(days=8)
    assert logins_of(admin, Standing.LOCKED, NOW) == ["pujiang"]
    assert logins_of(admin, Standing.LOCKED, late) == []
    assert logins_of(admin, Standing.DISABLED, NOW) == ["danling"]
    assert logins_of(admin, Standing.WITHOUT_ROLE, NOW) == ["fresh_one"]
    assert logins_of(admin, Standing.INITIAL_EXPIRED, NOW) == []
    assert logins_of(admin, Standing.INITIAL_EXPIRED, late) == ["fresh_one"]
    assert logins_of(admin, Standing.NEVER_USED, NOW) == sorted(
        (set(CAST) | {"fresh_one"}) - {"shifang", "danling"}
    )
    assert count_standings(admin, now=NOW) == {
        Standing.NEVER_USED: len(CAST) - 1,
        Standing.INITIAL_EXPIRED: 0,
        Standing.LOCKED: 1,
        Standing.WITHOUT_ROLE: 1,
        Standing.DISABLED: 1,
    }


def logins_of(admin: Actor, standing: Standing, now: datetime) -> list[str]:
    rows, total = list_accounts(admin, Wanted(standing=standing), now=now)
    assert total == len(rows)
    return [row.login for row in rows]


@pytest.mark.parametrize(
    ("wanted", "logins"),
    [
        (Wanted(text="PUJ"), ["pujiang"]),
        (Wanted(text="什邡"), ["shifang"]),
        (Wanted(text="%"), []),
        (Wanted(text="_"), []),
        (Wanted(role=Role.REVIEWER), ["chengdu", "reviewer"]),
        (Wanted(role=Role.REVIEWER, text="chengdu"), ["chengdu"]),
        (Wanted(role=Role.REVIEWER, standing=Standing.DISABLED), []),
    ],
)
def test_the_register_is_searched(
    app: Flask, people: People, wanted: Wanted, logins: list[str]
) -> None:
    rows, total = list_accounts(people.actor("secadmin"), wanted, now=NOW)
    assert ([row.login for row in rows], total) == (logins, len(logins))


def test_the_register_shows_others_only_themselves(app: Flask, people: People) -> None:
    for login in set(CAST) - {"sysadmin", "secadmin"}:
        rows, total = list_accounts(people.actor(login), Wanted(), now=NOW)
        assert ([row.login for row in rows], total) == ([login], 1)


def test_teams_are_made_once_with_their_rank(app: Flask) -> None:
    counties = [("510182", "彭州市"), ("500105", "江北区"), ("510682", "什邡市")]
    assert seed_organisations(counties, now=NOW) == 11
    assert seed_organisations(counties, now=NOW) == 0
    trade = "生态环境保护综合行政执法"
    teams = db.session.scalars(
        select(Organisation.name)
        .where(Organisation.kind == OrganisationKind.COUNTY_TEAM)
        .order_by(Organisation.region_code)
    )
    assert list(teams) == [
        f"重庆市江北区{trade}支队",
        f"成都市彭州市{trade}支队",
        f"德阳市什邡市{trade}大队",
    ]
    corps = db.session.scalars(
        select(Organisation.name)
        .where(Organisation.kind == OrganisationKind.CITY_CORPS)
        .order_by(Organisation.region_code)
    )
    assert list(corps) == [
        f"{city}{trade}{rank}"
        for city, rank in (
            ("重庆市", "总队"),
            ("成都市", "总队"),
            ("德阳市", "支队"),
            ("眉山市", "支队"),
            ("雅安市", "支队"),
            ("资阳市", "支队"),
        )
    ]


def test_there_is_no_first_administrator_without_organisations(app: Flask) -> None:
    with pytest.raises(CoordError, match="单位"):
        ops.create_first_admin("boss", "a quiet riddle of nine", now=NOW)
