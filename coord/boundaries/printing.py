"""What a printed sheet of the installation's boundaries shows: a roster, a scenario, the cities."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shapely.geometry import shape
from sqlalchemy import select
from sqlalchemy.orm import undefer

from coord.boundaries import atlas
from coord.boundaries.atlas import Key
from coord.boundaries.contacts import Contact
from coord.boundaries.enums import Verification
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit, Roster
from coord.boundaries.queries import (
    find_roster,
    find_visible_roster,
    groups_of_roster,
    list_rosters,
    scenario_grouping,
)
from coord.boundaries.scenarios import Scenario
from coord.boundaries.sheet import LineMark, SheetLine, SheetUnit, SheetZone
from coord.boundaries.sheet_facts import TITLE, TITLE_OF_CITIES, Origin, Subject
from coord.boundaries.sheet_images import picture_of
from coord.boundaries.studio_models import FunctionalZone, SavedScenario
from coord.boundaries.studio_queries import find_saved, list_saved
from coord.db import db
from coord.kernel.actor import Actor
from coord.kernel.errors import NotFound
from coord.kernel.regions import CHONGQING, FIVE_CITIES
from coord.kernel.text import N_

#: What may be printed beside single rosters (`roster-12`) and saved scenarios (`saved-3`).
IN_FORCE, CITIES = "roster", "cities"

Groups = list[tuple[tuple[str, ...], float]]

#: A picture takes about 70 MB while it is drawn, so one at a time.
_one_picture = threading.Lock()


@dataclass(frozen=True)
class Printable:
    """A choice on the print page: its value, its name, the msgid of its kind."""

    value: str
    name: str
    kind: str


def list_printable(actor: Actor, day: date) -> list[Printable]:
    """Everything that this person may print."""
    found = [Printable(CITIES, N_("按城市"), "")]
    if find_roster(day) is not None:
        found.insert(0, Printable(IN_FORCE, N_("现行名单"), ""))
    found += [Printable(one.value, one.label, N_("内置方案")) for one in Scenario]
    found += [
        Printable(f"roster-{one.id}", one.name, N_("历次名单")) for one in list_rosters(actor)
    ]
    saved = list_saved(actor)
    return found + [Printable(f"saved-{one.id}", one.name, N_("保存的方案")) for one in saved]


def get_subject(
    what: str, actor: Actor, *, with_chongqing: bool, day: date
) -> tuple[Subject, Origin]:
    """What is to be printed and where its boundaries come from.

    Raises NotFound for a roster or scenario that is not there or not to be known.
    """
    parties = (*FIVE_CITIES, CHONGQING) if with_chongqing else FIVE_CITIES
    if what == CITIES:
        return _subject(atlas.get_key(), parties, TITLE_OF_CITIES, "", None, [])
    if what == IN_FORCE:
        return _roster_subject(find_roster(day), parties, day)
    if what in set(Scenario):
        scenario = Scenario(what)
        key = atlas.get_key()
        groups = _with_lengths(scenario_grouping(scenario).groups, atlas.contacts(key))
        return _computed(key, parties, scenario.label, groups)
    kind, _dash, number = what.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound(N_("没有这份名单或方案。"))
    if kind == "roster":
        return _roster_subject(find_visible_roster(actor, int(number)), parties, day)
    if kind == "saved":
        return _saved_subject(find_saved(actor, int(number)))
    raise NotFound(N_("没有这份名单或方案。"))


def _roster_subject(
    roster: Roster | None, parties: Sequence[str], day: date
) -> tuple[Subject, Origin]:
    if roster is None:
        raise NotFound(N_("没有这份名单或方案。"))
    shown = max(day, roster.effective_from)
    if roster.effective_to is not None:
        shown = min(shown, roster.effective_to)
    groups = [(one.county_codes, one.covered_m) for one in groups_of_roster(roster, shown)]
    return _subject(
        _key_of(roster.vintage_id),
        parties,
        TITLE,
        N_("%(name)s(自%(day)s起)"),
        roster.verification,
        groups,
        {"name": roster.name, "day": roster.effective_from.isoformat()},
    )


def _saved_subject(saved: SavedScenario | None) -> tuple[Subject, Origin]:
    if saved is None:
        raise NotFound(N_("没有这份名单或方案。"))
    key = _key_of(saved.vintage_id)
    codes = [tuple(str(code) for code in group) for group in saved.result["groups"]]
    groups = _with_lengths(codes, atlas.contacts(key))
    return _computed(key, saved.parties, saved.name, groups)


def _computed(
    key: Key, parties: Sequence[str], name: str, groups: Groups
) -> tuple[Subject, Origin]:
    title = N_("%(scenario)s(计算结果,未采纳)")
    return _subject(key, parties, TITLE, title, Verification.UNVERIFIED, groups, {"scenario": name})


def _with_lengths(groups: Sequence[tuple[str, ...]], contacts: Sequence[Contact]) -> Groups:
    number = {code: at for at, codes in enumerate(groups) for code in codes}
    lengths = [0.0] * len(groups)
    for one in contacts:
        if one.a in number and number[one.a] == number.get(one.b):
            lengths[number[one.a]] += one.length_m
    return list(zip(groups, lengths, strict=True))


def _key_of(vintage_id: int) -> Key:
    vintage = db.session.get_one(BoundaryVintage, vintage_id)
    return (vintage.id, vintage.sha256, vintage.revision)


def _subject(
    key: Key,
    parties: Sequence[str],
    title: str,
    name: str,
    verification: Verification | None,
    groups: Groups,
    name_params: Mapping[str, object] | None = None,
) -> tuple[Subject, Origin]:
    units = [
        SheetUnit(unit.code, unit.name, unit.party, unit.geometry)
        for unit in atlas.units(key)
        if unit.party in parties
    ]
    number = {code: at for at, (codes, _m) in enumerate(groups, start=1) for code in codes}
    subject = Subject(
        title=title,
        name=name,
        verification=verification,
        units=units,
        lines=_lines(key, {unit.code for unit in units}, number),
        groups=groups,
        zones=_zones(key, parties),
        name_params=name_params or {},
    )
    vintage = db.session.get_one(BoundaryVintage, key[0])
    origin = Origin(
        source=vintage.source,
        datum=vintage.datum,
        vintage=vintage.vintage,
        accuracy_m=vintage.accuracy_m,
        map_approval_number=vintage.map_approval_number,
    )
    return subject, origin


def _lines(key: Key, codes: set[str], number: dict[str, int]) -> list[SheetLine]:
    """All contacts, those added by hand and those struck out marked as such."""
    edited = {
        (row.a, row.b): row
        for row in db.session.scalars(
            select(BorderContact)
            .where(
                BorderContact.vintage_id == key[0],
                BorderContact.added_by_id.is_not(None) | BorderContact.struck_by_id.is_not(None),
            )
            .order_by(BorderContact.a, BorderContact.b)
            .options(undefer(BorderContact.line))
        )
    }
    lines = [
        SheetLine(
            one.a,
            one.b,
            one.length_m,
            one.line,
            number[one.a] if one.a in number and number[one.a] == number.get(one.b) else None,
            LineMark.ADDED if (one.a, one.b) in edited else LineMark.COMPUTED,
        )
        for one in atlas.contacts(key)
    ]
    lines += [
        SheetLine(row.a, row.b, row.length_m, shape(row.line), None, LineMark.STRUCK)
        for row in edited.values()
        if row.struck_by_id is not None
    ]
    return [line for line in lines if line.a in codes and line.b in codes]


def _zones(key: Key, parties: Sequence[str]) -> list[SheetZone]:
    """Zones with a polygon that are not units of the vintage themselves."""
    rows = db.session.scalars(
        select(FunctionalZone)
        .where(
            FunctionalZone.polygon.is_not(None),
            FunctionalZone.to_on.is_(None),
            FunctionalZone.party.in_(parties),
            FunctionalZone.key.not_in(
                select(CountyUnit.code).where(CountyUnit.vintage_id == key[0])
            ),
        )
        .order_by(FunctionalZone.key)
        .options(undefer(FunctionalZone.polygon))
    )
    return [SheetZone(row.name, shape(row.polygon)) for row in rows]


@lru_cache(maxsize=8)
def picture(svg: str, width: int, height: int) -> bytes:
    """The sheet as a PNG. Kept by its SVG, which holds everything that makes it."""
    with _one_picture:
        return picture_of(svg, width, height)
