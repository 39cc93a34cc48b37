"""Every route × every role × every object of the season, drawn from the route map.

A route without a rule cannot start; a route with a parameter that this table does not know
fails here. What a page answers must be what the room's policy says.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from coord.accounts.models import Person
from coord.accounts.policy import visible as visible_people
from coord.agreements.models import Agreement
from coord.agreements.policy import visible as visible_agreements
from coord.boundaries.models import BoundaryVintage, JointGroup, Roster
from coord.boundaries.policy import visible as visible_rosters
from coord.boundaries.policy import visible_imports, visible_scenarios, visible_works, visible_zones
from coord.boundaries.studio_models import (
    BoundaryImport,
    BoundaryWork,
    FunctionalZone,
    SavedScenario,
)
from coord.cases.models import Evidence, Lead
from coord.cases.policy import visible as visible_leads
from coord.db import db
from coord.kernel.actor import Actor
from coord.schedule.models import Campaign, JointAction
from coord.schedule.policy import visible as visible_actions
from coord.schedule.policy import visible_campaigns
from coord.web.guards import guard_of
from tests.factories import actor_of, sign_in

LOGINS = (
    "chengdu",
    "chongqing",
    "pujiang",
    "danling",
    "c510182",
    "reviewer",
    "observer",
    "sysadmin",
    "secadmin",
    "auditor",
)

#: Parameter of a URL → (every id there is, the ids that this person may know of).
OBJECTS: dict[str, tuple[Callable[[], Any], Callable[[Actor], Any] | None]] = {
    "lead_id": (
        lambda: select(Lead.id),
        lambda actor: visible_leads(actor).with_only_columns(Lead.id),
    ),
    "action_id": (
        lambda: select(JointAction.id),
        lambda actor: visible_actions(actor).with_only_columns(JointAction.id),
    ),
    "campaign_id": (
        lambda: select(Campaign.id),
        lambda actor: visible_campaigns(actor).with_only_columns(Campaign.id),
    ),
    "agreement_id": (
        lambda: select(Agreement.id),
        lambda actor: visible_agreements(actor).with_only_columns(Agreement.id),
    ),
    "roster_id": (
        lambda: select(Roster.id),
        lambda actor: visible_rosters(actor).with_only_columns(Roster.id),
    ),
    "group_id": (lambda: select(JointGroup.id), None),
    "saved_id": (
        lambda: select(SavedScenario.id),
        lambda actor: visible_scenarios(actor).with_only_columns(SavedScenario.id),
    ),
    "work_id": (
        lambda: select(BoundaryWork.id),
        lambda actor: visible_works(actor).with_only_columns(BoundaryWork.id),
    ),
    "import_id": (
        lambda: select(BoundaryImport.id),
        lambda actor: visible_imports(actor).with_only_columns(BoundaryImport.id),
    ),
    "vintage_id": (lambda: select(BoundaryVintage.id), None),
    "zone_id": (
        lambda: select(FunctionalZone.id),
        lambda actor: visible_zones(actor).with_only_columns(FunctionalZone.id),
    ),
    "person_id": (
        lambda: select(Person.id),
        lambda actor: visible_people(actor).with_only_columns(Person.id),
    ),
}
#: Parameters that name no object of a policy; a value that exists, for the sweep.
PLAIN = {
    "path": "leaflet/leaflet.js",
    "filename": "coord.css",
    "token": "nobody",
    "code": "510131",
    "a": "510131",
    "b": "511424",
    "key": "daily",
    "scenario": "plan",
    "number": "1",
    "year": "2027",
    "verb": "acknowledge",
    "evidence_id": "1",
    "subscription_id": "1",
    "edit_id": "1",
}


#: Pages that show an object: who may know of it gets it.
READING = {
    "cases.lead",
    "cases.letter",
    "schedule_actions.action",
    "schedule_actions.download",
    "schedule.campaign",
    "agreements.agreement",
    "agreements.obligations",
    "boundaries_rosters.roster",
    "boundaries_rosters.details",
    "boundaries_saved.saved",
    "boundaries_saved.saved_document",
    "boundaries.group",
    "accounts_admin.person",
}


def rules_of(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def test_every_parameter_is_known_to_the_sweep(season: Flask) -> None:
    names = {name for rule in season.url_map.iter_rules() for name in rule.arguments}
    assert names <= set(OBJECTS) | set(PLAIN)


def test_strangers_are_sent_to_the_door(season: Flask) -> None:
    client = season.test_client()
    for rule in rules_of(season, "GET"):
        wanted = guard_of(season, rule.endpoint)
        assert wanted is not None, rule
        if wanted.roles:
            with client.get(fill(rule, {})) as response:
                assert (response.status_code, response.headers["Location"].split("?")[0]) == (
                    302,
                    "/sign-in",
                ), rule


def fill(rule: Rule, ids: dict[str, int]) -> str:
    values = {name: ids.get(name, PLAIN.get(name, 1)) for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    question = "?lon=103.5&lat=30.14&datum=wgs84" if rule.endpoint == "cases.locate" else ""
    return built[1] + question


@pytest.mark.parametrize("login", LOGINS)
def test_pages_show_exactly_what_the_policy_lets(season: Flask, login: str) -> None:
    client = sign_in(season, login)
    actor = actor_of(login)
    wrong: list[str] = []
    for rule in rules_of(season, "GET"):
        wanted = guard_of(season, rule.endpoint)
        assert wanted is not None
        names = [name for name in rule.arguments if name in OBJECTS]
        everything, known = ids_of(names[0], actor) if names else ([0], {0})
        for number in everything:
            path = fill(rule, {names[0]: number} if names else {})
            with client.get(path) as response:
                status = response.status_code
            if wanted.roles and actor.roles.isdisjoint(wanted.roles):
                good = status == 403
            elif number not in known:
                good = status == 404
            elif rule.endpoint in READING:
                good = status == 200
            else:
                good = status in {200, 302, 304, 403, 404}
            if not good or status >= 500:
                wrong.append(f"{login} {path}: {status}")
    assert wrong == []


def ids_of(name: str, actor: Actor) -> tuple[list[int], set[int]]:
    every, visible = OBJECTS[name]
    everything = list(db.session.scalars(every()))
    known = set(everything) if visible is None else set(db.session.scalars(visible(actor)))
    return [*everything, 999_999], known


@pytest.mark.parametrize("login", LOGINS)
def test_posts_refuse_the_wrong_role_and_hide_what_is_hidden(season: Flask, login: str) -> None:
    client = sign_in(season, login)
    season.config["WTF_CSRF_ENABLED"] = False
    actor = actor_of(login)
    wrong: list[str] = []
    for rule in rules_of(season, "POST"):
        wanted = guard_of(season, rule.endpoint)
        assert wanted is not None
        if rule.endpoint in {"accounts.sign_out", "accounts.sign_in", "web.language"}:
            continue
        names = [name for name in rule.arguments if name in OBJECTS]
        everything, known = ids_of(names[0], actor) if names else ([0], {0})
        for number in everything:
            path = fill(rule, {names[0]: number} if names else {})
            forbidden = bool(wanted.roles) and actor.roles.isdisjoint(wanted.roles)
            if forbidden or number not in known:
                status = client.post(path, data={"x": "y"}).status_code
                if status != (403 if forbidden else 404):
                    wrong.append(f"{login} POST {path}: {status}")
            else:
                status = client.post(path, data={"no_such_field": "1"}).status_code
                if status not in {400, 403, 404, 409}:
                    wrong.append(f"{login} POST {path} with an unknown field: {status}")
    assert wrong == []


def test_evidence_follows_its_lead(season: Flask) -> None:
    """A file's id under another lead, or under one's own with another's file, is 404."""
    from tests.cases.builders import add_file

    lead = db.session.scalars(
        select(Lead).where(Lead.from_code == "510131").order_by(Lead.id.desc())
    ).first()
    assert lead is not None
    row = add_file(lead, actor_of("pujiang"))
    other = db.session.scalars(select(Lead).where(Lead.from_code == "510118")).one()
    assert db.session.get(Evidence, row.id) is not None
    for login, lead_id, expected in (
        ("pujiang", lead.id, 200),
        ("danling", lead.id, 200),
        ("pujiang", other.id, 404),
        ("c510118", lead.id, 404),
        ("chengdu", lead.id, 404),
    ):
        with sign_in(season, login).get(f"/cases/{lead_id}/evidence/{row.id}") as response:
            assert response.status_code == expected, login
