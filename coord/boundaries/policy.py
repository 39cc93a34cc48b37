"""Borders and rosters are open to everyone at work; coordinators of the five cities decide."""

from sqlalchemy import Select, false, select

from coord.boundaries.models import Roster
from coord.kernel.actor import WORKING_ROLES, Actor, Role
from coord.kernel.regions import FIVE_CITIES


def visible(actor: Actor) -> Select[tuple[Roster]]:
    """The rosters this person may know of."""
    statement = select(Roster)
    return statement if actor.has(*WORKING_ROLES) else statement.where(false())


def may_adopt(actor: Actor) -> bool:
    """Whether the actor may adopt or confirm a roster of the five cities."""
    return actor.has(Role.COORDINATOR) and actor.party in FIVE_CITIES
