"""Load the shipped agreements; draft a renewal, revise, sign, publish, drop it."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from coord.accounts.queries import list_people_of
from coord.agreements.enums import AgreementKind, AgreementState, ForWhom, RecordKind, Trigger
from coord.agreements.models import Agreement, AgreementParty, Clause, Obligation
from coord.agreements.policy import is_partys_coordinator
from coord.agreements.workflow import WORKFLOW
from coord.audit.operations import record
from coord.db import db
from coord.kernel.actor import SYSTEM, Actor, Role
from coord.kernel.clock import shanghai_date
from coord.kernel.errors import Conflict, Invalid, NotAllowed, Refused
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
    _lock(agreement)
    _check_renewable(agreement, actor)
    _check_dates(agreement, effective_from, effective_to)
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


def _check_renewable(agreement: Agreement, actor: Actor) -> None:
    if not is_partys_coordinator(actor, agreement):
        raise NotAllowed(_ONLY_PARTIES)
    if agreement.state is not AgreementState.PUBLISHED:
        raise Refused(N_("草案不能续签。"))
    successor = select(Agreement.short_name).where(Agreement.supersedes_id == agreement.id)
    name = db.session.scalar(successor.limit(1))
    if name is not None:
        raise Refused(N_("已有续签文件“%(title)s”。"), title=name)


def _check_dates(before: Agreement | None, effective_from: date, effective_to: date) -> None:
    if effective_to < effective_from:
        raise Invalid(N_("终止日期不能早于生效日期。"))
    if before is None:
        return
    if before.effective_to is not None and effective_from <= before.effective_to:
        raise Invalid(
            N_("新方案须在原方案终止(%(day)s)之后生效。"), day=before.effective_to.isoformat()
        )
    if effective_from <= before.effective_from:
        raise Invalid(
            N_("新方案须在原方案生效(%(day)s)之后生效。"), day=before.effective_from.isoformat()
        )


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


def revise_draft(
    agreement: Agreement,
    *,
    title: str,
    effective_from: date,
    effective_to: date,
    numbers: dict[str, int],
    actor: Actor,
    now: datetime,
) -> Agreement:
    """Change a draft's title, dates and how many its rules ask; earlier signatures are void."""
    _lock(agreement)
    WORKFLOW.apply(agreement, "revise", actor)
    _check_dates(_find_predecessor(agreement), effective_from, effective_to)
    before = agreement.content_mark()
    if title.strip() != agreement.title:
        agreement.title, agreement.short_name = title.strip(), title.strip()[:80]
    agreement.effective_from, agreement.effective_to = effective_from, effective_to
    for obligation in agreement.obligations:
        obligation.required = numbers.get(obligation.key, obligation.required)
    if agreement.content_mark() == before:
        return agreement
    for party in agreement.parties:
        party.signed = party.signed_by = ""
    record("agreement.revised", agreement, actor=actor, now=now, numbers=numbers)
    _tell_coordinators(agreement, N_("“%(title)s”草案有改动,须重新签署。"), now)
    return agreement


def _find_predecessor(agreement: Agreement) -> Agreement | None:
    if agreement.supersedes_id is None:
        return None
    return db.session.get(Agreement, agreement.supersedes_id)


def sign(
    agreement: Agreement, *, actor: Actor, now: datetime, seen: str | None = None
) -> Agreement:
    """Sign for one's own city what one has seen; `seen` is the content mark of the page."""
    _lock(agreement)
    WORKFLOW.apply(agreement, "sign", actor)
    if seen is not None and seen != agreement.content_mark():
        raise Conflict(N_("草案刚有改动,请看过新内容后再签署。"))
    own = next(row for row in agreement.parties if row.party == actor.party)
    if own.signed:
        raise Refused(N_("%(city)s已经签署。"), city=party_name(actor.party))
    own.signed = shanghai_date(now).isoformat()
    own.signed_by = actor.name
    record("agreement.signed", agreement, actor=actor, now=now, party=actor.party)
    return agreement


def publish(agreement: Agreement, *, actor: Actor, now: datetime) -> Agreement:
    """Put a draft in force when every city has signed it; it ends what it supersedes."""
    _lock(agreement)
    WORKFLOW.check(agreement, "publish", actor)
    waiting = [party_name(row.party) for row in agreement.parties if not row.signed]
    if waiting:
        raise Refused(N_("尚未签署:%(cities)s。全部签署后才能印发。"), cities="、".join(waiting))
    WORKFLOW.apply(agreement, "publish", actor)
    agreement.published_at = now
    record("agreement.published", agreement, actor=actor, now=now)
    before = _find_predecessor(agreement)
    if before is not None and before.effective_to is None:
        before.effective_to = agreement.effective_from - timedelta(days=1)
        record("agreement.superseded", before, actor=actor, now=now, by=agreement.id)
    _tell_coordinators(agreement, N_("“%(title)s”已印发。"), now)
    return agreement


def drop_draft(agreement: Agreement, *, actor: Actor, now: datetime) -> None:
    """Delete a draft; only the city that drafted it may."""
    _lock(agreement)
    WORKFLOW.check(agreement, "drop", actor)
    record("agreement.draft_dropped", agreement, actor=actor, now=now)
    db.session.delete(agreement)
    db.session.flush()


def _lock(agreement: Agreement) -> None:
    """Read the row and what hangs on it anew, and keep others from changing it meanwhile."""
    db.session.flush()
    db.session.expire(agreement)
    db.session.refresh(agreement, with_for_update=True)


def _tell_coordinators(agreement: Agreement, message: str, now: datetime) -> None:
    people = [
        person.id
        for row in agreement.parties
        for person in list_people_of(f"{row.party}00", Role.COORDINATOR)
    ]
    tell(people, message, path=f"/agreements/{agreement.id}", now=now, title=agreement.short_name)
