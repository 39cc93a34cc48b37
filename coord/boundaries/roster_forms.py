"""What may come in about rosters: adoption, members, plans, lists typed or imported."""

import re
from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from coord.boundaries.enums import RosterOrigin
from coord.boundaries.roster_operations import LONGEST_REASON
from coord.boundaries.roster_rows import MOST_ROWS, RawRow
from coord.boundaries.scenarios import Scenario
from coord.boundaries.studio_models import SavedScenario
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say

_DAY = [InputRequired(_("请填写日期,格式如 2026-10-01。"))]
_REASON = [InputRequired(_("请写明理由。")), Length(max=LONGEST_REASON)]
#: Columns of a row, as fields of the draft are named: group-0, county-0 …
COLUMNS = ("row", "group", "county", "lead", "start", "end")
_FIELD = re.compile(rf"({'|'.join(COLUMNS)})-(\d{{1,3}})")
_CELL = re.compile(r"g(\d{1,3})-(\d)")


class AdoptForm(StrictForm):
    """Which scenario becomes the roster, under what name, from when; then once more, surely."""

    scenario = SelectField(_("方案"))
    name = StringField(_("名单名称"), [InputRequired(_("请填写名单名称。")), Length(max=100)])
    effective_from = DateField(
        _("生效日期"), [InputRequired(_("请填写生效日期,格式如 2026-10-01。"))]
    )
    #: "yes" from the second page, which names the day and the groups.
    sure = HiddenField()

    def __init__(self, saved: Sequence[SavedScenario] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        built_in = [(one.value, say(one.label)) for one in Scenario]
        kept = [(f"saved:{one.id}", gettext("保存的方案:%(name)s", name=one.name)) for one in saved]
        self.scenario.choices = choices_of([*built_in, *kept])


class JoinForm(StrictForm):
    """A county joins a group."""

    county = StringField(
        _("区县"), [InputRequired(_("请填写区县名称或六位代码。")), Length(max=60)]
    )
    from_on = DateField(_("加入日期"), _DAY)
    reason = TextAreaField(_("理由"), _REASON)


class LeaveForm(StrictForm):
    """A county leaves a group."""

    member = SelectField(_("区县"), coerce=int)
    last_on = DateField(_("最后一天"), _DAY)
    reason = TextAreaField(_("理由"), _REASON)


class PlanForm(StrictForm):
    """A version of a group's work plan."""

    file = FileField(_("工作方案文件(PDF、DOCX、OFD)"), [FileRequired(_("请选择文件。"))])


class ImportForm(StrictForm):
    """A table with the official list."""

    file = FileField(_("名单表格(Excel 或 CSV)"), [FileRequired(_("请选择文件。"))])


class GridForm(StrictForm):
    """Groups as rows of counties, typed: g1-0, g1-1 …"""

    def subfield_names(self) -> set[str]:
        """The cells that were sent."""
        return {name for name in request.form if _CELL.fullmatch(name)} | {"rows"}

    def rows(self) -> list[RawRow]:
        """What was typed, a row for each county, in the order of the grid."""
        cells = {
            (int(found[1]), int(found[2])): text
            for name, text in request.form.items()
            for found in [_CELL.fullmatch(name)]
            if found is not None and text.strip()
        }
        return [RawRow(group, str(group), text) for (group, _cell), text in sorted(cells.items())]


class DraftForm(StrictForm):
    """A list as rows to be corrected, its name and first day."""

    name = StringField(_("名单名称"), [InputRequired(_("请填写名单名称。")), Length(max=100)])
    effective_from = DateField(
        _("生效日期"), [InputRequired(_("请填写生效日期,格式如 2026-10-01。"))]
    )
    origin = HiddenField(
        validators=[AnyOf([RosterOrigin.TYPED.value, RosterOrigin.IMPORTED.value])]
    )
    #: check | more | adopt: which button was pressed.
    act = HiddenField(validators=[AnyOf(["check", "more", "adopt"])])

    def subfield_names(self) -> set[str]:
        """The fields of the rows."""
        return {name for name in request.form if _FIELD.fullmatch(name)}

    def rows(self) -> list[RawRow]:
        """The rows as they stand on the page; empty ones included."""
        found: dict[int, dict[str, str]] = {}
        for name, text in request.form.items():
            field = _FIELD.fullmatch(name)
            if field is not None and int(field[2]) < MOST_ROWS:
                found.setdefault(int(field[2]), {})[field[1]] = text[:200]
        return [_raw_row(place, cells) for place, cells in sorted(found.items())]


def _raw_row(place: int, cells: dict[str, str]) -> RawRow:
    number = cells.get("row", "")
    return RawRow(
        number=int(number) if number.isascii() and number.isdigit() else place + 1,
        **{key: cells.get(key, "") for key in COLUMNS[1:]},
    )
