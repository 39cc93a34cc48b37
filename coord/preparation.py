"""Makes an installation ready: tables, boundaries, agencies, agreements, first people.

Every step looks first and does only what is missing, so it runs at each start.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select

from coord.accounts.models import Person, PersonRole
from coord.accounts.operations import create_first_admin
from coord.accounts.setup import seed_organisations
from coord.agreements.operations import load_shipped_agreements
from coord.boundaries.operations import load_shipped_boundaries
from coord.boundaries.queries import list_counties
from coord.boundaries.zone_operations import seed_zones
from coord.config import NO_FIRST_ADMIN, ROOT, Settings, SettingsError
from coord.db import db, unit_of_work
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now

log = logging.getLogger(__name__)


def prepare(app: Flask, settings: Settings) -> None:
    """Bring the installation to the state in which it may serve.

    Raises SettingsError where a real installation lacks its first administrator.
    """
    with _one_at_a_time(settings.instance), app.app_context():
        upgrade_tables()
        with unit_of_work():
            load_shipped_boundaries(now=utc_now())
            seed_zones(now=utc_now())
            seed_organisations([(c.code, c.name) for c in list_counties()], now=utc_now())
            load_shipped_agreements(now=utc_now())
            if settings.is_production:
                _require_first_admin(settings)
        if not settings.is_production:
            # The generator is not imported where real people work.
            from coord.demo.season import make_demonstration

            make_demonstration()


def upgrade_tables() -> None:
    """Run the migrations that the database has not seen; nothing when it is at the head."""
    head = migration_head()
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != head:
        command.upgrade(_alembic_config(), "head")


def migration_head() -> str | None:
    """The newest migration's identifier."""
    return ScriptDirectory.from_config(_alembic_config()).get_current_head()


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def _require_first_admin(settings: Settings) -> None:
    holders = select(PersonRole.person_id).where(PersonRole.role == Role.SYSTEM_ADMIN)
    if db.session.scalar(select(Person.id).where(Person.id.in_(holders)).limit(1)) is not None:
        return
    login, colon, password = settings.first_admin.partition(":")
    if not (login and colon and password):
        raise SettingsError(NO_FIRST_ADMIN)
    create_first_admin(login, password, now=utc_now())
    log.warning("first administrator %s made; remove COORD_FIRST_ADMIN from the environment", login)


@contextmanager
def _one_at_a_time(instance: Path) -> Iterator[None]:
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / "prepare.lock").open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
