"""Alembic inside the application: the same engine, the same metadata."""

from alembic import context
from flask import current_app

from coord.db import Base, db


def run() -> None:
    """Run the migrations on the application's own engine, in one transaction each."""
    current_app.app_context()
    engine = db.engine
    with engine.connect() as connection:
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
