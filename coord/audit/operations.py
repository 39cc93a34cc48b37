"""record() writes a line in the caller's transaction; verify() walks the whole chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from coord.audit.chain import GENESIS, link_hash
from coord.audit.models import AuditEntry, AuditHead
from coord.db import db, unit_of_work
from coord.kernel.actor import Actor
from coord.kernel.text import N_

_keys: dict[str, bytes] = {}


def set_audit_key(key: bytes) -> None:
    """Give the trail the installation's key; called once when the application is made."""
    _keys["audit"] = key


def record(
    verb: str,
    thing: object,
    *,
    actor: Actor,
    now: datetime,
    object_id: str | int | None = None,
    **data: object,
) -> AuditEntry:
    """Add one line in the present transaction. `data` holds ids and states, never content.

    `thing` is a row with a table name and an id, or a plain kind given as text.
    """
    kind = thing if isinstance(thing, str) else str(getattr(thing, "__tablename__"))  # noqa: B009
    if object_id is None and not isinstance(thing, str):
        db.session.flush()
        object_id = getattr(thing, "id")  # noqa: B009 - rows of several rooms, one attribute
    head = db.session.scalar(select(AuditHead).where(AuditHead.id == 1).with_for_update())
    if head is None:
        head = AuditHead(id=1, seq=0, hash=GENESIS)
        db.session.add(head)
    entry = AuditEntry(
        seq=head.seq + 1,
        at=now,
        actor_id=actor.person_id,
        actor_name=actor.name,
        organisation=actor.organisation_name,
        verb=verb,
        object_kind=kind,
        object_id="" if object_id is None else str(object_id),
        data=data,
        previous_hash=head.hash,
    )
    entry.hash = _hash_of(entry)
    db.session.add(entry)
    head.seq, head.hash = entry.seq, entry.hash
    db.session.flush()
    return entry


def _hash_of(entry: AuditEntry) -> str:
    fields = {
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "organisation": entry.organisation,
        "verb": entry.verb,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "data": entry.data,
    }
    return link_hash(_keys["audit"], entry.previous_hash, entry.seq, entry.at, fields)


def note_export(actor: Actor, entries: int, *, now: datetime) -> None:
    """Note that a copy of the trail was taken. Ends the reading that came before it.

    Its transaction writes from the first word, so that it waits for other writers.
    """
    db.session.rollback()
    with unit_of_work():
        record("audit.exported", AuditEntry.__tablename__, actor=actor, now=now, entries=entries)


@dataclass(frozen=True)
class Break:
    """A place where the trail is not whole: the entry's number and what is wrong there."""

    seq: int
    #: A msgid.
    message: str


def verify() -> tuple[int, list[Break]]:
    """(Number of entries, breaks). No break: the trail is whole from first to last."""
    breaks: list[Break] = []
    expected_seq, previous = 1, GENESIS
    for entry in _entries():
        if entry.seq != expected_seq:
            breaks.append(Break(expected_seq, N_("缺少记录")))
        elif entry.previous_hash != previous:
            breaks.append(Break(entry.seq, N_("与上一条记录不衔接")))
        if _hash_of(entry) != entry.hash:
            breaks.append(Break(entry.seq, N_("内容与校验值不符")))
        expected_seq, previous = entry.seq + 1, entry.hash
    head = db.session.get(AuditHead, 1)
    count = expected_seq - 1
    if head is not None and (head.seq, head.hash) != (count, previous):
        breaks.append(Break(count + 1, N_("末尾记录被删除或被替换")))
    if head is None and count:
        breaks.append(Break(count, N_("链首登记缺失")))
    return count, breaks


def _entries() -> Iterator[AuditEntry]:
    statement = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000)
    yield from db.session.scalars(statement)
