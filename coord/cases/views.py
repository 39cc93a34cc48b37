"""Leads: lists, a new one from a point on the map, the lead's page and its steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

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
from werkzeug.datastructures import FileStorage

from coord.accounts.enums import OrganisationKind
from coord.accounts.queries import list_organisations
from coord.boundaries.coordinates import parse_degrees
from coord.boundaries.datum import Datum
from coord.boundaries.queries import county_names, locate_point
from coord.cases import operations, policy, queries
from coord.cases.enums import LeadState, Outcome, ReturnReason
from coord.cases.forms import FilesForm, LeadForm, RemoveForm, StepForm
from coord.cases.models import Evidence, Lead
from coord.cases.workflow import WORKFLOW
from coord.kernel.actor import Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.errors import CoordError
from coord.kernel.regions import party_name, party_of
from coord.web.forms import attempt
from coord.web.guards import guard
from coord.web.identity import current_actor, settings
from coord.web.paging import page_number
from coord.web.words import km_text, translate
from coord.workdays.queries import current_table

blueprint = Blueprint(
    "cases",
    __name__,
    url_prefix="/cases",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

READERS = (Role.OFFICER, Role.COORDINATOR)
TABS = ("waiting", "sent", "received", "closed")


def region_words() -> dict[str, str]:
    """Names of counties with their cities, and of cities, by region code."""
    names = {code: f"{party_name(party_of(code))}{name}" for code, name in county_names().items()}
    parties = {party_of(code) for code in names}
    return {**names, **{f"{party}00": party_name(party) for party in parties}}


@blueprint.get("/")
@guard(*READERS)
def index() -> str:
    """Leads by tab, with what is due."""
    tab = request.args.get("tab", "waiting")
    if tab not in TABS:
        abort(404)
    page = page_number()
    actor = current_actor()
    rows, total = queries.list_leads(actor, tab, page=page, now=utc_now())
    return render_template(
        "cases/index.html",
        rows=rows,
        total=total,
        page=page,
        per_page=queries.PER_PAGE,
        tab=tab,
        counts=queries.count_tabs(actor),
        names=region_words(),
    )


def _receivers() -> list[tuple[str, str]]:
    own = current_actor().party
    names = region_words()
    return [
        (row.region_code, names.get(row.region_code, row.name))
        for row in list_organisations(OrganisationKind.COUNTY_TEAM)
        if row.party != own
    ]


@blueprint.get("/locate")
@guard(Role.OFFICER)
def locate() -> ResponseReturnValue:
    """Where a point lies, for the form: county, distance to the border, neighbour, groups."""
    try:
        found = _located(
            request.args.get("lon", ""), request.args.get("lat", ""), request.args.get("datum", "")
        )
    except CoordError as refusal:
        return {"error": translate(refusal)}, 422
    return found


def _located(lon: str, lat: str, datum: str) -> dict[str, Any]:
    chosen = Datum(datum) if datum in set(Datum) else Datum.CGCS2000
    place = locate_point(parse_degrees(lon), parse_degrees(lat), chosen)
    actor = current_actor()
    # A point in another city belongs to that county; one at home goes to who is across.
    other = place.county_code if place.party != actor.party else place.neighbour_code
    km = km_text(place.border_distance_m)
    return {
        "lon": round(place.lon, 6),
        "lat": round(place.lat, 6),
        "county": f"{party_name(place.party)}{place.county_name}",
        "border": _("距最近的跨市边界约%(km)s公里", km=km)
        if place.border_distance_m is not None
        else _("该区县不与其他城市接壤"),
        "accuracy": _("±%(metres)s米", metres=round(place.accuracy_m))
        if place.accuracy_m is not None
        else _("精度未说明"),
        "possible": "、".join(name for _code, name in place.possible),
        "neighbour": place.neighbour_name,
        "groups": [_("第%(n)s组 %(name)s", n=g.number, name=g.name) for g in place.groups],
        "to_code": other or "",
    }


@blueprint.route("/new", methods=["GET", "POST"])
@guard(Role.OFFICER)
def new() -> ResponseReturnValue:
    """A new lead, kept as a draft until it is offered."""
    form = LeadForm(_receivers(), **_from_address())
    if form.validate_on_submit() and "locate" not in request.args:
        lead = attempt(form, lambda: _drafted(form))
        if lead:
            flash(_("已存为草稿。请核对接收单位和材料,然后移送。"))
            return redirect(url_for("cases.lead", lead_id=lead.id))
    return _lead_form_page(form, None)


def _from_address() -> dict[str, Any]:
    if request.method == "POST":
        return {}
    given = {key: request.args[key] for key in ("lon", "lat", "datum") if key in request.args}
    return {"seen_on": shanghai_date(utc_now()), **given}


def _lead_form_page(form: LeadForm, lead: Lead | None) -> ResponseReturnValue:
    located: dict[str, Any] = {}
    if form.lon.data and form.lat.data:
        try:
            located = _located(form.lon.data, form.lat.data, form.datum.data or "")
        except CoordError as refusal:
            located = {"error": translate(refusal)}
        if request.method == "GET" and lead is None and located.get("to_code"):
            form.to_code.data = located["to_code"]
    page = render_template(
        "cases/form.html",
        form=form,
        lead=lead,
        located=located,
        limit=settings().max_upload_bytes,
    )
    return page, 422 if form.errors else 200


def _drafted(form: LeadForm) -> Lead:
    actor, now = current_actor(), utc_now()
    lead = operations.draft_lead(form.as_facts(), actor=actor, now=now)
    _keep_files(lead, form.files.data)
    return lead


def _keep_files(lead: Lead, files: list[FileStorage]) -> int:
    named = [file for file in files or () if isinstance(file, FileStorage) and file.filename]
    for file in named:
        operations.add_evidence(
            lead,
            file.stream,
            file.filename or "",
            folder=settings().evidence_folder,
            actor=current_actor(),
            now=utc_now(),
        )
    return len(named)


def _lead_or_404(lead_id: int) -> Lead:
    found = queries.find_lead(current_actor(), lead_id)
    if found is None:
        abort(404)
    return found


@blueprint.get("/<int:lead_id>")
@guard(*READERS)
def lead(lead_id: int) -> str:
    """The lead with its clocks, its timeline, its files and what may be done now."""
    return _lead_page(_lead_or_404(lead_id), None, None)


def _lead_page(found: Lead, form: StepForm | None, verb: str | None) -> str:
    actor = current_actor()
    verbs = WORKFLOW.open_verbs(found, actor)
    forms = {arrow.verb: StepForm(arrow.verb, formdata=None) for arrow in verbs}
    if form is not None and verb is not None:
        forms[verb] = form
    return render_template(
        "cases/lead.html",
        lead=found,
        clocks=queries.clocks_for(found, current_table()),
        now=utc_now(),
        verbs=verbs,
        forms=forms,
        failed=verb,
        names=region_words(),
        access=policy.explain(found),
        may_edit=policy.is_sender(actor, found)
        and found.state in {LeadState.DRAFT, LeadState.RETURNED},
        may_add=policy.may_add_evidence(actor, found),
        files_form=FilesForm(formdata=None),
        limit=settings().max_upload_bytes,
    )


@blueprint.route("/<int:lead_id>/edit", methods=["GET", "POST"])
@guard(Role.OFFICER)
def edit(lead_id: int) -> ResponseReturnValue:
    """Change a draft or a returned lead."""
    found = _lead_or_404(lead_id)
    form = LeadForm(_receivers(), **_as_typed(found))
    if form.validate_on_submit():
        saved = attempt(form, lambda: _edited(found, form))
        if saved:
            flash(_("已保存。"))
            return redirect(url_for("cases.lead", lead_id=lead_id))
    return _lead_form_page(form, found)


def _as_typed(found: Lead) -> dict[str, Any]:
    if request.method == "POST":
        return {}
    names = (
        "title",
        "firm_name",
        "credit_code",
        "no_code_reason",
        "place",
        "seen_on",
        "description",
    )
    typed = {name: getattr(found, name) for name in (*names, "to_code")}
    for name in ("source", "element", "urgency"):
        typed[name] = getattr(found, name).value
    return {**typed, "lon": f"{found.lon:.6f}", "lat": f"{found.lat:.6f}"}


def _edited(found: Lead, form: LeadForm) -> Lead:
    saved = operations.edit_draft(found, form.as_facts(), actor=current_actor(), now=utc_now())
    _keep_files(saved, form.files.data)
    return saved


@blueprint.get("/<int:lead_id>/offer")
@guard(Role.OFFICER)
def review_offer(lead_id: int) -> str:
    """Before sending: to whom, and which files."""
    found = _lead_or_404(lead_id)
    if found.state is not LeadState.DRAFT or not policy.is_sender(current_actor(), found):
        abort(404)
    return render_template("cases/offer.html", lead=found, names=region_words())


#: What each verb of the workflow calls.
STEPS: dict[str, Callable[..., Lead]] = {
    "offer": operations.offer,
    "withdraw": operations.withdraw,
    "acknowledge": operations.acknowledge,
    "accept": operations.accept,
    "return": operations.return_lead,
    "reoffer": operations.reoffer,
    "object": operations.object_,
    "designate_receiver": partial(operations.designate, to_receiver=True),
    "designate_sender": partial(operations.designate, to_receiver=False),
    "progress": operations.report_progress,
    "extend": operations.extend,
    "feed_back": operations.feed_back,
    "confirm": operations.confirm,
    "dispute": operations.dispute,
}
#: Verbs that ask for no note.
WITHOUT_NOTE = frozenset({"offer", "acknowledge", "confirm"})


def _arguments(verb: str, form: StepForm) -> dict[str, Any]:
    """What the verb's operation takes besides the lead, from its form."""
    arguments: dict[str, Any] = {"actor": current_actor(), "now": utc_now()}
    if verb.startswith("designate"):
        arguments["document"] = form.note.data or ""
    elif verb not in WITHOUT_NOTE:
        arguments["note"] = form.note.data or ""
    if verb == "return":
        arguments["reason"] = ReturnReason(form.reason.data)
    if verb == "feed_back":
        arguments["outcome"] = Outcome(form.outcome.data)
    return arguments


