"""Borders and rosters are open to everyone at work; coordinators of the five cities decide."""

from sqlalchemy import Select, false, or_, select

from coord.boundaries.models import JointGroup, Roster
from coord.boundaries.studio_models import (
    BoundaryImport,
    BoundaryWork,
    FunctionalZone,
    SavedScenario,
)
from coord.kernel.actor import WORKING_ROLES, Actor, Role
from coord.kernel.regions import FIVE_CITIES, PARTY_NAMES

#: adopt: make a scenario the roster · confirm: record the official document ·
#: lead: name a group's lead agency · number: fill in the map's 审图号 ·
#: contact: add a contact by hand, strike one out, take that back ·
#: member: a county joins or leaves a group of a roster ·
#: import: bring a boundary file and keep it · activate: put a vintage in use.
DECISIONS = frozenset(
    {"adopt", "confirm", "lead", "number", "contact", "member", "import", "activate"}
)


def visible(actor: Actor) -> Select[Roster]:
    """The rosters this person may know of."""
    statement = select(Roster)
    return statement if actor.has(*WORKING_ROLES) else statement.where(false())


def visible_works(actor: Actor) -> Select[BoundaryWork]:
    """The long work this person may know of: his own, and his city's for its coordinators."""
    statement = select(BoundaryWork)
    if not actor.has(*WORKING_ROLES):
        return statement.where(false())
    own = BoundaryWork.person_id == actor.person_id
    if actor.has(Role.COORDINATOR) and actor.party:
        return statement.where(or_(own, BoundaryWork.party == actor.party))
    return statement.where(own)


def visible_imports(actor: Actor) -> Select[BoundaryImport]:
    """The files on their way in that this person may know of: his city's coordinators'."""
    statement = select(BoundaryImport)
    if not may(actor, "import"):
        return statement.where(false())
    return statement.where(BoundaryImport.party == actor.party)


def visible_zones(actor: Actor) -> Select[FunctionalZone]:
    """The functional zones this person may know of."""
    statement = select(FunctionalZone)
    return statement if actor.has(*WORKING_ROLES) else statement.where(false())


def may_zone(actor: Actor, zone: FunctionalZone | None = None) -> bool:
    """Whether the actor may add a zone, or change this one: his own city's coordinator."""
    own = zone is None or zone.party == actor.party
    return actor.has(Role.COORDINATOR) and actor.party in PARTY_NAMES and own


def may_carve(actor: Actor) -> bool:
    """Whether the actor may have zones carved from the boundaries; nothing is put in use by it."""
    return actor.has(Role.COORDINATOR) and actor.party in FIVE_CITIES


def may(actor: Actor, verb: str, thing: object = None) -> bool:  # noqa: ARG001 - one shape in all rooms
    """Whether the actor may take one of the DECISIONS; the same for every roster and group."""
    return verb in DECISIONS and actor.has(Role.COORDINATOR) and actor.party in FIVE_CITIES


def visible_scenarios(actor: Actor) -> Select[SavedScenario]:
    """The saved scenarios this person may know of: all of them for everyone at work."""
    statement = select(SavedScenario)
    return statement if actor.has(*WORKING_ROLES) else statement.where(false())


def may_save(actor: Actor) -> bool:
    """Whether the actor may keep a scenario under his name: who works for a city or county."""
    return actor.has(Role.COORDINATOR, Role.OFFICER) and bool(actor.party)


def may_put_aside(actor: Actor, saved: SavedScenario) -> bool:
    """Whether the actor may put a saved scenario aside: its author, or his city's coordinators."""
    is_author = saved.author_id is not None and saved.author_id == actor.person_id
    return is_author or (actor.has(Role.COORDINATOR) and actor.party == saved.party != "")


def may_plan(actor: Actor, group: JointGroup) -> bool:
    """Whether the actor may bring the group's work plan: coordinators, the lead's officers."""
    leads = actor.has(Role.OFFICER) and actor.region_code == group.lead_code != ""
    return leads or (actor.has(Role.COORDINATOR) and actor.party in FIVE_CITIES)
