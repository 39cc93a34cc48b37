"""What the auditor reads."""

from sqlalchemy import Select, func, select

from coord.audit.models import AuditEntry
from coord.db import db
from coord.kernel.actor import Actor, Role


def visible(actor: Actor) -> Select[AuditEntry]:
    """The entries this person may read: all for an auditor, none for anyone else."""
    statement = select(AuditEntry)
    return statement if actor.has(Role.AUDITOR) else statement.where(AuditEntry.seq < 0)


def list_entries(
    actor: Actor, *, verb: str = "", page: int = 1, per_page: int = 50
) -> tuple[list[AuditEntry], int]:
    """One page of entries, newest first, and how many there are in all."""
    statement = visible(actor)
    if verb:
        statement = statement.where(AuditEntry.verb.startswith(verb, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    rows = db.session.scalars(
        statement.order_by(AuditEntry.seq.desc()).limit(per_page).offset((page - 1) * per_page)
    )
    return list(rows), total


def list_verbs(actor: Actor) -> list[str]:
    """The verbs that occur in what the actor may read, sorted."""
    entries = visible(actor).subquery()
    return list(db.session.scalars(select(entries.c.verb).distinct().order_by(entries.c.verb)))
