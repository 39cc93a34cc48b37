"""The readers: agreements, and the meter of a year."""

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import Select, select

from coord.agreements.changes import Change, compare
from coord.agreements.enums import AgreementState, ForWhom
from coord.agreements.meter import MIN_PARTIES, MeterRow, Record, Subject, measure
from coord.agreements.models import Agreement, AgreementParty
from coord.agreements.policy import visible
from coord.boundaries.queries import groups_on
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.regions import party_name
from coord.kernel.tasks import Task
from coord.kernel.text import N_

#: A room's way to tell its records that this person may know of, between two days.
RecordSource = Callable[[Actor, date, date], list[Record]]


def list_agreements(actor: Actor) -> list[Agreement]:
    """What the actor may know of, newest first."""
    rows = db.session.scalars(
        visible(actor).order_by(Agreement.effective_from.desc(), Agreement.id)
    )
    return list(rows)


def find_agreement(actor: Actor, agreement_id: int) -> Agreement | None:
    """One agreement, if the actor may know of it."""
    return db.session.scalar(visible(actor).where(Agreement.id == agreement_id))


def list_in_force(actor: Actor, day: date) -> list[Agreement]:
    """Published agreements of the actor's city in force on a day."""
    own = select(AgreementParty.agreement_id).where(AgreementParty.party == actor.party)
    statement = visible(actor).where(
        Agreement.state == AgreementState.PUBLISHED,
        Agreement.id.in_(own),
        Agreement.effective_from <= day,
        (Agreement.effective_to.is_(None)) | (Agreement.effective_to >= day),
    )
    return list(db.session.scalars(statement.order_by(Agreement.effective_from.desc())))


def agreements_of_party(party: str) -> Select[int]:
    """Ids of the agreements that a city is party to, as a subquery for policies."""
    return select(AgreementParty.agreement_id).where(AgreementParty.party == party)


def find_successor(agreement: Agreement, actor: Actor) -> Agreement | None:
    """The agreement that supersedes this one."""
    statement = visible(actor).where(Agreement.supersedes_id == agreement.id)
    return db.session.scalars(statement.order_by(Agreement.id)).first()


def list_plans_under(agreement: Agreement, actor: Actor) -> list[Agreement]:
    """Implementation plans that hang under a framework."""
    statement = visible(actor).where(Agreement.parent_id == agreement.id)
    return list(db.session.scalars(statement.order_by(Agreement.effective_from)))


def meter_of_year(
    agreement: Agreement,
    year: int,
    *,
    actor: Actor,
    sources: Sequence[RecordSource],
    today: date,
) -> tuple[MeterRow, ...]:
    """The obligation table of a year, from every room's records that the actor may know."""
    term = agreement.as_term()
    span = term.clip(date(year, 1, 1), date(year, 12, 31))
    if span is None:
        return ()
    records = [
        record
        for source in sources
        for record in source(actor, date(year, 1, 1), date(year, 12, 31))
        if term.parties.intersection(record.parties)
    ]
    rules = [obligation.as_rule() for obligation in agreement.obligations]
    subjects = _subjects(agreement, min(max(today, span[0]), span[1]))
    return measure(rules, subjects, records, term=term, year=year, today=today)


def _subjects(agreement: Agreement, day: date) -> list[Subject]:
    subjects = [Subject("", "")]
    subjects += [
        Subject(row.party, party_name(row.party), party=row.party) for row in agreement.parties
    ]
    if owes_by_group(agreement):
        parties = {row.party for row in agreement.parties}
        subjects += [
            Subject(f"g{group.id}", f"{group.number} {group.name}", group_id=group.id)
            for group in groups_on(day)
            if len(parties.intersection(group.parties)) >= MIN_PARTIES
        ]
    return subjects


def owes_by_group(agreement: Agreement) -> bool:
    """Whether any of its obligations is each joint group's own."""
    return any(row.for_whom is ForWhom.GROUP for row in agreement.obligations)


def list_changes(before: Agreement, after: Agreement) -> tuple[Change, ...]:
    """What the successor asks differently."""
    return compare(
        [row.as_rule() for row in before.obligations], [row.as_rule() for row in after.obligations]
    )


def list_years(agreement: Agreement, today: date) -> list[int]:
    """Years of the agreement, up to next year where it has no end."""
    last = agreement.effective_to.year if agreement.effective_to is not None else today.year + 1
    return list(range(agreement.effective_from.year, last + 1))


def list_tasks(actor: Actor) -> list[Task]:
    """Drafts that wait for the actor's city to sign."""
    if not actor.has(Role.COORDINATOR):
        return []
    unsigned = select(AgreementParty.agreement_id).where(
        AgreementParty.party == actor.party, AgreementParty.signed == ""
    )
    statement = visible(actor).where(
        Agreement.state == AgreementState.DRAFT, Agreement.id.in_(unsigned)
    )
    return [
        Task("agreements", N_("签署协议草案"), row.short_name, f"/agreements/{row.id}")
        for row in db.session.scalars(statement)
    ]
