"""One action: its page, answers, figures, confirmation; subscriptions."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coord.boundaries.queries import find_group
from coord.kernel.actor import Role
from coord.kernel.clock import utc_now
from coord.schedule import queries, results, subscriptions
from coord.schedule.enums import ActionState, Attendance, Confirmation
from coord.schedule.feed import render_single
from coord.schedule.feed_views import feed_words
from coord.schedule.forms import (
    AnswerForm,
    DisputeForm,
    EmptyForm,
    FiguresForm,
    SubscriptionForm,
)
from coord.schedule.models import JointAction
from coord.schedule.policy import may_answer, may_confirm, may_plan, may_record
from coord.web.forms import attempt
from coord.web.guards import guard
from coord.web.identity import current_actor, settings

blueprint = Blueprint(
    "schedule_actions", __name__, url_prefix="/schedule", template_folder="templates"
)

READERS = (Role.COORDINATOR, Role.OFFICER, Role.OBSERVER)
PARTAKERS = (Role.COORDINATOR, Role.OFFICER)


def _action_or_404(action_id: int) -> JointAction:
    found = queries.find_action(current_actor(), action_id)
    if found is None:
        abort(404)
    return found


@blueprint.get("/actions/<int:action_id>")
@guard(*READERS)
def action(action_id: int) -> str:
    """The action with everything the person may do now."""
    return _page(_action_or_404(action_id), AnswerForm(), DisputeForm())


def _page(found: JointAction, answer_form: AnswerForm, dispute_form: DisputeForm) -> str:
    actor = current_actor()
    own = next((row for row in found.participants if row.region_code == actor.region_code), None)
    live = found.state in {ActionState.DRAFT, ActionState.PUBLISHED}
    return render_template(
        "schedule/action.html",
        action=found,
        own=own,
        group=find_group(found.group_id) if found.group_id else None,
        names=queries.region_names(),
        answer_form=answer_form,
        dispute_form=dispute_form,
        may_edit=may_plan(actor, found.campaign) and live,
        may_answer=may_answer(actor, found) and found.state is ActionState.PUBLISHED,
        may_record=may_record(actor, found)
        and found.state in {ActionState.PUBLISHED, ActionState.REPORTED}
        and utc_now() >= found.starts_at,
        may_confirm=may_confirm(actor, found)
        and found.state is ActionState.REPORTED
        and own is not None
        and own.attendance is not Attendance.DECLINED
        and own.confirmation is not Confirmation.CONFIRMED,
    )


@blueprint.post("/actions/<int:action_id>/answer")
@guard(*PARTAKERS)
def answer(action_id: int) -> ResponseReturnValue:
    """Attend, or decline with a reason."""
    found = _action_or_404(action_id)
    form = AnswerForm()
    done = form.validate_on_submit() and None is not attempt(
        form,
        lambda: results.answer(
            found,
            attending=form.attending.data == "yes",
            reason=form.reason.data or "",
            actor=current_actor(),
            now=utc_now(),
        ),
    )
    if not done:
        return _page(found, form, DisputeForm(formdata=None)), 422
    flash(_("已答复。"))
    return redirect(url_for("schedule_actions.action", action_id=action_id))


@blueprint.route("/actions/<int:action_id>/record", methods=["GET", "POST"])
@guard(*PARTAKERS)
def record(action_id: int) -> ResponseReturnValue:
    """The host records what came of it."""
    found = _action_or_404(action_id)
    if not may_record(current_actor(), found):
        abort(403)
    form = FiguresForm(obj=found.result)
    if form.validate_on_submit():
        saved = attempt(
            form,
            lambda: results.record_result(
                found, _figures(form), actor=current_actor(), now=utc_now()
            ),
        )
        if saved:
            flash(_("结果已登记,待其他单位确认。"))
            return redirect(url_for("schedule_actions.action", action_id=action_id))
    page = render_template("schedule/record.html", form=form, action=found)
    return page, 422 if form.errors else 200


def _figures(form: Any) -> results.Figures:
    return results.Figures(
        site_visits=form.site_visits.data,
        officer_times=form.officer_times.data,
        problems=form.problems.data,
        filings=form.filings.data,
        penalties=form.penalties.data,
        fines_yuan=form.fines_yuan.data,
        transfers=form.transfers.data,
        summary=(form.summary.data or "").strip(),
    )


@blueprint.post("/actions/<int:action_id>/confirm")
@guard(*PARTAKERS)
def confirm(action_id: int) -> ResponseReturnValue:
    """Confirm the host's record."""
    found = _action_or_404(action_id)
    if not EmptyForm().validate_on_submit():
        abort(400)
    results.confirm(found, actor=current_actor(), now=utc_now())
    flash(_("已确认。"))
    return redirect(url_for("schedule_actions.action", action_id=action_id))


