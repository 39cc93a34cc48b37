"""The page that shows long work as it goes, and stops it."""

from typing import Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coord.boundaries import works
from coord.boundaries.enums import WorkState
from coord.boundaries.studio_models import BoundaryWork
from coord.boundaries.work_process import start_process, stop_process
from coord.db import after_commit
from coord.kernel.clock import utc_now
from coord.kernel.text import unpacked
from coord.web.forms import StrictForm
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor, settings
from coord.web.words import say

blueprint = Blueprint("boundaries_works", __name__, url_prefix="/boundaries/works")


def send_off(work: BoundaryWork) -> Response:
    """Have the work begun once the request is saved, and show its page."""
    chosen, number = settings(), work.id
    after_commit(lambda: start_process(chosen, number))
    return redirect(url_for("boundaries_works.work", work_id=number))


@blueprint.get("/<int:work_id>")
@guard(*EVERYONE_AT_WORK)
def work(work_id: int) -> str:
    """How far the work is; it keeps itself up to date, with or without scripts."""
    found = _work_or_404(work_id)
    return render_template("boundaries/work.html", work=found, shown=_shown(found))


@blueprint.get("/<int:work_id>.json")
@guard(*EVERYONE_AT_WORK)
def work_state(work_id: int) -> Response:
    """The same for the page's script."""
    answer = jsonify(_shown(_work_or_404(work_id)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/<int:work_id>/cancel")
@guard(*EVERYONE_AT_WORK)
def cancel(work_id: int) -> ResponseReturnValue:
    """Stop it; nothing is saved."""
    found = _work_or_404(work_id)
    if not StrictForm().validate_on_submit():
        abort(400)
    works.cancel_work(found, actor=current_actor(), now=utc_now())
    number, process_id = found.id, found.process_id
    # Where it runs elsewhere, it stops by itself at its next step.
    after_commit(lambda: stop_process(number, process_id))
    flash(_("已取消,没有保存任何结果。"))
    return redirect(url_for("boundaries_works.work", work_id=work_id))


def _work_or_404(work_id: int) -> BoundaryWork:
    found = works.find_visible_work(current_actor(), work_id)
    return found if found is not None else abort(404)


def _shown(found: BoundaryWork) -> dict[str, Any]:
    """What the page says: state, share in percent, the step and the fault in words, the way on."""
    dead = works.is_dead(found, utc_now())
    state = WorkState.FAILED if dead else found.state
    fault = say(works.DIED) if dead else say(found.fault, **unpacked(found.fault_params))
    return {
        "state": state.value,
        "label": say(state.label),
        "over": state.is_over,
        "percent": round(100 * found.share),
        "step": say(found.step, **unpacked(found.step_params)) if not state.is_over else "",
        "fault": fault,
        "path": found.answer.get("path", "") if state is WorkState.DONE else "",
        "back": found.asked.get("back", ""),
    }
