"""Who is signed in, for views: the cookie's session, its person, the actor."""

from datetime import timedelta
from typing import Any

from flask import current_app, g, session
from flask_login import LoginManager, UserMixin, current_user

from coord.accounts.models import Person
from coord.accounts.sign_in import TOUCH_EVERY, find_session, touch
from coord.config import Settings
from coord.db import db, unit_of_work
from coord.kernel.actor import Actor
from coord.kernel.clock import utc_now

SESSION_KEY = "coord_session"

login_manager = LoginManager()


class SignedIn(UserMixin):
    """What flask-login carries round: the person behind a live session."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Flask-login's name for the identity; the session row is what counts."""
        return str(self.person.id)


def settings() -> Settings:
    """The settings the present application was made with."""
    found: Settings = current_app.extensions["coord.settings"]
    return found


@login_manager.request_loader
def _load(_request: Any) -> SignedIn | None:
    token = session.get(SESSION_KEY)
    if not isinstance(token, str):
        return None
    chosen = settings()
    now = utc_now()
    row = find_session(
        token,
        now=now,
        idle=timedelta(minutes=chosen.idle_minutes),
        absolute=timedelta(hours=chosen.absolute_hours),
    )
    if row is None:
        session.pop(SESSION_KEY, None)
        return None
    if now - row.last_seen_at > TOUCH_EVERY:
        g.coord_touch = row.id
    return SignedIn(row.person)


def touch_session() -> None:
    """Note once a minute that the session lives; runs before the request's own transaction."""
    if not current_user.is_authenticated:
        db.session.rollback()
        return
    session_id = g.pop("coord_touch", None)
    # The look-up above opened a transaction for reading; the request opens its own.
    db.session.rollback()
    if session_id is not None:
        with unit_of_work():
            touch(session_id, now=utc_now())


def current_person() -> Person:
    """The signed-in person; only behind a guard that names roles."""
    person: Person = current_user.person
    return person


def current_actor() -> Actor:
    """The signed-in person as an argument for operations and policies."""
    if "coord_actor" not in g:
        g.coord_actor = current_person().as_actor()
    actor: Actor = g.coord_actor
    return actor
