"""Functional zones: the list, one zone, its ground drawn or uploaded, carving."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.boundaries import policy, queries, zone_operations, zone_queries
from coord.boundaries.datum import Datum
from coord.boundaries.drawing import Shape, draw
from coord.boundaries.studio_models import FunctionalZone
from coord.boundaries.zone_files import Candidate, read_candidates
from coord.boundaries.zone_forms import (
    CarveForm,
    DrawForm,
    EndForm,
    UploadForm,
    VerifyForm,
    ZoneForm,
)
from coord.boundaries.zone_operations import ZoneFacts
from coord.boundaries.zone_shapes import as_text, read_polygon
from coord.kernel.actor import Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.web.forms import attempt, refuse_unknown
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor

blueprint = Blueprint("boundaries_zones", __name__, url_prefix="/boundaries/zones")


def _today() -> date:
    return shanghai_date(utc_now())


def _zone_or_404(zone_id: int) -> FunctionalZone:
    found = zone_queries.find_visible_zone(current_actor(), zone_id)
    return found if found is not None else abort(404)


def _own_zone(zone_id: int) -> FunctionalZone:
    found = _zone_or_404(zone_id)
    return found if policy.may_zone(current_actor(), found) else abort(403)


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> str:
    """Every zone, and which may be carved."""
    return _list(None)


def _list(form: CarveForm | None) -> str:
    actor = current_actor()
    lines = zone_queries.list_zones(actor)
    return render_template(
        "boundaries/zones.html",
        lines=lines,
        names=queries.county_names(),
        may_add=policy.may_zone(actor),
        may_carve=policy.may_carve(actor),
        form=form or _carve_form(),
        vintage=queries.find_vintage(),
    )


def _carve_form() -> CarveForm:
    lines = zone_queries.list_zones(current_actor())
    return CarveForm([one.zone for one in lines if one.has_polygon and one.zone.to_on is None])


@blueprint.post("/carve")
@guard(Role.COORDINATOR)
def carve() -> ResponseReturnValue:
    """Keep a vintage with the chosen zones as units; lead on to where it is compared."""
    form = _carve_form()
    if form.validate_on_submit():
        chosen = zone_queries.carvable(current_actor(), form.zones.data or [])
        made = attempt(
            form,
            lambda: zone_operations.carve_zones(chosen, actor=current_actor(), now=utc_now()),
        )
        if made:
            flash(
                _(
                    "已另存为边界版本“%(name)s”,尚未启用。请先比较,再决定是否启用。",
                    name=made.vintage.name,
                )
            )
            return redirect(url_for("boundaries_zones.carved", vintage_id=made.vintage.id))
    return _list(form), 422


@blueprint.get("/carved/<int:vintage_id>")
@guard(*EVERYONE_AT_WORK)
def carved(vintage_id: int) -> str:
    """What a carving took from whom, what was cut off, which counties vanished."""
    vintage = zone_queries.find_carved(vintage_id)
    if vintage is None:
        abort(404)
    return render_template(
        "boundaries/carved.html",
        vintage=vintage,
        base=zone_queries.find_base(vintage),
        report=vintage.report["carving"],
        zones={line.zone.key: line.zone for line in zone_queries.list_zones(current_actor())},
        names=zone_queries.names_in(vintage),
    )


@blueprint.get("/map.json")
@guard(*EVERYONE_AT_WORK)
def outlines() -> Response:
    """The outlines of the zones, for the map."""
    features = zone_queries.zone_features(current_actor(), _today())
    for feature in features:
        number = feature["properties"].pop("id")
        feature["properties"]["url"] = url_for("boundaries_zones.zone", zone_id=number)
    return jsonify({"type": "FeatureCollection", "features": features})


@blueprint.route("/new", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """A zone of one's own city."""
    actor = current_actor()
    if not policy.may_zone(actor):
        abort(403)
    form = ZoneForm(queries.list_counties([actor.party]))
    if form.validate_on_submit():
        made = attempt(
            form, lambda: zone_operations.add_zone(_facts(form), actor=actor, now=utc_now())
        )
        if made:
            flash(_("已登记,标识为%(key)s。可继续绘制或上传图形。", key=made.key))
            return redirect(url_for("boundaries_zones.zone", zone_id=made.id))
    page = render_template("boundaries/zone_form.html", form=form, zone=None)
    return page, 422 if form.errors else 200


def _facts(form: ZoneForm) -> ZoneFacts:
    return ZoneFacts(
        name=form.name.data,
        parent_codes=tuple(form.parent_codes.data or ()),
        source=form.source.data or "",
        from_on=form.from_on.data,
    )


@blueprint.get("/<int:zone_id>")
@guard(*EVERYONE_AT_WORK)
def zone(zone_id: int) -> str:
    """One zone with its ground and what may be done."""
    return _show(_zone_or_404(zone_id), VerifyForm(formdata=None), EndForm(formdata=None))


def _show(found: FunctionalZone, verify: VerifyForm, end: EndForm) -> str:
    names = queries.county_names()
    return render_template(
        "boundaries/zone.html",
        zone=found,
        names=names,
        picture=_picture(found),
        may_change=policy.may_zone(current_actor(), found) and found.to_on is None,
        verify=verify,
        end=end,
        is_unit=found.key in names,
    )


