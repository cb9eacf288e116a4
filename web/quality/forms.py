"""Drawing a day's re-visits, and answering one."""

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from web.forms import Form
from web.i18n import _l


class DrawForm(Form):
    """The local day, as its number."""

    day = IntegerField(
        _l("Ngày"), [InputRequired(_l("Chưa chọn ngày.")), NumberRange(0, 100_000, _l("Không có ngày này."))]
    )


class AnswerForm(Form):
    """Which of the three buttons."""

    answer = StringField(_l("Trả lời"), [InputRequired(_l("Chưa chọn câu trả lời."))])
