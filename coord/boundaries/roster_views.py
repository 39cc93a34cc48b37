"""Rosters over time: adopted, confirmed, their groups' members and work plans."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.boundaries import (
    maps,
    operations,
    policy,
    queries,
    roster_operations,
    roster_queries,
    studio_queries,
)
from coord.boundaries.forms import ConfirmForm
from coord.boundaries.models import JointGroup, Roster
from coord.boundaries.roster_forms import AdoptForm, JoinForm, LeaveForm, PlanForm
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_models import SavedScenario
from coord.kernel.actor import Role
from coord.kernel.clock import shanghai_date, utc_now
from coord.kernel.regions import party_name
from coord.web.forms import attempt, choices_of
from coord.web.guards import EVERYONE_AT_WORK, guard
from coord.web.identity import current_actor, settings
from coord.web.words import say, translate

blueprint = Blueprint("boundaries_rosters", __name__, url_prefix="/boundaries")


def _today() -> date:
    return shanghai_date(utc_now())


def worded_remark(remark: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A remark with counties and cities by name."""
    params = dict(remark["params"])
    if "county" in params:
        params["county"] = names.get(params["county"], params["county"])
    if "party" in params:
        params["party"] = party_name(params["party"])
    if "counties" in params:
        params["counties"] = "、".join(names.get(code, code) for code in params["counties"])
    return say(remark["message"], **params)


@blueprint.get("/rosters/")
@guard(*EVERYONE_AT_WORK)
def index() -> str:
    """All rosters over time."""
    return render_template(
        "boundaries/rosters.html",
        rosters=queries.list_rosters(current_actor()),
        today=_today(),
        may_adopt=policy.may(current_actor(), "adopt"),
    )


@blueprint.route("/rosters/<int:roster_id>", methods=["GET", "POST"])
@guard(*EVERYONE_AT_WORK)
def roster(roster_id: int) -> ResponseReturnValue:
    """One roster; a coordinator records the official document here."""
    found = queries.find_visible_roster(current_actor(), roster_id)
    if found is None:
        abort(404)
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
            return redirect(url_for("boundaries_rosters.roster", roster_id=roster_id))
    names = queries.county_names()
    page = render_template(
        "boundaries/roster.html",
        roster=found,
        groups=queries.groups_of_roster(found),
        changes=_changes(found),
        plans=_newest_plans(found),
        names=names,
        form=form,
        may_confirm=policy.may(current_actor(), "confirm", found),
        scenario=Scenario(found.scenario) if found.scenario in set(Scenario) else None,
        remarks=[(one["group"], worded_remark(one, names)) for one in found.remarks],
        today=_today(),
    )
    return page, 422 if form.errors else 200


def _changes(found: Roster) -> list[tuple[JointGroup, Any]]:
    """(Group, membership) of every member that joined or left after the adoption."""
    return [
        (group, member)
        for group in found.groups
        for member in group.members
        if member.changed_at is not None
    ]


def _newest_plans(found: Roster) -> dict[int, Any]:
    plans = roster_queries.list_plans([group.id for group in found.groups])
    return {plan.group_id: plan for plan in reversed(plans)}


