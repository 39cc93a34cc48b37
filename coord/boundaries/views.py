"""The map, its tables and panels, adoption of a roster."""

import hashlib
import json
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.boundaries import operations, policy, queries
from coord.boundaries.forms import AdoptForm, ConfirmForm, MapNumberForm
from coord.boundaries.models import Roster
from coord.boundaries.scenarios import Scenario
from coord.kernel.actor import Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.regions import FIVE_CITIES, PARTY_NAMES
from coord.web.forms import attempt
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor
from coord.web.words import say

blueprint = Blueprint(
    "boundaries",
    __name__,
    url_prefix="/boundaries",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


def _today() -> date:
    return shanghai_date(utc_now())


def _scenario_named(name: str) -> Scenario:
    try:
        return Scenario(name)
    except ValueError:
        abort(404)


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> str:
    """Map, contacts and the three scenarios."""
    shown = request.args.get("show", "roster")
    names = queries.county_names()
    roster = queries.find_roster(_today())
    if shown == "roster" and roster is None:
        shown = Scenario.PLAN.value
    if shown == "roster":
        groups = [group.county_codes for group in queries.groups_on(_today())]
    else:
        groups = list(queries.scenario_grouping(_scenario_named(shown)).groups)
    return render_template(
        "boundaries/index.html",
        names=names,
        contacts=queries.list_contacts(FIVE_CITIES),
        scenarios={one: queries.scenario_grouping(one) for one in Scenario},
        roster=roster,
        shown=shown,
        groups=groups,
        vintage=queries.current_vintage(),
        parties=PARTY_NAMES,
        counties=queries.list_counties(),
        may_adopt=policy.may_adopt(current_actor()),
        group_links=_group_links(groups),
    )


def _group_links(groups: list[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Pages of those groups that are the roster's."""
    return {
        view.county_codes: url_for("boundaries.group", group_id=view.id)
        for view in queries.groups_on(_today())
        if view.county_codes in groups
    }


@blueprint.get("/map.json")
@guard(*EVERYONE_AT_WORK)
def map_document() -> Response:
    """Polygons and border lines for the map, revalidated by ETag."""
    body = json.dumps(queries.map_document(), ensure_ascii=False, separators=(",", ":"))
    response = Response(body, content_type="application/json; charset=utf-8")
    response.set_etag(hashlib.sha256(body.encode("utf-8")).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@blueprint.get("/counties/<code>")
@guard(*EVERYONE_AT_WORK)
def county(code: str) -> str:
    """A county: its borders with other cities, its neighbours, its groups."""
    found = queries.find_county(code)
    if found is None:
        abort(404)
    contacts = [contact for contact in queries.list_contacts() if code in (contact.a, contact.b)]
    return render_template(
        "boundaries/county.html",
        county=found,
        contacts=sorted(contacts, key=lambda contact: -contact.length_m),
        names=queries.county_names(),
        groups=queries.groups_of(code, _today()),
        vintage=queries.current_vintage(),
    )


@blueprint.get("/groups/<int:group_id>")
@guard(*EVERYONE_AT_WORK)
def group(group_id: int) -> str:
    """A joint group: members, borders inside it, its roster."""
    found = queries.find_group(group_id)
    if found is None:
        abort(404)
    inside = [
        contact
        for contact in queries.list_contacts(FIVE_CITIES)
        if contact.a in found.county_codes and contact.b in found.county_codes
    ]
    return render_template(
        "boundaries/group.html",
        group=found,
        contacts=inside,
        names=queries.county_names(),
        roster=_roster_or_404(found.roster_id),
    )


def _roster_or_404(roster_id: int) -> Roster:
    wanted = policy.visible(current_actor()).where(Roster.id == roster_id)
    rows = queries.list_rosters(wanted)
    if not rows:
        abort(404)
    return rows[0]


@blueprint.get("/rosters/")
@guard(*EVERYONE_AT_WORK)
def rosters() -> str:
    """All rosters over time."""
    return render_template(
        "boundaries/rosters.html", rosters=queries.list_rosters(policy.visible(current_actor()))
    )


@blueprint.route("/rosters/<int:roster_id>", methods=["GET", "POST"])
@guard(*EVERYONE_AT_WORK)
def roster(roster_id: int) -> ResponseReturnValue:
    """One roster; a coordinator records the official document here."""
    found = _roster_or_404(roster_id)
    form = ConfirmForm()
    if form.validate_on_submit():
        confirmed = attempt(
            form,
            lambda: operations.confirm_roster(
                found, document=form.document.data, actor=current_actor(), now=utc_now()
            ),
        )
        if confirmed:
            flash(_("已登记正式文件,名单标为已核实。"))
            return redirect(url_for("boundaries.roster", roster_id=roster_id))
    page = render_template(
        "boundaries/roster.html",
        roster=found,
        names=queries.county_names(),
        form=form,
        may_adopt=policy.may_adopt(current_actor()),
        scenario_label=say(Scenario(found.scenario).label),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/adopt", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def adopt() -> ResponseReturnValue:
    """Adopt a scenario as the roster from a day on."""
    if not policy.may_adopt(current_actor()):
        abort(403)
    form = AdoptForm(**_suggestions())
    if form.validate_on_submit():
        adopted = attempt(
            form,
            lambda: operations.adopt_scenario(
                Scenario(form.scenario.data),
                name=form.name.data,
                effective_from=form.effective_from.data,
                actor=current_actor(),
                now=utc_now(),
            ),
        )
        if adopted:
            flash(_("已采纳。名单仍标为未核实,待登记正式文件。"))
            return redirect(url_for("boundaries.roster", roster_id=adopted.id))
    chosen = _scenario_named(form.scenario.data)
    page = render_template(
        "boundaries/adopt.html",
        form=form,
        scenario=chosen,
        grouping=queries.scenario_grouping(chosen),
        names=queries.county_names(),
        current=queries.find_roster(_today()),
    )
    return page, 422 if form.errors else 200


def _suggestions() -> dict[str, Any]:
    if request.method == "POST":
        return {}
    chosen = _scenario_named(request.args.get("scenario", Scenario.PLAN.value))
    year = _today().year
    return {
        "scenario": chosen.value,
        "name": _("五市日常联动执法组(%(scenario)s,%(year)s)", scenario=say(chosen.label), year=year),
        "effective_from": _today(),
    }


@blueprint.route("/map-number", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def map_number() -> ResponseReturnValue:
    """Fill in the 审图号."""
    form = MapNumberForm(number=queries.current_vintage().map_approval_number)
    if form.validate_on_submit():
        saved = attempt(
            form,
            lambda: operations.set_map_approval_number(
                form.number.data or "", actor=current_actor(), now=utc_now()
            ),
        )
        if saved:
            flash(_("审图号已保存。"))
            return redirect(url_for("boundaries.index"))
    page = render_template(
        "boundaries/map_number.html", form=form, vintage=queries.current_vintage()
    )
    return page, 422 if form.errors else 200
