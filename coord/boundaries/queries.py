"""The readers: counties, contacts, groups of a day, scenarios, where a point lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from coord.boundaries import atlas
from coord.boundaries.datum import Datum
from coord.boundaries.enums import Verification
from coord.boundaries.grouping import Grouping
from coord.boundaries.locate import Border
from coord.boundaries.models import (
    BorderContact,
    BoundaryVintage,
    CountyUnit,
    JointGroup,
    PartyDistance,
    Roster,
)
from coord.boundaries.policy import may, visible
from coord.boundaries.scenarios import Scenario
from coord.db import db
from coord.kernel.actor import Actor
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.errors import Refused
from coord.kernel.regions import party_of
from coord.kernel.tasks import Task
from coord.kernel.text import N_


@dataclass(frozen=True)
class GroupView:
    """A joint group as other rooms see it. `lead_code` is "" until a lead agency is named."""

    id: int
    number: int
    name: str
    county_codes: tuple[str, ...]
    parties: tuple[str, ...]
    lead_code: str
    roster_id: int
    verified: bool
    #: Metres of city border between its members.
    covered_m: float


@dataclass(frozen=True)
class LocationView:
    """Where a point lies and who is across the nearest city border. Degrees are CGCS2000."""

    lon: float
    lat: float
    county_code: str
    county_name: str
    party: str
    #: Metres to the nearest border with another city; None where the county has none.
    border_distance_m: float | None
    #: The two counties of that border.
    contact: tuple[str, str] | None
    neighbour_code: str | None
    neighbour_name: str
    groups: tuple[GroupView, ...]
    #: Metres by which the boundaries may be off; None where they do not say.
    accuracy_m: float | None = None
    #: Other counties that the point may lie in, by code and name, the nearest first.
    possible: tuple[tuple[str, str], ...] = ()
    #: Every city border within 10 km, the nearest first.
    borders: tuple[Border, ...] = ()


#: A contact struck out by hand stays in its list but counts nowhere.
_COUNTS = BorderContact.struck_by_id.is_(None)
_CURRENT = select(BoundaryVintage.id).where(BoundaryVintage.is_current.is_(True)).scalar_subquery()


def find_vintage() -> BoundaryVintage | None:
    """The boundaries in use, or None where none is loaded."""
    return db.session.scalar(select(BoundaryVintage).where(BoundaryVintage.is_current.is_(True)))


def get_vintage() -> BoundaryVintage:
    """The boundaries in use; Refused where none is loaded."""
    return db.session.get_one(BoundaryVintage, atlas.get_key()[0])


def list_counties(parties: Sequence[str] | None = None) -> list[CountyUnit]:
    """Counties of the current boundaries by code, optionally of some parties."""
    statement = select(CountyUnit).where(CountyUnit.vintage_id == _CURRENT)
    if parties is not None:
        statement = statement.where(CountyUnit.party.in_(parties))
    return list(db.session.scalars(statement.order_by(CountyUnit.code)))


def find_county(code: str) -> CountyUnit | None:
    """A county of the current boundaries."""
    return db.session.scalar(
        select(CountyUnit).where(CountyUnit.vintage_id == _CURRENT, CountyUnit.code == code)
    )


def county_names() -> Mapping[str, str]:
    """Code → name, of the current boundaries; empty where none is loaded."""
    key = atlas.find_key()
    return atlas.names(key) if key is not None else {}


def county_name(code: str) -> str:
    """A county's name, or its code where it is not known."""
    return county_names().get(code, code)


def list_contacts(parties: Sequence[str] | None = None) -> list[BorderContact]:
    """Contacts between counties of the given parties (all by default), by codes."""
    statement = select(BorderContact).where(BorderContact.vintage_id == _CURRENT, _COUNTS)
    if parties is not None:
        codes = select(CountyUnit.code).where(
            CountyUnit.vintage_id == _CURRENT, CountyUnit.party.in_(parties)
        )
        statement = statement.where(BorderContact.a.in_(codes), BorderContact.b.in_(codes))
    return list(db.session.scalars(statement.order_by(BorderContact.a, BorderContact.b)))


def contacts_of(code: str) -> list[BorderContact]:
    """The contacts of one county, the longest first."""
    statement = select(BorderContact).where(
        BorderContact.vintage_id == _CURRENT,
        _COUNTS,
        or_(BorderContact.a == code, BorderContact.b == code),
    )
    ordered = statement.order_by(BorderContact.length_m.desc(), BorderContact.a, BorderContact.b)
    return list(db.session.scalars(ordered))


def find_contact(a: str, b: str) -> BorderContact | None:
    """The contact of two counties, named in either order."""
    low, high = sorted((a, b))
    return db.session.scalar(
        select(BorderContact).where(
            BorderContact.vintage_id == _CURRENT,
            _COUNTS,
            BorderContact.a == low,
            BorderContact.b == high,
        )
    )