@blueprint.post("/<int:lead_id>/<verb>")
@guard(*READERS)
def step(lead_id: int, verb: str) -> ResponseReturnValue:
    """Move the lead along an arrow of its table."""
    found = _lead_or_404(lead_id)
    form = StepForm(verb)
    act = STEPS.get(verb)
    if act is None:
        abort(404)
    WORKFLOW.check(found, verb, current_actor())
    done: Lead | None = None
    if form.validate_on_submit():
        done = attempt(form, lambda: act(found, **_arguments(verb, form)))
    if done is None:
        return _lead_page(found, form, verb), 422
    flash(_("已完成,对方会收到消息。"))
    return redirect(url_for("cases.lead", lead_id=lead_id))


@blueprint.get("/<int:lead_id>/letter")
@guard(*READERS)
def letter(lead_id: int) -> str:
    """The transfer as a letter to print."""
    return render_template("cases/letter.html", lead=_lead_or_404(lead_id), names=region_words())


@blueprint.post("/<int:lead_id>/evidence")
@guard(Role.OFFICER)
def add_files(lead_id: int) -> ResponseReturnValue:
    """Add files to the lead."""
    found = _lead_or_404(lead_id)
    form = FilesForm()
    kept = (
        attempt(form, lambda: _keep_files(found, form.files.data))
        if form.validate_on_submit()
        else 0
    )
    if kept:
        flash(_("材料已保存。"))
    else:
        for messages in form.errors.values():
            flash(" ".join(str(message) for message in messages), "danger")
    return redirect(url_for("cases.lead", lead_id=lead_id))


