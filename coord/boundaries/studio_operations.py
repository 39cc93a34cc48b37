"""What a person does in the studio: add or strike out a contact, keep a scenario."""

from dataclasses import dataclass
from datetime import datetime

from shapely.geometry import mapping, shape
from sqlalchemy import select

from coord.audit.operations import record
from coord.boundaries import atlas, exchange, solving
from coord.boundaries.enums import ContactChange
from coord.boundaries.grouping import Grouping
from coord.boundaries.joining import apart_m, joining_line
from coord.boundaries.models import BorderContact, BoundaryVintage, CountyUnit
from coord.boundaries.operations import NOT_YOURS
from coord.boundaries.policy import may, may_put_aside, may_save
from coord.boundaries.studio_models import ContactEdit, SavedScenario
from coord.boundaries.studio_state import State
from coord.db import db
from coord.kernel.actor import Actor
from coord.kernel.errors import Invalid, NotAllowed, Refused
from coord.kernel.text import N_

#: Farther apart than this, "adjacent" is a slip of the hand.
FARTHEST_M = 50_000
#: A border shorter than this is a corner.
SHORTEST_M = 1.0
LONGEST_REASON = 1000


@dataclass(frozen=True)
class EditAsked:
    """Two counties by code, in either order, and why their contact is to change."""

    a: str
    b: str
    reason: str

    @property
    def pair(self) -> tuple[str, str]:
        """The codes, the smaller first."""
        return (self.a, self.b) if self.a < self.b else (self.b, self.a)


def add_contact(asked: EditAsked, length_m: float, *, actor: Actor, now: datetime) -> BorderContact:
    """Count two counties of different cities as adjacent over a stated length."""
    vintage = _begin(actor)
    reason = _check_reason(asked.reason)
    one, other = (_county(vintage, code) for code in asked.pair)
    _check_places(one, other, length_m)
    known = _find_contact(vintage, asked)
    if known is not None:
        raise Refused(_why_known(known), a=one.name, b=other.name, **_who(known))
    line = joining_line(shape(one.geometry), shape(other.geometry))
    edit = _edit_row(vintage, asked, ContactChange.ADD, reason, actor=actor, now=now)
    edit.length_m = length_m
    db.session.add(edit)
    db.session.flush()
    a, b = asked.pair
    contact = BorderContact(
        vintage_id=vintage.id,
        a=a,
        b=b,
        length_m=length_m,
        parts=1,
        line=mapping(line),
        added_by_id=edit.id,
    )
    db.session.add(contact)
    _raise_revision(vintage)
    record("contact.added", edit, actor=actor, now=now, a=a, b=b, length_m=length_m)
    return contact


def strike_contact(asked: EditAsked, *, actor: Actor, now: datetime) -> BorderContact:
    """Count a computed contact no longer; it stays in the list, crossed out."""
    vintage = _begin(actor)
    reason = _check_reason(asked.reason)
    contact = _find_contact(vintage, asked)
    if contact is None:
        raise Invalid(N_("这两个区县之间没有跨市边界可以剔除。"))
    if contact.struck_by is not None:
        raise Refused(N_("这条边界已由%(who)s剔除。"), who=contact.struck_by.made_by)
    if contact.added_by is not None:
        raise Refused(N_("这条边界是人工增加的:请撤回那次增加,不必另行剔除。"))
    edit = _edit_row(vintage, asked, ContactChange.STRIKE, reason, actor=actor, now=now)
    db.session.add(edit)
    db.session.flush()
    contact.struck_by_id = edit.id
    _raise_revision(vintage)
    record("contact.struck", edit, actor=actor, now=now, a=contact.a, b=contact.b)
    return contact


def withdraw_edit(edit: ContactEdit, reason: str, *, actor: Actor, now: datetime) -> ContactEdit:
    """Take back an addition or a striking-out; its line stays, with who took it back and why."""
    vintage = _begin(actor)
    db.session.refresh(edit)
    reason = _check_reason(reason)
    if edit.vintage_id != vintage.id:
        raise Refused(N_("这次增减属于以前的边界数据,已不起作用。"))
    if edit.withdrawn_by is not None:
        raise Refused(N_("这次增减已由%(who)s撤回。"), who=edit.withdrawn_by)
    edit.withdrawn_by = signature(actor)
    edit.withdrawn_at = now
    edit.withdrawn_reason = reason
    contact = _find_contact(vintage, EditAsked(edit.a, edit.b, reason))
    if contact is not None and edit.change is ContactChange.ADD:
        # What was added and why stays in the edit's own line.
        db.session.delete(contact)
    elif contact is not None:
        contact.struck_by_id = None
    _raise_revision(vintage)
    record("contact.edit_withdrawn", edit, actor=actor, now=now, a=edit.a, b=edit.b)
    return edit


def signature(actor: Actor) -> str:
    """A person and his organisation, as kept beside what he did."""
    return f"{actor.name}({actor.organisation_name})"


def _begin(actor: Actor) -> BoundaryVintage:
    """The current vintage, locked, so that of two people at once one comes second."""
    if not may(actor, "contact"):
        raise NotAllowed(NOT_YOURS)
    statement = select(BoundaryVintage).where(BoundaryVintage.id == atlas.get_key()[0])
    return db.session.scalars(
        statement.with_for_update().execution_options(populate_existing=True)
    ).one()


def _check_reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(N_("请写明理由。"))
    if len(reason) > LONGEST_REASON:
        raise Invalid(N_("理由不得超过%(most)s个字。"), most=LONGEST_REASON)
    return reason.strip()


