"""Who is told of a lead's steps. A notice names the number only, never the content."""

from datetime import datetime

from coord.accounts.queries import list_people_of
from coord.cases.models import Lead
from coord.kernel.actor import Role
from coord.kernel.regions import party_of
from coord.notify.operations import tell


def tell_receiver(lead: Lead, message: str, *, now: datetime) -> None:
    """Tell the receiving county's officers."""
    _tell(lead, lead.to_code, Role.OFFICER, message, now)


def tell_sender(lead: Lead, message: str, *, now: datetime) -> None:
    """Tell the sending county's officers."""
    _tell(lead, lead.from_code, Role.OFFICER, message, now)


def tell_superiors(lead: Lead, message: str, *, now: datetime) -> None:
    """Tell the coordinators of both cities, and the other county."""
    for party in sorted({party_of(lead.from_code), party_of(lead.to_code)}):
        _tell(lead, f"{party}00", Role.COORDINATOR, message, now)
    tell_sender(lead, message, now=now)
    tell_receiver(lead, message, now=now)


def _tell(lead: Lead, code: str, role: Role, message: str, now: datetime) -> None:
    people = [person.id for person in list_people_of(code, role)]
    tell(people, message, path=f"/cases/{lead.id}", now=now, number=lead.number)
