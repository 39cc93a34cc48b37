"""The readers: counties, contacts, groups of a day, scenarios, where a point lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from shapely.geometry import shape
from sqlalchemy import select

from coord.boundaries.contacts import Contact, Unit
from coord.boundaries.datum import Datum
from coord.boundaries.enums import Verification
from coord.boundaries.grouping import Grouping, solve
from coord.boundaries.locating import Gazetteer
from coord.boundaries.models import (
    BorderContact,
    BoundaryVintage,
    CountyUnit,
    JointGroup,
    PartyDistance,
    Roster,
)
from coord.boundaries.scenarios import Scenario, scenario_rules
from coord.db import db
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.regions import FIVE_CITIES, party_of


@dataclass(frozen=True)
class GroupView:
    """A joint group as other rooms see it."""

    id: int
    number: int
    name: str
    county_codes: tuple[str, ...]
    parties: tuple[str, ...]
    roster_id: int
    verified: bool


@dataclass(frozen=True)
class LocationView:
    """Where a point lies and who is across the nearest city border."""

    lon: float
    lat: float
    county_code: str
    county_name: str
    party: str
    border_distance_m: float | None
    neighbour_code: str | None
    neighbour_name: str
    groups: tuple[GroupView, ...]


def current_vintage() -> BoundaryVintage:
    """The boundaries in use; raises where none is loaded."""
    return db.session.scalars(
        select(BoundaryVintage).where(BoundaryVintage.is_current.is_(True))
    ).one()


def list_counties(parties: Sequence[str] | None = None) -> list[CountyUnit]:
    """Counties of the current boundaries by code, optionally of some parties."""
    statement = select(CountyUnit).where(CountyUnit.vintage_id == current_vintage().id)
    if parties is not None:
        statement = statement.where(CountyUnit.party.in_(parties))
    return list(db.session.scalars(statement.order_by(CountyUnit.code)))


def find_county(code: str) -> CountyUnit | None:
    """A county of the current boundaries."""
    return db.session.scalar(
        select(CountyUnit).where(
            CountyUnit.vintage_id == current_vintage().id, CountyUnit.code == code
        )
    )


def county_names() -> dict[str, str]:
    """Code → name, of the current boundaries."""
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.name).where(
            CountyUnit.vintage_id == current_vintage().id
        )
    )
    return {code: name for code, name in rows}


def county_name(code: str) -> str:
    """A county's name, or its code where it is not known."""
    return county_names().get(code, code)


def list_contacts(parties: Sequence[str] | None = None) -> list[BorderContact]:
    """Contacts between counties of the given parties (all by default), by codes."""
    codes = {county.code for county in list_counties(parties)} if parties is not None else None
    rows = db.session.scalars(
        select(BorderContact)
        .where(BorderContact.vintage_id == current_vintage().id)
        .order_by(BorderContact.a, BorderContact.b)
    )
    return [row for row in rows if codes is None or (row.a in codes and row.b in codes)]


def neighbours_of(code: str) -> list[str]:
    """Counties across a city line from this one, the longest border first."""
    own = [c for c in list_contacts() if code in (c.a, c.b)]
    own.sort(key=lambda c: (-c.length_m, c.a, c.b))
    return [c.b if c.a == code else c.a for c in own]


def party_distance(a: str, b: str) -> float | None:
    """Metres between two parties at their nearest points; 0 where they touch."""
    low, high = sorted((a, b))
    return db.session.scalar(
        select(PartyDistance.distance_m).where(
            PartyDistance.vintage_id == current_vintage().id,
            PartyDistance.a == low,
            PartyDistance.b == high,
        )
    )


def scenario_grouping(scenario: Scenario) -> Grouping:
    """The proven best grouping of a scenario for the five cities, kept per vintage."""
    return _computed_grouping(current_vintage().sha256, scenario)


@lru_cache(maxsize=16)
def _computed_grouping(_sha256: str, scenario: Scenario) -> Grouping:
    counties = list_counties(FIVE_CITIES)
    contacts = [_plain(contact) for contact in list_contacts(FIVE_CITIES)]
    parties = {county.code: county.party for county in counties}
    perimeters = {county.code: county.perimeter_m for county in counties}
    return solve(contacts, parties, perimeters, scenario_rules(scenario, contacts))


def _plain(row: BorderContact) -> Contact:
    return Contact(row.a, row.b, row.length_m, shape(row.line), row.parts)


def find_roster(day: date) -> Roster | None:
    """The roster in force on a day."""
    return db.session.scalar(
        select(Roster)
        .where(
            Roster.effective_from <= day,
            (Roster.effective_to.is_(None)) | (Roster.effective_to >= day),
        )
        .order_by(Roster.effective_from.desc())
        .limit(1)
    )


def groups_on(day: date) -> list[GroupView]:
    """The joint groups in force on a day, by number."""
    roster = find_roster(day)
    return [_group_view(group) for group in roster.groups] if roster is not None else []


def groups_of(code: str, day: date) -> list[GroupView]:
    """The joint groups of a county on a day."""
    return [group for group in groups_on(day) if code in group.county_codes]


def find_group(group_id: int) -> GroupView | None:
    """A group of any roster."""
    group = db.session.get(JointGroup, group_id)
    return _group_view(group) if group is not None else None


def _group_view(group: JointGroup) -> GroupView:
    codes = tuple(member.code for member in group.members)
    return GroupView(
        id=group.id,
        number=group.number,
        name=group.name,
        county_codes=codes,
        parties=tuple(sorted({party_of(code) for code in codes})),
        roster_id=group.roster_id,
        verified=group.roster.verification is Verification.VERIFIED,
    )


def locate_point(lon: float, lat: float, datum: Datum) -> LocationView:
    """County, distance to the nearest city border, who is across, and the groups; or Invalid."""
    place = _gazetteer(current_vintage().sha256).locate(lon, lat, datum)
    names = county_names()
    county = find_county(place.code)
    return LocationView(
        lon=place.lon,
        lat=place.lat,
        county_code=place.code,
        county_name=names[place.code],
        party=county.party if county is not None else "",
        border_distance_m=place.border_distance_m,
        neighbour_code=place.neighbour,
        neighbour_name=names.get(place.neighbour or "", ""),
        groups=tuple(groups_of(place.code, shanghai_date(utc_now()))),
    )


@lru_cache(maxsize=2)
def _gazetteer(_sha256: str) -> Gazetteer:
    units = [
        Unit(county.code, county.name, county.party, shape(county.geometry))
        for county in list_counties()
    ]
    return Gazetteer(units, [_plain(contact) for contact in list_contacts()])


def map_document() -> dict[str, Any]:
    """Everything the map draws: counties, contacts and where their labels stand."""
    names = county_names()
    return {
        "counties": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {
                        "code": county.code,
                        "name": county.name,
                        "party": county.party,
                        "label": [county.label_lat, county.label_lon],
                    },
                    "geometry": county.geometry,
                }
                for county in list_counties()
            ],
        },
        "contacts": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {
                        "a": contact.a,
                        "b": contact.b,
                        "title": f"{names[contact.a]}–{names[contact.b]}",
                        "km": round(contact.length_m / 1000, 1),
                    },
                    "geometry": contact.line,
                }
                for contact in list_contacts()
            ],
        },
    }


def list_rosters(statement: Any) -> list[Roster]:
    """Rosters of a policy's SELECT, newest first."""
    return list(db.session.scalars(statement.order_by(Roster.effective_from.desc())))

