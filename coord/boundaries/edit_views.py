"""The list of contacts that people added or struck out, and the forms to do so."""

import math

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.boundaries import policy, queries, studio_operations, studio_queries
from coord.boundaries.edit_forms import AddForm, StrikeForm, WithdrawForm
from coord.boundaries.models import BorderContact
from coord.boundaries.studio_models import ContactEdit
from coord.boundaries.studio_operations import EditAsked
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from coord.kernel.errors import Invalid
from coord.kernel.text import N_
from coord.web.forms import attempt
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor

blueprint = Blueprint("boundaries_edits", __name__, url_prefix="/boundaries/edits")


@blueprint.get("/")
@guard(*EVERYONE_AT_WORK)
def index() -> str:
    """Every edit: who, when, why; and the forms. `a` and `b` fill them in."""
    names = queries.county_names()
    wanted = {key: names.get(code, "") for key in "ab" for code in [request.args.get(key, "")]}
    return _page(
        AddForm(formdata=None, data=wanted),
        StrikeForm(formdata=None, data=wanted, prefix="strike-"),
    )


def _page(add: AddForm, strike: StrikeForm) -> str:
    return render_template(
        "boundaries/edits.html",
        edits=studio_queries.list_edits(),
        former=studio_queries.list_former_edits(),
        names=queries.county_names(),
        counties=queries.list_counties(),
        add=add,
        strike=strike,
        may_edit=policy.may(current_actor(), "contact"),
    )


@blueprint.post("/add")
@guard(Role.COORDINATOR)
def add() -> ResponseReturnValue:
    """Count two counties as adjacent."""
    form = AddForm()
    if form.validate_on_submit():
        made = attempt(form, lambda: _add(form))
        if made:
            flash(_("已增加。各方案按新的边界重新计算。"))
            return _to_contact(made)
    return _page(form, StrikeForm(formdata=None, prefix="strike-")), 422


def _add(form: AddForm) -> BorderContact:
    length_km: float = form.length_km.data
    if not math.isfinite(length_km):
        raise Invalid(N_("请填写边界长度,如 3.5。"))
    return studio_operations.add_contact(
        _asked(form), length_km * 1000, actor=current_actor(), now=utc_now()
    )


def _asked(form: StrikeForm) -> EditAsked:
    book = studio_queries.county_book()
    first, second = book.find(form.a.data), book.find(form.b.data)
    return EditAsked(first.code, second.code, form.reason.data)


def _to_contact(contact: BorderContact) -> ResponseReturnValue:
    return redirect(url_for("boundaries_edits.index", _anchor=f"{contact.a}-{contact.b}"))


@blueprint.post("/strike")
@guard(Role.COORDINATOR)
def strike() -> ResponseReturnValue:
    """Count a computed contact no longer."""
    form = StrikeForm(prefix="strike-")
    if form.validate_on_submit():
        struck = attempt(
            form,
            lambda: studio_operations.strike_contact(
                _asked(form), actor=current_actor(), now=utc_now()
            ),
        )
        if struck:
            flash(_("已剔除。各方案按新的边界重新计算。"))
            return _to_contact(struck)
    return _page(AddForm(formdata=None), form), 422


@blueprint.route("/<int:edit_id>/withdraw", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def withdraw(edit_id: int) -> ResponseReturnValue:
    """Take an edit back, with a reason."""
    edit = _edit_or_404(edit_id)
    form = WithdrawForm()
    if form.validate_on_submit():
        taken = attempt(
            form,
            lambda: studio_operations.withdraw_edit(
                edit, form.reason.data, actor=current_actor(), now=utc_now()
            ),
        )
        if taken:
            flash(_("已撤回。各方案按新的边界重新计算。"))
            return redirect(url_for("boundaries_edits.index"))
    page = render_template(
        "boundaries/edit_withdraw.html", form=form, edit=edit, names=queries.county_names()
    )
    return page, 422 if form.errors else 200


def _edit_or_404(edit_id: int) -> ContactEdit:
    if not policy.may(current_actor(), "contact"):
        abort(403)
    found = studio_queries.find_edit(edit_id)
    return found if found is not None else abort(404)
