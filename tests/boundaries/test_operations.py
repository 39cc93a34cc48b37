from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from coord.audit.models import AuditEntry
from coord.audit.operations import verify
from coord.boundaries import operations, queries
from coord.boundaries.enums import Verification
from coord.boundaries.models import BoundaryVintage, JointGroup, Roster
from coord.boundaries.scenarios import Scenario
from coord.db import db
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.regions import CHENGDU, CHONGQING, FIVE_CITIES
from coord.notify.models import Notice
from tests import factories
from tests.boundaries.builders import START, adopt, load_boundaries
from tests.factories import NOW, People

#: Regression on the shipped source: the groups of design.md section 4.
PLAN_GROUPS = [
    ("510113", "510114", "510681"),
    ("510116", "511421"),
    ("510118", "511403"),
    ("510121", "510623"),
    ("510129", "510183", "511803", "511826"),
    ("510131", "511402", "511424"),
    ("510182", "510682"),
    ("510185", "512002", "512022"),
]
DOCUMENT = "川环函〔2026〕0号《关于印发联动执法组名单的通知》2026-03-01"


def verbs() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.seq)))


def told() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for notice in db.session.scalars(select(Notice).order_by(Notice.id)):
        found.setdefault(notice.person_id, []).append(notice.path)
    return found


def test_the_shipped_boundaries_are_loaded_once(app: Flask) -> None:
    first = operations.load_shipped_boundaries(now=NOW)
    again = operations.load_shipped_boundaries(now=NOW)

    assert again.id == first.id
    assert len(queries.list_counties()) == 81
    assert len(queries.list_counties(FIVE_CITIES)) == 43
    assert len(queries.list_contacts()) == 33
    assert verbs() == ["boundaries.loaded"]


def test_an_older_installation_learns_how_accurate_its_boundaries_are(app: Flask) -> None:
    first = operations.load_shipped_boundaries(now=NOW)
    assert first.accuracy_m == 500.0
    first.accuracy_m = None
    db.session.flush()
    assert operations.load_shipped_boundaries(now=NOW).accuracy_m == 500.0
    assert verbs() == ["boundaries.loaded", "boundaries.accuracy_stated"]


def test_distances_between_parties_are_kept(app: Flask) -> None:
    load_boundaries()

    assert queries.party_distance(CHENGDU, "5106") == 0
    apart = queries.party_distance(CHENGDU, CHONGQING)
    assert apart is not None
    assert round(apart / 1000, 1) == 65.6
    assert queries.party_distance(CHONGQING, CHENGDU) == apart
    assert queries.party_distance(CHENGDU, "9999") is None


def test_another_vintage_becomes_the_current_one(app: Flask) -> None:
    old = load_boundaries()
    old.sha256 = "0" * 64
    db.session.flush()
    new = load_boundaries()

    assert queries.get_vintage().id == new.id
    current = select(BoundaryVintage.id).where(BoundaryVintage.is_current.is_(True))
    assert list(db.session.scalars(current)) == [new.id]
    assert len(queries.list_counties()) == 81


def test_adopting_makes_a_dated_unverified_roster(any_app: Flask) -> None:
    people = factories.make_people()
    load_boundaries()
    roster = adopt(people.actor("chengdu"))

    assert roster.verification is Verification.UNVERIFIED
    assert roster.is_optimal is True
    assert (roster.effective_from, roster.effective_to) == (START, None)
    assert round(roster.covered_m / 1000) == 498
    assert [left["code"] for left in roster.left_out] == ["511423", "511802", "511822", "511823"]
    assert roster.parameters["groups"] == 8
    assert roster.parameters["must_include"] == ["510114"]
    groups = queries.groups_on(START)
    assert [group.county_codes for group in groups] == PLAN_GROUPS
    assert [group.number for group in groups] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert groups[6].name == "彭州–什邡"
    assert groups[6].parties == ("5101", "5106")
    assert {group.verified for group in groups} == {False}
    assert round(sum(group.covered_m for group in groups)) == round(roster.covered_m)
    assert queries.groups_on(START - timedelta(days=1)) == []
    assert verify()[1] == []


def test_officers_of_members_and_other_coordinators_are_told(app: Flask, people: People) -> None:
    load_boundaries()
    roster = adopt(people.actor("chengdu"))

    numbers = {"pengzhou": 7, "shifang": 7, "pujiang": 6, "danling": 6, "dongpo": 6}
    pages = {group.number: f"/boundaries/groups/{group.id}" for group in roster.groups}
    expected = {people.persons[who].id: [pages[n]] for who, n in numbers.items()}
    for who in ("deyang", "meishan"):
        expected[people.persons[who].id] = [f"/boundaries/rosters/{roster.id}"]
    assert told() == expected


