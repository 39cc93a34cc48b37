"""Rosters that did not come straight from a built-in scenario, and what changes within one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import func, select

from coord.audit.operations import record
from coord.boundaries import atlas, exchange
from coord.boundaries.enums import RosterOrigin, Verification
from coord.boundaries.models import GroupMember, JointGroup, Roster
from coord.boundaries.names import group_name
from coord.boundaries.notices import tell_change, tell_coordinators, tell_members
from coord.boundaries.operations import (
    Computed,
    adopt_computed,
    check_adoption,
    check_may,
    close_former,
    covered_inside,
    find_former,
)
from coord.boundaries.policy import may_plan
from coord.boundaries.roster_rows import Member
from coord.boundaries.studio_models import GroupPlan, SavedScenario
from coord.db import db
from coord.kernel.actor import Actor
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.files import store_file
from coord.kernel.text import N_

#: What a work plan may be.
PLAN_KINDS = ("pdf", "docx", "ofd")
LONGEST_REASON = 1000


@dataclass(frozen=True)
class RosterFacts:
    """A roster as brought by a person: where from, its name, first day, what was remarked."""

    origin: RosterOrigin
    name: str
    effective_from: date
    remarks: Sequence[Mapping[str, object]] = ()


def adopt_members(
    facts: RosterFacts, members: Sequence[Member], *, actor: Actor, now: datetime
) -> Roster:
    """Make a list that was typed or imported the roster from a day on, still 未核实."""
    name = check_adoption(facts.name, facts.effective_from, actor=actor)
    if not members:
        raise Invalid(N_("名单里没有任何区县。"))
    _check_days(members, facts.effective_from)
    close_former(facts.effective_from)
    groups = _group_rows(members, facts.effective_from)
    roster = Roster(
        name=name,
        origin=facts.origin,
        scenario="",
        vintage_id=atlas.get_key()[0],
        effective_from=facts.effective_from,
        covered_m=sum(group.covered_m for group in groups),
        is_optimal=False,
        parameters={},
        left_out=[],
        remarks=[dict(one) for one in facts.remarks],
        adopted_by=_signature(actor),
        adopted_at=now,
        verification=Verification.UNVERIFIED,
        groups=groups,
    )
    db.session.add(roster)
    record(
        "roster.entered",
        roster,
        actor=actor,
        now=now,
        origin=facts.origin.value,
        effective_from=facts.effective_from.isoformat(),
        groups=[sorted(member.code for member in group.members) for group in groups],
    )
    tell_members(roster, now=now)
    tell_coordinators(roster, actor=actor, now=now)
    return roster


def adopt_saved(
    saved: SavedScenario, *, name: str, effective_from: date, actor: Actor, now: datetime
) -> Roster:
    """Make a saved scenario's groups the roster; refused where the boundaries have changed."""
    key = atlas.get_key()
    if (saved.vintage_id, saved.revision) != (key[0], key[2]):
        raise Refused(N_("该方案是按以前的边界算出的:请先打开重算并另行保存,再采纳。"))
    if saved.put_aside_at is not None:
        raise Refused(N_("该方案已经搁置。"))
    grouping = exchange.grouping_from_data(saved.result)
    computed = Computed(RosterOrigin.SAVED, grouping, saved_scenario_id=saved.id)
    return adopt_computed(computed, name=name, effective_from=effective_from, actor=actor, now=now)


def _signature(actor: Actor) -> str:
    return f"{actor.name}({actor.organisation_name})"


def _check_days(members: Sequence[Member], first: date) -> None:
    early = [one for one in members if one.from_on is not None and one.from_on < first]
    over = [one for one in members if one.to_on is not None and one.to_on < first]
    for one in [*early, *over]:
        raise Invalid(
            N_("%(county)s的起止日期早于名单的生效日期%(day)s。"),
            county=atlas.names(atlas.get_key()).get(one.code, one.code),
            day=first.isoformat(),
        )


def _group_rows(members: Sequence[Member], first: date) -> list[JointGroup]:
    names, contacts = atlas.names(atlas.get_key()), atlas.contacts(atlas.get_key())
    groups = []
    for number in sorted({one.group for one in members}):
        own = sorted((one for one in members if one.group == number), key=lambda one: one.code)
        codes = [one.code for one in own]
        groups.append(
            JointGroup(
                number=number,
                name=group_name([names[code] for code in codes])[:100],
                covered_m=covered_inside(codes, contacts),
                lead_code=next((one.code for one in own if one.is_lead), ""),
                members=[
                    GroupMember(code=one.code, from_on=one.from_on or first, to_on=one.to_on)
                    for one in own
                ],
            )
        )
    return groups


