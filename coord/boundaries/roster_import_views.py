"""The official list at hand: typed or imported, corrected row by row, then adopted."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.boundaries import policy, queries, roster_operations, roster_queries
from coord.boundaries.enums import RosterOrigin
from coord.boundaries.models import Roster
from coord.boundaries.roster_forms import DraftForm, GridForm, ImportForm
from coord.boundaries.roster_operations import RosterFacts
from coord.boundaries.roster_queries import TEMPLATE, Draft
from coord.boundaries.roster_rows import Fate, RawRow
from coord.boundaries.roster_views import worded_remark
from coord.boundaries.table_writing import XLSX, write_csv, write_xlsx
from coord.boundaries.tables import read_table
from coord.kernel.actor import Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.web.forms import attempt
from coord.web.guards import guard
from coord.web.identity import current_actor

blueprint = Blueprint("boundaries_lists", __name__, url_prefix="/boundaries/rosters")

#: Rows and cells of the empty grid; more rows on request.
GRID_ROWS, GRID_CELLS = 8, 6
MORE_ROWS = 5


def _must_adopt() -> None:
    if not policy.may(current_actor(), "adopt"):
        abort(403)


@blueprint.route("/type", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def grid() -> ResponseReturnValue:
    """Groups as rows, a county in each cell."""
    _must_adopt()
    form = GridForm()
    if form.validate_on_submit():
        if "rows" not in request.form:
            return _draft_page(_draft_form(RosterOrigin.TYPED), form.rows())
        rows = form.rows()
    else:
        rows = []
    most = max([GRID_ROWS, *(row.number for row in rows)])
    more = MORE_ROWS if "rows" in request.form else 0
    filled: dict[int, list[str]] = {}
    for row in rows:
        filled.setdefault(row.number, []).append(row.county)
    return render_template(
        "boundaries/roster_grid.html",
        form=form,
        filled=filled,
        rows=most + more,
        cells=max([GRID_CELLS, *(len(texts) for texts in filled.values())]),
        counties=queries.list_counties(),
    )


@blueprint.route("/import", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def upload() -> ResponseReturnValue:
    """A table is read and shown row by row; nothing is kept yet."""
    _must_adopt()
    form = ImportForm()
    if form.validate_on_submit():
        rows = attempt(form, lambda: _read(form))
        if rows:
            return _draft_page(_draft_form(RosterOrigin.IMPORTED), rows)
    page = render_template("boundaries/roster_import.html", form=form, columns=TEMPLATE)
    return page, 422 if form.errors else 200


def _read(form: ImportForm) -> list[RawRow]:
    table = read_table(form.file.data.stream.read(), form.file.data.filename or "")
    rows = roster_queries.rows_of_table(table)
    roster_queries.check_draft(rows)
    return rows


def _draft_form(origin: RosterOrigin) -> DraftForm:
    today = shanghai_date(utc_now())
    name = _("五市日常联动执法组(正式名单,%(year)s)", year=today.year)
    return DraftForm(
        formdata=None, data={"name": name, "effective_from": today, "origin": origin.value}
    )


@blueprint.post("/draft")
@guard(Role.COORDINATOR)
def draft() -> ResponseReturnValue:
    """The rows as corrected: checked again, or adopted where all are good."""
    _must_adopt()
    form = DraftForm()
    if not form.validate_on_submit():
        return _draft_page(form, form.rows()), 422
    rows = form.rows()
    if form.act.data == "more":
        last = max((row.number for row in rows), default=0)
        blank = [RawRow(last + number, "", "") for number in range(1, MORE_ROWS + 1)]
        return _draft_page(form, [*rows, *blank])
    checked = roster_queries.check_draft(rows)
    if form.act.data == "adopt" and not checked.faults:
        adopted = attempt(form, lambda: _adopt(form, checked))
        if adopted:
            flash(_("已采纳。名单仍标为未核实,待登记正式文件。"))
            return redirect(url_for("boundaries_rosters.roster", roster_id=adopted.id))
    refused = bool(form.errors) or (form.act.data == "adopt" and checked.faults > 0)
    return _draft_page(form, rows), 422 if refused else 200


def _adopt(form: DraftForm, checked: Draft) -> Roster:
    facts = RosterFacts(
        origin=RosterOrigin(form.origin.data),
        name=form.name.data,
        effective_from=form.effective_from.data,
        remarks=[one.as_data() for one in checked.remarks],
    )
    return roster_operations.adopt_members(
        facts, checked.members, actor=current_actor(), now=utc_now()
    )


def _draft_page(form: DraftForm, rows: list[RawRow]) -> str:
    checked = roster_queries.check_draft(rows)
    names = queries.county_names()
    return render_template(
        "boundaries/roster_draft.html",
        form=form,
        draft=checked,
        fates=_by_place(checked),
        remarks=[(one.group, worded_remark(one.as_data(), names)) for one in checked.remarks],
        names=names,
        counties=queries.list_counties(),
    )


def _by_place(checked: Draft) -> list[Fate | None]:
    """The fate of each row, None for an empty one."""
    fates = iter(checked.fates)
    return [None if row.is_empty else next(fates) for row in checked.rows]


@blueprint.get("/template")
@guard(Role.COORDINATOR)
def template() -> Response:
    """An empty table with the columns and two example rows."""
    rows = [
        (1, TEMPLATE),
        (2, ("1", "彭州市", "510182", "是", "", "")),
        (3, ("1", "什邡市", "510682", "", "", "")),
    ]
    if request.args.get("format") == "csv":
        return _attachment(write_csv(rows), "text/csv; charset=utf-8", "roster-template.csv")
    body = write_xlsx(rows, sheet="名单", widths={1: 18, 4: 14, 5: 14})
    return _attachment(body, XLSX, "roster-template.xlsx")


def _attachment(body: bytes, media_type: str, name: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
