"""The one form under an escalation or a group of them: what was typed, and which button was pressed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from flask import request
from wtforms import StringField, TextAreaField

from rules.pack.model import Label
from web.format import label
from web.forms import ChoiceField, Form, MomentField
from web.here import here
from web.i18n import _, _l
from web.sayings import spoken
from workflow.actions.answer_escalation import ANSWERS
from workflow.actions.settle_chosen import EXIT_ANSWERS
from workflow.escalation.answers import AnswerKind
from workflow.queries.colleagues import Colleague
from workflow.queries.plan_items import title_of

TEAM: Final = "team"
POST: Final = "post:"
EXIT_BUTTONS: Final = ("exit_confirmed", "exit_returned")
"""Buttons under what waits to be confirmed of the person of an episode."""
ALL, CHOSEN = "all", "chosen"


class AnswerForm(Form):
    """What is answered. The button says how (`answer`)."""

    reason = TextAreaField(_l("Nội dung"))
    until = MomentField(_l("Thời điểm"), ahead=True, alone="end")
    to = ChoiceField(_l("Giao cho"))
    why = ChoiceField(_l("Lý do"))

    def __init__(
        self, receivers: Sequence[Colleague], reasons: Mapping[str, Sequence[Label]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        people, posts = receiver_words(receivers)
        self.to.choices = [
            ("", _("– chọn người nhận –")), (TEAM, _("Cả tổ công tác")), *people.items(), *posts.items(),
        ]  # fmt: skip
        self.why.choices = [("", _("– chọn lý do –")), *_reasons(reasons)]
        for chosen in (self.to, self.why):
            if chosen.data is None:
                chosen.data = ""

    @property
    def has_choices(self) -> bool:
        """Whether the pack gives reasons of which one is to be chosen."""
        return len(self.why.choices) > 1

    @property
    def answer(self) -> str:
        """Which button was pressed; the quiet one if none of ours."""
        pressed = request.form.get("answer", "")
        return pressed if pressed in ANSWERS else "noted"

    def values(self) -> dict[str, Any]:
        """Return what the engine wants to know."""
        to, to_post = receiver_of(self.to.data or "")
        return {"answer": self.answer, "reason": self.said, "until": self.until.data, "to": to, "to_post": to_post}

    @property
    def said(self) -> str:
        """Return the reason that was chosen, and what was typed behind it."""
        typed = (self.reason.data or "").strip()
        return ": ".join(part for part in (self.why.data or "", typed) if part)

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
    until = MomentField(_l("Thời điểm"), ahead=True, alone="end")

    @property
    def answer(self) -> Any:
        """Which button was pressed; the quiet one if none of ours."""
        pressed = request.form.get("answer", "")
        return pressed if pressed in (*ANSWERS, *EXIT_ANSWERS) else "noted"

    @property
    def to(self) -> str:
        """To whom it is given, as the button of the page that asks says it; empty until then."""
        return request.form.get("to", "")

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody has seen how many would be closed."""
        return request.form.get("confirmed") == "1"


class ExitForm(Form):
    """Confirming or returning what waits on the person of an episode."""

    reason = TextAreaField(_l("Lý do trả lại"))

    @property
    def answer(self) -> str | None:
        """Which of its buttons was pressed; None if it was one of another form."""
        pressed = request.form.get("answer", "")
        return pressed if pressed in EXIT_BUTTONS else None


def receiver_words(receivers: Sequence[Colleague]) -> tuple[dict[str, str], dict[str, str]]:
    """Return who may get it, and which posts: each as a form says it, with its words. Who holds several posts stands there once."""
    titles = {one.post_id: label(title_of(here.context, one.code, one.post)) for one in receivers}
    people = {str(one.membership_id): f"{one.name} – {titles[one.post_id]}" for one in reversed(receivers)}
    posts = {f"{POST}{one.post_id}": _("Vị trí: %(post)s", post=titles[one.post_id]) for one in reversed(receivers)}
    return dict(reversed(people.items())), dict(reversed(posts.items()))


def receiver_of(text: str) -> tuple[Any, uuid.UUID | None]:
    """Return the colleague or team, or else the post, that a form names; neither for what names nobody."""
    if text == TEAM:
        return TEAM, None
    found = _id(text.removeprefix(POST))
    return (None, found) if text.startswith(POST) else (found, None)


def _reasons(reasons: Mapping[str, Sequence[Label]]) -> list[tuple[str, str]]:
    """Return the reasons that can be chosen, each once, with the decisions that ask for one."""
    asking: dict[str, tuple[str, list[str]]] = {}
    for answer, choices in reasons.items():
        for choice in choices:
            kept = " ".join(choice.vi.split())
            asking.setdefault(kept, (label(choice), []))[1].append(spoken(ANSWERS[cast(AnswerKind, answer)]))
    return [(kept, f"{', '.join(answers)}: {shown}") for kept, (shown, answers) in asking.items()]


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
