"""Agreements, renewal, signatures, and the obligation table with its records."""

from collections.abc import Callable
from datetime import date
from functools import partial

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.agreements import operations, queries
from coord.agreements.enums import AgreementState
from coord.agreements.forms import EmptyForm, RenewalForm, SignForm, list_fixed, revision_form
from coord.agreements.meter import MeterRow
from coord.agreements.models import Agreement
from coord.agreements.policy import is_partys_coordinator
from coord.agreements.workflow import WORKFLOW
from coord.boundaries.queries import party_distance
from coord.kernel.actor import Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.regions import CHENGDU, CHONGQING
from coord.web.forms import StrictForm, attempt
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor, settings

blueprint = Blueprint(
    "agreements",
    __name__,
    url_prefix="/agreements",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


def _today() -> date:
    return shanghai_date(utc_now())


def _agreement_or_404(agreement_id: int) -> Agreement:
    found = queries.find_agreement(current_actor(), agreement_id)
    if found is None:
        abort(404)
    return found


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> str:
    """All agreements, newest first."""
    return render_template(
        "agreements/index.html", agreements=queries.list_agreements(current_actor()), today=_today()
    )


@blueprint.get("/<int:agreement_id>")
@guard(*EVERYONE_AT_WORK)
def agreement(agreement_id: int) -> str:
    """One agreement: parties, clauses, obligations, what came before and after."""
    found = _agreement_or_404(agreement_id)
    actor = current_actor()
    before = queries.find_agreement(actor, found.supersedes_id) if found.supersedes_id else None
    parties = {row.party for row in found.parties}
    gap = party_distance(CHENGDU, CHONGQING) if parties == {CHENGDU, CHONGQING} else None
    return render_template(
        "agreements/agreement.html",
        agreement=found,
        today=_today(),
        gap=gap,
        parent=queries.find_agreement(actor, found.parent_id) if found.parent_id else None,
        before=before,
        changes=queries.list_changes(before, found) if before is not None else (),
        after=queries.find_successor(found, actor),
        plans=queries.list_plans_under(found, actor),
        may_act=is_partys_coordinator(actor, found),
        signed={row.party: row.signed for row in found.parties},
        verbs={arrow.verb for arrow in WORKFLOW.open_verbs(found, actor)},
    )


@blueprint.route("/<int:agreement_id>/renew", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def renew(agreement_id: int) -> ResponseReturnValue:
    """续签: draft a successor."""
    found = _agreement_or_404(agreement_id)
    if not is_partys_coordinator(current_actor(), found):
        abort(403)
    form = RenewalForm(title=_("%(title)s(续签草案)", title=found.short_name))
    if form.validate_on_submit():
        drafted = attempt(
            form,
            lambda: operations.draft_renewal(
                found,
                title=form.title.data,
                effective_from=form.effective_from.data,
                effective_to=form.effective_to.data,
                is_demo=not settings().is_production,
                actor=current_actor(),
                now=utc_now(),
            ),
        )
        if drafted:
            flash(_("已起草。各市签署后即可印发。"))
            return redirect(url_for("agreements.agreement", agreement_id=drafted.id))
    page = render_template("agreements/renew.html", form=form, agreement=found)
    return page, 422 if form.errors else 200


@blueprint.route("/<int:agreement_id>/edit", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def revise(agreement_id: int) -> ResponseReturnValue:
    """Change a draft's title, dates and numbers."""
    found = _agreement_or_404(agreement_id)
    here = url_for("agreements.agreement", agreement_id=agreement_id)
    form = revision_form(found)
    if form.validate_on_submit():
        saved = attempt(
            form,
            lambda: operations.revise_draft(
                found,
                title=form.title.data,
                effective_from=form.effective_from.data,
                effective_to=form.effective_to.data,
                numbers={row.key: form[f"n_{row.key}"].data for row in list_fixed(found)},
                actor=current_actor(),
                now=utc_now(),
            ),
        )
        if saved:
            flash(_("草案已保存;如有改动,须由各市重新签署。"))
            return redirect(here)
    if found.state is not AgreementState.DRAFT:
        flash(_("已印发的文件不能更改;请续签。"), "danger")
        return redirect(here)
    page = render_template(
        "agreements/revise.html", form=form, agreement=found, fixed=list_fixed(found)
    )
    return page, 422 if form.errors else 200


@blueprint.post("/<int:agreement_id>/sign")
@guard(Role.COORDINATOR)
def sign(agreement_id: int) -> ResponseReturnValue:
    """Sign for one's city."""
    form = SignForm()
    return _press(
        agreement_id, form, partial(operations.sign, seen=form.seen.data), _("已代表本市签署。")
    )


@blueprint.post("/<int:agreement_id>/publish")
@guard(Role.COORDINATOR)
def publish(agreement_id: int) -> ResponseReturnValue:
    """Put the draft in force."""
    return _press(agreement_id, EmptyForm(), operations.publish, _("已印发。"))


def _press(
    agreement_id: int, form: StrictForm, act: Callable[..., Agreement], sentence: str
) -> ResponseReturnValue:
    found = _agreement_or_404(agreement_id)
    if not form.validate_on_submit():
        abort(400)
    act(found, actor=current_actor(), now=utc_now())
    flash(sentence)
    return redirect(url_for("agreements.agreement", agreement_id=agreement_id))


@blueprint.post("/<int:agreement_id>/drop")
@guard(Role.COORDINATOR)
def drop(agreement_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    found = _agreement_or_404(agreement_id)
    if not EmptyForm().validate_on_submit():
        abort(400)
    operations.drop_draft(found, actor=current_actor(), now=utc_now())
    flash(_("草案已删除。"))
    return redirect(url_for("agreements.index"))


@blueprint.get("/<int:agreement_id>/obligations")
@guard(*EVERYONE_AT_WORK)
def obligations(agreement_id: int) -> str:
    """The obligation table of a year."""
    found = _agreement_or_404(agreement_id)
    year = _year_asked(found)
    rows = _meter(found, year)
    return render_template(
        "agreements/obligations.html",
        agreement=found,
        year=year,
        years=queries.list_years(found, _today()),
        rows=rows,
        lacks_groups=queries.owes_by_group(found) and not any(row.subject.group_id for row in rows),
        is_blank=any(row.overdue for row in rows) and all(row.is_blank for row in rows),
        today=_today(),
    )


@blueprint.get("/<int:agreement_id>/obligations/<key>")
@guard(*EVERYONE_AT_WORK)
def records(agreement_id: int, key: str) -> str:
    """The records behind a figure: those that count and those that do not, and why."""
    found = _agreement_or_404(agreement_id)
    subject = request.args.get("subject", "")
    year = _year_asked(found)
    for row in _meter(found, year):
        if (row.rule.key, row.subject.key) == (key, subject):
            place = next(rule.clause for rule in found.obligations if rule.key == key)
            return render_template(
                "agreements/records.html",
                agreement=found,
                year=year,
                row=row,
                clauses=[clause for clause in found.clauses if clause.place == place],
            )
    return abort(404)


def _year_asked(found: Agreement) -> int:
    years = queries.list_years(found, _today())
    default = min(max(_today().year, years[0]), years[-1])
    year = request.args.get("year", default, type=int)
    if year not in years:
        abort(404)
    return year


def _meter(found: Agreement, year: int) -> tuple[MeterRow, ...]:
    return queries.meter_of_year(
        found,
        year,
        actor=current_actor(),
        sources=current_app.extensions["coord.record_sources"],
        today=_today(),
    )
