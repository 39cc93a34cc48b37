"""Who is told of a new roster: officers of its counties, coordinators of the five cities."""

from datetime import date, datetime

from coord.accounts.queries import list_people_of
from coord.boundaries.models import BoundaryVintage, JointGroup, Roster
from coord.kernel.actor import Actor, Role
from coord.kernel.regions import FIVE_CITIES
from coord.kernel.text import N_
from coord.notify.operations import tell


def tell_members(roster: Roster, *, now: datetime) -> None:
    """Tell the officers of every member county which group theirs is in."""
    for group in roster.groups:
        people = [
            person.id
            for member in group.members
            for person in list_people_of(member.code, Role.OFFICER)
        ]
        tell(
            people,
            N_("自%(day)s起,本县编入第%(number)s联动组(%(name)s)。"),
            path=f"/boundaries/groups/{group.id}",
            now=now,
            day=roster.effective_from.isoformat(),
            number=group.number,
            name=group.name,
        )


def tell_coordinators(roster: Roster, *, actor: Actor, now: datetime) -> None:
    """Tell the other coordinators of the five cities."""
    tell(
        _other_coordinators(actor),
        N_("%(city)s采纳了联动组名单“%(name)s”,自%(day)s起生效(未核实)。"),
        path=f"/boundaries/rosters/{roster.id}",
        now=now,
        city=actor.organisation_name,
        name=roster.name,
        day=roster.effective_from.isoformat(),
    )


def tell_of_activation(vintage: BoundaryVintage, *, actor: Actor, now: datetime) -> None:
    """Tell the other coordinators of the five cities that other boundaries are in use."""
    tell(
        _other_coordinators(actor),
        N_("%(city)s启用了边界数据“%(name)s”。"),
        path=f"/boundaries/vintages/{vintage.id}",
        now=now,
        city=actor.organisation_name,
        name=vintage.name,
    )


def _other_coordinators(actor: Actor) -> list[int]:
    return [
        person.id
        for party in FIVE_CITIES
        for person in list_people_of(f"{party}00", Role.COORDINATOR)
        if person.id != actor.person_id
    ]


def tell_change(group: JointGroup, code: str, day: date, *, joins: bool, now: datetime) -> None:
    """Tell the officers of a group, and of the county that joins or leaves it."""
    words = (
        N_("自%(day)s起,本县编入第%(number)s联动组(%(name)s)。")
        if joins
        else N_("本县在第%(number)s联动组(%(name)s)的成员身份于%(day)s终止。")
    )
    others = N_("第%(number)s联动组成员有变动,现为:%(name)s(%(day)s)。")
    path = f"/boundaries/groups/{group.id}"
    params = {"day": day.isoformat(), "number": group.number, "name": group.name}
    own = [person.id for person in list_people_of(code, Role.OFFICER)]
    tell(own, words, path=path, now=now, **params)
    rest = [
        person.id
        for other in sorted({member.code for member in group.members} - {code})
        for person in list_people_of(other, Role.OFFICER)
    ]
    tell(rest, others, path=path, now=now, **params)
