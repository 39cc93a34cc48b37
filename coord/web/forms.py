"""Forms that refuse what they do not know, and carry a refusal back to the page."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import abort, request
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from coord.db import db
from coord.kernel.errors import CoordError
from coord.web.words import translate

Result = TypeVar("Result")

#: What browsers and our own pages send beside the fields themselves.
ALWAYS_KNOWN = frozenset({"csrf_token", "submit"})


class StrictForm(FlaskForm):
    """A form that answers 400 to any field that it does not have (mass assignment)."""

    class Meta:
        """Flask-Babel words WTForms' own messages."""

        locales = None

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """As Flask-WTF's, after refusing unknown fields."""
        if self.is_submitted():
            refuse_unknown({field.name for field in self} | self.subfield_names())
        return bool(super().validate_on_submit(extra_validators))

    def subfield_names(self) -> set[str]:
        """Names of fields within fields; forms with FieldLists add theirs."""
        return set()


def choices_of(pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """(Value, label) pairs as a select field's choices."""
    return [SelectChoice(value, label) for value, label in pairs]


def refuse_unknown(known: set[str]) -> None:
    """Abort with 400 where the request carries a field outside `known`."""
    sent = set(request.form) | set(request.files)
    if sent - known - ALWAYS_KNOWN:
        abort(400)


def attempt(form: FlaskForm, act: Callable[[], Result]) -> Result | None:
    """Run an operation; a refusal becomes a message above the form and None is returned.

    The savepoint takes back whatever the operation had begun, so that the page can be
    shown again with everything the person typed.
    """
    savepoint = db.session.begin_nested()
    try:
        result = act()
        db.session.flush()
    except CoordError as refusal:
        savepoint.rollback()
        form.form_errors = [*form.form_errors, translate(refusal)]
        return None
    savepoint.commit()
    return result
