"""The readers of vintages and of files on their way in; one vintage beside another."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import Polygon
from sqlalchemy import func, select

from coord.accounts.enums import OrganisationKind
from coord.accounts.queries import list_organisations
from coord.boundaries import atlas
from coord.boundaries.comparison import (
    ContactChange,
    CountyChange,
    compare_contacts,
    compare_counties,
    recoded,
)
from coord.boundaries.contacts import Unit
from coord.boundaries.effects import Effects, NamedGroup, Side, build_effects
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit, JointGroup, Roster
from coord.boundaries.policy import visible_imports
from coord.boundaries.report import MOST_STORED, Present
from coord.boundaries.studio_models import (
    BoundaryImport,
    BoundaryWork,
    ContactEdit,
    SavedScenario,
)
from coord.db import db
from coord.kernel.actor import Actor
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.regions import FIVE_CITIES

#: A few saved scenarios are enough to see what a file does to them.
MOST_SCENARIOS = 20


#: More counties than this do not change their codes at once; the files cover other regions.
MOST_MOVED = 400


@dataclass(frozen=True)
class VintageLine:
    """A vintage in the list: itself, how many counties and contacts that count."""

    vintage: BoundaryVintage
    counties: int
    contacts: int


def list_vintages() -> list[VintageLine]:
    """Every vintage, the one in use first, then the newest."""
    counties = _count_by_vintage(CountyUnit.vintage_id)
    contacts = _count_by_vintage(BorderContact.vintage_id, BorderContact.struck_by_id.is_(None))
    rows = db.session.scalars(
        select(BoundaryVintage).order_by(
            BoundaryVintage.is_current.desc(),
            BoundaryVintage.loaded_at.desc(),
            BoundaryVintage.id.desc(),
        )
    )
    return [VintageLine(row, counties.get(row.id, 0), contacts.get(row.id, 0)) for row in rows]


def _count_by_vintage(column: Any, *conditions: Any) -> dict[int, int]:
    rows = db.session.execute(
        select(column, func.count()).where(*conditions).group_by(column)
    ).all()
    return {row[0]: row[1] for row in rows}


def find_vintage_by_id(vintage_id: int) -> BoundaryVintage | None:
    """A vintage; whoever may see boundaries may see all of them."""
    return db.session.get(BoundaryVintage, vintage_id)


def find_current() -> BoundaryVintage | None:
    """The vintage in use."""
    key = atlas.find_key()
    return db.session.get(BoundaryVintage, key[0]) if key is not None else None


def list_open_imports(actor: Actor) -> list[BoundaryImport]:
    """Files on their way in of the actor's city, the newest first."""
    statement = visible_imports(actor).where(BoundaryImport.over_at.is_(None))
    return list(db.session.scalars(statement.order_by(BoundaryImport.id.desc())))


def find_visible_import(actor: Actor, import_id: int) -> BoundaryImport | None:
    """A file on its way in, if the actor may know of it."""
    return db.session.scalar(visible_imports(actor).where(BoundaryImport.id == import_id))


def work_of(brought: BoundaryImport) -> BoundaryWork | None:
    """The newest work on the file."""
    return db.session.get(BoundaryWork, brought.work_id) if brought.work_id else None


def report_of(brought: BoundaryImport) -> dict[str, Any] | None:
    """The report of the check that ended under the present choice."""
    if brought.check_work_id is None:
        return None
    report: dict[str, Any] = db.session.get_one(BoundaryWork, brought.check_work_id).answer[
        "report"
    ]
    return report


def present_side() -> tuple[Present, Side] | None:
    """The vintage in use with all its shapes, for a check; None where none is loaded."""
    key = atlas.find_key()
    if key is None:
        return None
    side = _side(key)
    shapes = side.shapes(set(side.names))
    units = [Unit(code, side.names[code], side.parties[code], shapes[code]) for code in side.names]
    held = Side(
        side.names,
        side.parties,
        side.perimeters,
        side.contacts,
        lambda codes: {code: shapes[code] for code in codes if code in shapes},
    )
    return Present(units, side.lengths), held


def key_of(vintage: BoundaryVintage) -> atlas.Key:
    """What a vintage is kept under in memory."""
    return vintage.id, vintage.sha256, vintage.revision


def names_of(vintage: BoundaryVintage) -> Mapping[str, str]:
    """Code → name in a vintage."""
    return atlas.names(key_of(vintage))


def _side(key: atlas.Key) -> Side:
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.name, CountyUnit.party, CountyUnit.perimeter_m)
        .where(CountyUnit.vintage_id == key[0])
        .order_by(CountyUnit.code)
    ).all()
    return Side(
        names={row.code: row.name for row in rows},
        parties={row.code: row.party for row in rows},
        perimeters={row.code: row.perimeter_m for row in rows},
        contacts=atlas.contacts(key),
        shapes=lambda codes: _shapes(key[0], codes),
    )


def _shapes(vintage_id: int, codes: Collection[str]) -> Mapping[str, BaseGeometry]:
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.geometry).where(
            CountyUnit.vintage_id == vintage_id, CountyUnit.code.in_(codes)
        )
    )
    return {row.code: shape(row.geometry) for row in rows}


