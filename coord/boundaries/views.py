"""The map with its panels and tables, the scenarios, the rosters."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as Answer

from coord.boundaries import (
    atlas,
    comparing,
    maps,
    operations,
    policy,
    queries,
    studio_pages,
    studio_queries,
    zone_queries,
)
from coord.boundaries.enums import MapView
from coord.boundaries.forms import LeadForm, MapNumberForm
from coord.boundaries.models import JointGroup, Roster
from coord.boundaries.scenarios import Scenario
from coord.kernel.actor import Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.regions import CHENGDU, CHONGQING, FIVE_CITIES, party_name, party_of
from coord.web.forms import attempt, choices_of
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

blueprint.add_app_template_filter(party_of)

VIEW_LABELS = {
    MapView.ROSTER: lazy_gettext("现行名单"),
    MapView.CITIES: lazy_gettext("按城市"),
    MapView.PLAN: lazy_gettext("方案口径"),
    MapView.PAIRWISE: lazy_gettext("两两交界"),
    MapView.EVERYONE: lazy_gettext("全部纳入"),
}


def _today() -> date:
    return shanghai_date(utc_now())


def _chosen_view() -> MapView | None:
    shown = request.args.get("show")
    if shown is None:
        return None
    return MapView(shown) if shown in set(MapView) else abort(404)


def _show(
    panel: str,
    *,
    view: MapView | None = None,
    roster: Roster | None = None,
    with_chongqing: bool = False,
    chosen: tuple[str, ...] = (),
    **facts: Any,
) -> str:
    """The map page with one panel open. What the URL says of the view is kept by its links."""
    wide = with_chongqing or request.args.get("chongqing") == "1"
    page = maps.build_map_page(
        view or _chosen_view(), with_chongqing=wide, day=_today(), roster=roster
    )
    kept = {key: request.args[key] for key in ("show", "chongqing") if key in request.args}
    if page.grouping is not None:
        kept["show"] = page.view.value
    return render_template(
        "boundaries/index.html",
        page=page,
        panel=panel,
        kept=kept,
        chosen=chosen,
        view_labels=VIEW_LABELS,
        view_explanation=Scenario(page.view).explanation if page.grouping else "",
        vintage=queries.get_vintage(),
        apart_m=queries.party_distance(CHENGDU, CHONGQING),
        cities=[
            {"name": party_name(party), "at": [lat, lon]}
            for party, lon, lat in maps.city_labels(page.counties)
        ],
        may=lambda verb: policy.may(current_actor(), verb),
        **facts,
    )


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> str:
    """Map, groups of the view, contacts."""
    return _show("summary")


@blueprint.get("/map.json")
@guard(*EVERYONE_AT_WORK)
def map_document() -> Answer:
    """Polygons and border lines for the map, revalidated by ETag."""
    body, etag = atlas.map_body(atlas.get_key())
    response = Response(body, content_type="application/json; charset=utf-8")
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@blueprint.get("/counties/<code>")
@guard(*EVERYONE_AT_WORK)
def county(code: str) -> str:
    """A county: its borders with other cities, its neighbours, its groups."""
    found = queries.find_county(code)
    if found is None:
        abort(404)
    return _show(
        "county",
        with_chongqing=found.party not in FIVE_CITIES,
        chosen=(code,),
        county=found,
        borders=queries.contacts_of(code),
        edits=studio_queries.edits_of(code),
        zones=zone_queries.zones_of(current_actor(), code, _today()),
        in_force=queries.groups_of(code, _today()),
    )


@blueprint.get("/contacts/<a>-<b>")
@guard(*EVERYONE_AT_WORK)
def contact(a: str, b: str) -> str:
    """A contact: its two counties, how long, in which group."""
    found = queries.find_contact(a, b)
    if found is None:
        abort(404)
    outside = {party_of(found.a), party_of(found.b)} - set(FIVE_CITIES)
    return _show(
        "contact",
        with_chongqing=bool(outside),
        chosen=(found.a, found.b),
        contact=found,
        edits=studio_queries.edits_between(a, b),
    )


@blueprint.get("/groups/<int:group_id>")
@guard(*EVERYONE_AT_WORK)
def group(group_id: int) -> str:
    """A joint group of a roster: members, borders inside it."""
    found = _group_or_404(group_id)
    return _show(
        "group",
        view=MapView.ROSTER,
        roster=found.roster,
        chosen=tuple(member.code for member in found.members),
        number=found.number,
        group_row=found,
        lead_form=_lead_form(found),
    )


@blueprint.get("/scenarios/<scenario>/<int:number>")
@guard(*EVERYONE_AT_WORK)
def scenario_group(scenario: str, number: int) -> str:
    """A group of a computed scenario."""
    groups = queries.scenario_grouping(_scenario_named(scenario)).groups
    if not 1 <= number <= len(groups):
        abort(404)
    return _show(
        "group", view=MapView(scenario), chosen=groups[number - 1], number=number, group_row=None
    )


@blueprint.get("/scenarios/")
@guard(*EVERYONE_AT_WORK)
def scenarios() -> str:
    """Two to four scenarios side by side, built in and saved."""
    actor = current_actor()
    saved = studio_queries.list_saved(actor)
    keys = request.args.getlist("show") or [one.value for one in Scenario]
    columns = comparing.build_columns(keys, actor)
    if not columns:
        abort(404)
    codes = comparing.counties_of(columns)
    return render_template(
        "boundaries/scenarios.html",
        columns=columns,
        pictures={one.key: _picture(one) for one in columns},
        choices=[(one.value, say(one.label)) for one in Scenario]
        + [(f"saved:{one.id}", one.name) for one in saved],
        most=comparing.MOST,
        names=queries.county_names(),
        codes=codes,
        differing=comparing.differing(columns, codes),
        may_adopt=policy.may(actor, "adopt"),
    )


def _picture(column: comparing.Column) -> str:
    """A small map of a column's groups, drawn by us from numbers alone."""
    few = len(column.given.parties) <= studio_pages.MOST_DRAWN
    return maps.groups_svg(column.group_of, column.state.parties, _("编组示意图")) if few else ""


def _scenario_named(name: str) -> Scenario:
    return Scenario(name) if name in set(Scenario) else abort(404)


def _group_or_404(group_id: int) -> JointGroup:
    found = queries.find_visible_group(current_actor(), group_id)
    return found if found is not None else abort(404)


@blueprint.post("/groups/<int:group_id>/lead")
@guard(Role.COORDINATOR)
def name_lead(group_id: int) -> ResponseReturnValue:
    """Name the group's lead agency."""
    found = _group_or_404(group_id)
    form = _lead_form(found)
    if not form.validate_on_submit():
        abort(400)
    operations.name_lead(found, form.lead_code.data or "", actor=current_actor(), now=utc_now())
    flash(_("牵头单位已保存。"))
    return redirect(url_for("boundaries.group", group_id=group_id))


def _lead_form(found: JointGroup) -> LeadForm:
    names = queries.county_names()
    form = LeadForm(lead_code=found.lead_code)
    members = [(member.code, names.get(member.code, member.code)) for member in found.members]
    form.lead_code.choices = choices_of([("", _("未定")), *members])
    return form


@blueprint.route("/map-number", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def map_number() -> ResponseReturnValue:
    """Fill in the 审图号."""
    if not policy.may(current_actor(), "number"):
        abort(403)
    vintage = queries.get_vintage()
    form = MapNumberForm(number=vintage.map_approval_number)
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
    page = render_template("boundaries/map_number.html", form=form, vintage=vintage)
    return page, 422 if form.errors else 200
