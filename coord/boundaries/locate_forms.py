"""What may come in: one point, or a file of points with the choice of its columns."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from coord.boundaries.datum import Datum
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say

#: The value of a column that is to be guessed.
GUESS = ""


class PointForm(StrictForm):
    """One point; the first field also takes 103.9, 30.6."""

    class Meta(StrictForm.Meta):
        """A question changes nothing and can be kept as a link: no token."""

        csrf = False

    lon = StringField(_("经度"), [Length(max=80)])
    lat = StringField(_("纬度"), [Length(max=40)])
    datum = SelectField(_("坐标系"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.datum.choices = datums()


class PointsFileForm(StrictForm):
    """A file, what its degrees mean, and which columns hold them."""

    file = FileField(_("表格文件"), [FileRequired(_("请选择文件。"))])
    datum = SelectField(_("坐标系"))
    lon_column = SelectField(_("经度列"), [Optional()], validate_choice=False)
    lat_column = SelectField(_("纬度列"), [Optional()], validate_choice=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.file.id, self.datum.id = "points-file", "points-datum"
        self.datum.choices = datums()
        self.lon_column.choices = choices_of([(GUESS, _("自动识别"))])
        self.lat_column.choices = choices_of([(GUESS, _("自动识别"))])


def datums() -> list[object]:
    """What coordinates may have been measured in."""
    return list(choices_of([(one.value, say(one.label)) for one in Datum]))
