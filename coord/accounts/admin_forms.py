"""What administrators may send."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from coord.accounts.queries import list_organisations
from coord.accounts.register import Standing, Wanted
from coord.kernel.actor import Role
from coord.kernel.text import N_
from coord.web.forms import StrictForm, choices_of
from coord.web.words import say


class AccountForm(StrictForm):
    """A new account."""

    login = StringField(_("账号"), [InputRequired(_("请填写账号。")), Length(max=40)])
    name = StringField(_("姓名"), [InputRequired(_("请填写姓名。")), Length(max=100)])
    certificate_number = StringField(_("执法证号"), [Optional(), Length(max=40)])
    organisation_id = SelectField(_("单位"), coerce=int)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.organisation_id.choices = choices_of(
            [(row.id, row.name) for row in list_organisations()]
        )


class MoveForm(StrictForm):
    """Where to."""

    organisation_id = SelectField(_("单位"), coerce=int)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.organisation_id.choices = choices_of(
            [(row.id, row.name) for row in list_organisations()]
        )


class SearchForm(StrictForm):
    """What to look for among accounts, from the query string. A value that is no choice
    asks for nothing, so an old bookmark still opens the list."""

    class Meta(StrictForm.Meta):
        """A search changes nothing and needs no token."""

        csrf = False

    q = StringField(_("账号、姓名或单位"))
    organisation_id = SelectField(_("单位"))
    role = SelectField(_("角色"))
    standing = SelectField(_("状态"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        anything: list[tuple[object, object]] = [("", say(N_("不限")))]
        self.organisation_id.choices = choices_of(
            anything + [(str(row.id), row.name) for row in list_organisations()]
        )
        self.role.choices = choices_of(anything + [(role.value, say(role.label)) for role in Role])
        self.standing.choices = choices_of(
            anything + [(standing.value, say(standing.label)) for standing in Standing]
        )

    def as_wanted(self) -> Wanted:
        """The search as the register takes it."""
        chosen = {
            field.name: field.data
            for field in (self.organisation_id, self.role, self.standing)
            if field.data in {choice.value for choice in field.choices}
        }
        organisation_id = chosen.get("organisation_id")
        return Wanted(
            text=(self.q.data or "").strip()[:100].replace("\0", ""),
            organisation_id=int(organisation_id) if organisation_id else None,
            role=Role(chosen["role"]) if chosen.get("role") else None,
            standing=Standing(chosen["standing"]) if chosen.get("standing") else None,
        )


class CheckboxList(SelectMultipleField):
    """Several of a few, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RolesForm(StrictForm):
    """Exactly these roles."""

    roles = CheckboxList(_("角色"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.roles.choices = choices_of([(role.value, say(role.label)) for role in Role])
