"""The one form under an escalation or a group of them: what was typed, and which button was pressed."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from flask import request
from wtforms import StringField, TextAreaField

from web.forms import ChoiceField, Form, MomentField
from web.i18n import _, _l
from workflow.actions.answer_escalation import ANSWERS
from workflow.actions.settle_chosen import EXIT_ANSWERS
from workflow.queries.colleagues import Colleague

TEAM: Final = "team"
ALL, CHOSEN = "all", "chosen"


class AnswerForm(Form):
    """What is answered. The button says how (`answer`)."""

    reason = TextAreaField(_l("Nội dung"))
    until = MomentField(_l("Dự kiến xong trước"), ahead=True)
    to = ChoiceField(_l("Giao cho"))

    def __init__(self, receivers: Sequence[Colleague], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {str(one.membership_id): f"{one.name} – {one.post}" for one in reversed(receivers)}
        self.to.choices = [("", _("– chọn người nhận –")), (TEAM, _("Cả tổ công tác")), *reversed(people.items())]
        if self.to.data is None:
            self.to.data = ""

    @property
    def answer(self) -> str:
        """Which button was pressed; the quiet one if none of ours."""
        pressed = request.form.get("answer", "")
        return pressed if pressed in ANSWERS else "noted"

    def values(self) -> dict[str, Any]:
        """Return what the engine wants to know."""
        to: Any = self.to.data or None
        if to is not None and to != TEAM:
            to = uuid.UUID(to)
        return {"answer": self.answer, "reason": self.reason.data, "until": self.until.data, "to": to}

    def asked(self) -> dict[str, Any]:
        """Return the same in plain values, to tell a repeat from another answer."""
        return {name: str(value) for name, value in self.values().items()}


class GroupAnswerForm(AnswerForm):
    """The same for a group: all of it, or those that were ticked."""

    scope = StringField(_l("Áp dụng cho"), default=ALL)

    @property
    def chosen(self) -> list[uuid.UUID]:
        """The episodes that were ticked; what is no id is none of ours."""
        return [found for found in map(_id, request.form.getlist("chosen")) if found is not None]

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody has seen how many would be closed."""
        return request.form.get("confirmed") == "1"

    def asked(self) -> dict[str, Any]:
        """Return what is answered, and for which of them."""
        ids = [] if self.scope.data == ALL else [one.hex for one in self.chosen]
        return {**super().asked(), "scope": self.scope.data, "chosen": ids}


class SettleForm(Form):
    """One answer to several rows of the list."""

    reason = TextAreaField(_l("Nội dung"))

    @property
    def answer(self) -> Any:
        """Which button was pressed; the quiet one if none of ours."""
        pressed = request.form.get("answer", "")
        return pressed if pressed in (*ANSWERS, *EXIT_ANSWERS) and pressed != "handed_on" else "noted"

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody has seen how many would be closed."""
        return request.form.get("confirmed") == "1"


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
