"""Signing in, by password or by a printed card."""

from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from web.forms import Form
from web.i18n import _l


class SignInForm(Form):
    """Name and password. `draft` and `next` say what waits behind it."""

    login = StringField(_l("Tên đăng nhập"), [InputRequired(_l("chưa ghi")), Length(max=100)])
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("chưa ghi")), Length(max=128)])
    is_shared = BooleanField(_l("Máy dùng chung: tự ra sau 30 phút không dùng"))
    next = HiddenField()
    draft = HiddenField()


class CardForm(Form):
    """Using a card: a password of one's own, typed twice."""

    new_password = PasswordField(_l("Mật khẩu mới"), [InputRequired(_l("chưa ghi")), Length(max=128)])
    again = PasswordField(_l("Ghi lại mật khẩu mới"), [InputRequired(_l("chưa ghi")), Length(max=128)])
    is_shared = BooleanField(_l("Máy dùng chung: tự ra sau 30 phút không dùng"))


class CardCodeForm(Form):
    """The code of a card, typed by somebody whose phone does not read QR codes."""

    code = StringField(_l("Mã trên thẻ"), [InputRequired(_l("chưa ghi")), Length(max=40)])


class FirstVisitForm(Form):
    """The first administrator of an installation."""

    code = StringField(_l("Mã in trên máy chủ"), [InputRequired(_l("chưa ghi")), Length(max=40)])
    login = StringField(_l("Tên đăng nhập"), [InputRequired(_l("chưa ghi")), Length(max=100)])
    new_password = PasswordField(_l("Mật khẩu mới"), [InputRequired(_l("chưa ghi")), Length(max=128)])
    again = PasswordField(_l("Ghi lại mật khẩu mới"), [InputRequired(_l("chưa ghi")), Length(max=128)])
