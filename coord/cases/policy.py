"""Who may know of a lead: the officers of its two counties, and nobody else.

A draft is the sender's alone. Only an objection over jurisdiction, which goes to the
common superior, opens the lead to the coordinators of the two counties' cities.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, false, func, or_, select

from coord.cases.enums import LeadState
from coord.cases.models import Lead
from coord.kernel.actor import Actor, Role
from coord.kernel.regions import CHONGQING, party_of
from coord.kernel.text import N_


def visible(actor: Actor) -> Select[Lead]:
    """The leads this person may know of."""
    statement = select(Lead)
    rules = []
    if actor.has(Role.OFFICER):
        rules.append(Lead.from_code == actor.region_code)
        rules.append(and_(Lead.to_code == actor.region_code, Lead.offered_at.is_not(None)))
    if actor.has(Role.COORDINATOR):
        digits = 2 if actor.party == CHONGQING else 4
        city = actor.party[:digits]
        either = or_(
            func.substr(Lead.from_code, 1, digits) == city,
            func.substr(Lead.to_code, 1, digits) == city,
        )
        rules.append(and_(Lead.objected_at.is_not(None), either))
    return statement.where(or_(*rules) if rules else false())


def is_sender(actor: Actor, lead: Lead) -> bool:
    """Whether the actor is an officer of the sending county."""
    return actor.has(Role.OFFICER) and actor.region_code == lead.from_code


def is_receiver(actor: Actor, lead: Lead) -> bool:
    """Whether the actor is an officer of the receiving county."""
    return actor.has(Role.OFFICER) and actor.region_code == lead.to_code


def is_either(actor: Actor, lead: Lead) -> bool:
    """Whether the actor is an officer of one of the two counties."""
    return is_sender(actor, lead) or is_receiver(actor, lead)


def is_superior(actor: Actor, lead: Lead) -> bool:
    """Whether the actor coordinates the city of one of the two counties."""
    return actor.has(Role.COORDINATOR) and actor.party in {
        party_of(lead.from_code),
        party_of(lead.to_code),
    }


@dataclass(frozen=True)
class Access:
    """A line of the panel "who can see this, since when, why"."""

    region_code: str
    #: Msgids.
    who: str
    why: str
    since: datetime


def explain(lead: Lead) -> list[Access]:
    """Everyone who may know of the lead, as `visible` decides it."""
    found = [Access(lead.from_code, N_("执法人员"), N_("移送单位"), lead.created_at)]
    if lead.offered_at is not None:
        found.append(Access(lead.to_code, N_("执法人员"), N_("接收单位"), lead.offered_at))
    if lead.objected_at is not None:
        cities = sorted({f"{party_of(code)}00" for code in (lead.from_code, lead.to_code)})
        found += [
            Access(code, N_("市级联动联络员"), N_("管辖异议提请共同上级"), lead.objected_at)
            for code in cities
        ]
    return found


def may_add_evidence(actor: Actor, lead: Lead) -> bool:
    """Whether the actor may add a file: the sender who holds it, the receiver who works it."""
    if is_sender(actor, lead):
        return lead.state in {
            LeadState.DRAFT,
            LeadState.OFFERED,
            LeadState.RETURNED,
            LeadState.OBJECTED,
        }
    return is_receiver(actor, lead) and lead.state in {LeadState.ACCEPTED, LeadState.OBJECTED}
