"""The table of a joint action's life."""

from coord.kernel.actor import Actor
from coord.kernel.text import N_
from coord.kernel.workflow import Transition, Workflow
from coord.schedule.enums import ActionState
from coord.schedule.models import JointAction
from coord.schedule.policy import may_confirm, may_plan, may_record


def _planner(actor: Actor, action: JointAction) -> bool:
    return may_plan(actor, action.campaign)


def _recorder_or_confirmer(actor: Actor, action: JointAction) -> bool:
    return may_record(actor, action) or may_confirm(actor, action)


WORKFLOW = Workflow(
    "action",
    ActionState,
    (
        Transition(
            "publish", frozenset({ActionState.DRAFT}), ActionState.PUBLISHED, _planner, N_("发布")
        ),
        Transition(
            "cancel",
            frozenset({ActionState.DRAFT, ActionState.PUBLISHED}),
            ActionState.CANCELLED,
            _planner,
            N_("取消行动"),
        ),
        Transition(
            "record",
            frozenset({ActionState.PUBLISHED, ActionState.REPORTED}),
            ActionState.REPORTED,
            may_record,
            N_("登记结果"),
        ),
        Transition(
            "close",
            frozenset({ActionState.REPORTED}),
            ActionState.CLOSED,
            _recorder_or_confirmer,
            N_("办结"),
        ),
    ),
)
