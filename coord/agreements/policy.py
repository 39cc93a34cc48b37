"""Published agreements are open to everyone at work; drafts to their parties' coordinators."""

from sqlalchemy import Select, false, or_, select

from coord.agreements.enums import AgreementState
from coord.agreements.models import Agreement, AgreementParty
from coord.kernel.actor import WORKING_ROLES, Actor, Role


def visible(actor: Actor) -> Select[Agreement]:
    """The agreements this person may know of."""
    statement = select(Agreement)
    if not actor.has(*WORKING_ROLES):
        return statement.where(false())
    published = Agreement.state == AgreementState.PUBLISHED
    if not actor.has(Role.COORDINATOR):
        return statement.where(published)
    own = select(AgreementParty.agreement_id).where(AgreementParty.party == actor.party)
    return statement.where(or_(published, Agreement.id.in_(own)))


def is_partys_coordinator(actor: Actor, agreement: Agreement) -> bool:
    """Whether the actor coordinates one of the cities of the agreement."""
    return actor.has(Role.COORDINATOR) and actor.party in {row.party for row in agreement.parties}
