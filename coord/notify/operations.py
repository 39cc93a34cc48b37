"""Telling people, in the transaction of the change they are told of."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update

from coord.db import db
from coord.kernel.actor import Actor
from coord.notify.models import Notice


def tell(
    person_ids: Iterable[int], message: str, *, path: str, now: datetime, **params: object
) -> None:
    """Put one notice at the bell of each person, once each."""
    for person_id in sorted(set(person_ids)):
        db.session.add(
            Notice(person_id=person_id, created_at=now, message=message, params=params, path=path)
        )


def list_notices(actor: Actor, *, limit: int = 50) -> list[Notice]:
    """The actor's own notices, newest first."""
    statement = select(Notice).where(Notice.person_id == actor.person_id)
    return list(
        db.session.scalars(
            statement.order_by(Notice.created_at.desc(), Notice.id.desc()).limit(limit)
        )
    )


def count_unread(actor: Actor) -> int:
    """How many of the actor's notices are unread."""
    statement = select(func.count()).select_from(Notice)
    return (
        db.session.scalar(
            statement.where(Notice.person_id == actor.person_id, Notice.read_at.is_(None))
        )
        or 0
    )


def mark_all_read(actor: Actor, *, now: datetime) -> None:
    """Mark every unread notice of the actor as read."""
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == actor.person_id, Notice.read_at.is_(None))
        .values(read_at=now)
    )
