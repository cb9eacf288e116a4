"""Answering escalations: acknowledge, hand on, hand to the post above, take over, send back, grant time, put aside, decide, add a note.
One episode, a page of them, or a whole group at once.

Whoever has it answers it: the post that the newest level names (or to which it was taken, sent back or lifted), one above it on the
ladder, or the coordinator. Whoever it was handed on to may say that they have it, put it aside on their own list, and add notes. The
ladder climbs on whatever is said, until the reason is gone, somebody decides, or a post above the holder grants time.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, and_, case, func, select, true

from rules.said import At, Named, Said
from rules.time import Instant
from workflow.access import Actor
from workflow.actions.answer_in_names import names_for, write_in_names
from workflow.actions.answer_input import ANSWERS, check_reasons, checked_answer, receiver_works_there
from workflow.actions.went_on import how_it_went_on
from workflow.days import tomorrow_of
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted, PassedOn, StaleVersion
from workflow.escalation.answers import Answer
from workflow.escalation.climb import climb, ending_rules
from workflow.escalation.nobody import lift_unheld
from workflow.escalation.told import KINDS
from workflow.gateway.kinds import TASK
from workflow.gateway.resolve_staged import close_resolved_tasks
from workflow.ledger.book import Book
from workflow.queries.actor_reach import reach_of
from workflow.queries.answerable import FROM_ABOVE, AnswerKind, may_answer, room_for, stands_to_answer
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import Reach
from workflow.queries.held_posts import held_posts
from workflow.queries.inbox_parts import Part, in_group, open_episodes, with_due, within
from workflow.queries.ladder_labels import label_of_rung
from workflow.queries.ladder_rows import EPISODES, count_of, rule_of
from workflow.queries.time_left import Due
from workflow.tables import Membership

MOST: Final = 500
"""Episodes named one by one in one answer; for more, name the group."""

SKIPPED: Final = (
    "closed", "absent", "not_held", "own_request", "own_work", "at_top", "at_bottom", "nobody_below", "no_time", "outside",
)  # fmt: skip
"""Why an episode may be left out of an answer to several."""


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
    to_post: uuid.UUID | None = None,
    state_version: int | None = None,
) -> dict[str, Any]:
    """Write an answer to each chosen episode that the actor may answer; return how many, and how many were skipped and why.

    `reason` is needed to decide, send back, grant time, put aside and for a note, and wherever the pack asks for one. `until` goes with
    "acknowledged" (by when the work is expected to be done), "taken_over" and "returned" (by when it must be answered), "granted" and
    "rested" (until when). `to` goes with "handed_on": a colleague, or "team"; or `to_post`, whoever holds it. `state_version` is what
    the sender of a single answer looked at.

    `skipped` counts: `closed` meanwhile, `absent` (foreign ones look the same), `not_held` (it lies with somebody else), `own_request`
    (handed up by whoever would answer in a lent post), `own_work` (time that whoever has to answer would grant themselves there), `at_top` (nobody above), `at_bottom` and `nobody_below` (nobody to
    send it back to), `no_time` (the ladder has no further level, or it comes later anyway), `outside` (not where the receiver works). With a single id each of these is an error instead: NotFound,
    NotPermitted, AlreadyDecided, StaleVersion or BadInput. BadInput also for a value that cannot be used.
    """
    reach = reach_of(book.session, actor, context)
    here, asked = _chosen(reach, chosen, book.now)
    let_climb(book, context, _all_of(chosen))
    single = _single(book, context, reach, here, answer, state_version) if asked == 1 else None
    told = checked_answer(book, context, answer, reason, until, to, to_post)
    check_reasons(book, context, and_(here, EPISODES.c.is_open), answer, told.reason)
    if single is not None:
        _check_open(book, single, state_version)
    wanted = {
        "not_held": stands_to_answer(reach, answer),
        "own_request": may_answer(reach, answer) if reach.hats else true(),
        "own_work": reach.free_to_grant if answer == "granted" else true(),
        **_room(book, context, told),
        "outside": receiver_works_there(book, told, actor),
    }
    counts = _counts(book, here, wanted, asked)
    if single is not None:
        _check_single(context, single, counts, answer)
    answered = write_in_names(
        book,
        context,
        names_for(book, context, actor, reach, lambda one: may_answer(one, answer)),
        told,
        and_(here, EPISODES.c.is_open, *wanted.values()),
    )
    return {"answer": answer, "answered": answered, "skipped": counts, "ledger_no": book.last_no}


def _chosen(reach: Reach, chosen: Chosen, now: Instant) -> tuple[ColumnElement[bool], int | None]:
    """Return the condition that an episode is chosen and may be known of, and how many were asked for (None: a group)."""
    if isinstance(chosen, EpisodeSet):
        return and_(reach.visible, chosen.where), None
    if isinstance(chosen, EpisodeGroup):
        opened = open_episodes(reach, whole_unit=chosen.whole_unit, part=chosen.part)
        row = with_due(opened, now, tomorrow_of(now), in_group(opened.c, chosen.rule_id, chosen.group_key))
        inside = within(row, chosen.due, chosen.part)
        return and_(reach.visible, EPISODES.c.id.in_(select(row.id).where(*inside))), None
    ids = list(dict.fromkeys(chosen))
    if len(ids) > MOST:
        raise BadInput(
            where="Việc được chọn", what=Said("nhiều hơn %(most)s; chọn cả nhóm thay cho từng việc", most=MOST)
        )
    return and_(reach.visible, EPISODES.c.id.in_(ids)), len(ids)


def _all_of(chosen: Chosen) -> ColumnElement[bool]:
    """Return the condition that an episode is among these, whoever may know of it, or in the same row of the inbox."""
    if isinstance(chosen, EpisodeSet):
        return chosen.where
    if isinstance(chosen, EpisodeGroup):
        return in_group(EPISODES.c, chosen.rule_id, chosen.group_key)
    return EPISODES.c.id.in_(list(dict.fromkeys(chosen)))


def let_climb(book: Book, context: CampaignContext, those: ColumnElement[bool]) -> None:
    """Let ladders climb first that had to before now, however late the clock, close what time has ended, and give what reaches nobody to
    whom it reaches: nobody answers for a step that has passed on.
    """
    of_campaign = and_(EPISODES.c.unit_id == book.unit_id, EPISODES.c.campaign_id == context.id)
    late = and_(of_campaign, those, EPISODES.c.is_open, EPISODES.c.next_action_at <= book.now)
    kinds = book.session.scalars(select(EPISODES.c.kind).where(late).distinct().order_by(EPISODES.c.kind)).all()
    for name in kinds:
        climb(book, context, KINDS[name], now=book.now, only=select(EPISODES.c.subject_id).where(late))
    if ending_rules(context):
        of_tasks = select(EPISODES.c.subject_id).where(of_campaign, those, EPISODES.c.kind == TASK.name)
        close_resolved_tasks(book, context, of_tasks)
    lift_unheld(book, context, those)


def _room(book: Book, context: CampaignContext, told: Answer) -> Mapping[str, ColumnElement[bool]]:
    posts = held_posts(book.session, book.unit_id, now=book.now) if told.kind == "returned" else None
    return room_for(context, told.kind, posts, until=told.until)


def _single(
    book: Book, context: CampaignContext, reach: Reach, here: ColumnElement[bool], answer: AnswerKind, seen: int | None
) -> Row[Any]:
    """Return the one episode as it stands; NotFound if it may not be known of, NotPermitted if its step is somebody else's, and PassedOn
    if it has become so since the sender looked.
    """
    may = case((stands_to_answer(reach, answer), 1), else_=0).label("may")
    was_theirs = case((reach.level_reached > 0, 1), else_=0).label("was_theirs")
    row = book.session.execute(select(EPISODES, may, was_theirs).where(here)).one_or_none()
    if row is None:
        raise NotFound
    if row.is_open and not row.may:
        looked = seen is not None and seen > 0
        if looked and (seen != row.state_version or (row.was_theirs and answer not in FROM_ABOVE)):
            raise PassedOn(state=how_it_went_on(book, context, row), theirs=row.state_version, yours=seen)
        raise NotPermitted(action=ANSWERS[answer], who=_who_may(context, row, answer))
    return row


def _who_may(context: CampaignContext, row: Row[Any], answer: AnswerKind) -> Said | Named:
    """Return who may answer so: the post that has it, or (from above) one that stands higher."""
    rule, holder = rule_of(context, row.rule_id), row.holder_level or row.level
    who = label_of_rung(context, rule, holder).said
    return Said("cấp trên của %(who)s", who=who) if answer in FROM_ABOVE else who


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


def _counts(
    book: Book, here: ColumnElement[bool], wanted: Mapping[str, ColumnElement[bool]], asked: int | None
) -> dict[str, int]:
    """Return how many are left out, each counted once: under the first of `wanted` that it does not meet."""
    open_ = EPISODES.c.is_open
    columns: list[ColumnElement[Any]] = [func.count(), count_of(~open_)]
    met: list[ColumnElement[bool]] = [open_]
    for condition in wanted.values():
        columns.append(count_of(and_(*met, ~condition)))
        met.append(condition)
    row = book.session.execute(select(*columns).select_from(EPISODES).where(here)).one()
    found, closed, *unmet = map(int, row)
    absent = 0 if asked is None else asked - found
    return dict.fromkeys(SKIPPED, 0) | {"closed": closed, "absent": absent, **dict(zip(wanted, unmet, strict=True))}


REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "at_top": (ANSWERS["raised"], "việc này đã ở cấp cao nhất; hãy quyết định hoặc giao cho người khác"),
    "at_bottom": (ANSWERS["returned"], "việc này đang ở cấp đầu tiên, không còn cấp dưới; hãy giao cho một người"),
    "nobody_below": (ANSWERS["returned"], "cấp dưới chưa có người giữ vị trí; hãy giao cho một người, hoặc tự xử lý"),
    "own_request": (
        ANSWERS["decided"],
        "chính mình, hoặc người được làm thay, đã chuyển lên: không tự quyết định khi làm thay; người khác ở cấp ấy làm được",
    ),
    "own_work": (
        ANSWERS["granted"],
        "chính mình đang phải xử lý việc này: không tự cho mình thêm thời gian khi làm thay; người khác ở cấp trên làm được",
    ),
    "no_time": (ANSWERS["granted"], "không còn cấp nào được gọi thêm, nên không có cấp nào phải chờ"),
    "outside": ("Giao cho", "không phụ trách nơi này; chọn người của tổ hoặc địa bàn ấy"),
}
"""What is said of a single one that is left out: where, and what to do."""


def _check_single(context: CampaignContext, row: Row[Any], counts: Mapping[str, int], answer: AnswerKind) -> None:
    if counts["own_work"]:
        who = Said("%(who)s, không phải người đang phải xử lý việc này", who=_who_may(context, row, answer))
        raise NotPermitted(action=ANSWERS[answer], who=who)
    if counts["no_time"] and row.next_action_at is not None:
        post = label_of_rung(context, rule_of(context, row.rule_id), row.level + 1).said
        called = Said(
            "%(post)s chỉ được gọi lúc %(at)s; ghi một thời điểm sau đó", post=post, at=At(row.next_action_at)
        )
        raise BadInput(where="Thời điểm", what=called)
    if counts["own_request"]:
        who = Said("%(who)s, không phải người đã chuyển việc này lên", who=_who_may(context, row, answer))
        raise NotPermitted(action=ANSWERS[answer], who=who)
    for why, (where, what) in REFUSED.items():
        if counts[why]:
            raise BadInput(where=where, what=what)


__all__ = [
    "ANSWERS", "FROM_ABOVE", "MOST", "REFUSED", "SKIPPED", "Chosen", "EpisodeGroup", "EpisodeSet", "answer_escalation", "let_climb",
]  # fmt: skip
