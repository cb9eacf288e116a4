"""The form in which the head of an area reports that somebody moved, died or is away."""

from wtforms import StringField
from wtforms.validators import Length

from web.forms import ChoiceField, Form
from web.i18n import _l


class MovementForm(Form):
    """What happened, and what shows it."""

    outcome = ChoiceField(_l("Đã có việc gì"), default="")
    evidence_kind = StringField(_l("Loại căn cứ"), validators=[Length(max=500)])
    evidence = StringField(_l("Căn cứ"), validators=[Length(max=500, message=_l("dài quá 500 ký tự"))])
