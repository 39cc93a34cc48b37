"""Who may know of which account."""

from sqlalchemy import Select, select

from coord.accounts.models import Person
from coord.kernel.actor import ADMINISTRATORS, WORKING_ROLES, Actor, Role
from coord.kernel.errors import Invalid
from coord.kernel.text import N_


def visible(actor: Actor) -> Select[Person]:
    """The accounts this person may see: administrators all, everyone else only his own."""
    statement = select(Person)
    if actor.has(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        return statement
    return statement.where(Person.id == actor.person_id)


def check_separation(roles: frozenset[Role]) -> None:
    """Raise Invalid where the roles break the separation of administrators (三员分立)."""
    administrators = roles & ADMINISTRATORS
    if len(administrators) > 1:
        raise Invalid(N_("系统、安全、审计三类管理员须分立,一个账号只能担任其中一类。"))
    if administrators and roles & WORKING_ROLES:
        raise Invalid(N_("管理员账号不能兼任业务角色。"))
    if not roles:
        raise Invalid(N_("请至少选择一个角色。"))
