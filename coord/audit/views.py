"""What the auditor sees: the trail, whether it is whole, and a copy of it."""

import csv
import io

from flask import Blueprint, Response, render_template, request

from coord.audit.operations import verify
from coord.audit.queries import list_entries, list_verbs
from coord.kernel.actor import Role
from coord.web.guards import guard
from coord.web.identity import current_actor
from coord.web.words import instant_text

blueprint = Blueprint("audit", __name__, url_prefix="/audit", template_folder="templates")

PER_PAGE = 50


@blueprint.get("/")
@guard(Role.AUDITOR)
def index() -> str:
    """The trail, newest first."""
    verb = request.args.get("verb", "")
    page = max(request.args.get("page", 1, type=int), 1)
    entries, total = list_entries(current_actor(), verb=verb, page=page, per_page=PER_PAGE)
    return render_template(
        "audit/index.html",
        entries=entries,
        total=total,
        page=page,
        per_page=PER_PAGE,
        verb=verb,
        verbs=list_verbs(current_actor()),
    )


@blueprint.get("/verify")
@guard(Role.AUDITOR)
def check() -> str:
    """Walk the whole chain now."""
    count, breaks = verify()
    return render_template("audit/verify.html", count=count, breaks=breaks)


@blueprint.get("/trail.csv")
@guard(Role.AUDITOR)
def export() -> Response:
    """The trail for a spreadsheet; cells that could be formulas are quoted as text."""
    entries, _total = list_entries(current_actor(), per_page=1_000_000)
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(
        ["seq", "at (Asia/Shanghai)", "actor", "organisation", "verb", "object", "hash"]
    )
    for entry in entries:
        row = [
            str(entry.seq),
            instant_text(entry.at),
            entry.actor_name,
            entry.organisation,
            entry.verb,
            f"{entry.object_kind} {entry.object_id}",
            entry.hash,
        ]
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" else cell for cell in row])
    response = Response("\ufeff" + sheet.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=trail.csv"
    return response