def _picture(found: FunctionalZone) -> dict[str, Any] | None:
    """The parents drawn, with the zone's outline over them."""
    known = zone_queries.units_by_code() if queries.find_vintage() is not None else {}
    parents = [known[code] for code in found.parent_codes if code in known]
    if not parents:
        return None
    outline = [] if found.polygon is None else [Shape(found.key, found.polygon)]
    drawn = draw(
        [Shape(unit.code, unit.geometry.__geo_interface__) for unit in parents], outline, []
    )
    return {"drawing": drawn, "named": {unit.code: unit.name for unit in parents}}


@blueprint.route("/<int:zone_id>/edit", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def edit(zone_id: int) -> ResponseReturnValue:
    """Change name, parents, source, date."""
    found = _own_zone(zone_id)
    form = ZoneForm(queries.list_counties([found.party]), obj=found)
    if form.validate_on_submit():
        facts = _facts(form)
        saved = attempt(
            form,
            lambda: zone_operations.edit_zone(found, facts, actor=current_actor(), now=utc_now()),
        )
        if saved:
            flash(_("已保存。"))
            return redirect(url_for("boundaries_zones.zone", zone_id=zone_id))
    page = render_template("boundaries/zone_form.html", form=form, zone=found)
    return page, 422 if form.errors else 200


@blueprint.route("/<int:zone_id>/ground", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def ground(zone_id: int) -> ResponseReturnValue:
    """Draw the ground on the map, or type its corners."""
    found = _own_zone(zone_id)
    form = DrawForm(vertices=as_text(found.polygon) if found.polygon is not None else "")
    if form.validate_on_submit():
        saved = attempt(form, lambda: _draw(found, form))
        if saved:
            flash(_("图形已保存,面积约%(km2)s平方公里。", km2=f"{(saved.area_m2 or 0) / 1e6:.2f}"))
            return redirect(url_for("boundaries_zones.zone", zone_id=zone_id))
    page = _draw_page(found, form, UploadForm(formdata=None), [])
    return page, 422 if form.errors else 200


def _draw(found: FunctionalZone, form: DrawForm) -> FunctionalZone:
    return zone_operations.draw_zone(
        found,
        read_polygon(form.vertices.data, Datum(form.datum.data)),
        cut_outside=form.cut_outside.data,
        snap_m=form.snap_m.data,
        actor=current_actor(),
        now=utc_now(),
    )


def _draw_page(
    found: FunctionalZone, form: DrawForm, upload: UploadForm, candidates: list[Candidate]
) -> str:
    return render_template(
        "boundaries/zone_ground.html",
        zone=found,
        form=form,
        upload=upload,
        candidates=candidates,
        names=queries.county_names(),
        vintage=queries.get_vintage(),
    )


@blueprint.post("/<int:zone_id>/file")
@guard(Role.COORDINATOR)
def file(zone_id: int) -> ResponseReturnValue:
    """Read a file's polygons into the drawing page; nothing is saved before it is seen there."""
    found = _own_zone(zone_id)
    upload = UploadForm()
    read: list[Candidate] | None = None
    if upload.validate_on_submit():
        read = attempt(upload, lambda: _read(upload))
    if read is None:
        return _draw_page(found, DrawForm(formdata=None), upload, []), 422
    only = read[0].geojson if len(read) == 1 else ""
    form = DrawForm(formdata=None, data={"vertices": only})
    return _draw_page(found, form, upload, read if len(read) > 1 else [])


def _read(upload: UploadForm) -> list[Candidate]:
    brought = upload.file.data
    datum = Datum(upload.datum.data) if upload.datum.data else None
    with tempfile.TemporaryDirectory(prefix="coord-zone-") as folder:
        path = Path(folder) / "zone"
        brought.save(path)
        return read_candidates(path, Path(brought.filename or "file").name, datum)


@blueprint.post("/<int:zone_id>/erase")
@guard(Role.COORDINATOR)
def erase(zone_id: int) -> ResponseReturnValue:
    """Take the ground back."""
    found = _own_zone(zone_id)
    refuse_unknown(set())
    zone_operations.erase_zone(found, actor=current_actor(), now=utc_now())
    flash(_("图形已删除。"))
    return redirect(url_for("boundaries_zones.zone", zone_id=zone_id))


@blueprint.post("/<int:zone_id>/verify")
@guard(Role.COORDINATOR)
def verify(zone_id: int) -> ResponseReturnValue:
    """Record the official document."""
    found = _own_zone(zone_id)
    form = VerifyForm()
    if form.validate_on_submit():
        saved = attempt(
            form,
            lambda: zone_operations.verify_zone(
                found, document=form.document.data, actor=current_actor(), now=utc_now()
            ),
        )
        if saved:
            flash(_("已登记正式文件,标为已核实。"))
            return redirect(url_for("boundaries_zones.zone", zone_id=zone_id))
    return _show(found, form, EndForm(formdata=None)), 422


@blueprint.post("/<int:zone_id>/end")
@guard(Role.COORDINATOR)
def end(zone_id: int) -> ResponseReturnValue:
    """The zone exists no longer after a day."""
    found = _own_zone(zone_id)
    form = EndForm()
    if form.validate_on_submit():
        saved = attempt(
            form,
            lambda: zone_operations.end_zone(
                found, last_day=form.last_day.data, actor=current_actor(), now=utc_now()
            ),
        )
        if saved:
            flash(_("已登记撤销日期。"))
            return redirect(url_for("boundaries_zones.zone", zone_id=zone_id))
    return _show(found, VerifyForm(formdata=None), form), 422
