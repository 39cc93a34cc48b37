"""Accounts: the system administrator makes and disables them, the security administrator
grants roles. Nobody changes his own, and neither kind of administrator can vanish."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from coord.accounts import passwords
from coord.accounts.enums import OrganisationKind
from coord.accounts.models import Organisation, Person, PersonRole
from coord.accounts.policy import check_separation
from coord.accounts.sign_in import end_sessions
from coord.audit.operations import record
from coord.db import db
from coord.kernel.actor import SYSTEM, Actor, Role
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.text import N_

#: A one-time password that nobody used opens nothing after this.
INITIAL_PASSWORD_LIFE = timedelta(days=7)

_ONLY_SYSTEM = N_("只有系统管理员可以管理账号。")
_ONLY_SECURITY = N_("只有安全管理员可以授予角色。")
_ONLY_SECURITY_SESSIONS = N_("只有安全管理员可以强制他人退出。")


def create_account(
    *,
    login: str,
    name: str,
    certificate_number: str,
    organisation_id: int,
    actor: Actor,
    now: datetime,
) -> tuple[Person, str]:
    """A new account without roles, and its one-time password, shown once."""
    _require(actor, Role.SYSTEM_ADMIN, _ONLY_SYSTEM)
    wanted = login.strip().lower()
    if not (3 <= len(wanted) <= 40 and wanted.isascii() and wanted.replace("_", "").isalnum()):
        raise Invalid(N_("账号为3至40个小写字母、数字或下划线。"))
    if db.session.scalar(select(Person.id).where(Person.login == wanted)) is not None:
        raise Invalid(N_("账号“%(login)s”已存在。"), login=wanted)
    if not name.strip():
        raise Invalid(N_("请填写姓名。"))
    _require_organisation(organisation_id)
    initial = passwords.new_initial_password()
    person = Person(
        login=wanted,
        name=name.strip(),
        certificate_number=certificate_number.strip(),
        organisation_id=organisation_id,
        password_hash=passwords.hash_password(initial),
        password_is_initial=True,
        initial_password_expires_at=now + INITIAL_PASSWORD_LIFE,
        created_at=now,
    )
    db.session.add(person)
    record("person.created", person, actor=actor, now=now, organisation_id=organisation_id)
    return person, initial


def _require_organisation(organisation_id: int) -> Organisation:
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise Invalid(N_("请选择单位。"))
    return found


def create_first_admin(login: str, password: str, *, now: datetime) -> Person:
    """The first system administrator of a real installation; must change his password."""
    passwords.check_strength(password, login=login, name=login)
    platform = db.session.scalars(
        select(Organisation).where(Organisation.kind == OrganisationKind.PLATFORM)
    ).first()
    if platform is None:
        raise Refused(N_("还没有建立单位。"))
    person = Person(
        login=login.strip().lower(),
        name=login.strip(),
        organisation=platform,
        password_hash=passwords.hash_password(password),
        password_is_initial=True,
        initial_password_expires_at=now + INITIAL_PASSWORD_LIFE,
        created_at=now,
        role_rows=[PersonRole(role=Role.SYSTEM_ADMIN)],
    )
    db.session.add(person)
    record("person.first_admin_created", person, actor=SYSTEM, now=now)
    return person


def reset_password(person: Person, *, actor: Actor, now: datetime) -> str:
    """A new one-time password, shown once; ends all sessions of the account.

    Not for one's own: that way would change a password without knowing the present one.
    """
    _require(actor, Role.SYSTEM_ADMIN, _ONLY_SYSTEM)
    _not_oneself(person, actor)
    initial = passwords.new_initial_password()
    person.password_hash = passwords.hash_password(initial)
    person.password_is_initial = True
    person.initial_password_expires_at = now + INITIAL_PASSWORD_LIFE
    person.failed_count = 0
    person.locked_until = None
    end_sessions(person, now=now)
    record("person.password_reset", person, actor=actor, now=now)
    return initial


def disable(person: Person, *, actor: Actor, now: datetime) -> Person:
    """Close an account at once: its sessions end and its calendars fall silent."""
    _require(actor, Role.SYSTEM_ADMIN, _ONLY_SYSTEM)
    _not_oneself(person, actor)
    if person.disabled_at is not None:
        raise Refused(N_("该账号已停用。"))
    for role in person.roles & {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
        _not_the_last(role, person)
    person.disabled_at = now
    end_sessions(person, now=now)
    record("person.disabled", person, actor=actor, now=now)
    return person


def enable(person: Person, *, actor: Actor, now: datetime) -> Person:
    """Open a disabled account again."""
    _require(actor, Role.SYSTEM_ADMIN, _ONLY_SYSTEM)
    if person.disabled_at is None:
        raise Refused(N_("该账号没有停用。"))
    person.disabled_at = None
    record("person.enabled", person, actor=actor, now=now)
    return person


def move(person: Person, organisation_id: int, *, actor: Actor, now: datetime) -> Person:
    """Post a person to another organisation. His roles lapse and his sessions end.

    Roles act for the organisation, so keeping them would let the system administrator
    grant sight of another county's leads, which is the security administrator's to grant.
    """
    _require(actor, Role.SYSTEM_ADMIN, _ONLY_SYSTEM)
    _not_oneself(person, actor)
    target = _require_organisation(organisation_id)
    before = person.organisation_id
    if before == target.id:
        raise Refused(N_("该账号已在此单位。"))
    for role in person.roles & {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
        _not_the_last(role, person)
    lapsed = sorted(person.roles)
    person.organisation = target
    person.role_rows = []
    end_sessions(person, now=now)
    record(
        "person.moved", person, actor=actor, now=now, before=before, after=target.id, lapsed=lapsed
    )
    return person


def end_all_sessions(person: Person, *, actor: Actor, now: datetime) -> Person:
    """Sign a person out of every browser at once, for example when a phone is lost."""
    _require(actor, Role.SECURITY_ADMIN, _ONLY_SECURITY_SESSIONS)
    end_sessions(person, now=now)
    record("person.sessions_ended", person, actor=actor, now=now)
    return person


def unlock(person: Person, *, actor: Actor, now: datetime) -> Person:
    """End the wait after wrong passwords."""
    if not actor.has(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        raise NotAllowed(N_("只有系统管理员或安全管理员可以解锁账号。"))
    _not_oneself(person, actor)
    if person.locked_until is None or person.locked_until <= now:
        raise Refused(N_("该账号没有锁定。"))
    person.failed_count = 0
    person.locked_until = None
    record("person.unlocked", person, actor=actor, now=now)
    return person


def may_grant(actor: Actor, person: Person) -> bool:
    """Whether the actor may set the person's roles, in full or as the first security one."""
    if person.id == actor.person_id:
        return False
    return actor.has(Role.SECURITY_ADMIN) or (
        actor.has(Role.SYSTEM_ADMIN) and _count_holders(Role.SECURITY_ADMIN) == 0
    )


