"""Load boundaries, adopt a grouping as the dated roster, confirm it, number the map."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path

from shapely import union_all
from shapely.geometry import mapping
from sqlalchemy import select, update

from coord.accounts.queries import list_people_of
from coord.audit.operations import record
from coord.boundaries.contacts import Unit, area_m2, distance_m, find_contacts, perimeter_m
from coord.boundaries.enums import Verification
from coord.boundaries.grouping import Grouping
from coord.boundaries.models import (
    BorderContact,
    BoundaryVintage,
    CountyUnit,
    GroupMember,
    JointGroup,
    PartyDistance,
    Roster,
)
from coord.boundaries.policy import may_adopt
from coord.boundaries.queries import county_names, current_vintage, scenario_grouping
from coord.boundaries.scenarios import Scenario
from coord.boundaries.sources import SHIPPED, read_shipped
from coord.db import db
from coord.kernel.actor import SYSTEM, Actor, Role
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.text import N_
from coord.notify.operations import tell


def load_shipped_boundaries(*, now: datetime) -> BoundaryVintage:
    """Load the shipped polygons as the current vintage, once per file."""
    described = json.loads(_metadata_path().read_text(encoding="utf-8"))
    known = db.session.scalar(
        select(BoundaryVintage).where(BoundaryVintage.sha256 == described["sha256"])
    )
    if known is not None:
        return known
    units = read_shipped().units
    db.session.execute(update(BoundaryVintage).values(is_current=False))
    vintage = BoundaryVintage(
        name=described["name"],
        source=described["source"],
        datum=described["datum"],
        vintage=described["vintage"],
        licence=described["licence"],
        map_approval_number=described["map_approval_number"],
        sha256=described["sha256"],
        is_current=True,
        loaded_at=now,
    )
    db.session.add(vintage)
    db.session.flush()
    _save_units(vintage, units)
    record("boundaries.loaded", vintage, actor=SYSTEM, now=now, units=len(units))
    return vintage


def _metadata_path() -> Path:
    return SHIPPED.with_suffix(".meta.json")


def _save_units(vintage: BoundaryVintage, units: Sequence[Unit]) -> None:
    for unit in units:
        label = unit.geometry.representative_point()
        db.session.add(
            CountyUnit(
                vintage_id=vintage.id,
                code=unit.code,
                name=unit.name,
                party=unit.party,
                geometry=mapping(unit.geometry),
                label_lon=label.x,
                label_lat=label.y,
                perimeter_m=perimeter_m(unit.geometry),
                area_m2=area_m2(unit.geometry),
            )
        )
    for contact in find_contacts(units).contacts:
        db.session.add(
            BorderContact(
                vintage_id=vintage.id,
                a=contact.a,
                b=contact.b,
                length_m=contact.length_m,
                parts=contact.parts,
                line=mapping(contact.line),
            )
        )
    outlines = {
        party: union_all([unit.geometry for unit in units if unit.party == party])
        for party in sorted({unit.party for unit in units})
    }
    for a, b in combinations(outlines, 2):
        gap = distance_m(outlines[a], outlines[b])
        db.session.add(PartyDistance(vintage_id=vintage.id, a=a, b=b, distance_m=gap))
    db.session.flush()


def adopt_scenario(
    scenario: Scenario, *, name: str, effective_from: date, actor: Actor, now: datetime
) -> Roster:
    """Make a scenario's groups the roster from a day on; the one before ends the day before."""
    if not may_adopt(actor):
        raise NotAllowed(N_("只有五市的市级联络员可以采纳联动组方案。"))
    latest = db.session.scalar(select(Roster).order_by(Roster.effective_from.desc()).limit(1))
    if latest is not None and effective_from <= latest.effective_from:
        raise Refused(
            N_("生效日期须晚于现有名单的生效日期(%(day)s)。"), day=latest.effective_from.isoformat()
        )
    grouping = scenario_grouping(scenario)
    if latest is not None and (
        latest.effective_to is None or latest.effective_to >= effective_from
    ):
        latest.effective_to = effective_from - timedelta(days=1)
    roster = _save_roster(scenario, grouping, name, effective_from, actor, now)
    record(
        "roster.adopted",
        roster,
        actor=actor,
        now=now,
        scenario=scenario.value,
        effective_from=effective_from.isoformat(),
    )
    _tell_members(roster, now=now)
    return roster


def _save_roster(
    scenario: Scenario,
    grouping: Grouping,
    name: str,
    effective_from: date,
    actor: Actor,
    now: datetime,
) -> Roster:
    names = county_names()
    roster = Roster(
        name=name.strip(),
        scenario=scenario.value,
        vintage_id=current_vintage().id,
        effective_from=effective_from,
        covered_m=grouping.covered_m,
        is_optimal=grouping.optimal,
        left_out=[
            {"code": left.code, "reason": left.reason, "params": dict(left.params)}
            for left in grouping.left_out
        ],
        adopted_by=actor.name,
        adopted_at=now,
        verification=Verification.UNVERIFIED,
    )
    for number, members in enumerate(grouping.groups, start=1):
        title = "–".join(names[code].rstrip("市县区") for code in members)
        roster.groups.append(
            JointGroup(
                number=number,
                name=title,
                covered_m=_covered_inside(members),
                members=[GroupMember(code=code) for code in members],
            )
        )
    db.session.add(roster)
    db.session.flush()
    return roster


def _covered_inside(members: Sequence[str]) -> float:
    lengths = db.session.scalars(
        select(BorderContact.length_m).where(
            BorderContact.vintage_id == current_vintage().id,
            BorderContact.a.in_(members),
            BorderContact.b.in_(members),
        )
    )
    return float(sum(lengths))


def _tell_members(roster: Roster, *, now: datetime) -> None:
    for group in roster.groups:
        people = [
            person.id
            for member in group.members
            for person in list_people_of(member.code, Role.OFFICER)
        ]
        tell(
            people,
            N_("自%(day)s起,本县编入第%(number)s联动组(%(name)s)。"),
            path=f"/boundaries/groups/{group.id}",
            now=now,
            day=roster.effective_from.isoformat(),
            number=group.number,
            name=group.name,
        )


def confirm_roster(roster: Roster, *, document: str, actor: Actor, now: datetime) -> Roster:
    """Record the official document from which the roster was confirmed: 未核实 → 已核实."""
    if not may_adopt(actor):
        raise NotAllowed(N_("只有五市的市级联络员可以采纳联动组方案。"))
    if roster.verification is Verification.VERIFIED:
        raise Refused(N_("该名单已经核实。"))
    if not document.strip():
        raise Invalid(N_("请写明据以核实的正式文件(文号、标题、日期)。"))
    roster.verification = Verification.VERIFIED
    roster.confirmed_document = document.strip()
    roster.confirmed_by = actor.name
    roster.confirmed_at = now
    record("roster.confirmed", roster, actor=actor, now=now)
    return roster


def set_map_approval_number(number: str, *, actor: Actor, now: datetime) -> BoundaryVintage:
    """Record the 审图号 of the current boundaries; empty takes it back."""
    if not may_adopt(actor):
        raise NotAllowed(N_("只有五市的市级联络员可以填写审图号。"))
    vintage = current_vintage()
    vintage.map_approval_number = number.strip() or None
    record("boundaries.map_number_set", vintage, actor=actor, now=now, number=number.strip())
    return vintage
