"""Handing doors over, covering somebody, sending the day's report."""

import uuid
from collections.abc import Sequence

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from rules.time import Instant, day_end
from web.forms import ChoiceField, DayField, Form
from web.i18n import _, _l
from workflow.queries.team_load import TeamPeople

TO_TEAM = "team"
"""What stands for nobody: the door stays with the team."""
EVENLY = "evenly"

Receivers = Sequence[TeamPeople]


def receiver_choices(receivers: Receivers) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return who may get doors, by team: its people, and nobody yet."""
    return [
        (
            team.name,
            [(f"{team.id}.{member}", name) for member, name in people]
            + [(f"{team.id}.{TO_TEAM}", _("Chưa giao ai (để ở tổ)"))],
        )
        for team, people in receivers
    ]


def receiver_of(text: str, receivers: Receivers) -> tuple[uuid.UUID, uuid.UUID | None] | None:
    """Return the team and member (None: nobody yet) that a choice means; None if it is not among them."""
    for team, people in receivers:
        if text == f"{team.id}.{TO_TEAM}":
            return team.id, None
        for member, _name in people:
            if text == f"{team.id}.{member}":
                return team.id, member
    return None


class HandOverForm(Form):
    """Why the chosen doors change hands. `expected` is how many were meant when the page was made."""

    reason = StringField(_l("Lý do"), [InputRequired(_l("chưa ghi; ghi một câu ngắn")), Length(max=500)])
    expected = IntegerField(_l("Số hộ"), [InputRequired(_l("chưa ghi"))], widget=HiddenInput())


class CoverForm(Form):
    """Who takes the doors of somebody who is away, until when, and why."""

    to = ChoiceField(_l("Người làm thay"))
    until = DayField(_l("Đến hết ngày"), [Optional()], side="ahead")
    reason = StringField(_l("Lý do vắng"), [InputRequired(_l("chưa ghi; ghi một câu ngắn")), Length(max=500)])

    @property
    def until_at(self) -> Instant | None:
        """The end of the last day of absence."""
        return None if self.until.data is None else day_end(self.until.data)


class ReportForm(Form):
    """Sending the day's report. `state_version` is what the sender looked at."""

    state_version = IntegerField(_l("Bản đang mở"), [InputRequired(_l("chưa ghi"))], widget=HiddenInput())


class ButtonForm(Form):
    """A button of its own."""
