"""The database: base class, UTC instants, and the one unit of work.

Operations flush, never commit. A request, a command or a job opens one
`unit_of_work()`, which commits once on success and rolls back on any exception.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, Enum, MetaData, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Where a session keeps what is to be done after its commit.
_AFTERWARDS = "coord_afterwards"

_writing: ContextVar[bool] = ContextVar("coord_writing", default=False)


class Base(DeclarativeBase):
    """Base of every table; its naming convention makes migrations reproducible."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; naive datetimes are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite, which keeps no zone, gets the bare UTC clock time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Back to an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum]) -> Enum:
    """A column type that stores a StrEnum's values as text under a CHECK."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
        length=40,
    )


@contextmanager
def unit_of_work(*, writing: bool = True) -> Iterator[Any]:
    """One transaction: commit once at the end, roll back on any exception.

    `writing` takes SQLite's write lock at the beginning, so that two writers wait
    for each other instead of failing half-way.
    """
    token = _writing.set(writing)
    try:
        yield db.session
        db.session.commit()
    except BaseException:
        db.session.info.pop(_AFTERWARDS, None)
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)
    for act in db.session.info.pop(_AFTERWARDS, []):
        act()


def is_writing() -> bool:
    """Whether a unit of work that writes is open here: nothing else may write meanwhile."""
    return _writing.get()


def after_commit(act: Callable[[], object]) -> None:
    """Have something done once the present unit of work is saved; never where it is not."""
    db.session.info.setdefault(_AFTERWARDS, []).append(act)


def harden_sqlite(engine: Engine) -> None:
    """WAL with full durability, foreign keys, and transactions begun by us, not the driver."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
