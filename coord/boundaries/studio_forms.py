"""What may come in at the studio: rules in the address, a county to add, a scenario to keep."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    FloatField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from coord.boundaries.grouping import Objective, Rules
from coord.boundaries.lookup import CountyBook
from coord.boundaries.studio_state import State, read_pair, state_of
from coord.kernel.errors import Invalid
from coord.kernel.regions import party_name
from coord.kernel.text import N_
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say

#: A group of more counties is no joint group; the engine's work grows steeply with it.
LARGEST = 8
OBJECTIVES: Mapping[Objective, str] = {
    Objective.KM: N_("组内边界总长最大"),
    Objective.SHARE: N_("组内边界占较小县周界的比例之和最大"),
}
_COUNT = [Optional(), NumberRange(1, 999, _("请填写1至999的整数,不限则留空。"))]
_SIZE = [
    InputRequired(_("请填写每组县数的下限和上限。")),
    NumberRange(2, LARGEST, _("每组县数应在2至8之间。")),
]


class RulesForm(FlaskForm):
    """The rules as an address carries them; read only, so without a token."""

    class Meta:
        """Nothing is changed by reading."""

        csrf = False
        locales = None

    party = SelectMultipleField(
        _("参与城市"), [InputRequired(_("请至少选择两个城市。"))], validate_choice=False
    )
    groups = IntegerField(_("组数"), _COUNT)
    counties = IntegerField(_("区县数"), _COUNT)
    smallest = IntegerField(_("每组最少区县数"), _SIZE, default=2)
    largest = IntegerField(_("每组最多区县数"), _SIZE, default=4)
    objective = SelectField(_("目标"), default=Objective.KM.value)
    hub = SelectField(_("枢纽城市"), [Optional()])
    min_km = FloatField(
        _("最短边界(公里)"), [Optional(), NumberRange(0, 500, _("最短边界应在0至500公里之间。"))]
    )
    include = SelectMultipleField(_("必须纳入"), validate_choice=False)
    exclude = SelectMultipleField(_("必须排除"), validate_choice=False)
    together = SelectMultipleField(_("同组"), validate_choice=False)
    apart = SelectMultipleField(_("分开"), validate_choice=False)

    def __init__(self, args: Any, parties: Sequence[str]) -> None:
        super().__init__(formdata=args)
        self._known = set(parties)
        named = [(party, party_name(party)) for party in parties]
        self.party.choices = choices_of(named)
        self.hub.choices = choices_of([("", _("不设枢纽")), *named])
        self.objective.choices = choices_of(
            [(one.value, say(words)) for one, words in OBJECTIVES.items()]
        )

    def validate_party(self, field: SelectMultipleField) -> None:
        """Groups span cities, so there must be two, and ones that the boundaries have."""
        for party in sorted(set(field.data or []) - self._known):
            name = party_name(party)
            raise ValidationError(gettext("现行边界中没有城市“%(party)s”。", party=name))
        if len(set(field.data or [])) < 2:
            raise ValidationError(gettext("请至少选择两个城市。"))

    def validate_hub(self, field: SelectField) -> None:
        """The hub takes part."""
        if field.data and field.data not in (self.party.data or []):
            raise ValidationError(gettext("枢纽城市须是参与城市之一。"))

    def validate_largest(self, field: IntegerField) -> None:
        """The sizes are in order."""
        if field.data and self.smallest.data and field.data < self.smallest.data:
            raise ValidationError(gettext("每组最多区县数不能小于最少区县数。"))

    def state(self) -> State:
        """The rules, once validated."""
        rules = Rules(
            groups=self.groups.data,
            counties=self.counties.data,
            smallest=self.smallest.data,
            largest=self.largest.data,
            objective=Objective(self.objective.data),
            hub=self.hub.data or None,
            must_include=frozenset(self.include.data or ()),
            must_exclude=frozenset(self.exclude.data or ()),
            together=_pairs(self.together.data or ()),
            apart=_pairs(self.apart.data or ()),
            min_contact_m=round((self.min_km.data or 0.0) * 1000, 3),
        )
        return state_of(dict.fromkeys(self.party.data), rules)  # type: ignore[arg-type]  # ordered keys


def _pairs(texts: Sequence[str]) -> frozenset[tuple[str, str]]:
    pairs = (read_pair(text) for text in texts)
    return frozenset(pair for pair in pairs if pair is not None)


class AddPinForm(FlaskForm):
    """A county, or two, typed by name or code, and what is wished for them."""

    class Meta:
        """Nothing is changed by reading."""

        csrf = False
        locales = None

    who = StringField(_("区县"), [Length(max=60)])
    other = StringField(_("另一区县(同组、分开时填)"), [Length(max=60)])
    wish = SelectField(_("要求"), default="include")

    def __init__(self, args: Any) -> None:
        super().__init__(formdata=args)
        self.wish.choices = choices_of(WISHES)

    def is_asked(self) -> bool:
        """Whether a county was typed."""
        return bool((self.who.data or "").strip() or (self.other.data or "").strip())

    def apply(self, state: State, book: CountyBook) -> State:
        """The state with the wish; Invalid where a county is not known or is missing."""
        first = book.find(self.who.data or "")
        if self.wish.data in {"include", "exclude"}:
            return state.pinned(first.code, self.wish.data)
        second = book.find(self.other.data or "")
        if first.code == second.code:
            raise Invalid(N_("请选择两个不同的区县。"))
        return state.paired(first.code, second.code, self.wish.data)


WISHES = (
    ("include", _("必须纳入")),
    ("exclude", _("必须排除")),
    ("together", _("同组")),
    ("apart", _("分开")),
)


class SaveForm(StrictForm):
    """A scenario's name and what it is for."""

    name = StringField(_("方案名称"), [InputRequired(_("请填写方案名称。")), Length(max=100)])
    note = TextAreaField(_("说明"), [Optional(), Length(max=1000)])


class ReplayForm(StrictForm):
    """A file of another installation; with a name, what comes out is kept."""

    file = FileField(_("编组文件(JSON)"), [FileRequired(_("请选择文件。"))])
    name = StringField(_("另存为(留空则只回放)"), [Optional(), Length(max=100)])
