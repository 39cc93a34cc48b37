"""The first page after sign-in."""

from datetime import timedelta
from hashlib import sha256

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.agreements.queries import list_in_force
from coord.boundaries.maps import overview_svg
from coord.boundaries.queries import find_roster
from coord.home.first_steps import first_steps
from coord.home.queries import list_figures, list_tasks
from coord.kernel.actor import ADMINISTRATORS, WORKING_ROLES, Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.schedule.queries import list_actions, season_progress
from coord.web.guards import guard
from coord.web.identity import current_actor

blueprint = Blueprint(
    "home",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/home",
)

#: How far ahead the workbench shows actions.
DAYS_AHEAD = 14


@blueprint.get("/")
@guard(*Role)
def index() -> str:
    """What waits today, what comes next, how the season stands."""
    actor, now = current_actor(), utc_now()
    today = shanghai_date(now)
    known = {
        "today": today,
        "tasks": list_tasks(actor, now=now),
        "steps": first_steps(actor.roles),
    }
    if not actor.roles or actor.has(*ADMINISTRATORS):
        figures = list_figures(actor, now=now)
        return render_template("home/administration.html", figures=figures, **known)
    return render_template(
        "home/index.html",
        upcoming=list_actions(actor, today, today + timedelta(days=DAYS_AHEAD)),
        progress=season_progress(actor, today),
        agreements=list_in_force(actor, today),
        roster=find_roster(today),
        **known,
    )


@blueprint.get("/overview.svg")
@guard(*WORKING_ROLES)
def overview() -> ResponseReturnValue:
    """The five cities with today's groups, small; revalidated, so it travels once."""
    drawn = overview_svg(shanghai_date(utc_now()), _("五市边界与现行联动组"))
    if not drawn:
        return "", 404
    response = Response(drawn, content_type="image/svg+xml; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(sha256(drawn.encode("utf-8")).hexdigest()[:32])
    return response.make_conditional(request)
