"""What may come in: functional zones, their ground, their document, their end."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from coord.boundaries.datum import Datum
from coord.boundaries.models import CountyUnit
from coord.boundaries.studio_models import FunctionalZone
from coord.kernel.text import N_
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say

#: Distances within which corners are drawn to a parent's border, metres.
SNAPS = (0, 50, 100, 200, 500)


class CheckboxList(SelectMultipleField):
    """Several of a few, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ZoneForm(StrictForm):
    """A zone: name, parents, source, since when."""

    name = StringField(_("名称"), [InputRequired(_("请填写功能区名称。")), Length(max=50)])
    parent_codes = CheckboxList(_("所在区县"), [InputRequired(_("请至少选择一个所在区县。"))])
    source = StringField(_("依据或来源"), [Optional(), Length(max=300)])
    from_on = DateField(_("设立日期(不详可空)"), [Optional()])

    def __init__(self, counties: Sequence[CountyUnit], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.parent_codes.choices = choices_of([(one.code, one.name) for one in counties])


class DrawForm(StrictForm):
    """The zone's corners, and what is to be done with them."""

    vertices = TextAreaField(
        _("顶点"), [InputRequired(_("请在图上点出或填写至少三个顶点。")), Length(max=1_900_000)]
    )
    datum = SelectField(_("坐标系"))
    snap_m = SelectField(_("贴合到所在区县的边界"), coerce=int)
    cut_outside = BooleanField(_("截去区县以外的部分"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.datum.choices = choices_of([(one.value, say(one.label)) for one in Datum])
        self.snap_m.choices = choices_of(
            [(one, say(N_("%(m)s米以内"), m=one) if one else say(N_("不贴合"))) for one in SNAPS]
        )


class UploadForm(StrictForm):
    """A file with the zone's polygon, or several to choose from."""

    file = FileField(
        _("文件(GeoJSON、GeoPackage、压缩的 Shapefile)"), [InputRequired(_("请选择文件。"))]
    )
    datum = SelectField(_("坐标系"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.datum.choices = choices_of(
            [("", say(N_("按文件所注"))), *((one.value, say(one.label)) for one in Datum)]
        )


class VerifyForm(StrictForm):
    """The official document."""

    document = StringField(
        _("正式文件(文号、标题、日期)"),
        [InputRequired(_("请写明据以核实的正式文件(文号、标题、日期)。")), Length(max=300)],
    )


class EndForm(StrictForm):
    """The last day of a zone."""

    last_day = DateField(_("撤销日期"), [InputRequired(_("请填写撤销日期,格式如 2026-10-01。"))])


class CarveForm(StrictForm):
    """Which zones become units of their own."""

    zones = CheckboxList(_("划出的功能区"), coerce=int)

    def __init__(self, zones: Sequence[FunctionalZone], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.zones.choices = choices_of([(one.id, f"{one.name} {one.key}") for one in zones])