def add_member(
    group: JointGroup, code: str, *, from_on: date, reason: str, actor: Actor, now: datetime
) -> GroupMember:
    """A county joins a group from a day on; the group's other days stay as they were."""
    check_may(actor, "member")
    reason = _check_reason(reason)
    _check_within(group.roster, from_on)
    _lock(group)
    if code not in atlas.names(atlas.get_key()):
        raise Invalid(N_("现行边界数据中没有代码为“%(code)s”的区县。"), code=code)
    for member in group.members:
        if member.code == code and (member.to_on is None or member.to_on >= from_on):
            raise Refused(
                N_("%(county)s自%(day)s起已在本组。"),
                county=atlas.names(atlas.get_key())[code],
                day=member.from_on.isoformat(),
            )
    member = GroupMember(
        code=code,
        from_on=from_on,
        to_on=group.roster.effective_to,
        joined_reason=reason,
        changed_by=_signature(actor),
        changed_at=now,
    )
    group.members.append(member)
    _measure(group)
    record("group.member_joined", group, actor=actor, now=now, code=code, day=from_on.isoformat())
    tell_change(group, code, from_on, joins=True, now=now)
    return member


def end_member(
    member: GroupMember, *, last_on: date, reason: str, actor: Actor, now: datetime
) -> GroupMember:
    """A county leaves a group after a day; that it was a member until then stays on record."""
    check_may(actor, "member")
    reason = _check_reason(reason)
    group = member.group
    _check_within(group.roster, last_on)
    _lock(group)
    if last_on < member.from_on:
        raise Invalid(N_("退出日期早于加入日期%(day)s。"), day=member.from_on.isoformat())
    is_over = member.to_on is not None and member.to_on <= last_on
    if is_over and member.to_on != group.roster.effective_to:
        raise Refused(N_("该区县已于%(day)s退出本组。"), day=str(member.to_on))
    member.to_on = last_on
    member.left_reason = reason
    member.changed_by = _signature(actor)
    member.changed_at = now
    if group.lead_code == member.code:
        group.lead_code = ""
    _measure(group)
    record(
        "group.member_left", group, actor=actor, now=now, code=member.code, day=last_on.isoformat()
    )
    tell_change(group, member.code, last_on, joins=False, now=now)
    return member


def _check_reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(N_("请写明理由。"))
    if len(reason) > LONGEST_REASON:
        raise Invalid(N_("理由不得超过%(most)s个字。"), most=LONGEST_REASON)
    return reason.strip()


def _check_within(roster: Roster, day: date) -> None:
    last = roster.effective_to
    if day < roster.effective_from or (last is not None and day > last):
        raise Invalid(
            N_("日期应在名单有效期内:%(first)s 至 %(last)s。"),
            first=roster.effective_from.isoformat(),
            last=last.isoformat() if last is not None else N_("至今"),
        )
    if find_former() is not roster:
        raise Refused(N_("该名单已被后来的名单接替,成员不再变动。"))


def _lock(group: JointGroup) -> None:
    """Of two changes to a group at once one comes second, and sees the first."""
    db.session.scalar(select(JointGroup.id).where(JointGroup.id == group.id).with_for_update())
    db.session.expire(group, ["members"])


def _measure(group: JointGroup) -> None:
    """The group's name and length after the latest change."""
    names, contacts = atlas.names(atlas.get_key()), atlas.contacts(atlas.get_key())
    end = group.roster.effective_to
    codes = sorted({one.code for one in group.members if one.to_on is None or one.to_on == end})
    if codes:
        group.name = group_name([names.get(code, code) for code in codes])[:100]
    group.covered_m = covered_inside(codes, contacts)
    db.session.flush()
    group.roster.covered_m = sum(one.covered_m for one in group.roster.groups)


def add_plan(
    group: JointGroup, stream: IO[bytes], name: str, *, folder: Path, actor: Actor, now: datetime
) -> GroupPlan:
    """Keep a further version of the group's work plan (工作方案); the newest counts."""
    if not may_plan(actor, group):
        raise NotAllowed(N_("只有五市的市级联动联络员和本组牵头区县的执法人员可以上传工作方案。"))
    stored = store_file(folder, stream, name, kinds=PLAN_KINDS)
    _lock(group)
    last = db.session.scalar(
        select(func.max(GroupPlan.number)).where(GroupPlan.group_id == group.id)
    )
    plan = GroupPlan(
        group_id=group.id,
        number=(last or 0) + 1,
        original_name=stored.original_name,
        stored_name=stored.stored_name,
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by=_signature(actor),
        uploaded_at=now,
    )
    db.session.add(plan)
    record("group.plan_added", group, actor=actor, now=now, number=plan.number, sha256=plan.sha256)
    return plan
