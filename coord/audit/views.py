"""What the auditor sees: the trail, whether it is whole, and a copy of it."""

import csv
import io
import json

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from coord.audit.forms import TrailForm
from coord.audit.models import AuditEntry
from coord.audit.operations import note_export, verify
from coord.audit.queries import list_entries, list_verbs
from coord.audit.verbs import kind_label, verb_label
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from coord.kernel.text import N_
from coord.web.guards import guard
from coord.web.identity import current_actor
from coord.web.paging import page_number
from coord.web.words import instant_text, say

blueprint = Blueprint("audit", __name__, url_prefix="/audit", template_folder="templates")

PER_PAGE = 50
#: A trail broken in more places than this is told by their number.
BREAKS_SHOWN = 50

COLUMNS = ("seq", "at (Asia/Shanghai)", "actor", "organisation", "verb", "object", "data", "hash")
#: What a spreadsheet may take for a formula's beginning, the full-width forms as well.
FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@blueprint.get("/")
@guard(Role.AUDITOR)
def index() -> ResponseReturnValue:
    """The trail, newest first."""
    form = _search_form()
    good, page = form.validate(), page_number()
    entries: list[AuditEntry] = []
    total = 0
    if good:
        entries, total = list_entries(
            current_actor(), form.as_wanted(), page=page, per_page=PER_PAGE
        )
    asked = {name: value for name, value in request.args.items() if name in form and value}
    body = render_template(
        "audit/index.html",
        form=form,
        entries=entries,
        total=total,
        page=page,
        per_page=PER_PAGE,
        asked=asked,
        verb_label=verb_label,
        kind_label=kind_label,
    )
    return body, 200 if good else 422


def _search_form() -> TrailForm:
    form = TrailForm(request.args)
    verbs = [SelectChoice(verb, say(verb_label(verb))) for verb in list_verbs(current_actor())]
    form.verb.choices = [SelectChoice("", say(N_("全部事项"))), *verbs]
    return form


@blueprint.get("/verify")
@guard(Role.AUDITOR)
def check() -> str:
    """Walk the whole chain now."""
    count, breaks = verify()
    return render_template(
        "audit/verify.html", count=count, found=len(breaks), breaks=breaks[:BREAKS_SHOWN]
    )


@blueprint.get("/trail.csv")
@guard(Role.AUDITOR)
def export() -> Response:
    """What was searched for, as a spreadsheet; cells that could be formulas are quoted as text.

    Taking a copy is itself a line of the trail, after those that the copy holds.
    """
    form = _search_form()
    if not form.validate():
        abort(400)
    actor = current_actor()
    entries, total = list_entries(actor, form.as_wanted(), per_page=None)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    writer.writerows([_as_text(cell) for cell in _cells(entry)] for entry in entries)
    note_export(actor, total, now=utc_now())
    response = Response("\ufeff" + sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=trail.csv"
    return response


def _cells(entry: AuditEntry) -> list[str]:
    return [
        str(entry.seq),
        instant_text(entry.at),
        entry.actor_name,
        entry.organisation,
        entry.verb,
        f"{entry.object_kind} {entry.object_id}".strip(),
        json.dumps(entry.data, ensure_ascii=False, sort_keys=True) if entry.data else "",
        entry.hash,
    ]


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell
