"""The table of an agreement's life. That it has ended is seen from its dates, not a state."""

from coord.agreements.enums import AgreementState
from coord.agreements.models import Agreement
from coord.agreements.policy import is_partys_coordinator
from coord.kernel.actor import Actor
from coord.kernel.text import N_
from coord.kernel.workflow import May, Transition, Workflow


def _drafter(actor: Actor, agreement: Agreement) -> bool:
    return is_partys_coordinator(actor, agreement) and actor.party == agreement.drafted_by_party


def _from_draft(verb: str, to: AgreementState, allowed: May, label: str) -> Transition:
    return Transition(verb, frozenset({AgreementState.DRAFT}), to, allowed, label)


WORKFLOW = Workflow(
    "agreement",
    AgreementState,
    (
        _from_draft("revise", AgreementState.DRAFT, is_partys_coordinator, N_("修改草案")),
        _from_draft("sign", AgreementState.DRAFT, is_partys_coordinator, N_("代表本市签署")),
        _from_draft("publish", AgreementState.PUBLISHED, is_partys_coordinator, N_("印发")),
        _from_draft("drop", AgreementState.DRAFT, _drafter, N_("删除草案")),
    ),
)