@pytest.mark.parametrize("login", ["pengzhou", "reviewer", "observer", "sysadmin", "auditor"])
def test_only_coordinators_of_the_five_cities_decide(
    app: Flask, people: People, login: str
) -> None:
    load_boundaries()
    kept = adopt(people.actor("chengdu"))
    actor = people.actor(login)
    with pytest.raises(NotAllowed):
        adopt(actor, day=START + timedelta(days=1))
    with pytest.raises(NotAllowed):
        operations.confirm_roster(kept, document=DOCUMENT, actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        operations.name_lead(kept.groups[0], "510113", actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        operations.set_map_approval_number("GS(2026)0000", actor=actor, now=NOW)
    assert verbs() == ["boundaries.loaded", "roster.adopted"]


def test_a_later_roster_ends_the_former_the_day_before(app: Flask, people: People) -> None:
    load_boundaries()
    first = adopt(people.actor("chengdu"))
    day = date(2026, 10, 1)
    second = adopt(people.actor("deyang"), scenario=Scenario.EVERYONE, day=day)

    assert first.effective_to == date(2026, 9, 30)
    ends = {member.to_on for group in first.groups for member in group.members}
    assert ends == {date(2026, 9, 30)}
    assert {group.roster_id for group in queries.groups_on(date(2026, 9, 30))} == {first.id}
    assert {group.roster_id for group in queries.groups_on(day)} == {second.id}
    assert sum(len(group.county_codes) for group in queries.groups_on(day)) == 25
    # The old groups keep their members for those who look back.
    old = queries.find_group(first.groups[6].id)
    assert old is not None
    assert old.county_codes == ("510182", "510682")


@pytest.mark.parametrize("day", [START, START - timedelta(days=1)])
def test_a_day_not_after_the_former_is_refused(app: Flask, people: People, day: date) -> None:
    load_boundaries()
    first = adopt(people.actor("chengdu"))
    with pytest.raises(Refused):
        adopt(people.actor("deyang"), day=day)
    db.session.rollback()

    assert list(db.session.scalars(select(Roster.id))) == [first.id]
    assert first.effective_to is None


@pytest.mark.parametrize(
    ("name", "day"), [("  ", START), ("名单", date(1926, 1, 1)), ("名单", date(2206, 1, 1))]
)
def test_a_roster_needs_a_name_and_a_sane_day(
    app: Flask, people: People, name: str, day: date
) -> None:
    load_boundaries()
    with pytest.raises(Invalid):
        adopt(people.actor("chengdu"), name=name, day=day)


def test_without_boundaries_nothing_can_be_adopted(app: Flask, people: People) -> None:
    with pytest.raises(Refused):
        adopt(people.actor("chengdu"))


def test_the_official_document_makes_it_verified_once(app: Flask, people: People) -> None:
    load_boundaries()
    roster = adopt(people.actor("chengdu"))
    coordinator = people.actor("deyang")
    with pytest.raises(Invalid):
        operations.confirm_roster(roster, document="  ", actor=coordinator, now=NOW)
    operations.confirm_roster(roster, document=f" {DOCUMENT} ", actor=coordinator, now=NOW)

    assert roster.verification is Verification.VERIFIED
    assert roster.confirmed_document == DOCUMENT
    assert roster.confirmed_at == NOW
    assert {group.verified for group in queries.groups_on(START)} == {True}
    with pytest.raises(Refused):
        operations.confirm_roster(roster, document="另一份", actor=coordinator, now=NOW)
    assert roster.confirmed_document == DOCUMENT
    assert verbs()[-1] == "roster.confirmed"


def test_the_database_refuses_verified_without_a_document(any_app: Flask) -> None:
    people = factories.make_people()
    load_boundaries()
    adopt(people.actor("chengdu"))
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE roster SET verification = 'verified'"))


def test_of_two_changes_at_once_one_is_told(app: Flask, people: People) -> None:
    load_boundaries()
    roster = adopt(people.actor("chengdu"))
    assert roster.verification is Verification.UNVERIFIED  # read before the other's change
    db.session.execute(text("UPDATE roster SET version = version + 1"))
    with pytest.raises(StaleDataError):
        operations.confirm_roster(roster, document=DOCUMENT, actor=people.actor("deyang"), now=NOW)


def test_a_member_county_leads_and_no_other(app: Flask, people: People) -> None:
    load_boundaries()
    group = adopt(people.actor("chengdu")).groups[6]
    coordinator = people.actor("chengdu")
    operations.name_lead(group, "510182", actor=coordinator, now=NOW)
    assert queries.groups_on(START)[6].lead_code == "510182"
    with pytest.raises(Invalid):
        operations.name_lead(group, "510131", actor=coordinator, now=NOW)
    operations.name_lead(group, "", actor=coordinator, now=NOW)
    assert db.session.scalars(select(JointGroup.lead_code)).unique().all() == [""]


def test_the_map_number_is_set_and_taken_back(app: Flask, people: People) -> None:
    load_boundaries()
    coordinator = people.actor("chengdu")
    operations.set_map_approval_number(" GS川(2026)0000号 ", actor=coordinator, now=NOW)
    assert queries.get_vintage().map_approval_number == "GS川(2026)0000号"
    operations.set_map_approval_number("", actor=coordinator, now=NOW)
    assert queries.get_vintage().map_approval_number is None
