"""Signing in and out: lock-out, sessions, passwords."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from coord.accounts import passwords
from coord.accounts.models import Person, SignInSession
from coord.audit.operations import record
from coord.db import db
from coord.kernel.actor import SYSTEM, Actor
from coord.kernel.errors import Invalid
from coord.kernel.text import N_

#: After so many wrong passwords in a row the account waits, each time longer, at most an hour.
FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
#: A session row is touched at most this often.
TOUCH_EVERY = timedelta(seconds=60)


def sign_in(
    login: str, password: str, *, now: datetime, user_agent: str, address: str
) -> tuple[Person | None, str]:
    """(Person, session token), or (None, msgid of the refusal), leaving its line in the trail.

    The refusal never tells whether the login exists. It is returned, not raised, because
    the count of failures must be kept.
    """
    person = db.session.scalar(select(Person).where(Person.login == login.strip().lower()))
    if person is None:
        passwords.burn_time(password)
        record("person.sign_in_refused", "person", actor=SYSTEM, now=now, reason="unknown")
        return None, N_("账号或密码不正确,或账号已停用、暂时锁定。")
    if not _may_try(person, now) or not passwords.matches(person.password_hash, password):
        _count_failure(person, now)
        return None, N_("账号或密码不正确,或账号已停用、暂时锁定。")
    person.failed_count = 0
    person.locked_until = None
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignInSession(
            token_hash=passwords.token_hash(token),
            person_id=person.id,
            created_at=now,
            last_seen_at=now,
            user_agent=user_agent[:200],
            address=address[:60],
        )
    )
    record("person.signed_in", person, actor=person.as_actor(), now=now)
    return person, token


def _may_try(person: Person, now: datetime) -> bool:
    if person.disabled_at is not None:
        return False
    if person.locked_until is not None and person.locked_until > now:
        return False
    expires = person.initial_password_expires_at
    return not (person.password_is_initial and expires is not None and expires <= now)


def _count_failure(person: Person, now: datetime) -> None:
    locked = person.locked_until is not None and person.locked_until > now
    if not locked:
        person.failed_count += 1
        over = person.failed_count - FREE_TRIES
        if over >= 0:
            wait = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)
            person.locked_until = now + wait
    record(
        "person.sign_in_refused",
        person,
        actor=SYSTEM,
        now=now,
        failures=person.failed_count,
        locked=locked or person.locked_until is not None,
    )


def find_session(
    token: str, *, now: datetime, idle: timedelta, absolute: timedelta
) -> SignInSession | None:
    """The live session of a cookie's token, or None where it has ended or run out."""
    row = db.session.scalar(
        select(SignInSession).where(SignInSession.token_hash == passwords.token_hash(token))
    )
    if row is None or row.ended_at is not None or row.person.disabled_at is not None:
        return None
    if now - row.last_seen_at > idle or now - row.created_at > absolute:
        return None
    return row


def touch(session_id: int, *, now: datetime) -> None:
    """Note that the session is in use."""
    db.session.execute(
        update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=now)
    )


def sign_out(token: str, *, actor: Actor, now: datetime) -> None:
    """End this browser's session."""
    row = db.session.scalar(
        select(SignInSession).where(SignInSession.token_hash == passwords.token_hash(token))
    )
    if row is not None and row.ended_at is None:
        row.ended_at = now
        record("person.signed_out", "person", object_id=row.person_id, actor=actor, now=now)


def list_sessions(actor: Actor, *, now: datetime, idle: timedelta) -> list[SignInSession]:
    """The actor's own live sessions, newest first."""
    return list(
        db.session.scalars(
            select(SignInSession)
            .where(
                SignInSession.person_id == actor.person_id,
                SignInSession.ended_at.is_(None),
                SignInSession.last_seen_at > now - idle,
            )
            .order_by(SignInSession.last_seen_at.desc())
        )
    )


def end_sessions(person: Person, *, now: datetime, keep_token: str = "") -> None:
    """End every session of a person at once, but for the one whose token is kept."""
    statement = update(SignInSession).where(
        SignInSession.person_id == person.id, SignInSession.ended_at.is_(None)
    )
    if keep_token:
        statement = statement.where(SignInSession.token_hash != passwords.token_hash(keep_token))
    db.session.execute(statement.values(ended_at=now))


def change_password(
    person: Person, *, current: str, new: str, actor: Actor, now: datetime, keep_token: str
) -> None:
    """Set a new password after checking the present one; ends the person's other sessions."""
    if not passwords.matches(person.password_hash, current):
        raise Invalid(N_("当前密码不正确。"))
    if current == new:
        raise Invalid(N_("新密码不能与当前密码相同。"))
    passwords.check_strength(new, login=person.login, name=person.name)
    person.password_hash = passwords.hash_password(new)
    person.password_is_initial = False
    person.initial_password_expires_at = None
    end_sessions(person, now=now, keep_token=keep_token)
    record("person.password_changed", person, actor=actor, now=now)
