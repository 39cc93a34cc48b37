"""The list above a form names what is wrong with each field, in the words of its validator."""

from flask import Flask, get_template_attribute
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange


class Answer(FlaskForm):
    """One field with a lazy message, one with a plain one."""

    class Meta:
        """No token."""

        csrf = False

    amount = IntegerField("数量", [NumberRange(1, 5, lazy_gettext("请填写账号和密码。"))])
    name = StringField("姓名", [InputRequired("请填姓名。")])


def test_lazy_and_plain_messages_are_said_as_they_are(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"amount": "9"}):
        form = Answer()
        assert not form.validate()
        text = get_template_attribute("web/macros.html", "errors")(form)
    assert "请填写账号和密码。" in text
    assert "请填姓名。" in text
    assert "内容有误" not in text
