"""Writing what people answer to escalations: for all staged episodes of a kind at once, one event each.

The event is the record; the step keeps who answered it last and how, so that an inbox can show it, and the episode who has it. Deciding
closes an episode for its anchor for ever: the row stays, and its natural key is what keeps the same reason from opening again. Being
acknowledged, given to somebody, taken over or sent back stops nothing: only work done, a decision, or time granted from above takes the
next post off the hook, so one tap cannot switch a ladder off.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Text, and_, case, delete, func, insert, literal, select, update

from rules.time import Instant
from workflow.escalation.raising import raise_staged
from workflow.escalation.steps import same_episode
from workflow.escalation.times import end_of_day
from workflow.escalation.told import of_batch, unstage, write_episodes, write_told
from workflow.gateway.kinds import Kind
from workflow.gateway.staged_events import bump_versions
from workflow.ledger.book import Book
from workflow.queries.answerable import BELOW, FROM_ABOVE, NOTED, AnswerKind
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import EPISODES, HANDED_ON, HOLDER, STEPS, TO_POST, TO_TEAM
from workflow.statements import json_of, latest
from workflow.tables import EscalationRest, Staged, table_of

_staged, _rests = table_of(Staged), table_of(EscalationRest)

ON_STEPS: Final = ("acknowledged", "handed_on", "raised", "taken_over", "returned", "decided")
"""Answers that a step keeps; the others are in the ledger, and on nobody's list as an answer."""
MOVING: Final = ("handed_on", "taken_over", "returned")
"""Answers that say who has it from now on: what others put aside is back on their lists."""


@dataclass(frozen=True)
class Answer:
    """What somebody answers. `to` says who has it now: a membership, a post (`is_post`), or None for the episode's team."""

    kind: AnswerKind
    reason: str | None = None
    until: Instant | None = None
    to: uuid.UUID | None = None
    is_post: bool = False

    @property
    def on_step(self) -> str:
        """Return what the step keeps of it."""
        return f"{HANDED_ON}:{self.told_to}" if self.kind == HANDED_ON else self.kind

    @property
    def told_to(self) -> str:
        """Return who has it now, as the event and the episode tell it."""
        if self.to is None:
            return TO_TEAM
        return f"{TO_POST}{self.to.hex}" if self.is_post else self.to.hex


def write_answers(
    book: Book,
    context: CampaignContext,
    kind: Kind,
    answer: Answer,
    batch: uuid.UUID,
    count: int,
    standing: ColumnElement[int],
) -> None:
    """Write an answer to the staged episodes of a kind: events, steps, episodes. The staged rows are removed.

    `standing` is the rung on which the actor stands, over episodes.
    """
    holder = {"taken_over": standing, "returned": BELOW, "raised": HOLDER + 1}.get(answer.kind)
    write_told(book, context, kind, _told(book, answer, holder), batch, count)
    bump_versions(book, kind, batch)
    if answer.kind in ON_STEPS:
        _write_steps(book, answer, batch)
    if answer.kind in MOVING:
        _end_rests(book, batch)
    if answer.kind == "rested":
        _rest(book, answer, batch)
    elif answer.kind == "raised":
        raise_staged(book, context, kind, batch)
    write_episodes(book, batch, _changes(book, answer, holder))
    unstage(book, batch)


def _changes(book: Book, answer: Answer, holder: ColumnElement[int] | None) -> dict[str, Any]:
    if answer.kind == "decided":
        closing = {"is_open": False, "closed_at": book.now, "closed_by_id": book.actor_id, "closed_because": "decided"}
        return {**closing, "next_action_at": None}
    if answer.kind == "granted":
        until = literal(answer.until, BigInteger)
        return {"next_action_at": until, "answer_by": latest(until, func.coalesce(EPISODES.c.answer_by, until))}
    if answer.kind == HANDED_ON:
        return {"given_to": answer.told_to}
    if holder is None or answer.kind == "raised":
        return {}
    elsewhere = func.nullif(holder, EPISODES.c.level)
    answer_by = _answer_by(book, answer)
    return {"holder_level": elsewhere, "unheld_level": None, "given_to": None, "answer_by": answer_by}


def _answer_by(book: Book, answer: Answer) -> ColumnElement[Any]:
    """Return by when whoever has it now must answer: as was said, else when the next level is called, else by the end of this day.

    Whoever took it over is no later than that whatever they said: nobody moves the date of what they have to answer themselves.
    """
    now, upcoming = literal(book.now, BigInteger), EPISODES.c.next_action_at
    unsaid = case((upcoming > now, upcoming), else_=end_of_day(now))
    if answer.until is None:
        return unsaid
    said = literal(answer.until, BigInteger)
    return case((unsaid < said, unsaid), else_=said) if answer.kind == "taken_over" else said


def _told(book: Book, answer: Answer, holder: ColumnElement[int] | None) -> ColumnElement[Any]:
    told: dict[str, ColumnElement[Any]] = {"level": _staged.c.level, "answer": literal(answer.kind, Text())}
    if answer.reason is not None:
        told["reason"] = literal(answer.reason, Text())
    if answer.until is not None:
        is_capped = answer.kind == "taken_over"
        told["until"] = _answer_by(book, answer) if is_capped else literal(answer.until, BigInteger)
    if answer.kind == HANDED_ON:
        told["to"] = literal(answer.told_to, Text())
    if holder is not None:
        told["holder"] = holder
    if answer.kind in FROM_ABOVE:
        told |= {"had": HOLDER, "given": EPISODES.c.given_to}
    if answer.kind == "decided":
        told["closed"] = literal("decided", Text())
    return json_of(**told)


def _write_steps(book: Book, answer: Answer, batch: uuid.UUID) -> None:
    """A level that has not been reached has no step; the answer is then in the event alone."""
    same = and_(*(STEPS.c[name] == _staged.c[name] for name in ("unit_id", "rule_id", "subject_id", "anchor", "level")))
    book.session.execute(
        update(STEPS)
        .where(*of_batch(book, batch), same)
        .values(answered_at=book.now, answered_by_id=book.actor_id, answer=answer.on_step)
    )


def _end_rests(book: Book, batch: uuid.UUID, *mine: ColumnElement[bool]) -> None:
    ids = select(EPISODES.c.id).where(*of_batch(book, batch), same_episode())
    book.session.execute(delete(_rests).where(_rests.c.unit_id == book.unit_id, _rests.c.escalation_id.in_(ids), *mine))


def _rest(book: Book, answer: Answer, batch: uuid.UUID) -> None:
    """Put the staged episodes aside on the actor's own list, in place of what was said before."""
    me = literal(book.actor_id, _rests.c.membership_id.type)
    _end_rests(book, batch, _rests.c.membership_id == book.actor_id)
    values: dict[str, ColumnElement[Any]] = {
        "unit_id": EPISODES.c.unit_id,
        "membership_id": me,
        "escalation_id": EPISODES.c.id,
        "level": EPISODES.c.level,
        "until_at": literal(answer.until, BigInteger),
        "ledger_no": literal(book.last_no, BigInteger) - func.count().over() + _staged.c.position,
    }
    rows = select(*values.values()).where(*of_batch(book, batch), same_episode())
    book.session.execute(insert(_rests).from_select(list(values), rows))


__all__ = ["BELOW", "FROM_ABOVE", "MOVING", "NOTED", "ON_STEPS", "Answer", "AnswerKind", "write_answers"]
