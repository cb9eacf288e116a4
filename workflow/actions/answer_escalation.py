"""Answering escalations: acknowledge, decide, hand on, raise early, add a note. One episode, a page of them, or a whole group at once.

Whoever holds the step answers it: the post that the newest level names, one above it on the ladder, or the coordinator. Whoever it
was handed on to may say so and add notes. The ladder climbs on whatever is said, until the reason is gone or somebody decides.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, true

from rules.said import At, Said
from rules.time import Instant
from workflow.access import Actor
from workflow.actions.answer_in_names import names_for, write_in_names
from workflow.days import tomorrow_of
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted, StaleVersion
from workflow.escalation.answers import KINDS, NOTED, Answer, AnswerKind
from workflow.escalation.climb import climb
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason, typed_text
from workflow.queries.campaigns import CampaignContext
from workflow.queries.colleagues import held_places
from workflow.queries.escalation_reach import (
    EPISODES,
    HANDED_ON,
    Reach,
    count_of,
    lies_with,
    reach_of,
    rule_of,
    teams_working,
)
from workflow.queries.inbox import Due, Part, due_sql, in_group, is_of, label_of_rung, open_episodes
from workflow.tables import Membership

ANSWERS: Final[Mapping[AnswerKind, str]] = {
    "acknowledged": "Nhận việc",
    "decided": "Quyết định và đóng việc",
    "handed_on": "Giao cho người khác",
    "raised": "Chuyển cấp trên xử lý",
    "noted": "Ghi thêm",
}
"""What may be answered, as buttons call it."""

MOST: Final = 500
"""Episodes named one by one in one answer; for more, name the group."""

_HANDED: Final = ("acknowledged", NOTED)
"""What somebody to whom an episode was handed on may answer."""
_MISSING: Final = {
    "decided": "chưa ghi; ghi đã quyết định gì và vì sao không cần nhắc nữa",
    NOTED: "chưa ghi; ghi nội dung cần lưu lại",
}


@dataclass(frozen=True)
class EpisodeGroup:
    """All that a row of the inbox stands for; with `due` or `part`, only what stands so; `whole_unit` as the inbox was shown."""

    rule_id: str
    group_key: str
    due: Due | None = None
    whole_unit: bool = False
    part: Part | None = None


@dataclass(frozen=True)
class EpisodeSet:
    """Any episodes, as a condition over `EPISODES`: for whoever chooses them in another way, however many."""

    where: ColumnElement[bool]


Chosen = Sequence[uuid.UUID] | EpisodeGroup | EpisodeSet


def answer_escalation(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    chosen: Chosen,
    *,
    answer: AnswerKind,
    reason: str | None = None,
    until: Instant | None = None,
    to: uuid.UUID | Literal["team"] | None = None,
    state_version: int | None = None,
) -> dict[str, Any]:
    """Write an answer to each chosen episode that the actor may answer; return how many, and how many were skipped and why.

    `reason` is needed to decide and for a note. `until` goes with "acknowledged": by when the work is expected to be done. `to` goes
    with "handed_on": a colleague, or "team". `state_version` is what the sender of a single answer looked at.

    `skipped` counts: `closed` meanwhile, `absent` (foreign ones look the same), `not_held` (the step is somebody else's), `at_top`
    (nobody above to call), `outside` (not where the colleague works). With a single id each of these is an error instead: NotFound,
    NotPermitted, AlreadyDecided, StaleVersion or BadInput. BadInput also for a value that cannot be used.
    """
    reach = reach_of(book.session, actor, context)
    here, asked = _chosen(reach, context, chosen, book.now)
    let_climb(book, context, here)
    single = _single(book, context, reach, here, answer) if asked == 1 else None
    told = _checked(book, answer, reason, until, to)
    if single is not None:
        _check_open(book, single, state_version)
    fits = _where(book, told, actor)
    may = _may(reach, answer)
    room = EPISODES.c.level < EPISODES.c.levels if answer == "raised" else true()
    counts = _counts(book, here, may, room, fits, asked)
    if single is not None:
        _check_single(counts, answer)
    answered = write_in_names(
        book,
        context,
        names_for(book, context, actor, reach, lambda one: _may(one, answer)),
        told,
        and_(here, EPISODES.c.is_open, may, room, fits),
    )
    return {"answer": answer, "answered": answered, "skipped": counts, "ledger_no": book.last_no}


def _chosen(
    reach: Reach, context: CampaignContext, chosen: Chosen, now: Instant
) -> tuple[ColumnElement[bool], int | None]:
    """Return the condition that an episode is chosen and may be known of, and how many were asked for (None: a group)."""
    if isinstance(chosen, EpisodeSet):
        return and_(reach.visible, chosen.where), None
    if isinstance(chosen, EpisodeGroup):
        row = open_episodes(reach, whole_unit=chosen.whole_unit).c
        inside = [in_group(row, chosen.rule_id, chosen.group_key)]
        if chosen.due is not None:
            inside.append(due_sql(row, context, now, tomorrow_of(now)) == chosen.due)
        if chosen.part is not None:
            inside.append(is_of(row, chosen.part))
        return and_(reach.visible, EPISODES.c.id.in_(select(row.id).where(*inside))), None
    ids = list(dict.fromkeys(chosen))
    if len(ids) > MOST:
        raise BadInput(
            where="Việc được chọn", what=Said("nhiều hơn %(most)s; chọn cả nhóm thay cho từng việc", most=MOST)
        )
    return and_(reach.visible, EPISODES.c.id.in_(ids)), len(ids)


def let_climb(book: Book, context: CampaignContext, here: ColumnElement[bool]) -> None:
    """Let ladders climb first that had to before now, however late the clock: nobody answers for a step that has passed on."""
    late = and_(here, EPISODES.c.is_open, EPISODES.c.next_action_at <= book.now)
    kinds = book.session.scalars(select(EPISODES.c.kind).where(late).distinct().order_by(EPISODES.c.kind)).all()
    for name in kinds:
        climb(book, context, KINDS[name], now=book.now, only=select(EPISODES.c.subject_id).where(late))


def _may(reach: Reach, answer: AnswerKind) -> ColumnElement[bool]:
    holds = reach.standing >= EPISODES.c.level
    if answer == NOTED:
        return true()
    return or_(holds, reach.handed) if answer in _HANDED else holds


def _single(
    book: Book, context: CampaignContext, reach: Reach, here: ColumnElement[bool], answer: AnswerKind
) -> Row[Any]:
    """Return the one episode as it stands; NotFound if it may not be known of, NotPermitted if its step is somebody else's."""
    may = case((_may(reach, answer), 1), else_=0).label("may")
    row = book.session.execute(select(EPISODES, may).where(here)).one_or_none()
    if row is None:
        raise NotFound
    if row.is_open and not row.may:
        holder = label_of_rung(context, rule_of(context, row.rule_id), row.level).said
        raise NotPermitted(action=ANSWERS[answer], who=holder)
    return row


def _check_open(book: Book, row: Row[Any], state_version: int | None) -> None:
    if not row.is_open:
        at = At(row.closed_at)
        name = book.session.scalar(
            select(Membership.name).where(Membership.unit_id == book.unit_id, Membership.id == row.closed_by_id)
        )
        raise AlreadyDecided(
            status=Said("%(name)s đã đóng lúc %(at)s", name=name, at=at)
            if name
            else Said("không còn căn cứ nhắc từ %(at)s", at=at)
        )
    if state_version is not None and state_version != row.state_version:
        raise StaleVersion(state=Said("mức %(level)s", level=row.level), theirs=row.state_version, yours=state_version)


def _checked(
    book: Book, answer: AnswerKind, reason: str | None, until: Instant | None, to: uuid.UUID | str | None
) -> Answer:
    if answer not in ANSWERS:
        raise BadInput(where="Cách xử lý", what="không có cách này; chọn một nút trên trang")
    if answer in _MISSING:
        text: str | None = typed_reason(reason, where="Nội dung", missing=_MISSING[answer])
    else:
        text = typed_text("Nội dung", reason)
    if until is not None and until <= book.now:
        raise BadInput(where="Dự kiến xong trước", what="phải sau lúc này; chọn lại ngày giờ")
    if answer == HANDED_ON and to is None:
        raise BadInput(where="Người nhận", what="chưa chọn; chọn một người hoặc tổ công tác")
    receiver = to if answer == HANDED_ON and isinstance(to, uuid.UUID) else None
    return Answer(answer, text, until if answer == "acknowledged" else None, receiver)


def _where(book: Book, told: Answer, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that whoever it is handed on to works where the episode lies."""
    if told.kind != HANDED_ON:
        return true()
    if told.to is None:
        return EPISODES.c.team_id.is_not(None)
    posts = held_places(book.session, book.unit_id, told.to, now=book.now)
    if not posts or told.to == actor.membership_id:
        raise BadInput(
            where="Người nhận", what="không nhận việc được; chọn một người khác đang giữ vị trí trong đơn vị"
        )
    works = teams_working(book.session, book.unit_id, sorted({post.area_id for post in posts if post.area_id}))
    return or_(*(lies_with(post, works) for post in posts))


def _counts(
    book: Book,
    here: ColumnElement[bool],
    may: ColumnElement[bool],
    room: ColumnElement[bool],
    fits: ColumnElement[bool],
    asked: int | None,
) -> dict[str, int]:
    open_ = EPISODES.c.is_open
    row = book.session.execute(
        select(
            func.count(),
            count_of(~open_),
            count_of(and_(open_, ~may)),
            count_of(and_(open_, may, ~room)),
            count_of(and_(open_, may, room, ~fits)),
        )
        .select_from(EPISODES)
        .where(here)
    ).one()
    found, closed, not_held, at_top, outside = map(int, row)
    absent = 0 if asked is None else asked - found
    return {"closed": closed, "absent": absent, "not_held": not_held, "at_top": at_top, "outside": outside}


def _check_single(counts: Mapping[str, int], answer: AnswerKind) -> None:
    if counts["at_top"]:
        raise BadInput(
            where=ANSWERS[answer], what="việc này đã ở cấp cao nhất; hãy quyết định hoặc giao cho người khác"
        )
    if counts["outside"]:
        raise BadInput(where="Người nhận", what="không phụ trách nơi này; chọn người của tổ hoặc địa bàn ấy")


__all__ = ["ANSWERS", "MOST", "Chosen", "EpisodeGroup", "EpisodeSet", "answer_escalation", "let_climb"]