def groups_in_use() -> list[NamedGroup]:
    """Groups of rosters that are in force or will be, and of saved scenarios not put aside."""
    today = shanghai_date(utc_now())
    rosters = db.session.scalars(
        select(Roster)
        .where((Roster.effective_to.is_(None)) | (Roster.effective_to >= today))
        .order_by(Roster.effective_from)
    )
    found = [
        NamedGroup(roster.name, group.number, _members(group))
        for roster in rosters
        for group in roster.groups
    ]
    saved = db.session.scalars(
        select(SavedScenario)
        .where(SavedScenario.put_aside_at.is_(None))
        .order_by(SavedScenario.id.desc())
        .limit(MOST_SCENARIOS)
    )
    for one in saved:
        for number, members in enumerate(one.result.get("groups", []), start=1):
            found.append(NamedGroup(one.name, number, tuple(sorted(members))))
    return found


def _members(group: JointGroup) -> tuple[str, ...]:
    return tuple(sorted({member.code for member in group.members if member.to_on is None}))


@dataclass(frozen=True)
class VintageComparison:
    """One vintage beside another."""

    counties: tuple[CountyChange, ...]
    contacts: tuple[ContactChange, ...]
    effects: Effects

    def as_data(self) -> dict[str, Any]:
        """In the shape in which a check's report holds the same."""
        return {
            "counties": [asdict(one) for one in self.counties[:MOST_STORED]],
            "contacts": [asdict(one) for one in self.contacts[:MOST_STORED]],
            "contact_changes": len(self.contacts),
            "effects": self.effects.as_data(),
        }


def compare_vintages(before: BoundaryVintage, after: BoundaryVintage) -> VintageComparison:
    """What changes from one vintage to another, and whom it touches."""
    return _compared(key_of(before), key_of(after), tuple(groups_in_use()))


@lru_cache(maxsize=8)
def _compared(
    before: atlas.Key, after: atlas.Key, groups: tuple[NamedGroup, ...]
) -> VintageComparison:
    old, new = _side(before), _side(after)
    counties = compare_counties(*_units_that_differ(old, new))
    contacts = compare_contacts(old.lengths, new.lengths, recoded(counties))
    return VintageComparison(
        counties, contacts, build_effects(old, new, counties, contacts, groups)
    )


def _units_that_differ(old: Side, new: Side) -> tuple[list[Unit], list[Unit]]:
    """Both sides' units; only where codes differ are their shapes loaded."""
    wanted = _in_question(old, new)
    sides = []
    for side in (old, new):
        shapes = side.shapes(wanted & set(side.names))
        sides.append(
            [
                Unit(code, name, side.parties[code], shapes.get(code, Polygon()))
                for code, name in side.names.items()
            ]
        )
    return sides[0], sides[1]


def _in_question(old: Side, new: Side) -> set[str]:
    """Codes whose ground may have gone from one county to another."""
    gone, come = set(old.names) - set(new.names), set(new.names) - set(old.names)
    odd = {old.parties[code] for code in gone} | {new.parties[code] for code in come}
    common = odd & set(old.parties.values()) & set(new.parties.values())
    # A city that is on one side only was either renumbered whole, which only matters where
    # another went, or is simply not in the other file.
    parties = odd if gone and come and len(gone | come) <= MOST_MOVED else common
    return {code for side in (old, new) for code in side.names if side.parties[code] in parties}


@dataclass(frozen=True)
class Consequences:
    """What stops working when a vintage is put in use."""

    #: (Code, name) of organisations whose county is not in it.
    organisations: tuple[tuple[str, str], ...]
    #: (Roster, code) of groups' members that are not in it.
    members: tuple[tuple[str, str], ...]
    #: (Key, name) of zones carved out in the vintage in use that are not in it.
    zones: tuple[tuple[str, str], ...]
    #: Edits of contacts by hand in the vintage in use.
    edits: int
    #: Of the five cities, those that have no county in it.
    cities: tuple[str, ...]
    #: Built-in scenarios that have no solution on it, though they have one now; as msgids.
    unsolved: tuple[str, ...]

    @property
    def needs_confirmation(self) -> bool:
        """Whether a person must say that he knows."""
        lost = (self.organisations, self.members, self.zones, self.cities, self.unsolved)
        return bool(self.edits or any(lost))

    @property
    def is_impossible(self) -> bool:
        """Whether nothing of the five cities would be left to show."""
        return len(self.cities) == len(FIVE_CITIES)


def consequences_of(vintage: BoundaryVintage) -> Consequences:
    """What putting a vintage in use would take away from what works now."""
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.party).where(CountyUnit.vintage_id == vintage.id)
    ).all()
    codes, parties = {row.code for row in rows}, {row.party for row in rows}
    current = find_current()
    known = names_of(current) if current is not None else {}
    gone = known.keys() - codes
    edits = select(func.count()).where(
        ContactEdit.vintage_id == (current.id if current is not None else -1),
        ContactEdit.withdrawn_at.is_(None),
    )
    return Consequences(
        organisations=tuple(
            (one.region_code, one.name)
            for one in list_organisations(OrganisationKind.COUNTY_TEAM)
            if one.region_code in gone
        ),
        members=tuple(
            (one.source, code) for one in groups_in_use() for code in one.members if code in gone
        ),
        zones=tuple((key, known[key]) for key in sorted(gone) if not key.isdigit()),
        edits=db.session.scalar(edits) or 0,
        cities=tuple(city for city in FIVE_CITIES if city not in parties),
        unsolved=_unsolved(current, vintage),
    )


def _unsolved(current: BoundaryVintage | None, vintage: BoundaryVintage) -> tuple[str, ...]:
    if current is None or current.id == vintage.id:
        return ()
    effects = compare_vintages(current, vintage).effects.scenarios
    return tuple(one.scenario.label for one in effects if one.fault and one.before_m is not None)
