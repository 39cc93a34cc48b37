"""Shipped agreements, drafts and records for tests."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from coord.agreements.enums import RecordKind
from coord.agreements.meter import Record
from coord.agreements.models import Agreement, AgreementParty
from coord.agreements.operations import draft_renewal, load_shipped_agreements, publish, sign
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.regions import FIVE_CITIES
from tests.factories import NOW

START, END = date(2026, 1, 1), date(2028, 12, 31)


def shipped(key: str = "five_city_plan_2023") -> Agreement:
    """One of the agreements from the data files."""
    load_shipped_agreements(now=NOW)
    return db.session.scalars(select(Agreement).where(Agreement.key == key)).one()


def coordinator(party: str, *, role: Role = Role.COORDINATOR) -> Actor:
    """A city's coordinator without an account."""
    return Actor(None, f"测试员{party}", None, party, f"{party}00", party, frozenset({role}))


def draft(actor: Actor, of: Agreement | None = None, **changes: object) -> Agreement:
    """A renewal of the five-city plan that nobody has signed."""
    asked = {
        "title": "续签方案(测试)",
        "effective_from": START,
        "effective_to": END,
        "is_demo": True,
        "actor": actor,
        "now": NOW,
    }
    return draft_renewal(of or shipped(), **{**asked, **changes})  # type: ignore[arg-type]


def in_force(actor: Actor) -> Agreement:
    """The renewal, signed by the five cities and published."""
    made = draft(actor)
    for party in FIVE_CITIES:
        sign(made, actor=coordinator(party), now=NOW)
    return publish(made, actor=actor, now=NOW)


def signed(agreement: Agreement) -> dict[str, str]:
    """Party → when it signed."""
    rows = db.session.scalars(
        select(AgreementParty).where(AgreementParty.agreement_id == agreement.id)
    )
    return {row.party: row.signed for row in rows}


def told(kind: RecordKind, on: date, number: int, **changes: object) -> Record:
    """A record as another room tells it."""
    made = Record(
        kind, f"test:{number}", f"测试行动{number}", "/", on, True, None, ("5101", "5106")
    )
    return replace(made, **changes)  # type: ignore[arg-type]
