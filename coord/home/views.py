"""The first page after sign-in."""

from datetime import timedelta

from flask import Blueprint, render_template

from coord.agreements.queries import list_in_force
from coord.boundaries.queries import find_roster
from coord.home.queries import list_tasks
from coord.kernel.actor import Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.schedule.queries import list_actions, region_names, season_progress
from coord.web.guards import guard
from coord.web.identity import current_actor

blueprint = Blueprint("home", __name__, template_folder="templates")

#: How far ahead the workbench shows actions.
DAYS_AHEAD = 14


@blueprint.get("/")
@guard(*Role)
def index() -> str:
    """What waits today, what comes next, how the season stands."""
    actor, now = current_actor(), utc_now()
    today = shanghai_date(now)
    return render_template(
        "home/index.html",
        today=today,
        tasks=list_tasks(actor, now=now),
        upcoming=list_actions(actor, today, today + timedelta(days=DAYS_AHEAD)),
        progress=season_progress(actor, today),
        agreements=list_in_force(actor, today),
        roster=find_roster(today),
        names=region_names(),
    )