def set_roles(person: Person, roles: frozenset[Role], *, actor: Actor, now: datetime) -> Person:
    """Give a person exactly these roles; his sessions end, so that they hold at once.

    The security administrator grants. Only the very first security administrator, whom
    nobody could otherwise make, is named by the system administrator.
    """
    if not _is_first_security_admin(roles, actor):
        _require(actor, Role.SECURITY_ADMIN, _ONLY_SECURITY)
    _not_oneself(person, actor)
    check_separation(roles)
    for role in (person.roles - roles) & {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
        _not_the_last(role, person)
    before = sorted(person.roles)
    person.role_rows = [row for row in person.role_rows if row.role in roles]
    held = person.roles
    person.role_rows += [PersonRole(role=role) for role in sorted(roles - held)]
    end_sessions(person, now=now)
    record("person.roles_set", person, actor=actor, now=now, before=before, after=sorted(roles))
    return person


def _is_first_security_admin(roles: frozenset[Role], actor: Actor) -> bool:
    return (
        actor.has(Role.SYSTEM_ADMIN)
        and roles == {Role.SECURITY_ADMIN}
        and _count_holders(Role.SECURITY_ADMIN) == 0
    )


def _count_holders(role: Role) -> int:
    holders = select(PersonRole.person_id).where(PersonRole.role == role)
    statement = select(func.count()).select_from(Person)
    return (
        db.session.scalar(statement.where(Person.disabled_at.is_(None), Person.id.in_(holders)))
        or 0
    )


def _not_the_last(role: Role, person: Person) -> None:
    # Two who remove each other at the same moment queue here; the second then counts anew.
    db.session.execute(select(PersonRole.id).where(PersonRole.role == role).with_for_update())
    if person.disabled_at is None and _count_holders(role) <= 1:
        raise Refused(N_("这是最后一位%(role)s,不能撤下。"), role=role.label)


def _not_oneself(person: Person, actor: Actor) -> None:
    if person.id == actor.person_id:
        raise NotAllowed(N_("不能对自己的账号这样做。"))


def _require(actor: Actor, role: Role, sentence: str) -> None:
    if not actor.has(role):
        raise NotAllowed(sentence)
