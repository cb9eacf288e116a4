"""One move of one case: every check, then the event, the roll-ups and the case's new values."""

import uuid
from dataclasses import replace
from typing import Any

from rules.language import facts_used
from rules.machine import GuardRefused as GuardFailed
from rules.machine import NoSuchMove, WrongState
from rules.pack import MoveRules, TrackRules
from rules.said import At, Said
from rules.time import Instant
from workflow.days import local_day
from workflow.errors import GuardRefused, MoveNotAllowed, NotPermitted, OutsideWindow
from workflow.gateway.history import (
    Step,
    check_chain,
    facts_of,
    history_so_far,
    insert_step,
    recount,
    restore,
)
from workflow.gateway.labels import LEFT, label_of, movers_of, why_refused
from workflow.gateway.live import LiveCase
from workflow.gateway.restate import Restated, append_restated, restate_transfers
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext


def check_happened_at(context: CampaignContext, happened_at: Instant, now: Instant) -> None:
    """Raise OutsideWindow if `happened_at` lies after `now` or outside the campaign."""
    if happened_at > now:
        raise OutsideWindow(when=At(happened_at), window="những gì đã xảy ra (giờ đó chưa tới)")
    if not context.starts_at <= happened_at < context.ends_at:
        window = Said(
            "đợt %(name)s, từ %(start)s đến trước %(end)s",
            name=context.name,
            start=At(context.starts_at),
            end=At(context.ends_at),
        )
        raise OutsideWindow(when=At(happened_at), window=window)


def find_move(track: TrackRules, case: LiveCase, name: str) -> MoveRules:
    """Return the move of that name. Raises MoveNotAllowed if the path has none, or the case has left."""
    move = track.moves.get(name)
    if case.left_at is not None:
        raise MoveNotAllowed(move=move.model.label.said if move else name, state=LEFT)
    if move is None:
        raise MoveNotAllowed(
            move=Said("%(name)s (đường đi không có bước này)", name=name), state=label_of(track, case.state)
        )
    return move


def move_case(
    book: Book,
    context: CampaignContext,
    case: LiveCase,
    name: str,
    *,
    by: tuple[str, ...],
    happened_at: Instant,
    cause: str = "person",
    about_id: uuid.UUID | None = None,
    rule_id: str | None = None,
    data: dict[str, Any] | None = None,
) -> Step:
    """Fire a move, append its event, and set the case's values (saved by whoever opened the door).

    `by` are the roles under which the actor may act on this door, or `roster`, `rule`, `correction`. Raises MoveNotAllowed,
    GuardRefused, NotPermitted, OutsideWindow or HistoryWouldBreak; nothing is changed then.
    """
    track = context.pack.tracks[case.track]
    move = find_move(track, case, name)
    if set(by).isdisjoint(move.by):
        raise NotPermitted(action=move.model.label.said, who=movers_of(move))
    check_happened_at(context, happened_at, book.now)
    past = None if happened_at >= case.last_happened_at else history_so_far(book, case)
    facts = _facts(book, case, move, happened_at, past)
    state, stage = str(facts["state"]), str(facts["stage"])
    target = _fire(track, move, state, facts, happened_at)
    step = Step(
        book.last_no + 1, "move", state, target, track.stage_after(stage, target),
        case.area_id, case.team_id, case.assignee_id, happened_at,
    )  # fmt: skip
    restated: list[Restated] = []
    if past is None:
        before = case.cell()
        _advance(track, case, step)
        book.move_cell(before, case.cell(), happened_at)
    else:
        step, restated = _backdate(book, track, case, past, step)
    used = {fact: facts[fact] for fact in (sorted(facts_used(move.guard)) if move.guard else ()) if fact in facts}
    case.version += 1
    case.state_version += 1
    book.append(
        "move",
        happened_at=happened_at,
        cause=cause,
        campaign_id=case.campaign_id,
        case_id=case.id,
        door_id=case.door_id,
        about_id=about_id,
        version=case.version,
        track=case.track,
        move=name,
        from_state=state,
        state=target,
        stage=step.stage,
        area_id=step.area_id,
        team_id=step.team_id,
        assignee_id=step.assignee_id,
        rule_id=rule_id,
        facts=used or None,
        data=data,
    )
    append_restated(book, case, restated)
    return step


def _facts(
    book: Book, case: LiveCase, move: MoveRules, happened_at: Instant, past: list[Step] | None
) -> dict[str, object]:
    facts = case.facts()
    if past is not None:
        then = facts_of(case, past, happened_at)
        if then is None:
            raise OutsideWindow(when=At(happened_at), window="thời gian có tên trong danh sách")
        facts.update(then)
    facts["happened_at"] = happened_at
    return facts


def _fire(track: TrackRules, move: MoveRules, state: str, facts: dict[str, object], at: Instant) -> str:
    try:
        return track.fire(state, move.name, facts, at)
    except (NoSuchMove, WrongState):
        raise MoveNotAllowed(move=move.model.label.said, state=label_of(track, state)) from None
    except GuardFailed:
        raise GuardRefused(move=move.model.label.said, why=why_refused(move, facts, at)) from None


def _advance(track: TrackRules, case: LiveCase, step: Step) -> None:
    case.state, case.stage = step.state, step.stage
    case.is_open, case.is_done = track.is_open(step.state), track.is_done(step.state)
    case.exit_class = track.exit_class(step.state)
    case.entered_at = case.last_happened_at = step.happened_at


def _backdate(
    book: Book, track: TrackRules, case: LiveCase, past: list[Step], step: Step
) -> tuple[Step, list[Restated]]:
    """Insert a step before others that happened later; refused if those would not follow from it any more.

    Transfers follow from anything: those that recorded another state are returned with what takes their place.
    """
    place = [s for s in past if s.happened_at <= step.happened_at][-1]
    step = replace(step, area_id=place.area_id, team_id=place.team_id, assignee_id=place.assignee_id)
    steps, restated = restate_transfers(track, insert_step(past, step), step.ledger_no + 1)
    check_chain(track, steps)
    cell = case.cell()
    restore(track, case, steps, book.now)
    book.count("r", local_day(book.now), cell, case.cell())
    recount(book, case, past, steps)
    return step, restated