@blueprint.post("/actions/<int:action_id>/dispute")
@guard(*PARTAKERS)
def dispute(action_id: int) -> ResponseReturnValue:
    """Dispute the host's record."""
    found = _action_or_404(action_id)
    form = DisputeForm()
    done = form.validate_on_submit() and None is not attempt(
        form,
        lambda: results.dispute(
            found, reason=form.reason.data, actor=current_actor(), now=utc_now()
        ),
    )
    if not done:
        return _page(found, AnswerForm(formdata=None), form), 422
    flash(_("异议已送达属地单位。"))
    return redirect(url_for("schedule_actions.action", action_id=action_id))


@blueprint.get("/actions/<int:action_id>.ics")
@guard(*READERS)
def download(action_id: int) -> Response:
    """The action as a calendar file, to attach to a mail or a chat."""
    found = _action_or_404(action_id)
    event = subscriptions.feed_event(
        found, site=settings().public_url, names=queries.region_names(), words=feed_words()
    )
    method = "CANCEL" if found.state is ActionState.CANCELLED else "PUBLISH"
    response = Response(
        render_single(event, method=method),
        content_type=f"text/calendar; charset=utf-8; method={method}",
    )
    response.headers["Content-Disposition"] = f"attachment; filename=action-{action_id}.ics"
    return response


@blueprint.route("/subscriptions", methods=["GET", "POST"])
@guard(*READERS)
def subscribe() -> ResponseReturnValue:
    """My calendar addresses; a new one is shown in full once."""
    form = SubscriptionForm()
    address = ""
    if form.validate_on_submit():
        made = attempt(
            form,
            lambda: subscriptions.subscribe(form.name.data, actor=current_actor(), now=utc_now()),
        )
        if made:
            _row, token = made
            address = f"{settings().public_url}/feeds/{token}.ics"
            form = SubscriptionForm(formdata=None)
    page = render_template(
        "schedule/subscriptions.html",
        form=form,
        address=address,
        subscriptions=subscriptions.list_subscriptions(current_actor()),
        ago=_ago,
    )
    return page, 422 if form.errors else 200


def _ago(instant: Any) -> str:
    if instant is None:
        return _("从未")
    minutes = int((utc_now() - instant).total_seconds() // 60)
    if minutes < 60:
        return _("%(n)s分钟前", n=max(minutes, 1))
    if minutes < 48 * 60:
        return _("%(n)s小时前", n=minutes // 60)
    return _("%(n)s天前", n=minutes // (24 * 60))


@blueprint.post("/subscriptions/<int:subscription_id>/revoke")
@guard(*READERS)
def revoke(subscription_id: int) -> ResponseReturnValue:
    """Silence one of my addresses."""
    rows = subscriptions.list_subscriptions(current_actor())
    found = next((row for row in rows if row.id == subscription_id), None)
    if found is None:
        abort(404)
    if not EmptyForm().validate_on_submit():
        abort(400)
    subscriptions.revoke(found, actor=current_actor(), now=utc_now())
    flash(_("该地址已撤销,设备不再更新。"))
    return redirect(url_for("schedule_actions.subscribe"))
