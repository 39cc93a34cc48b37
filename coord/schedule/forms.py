"""What may come in: campaigns, actions, answers, figures, subscriptions."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from coord.agreements.enums import RecordKind
from coord.agreements.models import Agreement
from coord.boundaries.queries import GroupView
from coord.kernel.clock import at_shanghai
from coord.schedule.enums import Focus, InspectionType
from coord.schedule.operations import ActionPlan
from coord.schedule.queries import CAMPAIGN_KINDS
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say


class CheckboxList(SelectMultipleField):
    """Several of a few, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CampaignForm(StrictForm):
    """A campaign."""

    agreement_id = SelectField(_("依据的协议"), coerce=int)
    kind = SelectField(_("类别"))
    title = StringField(_("名称"), [InputRequired(_("请填写名称。")), Length(max=120)])
    window_from = DateField(_("开始日期"), [InputRequired(_("请填写开始日期。"))])
    window_to = DateField(_("终止日期"), [InputRequired(_("请填写终止日期。"))])
    foci = CheckboxList(_("重点(四重)"))
    parent_plan = StringField(_("上位计划"), [Optional(), Length(max=200)])

    def __init__(self, agreements: Sequence[Agreement], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.agreement_id.choices = choices_of([(row.id, row.short_name) for row in agreements])
        self.kind.choices = choices_of([(kind.value, say(kind.label)) for kind in CAMPAIGN_KINDS])
        self.foci.choices = choices_of([(focus.value, say(focus.label)) for focus in Focus])


class ActionForm(StrictForm):
    """A joint action."""

    kind = SelectField(_("类别"))
    focus = SelectField(_("重点"))
    title = StringField(_("名称"), [InputRequired(_("请填写名称。")), Length(max=120)])
    group_id = SelectField(_("联动组"), coerce=int)
    starts_on = DateField(_("开始日期"), [InputRequired(_("请填写开始日期。"))])
    starts_time = TimeField(_("开始时间"), [InputRequired(_("请填写开始时间。"))])
    ends_on = DateField(_("结束日期"), [InputRequired(_("请填写结束日期。"))])
    ends_time = TimeField(_("结束时间"), [InputRequired(_("请填写结束时间。"))])
    place = StringField(_("地点"), [InputRequired(_("请填写地点。")), Length(max=200)])
    host_code = SelectField(_("属地(承办)单位"))
    lead_code = SelectField(_("牵头单位"))
    region_codes = CheckboxList(_("参加单位(不勾选则为联动组全部成员)"))
    inspection = SelectField(_("检查类型(国办发〔2024〕54号)"))
    approval_number = StringField(_("批准文号"), [Optional(), Length(max=100)])
    note = TextAreaField(_("内部备注(不进入日历)"), [Optional(), Length(max=2000)])
    warned = BooleanField(_("已看到上述提醒,仍然保存"))

    def __init__(
        self,
        groups: Sequence[GroupView],
        regions: Sequence[tuple[str, str]],
        *args: object,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices_of([(kind.value, say(kind.label)) for kind in CAMPAIGN_KINDS])
        self.focus.choices = choices_of([(focus.value, say(focus.label)) for focus in Focus])
        self.group_id.choices = choices_of(
            [(0, "—"), *((g.id, f"{g.number} {g.name}") for g in groups)]
        )
        self.host_code.choices = choices_of(list(regions))
        self.lead_code.choices = choices_of(list(regions))
        self.region_codes.choices = choices_of(list(regions))
        self.inspection.choices = choices_of(
            [(one.value, say(one.label)) for one in InspectionType]
        )

    def as_plan(self) -> ActionPlan:
        """The form's content as the operation takes it."""
        return ActionPlan(
            kind=RecordKind(self.kind.data),
            focus=Focus(self.focus.data),
            title=self.title.data,
            group_id=self.group_id.data or None,
            starts_at=at_shanghai(self.starts_on.data, self.starts_time.data),
            ends_at=at_shanghai(self.ends_on.data, self.ends_time.data),
            place=self.place.data,
            host_code=self.host_code.data,
            lead_code=self.lead_code.data,
            region_codes=tuple(self.region_codes.data or ()),
            inspection=InspectionType(self.inspection.data),
            approval_number=self.approval_number.data or "",
            note=self.note.data or "",
        )


def group_plan_form(groups: Sequence[GroupView], names: dict[str, str]) -> Any:
    """One row for each joint group: date, host, place; an empty date leaves the group out."""
    fields: dict[str, object] = {
        "focus": SelectField(
            _("重点"), choices=choices_of([(f.value, say(f.label)) for f in Focus])
        ),
        "inspection": SelectField(
            _("检查类型(国办发〔2024〕54号)"),
            choices=choices_of([(i.value, say(i.label)) for i in InspectionType]),
        ),
        "approval_number": StringField(_("批准文号"), [Optional(), Length(max=100)]),
        "starts_time": TimeField(
            _("开始时间"), [InputRequired(_("请填写开始时间。"))], default=time(9, 30)
        ),
        "ends_time": TimeField(
            _("结束时间"), [InputRequired(_("请填写结束时间。"))], default=time(17, 0)
        ),
        "warned": BooleanField(_("已看到上述提醒,仍然保存")),
    }
    for group in groups:
        hosts = [(code, names[code]) for code in group.county_codes]
        fields[f"day_{group.id}"] = DateField(_("日期"), [Optional()])
        fields[f"host_{group.id}"] = SelectField(_("属地(承办)单位"), choices=choices_of(hosts))
        fields[f"place_{group.id}"] = StringField(_("地点"), [Optional(), Length(max=200)])
    return type("GroupPlanForm", (StrictForm,), fields)()


class AnswerForm(StrictForm):
    """Attending or not."""

    attending = SelectField(
        _("答复"), choices=choices_of([("yes", _("参加")), ("no", _("不参加"))])
    )
    reason = StringField(_("不参加的理由"), [Optional(), Length(max=300)])


def _count(label: object) -> IntegerField:
    sentence = _("请填写0或正整数。")
    return IntegerField(label, [InputRequired(sentence), NumberRange(0, 1_000_000, sentence)])


class FiguresForm(StrictForm):
    """What came of an action."""

    site_visits = _count(_("家次"))
    officer_times = _count(_("人次"))
    problems = _count(_("发现问题"))
    filings = _count(_("立案"))
    penalties = _count(_("处罚决定"))
    fines_yuan = DecimalField(
        _("罚款金额(元)"),
        [InputRequired(_("请填写金额,没有则填0。")), NumberRange(0, 10**11)],
        places=2,
    )
    transfers = _count(_("移送"))
    summary = TextAreaField(_("情况小结"), [Optional(), Length(max=4000)])


class DisputeForm(StrictForm):
    """Why not."""

    reason = StringField(_("异议"), [InputRequired(_("请写明异议。")), Length(max=300)])


class CancelForm(StrictForm):
    """Why."""

    reason = StringField(_("取消的原因"), [InputRequired(_("请写明取消的原因。")), Length(max=300)])


class SubscriptionForm(StrictForm):
    """A name by which the person knows the device."""

    name = StringField(_("名称(例如:我的手机)"), [InputRequired(_("请填写名称。")), Length(max=60)])


class EmptyForm(StrictForm):
    """A button without fields."""
