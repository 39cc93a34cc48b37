"""Every route carries a rule. One without stops the application from starting."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from coord.kernel.actor import WORKING_ROLES, Role

View = TypeVar("View", bound=Callable[..., Any])

#: Everyone who works with leads, plans and agreements; administrators see none of it.
EVERYONE_AT_WORK: frozenset[Role] = WORKING_ROLES
ANY_ROLE: frozenset[Role] = frozenset(Role)


@dataclass(frozen=True)
class Guard:
    """Who may call a route. `roles` empty: no sign-in is needed."""

    roles: frozenset[Role]
    #: Open even while the initial password has not been changed.
    before_password_change: bool = False


def guard(*roles: Role, before_password_change: bool = False) -> Callable[[View], View]:
    """Open a route to people who hold any of `roles`."""
    if not roles:
        raise ValueError("name the roles, or use public()")
    return _mark(Guard(frozenset(roles), before_password_change))


def public() -> Callable[[View], View]:
    """Open a route to everyone: sign-in, health, feeds that carry their own token."""
    return _mark(Guard(frozenset(), before_password_change=True))


def _mark(rule: Guard) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, "coord_guard", rule)  # noqa: B010 - functions have no such declared attribute
        return view

    return mark


def guard_of(app: Flask, endpoint: str) -> Guard | None:
    """The rule of an endpoint; static files are public."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Guard(frozenset(), before_password_change=True)
    return getattr(app.view_functions[endpoint], "coord_guard", None)


def require_guards(app: Flask) -> None:
    """Refuse to start with a route that has no rule (fail closed)."""
    bare = sorted(endpoint for endpoint in app.view_functions if guard_of(app, endpoint) is None)
    if bare:
        raise RuntimeError(f"routes without a rule: {', '.join(bare)}")


def check_guard() -> Response | None:
    """Before each request: send strangers to the sign-in page, others' roles away."""
    if request.endpoint is None:
        return None
    rule = guard_of(current_app, request.endpoint)
    if rule is None:
        abort(403)
    if not rule.roles:
        return None
    if not current_user.is_authenticated:
        wanted = request.full_path if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=wanted))
    if current_user.person.password_is_initial and not rule.before_password_change:
        return redirect(url_for("accounts.password"))
    # A route for every role is for every signed-in person, also one without a role yet.
    if rule.roles != ANY_ROLE and rule.roles.isdisjoint(current_user.person.roles):
        abort(403)
    return None
