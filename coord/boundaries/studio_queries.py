"""The readers of the studio: edits of contacts, counties as typed, saved scenarios."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from coord.boundaries import atlas, exchange, solving
from coord.boundaries.grouping import Grouping
from coord.boundaries.lookup import CountyBook, Known
from coord.boundaries.maps import GroupLine
from coord.boundaries.models import BoundaryVintage, CountyUnit
from coord.boundaries.policy import visible_scenarios
from coord.boundaries.studio_models import ContactEdit, SavedScenario
from coord.boundaries.studio_pages import group_lines
from coord.boundaries.studio_state import State, state_of
from coord.db import db
from coord.kernel.actor import Actor

_CURRENT = select(BoundaryVintage.id).where(BoundaryVintage.is_current.is_(True)).scalar_subquery()


def list_edits() -> list[ContactEdit]:
    """Every addition and striking-out in the current boundaries, the newest first."""
    return _edits(ContactEdit.vintage_id == _CURRENT)


def list_former_edits() -> list[ContactEdit]:
    """Those in force in earlier boundaries when these were replaced, the newest first."""
    return _edits(ContactEdit.vintage_id != _CURRENT, ContactEdit.withdrawn_at.is_(None))


def _edits(*conditions: ColumnElement[bool]) -> list[ContactEdit]:
    statement = select(ContactEdit).where(*conditions)
    return list(
        db.session.scalars(statement.order_by(ContactEdit.made_at.desc(), ContactEdit.id.desc()))
    )


def edits_between(a: str, b: str) -> list[ContactEdit]:
    """What was ever done by hand to the contact of two counties, the newest first."""
    low, high = sorted((a, b))
    return [one for one in list_edits() if (one.a, one.b) == (low, high)]


def edits_of(code: str) -> list[ContactEdit]:
    """What stands by hand at a county's borders, the newest first."""
    return [one for one in list_edits() if code in (one.a, one.b) and one.withdrawn_at is None]


def find_edit(edit_id: int) -> ContactEdit | None:
    """An edit by its id."""
    return db.session.get(ContactEdit, edit_id)


def county_book(parties: Sequence[str] | None = None) -> CountyBook:
    """The counties of the current boundaries by whatever a person may call them."""
    rows = db.session.execute(
        select(CountyUnit.code, CountyUnit.name, CountyUnit.party, CountyUnit.vintage_id).order_by(
            CountyUnit.vintage_id, CountyUnit.code
        )
    ).all()
    current = db.session.scalar(select(_CURRENT))
    known = [
        Known(row.code, row.name, row.party)
        for row in rows
        if row.vintage_id == current and (parties is None or row.party in parties)
    ]
    former = {row.code: row.name for row in rows if row.vintage_id != current}
    return CountyBook(known, former)


@dataclass(frozen=True)
class SavedView:
    """A saved scenario: its state and result as they were, and whether they still hold."""

    saved: SavedScenario
    state: State
    grouping: Grouping
    groups: tuple[GroupLine, ...]
    vintage: BoundaryVintage
    #: Whether it was computed from the very boundaries that are in use now.
    is_current: bool


def list_saved(actor: Actor, *, with_put_aside: bool = False) -> list[SavedScenario]:
    """The saved scenarios an actor may know of, the newest first."""
    statement = visible_scenarios(actor)
    if not with_put_aside:
        statement = statement.where(SavedScenario.put_aside_at.is_(None))
    ordered = statement.order_by(SavedScenario.saved_at.desc(), SavedScenario.id.desc())
    return list(db.session.scalars(ordered))


def find_saved(actor: Actor, saved_id: int) -> SavedScenario | None:
    """A saved scenario, if the actor may know of it."""
    return db.session.scalar(visible_scenarios(actor).where(SavedScenario.id == saved_id))


def saved_view(saved: SavedScenario) -> SavedView:
    """A saved scenario made readable again."""
    rules = exchange.rules_from_data(saved.rules)
    grouping = exchange.grouping_from_data(saved.result)
    key = atlas.get_key()
    return SavedView(
        saved=saved,
        state=state_of(saved.parties, rules),
        grouping=grouping,
        groups=group_lines(grouping, solving.problem(key, tuple(saved.parties)), atlas.names(key)),
        vintage=db.session.get_one(BoundaryVintage, saved.vintage_id),
        is_current=(saved.vintage_id, saved.revision) == (key[0], key[2]),
    )
