"""What was said, to whom and how: one tap where the telephone rings as it did the last time."""

from typing import Any, Final

from wtforms import HiddenField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from rules.pack import Pack
from rules.time import Instant
from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l
from workflow.closing.said import CHANNEL_LABELS, SaidRow

OTHER: Final = "-"
"""Somebody who is not among the recipients of the pack."""


class SaidForm(Form):
    """Figures of the cut that a page showed, said to somebody."""

    as_of = IntegerField(validators=[InputRequired(), NumberRange(min=0)], widget=HiddenField.widget)
    known_no = IntegerField(validators=[InputRequired(), NumberRange(min=0)], widget=HiddenField.widget)
    channel = RadioField(_l("Báo bằng"), validators=[InputRequired(_l("chọn một cách"))], validate_choice=False)
    recipient = ChoiceField(_l("Báo cho"))
    other = StringField(_l("Nơi khác"), validators=[Length(max=200, message=_l("tối đa 200 ký tự; viết ngắn hơn"))])
    said_at = MomentField(_l("Báo lúc"))

    def __init__(self, pack: Pack, *args: Any, last: SaidRow | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = recipients_of(pack)
        self.recipient.choices = [*((to, to) for to in known), (OTHER, _("Nơi khác (ghi ở dưới)"))]
        self.channel.choices = [(name, _(label)) for name, label in CHANNEL_LABELS.items()]
        if self.recipient.data is None:
            self.recipient.data = last.recipient if last and last.recipient in known else (*known, OTHER)[0]
        if self.channel.data is None:
            self.channel.data = last.channel if last else "phone"

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it can be sent on; whoever is not on the list has to be named."""
        fine = super().validate(extra_validators)
        if self.recipient.data == OTHER and not (self.other.data or "").strip():
            self.other.errors = [*self.other.errors, _("ghi tên cơ quan hoặc người nhận")]
            return False
        return fine

    def values(self) -> dict[str, Any]:
        """Return what was sent, as the engine takes it."""
        said_at: Instant | None = self.said_at.data
        other = self.recipient.data == OTHER
        return {
            "recipient": str(self.other.data if other else self.recipient.data),
            "channel": str(self.channel.data),
            "as_of": int(self.as_of.data or 0),
            "known_no": int(self.known_no.data or 0),
            "said_at": said_at,
        }


def recipients_of(pack: Pack) -> list[str]:
    """Return whom the campaign reports to; its own files are nobody."""
    told = [one.to for one in pack.model.pack.reporting.recipients] if pack.model.pack.reporting else []
    return [to for to in dict.fromkeys(told) if not to.startswith("Lưu")]
