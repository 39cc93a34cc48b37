"""Few fixtures: an application on an empty SQLite database, a client, people to sign in."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import text
from werkzeug.test import TestResponse

from coord.app import create_app
from coord.config import Settings, read_settings
from coord.db import Base, db
from coord.preparation import prepare
from coord.web.limits import limiter
from tests import factories
from tests.harness.chromium import running_browser
from tests.harness.postgres import running_postgres


class OwnContextClient(FlaskClient):
    """A browser whose every request has a context, and so a database session, of its own."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Commit what the test made, then ask as a browser would."""
        db.session.commit()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Demonstration settings in a folder of their own, with cheap passwords."""
    return read_settings(
        {
            "COORD_INSTANCE": str(tmp_path / "instance"),
            "COORD_SECRET_KEY": "test-secret-" * 4,
            "COORD_ARGON2_TIME_COST": "1",
            "COORD_ARGON2_MEMORY_KIB": "64",
        }
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application on an empty database, inside its context."""
    made = create_app(settings)
    made.test_client_class = OwnContextClient
    limiter.reset()
    with made.app_context():
        Base.metadata.create_all(db.engine)
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, started once for the worker."""
    with running_browser() as found:
        yield found


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL, started once for the worker."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_app(settings: Settings, postgres_url: str) -> Iterator[Flask]:
    """The application on an empty schema of the real PostgreSQL."""
    made = create_app(replace(settings, database_url=postgres_url))
    made.test_client_class = OwnContextClient
    with made.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with all tables, once on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("app")
        return
    made: Flask = request.getfixturevalue("postgres_app")
    with made.app_context():
        Base.metadata.create_all(db.engine)
        yield made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def people(app: Flask) -> factories.People:
    """The cast: coordinators, county officers, the three administrators."""
    return factories.make_people()


SEASON_ENVIRON = {
    "COORD_SECRET_KEY": "test-secret-" * 4,
    "COORD_ARGON2_TIME_COST": "1",
    "COORD_ARGON2_MEMORY_KIB": "64",
    "COORD_RATE_LIMITS": "off",
}


@pytest.fixture(scope="session")
def prepared_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the whole demonstration season, made once for the worker."""
    folder = tmp_path_factory.mktemp("season") / "instance"
    chosen = season_settings(folder)
    made = create_app(chosen)
    prepare(made, chosen)
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    return folder


def season_settings(folder: Path) -> Settings:
    """Demonstration settings with cheap passwords."""
    return read_settings({"COORD_INSTANCE": str(folder), **SEASON_ENVIRON})


@pytest.fixture
def season(prepared_instance: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of the demonstration season, inside its context."""
    folder = tmp_path / "season"
    shutil.copytree(prepared_instance, folder)
    made = create_app(season_settings(folder))
    made.test_client_class = OwnContextClient
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
