"""What the auditor reads."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select

from coord.audit.models import AuditEntry
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.clock import end_of_day, start_of_day


def visible(actor: Actor) -> Select[AuditEntry]:
    """The entries this person may read: all for an auditor, none for anyone else."""
    statement = select(AuditEntry)
    return statement if actor.has(Role.AUDITOR) else statement.where(AuditEntry.seq < 0)


@dataclass(frozen=True)
class TrailWanted:
    """What to look for in the trail; an empty field asks for nothing.

    `text` is found in the actor's name, his organisation or is the object's number;
    the days are dates in Asia/Shanghai, both included.
    """

    verb: str = ""
    text: str = ""
    first_on: date | None = None
    last_on: date | None = None


EVERYTHING = TrailWanted()


def list_entries(
    actor: Actor,
    wanted: TrailWanted = EVERYTHING,
    *,
    page: int = 1,
    per_page: int | None = 50,
) -> tuple[list[AuditEntry], int]:
    """One page of entries, newest first, and how many there are in all; None: one long page."""
    statement = _matching(actor, wanted)
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    statement = statement.order_by(AuditEntry.seq.desc())
    if per_page is not None:
        statement = statement.limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(statement)), total


def _matching(actor: Actor, wanted: TrailWanted) -> Select[AuditEntry]:
    statement = visible(actor)
    if wanted.verb:
        statement = statement.where(AuditEntry.verb.startswith(wanted.verb, autoescape=True))
    if wanted.text:
        statement = statement.where(
            or_(
                AuditEntry.actor_name.icontains(wanted.text, autoescape=True),
                AuditEntry.organisation.icontains(wanted.text, autoescape=True),
                AuditEntry.object_id == wanted.text,
            )
        )
    if wanted.first_on is not None:
        statement = statement.where(AuditEntry.at >= start_of_day(wanted.first_on))
    if wanted.last_on is not None:
        statement = statement.where(AuditEntry.at < end_of_day(wanted.last_on))
    return statement


def list_verbs(actor: Actor) -> list[str]:
    """The verbs that occur in what the actor may read, sorted."""
    entries = visible(actor).subquery()
    return list(db.session.scalars(select(entries.c.verb).distinct().order_by(entries.c.verb)))


@dataclass(frozen=True)
class TrailFigures:
    """The trail at a glance: its length, its newest instant, refused sign-ins since an instant."""

    entries: int
    newest_at: datetime | None
    refused_sign_ins: int


def trail_figures(actor: Actor, *, since: datetime) -> TrailFigures:
    """For the auditor's workbench; all nothing for anyone else."""
    entries = visible(actor).subquery()
    newest = visible(actor).order_by(AuditEntry.seq.desc()).limit(1)
    last = db.session.scalar(newest)
    refused = (
        select(func.count())
        .select_from(entries)
        .where(entries.c.verb == "person.sign_in_refused", entries.c.at >= since)
    )
    return TrailFigures(
        entries=db.session.scalar(select(func.count()).select_from(entries)) or 0,
        newest_at=None if last is None else last.at,
        refused_sign_ins=db.session.scalar(refused) or 0,
    )
