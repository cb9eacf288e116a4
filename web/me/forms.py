"""Somebody's own password and language."""

from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from web.forms import Form
from web.i18n import _l


class PasswordForm(Form):
    """The old password once, the new one twice."""

    old_password = PasswordField(_l("Mật khẩu đang dùng"), [InputRequired(_l("chưa ghi")), Length(max=128)])
    new_password = PasswordField(_l("Mật khẩu mới"), [InputRequired(_l("chưa ghi")), Length(max=128)])
    again = PasswordField(_l("Ghi lại mật khẩu mới"), [InputRequired(_l("chưa ghi")), Length(max=128)])
