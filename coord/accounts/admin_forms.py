"""What administrators may send."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from coord.accounts.queries import list_organisations
from coord.kernel.actor import Role
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
