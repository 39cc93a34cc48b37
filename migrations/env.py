"""Alembic inside the application: the same engine, the same metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from coord.db import Base, db


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by copying it, and would not drop one to which rows still point."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # On the driver's connection, before SQLAlchemy begins: inside a transaction it does nothing.
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Run the migrations on the application's own engine, in one transaction each."""
    current_app.app_context()
    engine = db.engine
    with engine.connect() as connection, _without_foreign_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
