"""What may come in on the way of a boundary file: the file, its columns, the word to go on."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FloatField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from coord.boundaries.datum import Datum
from coord.boundaries.sources import ReadingChoice
from coord.boundaries.vintage_operations import WIDEST_TOLERANCE_M, Described
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say


class BringForm(StrictForm):
    """The file, and what is to be known of it."""

    file = FileField(_("边界文件"), [FileRequired(_("请选择文件。"))])
    name = StringField(_("名称"), [InputRequired(_("请填写名称。")), Length(max=200)])
    source = StringField(_("来源"), [InputRequired(_("请填写来源。")), Length(max=300)])
    vintage = StringField(_("时点"), [InputRequired(_("请填写时点。")), Length(max=100)])
    licence = StringField(_("使用条件"), [InputRequired(_("请填写使用条件。")), Length(max=300)])
    map_approval_number = StringField(_("审图号"), [Optional(), Length(max=60)])
    accuracy_m = FloatField(_("精度(米)"), [Optional(), NumberRange(0, 10_000)])
    tolerance_m = FloatField(
        _("容差(米)"), [Optional(), NumberRange(0, WIDEST_TOLERANCE_M)], default=0.0
    )
    min_length_m = FloatField(_("最短跨市边界(米)"), [Optional(), NumberRange(0, 100_000)])

    def described(self) -> Described:
        """What was said of the file."""
        return Described(
            name=(self.name.data or "").strip(),
            source=(self.source.data or "").strip(),
            vintage=(self.vintage.data or "").strip(),
            licence=(self.licence.data or "").strip(),
            map_approval_number=(self.map_approval_number.data or "").strip(),
            accuracy_m=self.accuracy_m.data,
            tolerance_m=self.tolerance_m.data or 0.0,
            min_length_m=self.min_length_m.data,
        )


class ColumnsForm(StrictForm):
    """Which layer and columns are meant, and what the degrees are."""

    layer = SelectField(_("图层"), [Optional()])
    code_field = SelectField(_("行政区划代码列"))
    name_field = SelectField(_("名称列"))
    datum = SelectField(_("坐标系"), [Optional()])
    dissolve = BooleanField(_("同一代码的多行合并为一个区县"))
    skip_others = BooleanField(_("跳过点和线"))

    def offer(self, layouts: Sequence[dict[str, Any]]) -> None:
        """Offer what the file has."""
        columns = list(dict.fromkeys(one["name"] for row in layouts for one in row["columns"]))
        named = [(row["layer"], row["layer"] or say(ONLY_LAYER)) for row in layouts]
        self.layer.choices = choices_of(named)
        self.code_field.choices = choices_of([(name, name) for name in columns])
        self.name_field.choices = choices_of([(name, name) for name in columns])
        self.datum.choices = choices_of(
            [("", say(AS_DECLARED)), *((one.value, say(one.label)) for one in Datum)]
        )

    def choice(self) -> ReadingChoice:
        """What was chosen."""
        return ReadingChoice(
            code_field=self.code_field.data,
            name_field=self.name_field.data,
            datum=Datum(self.datum.data) if self.datum.data else None,
            layer=self.layer.data or None,
            dissolve=bool(self.dissolve.data),
            skip_others=bool(self.skip_others.data),
        )


ONLY_LAYER = _("(唯一图层)")
AS_DECLARED = _("按文件所注")


class KeepForm(StrictForm):
    """The word that the reminders were read."""

    acknowledged = BooleanField(_("我已逐条核对以上提醒"))


class ActivateForm(StrictForm):
    """The vintage that was in use when the page was shown, and the word that one knows."""

    instead_of = HiddenField(validators=[InputRequired()])
    confirmed = BooleanField(_("我知道以上后果"))
