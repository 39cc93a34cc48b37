"""create_app(): configure, extensions, the visible table of rooms, errors, commands."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from coord.accounts import passwords
from coord.agreements.queries import RecordSource
from coord.audit.operations import set_audit_key
from coord.cases import queries as case_queries
from coord.config import ROOT, Settings, demo_secret, read_settings
from coord.db import db, harden_sqlite, unit_of_work
from coord.schedule import queries as schedule_queries
from coord.web.errors import install_error_pages
from coord.web.guards import check_guard, require_guards
from coord.web.identity import login_manager, touch_session
from coord.web.limits import limiter
from coord.web.security import install_headers
from coord.web.shell import install_shell
from coord.web.translations import babel, choose_language

#: Every blueprint of the house, in the order of the rooms, and where it is found.
BLUEPRINTS: tuple[str, ...] = (
    "coord.web.vendor",
    "coord.web.pages",
    "coord.accounts.views",
    "coord.accounts.admin_views",
    "coord.audit.views",
    "coord.workdays.views",
    "coord.notify.views",
    "coord.boundaries.views",
    "coord.boundaries.locate_views",
    "coord.boundaries.work_views",
    "coord.boundaries.vintage_views",
    "coord.boundaries.edit_views",
    "coord.boundaries.print_views",
    "coord.boundaries.zone_views",
    "coord.boundaries.roster_views",
    "coord.boundaries.roster_import_views",
    "coord.boundaries.studio_views",
    "coord.boundaries.saved_views",
    "coord.agreements.views",
    "coord.schedule.views",
    "coord.schedule.action_views",
    "coord.schedule.feed_views",
    "coord.cases.views",
    "coord.home.views",
)

#: Where the obligation meter finds the records that count: every room that holds some.
RECORD_SOURCES: tuple[RecordSource, ...] = (
    schedule_queries.obligation_records,
    case_queries.obligation_records,
)

READING = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()
migrate = Migrate()


class RowNumber(IntegerConverter):
    """An id in a URL: what no database's integer column holds is 404, not an error."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class CoordApp(Flask):
    """Flask with one unit of work around the view of each request."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Commit once after the view, roll back on any exception from it."""
        touch_session()
        with unit_of_work(writing=request.method not in READING):
            return super().dispatch_request()


def create_app(settings: Settings | None = None) -> Flask:
    """The application, from the environment's settings unless given others."""
    chosen = settings or read_settings()
    chosen.instance.mkdir(parents=True, exist_ok=True)
    app = CoordApp("coord", instance_path=str(chosen.instance), static_folder=None)
    app.url_map.converters["int"] = RowNumber
    _configure(app, chosen)
    _install_extensions(app, chosen)
    for module in BLUEPRINTS:
        app.register_blueprint(import_module(module).blueprint)
    app.before_request(check_guard)
    install_shell(app)
    install_headers(app, chosen)
    install_error_pages(app)
    require_guards(app)
    return app


def _configure(app: Flask, chosen: Settings) -> None:
    secure = chosen.secure_cookies
    secret = chosen.secret_key or demo_secret(chosen.instance)
    app.extensions["coord.settings"] = chosen
    app.extensions["coord.record_sources"] = RECORD_SOURCES
    app.config.update(
        SECRET_KEY=secret,
        SQLALCHEMY_DATABASE_URI=chosen.database_url,
        MAX_CONTENT_LENGTH=chosen.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-coord" if secure else "coord",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=chosen.absolute_hours),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        RATELIMIT_ENABLED=chosen.rate_limits,
    )
    set_audit_key(secret.encode("utf-8"))
    passwords.set_costs(chosen.argon2_time_cost, chosen.argon2_memory_kib)


def _install_extensions(app: Flask, chosen: Settings) -> None:
    db.init_app(app)
    if chosen.database_url.startswith("sqlite"):
        with app.app_context():
            harden_sqlite(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    limiter.init_app(app)
    login_manager.init_app(app)
    rooms = [Path(__file__).parent / module.split(".")[1] for module in BLUEPRINTS]
    babel.rooms = tuple(sorted({*rooms, Path(__file__).parent / "kernel"}))
    babel.init_app(app, locale_selector=choose_language)
