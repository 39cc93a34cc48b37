"""The readers of the studio: edits of contacts, counties by what was typed."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from coord.boundaries.lookup import CountyBook, Known
from coord.boundaries.models import BoundaryVintage, CountyUnit
from coord.boundaries.studio_models import ContactEdit
from coord.db import db

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
