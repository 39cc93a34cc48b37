"""The calendar in three views, campaigns, and the planning of actions."""

from calendar import monthrange
from datetime import date, time, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.agreements.enums import RecordKind
from coord.agreements.queries import find_agreement, list_in_force
from coord.boundaries.queries import GroupView, groups_on
from coord.kernel.actor import Role
from coord.kernel.clock import SHANGHAI, at_shanghai, shanghai_date, utc_now
from coord.schedule import operations, queries
from coord.schedule.enums import ActionState, Focus, InspectionType
from coord.schedule.forms import ActionForm, CampaignForm, CancelForm, EmptyForm, group_plan_form
from coord.schedule.models import Campaign, JointAction
from coord.schedule.operations import ActionPlan
from coord.schedule.policy import may_plan
from coord.schedule.warnings import Plan, Warning
from coord.web.forms import attempt
from coord.web.guards import guard
from coord.web.identity import current_actor

blueprint = Blueprint(
    "schedule",
    __name__,
    url_prefix="/schedule",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

READERS = (Role.COORDINATOR, Role.OFFICER, Role.OBSERVER)
VIEWS = ("month", "agenda", "list")


def _today() -> date:
    return shanghai_date(utc_now())


@blueprint.get("/")
@guard(*READERS)
def index() -> str:
    """Month, agenda or list of what concerns me."""
    view = request.args.get("view", "month")
    year = request.args.get("year", _today().year, type=int)
    month = request.args.get("month", _today().month, type=int)
    if view not in VIEWS or not (2000 <= year <= 2100 and 1 <= month <= 12):
        abort(404)
    actor = current_actor()
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    if view == "agenda":
        shown = queries.list_actions(actor, _today(), _today() + timedelta(days=120))
    elif view == "list":
        shown = queries.list_actions(actor, date(year, 1, 1), date(year, 12, 31))
    else:
        shown = queries.list_actions(actor, first, last)
    return render_template(
        "schedule/index.html",
        view=view,
        year=year,
        month=month,
        weeks=queries.month_of(actor, year, month, today=_today()) if view == "month" else [],
        actions=shown,
        before=first - timedelta(days=1),
        after=last + timedelta(days=1),
        names=queries.region_names(),
        may_make=actor.has(Role.COORDINATOR),
    )


@blueprint.get("/campaigns/")
@guard(*READERS)
def campaigns() -> str:
    """Campaigns I may know of."""
    actor = current_actor()
    return render_template(
        "schedule/campaigns.html",
        campaigns=queries.list_campaigns(actor),
        may_make=actor.has(Role.COORDINATOR),
    )


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def new_campaign() -> ResponseReturnValue:
    """Make a campaign under an agreement in force."""
    actor = current_actor()
    form = CampaignForm(list_in_force(actor, _today()), **_campaign_suggestions())
    if form.validate_on_submit():
        made = attempt(
            form,
            lambda: operations.make_campaign(
                agreement_id=form.agreement_id.data,
                kind=RecordKind(form.kind.data),
                title=form.title.data,
                window=(form.window_from.data, form.window_to.data),
                foci=[Focus(value) for value in form.foci.data or ()],
                parent_plan=form.parent_plan.data or "",
                actor=actor,
                now=utc_now(),
            ),
        )
        if made:
            flash(_("已建立草案。接着为各联动组安排行动。"))
            return redirect(url_for("schedule.campaign", campaign_id=made.id))
    return render_template("schedule/new_campaign.html", form=form), 422 if form.errors else 200


def _campaign_suggestions() -> dict[str, Any]:
    if request.method == "POST":
        return {}
    year = _today().year
    return {
        "kind": RecordKind.COMPREHENSIVE_AUTUMN_WINTER.value,
        "title": _("%(year)s年秋冬季综合联动", year=year),
        "window_from": date(year, 10, 1),
        "window_to": date(year, 12, 31),
    }


def _campaign_or_404(campaign_id: int) -> Campaign:
    found = queries.find_campaign(current_actor(), campaign_id)
    if found is None:
        abort(404)
    return found


def _planned_or_403(campaign_id: int) -> Campaign:
    found = _campaign_or_404(campaign_id)
    if not may_plan(current_actor(), found):
        abort(403)
    return found


@blueprint.get("/campaigns/<int:campaign_id>")
@guard(*READERS)
def campaign(campaign_id: int) -> str:
    """A campaign with its actions and what should be looked at."""
    found = _campaign_or_404(campaign_id)
    actor = current_actor()
    actions = queries.list_campaign_actions(actor, found)
    planner = may_plan(actor, found)
    return render_template(
        "schedule/campaign.html",
        campaign=found,
        agreement=find_agreement(actor, found.agreement_id),
        actions=actions,
        warnings={a.id: _warnings(queries.as_plan(a), found) for a in actions if planner},
        names=queries.region_names(),
        may_plan=planner,
        drafts=[a for a in actions if a.state is ActionState.DRAFT],
    )


@blueprint.post("/campaigns/<int:campaign_id>/publish")
@guard(Role.COORDINATOR)
def publish(campaign_id: int) -> ResponseReturnValue:
    """Publish the campaign and its drafts."""
    found = _planned_or_403(campaign_id)
    if not EmptyForm().validate_on_submit():
        abort(400)
    operations.publish_campaign(found, actor=current_actor(), now=utc_now())
    flash(_("已发布,各参加单位已收到消息。"))
    return redirect(url_for("schedule.campaign", campaign_id=campaign_id))


def _warnings(plan: Plan, found: Campaign) -> tuple[Warning, ...]:
    agreement = find_agreement(current_actor(), found.agreement_id)
    if agreement is None:
        return ()
    effective = (agreement.effective_from, agreement.effective_to)
    return queries.warnings_of(plan, found, effective=effective, today=_today())


@blueprint.route("/campaigns/<int:campaign_id>/groups", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def plan_groups(campaign_id: int) -> ResponseReturnValue:
    """Give each joint group its action, all on one page."""
    found = _planned_or_403(campaign_id)
    groups = groups_on(max(found.window_from, min(_today(), found.window_to)))
    names = queries.region_names()
    form = group_plan_form(groups, names)
    warnings: list[tuple[GroupView, Warning]] = []
    if form.validate_on_submit():
        plans = [
            (group, _group_plan(form, group)) for group in groups if form[f"day_{group.id}"].data
        ]
        warnings = [
            (group, warning)
            for group, plan in plans
            for warning in _warnings(_draft(plan, group.county_codes), found)
        ]
        if not plans:
            form.form_errors = [_("请至少为一个联动组填写日期。")]
        elif not warnings or form.warned.data:
            added = attempt(form, lambda: [_add(found, plan) for _group, plan in plans])
            if added:
                flash(_("已为%(n)s个联动组安排行动(草案)。", n=len(added)))
                return redirect(url_for("schedule.campaign", campaign_id=campaign_id))
    page = render_template(
        "schedule/plan_groups.html",
        campaign=found,
        groups=groups,
        form=form,
        names=names,
        warnings=warnings,
    )
    return page, 422 if form.errors or warnings else 200


def _group_plan(form: Any, group: GroupView) -> ActionPlan:
    day, host = form[f"day_{group.id}"].data, form[f"host_{group.id}"].data
    focus = Focus(form.focus.data)
    return ActionPlan(
        kind=RecordKind.DAILY,
        focus=focus,
        title=_("第%(n)s组联动(%(name)s)", n=group.number, name=group.name),
        group_id=group.id,
        starts_at=at_shanghai(day, form.starts_time.data),
        ends_at=at_shanghai(day, form.ends_time.data),
        place=form[f"place_{group.id}"].data or queries.region_names()[host],
        host_code=host,
        lead_code=host,
        region_codes=group.county_codes,
        inspection=InspectionType(form.inspection.data),
        approval_number=form.approval_number.data or "",
    )


def _add(found: Campaign, plan: ActionPlan) -> JointAction:
    return operations.add_action(found, plan, actor=current_actor(), now=utc_now())


def _draft(plan: ActionPlan, codes: tuple[str, ...], key: str = "new") -> Plan:
    return Plan(
        key, plan.title, plan.starts_at, plan.ends_at, plan.region_codes or codes, plan.host_code
    )


@blueprint.route("/campaigns/<int:campaign_id>/actions/new", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def new_action(campaign_id: int) -> ResponseReturnValue:
    """Add one action."""
    found = _planned_or_403(campaign_id)
    return _action_page(found, None)


@blueprint.route("/actions/<int:action_id>/edit", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def edit_action(action_id: int) -> ResponseReturnValue:
    """Change an action."""
    action = queries.find_action(current_actor(), action_id)
    if action is None:
        abort(404)
    return _action_page(_planned_or_403(action.campaign_id), action)


def _action_page(found: Campaign, action: JointAction | None) -> ResponseReturnValue:
    groups = groups_on(max(found.window_from, min(_today(), found.window_to)))
    form = ActionForm(groups, _regions(found), **_action_suggestions(found, action))
    warnings: tuple[Warning, ...] = ()
    if form.validate_on_submit():
        plan = form.as_plan()
        codes = next((g.county_codes for g in groups if g.id == plan.group_id), ())
        warnings = _checked(plan, codes, found, str(action.id) if action else "new")
        if not warnings or form.warned.data:
            saved = attempt(form, lambda: _save(found, action, plan))
            if saved:
                flash(_("已保存。"))
                return redirect(url_for("schedule_actions.action", action_id=saved.id))
    page = render_template(
        "schedule/action_form.html", campaign=found, action=action, form=form, warnings=warnings
    )
    return page, 422 if form.errors or warnings else 200


def _checked(
    plan: ActionPlan, codes: tuple[str, ...], found: Campaign, key: str
) -> tuple[Warning, ...]:
    if plan.ends_at <= plan.starts_at:
        return ()
    return _warnings(_draft(plan, codes, key), found)


def _save(found: Campaign, action: JointAction | None, plan: ActionPlan) -> JointAction:
    if action is None:
        return _add(found, plan)
    return operations.edit_action(action, plan, actor=current_actor(), now=utc_now())


def _regions(found: Campaign) -> list[tuple[str, str]]:
    agreement = find_agreement(current_actor(), found.agreement_id)
    parties = tuple(row.party for row in agreement.parties) if agreement is not None else ()
    return queries.region_choices(parties)


def _action_suggestions(found: Campaign, action: JointAction | None) -> dict[str, Any]:
    if request.method == "POST":
        return {}
    if action is None:
        day = max(_today(), found.window_from)
        city = f"{found.party}00"
        return {
            "kind": found.kind.value,
            "starts_on": day,
            "ends_on": day,
            "starts_time": time(9, 30),
            "ends_time": time(17, 0),
            "host_code": city,
            "lead_code": city,
        }
    starts, ends = action.starts_at.astimezone(SHANGHAI), action.ends_at.astimezone(SHANGHAI)
    return {
        "kind": action.kind.value,
        "focus": action.focus.value,
        "title": action.title,
        "group_id": action.group_id or 0,
        "starts_on": starts.date(),
        "starts_time": starts.time(),
        "ends_on": ends.date(),
        "ends_time": ends.time(),
        "place": action.place,
        "host_code": action.host_code,
        "lead_code": action.lead_code,
        "region_codes": list(action.region_codes),
        "inspection": action.inspection.value,
        "approval_number": action.approval_number,
        "note": action.note,
    }


@blueprint.route("/actions/<int:action_id>/cancel", methods=["GET", "POST"])
@guard(Role.COORDINATOR)
def cancel(action_id: int) -> ResponseReturnValue:
    """Call an action off, with the reason."""
    action = queries.find_action(current_actor(), action_id)
    if action is None:
        abort(404)
    _planned_or_403(action.campaign_id)
    form = CancelForm()
    if form.validate_on_submit():
        cancelled = attempt(
            form,
            lambda: operations.cancel_action(
                action, reason=form.reason.data, actor=current_actor(), now=utc_now()
            ),
        )
        if cancelled:
            flash(_("已取消,日历上会显示为取消。"))
            return redirect(url_for("schedule_actions.action", action_id=action_id))
    return render_template(
        "schedule/cancel.html", form=form, action=action
    ), 422 if form.errors else 200
