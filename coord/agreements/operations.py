"""Load the shipped agreements, draft a renewal, sign, publish, drop a draft."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from coord.accounts.queries import list_people_of
from coord.agreements.enums import AgreementKind, AgreementState, ForWhom, RecordKind, Trigger
from coord.agreements.models import Agreement, AgreementParty, Clause, Obligation
from coord.agreements.policy import is_partys_coordinator
from coord.audit.operations import record
from coord.db import db
from coord.kernel.actor import SYSTEM, Actor, Role
from coord.kernel.clock import shanghai_date
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.regions import party_name
from coord.kernel.text import N_
from coord.notify.operations import tell

DATA = Path(__file__).parent / "data"
FILES = ("five_city_plan_2023", "chongqing_chengdu_2023", "chongqing_chengdu_plan_2023")

_ONLY_PARTIES = N_("只有签约城市的市级联络员可以这样做。")


def load_shipped_agreements(*, now: datetime) -> int:
    """Load the data files that are missing; how many were."""
    known = {row.key: row for row in db.session.scalars(select(Agreement)) if row.key}
    loaded = 0
    for name in FILES:
        if name not in known:
            described = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
            known[name] = _from_file(described, known, now)
            loaded += 1
    return loaded


def _from_file(described: dict[str, Any], known: dict[str, Agreement], now: datetime) -> Agreement:
    parent = known.get(described.get("parent", ""))
    end = described["effective_to"]
    agreement = Agreement(
        key=described["key"],
        title=described["title"],
        short_name=described["short_name"],
        kind=AgreementKind(described["kind"]),
        state=AgreementState.PUBLISHED,
        effective_from=date.fromisoformat(described["effective_from"]),
        effective_to=date.fromisoformat(end) if end else None,
        dates_note=described["dates_note"],
        source=described["source"],
        parent_id=parent.id if parent is not None else None,
        created_at=now,
        published_at=now,
        parties=[AgreementParty(**row) for row in described["parties"]],
        clauses=[Clause(**row) for row in described["clauses"]],
        obligations=[_obligation(row) for row in described["obligations"]],
    )
    db.session.add(agreement)
    record("agreement.loaded", agreement, actor=SYSTEM, now=now, key=described["key"])
    return agreement


def _obligation(row: dict[str, Any]) -> Obligation:
    return Obligation(
        **{
            **row,
            "kind": RecordKind(row["kind"]),
            "for_whom": ForWhom(row["for_whom"]),
            "trigger": Trigger(row["trigger"]),
        }
    )


def draft_renewal(
    agreement: Agreement,
    *,
    title: str,
    effective_from: date,
    effective_to: date,
    is_demo: bool,
    actor: Actor,
    now: datetime,
) -> Agreement:
    """续签: a draft successor with the same parties, clauses and rules for new dates."""
    _check_renewal(agreement, effective_from, effective_to, actor)
    successor = Agreement(
        title=title.strip(),
        short_name=title.strip()[:80],
        kind=agreement.kind,
        state=AgreementState.DRAFT,
        effective_from=effective_from,
        effective_to=effective_to,
        source=N_("由平台续签起草,未见正式文件"),
        is_demo=is_demo,
        parent_id=agreement.parent_id,
        supersedes_id=agreement.id,
        drafted_by_party=actor.party,
        created_at=now,
        parties=[AgreementParty(party=row.party) for row in agreement.parties],
        clauses=[Clause(place=row.place, text=row.text) for row in agreement.clauses],
        obligations=[_copy(row) for row in agreement.obligations],
    )
    db.session.add(successor)
    record("agreement.drafted", successor, actor=actor, now=now, supersedes=agreement.id)
    _tell_coordinators(successor, N_("“%(title)s”草案待签署。"), now)
    return successor


def _check_renewal(
    agreement: Agreement, effective_from: date, effective_to: date, actor: Actor
) -> None:
    if not is_partys_coordinator(actor, agreement):
        raise NotAllowed(_ONLY_PARTIES)
    if effective_to < effective_from:
        raise Invalid(N_("终止日期不能早于生效日期。"))
    if agreement.effective_to is not None and effective_from <= agreement.effective_to:
        raise Invalid(
            N_("新方案须在原方案终止(%(day)s)之后生效。"), day=agreement.effective_to.isoformat()
        )
    if agreement.state is not AgreementState.PUBLISHED:
        raise Refused(N_("草案不能续签。"))


def _copy(row: Obligation) -> Obligation:
    return Obligation(
        key=row.key,
        clause=row.clause,
        kind=row.kind,
        for_whom=row.for_whom,
        first_month=row.first_month,
        last_month=row.last_month,
        required=row.required,
        trigger=row.trigger,
        note=row.note,
    )


def set_required(
    agreement: Agreement, numbers: dict[str, int], *, actor: Actor, now: datetime
) -> Agreement:
    """Change how many each obligation of a draft asks for; signatures given before are void."""
    _require_draft(agreement, actor)
    for obligation in agreement.obligations:
        obligation.required = numbers.get(obligation.key, obligation.required)
    for party in agreement.parties:
        party.signed = party.signed_by = ""
    record("agreement.edited", agreement, actor=actor, now=now, numbers=numbers)
    return agreement


def sign(agreement: Agreement, *, actor: Actor, now: datetime) -> Agreement:
    """Sign for one's own city."""
    _require_draft(agreement, actor)
    own = next(row for row in agreement.parties if row.party == actor.party)
    if own.signed:
        raise Refused(N_("%(city)s已经签署。"), city=party_name(actor.party))
    own.signed = shanghai_date(now).isoformat()
    own.signed_by = actor.name
    record("agreement.signed", agreement, actor=actor, now=now, party=actor.party)
    return agreement


def publish(agreement: Agreement, *, actor: Actor, now: datetime) -> Agreement:
    """Put a draft in force when every city has signed it."""
    _require_draft(agreement, actor)
    waiting = [party_name(row.party) for row in agreement.parties if not row.signed]
    if waiting:
        raise Refused(N_("尚未签署:%(cities)s。全部签署后才能印发。"), cities="、".join(waiting))
    agreement.state = AgreementState.PUBLISHED
    agreement.published_at = now
    record("agreement.published", agreement, actor=actor, now=now)
    _tell_coordinators(agreement, N_("“%(title)s”已印发。"), now)
    return agreement


def drop_draft(agreement: Agreement, *, actor: Actor, now: datetime) -> None:
    """Delete a draft; only the city that drafted it may."""
    _require_draft(agreement, actor)
    if agreement.drafted_by_party != actor.party:
        raise NotAllowed(N_("只有起草的城市可以删除草案。"))
    record("agreement.draft_dropped", agreement, actor=actor, now=now)
    db.session.delete(agreement)


def _require_draft(agreement: Agreement, actor: Actor) -> None:
    if not is_partys_coordinator(actor, agreement):
        raise NotAllowed(_ONLY_PARTIES)
    if agreement.state is not AgreementState.DRAFT:
        raise Refused(N_("已印发的文件不能更改;请续签。"))


def _tell_coordinators(agreement: Agreement, message: str, now: datetime) -> None:
    people = [
        person.id
        for row in agreement.parties
        for person in list_people_of(f"{row.party}00", Role.COORDINATOR)
    ]
    tell(people, message, path=f"/agreements/{agreement.id}", now=now, title=agreement.short_name)
