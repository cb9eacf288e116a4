"""Deciding a request, or several, and taking a confirmation back."""

from wtforms import StringField
from wtforms.validators import Length

from web.forms import Form
from web.i18n import _l


class DecideForm(Form):
    """A reason, needed for returning. Which way it goes is the button's."""

    reason = StringField(_l("Ý kiến"), [Length(max=500)])


class TakeBackForm(Form):
    """Why a confirmation was wrong."""

    reason = StringField(_l("Vì sao hủy xác nhận"), [Length(max=500)])
