"""The migrations make the tables that the models describe, on both databases, and unmake them."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from coord.app import create_app
from coord.config import ROOT, Settings
from coord.db import Base, db

MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def bare_app(settings: Settings) -> Flask:
    return create_app(settings)


def check(app: Flask) -> None:
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "render_as_batch": True}
            )
            assert compare_metadata(context, Base.metadata) == []
        downgrade(directory=MIGRATIONS, revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        db.engine.dispose()


def test_models_equal_migrations_on_sqlite(bare_app: Flask) -> None:
    check(bare_app)


def test_models_equal_migrations_on_postgresql(postgres_app: Flask) -> None:
    check(postgres_app)
