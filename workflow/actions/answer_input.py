"""What is typed with an answer to an escalation, checked: the text, until when, to whom, and the reasons that a pack asks for."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import ColumnElement, or_, select, true

from rules.pack import CompiledRule
from rules.said import At, Said
from rules.time import Instant
from workflow.access import Actor
from workflow.days import tomorrow_of
from workflow.errors import BadInput
from workflow.escalation.answers import NOTED, Answer, AnswerKind
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason, typed_text
from workflow.queries.campaigns import CampaignContext
from workflow.queries.colleagues import held_by_anybody, held_places
from workflow.queries.ladder_rows import EPISODES, HANDED_ON
from workflow.queries.where_episodes_lie import lies_with, teams_working

ANSWERS: Final[Mapping[AnswerKind, str]] = {
    "acknowledged": "Nhận việc",
    "handed_on": "Giao cho người khác",
    "raised": "Chuyển cấp trên xử lý",
    "taken_over": "Nhận xử lý thay cấp dưới",
    "returned": "Trả lại cấp dưới kèm chỉ đạo",
    "granted": "Cho thêm thời gian",
    "rested": "Tạm gác trong danh sách của mình",
    "decided": "Quyết định và đóng việc",
    "noted": "Ghi thêm",
}
"""What may be answered, as buttons call it."""

_MISSING: Final[Mapping[str, str]] = {
    "decided": "chưa ghi; ghi đã quyết định gì và vì sao không cần nhắc nữa",
    "returned": "chưa ghi; ghi cấp dưới cần làm gì",
    "granted": "chưa ghi; ghi vì sao cho thêm thời gian",
    "rested": "chưa ghi; ghi vì sao tạm gác",
    NOTED: "chưa ghi; ghi nội dung cần lưu lại",
}
"""Answers that always say something, and what is said where they do not."""
_WITH_END: Final[Mapping[str, str]] = {
    "granted": "chưa ghi; ghi cho thêm thời gian đến khi nào",
    "rested": "chưa ghi; ghi tạm gác đến khi nào",
}
"""Answers that always say until when, and what is said where they do not."""
_MAY_END: Final = ("acknowledged", "taken_over", "returned", *_WITH_END)
"""Answers that may say until when."""
WITH_TEXT: Final = frozenset(_MISSING)
WITH_END: Final = frozenset(_WITH_END)
"""Answers that need a text, and such as need a time."""
_UNTIL: Final = "Thời điểm"
"""What the field is called that says until when."""


def checked_answer(
    book: Book,
    context: CampaignContext,
    answer: AnswerKind,
    reason: str | None,
    until: Instant | None,
    to: uuid.UUID | str | None,
    to_post: uuid.UUID | None,
) -> Answer:
    """Return the answer as it was typed. Raises BadInput, naming the field, for a value that cannot be used."""
    if answer not in ANSWERS:
        raise BadInput(where="Cách xử lý", what="không có cách này; chọn một nút trên trang")
    text = checked_text(answer, reason)
    until = _end(book, context, answer, until)
    if answer != HANDED_ON:
        return Answer(answer, text, until)
    if to is None and to_post is None:
        raise BadInput(where="Giao cho", what="chưa chọn; chọn một người hoặc tổ công tác")
    if to_post is not None:
        return Answer(answer, text, None, to_post, is_post=True)
    return Answer(answer, text, None, to if isinstance(to, uuid.UUID) else None)


def checked_text(answer: str, reason: str | None, rules: Iterable[CompiledRule] = ()) -> str | None:
    """Return the text of an answer. Raises BadInput for one that cannot be used, or that one of these rules' packs does not take."""
    missing = _MISSING.get(answer)
    text = (
        typed_text("Nội dung", reason) if missing is None else typed_reason(reason, where="Nội dung", missing=missing)
    )
    for rule in rules:
        if answer in rule.model.reasons:
            _check_reason(rule, answer, text)
    return text


def _end(book: Book, context: CampaignContext, answer: AnswerKind, until: Instant | None) -> Instant | None:
    """Return until when an answer holds; None for one that says no time.

    What rests or waits does so within the campaign; what is promised or asked for lies in it too, or on the present day after its end.
    """
    if answer not in _MAY_END:
        return None
    if until is None:
        if answer in _WITH_END:
            raise BadInput(where=_UNTIL, what=_WITH_END[answer])
        return None
    if until <= book.now:
        raise BadInput(where=_UNTIL, what="phải sau lúc này; ghi lại ngày giờ")
    last = context.ends_at if answer in _WITH_END else max(context.ends_at, tomorrow_of(book.now))
    if until > last:
        raise BadInput(
            where=_UNTIL,
            what=Said("phải trong đợt, muộn nhất là %(at)s; ghi lại ngày giờ", at=At(last)),
        )
    return until


def receiver_works_there(book: Book, told: Answer, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that whoever it is handed on to works where the episode lies."""
    if told.kind != HANDED_ON:
        return true()
    if told.to is None:
        return EPISODES.c.team_id.is_not(None)
    if told.is_post:
        posts = [post for post in held_by_anybody(book.session, book.unit_id, now=book.now) if post.post_id == told.to][
            :1
        ]
        if not posts:
            raise BadInput(where="Giao cho", what="chưa có ai giữ vị trí này; chọn một vị trí đang có người giữ")
    else:
        posts = held_places(book.session, book.unit_id, told.to, now=book.now)
    if not posts or told.to == actor.membership_id:
        raise BadInput(where="Giao cho", what="không nhận việc được; chọn một người khác đang giữ vị trí trong đơn vị")
    works = teams_working(book.session, book.unit_id, sorted({post.area_id for post in posts if post.area_id}))
    return or_(*(lies_with(post, works) for post in posts))


def check_reasons(
    book: Book, context: CampaignContext, those: ColumnElement[bool], answer: AnswerKind, reason: str | None
) -> None:
    """Raise BadInput where the pack asks for a reason, or for one of several, and another or none was given.

    A reason that was chosen may go on in the writer's own words, behind a colon.
    """
    asking = {rule.id: rule for rule in context.pack.rules if answer in rule.model.reasons}
    if not asking:
        return
    e = EPISODES.c
    found = book.session.scalars(select(e.rule_id).where(those, e.rule_id.in_(sorted(asking))).distinct())
    for rule_id in sorted(found):
        _check_reason(asking[rule_id], answer, reason)


def _check_reason(rule: CompiledRule, answer: str, reason: str | None) -> None:
    choices = reasons_for(rule, answer)
    if reason is None:
        raise BadInput(where="Lý do", what="chưa ghi; gói quy tắc yêu cầu ghi lý do cho quyết định này")
    if choices and not any(reason == choice or reason.startswith(f"{choice}: ") for choice in choices):
        listed = "; ".join(choices)
        raise BadInput(where="Lý do", what=Said("phải chọn một trong các lý do: %(listed)s", listed=listed))


def reasons_for(rule: CompiledRule | None, answer: str) -> tuple[str, ...]:
    """Return the reasons of which one must be chosen, in Vietnamese, as they are kept; none where a sentence is written."""
    choices = rule.reasons.get(answer, ()) if rule is not None else ()
    return tuple(" ".join(choice.vi.split()) for choice in choices)


__all__ = [
    "ANSWERS", "WITH_END", "WITH_TEXT", "check_reasons", "checked_answer", "checked_text", "reasons_for", "receiver_works_there",
]  # fmt: skip
