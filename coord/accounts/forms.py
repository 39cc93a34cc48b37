"""What may come in at the door."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from coord.web.forms import StrictForm


class SignInForm(StrictForm):
    """Login and password."""

    login = StringField(_("账号"), [InputRequired(_("请填写账号。")), Length(max=40)])
    password = PasswordField(_("密码"), [InputRequired(_("请填写密码。")), Length(max=256)])
    next = HiddenField()


class PasswordForm(StrictForm):
    """The present password, the new one twice."""

    current = PasswordField(_("当前密码"), [InputRequired(_("请填写当前密码。")), Length(max=256)])
    new = PasswordField(_("新密码"), [InputRequired(_("请填写新密码。")), Length(max=256)])
    again = PasswordField(_("再次输入新密码"), [InputRequired(_("请再次输入新密码。"))])


class EmptyForm(StrictForm):
    """A button without fields."""
