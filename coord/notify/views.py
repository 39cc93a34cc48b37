"""The bell: what I was told, newest first."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from coord.notify.operations import list_notices, mark_all_read
from coord.web.forms import refuse_unknown
from coord.web.guards import guard
from coord.web.identity import current_actor

blueprint = Blueprint("notify", __name__, url_prefix="/notices", template_folder="templates")


@blueprint.get("/")
@guard(*Role)
def index() -> str:
    """My notices."""
    return render_template("notify/index.html", notices=list_notices(current_actor()))


@blueprint.post("/read")
@guard(*Role)
def read() -> ResponseReturnValue:
    """Mark all of mine as read."""
    refuse_unknown(set())
    mark_all_read(current_actor(), now=utc_now())
    return redirect(url_for("notify.index"))
