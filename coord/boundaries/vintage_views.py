"""Boundary vintages: the list, one, two side by side; a file on its way in; putting in use."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.boundaries import policy, vintage_operations, vintage_queries
from coord.boundaries.comparison import CODE_LABELS, LENGTH_LABELS
from coord.boundaries.difference_rows import SHEET, WIDTHS, difference_rows
from coord.boundaries.findings import SEVERITY_LABELS
from coord.boundaries.models import BoundaryVintage
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_models import BoundaryImport
from coord.boundaries.table_writing import XLSX, write_csv, write_xlsx
from coord.boundaries.vintage_forms import ActivateForm, BringForm, ColumnsForm, KeepForm
from coord.boundaries.work_views import send_off
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from coord.kernel.errors import CoordError
from coord.kernel.files import stage_file
from coord.kernel.text import unpacked
from coord.web.forms import StrictForm, attempt
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor, settings
from coord.web.words import say

blueprint = Blueprint("boundaries_vintages", __name__, url_prefix="/boundaries")


@blueprint.context_processor
def _labels() -> dict[str, object]:
    """What stored values are called, as msgids."""
    return {
        "severity_labels": SEVERITY_LABELS,
        "length_labels": LENGTH_LABELS,
        "code_labels": CODE_LABELS,
        "unpacked": unpacked,
        "scenario_labels": {one.value: one.label for one in Scenario},
    }


@blueprint.get("/vintages/")
@guard(*EVERYONE_AT_WORK)
def vintages() -> str:
    """Every vintage, and the files on their way in of one's own city."""
    return render_template(
        "boundaries/vintages.html",
        lines=vintage_queries.list_vintages(),
        imports=vintage_queries.list_open_imports(current_actor()),
        may=_may,
    )


@blueprint.get("/vintages/<int:vintage_id>")
@guard(*EVERYONE_AT_WORK)
def vintage(vintage_id: int) -> str:
    """One vintage: what it is, what was found on loading it."""
    found = _vintage_or_404(vintage_id)
    return render_template(
        "boundaries/vintage.html",
        vintage=found,
        report=found.report or {},
        names=vintage_queries.names_of(found),
        current=vintage_queries.find_current(),
        may=_may,
    )


@blueprint.get("/vintages/compare")
@guard(*EVERYONE_AT_WORK)
def compare() -> str:
    """Any two vintages side by side; by default the newest other one beside the one in use."""
    every = [line.vintage for line in vintage_queries.list_vintages()]
    if not every:
        abort(404)
    before = _asked_vintage("a", every[0])
    after = _asked_vintage("b", every[-1] if len(every) < 2 else every[1])
    different = before.id != after.id
    return render_template(
        "boundaries/vintage_compare.html",
        every=every,
        before=before,
        after=after,
        changes=vintage_queries.compare_vintages(before, after).as_data() if different else None,
        names={**vintage_queries.names_of(before), **vintage_queries.names_of(after)},
        may=_may,
    )


@blueprint.get("/vintages/differences")
@guard(*EVERYONE_AT_WORK)
def differences() -> Response:
    """The same changes, all of them, as a table: `kind` is csv or xlsx, `a` and `b` as above."""
    before, after = _asked_vintage("a", None), _asked_vintage("b", None)
    rows = difference_rows(
        vintage_queries.compare_vintages(before, after),
        {**vintage_queries.names_of(before), **vintage_queries.names_of(after)},
        say,
    )
    if request.args.get("kind") == "csv":
        body, media_type, ending = write_csv(rows), "text/csv; charset=utf-8", "csv"
    else:
        body, media_type, ending = write_xlsx(rows, sheet=say(SHEET), widths=WIDTHS), XLSX, "xlsx"
    response = Response(body, content_type=media_type)
    name = f"boundaries-{before.id}-{after.id}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked_vintage(key: str, default: BoundaryVintage | None) -> BoundaryVintage:
    asked = request.args.get(key, "")
    if not asked:
        return default if default is not None else abort(404)
    # No database's integer column holds more digits.
    good = asked.isascii() and asked.isdigit() and len(asked) < 10
    return _vintage_or_404(int(asked)) if good else abort(404)