def neighbours_of(code: str) -> list[str]:
    """Counties across a city line from this one, the longest border first."""
    return [one.b if one.a == code else one.a for one in contacts_of(code)]


def party_distance(a: str, b: str) -> float | None:
    """Metres between two parties at their nearest points; 0 where they touch."""
    low, high = sorted((a, b))
    return db.session.scalar(
        select(PartyDistance.distance_m).where(
            PartyDistance.vintage_id == _CURRENT,
            PartyDistance.a == low,
            PartyDistance.b == high,
        )
    )


def scenario_grouping(scenario: Scenario) -> Grouping:
    """The proven best grouping of the five cities, computed once for each vintage."""
    return atlas.grouping(atlas.get_key(), scenario)


def find_grouping(scenario: Scenario) -> tuple[Grouping | None, Refused | None]:
    """As scenario_grouping; where edits of contacts made its rules impossible, why so."""
    key = atlas.get_key()
    try:
        return atlas.grouping(key, scenario), None
    except Refused as trouble:
        return None, trouble


def find_roster(day: date) -> Roster | None:
    """The roster in force on a day."""
    return db.session.scalar(
        select(Roster)
        .where(
            Roster.effective_from <= day,
            or_(Roster.effective_to.is_(None), Roster.effective_to >= day),
        )
        .order_by(Roster.effective_from.desc())
        .limit(1)
    )


def list_rosters(actor: Actor) -> list[Roster]:
    """The rosters an actor may know of, newest first."""
    return list(db.session.scalars(visible(actor).order_by(Roster.effective_from.desc())))


def find_visible_roster(actor: Actor, roster_id: int) -> Roster | None:
    """A roster, if the actor may know of it."""
    return db.session.scalar(visible(actor).where(Roster.id == roster_id))


def find_visible_group(actor: Actor, group_id: int) -> JointGroup | None:
    """A group of a roster that the actor may know of."""
    group = db.session.get(JointGroup, group_id)
    if group is None or find_visible_roster(actor, group.roster_id) is None:
        return None
    return group


def groups_on(day: date) -> list[GroupView]:
    """The joint groups in force on a day, by number."""
    roster = find_roster(day)
    return groups_of_roster(roster, day) if roster is not None else []


def groups_of_roster(roster: Roster, day: date | None = None) -> list[GroupView]:
    """A roster's groups by number, with their members of a day or of all its time."""
    return [_group_view(group, day) for group in roster.groups]


def groups_of(code: str, day: date) -> list[GroupView]:
    """The joint groups of a county on a day."""
    return [group for group in groups_on(day) if code in group.county_codes]


def find_group(group_id: int) -> GroupView | None:
    """A group of any roster, with all members it had."""
    group = db.session.get(JointGroup, group_id)
    return _group_view(group, None) if group is not None else None


def _group_view(group: JointGroup, day: date | None) -> GroupView:
    codes = tuple(
        member.code
        for member in group.members
        if day is None or (member.from_on <= day and (member.to_on is None or member.to_on >= day))
    )
    return GroupView(
        id=group.id,
        number=group.number,
        name=group.name,
        county_codes=codes,
        parties=tuple(sorted({party_of(code) for code in codes})),
        lead_code=group.lead_code,
        roster_id=group.roster_id,
        verified=group.roster.verification is Verification.VERIFIED,
        covered_m=group.covered_m,
    )


def locate_point(lon: float, lat: float, datum: Datum) -> LocationView:
    """County, distance to the nearest city border, who is across, and the groups.

    Raises Invalid for a point that is in no county, or whose axes are swapped.
    """
    place = atlas.gazetteer(atlas.get_key()).locate(lon, lat, datum)
    names = county_names()
    return LocationView(
        lon=place.lon,
        lat=place.lat,
        county_code=place.code,
        county_name=names[place.code],
        party=party_of(place.code),
        border_distance_m=place.border_distance_m,
        contact=place.contact,
        neighbour_code=place.neighbour,
        neighbour_name=names.get(place.neighbour or "", ""),
        groups=tuple(groups_of(place.code, shanghai_date(utc_now()))),
        accuracy_m=place.accuracy_m,
        possible=tuple((code, names[code]) for code in place.possible),
        borders=place.borders,
    )


def list_tasks(actor: Actor, *, now: datetime) -> list[Task]:
    """What waits for a coordinator here: a roster to adopt, or one to confirm."""
    if not may(actor, "adopt"):
        return []
    roster = find_roster(shanghai_date(now))
    if roster is None:
        path = "/boundaries/scenarios/"
        return [Task("boundaries", N_("采纳联动组名单"), N_("尚无生效的名单"), path)]
    if roster.verification is Verification.UNVERIFIED:
        path = f"/boundaries/rosters/{roster.id}"
        return [Task("boundaries", N_("据正式文件核实名单"), roster.name, path)]
    return []
