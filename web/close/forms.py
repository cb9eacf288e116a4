"""Closing a period, noting a number told by telephone, returning figures, opening a period again."""

import uuid
from collections.abc import Mapping

from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l

People = Mapping[str, tuple[tuple[uuid.UUID, str], ...]]


class CloseForm(Form):
    """Closing. `without` are the teams that the page named as missing when it was sent."""

    without = SelectMultipleField(_l("Tổ chưa gửi"), validate_choice=False)
    early = BooleanField(_l("Chốt sớm như vậy là đúng"))


class PhonedForm(Form):
    """A number told by telephone: by whom, how many, when (empty: now). The team is that of who said it."""

    said_by = ChoiceField(_l("Người báo"))
    n = IntegerField(_l("Số đã tham gia, lũy kế của tổ"), [InputRequired(_l("ghi một số"))])
    said_at = MomentField(_l("Báo lúc"))

    def offer(self, teams: list[tuple[uuid.UUID, str]], people: People) -> None:
        """Offer the people of these teams, by team."""
        self.said_by.choices = {
            name: [(f"{team}.{member}", person) for member, person in people.get(str(team), ())]
            for team, name in teams
            if people.get(str(team))
        }

    def validate_said_by(self, field: ChoiceField) -> None:
        """Refuse what is no team and person."""
        if self.team_and_person is None:
            field.errors = [_("chọn một trong danh sách")]

    @property
    def team_and_person(self) -> tuple[uuid.UUID, uuid.UUID] | None:
        """The team and who spoke for it."""
        team, _dot, member = str(self.said_by.data or "").partition(".")
        try:
            return uuid.UUID(team), uuid.UUID(member)
        except ValueError:
            return None


class ReturnForm(Form):
    """Returning a team's figures: what is wrong, and which version was looked at."""

    reason = StringField(_l("Cần sửa gì"), [InputRequired(_l("chưa ghi; ghi cần bổ sung gì")), Length(max=500)])
    state_version = IntegerField(_l("Bản đang mở"), [InputRequired(_l("chưa ghi"))], widget=HiddenInput())


class ReopenForm(Form):
    """Asking to open a closed period again."""

    reason = StringField(_l("Vì sao phải mở lại"), [InputRequired(_l("chưa ghi; ghi một câu ngắn")), Length(max=500)])


class ButtonForm(Form):
    """A button of its own."""
