"""The table of a lead's life; what is not in it is refused."""

from coord.cases.enums import LeadState as S
from coord.cases.models import Lead
from coord.cases.policy import is_either, is_receiver, is_sender, is_superior
from coord.kernel.actor import SYSTEM, Actor
from coord.kernel.text import N_
from coord.kernel.workflow import May, Transition, Workflow


def _machine(actor: Actor, _lead: Lead) -> bool:
    return actor is SYSTEM


def _arrow(verb: str, from_: set[S], to: S, allowed: May, label: str) -> Transition:
    return Transition(verb, frozenset(from_), to, allowed, label)


WORKFLOW = Workflow(
    "lead",
    S,
    (
        _arrow("offer", {S.DRAFT}, S.OFFERED, is_sender, N_("移送")),
        _arrow("withdraw", {S.DRAFT, S.OFFERED, S.RETURNED}, S.WITHDRAWN, is_sender, N_("撤回")),
        _arrow("acknowledge", {S.OFFERED}, S.ACKNOWLEDGED, is_receiver, N_("签收")),
        _arrow("accept", {S.ACKNOWLEDGED}, S.ACCEPTED, is_receiver, N_("接收")),
        _arrow("return", {S.ACKNOWLEDGED}, S.RETURNED, is_receiver, N_("退回")),
        _arrow("reoffer", {S.RETURNED}, S.OFFERED, is_sender, N_("补充后再次移送")),
        _arrow(
            "object",
            {S.ACKNOWLEDGED, S.RETURNED},
            S.OBJECTED,
            is_either,
            N_("提请共同上级指定管辖"),
        ),
        _arrow("designate_receiver", {S.OBJECTED}, S.ACCEPTED, is_superior, N_("指定接收方办理")),
        _arrow("designate_sender", {S.OBJECTED}, S.CLOSED, is_superior, N_("指定移送方办理")),
        _arrow("progress", {S.ACCEPTED}, S.ACCEPTED, is_receiver, N_("反馈进展")),
        _arrow("extend", {S.ACCEPTED}, S.ACCEPTED, is_receiver, N_("延期30日")),
        _arrow("feed_back", {S.ACCEPTED}, S.FED_BACK, is_receiver, N_("最终反馈")),
        _arrow("confirm", {S.FED_BACK}, S.CLOSED, is_sender, N_("确认办结")),
        _arrow("dispute", {S.FED_BACK}, S.ACCEPTED, is_sender, N_("对反馈提出异议")),
        _arrow("auto_confirm", {S.FED_BACK}, S.CLOSED, _machine, N_("到期自动确认")),
    ),
)
