"""Makes things for tests: a cast of people, signed-in clients, form posts."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from coord.accounts import passwords
from coord.accounts.enums import OrganisationKind
from coord.accounts.models import Organisation, Person, PersonRole
from coord.accounts.queries import find_person
from coord.db import db
from coord.demo.people import PASSWORD as DEMO_PASSWORD
from coord.kernel.actor import Actor, Role
from coord.kernel.regions import party_of

NOW = datetime(2026, 9, 18, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@dataclass
class People:
    """Accounts by login, with the actors they act as."""

    persons: dict[str, Person] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """The person as an argument."""
        return self.persons[login].as_actor()

    def client(self, app: Flask, login: str) -> FlaskClient:
        """A browser signed in as the person."""
        client = app.test_client()
        response = post(client, "/sign-in", login=login, password=PASSWORD)
        assert response.status_code == 302, response.get_data(as_text=True)
        return client


#: login → (organisation, kind, region code, roles)
CAST: dict[str, tuple[str, OrganisationKind, str, tuple[Role, ...]]] = {
    "chengdu": (
        "成都市总队",
        OrganisationKind.CITY_CORPS,
        "510100",
        (Role.COORDINATOR, Role.REVIEWER),
    ),
    "deyang": ("德阳市支队", OrganisationKind.CITY_CORPS, "510600", (Role.COORDINATOR,)),
    "meishan": ("眉山市支队", OrganisationKind.CITY_CORPS, "511400", (Role.COORDINATOR,)),
    "pengzhou": ("彭州支队", OrganisationKind.COUNTY_TEAM, "510182", (Role.OFFICER,)),
    "shifang": ("什邡大队", OrganisationKind.COUNTY_TEAM, "510682", (Role.OFFICER,)),
    "pujiang": ("蒲江支队", OrganisationKind.COUNTY_TEAM, "510131", (Role.OFFICER,)),
    "danling": ("丹棱大队", OrganisationKind.COUNTY_TEAM, "511424", (Role.OFFICER,)),
    "dongpo": ("东坡大队", OrganisationKind.COUNTY_TEAM, "511402", (Role.OFFICER,)),
    "reviewer": ("重庆市总队", OrganisationKind.CITY_CORPS, "500100", (Role.REVIEWER,)),
    "observer": ("四川省观察单位", OrganisationKind.PROVINCE, "510000", (Role.OBSERVER,)),
    "sysadmin": ("平台", OrganisationKind.PLATFORM, "", (Role.SYSTEM_ADMIN,)),
    "secadmin": ("平台", OrganisationKind.PLATFORM, "", (Role.SECURITY_ADMIN,)),
    "auditor": ("平台", OrganisationKind.PLATFORM, "", (Role.AUDITOR,)),
}


def make_people() -> People:
    """The cast, saved; everyone's password is PASSWORD."""
    people = People()
    organisations: dict[str, Organisation] = {}
    hashed = passwords.hash_password(PASSWORD)
    for login, (name, kind, code, roles) in CAST.items():
        organisation = organisations.get(name)
        if organisation is None:
            party = party_of(code) if code and kind is not OrganisationKind.PROVINCE else ""
            organisation = Organisation(
                name=name, short_name=name[:2], kind=kind, region_code=code, party=party
            )
            organisations[name] = organisation
        person = Person(
            login=login,
            name=f"测试员{login}",
            organisation=organisation,
            password_hash=hashed,
            password_is_initial=False,
            created_at=NOW,
            role_rows=[PersonRole(role=role) for role in roles],
        )
        db.session.add(person)
        people.persons[login] = person
    db.session.commit()
    return people


def csrf_token(client: FlaskClient, path: str = "/sign-in") -> str:
    """A token that is good in the client's session."""
    text = client.get(path, follow_redirects=True).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    assert found is not None, text[:2000]
    return found.group(1)


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """POST a form with a good CSRF token; lists become repeated fields."""
    data = {"csrf_token": csrf_token(client), **fields}
    return client.post(path, data=data, content_type="multipart/form-data")


def sign_in(app: Flask, login: str, password: str = DEMO_PASSWORD) -> FlaskClient:
    """A browser signed in to the demonstration."""
    client = app.test_client()
    assert post(client, "/sign-in", login=login, password=password).status_code == 302
    return client


def actor_of(login: str) -> Actor:
    """The person of a login as an argument."""
    person = find_person(login)
    assert person is not None, login
    return person.as_actor()
