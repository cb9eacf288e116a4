"""Many moves in one go: the same checks as `single`, read in SQL. For rosters, rules and bulk decisions.

The rows to move stand in `staged` (subject, move, happened_at); the batch is theirs alone. Each is judged by the move's sources, its guard, its time and the
order of the case's history; what cannot be moved gets a reason in `refused` and is left alone. The rest is written as one INSERT of
events, one of roll-ups, one UPDATE of cases, one of doors. A test moves the same random cases singly and in a batch and compares.
"""

import uuid
from collections import Counter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    true,
    union_all,
    update,
)

from rules.deadlines import follow_up_at, parse
from rules.language import facts_used, negation
from rules.language.sql import to_sql
from rules.pack import MoveRules, TrackRules
from rules.time import DAY, HOUR, Instant
from workflow.gateway.doors import settle_follow_ups
from workflow.gateway.held_again import open_again
from workflow.gateway.kinds import CASE, CASE_COLUMNS
from workflow.gateway.pointers import rearmed_sql
from workflow.gateway.resolve_staged import close_resolved_staged
from workflow.ledger.book import ROLLUP_KEY, Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import json_of, upsert_sum_select
from workflow.tables import NOBODY, Case, Escalation, Event, Rollup, Staged, table_of
from workflow.tables.types import Json

_staged, _cases, _events, _rollups = table_of(Staged), table_of(Case), table_of(Event), table_of(Rollup)
_ASK = (
    update(_staged)
    .where(
        _staged.c.unit_id == bindparam("b_unit"),
        _staged.c.batch_id == bindparam("b_batch"),
        _staged.c.position == bindparam("b_position"),
    )
    .values(due_at=bindparam("b_at"))
)
_moved, _episodes = _staged.alias("moved"), table_of(Escalation)
_COLUMNS = {**CASE_COLUMNS, "happened_at": _staged.c.happened_at}

REFUSALS = {
    "absent": "không tìm thấy trong chiến dịch này",
    "left": "đã rời danh sách",
    "unknown": "đường đi không có bước này",
    "mover": "bước này không dành cho người thực hiện",
    "window": "thời điểm nằm ngoài đợt hoặc ở tương lai",
    "order": "đã có việc ghi sau thời điểm này",
    "source": "không thể chuyển từ trạng thái hiện tại",
    "guard": "chưa đủ điều kiện",
}
"""Why a row was left alone, in words for the person who asked."""


def move_staged(
    book: Book,
    context: CampaignContext,
    batch: uuid.UUID,
    *,
    by: str,
    cause: str,
    rule_id: str | None = None,
) -> Counter[str]:
    """Move every staged row of `batch` that may move; return how many moved (key `moved`) and how many were refused, by reason.

    A case may stand in a batch once. `by` is a role, `roster`, `rule` or `correction`; it must be among the movers of the move.
    """
    in_campaign = exists(select(_cases.c.id).where(*_same_case(), _cases.c.campaign_id == context.id))
    _refuse(book, batch, "absent", ~in_campaign)
    for track_id in _tracks(book, batch):
        _judge(book, context, context.pack.tracks[track_id], batch, by)
    counts: Counter[str] = Counter()
    rows = book.session.execute(
        select(_staged.c.refused, func.count()).where(*_rows(book, batch)).group_by(_staged.c.refused)
    )
    for refused, count in rows:
        counts[refused or "moved"] += count
    if counts["moved"]:
        _write(book, context, batch, counts["moved"], cause=cause, rule_id=rule_id)
    return counts