@blueprint.route("/adopt", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def adopt() -> ResponseReturnValue:
    """Adopt a scenario as the roster: first the form, then a page that names day and groups."""
    actor = current_actor()
    if not policy.may(actor, "adopt"):
        abort(403)
    form = AdoptForm(studio_queries.list_saved(actor), **_suggestions())
    asked = form.validate_on_submit()
    if asked and form.sure.data == "yes":
        adopted = attempt(form, lambda: _adopt(form))
        if adopted:
            flash(_("已采纳。名单仍标为未核实,待登记正式文件。"))
            return redirect(url_for("boundaries_rosters.roster", roster_id=adopted.id))
    chosen = form.scenario.data or Scenario.PLAN.value
    page = render_template(
        "boundaries/adopt.html",
        form=form,
        asking=asked and not form.errors,
        names=queries.county_names(),
        current=queries.find_roster(_today()),
        today=_today(),
        **_shown(chosen),
    )
    return page, 422 if form.errors else 200


def _shown(chosen: str) -> dict[str, Any]:
    """The chosen scenario's label, explanation, groups and those left out."""
    saved = _saved_of(chosen)
    if saved is not None:
        view = studio_queries.saved_view(saved)
        return {
            "label": saved.name,
            "explanation": saved.note,
            "grouping": view.grouping,
            "groups": view.groups,
        }
    scenario = Scenario(chosen) if chosen in set(Scenario) else Scenario.PLAN
    grouping, trouble = queries.find_grouping(scenario)
    return {
        "label": say(scenario.label),
        "explanation": translate(trouble) if trouble else say(scenario.explanation),
        "grouping": grouping,
        "groups": maps.scenario_lines(scenario, grouping) if grouping else (),
    }


def _saved_of(chosen: str) -> SavedScenario | None:
    kind, _colon, number = chosen.partition(":")
    if kind != "saved" or not (number.isascii() and number.isdigit()):
        return None
    return studio_queries.find_saved(current_actor(), int(number))


def _adopt(form: AdoptForm) -> Roster:
    saved = _saved_of(form.scenario.data)
    name, day = form.name.data, form.effective_from.data
    if saved is not None:
        return roster_operations.adopt_saved(
            saved, name=name, effective_from=day, actor=current_actor(), now=utc_now()
        )
    return operations.adopt_scenario(
        Scenario(form.scenario.data),
        name=name,
        effective_from=day,
        actor=current_actor(),
        now=utc_now(),
    )


def _suggestions() -> dict[str, Any]:
    if request.method == "POST":
        return {}
    chosen = request.args.get("scenario", Scenario.PLAN.value)
    saved = _saved_of(chosen)
    if saved is None and chosen not in set(Scenario):
        abort(404)
    words = {
        "scenario": saved.name if saved is not None else say(Scenario(chosen).label),
        "year": _today().year,
    }
    return {
        "scenario": chosen,
        "name": _("五市日常联动执法组(%(scenario)s,%(year)s)", **words)[:100],
        "effective_from": _today(),
    }


def _group_or_404(group_id: int) -> JointGroup:
    found = queries.find_visible_group(current_actor(), group_id)
    return found if found is not None else abort(404)


@blueprint.get("/groups/<int:group_id>/details")
@guard(*EVERYONE_AT_WORK)
def details(group_id: int) -> str:
    """A group's members over time and its work plans, with the forms to change them."""
    found = _group_or_404(group_id)
    return _details(
        found, JoinForm(formdata=None), _leave_form(found, formdata=None), PlanForm(formdata=None)
    )


def _details(found: JointGroup, join: JoinForm, leave: LeaveForm, plan: PlanForm) -> str:
    return render_template(
        "boundaries/group_details.html",
        group=found,
        members=roster_queries.list_memberships(found.id),
        plans=roster_queries.list_plans([found.id]),
        names=queries.county_names(),
        counties=queries.list_counties(),
        join=join,
        leave=leave,
        plan=plan,
        may_change=policy.may(current_actor(), "member"),
        may_plan=policy.may_plan(current_actor(), found),
        today=_today(),
    )


def _leave_form(found: JointGroup, **given: Any) -> LeaveForm:
    form = LeaveForm(prefix="leave-", **given)
    names = queries.county_names()
    form.member.choices = choices_of(
        [
            (one.id, f"{names.get(one.code, one.code)} ({one.from_on})")
            for one in found.members
            if one.to_on is None or one.to_on == found.roster.effective_to
        ]
    )
    return form


@blueprint.post("/groups/<int:group_id>/join")
@guard(Role.COORDINATOR)
def join(group_id: int) -> ResponseReturnValue:
    """A county joins the group from a day on."""
    found = _group_or_404(group_id)
    form = JoinForm()
    if form.validate_on_submit():
        joined = attempt(form, lambda: _join(found, form))
        if joined:
            flash(_("已登记加入,有关区县已收到通知。"))
            return redirect(url_for("boundaries_rosters.details", group_id=group_id))
    return _details(found, form, _leave_form(found, formdata=None), PlanForm(formdata=None)), 422


def _join(found: JointGroup, form: JoinForm) -> object:
    county = studio_queries.county_book().find(form.county.data)
    return roster_operations.add_member(
        found,
        county.code,
        from_on=form.from_on.data,
        reason=form.reason.data,
        actor=current_actor(),
        now=utc_now(),
    )


@blueprint.post("/groups/<int:group_id>/leave")
@guard(Role.COORDINATOR)
def leave(group_id: int) -> ResponseReturnValue:
    """A county leaves the group after a day."""
    found = _group_or_404(group_id)
    form = _leave_form(found)
    if form.validate_on_submit():
        member = next(one for one in found.members if one.id == form.member.data)
        left = attempt(
            form,
            lambda: roster_operations.end_member(
                member,
                last_on=form.last_on.data,
                reason=form.reason.data,
                actor=current_actor(),
                now=utc_now(),
            ),
        )
        if left:
            flash(_("已登记退出,有关区县已收到通知。"))
            return redirect(url_for("boundaries_rosters.details", group_id=group_id))
    return _details(found, JoinForm(formdata=None), form, PlanForm(formdata=None)), 422


@blueprint.post("/groups/<int:group_id>/plans")
@guard(Role.COORDINATOR, Role.OFFICER)
def upload_plan(group_id: int) -> ResponseReturnValue:
    """Keep a further version of the group's work plan."""
    found = _group_or_404(group_id)
    form = PlanForm()
    if form.validate_on_submit():
        kept = attempt(form, lambda: _keep_plan(found, form))
        if kept:
            flash(_("工作方案已保存。"))
            return redirect(url_for("boundaries_rosters.details", group_id=group_id))
    return _details(found, JoinForm(formdata=None), _leave_form(found, formdata=None), form), 422


def _keep_plan(found: JointGroup, form: PlanForm) -> object:
    return roster_operations.add_plan(
        found,
        form.file.data.stream,
        form.file.data.filename,
        folder=settings().plans_folder,
        actor=current_actor(),
        now=utc_now(),
    )


@blueprint.get("/groups/<int:group_id>/plans/<int:number>")
@guard(*EVERYONE_AT_WORK)
def plan(group_id: int, number: int) -> ResponseReturnValue:
    """A version of the work plan, as an attachment."""
    _group_or_404(group_id)
    found = roster_queries.find_plan(group_id, number)
    if found is None:
        abort(404)
    return send_file(
        settings().plans_folder / found.stored_name,
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.original_name,
    )
