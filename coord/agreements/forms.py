"""What may come in: a renewal, numbers of a draft."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from coord.agreements.models import Agreement
from coord.web.forms import StrictForm


class RenewalForm(StrictForm):
    """Title and dates of the successor."""

    title = StringField(_("标题"), [InputRequired(_("请填写标题。")), Length(max=200)])
    effective_from = DateField(_("生效日期"), [InputRequired(_("请填写生效日期。"))])
    effective_to = DateField(_("终止日期"), [InputRequired(_("请填写终止日期。"))])


class EmptyForm(StrictForm):
    """A button without fields."""


def numbers_form(agreement: Agreement) -> StrictForm:
    """A form with one number for each obligation of a draft."""
    fields = {
        f"n_{row.key}": IntegerField(
            row.clause, [InputRequired(_("请填写次数。")), NumberRange(0, 99)], default=row.required
        )
        for row in agreement.obligations
    }
    return type("NumbersForm", (StrictForm,), fields)()