def _rows(book: Book, batch: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return (_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch, _staged.c.move.is_not(None))


def _accepted(book: Book, batch: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return (*_rows(book, batch), _staged.c.refused.is_(None))


def _same_case() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (_cases.c.unit_id == _staged.c.unit_id, _cases.c.id == _staged.c.subject_id)


def _tracks(book: Book, batch: uuid.UUID) -> list[str]:
    statement = select(_cases.c.track).join(_staged, and_(*_same_case())).where(*_accepted(book, batch)).distinct()
    return sorted(book.session.scalars(statement))


def _refuse(book: Book, batch: uuid.UUID, reason: str, condition: ColumnElement[bool]) -> None:
    book.session.execute(update(_staged).where(*_accepted(book, batch), condition).values(refused=reason))


def _judge(book: Book, context: CampaignContext, track: TrackRules, batch: uuid.UUID, by: str) -> None:
    """Give each row of this track that may not move its reason; the first that applies, in the order of `REFUSALS`."""

    def of_case(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists(select(_cases.c.id).where(*_same_case(), _cases.c.track == track.id, *conditions))

    _refuse(book, batch, "left", of_case(_cases.c.left_at.is_not(None)))
    _refuse(book, batch, "unknown", and_(_staged.c.move.not_in(list(track.moves)), of_case()))
    movers = [name for name, move in track.moves.items() if by in move.by]
    _refuse(book, batch, "mover", and_(_staged.c.move.not_in(movers), of_case()))
    latest = min(book.now, context.ends_at - 1)
    outside = ~_staged.c.happened_at.between(context.starts_at, latest)
    _refuse(book, batch, "window", and_(outside, of_case()))
    _refuse(book, batch, "order", of_case(_cases.c.last_happened_at > _staged.c.happened_at))
    for move in track.moves.values():
        named = _staged.c.move == move.name
        _refuse(book, batch, "source", and_(named, of_case(_cases.c.state.not_in(move.sources))))
    for move in track.moves.values():
        if move.guard is not None:
            named = _staged.c.move == move.name
            fails = to_sql(negation(move.guard), _COLUMNS, _staged.c.happened_at)
            _refuse(book, batch, "guard", and_(named, of_case(fails)))


def _write(
    book: Book, context: CampaignContext, batch: uuid.UUID, count: int, *, cause: str, rule_id: str | None
) -> None:
    tracks = [context.pack.tracks[name] for name in _tracks(book, batch)]
    _note_follow_ups(book, context, tracks, batch)
    target = _by_move(tracks, lambda track, move: literal(move.target, Text))
    stage = _by_move(tracks, _stage_after)
    _write_events(book, context, batch, count, tracks, target, stage, cause, rule_id)
    _write_rollups(book, batch, target, stage)
    _update_cases(book, context, batch, tracks)
    close_resolved_staged(book, context, _accepted(book, batch))
    moved = select(_staged.c.subject_id).where(*_accepted(book, batch))
    open_again(book, context, CASE, moved, came=_when_moved(book, batch) if cause == "rule" else None)
    settle_follow_ups(book, select(_cases.c.door_id).join(_staged, and_(*_same_case())).where(*_accepted(book, batch)))


def _when_moved(book: Book, batch: uuid.UUID) -> ColumnElement[int]:
    """Return when the case of an episode was moved: what a rule does happens as of when the rule came true."""
    mine = (_moved.c.unit_id == book.unit_id, _moved.c.batch_id == batch, _moved.c.subject_id == _episodes.c.subject_id)
    return select(_moved.c.happened_at).where(*mine).correlate(_episodes).scalar_subquery()


def _by_move(tracks: list[TrackRules], value: Any) -> ColumnElement[Any]:
    """Return a CASE over (track, move) of `value(track, move)`."""
    branches = [
        (and_(_cases.c.track == track.id, _staged.c.move == move.name), value(track, move))
        for track in tracks
        for move in track.moves.values()
    ]
    return case(*branches, else_=null())


def _stage_after(track: TrackRules, move: MoveRules) -> ColumnElement[str]:
    """Return the stage after `move`: the furthest of the one before and the target's."""
    rank = track.rank(move.target)
    earlier = [stage for stage in track.line if track.rank(stage) < rank]
    if not earlier:
        return _cases.c.stage
    return case((_cases.c.stage.in_(earlier), literal(track.line[rank])), else_=_cases.c.stage)


def _write_events(
    book: Book,
    context: CampaignContext,
    batch: uuid.UUID,
    count: int,
    tracks: list[TrackRules],
    target: ColumnElement[Any],
    stage: ColumnElement[Any],
    cause: str,
    rule_id: str | None,
) -> None:
    before = book.reserve(count)
    uuid_type = _events.c.batch_id.type
    values: dict[str, Any] = {
        "unit_id": _staged.c.unit_id,
        "ledger_no": func.row_number().over(order_by=_staged.c.position) + before,
        "kind": literal("move"),
        "campaign_id": _cases.c.campaign_id,
        "case_id": _cases.c.id,
        "door_id": _cases.c.door_id,
        "version": _cases.c.version + 1,
        "track": _cases.c.track,
        "move": _staged.c.move,
        "from_state": _cases.c.state,
        "state": target,
        "stage": stage,
        "area_id": _cases.c.area_id,
        "team_id": _cases.c.team_id,
        "assignee_id": _cases.c.assignee_id,
        "cause": literal(cause),
        "actor_id": literal(book.actor_id, uuid_type),
        "acting_for_id": literal(book.acting_for_id, uuid_type),
        "rule_id": literal(rule_id, Text),
        "pack_hash": literal(context.pack.hash),
        "batch_id": literal(book.batch_id or batch, uuid_type),
        "happened_at": _staged.c.happened_at,
        "recorded_at": literal(book.now, BigInteger),
        "facts": _by_move(tracks, _facts_json),
        "data": json_of(follow_up_at=_by_move(tracks, _next_follow_up)),
    }
    rows = select(*values.values()).where(*_accepted(book, batch), *_same_case())
    book.session.execute(insert(_events).from_select(list(values), rows))


def _facts_json(_track: TrackRules, move: MoveRules) -> ColumnElement[Any]:
    if move.guard is None:
        return cast(null(), Json)
    return json_of(**{name: _COLUMNS[name] for name in sorted(facts_used(move.guard)) if name in _COLUMNS})


def _write_rollups(book: Book, batch: uuid.UUID, target: ColumnElement[Any], stage: ColumnElement[Any]) -> None:
    today = (literal(book.now, BigInteger) + 7 * HOUR) // DAY
    happened = (_staged.c.happened_at + 7 * HOUR) // DAY
    parts: list[Select[Any]] = []
    for basis, day in (("r", today), ("h", happened)):
        for state, furthest, sign in ((_cases.c.state, _cases.c.stage, -1), (target, stage, 1)):
            parts.append(
                select(
                    _cases.c.unit_id,
                    _cases.c.campaign_id,
                    literal(basis).label("basis"),
                    day.label("day"),
                    _cases.c.track,
                    _cases.c.area_id,
                    func.coalesce(_cases.c.team_id, literal(NOBODY, _rollups.c.team_id.type)).label("team_id"),
                    state.label("state"),
                    furthest.label("stage"),
                    _cases.c.unnamed,
                    literal(sign, BigInteger).label("n"),
                ).where(*_accepted(book, batch), *_same_case())
            )
    changes = union_all(*parts).subquery()
    key = [changes.c[name] for name in ROLLUP_KEY]
    summed = select(*key, func.sum(changes.c.n)).where(true()).group_by(*key).having(func.sum(changes.c.n) != 0)
    upsert_sum_select(book.session, _rollups, ROLLUP_KEY, "n", summed)


def _update_cases(book: Book, context: CampaignContext, batch: uuid.UUID, tracks: list[TrackRules]) -> None:
    """Give the cases their new state. Then, from it, what it asks for next and when a rule can first have work."""

    def text_of(value: Any) -> ColumnElement[Any]:
        return _by_move(tracks, value)

    mine = (*_accepted(book, batch), *_same_case())
    book.session.execute(
        update(_cases)
        .where(*mine)
        .values(
            state=text_of(lambda _track, move: literal(move.target, Text)),
            stage=text_of(_stage_after),
            is_open=text_of(lambda track, move: literal(track.is_open(move.target))),
            is_done=text_of(lambda track, move: literal(track.is_done(move.target))),
            exit_class=text_of(lambda track, move: literal(track.exit_class(move.target), Text)),
            follow_up_at=text_of(_next_follow_up),
            entered_at=_staged.c.happened_at,
            last_happened_at=_staged.c.happened_at,
            version=_cases.c.version + 1,
            state_version=_cases.c.state_version + 1,
        )
    )
    for track in tracks:
        now = literal(book.now, BigInteger)
        pointer = rearmed_sql(context.case_rules(track.id), CASE_COLUMNS, _cases, now=now)
        book.session.execute(update(_cases).where(*mine, _cases.c.track == track.id).values(next_action_at=pointer))


def _asks(track: TrackRules, move: MoveRules) -> str | None:
    state = track.states[move.target]
    return state.next.follow_up if state.is_open and state.next is not None else None


def _note_follow_ups(book: Book, context: CampaignContext, tracks: list[TrackRules], batch: uuid.UUID) -> None:
    """Write into each accepted row (as `due_at`) the follow-up that its target asks for, counted from when the move happened."""
    known: dict[tuple[str, Instant], Instant] = {}
    changes = []
    for track in tracks:
        asked = {name: text for name, move in track.moves.items() if (text := _asks(track, move)) is not None}
        rows = select(_staged.c.position, _staged.c.move, _staged.c.happened_at).where(
            *_accepted(book, batch), *_same_case(), _cases.c.track == track.id, _staged.c.move.in_(list(asked))
        )
        for position, name, happened_at in book.session.execute(rows) if asked else ():
            key = (asked[name], happened_at)
            if key not in known:
                known[key] = follow_up_at(parse(asked[name]), context.pack.calendar, since=happened_at)
            changes.append({"b_unit": book.unit_id, "b_batch": batch, "b_position": position, "b_at": known[key]})
    if changes:
        book.session.execute(_ASK, changes)


def _next_follow_up(track: TrackRules, move: MoveRules) -> ColumnElement[Any]:
    """Return the follow-up of a case after `move`: what the target asks for, else the one before; none if nothing is left."""
    if not track.is_open(move.target):
        return literal(None, BigInteger)
    return _cases.c.follow_up_at if _asks(track, move) is None else _staged.c.due_at


__all__ = ["REFUSALS", "move_staged"]
