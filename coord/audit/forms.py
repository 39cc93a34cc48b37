"""What the auditor may look for."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from coord.audit.queries import TrailWanted

#: The trail's instants lie well within these.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def _within_reason(_form: object, field: DateField) -> None:
    if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(_("日期须在2000年至2100年之间。"))


class TrailForm(FlaskForm):
    """Matter, person or object, days."""

    class Meta:
        """A search changes nothing and needs no token; Flask-Babel words the messages."""

        csrf = False
        locales = None

    verb = SelectField(_("事项"), validate_choice=False)
    q = StringField(_("操作人、单位或对象编号"), [Length(max=100)])
    first_on = DateField(_("自"), [Optional(), _within_reason])
    last_on = DateField(_("至"), [Optional(), _within_reason])

    def as_wanted(self) -> TrailWanted:
        """The search as the query takes it."""
        return TrailWanted(
            verb=self.verb.data or "",
            text=(self.q.data or "").strip().replace("\0", ""),
            first_on=self.first_on.data,
            last_on=self.last_on.data,
        )
