"""Load boundaries, adopt a grouping as the dated roster, confirm it, number the map."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from coord.audit.operations import record
from coord.boundaries import atlas
from coord.boundaries.contacts import Contact, Unit, find_contacts
from coord.boundaries.enums import RosterOrigin, Verification
from coord.boundaries.grouping import Grouping, Rules
from coord.boundaries.models import BoundaryVintage, GroupMember, JointGroup, Roster
from coord.boundaries.names import group_name
from coord.boundaries.notices import tell_coordinators, tell_members
from coord.boundaries.policy import may
from coord.boundaries.scenarios import Scenario
from coord.boundaries.sources import SHIPPED, read_shipped
from coord.boundaries.vintage_storing import prepare_vintage, store_vintage
from coord.db import db
from coord.kernel.actor import SYSTEM, Actor
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.text import N_

#: Effective dates outside these years are slips of the hand.
FIRST_YEAR, LAST_YEAR = 2020, 2050

#: What must be said of a file that is loaded.
DESCRIBED = ("name", "source", "datum", "vintage", "licence", "map_approval_number", "sha256")

NOT_YOURS = N_("只有五市的市级联动联络员可以决定联动组名单和地图标注。")


def load_shipped_boundaries(*, now: datetime, actor: Actor = SYSTEM) -> BoundaryVintage:
    """Load the shipped polygons as the current vintage, once per file.

    An installation that was prepared before their accuracy was measured learns it.
    """
    described = json.loads(_metadata_path().read_text(encoding="utf-8"))
    known = db.session.scalar(
        select(BoundaryVintage).where(BoundaryVintage.sha256 == described["sha256"])
    )
    if known is None:
        return load_vintage(described, read_shipped().units, actor=actor, now=now)
    if known.accuracy_m is None and described["accuracy_m"] is not None:
        known.accuracy_m = described["accuracy_m"]
        record("boundaries.accuracy_stated", known, actor=actor, now=now, metres=known.accuracy_m)
    return known


def _metadata_path() -> Path:
    return SHIPPED.with_suffix(".meta.json")


def load_vintage(
    described: Mapping[str, Any], units: Sequence[Unit], *, actor: Actor, now: datetime
) -> BoundaryVintage:
    """Make these units the current vintage, with its contacts and the parties' distances.

    `described` has name, source, datum, vintage, licence, sha256, map_approval_number.
    """
    found = find_contacts(units)
    columns = {key: described[key] for key in DESCRIBED}
    vintage = store_vintage(
        {**columns, "accuracy_m": described.get("accuracy_m"), "loaded_by": actor.name},
        prepare_vintage(units, found),
        now=now,
    )
    make_current(vintage)
    record(
        "boundaries.loaded",
        vintage,
        actor=actor,
        now=now,
        units=len(units),
        contacts=len(found.contacts),
    )
    return vintage


def make_current(vintage: BoundaryVintage) -> None:
    """The one place that says which boundaries are in use."""
    db.session.execute(update(BoundaryVintage).values(is_current=False))
    vintage.is_current = True
    db.session.flush()
    atlas.forget_key()


@dataclass(frozen=True)
class Computed:
    """A computed grouping to be adopted: from a built-in scenario or from a saved one."""

    origin: RosterOrigin
    grouping: Grouping
    scenario: str = ""
    saved_scenario_id: int | None = None


def adopt_scenario(
    scenario: Scenario, *, name: str, effective_from: date, actor: Actor, now: datetime
) -> Roster:
    """Make a scenario's groups the roster from a day on; the one before ends the day before.

    The new roster stays 未核实 until confirm_roster. Refused for a day that is not later
    than the first day of the roster before.
    """
    name = check_adoption(name, effective_from, actor=actor)
    grouping = atlas.grouping(atlas.get_key(), scenario)
    computed = Computed(RosterOrigin.SCENARIO, grouping, scenario=scenario.value)
    return adopt_computed(computed, name=name, effective_from=effective_from, actor=actor, now=now)


def adopt_computed(
    computed: Computed, *, name: str, effective_from: date, actor: Actor, now: datetime
) -> Roster:
    """As adopt_scenario, of any computed grouping of counties of the current boundaries."""
    name = check_adoption(name, effective_from, actor=actor)
    close_former(effective_from)
    roster = _roster_row(computed, name=name, effective_from=effective_from, actor=actor, now=now)
    db.session.add(roster)
    record(
        "roster.adopted",
        roster,
        actor=actor,
        now=now,
        scenario=computed.scenario or f"saved:{computed.saved_scenario_id}",
        effective_from=effective_from.isoformat(),
        groups=[list(members) for members in computed.grouping.groups],
    )
    tell_members(roster, now=now)
    tell_coordinators(roster, actor=actor, now=now)
    return roster


def check_adoption(name: str, effective_from: date, *, actor: Actor) -> str:
    """The name without blanks around it; refused for the wrong person, name or day."""
    check_may(actor, "adopt")
    if not name.strip():
        raise Invalid(N_("请填写名单名称。"))
    if not FIRST_YEAR <= effective_from.year <= LAST_YEAR:
        raise Invalid(
            N_("生效日期应在%(first)s年至%(last)s年之间。"), first=FIRST_YEAR, last=LAST_YEAR
        )
    return name.strip()


def find_former() -> Roster | None:
    """The latest roster, which a new one ends."""
    return db.session.scalar(select(Roster).order_by(Roster.effective_from.desc()).limit(1))


def close_former(effective_from: date) -> None:
    """End the latest roster and its memberships on the day before."""
    # The vintage's row is the lock under which two coordinators adopt one after the other.
    db.session.scalar(
        select(BoundaryVintage.id).where(BoundaryVintage.is_current.is_(True)).with_for_update()
    )
    former = find_former()
    if former is None:
        return
    if effective_from <= former.effective_from:
        raise Refused(
            N_("生效日期须晚于现有名单“%(name)s”的生效日期(%(day)s)。"),
            name=former.name,
            day=former.effective_from.isoformat(),
        )
    last = effective_from - timedelta(days=1)
    if former.effective_to is None or former.effective_to > last:
        former.effective_to = last
    for group in former.groups:
        for member in list(group.members):
            if member.from_on > last:
                # It was to join on a day on which the roster is over: it never will.
                group.members.remove(member)
                db.session.delete(member)
            elif member.to_on is None or member.to_on > last:
                member.to_on = last
    db.session.flush()


def _roster_row(
    computed: Computed, *, name: str, effective_from: date, actor: Actor, now: datetime
) -> Roster:
    key = atlas.get_key()
    names = atlas.names(key)
    grouping = computed.grouping
    return Roster(
        name=name,
        origin=computed.origin,
        scenario=computed.scenario,
        saved_scenario_id=computed.saved_scenario_id,
        parameters=_rules_as_data(grouping.rules),
        vintage_id=key[0],
        effective_from=effective_from,
        covered_m=grouping.covered_m,
        is_optimal=grouping.optimal,
        left_out=[
            {"code": left.code, "reason": left.reason, "params": dict(left.params)}
            for left in grouping.left_out
        ],
        adopted_by=f"{actor.name}({actor.organisation_name})",
        adopted_at=now,
        verification=Verification.UNVERIFIED,
        groups=[
            JointGroup(
                number=number,
                name=group_name([names[code] for code in members])[:100],
                covered_m=covered_inside(members, atlas.contacts(key)),
                members=[GroupMember(code=code, from_on=effective_from) for code in members],
            )
            for number, members in enumerate(grouping.groups, start=1)
        ],
    )


def _rules_as_data(rules: Rules) -> dict[str, Any]:
    return {
        key: sorted(value) if isinstance(value, frozenset) else value
        for key, value in asdict(rules).items()
    }


def covered_inside(members: Sequence[str], contacts: Sequence[Contact]) -> float:
    """Metres of city border between these counties."""
    return sum(one.length_m for one in contacts if one.a in members and one.b in members)


def confirm_roster(roster: Roster, *, document: str, actor: Actor, now: datetime) -> Roster:
    """Record the official document from which the roster was confirmed: 未核实 → 已核实."""
    check_may(actor, "confirm")
    if roster.verification is Verification.VERIFIED:
        raise Refused(N_("该名单已经核实。"))
    if not document.strip():
        raise Invalid(N_("请写明据以核实的正式文件(文号、标题、日期)。"))
    roster.verification = Verification.VERIFIED
    roster.confirmed_document = document.strip()
    roster.confirmed_by = f"{actor.name}({actor.organisation_name})"
    roster.confirmed_at = now
    record("roster.confirmed", roster, actor=actor, now=now)
    return roster


def name_lead(group: JointGroup, code: str, *, actor: Actor, now: datetime) -> JointGroup:
    """Name the member county whose team leads the group (牵头单位); "" takes it back."""
    check_may(actor, "lead")
    if code and code not in {member.code for member in group.members}:
        raise Invalid(N_("牵头单位须是本组成员。"))
    group.lead_code = code
    record("group.lead_named", group, actor=actor, now=now, code=code)
    return group


def set_map_approval_number(number: str, *, actor: Actor, now: datetime) -> BoundaryVintage:
    """Record the 审图号 of the current boundaries; empty takes it back."""
    check_may(actor, "number")
    vintage = db.session.get_one(BoundaryVintage, atlas.get_key()[0])
    vintage.map_approval_number = number.strip() or None
    record("boundaries.map_number_set", vintage, actor=actor, now=now, number=number.strip())
    return vintage


def check_may(actor: Actor, verb: str) -> None:
    """NotAllowed where the policy says so."""
    if not may(actor, verb):
        raise NotAllowed(NOT_YOURS)
