"""What may come in: a renewal, a draft's revision, a signature."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from coord.agreements.enums import Trigger
from coord.agreements.models import Agreement, Obligation
from coord.web.forms import StrictForm

#: Agreements of people now at work begin and end well within these.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def _within_reason(_form: object, field: DateField) -> None:
    # Validators run even where what was typed is no date; that is said already.
    if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(_("日期须在2000年至2100年之间。"))


class RenewalForm(StrictForm):
    """Title and dates of the successor."""

    title = StringField(_("标题"), [InputRequired(_("请填写标题。")), Length(max=200)])
    effective_from = DateField(
        _("生效日期"), [InputRequired(_("请填写生效日期。")), _within_reason]
    )
    effective_to = DateField(_("终止日期"), [InputRequired(_("请填写终止日期。")), _within_reason])


class EmptyForm(StrictForm):
    """A button without fields."""


class SignForm(StrictForm):
    """The button, and the mark of what the person has seen."""

    seen = HiddenField(validators=[InputRequired()])


def revision_form(agreement: Agreement) -> RenewalForm:
    """Title, dates, and one number for each fixed obligation of a draft."""
    sentence = _("请填写0至99的整数。")
    fields = {
        f"n_{row.key}": IntegerField(
            _("次数"),
            [InputRequired(sentence), NumberRange(0, 99, sentence)],
            default=row.required,
        )
        for row in list_fixed(agreement)
    }
    made: type[RenewalForm] = type("RevisionForm", (RenewalForm,), fields)
    return made(
        title=agreement.title,
        effective_from=agreement.effective_from,
        effective_to=agreement.effective_to,
    )


def list_fixed(agreement: Agreement) -> list[Obligation]:
    """The obligations that ask for a number; the others are owed when triggered."""
    return [row for row in agreement.obligations if row.trigger is Trigger.NONE]
