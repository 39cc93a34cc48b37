"""What may come in: contacts added and struck out by hand."""

from flask_babel import lazy_gettext as _
from wtforms import FloatField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from coord.boundaries.studio_operations import LONGEST_REASON
from coord.web.forms import StrictForm

_REASON = [InputRequired(_("请写明理由。")), Length(max=LONGEST_REASON)]
_COUNTY = [InputRequired(_("请填写区县名称或六位代码。")), Length(max=60)]


class StrikeForm(StrictForm):
    """A contact to strike out, by its two counties, and why."""

    a = StringField(_("区县"), _COUNTY)
    b = StringField(_("相邻区县"), _COUNTY)
    reason = TextAreaField(_("理由"), _REASON)


class AddForm(StrikeForm):
    """A contact to add, with its length."""

    length_km = FloatField(_("边界长度(公里)"), [InputRequired(_("请填写边界长度,如 3.5。"))])


class WithdrawForm(StrictForm):
    """Why an edit is taken back."""

    reason = TextAreaField(_("撤回理由"), _REASON)
