"""The register of accounts as administrators read it: searched, filtered, counted."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from coord.accounts.models import Organisation, Person, PersonRole, SignInSession
from coord.accounts.policy import visible
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.text import N_


class Standing(enum.StrEnum):
    """What an administrator looks for among accounts."""

    NEVER_USED = "never_used"
    INITIAL_EXPIRED = "initial_expired"
    LOCKED = "locked"
    WITHOUT_ROLE = "without_role"
    DISABLED = "disabled"

    @property
    def label(self) -> str:
        """As a msgid."""
        return STANDING_LABELS[self]


STANDING_LABELS: dict[Standing, str] = {
    Standing.NEVER_USED: N_("从未登录"),
    Standing.INITIAL_EXPIRED: N_("初始密码已过期"),
    Standing.LOCKED: N_("暂时锁定"),
    Standing.WITHOUT_ROLE: N_("未授予角色"),
    Standing.DISABLED: N_("已停用"),
}


def _never_used(_now: datetime) -> ColumnElement[bool]:
    used = select(SignInSession.id).where(SignInSession.person_id == Person.id).exists()
    return and_(Person.disabled_at.is_(None), ~used)


def _initial_expired(now: datetime) -> ColumnElement[bool]:
    return and_(
        Person.disabled_at.is_(None),
        Person.password_is_initial,
        Person.initial_password_expires_at <= now,
    )


def _locked(now: datetime) -> ColumnElement[bool]:
    return and_(Person.disabled_at.is_(None), Person.locked_until > now)


def _without_role(_now: datetime) -> ColumnElement[bool]:
    return and_(Person.disabled_at.is_(None), ~Person.role_rows.any())


def _disabled(_now: datetime) -> ColumnElement[bool]:
    return Person.disabled_at.is_not(None)


#: Each standing as a condition on the person's row at an instant.
CONDITIONS: dict[Standing, Callable[[datetime], ColumnElement[bool]]] = {
    Standing.NEVER_USED: _never_used,
    Standing.INITIAL_EXPIRED: _initial_expired,
    Standing.LOCKED: _locked,
    Standing.WITHOUT_ROLE: _without_role,
    Standing.DISABLED: _disabled,
}


@dataclass(frozen=True)
class Wanted:
    """What to look for; an empty field asks for nothing."""

    text: str = ""
    organisation_id: int | None = None
    role: Role | None = None
    standing: Standing | None = None


def list_accounts(
    actor: Actor, wanted: Wanted, *, now: datetime, page: int = 1, per_page: int = 50
) -> tuple[list[Person], int]:
    """One page of the accounts that the actor may see and that match, by login; and how many."""
    statement = _matching(actor, wanted, now)
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = statement.order_by(Person.login).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(rows).unique()), total


def _matching(actor: Actor, wanted: Wanted, now: datetime) -> Select[Person]:
    rules: list[ColumnElement[bool]] = [true()]
    if wanted.text:
        rules.append(
            or_(
                Person.login.icontains(wanted.text, autoescape=True),
                Person.name.icontains(wanted.text, autoescape=True),
                Organisation.name.icontains(wanted.text, autoescape=True),
            )
        )
    if wanted.organisation_id is not None:
        rules.append(Person.organisation_id == wanted.organisation_id)
    if wanted.role is not None:
        rules.append(Person.role_rows.any(PersonRole.role == wanted.role))
    if wanted.standing is not None:
        rules.append(CONDITIONS[wanted.standing](now))
    return visible(actor).join(Organisation).where(*rules)


def count_standings(actor: Actor, *, now: datetime) -> dict[Standing, int]:
    """How many of the accounts that the actor may see stand so, for the workbench."""
    return {
        standing: list_accounts(actor, Wanted(standing=standing), now=now, per_page=1)[1]
        for standing in Standing
    }
