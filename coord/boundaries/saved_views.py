"""Saved scenarios: kept, listed, opened, put aside; documents to take away and to replay."""

import re
from datetime import date
from io import BytesIO

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coord.boundaries import (
    atlas,
    comparing,
    policy,
    queries,
    solving,
    studio_operations,
    studio_queries,
)
from coord.boundaries.grouping import Grouping
from coord.boundaries.maps import groups_svg
from coord.boundaries.studio_documents import (
    Replayed,
    geojson_of,
    json_of,
    kept_state,
    read_replay,
)
from coord.boundaries.studio_forms import ReplayForm, RulesForm, SaveForm
from coord.boundaries.studio_models import SavedScenario
from coord.boundaries.studio_operations import Keepsake
from coord.boundaries.studio_pages import MOST_DRAWN
from coord.boundaries.studio_state import State
from coord.boundaries.studio_views import grouping_here, url_of
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.errors import Refused
from coord.web.forms import StrictForm, attempt
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor

blueprint = Blueprint("boundaries_saved", __name__, url_prefix="/boundaries/saved")


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> str:
    """Everyone's saved scenarios, the newest first."""
    actor, key = current_actor(), atlas.find_key()
    everything = request.args.get("all") == "1"
    return render_template(
        "boundaries/saved_list.html",
        rows=studio_queries.list_saved(actor, with_put_aside=everything),
        everything=everything,
        now_at=(key[0], key[2]) if key is not None else None,
    )


@blueprint.post("/save")
@guard(*EVERYONE_AT_WORK)
def save() -> ResponseReturnValue:
    """Keep the state of the address under a name."""
    form = SaveForm()
    asked = form.validate_on_submit()
    rules = RulesForm(request.args, solving.list_parties())
    if not rules.validate():
        abort(400)
    state = rules.state()
    if asked:
        saved = attempt(form, lambda: _save(form, state))
        if saved:
            flash(_("方案已保存。"))
            return redirect(url_for("boundaries_saved.saved", saved_id=saved.id))
    page = render_template(
        "boundaries/saved_form.html",
        form=form,
        state=state,
        url_of=url_of,
        names=queries.county_names(),
    )
    return page, 422


def _save(form: SaveForm, state: State) -> SavedScenario:
    return studio_operations.save_scenario(
        Keepsake(form.name.data, form.note.data or ""),
        state,
        grouping_here(state),
        actor=current_actor(),
        now=utc_now(),
    )


def _saved_or_404(saved_id: int) -> SavedScenario:
    found = studio_queries.find_saved(current_actor(), saved_id)
    return found if found is not None else abort(404)


@blueprint.get("/<int:saved_id>")
@guard(*EVERYONE_AT_WORK)
def saved(saved_id: int) -> str:
    """A saved scenario as it was; where the boundaries have changed since, what would differ."""
    found = _saved_or_404(saved_id)
    view = studio_queries.saved_view(found)
    actor = current_actor()
    fresh, trouble = (None, None) if view.is_current else _again(view.state)
    few = len(solving.problem(atlas.get_key(), view.state.parties).parties) <= MOST_DRAWN
    numbers = {code: line.number for line in view.groups for code in line.codes}
    return render_template(
        "boundaries/saved.html",
        saved=found,
        view=view,
        names=queries.county_names(),
        picture=groups_svg(numbers, view.state.parties, _("编组示意图")) if few else "",
        fresh=fresh,
        trouble=trouble,
        changed=comparing.changed_groups(view.grouping, fresh) if fresh is not None else ([], []),
        url_of=url_of,
        may_put_aside=policy.may_put_aside(actor, found),
        may_adopt=policy.may(actor, "adopt"),
    )


def _again(state: State) -> tuple[Grouping | None, Refused | None]:
    """The same rules on the boundaries of today."""
    try:
        return solving.solved(atlas.get_key(), state), None
    except Refused as refusal:
        return None, refusal


@blueprint.post("/<int:saved_id>/aside")
@guard(*EVERYONE_AT_WORK)
def aside(saved_id: int) -> ResponseReturnValue:
    """Take it off the list."""
    found = _saved_or_404(saved_id)
    if not StrictForm().validate_on_submit():
        abort(400)
    studio_operations.put_aside(found, actor=current_actor(), now=utc_now())
    flash(_("方案已搁置。"))
    return redirect(url_for("boundaries_saved.index"))


@blueprint.get("/<int:saved_id>/document")
@guard(*EVERYONE_AT_WORK)
def saved_document(saved_id: int) -> Response:
    """A saved scenario as a file."""
    found = _saved_or_404(saved_id)
    view = studio_queries.saved_view(found)
    return _document(view.state, view.grouping, found.name)


@blueprint.get("/document")
@guard(*EVERYONE_AT_WORK)
def state_document() -> ResponseReturnValue:
    """The state of the address with its result as a file."""
    form = RulesForm(request.args, solving.list_parties())
    if not form.validate():
        # The studio says what is wrong with them.
        query = request.query_string.decode("ascii", "ignore")
        return redirect(f"{url_for('boundaries_studio.index')}?{query}")
    state = form.state()
    return _document(state, grouping_here(state), _("编组方案"))


def _document(state: State, grouping: Grouping, name: str) -> Response:
    today = shanghai_date(utc_now())
    if request.args.get("kind") == "geojson":
        body = geojson_of(state, grouping, name)
        return attachment(body, "application/geo+json", file_name(name, today, "geojson"))
    body = json_of(state, grouping, name)
    return attachment(body, "application/json", file_name(name, today, "json"))


def file_name(name: str, day: date, ending: str) -> str:
    """A name that every file system takes: letters of any script, digits, - and _."""
    plain = re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "coord"
    return f"{plain}-{day.isoformat()}.{ending}"


def attachment(body: bytes, media_type: str, name: str) -> Response:
    """A file to be saved, never shown."""
    return send_file(BytesIO(body), mimetype=media_type, as_attachment=True, download_name=name)


@blueprint.route("/replay", methods=["GET", "POST"])
@guard(*EVERYONE_AT_WORK)
def replay() -> ResponseReturnValue:
    """Compute another installation's file again; say whether the same comes out; keep it."""
    form = ReplayForm()
    result = None
    if form.validate_on_submit():
        content = form.file.data.stream.read()
        result = attempt(form, lambda: read_replay(content))
        if result is not None and (form.name.data or "").strip():
            kept = attempt(form, lambda: _keep(form, result))
            if kept is not None:
                flash(_("方案已保存。"))
                return redirect(url_for("boundaries_saved.saved", saved_id=kept.id))
    page = render_template(
        "boundaries/replay.html",
        form=form,
        result=result,
        names=queries.county_names(),
        url_of=url_of,
        may_save=policy.may_save(current_actor()),
    )
    return page, 422 if form.errors else 200


def _keep(form: ReplayForm, result: Replayed) -> SavedScenario:
    state, grouping = kept_state(result)
    return studio_operations.save_scenario(
        Keepsake(form.name.data, result.document.name, replayed_from=result.sha256),
        state,
        grouping,
        actor=current_actor(),
        now=utc_now(),
    )