@blueprint.route("/vintages/import", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def bring() -> ResponseReturnValue:
    """Step 1: upload a file and say what it is."""
    if not policy.may(current_actor(), "import"):
        abort(403)
    form = BringForm()
    if form.validate_on_submit():
        brought = attempt(form, lambda: _bring(form))
        if brought:
            work = vintage_queries.work_of(brought)
            return send_off(work) if work is not None else abort(500)
    page = render_template(
        "boundaries/vintage_bring.html", form=form, limit=settings().max_upload_bytes
    )
    return page, 422 if form.errors else 200


def _bring(form: BringForm) -> BoundaryImport:
    folder = settings().imports_folder
    uploaded = form.file.data
    stored = stage_file(folder, uploaded.stream, uploaded.filename or "")
    try:
        return vintage_operations.bring_file(
            stored, form.described(), folder=folder, actor=current_actor(), now=utc_now()
        )
    except CoordError:
        (folder / stored.stored_name).unlink()
        raise


@blueprint.route("/imports/<int:import_id>", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def brought_file(import_id: int) -> ResponseReturnValue:
    """Step 2: choose columns and datum; or what came of the first look."""
    brought = _import_or_404(import_id)
    work = vintage_queries.work_of(brought)
    if brought.vintage_id is not None:
        return redirect(url_for("boundaries_vintages.vintage", vintage_id=brought.vintage_id))
    if request.method == "GET" and work is not None and not work.state.is_over:
        return redirect(url_for("boundaries_works.work", work_id=work.id))
    form = ColumnsForm(**_suggested(brought))
    form.offer(brought.layouts)
    if form.validate_on_submit():
        asked = attempt(
            form,
            lambda: vintage_operations.choose_columns(
                brought, form.choice(), actor=current_actor(), now=utc_now()
            ),
        )
        if asked:
            return send_off(asked)
    page = render_template("boundaries/vintage_columns.html", brought=brought, work=work, form=form)
    return page, 422 if form.errors else 200


def _suggested(brought: BoundaryImport) -> dict[str, Any]:
    """What was chosen before, or what the columns look like."""
    if request.method == "POST" or not brought.layouts:
        return {}
    if brought.choice:
        return dict(brought.choice)
    first = brought.layouts[0]
    return {
        "layer": first["layer"],
        "code_field": first["code_field"],
        "name_field": first["name_field"],
        "dissolve": first["has_duplicates"],
    }


@blueprint.route("/imports/<int:import_id>/preview", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def preview(import_id: int) -> ResponseReturnValue:
    """Step 3: the report, what would change; then keep the file."""
    brought = _import_or_404(import_id)
    report = vintage_queries.report_of(brought)
    if report is None or brought.over_at is not None:
        return redirect(url_for("boundaries_vintages.brought_file", import_id=import_id))
    form = KeepForm()
    if form.validate_on_submit():
        asked = attempt(
            form,
            lambda: vintage_operations.keep_import(
                brought,
                acknowledged=bool(form.acknowledged.data),
                actor=current_actor(),
                now=utc_now(),
            ),
        )
        if asked:
            return send_off(asked)
    page = render_template(
        "boundaries/vintage_preview.html",
        brought=brought,
        report=report,
        form=form,
        current=vintage_queries.find_current(),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/imports/<int:import_id>/drop")
@guard(Role.COORDINATOR)
def drop(import_id: int) -> ResponseReturnValue:
    """Put the file aside; it is deleted."""
    brought = _import_or_404(import_id)
    if not StrictForm().validate_on_submit():
        abort(400)
    vintage_operations.drop_import(brought, actor=current_actor(), now=utc_now())
    flash(_("已放弃这次导入,文件已删除,现行版本没有变化。"))
    return redirect(url_for("boundaries_vintages.vintages"))


@blueprint.route("/vintages/<int:vintage_id>/activate", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def activate(vintage_id: int) -> ResponseReturnValue:
    """Put a vintage in use, after a page that names what that takes away."""
    found = _vintage_or_404(vintage_id)
    if not policy.may(current_actor(), "activate"):
        abort(403)
    current = vintage_queries.find_current()
    form = ActivateForm(instead_of=str(current.id) if current is not None else "")
    if form.validate_on_submit():
        done = attempt(form, lambda: _activate(found, form))
        if done:
            flash(_("已启用“%(name)s”。如需恢复,可在列表中重新启用原来的版本。", name=found.name))
            return redirect(url_for("boundaries_vintages.vintages"))
    page = render_template(
        "boundaries/vintage_activate.html",
        vintage=found,
        current=current,
        form=form,
        consequences=vintage_queries.consequences_of(found),
        names=vintage_queries.names_of(current) if current is not None else {},
    )
    return page, 422 if form.errors else 200


def _activate(found: BoundaryVintage, form: ActivateForm) -> vintage_queries.Consequences:
    asked = form.instead_of.data or ""
    return vintage_operations.activate_vintage(
        found,
        instead_of=int(asked) if asked.isascii() and asked.isdigit() else 0,
        confirmed=bool(form.confirmed.data),
        actor=current_actor(),
        now=utc_now(),
    )


def _may(verb: str) -> bool:
    return policy.may(current_actor(), verb)


def _vintage_or_404(vintage_id: int) -> BoundaryVintage:
    found = vintage_queries.find_vintage_by_id(vintage_id)
    return found if found is not None else abort(404)


def _import_or_404(import_id: int) -> BoundaryImport:
    found = vintage_queries.find_visible_import(current_actor(), import_id)
    return found if found is not None else abort(404)