def _evidence_or_404(lead_id: int, evidence_id: int) -> Evidence:
    found = queries.find_evidence(current_actor(), lead_id, evidence_id)
    if found is None:
        abort(404)
    return found


@blueprint.get("/<int:lead_id>/evidence/<int:evidence_id>")
@guard(*READERS)
def download(lead_id: int, evidence_id: int) -> ResponseReturnValue:
    """A file, always as a download."""
    found = _evidence_or_404(lead_id, evidence_id)
    if found.removed_at is not None:
        abort(404)
    return send_file(
        settings().evidence_folder / found.stored_name,
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.original_name,
        max_age=0,
    )


@blueprint.route("/<int:lead_id>/evidence/<int:evidence_id>/remove", methods=["GET", "POST"])
@guard(Role.OFFICER)
def remove_file(lead_id: int, evidence_id: int) -> ResponseReturnValue:
    """Take a file back, with the reason; its tombstone stays."""
    found = _evidence_or_404(lead_id, evidence_id)
    form = RemoveForm()
    if form.validate_on_submit():
        removed = attempt(
            form,
            lambda: operations.remove_evidence(
                found, reason=form.reason.data, actor=current_actor(), now=utc_now()
            ),
        )
        if removed:
            flash(_("材料已移除,记录保留。"))
            return redirect(url_for("cases.lead", lead_id=lead_id))
    page = render_template("cases/remove.html", form=form, evidence=found, lead=found.lead)
    return page, 422 if form.errors else 200
