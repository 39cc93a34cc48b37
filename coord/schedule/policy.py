"""Who may know of which campaign and action.

Drafts: the coordinators of the city that makes them. Published actions: the officers of
the counties that take part, the coordinators of the agreement's cities, observers. Everyone
else sees nothing of them.
"""

from sqlalchemy import Select, and_, false, or_, select

from coord.agreements.queries import agreements_of_party
from coord.kernel.actor import Actor, Role
from coord.schedule.enums import ActionState, CampaignState
from coord.schedule.models import Campaign, JointAction, Participant


def visible_campaigns(actor: Actor) -> Select[Campaign]:
    """The campaigns this person may know of."""
    statement = select(Campaign)
    published = Campaign.state == CampaignState.PUBLISHED
    rules = []
    if actor.has(Role.COORDINATOR):
        rules.append(Campaign.party == actor.party)
        rules.append(and_(published, Campaign.agreement_id.in_(agreements_of_party(actor.party))))
    if actor.has(Role.OFFICER):
        own = select(JointAction.campaign_id).where(JointAction.id.in_(_own_actions(actor)))
        rules.append(and_(published, Campaign.id.in_(own)))
    if actor.has(Role.OBSERVER):
        rules.append(published)
    return statement.where(or_(*rules) if rules else false())


def visible(actor: Actor) -> Select[JointAction]:
    """The actions this person may know of."""
    statement = select(JointAction).join(Campaign)
    shown = JointAction.published_at.is_not(None)
    rules = []
    if actor.has(Role.COORDINATOR):
        rules.append(Campaign.party == actor.party)
        rules.append(and_(shown, Campaign.agreement_id.in_(agreements_of_party(actor.party))))
    if actor.has(Role.OFFICER):
        rules.append(and_(shown, JointAction.id.in_(_own_actions(actor))))
    if actor.has(Role.OBSERVER):
        rules.append(shown)
    return statement.where(or_(*rules) if rules else false())


def _own_actions(actor: Actor) -> Select[int]:
    return select(Participant.action_id).where(Participant.region_code == actor.region_code)


def may_plan(actor: Actor, campaign: Campaign) -> bool:
    """Whether the actor may change the campaign and its actions."""
    return actor.has(Role.COORDINATOR) and actor.party == campaign.party


def may_answer(actor: Actor, action: JointAction) -> bool:
    """Whether the actor answers for a county that takes part."""
    return actor.has(Role.OFFICER, Role.COORDINATOR) and actor.region_code in action.region_codes


def may_record(actor: Actor, action: JointAction) -> bool:
    """Whether the actor records what came of it: the host's people."""
    return actor.has(Role.OFFICER, Role.COORDINATOR) and actor.region_code == action.host_code


def may_confirm(actor: Actor, action: JointAction) -> bool:
    """Whether the actor confirms the record for another county than the host."""
    return may_answer(actor, action) and actor.region_code != action.host_code


def is_open_to_all(action: JointAction) -> bool:
    """Whether the action has ever been published."""
    return action.state is not ActionState.DRAFT and action.published_at is not None
