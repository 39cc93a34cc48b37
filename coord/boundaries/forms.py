"""What may come in: adoption, confirmation, lead agencies, the map's number."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from coord.boundaries.scenarios import Scenario
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say


class AdoptForm(StrictForm):
    """Which scenario becomes the roster, under what name, from when; then once more, surely."""

    scenario = SelectField(_("方案"))
    name = StringField(_("名单名称"), [InputRequired(_("请填写名单名称。")), Length(max=100)])
    effective_from = DateField(
        _("生效日期"), [InputRequired(_("请填写生效日期,格式如 2026-10-01。"))]
    )
    #: "yes" from the second page, which names the day and the groups.
    sure = HiddenField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.scenario.choices = choices_of([(one.value, say(one.label)) for one in Scenario])


class ConfirmForm(StrictForm):
    """The official document."""

    document = StringField(
        _("正式文件(文号、标题、日期)"),
        [InputRequired(_("请写明据以核实的正式文件(文号、标题、日期)。")), Length(max=500)],
    )


class LeadForm(StrictForm):
    """A group's lead agency, by its county; empty for none."""

    lead_code = SelectField(_("牵头单位"), [Optional()])


class MapNumberForm(StrictForm):
    """The 审图号."""

    number = StringField(_("审图号"), [Optional(), Length(max=60)])
