"""What may come in: a lead, a step with its note."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from coord.boundaries.coordinates import parse_degrees
from coord.boundaries.datum import Datum
from coord.cases.enums import Element, LeadSource, Outcome, ReturnReason, Urgency
from coord.cases.operations import LeadFacts
from coord.kernel.errors import Invalid
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say, translate


def _degrees(_form: Any, field: Any) -> None:
    try:
        parse_degrees(field.data)
    except Invalid as refusal:
        raise ValidationError(translate(refusal)) from refusal


class LeadForm(StrictForm):
    """A lead."""

    lon = StringField(_("经度"), [InputRequired(_("请填写经度。")), Length(max=40), _degrees])
    lat = StringField(_("纬度"), [InputRequired(_("请填写纬度。")), Length(max=40), _degrees])
    datum = SelectField(_("坐标系"))
    to_code = SelectField(_("接收区县"))
    title = StringField(_("线索标题"), [InputRequired(_("请填写标题。")), Length(max=120)])
    urgency = RadioField(_("缓急"), default=Urgency.NORMAL.value)
    source = SelectField(_("线索来源"))
    element = SelectField(_("要素"))
    firm_name = StringField(_("涉及单位"), [InputRequired(_("请填写涉及单位。")), Length(max=120)])
    credit_code = StringField(_("统一社会信用代码"), [Optional(), Length(max=18)])
    no_code_reason = StringField(_("没有代码的原因"), [Optional(), Length(max=120)])
    place = StringField(_("地点描述"), [InputRequired(_("请填写地点描述。")), Length(max=200)])
    seen_on = DateField(_("发现日期"), [InputRequired(_("请填写发现日期(年-月-日)。"))])
    description = TextAreaField(
        _("发现情况"), [InputRequired(_("请填写发现情况。")), Length(max=8000)]
    )
    files = MultipleFileField(_("材料(可多选)"), [Optional()])

    def __init__(
        self, receivers: Sequence[tuple[str, str]], *args: object, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.datum.choices = choices_of([(one.value, say(one.label)) for one in Datum])
        self.to_code.choices = choices_of(list(receivers))
        self.urgency.choices = choices_of([(one.value, say(one.label)) for one in Urgency])
        self.source.choices = choices_of([(one.value, say(one.label)) for one in LeadSource])
        self.element.choices = choices_of([(one.value, say(one.label)) for one in Element])

    def as_facts(self) -> LeadFacts:
        """The form's content as the operation takes it."""
        return LeadFacts(
            title=self.title.data,
            source=LeadSource(self.source.data),
            element=Element(self.element.data),
            urgency=Urgency(self.urgency.data),
            firm_name=self.firm_name.data,
            credit_code=self.credit_code.data or "",
            no_code_reason=self.no_code_reason.data or "",
            lon=parse_degrees(self.lon.data),
            lat=parse_degrees(self.lat.data),
            datum=Datum(self.datum.data),
            place=self.place.data,
            seen_on=self.seen_on.data,
            description=self.description.data,
            to_code=self.to_code.data,
        )


class StepForm(StrictForm):
    """A step of the workflow: its note, and what some steps ask for besides."""

    note = TextAreaField(_("说明"), [Optional(), Length(max=8000)])
    reason = SelectField(_("退回原因"), validate_choice=True)
    outcome = SelectField(_("办理结果"), validate_choice=True)

    def __init__(self, verb: str, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = choices_of([(one.value, say(one.label)) for one in ReturnReason])
        own = [one for one in Outcome if one is not Outcome.DESIGNATED_ELSEWHERE]
        self.outcome.choices = choices_of([(one.value, say(one.label)) for one in own])
        if verb != "return":
            del self.reason
        if verb != "feed_back":
            del self.outcome


class FilesForm(StrictForm):
    """Files to add."""

    files = MultipleFileField(_("材料(可多选)"), [InputRequired(_("请选择文件。"))])


class RemoveForm(StrictForm):
    """Why a file is taken back."""

    reason = StringField(_("移除的理由"), [InputRequired(_("请说明移除的理由。")), Length(max=300)])
