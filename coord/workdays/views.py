"""The year's days off, a calculator, and the entry of a new notice."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.kernel.actor import WORKING_ROLES, Role
from coord.kernel.clock import shanghai_date, start_of_day, utc_now
from coord.web.forms import attempt, refuse_unknown
from coord.web.guards import guard
from coord.web.identity import current_actor
from coord.workdays import operations, queries
from coord.workdays.deadlines import CountingUnit, Due, Limit, due
from coord.workdays.forms import NoticeForm, QuestionForm
from coord.workdays.holidays import HolidayTable
from coord.workdays.notices import shipped_notices, spans_of

blueprint = Blueprint("workdays", __name__, url_prefix="/workdays", template_folder="templates")

FIRST_YEAR = 2023


@blueprint.get("/")
@guard(*WORKING_ROLES, Role.SYSTEM_ADMIN)
def index() -> str:
    """Days off by year, and when something would be due."""
    table = queries.current_table()
    this_year = shanghai_date(utc_now()).year
    last = max(this_year + 1, *table.loaded)
    years = {year: spans_of(year, table) for year in range(last, FIRST_YEAR - 1, -1)}
    form, answer = _question(table)
    return render_template(
        "workdays/index.html",
        years=years,
        this_year=this_year,
        table=table,
        shipped=shipped_notices(),
        entered={notice.year: notice for notice in queries.list_years()},
        form=form,
        answer=answer,
    )


def _question(table: HolidayTable) -> tuple[QuestionForm, Due | None]:
    asked = "start" in request.args
    form = QuestionForm(request.args if asked else None)
    if not asked or not form.validate():
        return form, None
    limit = Limit(form.amount.data, CountingUnit(form.unit.data))
    return form, due(start_of_day(form.start.data), limit, table)


@blueprint.route("/notice", methods=["GET", "POST"])
@guard(Role.SYSTEM_ADMIN)
def notice() -> ResponseReturnValue:
    """Enter a year's notice."""
    form = NoticeForm()
    if form.validate_on_submit():
        saved = attempt(
            form,
            lambda: operations.enter_year_notice(
                form.year.data,
                document=form.document.data,
                days_off=operations.parse_days(form.days_off.data),
                makeup_days=operations.parse_days(form.makeup_days.data or ""),
                actor=current_actor(),
                now=utc_now(),
            ),
        )
        if saved:
            flash(_("放假通知已录入。"))
            return redirect(url_for("workdays.index"))
    return render_template("workdays/notice.html", form=form), 422 if form.errors else 200


@blueprint.post("/notice/<int:year>/withdraw")
@guard(Role.SYSTEM_ADMIN)
def withdraw(year: int) -> ResponseReturnValue:
    """Take an entered notice back."""
    refuse_unknown(set())
    operations.withdraw_year_notice(year, actor=current_actor(), now=utc_now())
    flash(_("已撤回。"))
    return redirect(url_for("workdays.index"))
