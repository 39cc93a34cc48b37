"""What may come in: a notice, a question of when something is due."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from coord.web.forms import StrictForm, choices_of
from coord.web.words import say
from coord.workdays.deadlines import CountingUnit

#: Terms that people ask for lie well within these.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def _within_reason(_form: object, field: DateField) -> None:
    # A date that does not exist has its own message and comes here as None.
    if field.data is not None and not FIRST_DAY <= field.data <= LAST_DAY:
        raise ValidationError(_("日期须在2000年至2100年之间。"))


class NoticeForm(StrictForm):
    """A year's notice, days as text."""

    year = IntegerField(_("年份"), [InputRequired(_("请填写年份。")), NumberRange(2027, 2100)])
    document = StringField(
        _("通知文号与标题"), [InputRequired(_("请填写通知文号与标题。")), Length(max=300)]
    )
    days_off = TextAreaField(
        _("放假日期"), [InputRequired(_("请填写放假日期。")), Length(max=2000)]
    )
    makeup_days = TextAreaField(_("调休上班日期"), [Optional(), Length(max=2000)])


class QuestionForm(StrictForm):
    """From a day, so many of a unit."""

    class Meta(StrictForm.Meta):
        csrf = False

    start = DateField(_("起算日"), [InputRequired(_("请填写日期。")), _within_reason])
    amount = IntegerField(_("期限"), [InputRequired(_("请填写期限。")), NumberRange(1, 1000)])
    unit = SelectField(_("单位"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        units = (CountingUnit.WORKING_DAY, CountingUnit.CALENDAR_DAY, CountingUnit.MONTH)
        self.unit.choices = choices_of([(unit.value, say(unit.label)) for unit in units])
