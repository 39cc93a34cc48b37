"""Personal calendar addresses: make, revoke, find by token, render."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from coord.accounts.models import Person
from coord.accounts.passwords import token_hash
from coord.audit.operations import record
from coord.boundaries.queries import county_names
from coord.db import db
from coord.kernel.actor import Actor, Role
from coord.kernel.errors import Refused
from coord.kernel.regions import party_name, party_of
from coord.kernel.text import N_
from coord.schedule.enums import ActionState
from coord.schedule.feed import FeedEvent, FeedInfo, render_feed
from coord.schedule.models import JointAction, Subscription
from coord.schedule.policy import visible

#: The rolling window of a feed, said in the calendar's description.
DAYS_BACK = 90
DAYS_AHEAD = 400
#: A cancelled action stays, struck through, for so long.
KEEP_CANCELLED = timedelta(days=30)
#: "Last asked" is written at most this often.
TOUCH_EVERY = timedelta(minutes=5)
#: More live addresses than devices are a sign of forgetting.
MOST_PER_PERSON = 10


@dataclass(frozen=True)
class FeedWords:
    """The calendar's own words, in the subscriber's language; the view supplies them."""

    name: str
    description: str
    host: str
    taking_part: str
    category: str


def subscribe(name: str, *, actor: Actor, now: datetime) -> tuple[Subscription, str]:
    """A new address; the token is told once and kept only as a hash."""
    live = [row for row in list_subscriptions(actor) if row.revoked_at is None]
    if len(live) >= MOST_PER_PERSON:
        raise Refused(N_("有效的订阅地址已达%(n)s个,请先撤销不用的。"), n=MOST_PER_PERSON)
    token = secrets.token_urlsafe(24)
    row = Subscription(
        person_id=actor.person_id,
        name=name.strip(),
        token_hash=token_hash(token),
        created_at=now,
        body_changed_at=now,
    )
    db.session.add(row)
    record("subscription.made", row, actor=actor, now=now)
    return row, token


def list_subscriptions(actor: Actor) -> list[Subscription]:
    """The actor's own addresses, newest first."""
    statement = select(Subscription).where(Subscription.person_id == actor.person_id)
    return list(db.session.scalars(statement.order_by(Subscription.id.desc())))


def revoke(subscription: Subscription, *, actor: Actor, now: datetime) -> None:
    """Silence an address at once."""
    if subscription.revoked_at is not None:
        raise Refused(N_("该地址已经撤销。"))
    subscription.revoked_at = now
    record("subscription.revoked", subscription, actor=actor, now=now)


def find_by_token(token: str) -> tuple[Subscription, Actor] | None:
    """The live subscription of a token and whose it is; None for any reason it is not."""
    row = db.session.scalar(
        select(Subscription).where(
            Subscription.token_hash == token_hash(token), Subscription.revoked_at.is_(None)
        )
    )
    person = db.session.get(Person, row.person_id) if row is not None else None
    if row is None or person is None or person.disabled_at is not None:
        return None
    actor = person.as_actor()
    return (row, actor) if actor.has(Role.OFFICER, Role.COORDINATOR, Role.OBSERVER) else None


def render_subscription(
    row: Subscription,
    actor: Actor,
    *,
    address: str,
    site: str,
    words: FeedWords,
    now: datetime,
) -> bytes:
    """The calendar's bytes now."""
    actions = list_feed_actions(actor, now)
    names = county_names()
    events = [feed_event(action, site=site, names=names, words=words) for action in actions]
    changed = max((event.changed_at for event in events), default=row.created_at)
    info = FeedInfo(
        uid=f"subscription-{row.id}@coord.calendars",
        name=f"{words.name} {actor.organisation_name}",
        description=words.description,
        url=address,
        changed_at=changed,
    )
    return render_feed(events, info)


def is_note_due(row: Subscription, tag: str, now: datetime) -> bool:
    """Whether a use must be written down: the body is another, or the last note is old."""
    return row.etag != tag or row.last_used_at is None or now - row.last_used_at > TOUCH_EVERY


def note_use(subscription_id: int, tag: str, now: datetime) -> None:
    """Write down that the feed was asked for, and since when its body is this one."""
    own = update(Subscription).where(Subscription.id == subscription_id)
    db.session.execute(own.where(Subscription.etag != tag).values(etag=tag, body_changed_at=now))
    db.session.execute(own.values(last_used_at=now))


def list_feed_actions(actor: Actor, now: datetime) -> list[JointAction]:
    """Published actions in the window that the actor may know of."""
    statement = visible(actor).where(
        JointAction.published_at.is_not(None),
        JointAction.ends_at >= now - timedelta(days=DAYS_BACK),
        JointAction.starts_at <= now + timedelta(days=DAYS_AHEAD),
        or_(
            JointAction.state != ActionState.CANCELLED,
            JointAction.cancelled_at >= now - KEEP_CANCELLED,
        ),
    )
    return list(db.session.scalars(statement.order_by(JointAction.starts_at)).unique())


def feed_event(
    action: JointAction, *, site: str, names: Mapping[str, str], words: FeedWords
) -> FeedEvent:
    """An action as a calendar shows it: less than the page, no notes, no firms, no persons."""
    host = region_name(action.host_code, names)
    who = "、".join(region_name(code, names) for code in action.region_codes)
    return FeedEvent(
        uid=action.uid,
        summary=action.title,
        starts=action.starts_at,
        ends=action.ends_at,
        created_at=action.created_at,
        changed_at=action.changed_at,
        sequence=action.sequence,
        description=f"{words.host}: {host}\n{words.taking_part}: {who}",
        location=action.place,
        url=f"{site}/schedule/actions/{action.id}",
        is_cancelled=action.state is ActionState.CANCELLED,
        categories=(words.category,),
    )


def region_name(code: str, names: Mapping[str, str]) -> str:
    """A county's name, or the city's for a code that ends in 00."""
    return names.get(code) or party_name(party_of(code))