def _county(vintage: BoundaryVintage, code: str) -> CountyUnit:
    found = db.session.scalar(
        select(CountyUnit).where(CountyUnit.vintage_id == vintage.id, CountyUnit.code == code)
    )
    if found is None:
        raise Invalid(N_("现行边界数据中没有代码为“%(code)s”的区县。"), code=code)
    return found


def _check_places(one: CountyUnit, other: CountyUnit, length_m: float) -> None:
    if one.code == other.code:
        raise Invalid(N_("请选择两个不同的区县。"))
    if one.party == other.party:
        raise Invalid(N_("%(a)s与%(b)s属于同一个市,不构成跨市边界。"), a=one.name, b=other.name)
    shortest = min(one, other, key=lambda county: county.perimeter_m)
    if not SHORTEST_M <= length_m <= shortest.perimeter_m:
        raise Invalid(
            N_("边界长度应大于0,且不超过%(name)s的周界%(km)s公里。"),
            name=shortest.name,
            km=f"{shortest.perimeter_m / 1000:.1f}",
        )
    distance = apart_m(shape(one.geometry), shape(other.geometry))
    if distance > FARTHEST_M:
        raise Invalid(
            N_("%(a)s与%(b)s最近处相距%(km)s公里,不能作为相邻区县。"),
            a=one.name,
            b=other.name,
            km=f"{distance / 1000:.0f}",
        )


def _find_contact(vintage: BoundaryVintage, asked: EditAsked) -> BorderContact | None:
    a, b = asked.pair
    return db.session.scalar(
        select(BorderContact).where(
            BorderContact.vintage_id == vintage.id, BorderContact.a == a, BorderContact.b == b
        )
    )


def _why_known(contact: BorderContact) -> str:
    if contact.struck_by is not None:
        return N_("%(a)s与%(b)s的边界已由%(who)s剔除:请撤回那次剔除,不必另行增加。")
    if contact.added_by is not None:
        return N_("%(a)s与%(b)s的边界已由%(who)s增加。")
    return N_("%(a)s与%(b)s之间已有由边界数据算出的跨市边界。")


def _who(contact: BorderContact) -> dict[str, str]:
    edit = contact.struck_by or contact.added_by
    return {"who": edit.made_by} if edit is not None else {}


def _edit_row(
    vintage: BoundaryVintage,
    asked: EditAsked,
    change: ContactChange,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> ContactEdit:
    a, b = asked.pair
    return ContactEdit(
        vintage_id=vintage.id,
        a=a,
        b=b,
        change=change,
        reason=reason,
        made_by=signature(actor),
        made_at=now,
    )


def _raise_revision(vintage: BoundaryVintage) -> None:
    """Whatever was computed from the contacts before is computed anew."""
    vintage.revision += 1
    db.session.flush()
    atlas.forget_key()


@dataclass(frozen=True)
class Keepsake:
    """A scenario to be kept: its name, what it is for, and the SHA-256 of a replayed file."""

    name: str
    note: str = ""
    replayed_from: str | None = None


def save_scenario(
    kept: Keepsake, state: State, grouping: Grouping, *, actor: Actor, now: datetime
) -> SavedScenario:
    """Keep a state with its result, under the author's name; it is never altered.

    The same person's same state under the same name, as a second click sends it, is one.
    """
    if not may_save(actor):
        raise NotAllowed(N_("只有各市联络员和区县执法人员可以保存方案。"))
    if not kept.name.strip():
        raise Invalid(N_("请填写方案名称。"))
    key = atlas.get_key()
    same = _find_same(kept, state, key, actor)
    if same is not None:
        return same
    given = solving.problem(key, state.parties)
    saved = SavedScenario(
        name=kept.name.strip(),
        note=kept.note.strip(),
        vintage_id=key[0],
        revision=key[2],
        parties=list(state.parties),
        rules=exchange.rules_to_data(state.rules),
        result=exchange.grouping_to_data(grouping),
        input_sha256=exchange.input_digest(given.contacts, given.parties, given.perimeters),
        author=signature(actor),
        author_id=actor.person_id,
        party=actor.party,
        saved_at=now,
        replayed_from=kept.replayed_from,
    )
    db.session.add(saved)
    record("scenario.saved", saved, actor=actor, now=now, name=saved.name)
    return saved


def _find_same(kept: Keepsake, state: State, key: atlas.Key, actor: Actor) -> SavedScenario | None:
    """What this person saved of this state under this very name, note and origin before."""
    named = select(SavedScenario).where(
        SavedScenario.author_id == actor.person_id,
        SavedScenario.name == kept.name.strip(),
        SavedScenario.note == kept.note.strip(),
        SavedScenario.vintage_id == key[0],
        SavedScenario.revision == key[2],
        SavedScenario.replayed_from == kept.replayed_from,
        SavedScenario.put_aside_at.is_(None),
    )
    rules = exchange.rules_to_data(state.rules)
    for one in db.session.scalars(named):
        if one.parties == list(state.parties) and one.rules == rules:
            return one
    return None


def put_aside(saved: SavedScenario, *, actor: Actor, now: datetime) -> SavedScenario:
    """Take a saved scenario off the list; whoever has its address still reads it."""
    if not may_put_aside(actor, saved):
        raise NotAllowed(N_("只有作者和本市联络员可以搁置方案。"))
    if saved.put_aside_at is not None:
        raise Refused(N_("该方案已经搁置。"))
    saved.put_aside_at = now
    record("scenario.put_aside", saved, actor=actor, now=now)
    return saved
