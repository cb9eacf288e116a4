"""Writing what people answer to escalations: for all staged episodes of a kind at once, one event each.

The event is the record; the step keeps who answered it last and how, so that an inbox can show it. Deciding closes an episode for its
anchor for ever: the row stays, and its natural key is what keeps the same reason from opening again. Being acknowledged or handed on
stops nothing: only work done, or a decision, takes the next post off the hook, so one tap cannot switch a ladder off.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from rules.pack import CompiledRule
from rules.time import Instant
from workflow.escalation.steps import insert_steps, same_episode
from workflow.gateway.kinds import CAMPAIGN, CASE, TASK, TEAM, Kind
from workflow.gateway.staged_events import bump_versions
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import EPISODES, HANDED_ON, STEPS
from workflow.statements import json_of
from workflow.tables import Event, Staged, table_of

_staged, _events = table_of(Staged), table_of(Event)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (CASE, TASK, TEAM, CAMPAIGN)}

AnswerKind = Literal["acknowledged", "decided", "handed_on", "raised", "noted"]
NOTED: Final = "noted"


@dataclass(frozen=True)
class Answer:
    """What somebody answers. `to` says who has it now: a membership, or None for the episode's team (only with `handed_on`)."""

    kind: AnswerKind
    reason: str | None = None
    until: Instant | None = None
    to: uuid.UUID | None = None

    @property
    def on_step(self) -> str:
        """Return what the step keeps of it."""
        return f"{HANDED_ON}:{self.told_to}" if self.kind == HANDED_ON else self.kind

    @property
    def told_to(self) -> str:
        """Return who has it now, as the event tells it."""
        return self.to.hex if self.to is not None else "team"


def stage_episodes(
    book: Book, kind: Kind, chosen: ColumnElement[bool], level: ColumnElement[int], batch: uuid.UUID
) -> int:
    """Stage the chosen episodes of a kind, each with the level that is answered; return how many."""
    e = EPISODES.c
    rows = select(
        literal(book.unit_id, _staged.c.unit_id.type),
        literal(batch, _staged.c.batch_id.type),
        func.row_number().over(order_by=(e.due_at, e.rule_id, e.subject_id, e.anchor)),
        e.subject_id,
        e.rule_id,
        e.anchor,
        literal(book.now, BigInteger),
        level,
    ).where(e.unit_id == book.unit_id, e.kind == kind.name, chosen)
    names = ["unit_id", "batch_id", "position", "subject_id", "rule_id", "anchor", "due_at", "level"]
    result = book.session.execute(
        insert(_staged).from_select(names, rows), execution_options={"preserve_rowcount": True}
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def unstage(book: Book, batch: uuid.UUID) -> None:
    """Remove the staged rows of a batch."""
    book.session.execute(delete(_staged).where(*_of(book, batch)))


def write_answers(
    book: Book, context: CampaignContext, kind: Kind, answer: Answer, batch: uuid.UUID, count: int
) -> None:
    """Write an answer to the staged episodes of a kind: events, steps, episodes. The staged rows are removed."""
    _write_events(book, context, kind, answer, batch, count)
    bump_versions(book, kind, batch)
    if answer.kind != NOTED:
        _write_steps(book, answer, batch)
    if answer.kind == "raised":
        _raise(book, context, batch)
    elif answer.kind == "decided":
        closing = {"is_open": False, "closed_at": book.now, "closed_by_id": book.actor_id, "closed_because": "decided"}
        _write_episodes(book, batch, {**closing, "next_action_at": None})
    else:
        _write_episodes(book, batch, {})
    unstage(book, batch)


def _of(book: Book, batch: uuid.UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch


def _write_events(
    book: Book, context: CampaignContext, kind: Kind, answer: Answer, batch: uuid.UUID, count: int
) -> None:
    before, subjects, uuid_type = book.reserve(count), kind.table, _events.c.batch_id.type
    counts, is_case = kind.counts_events, kind.name == "case"
    ordinal = func.row_number().over(partition_by=_staged.c.subject_id, order_by=_staged.c.position)
    values: dict[str, Any] = {
        "unit_id": _staged.c.unit_id,
        "ledger_no": _staged.c.position + before,
        "kind": literal("escalate"),
        "campaign_id": literal(context.id, uuid_type),
        "case_id": _staged.c.subject_id if is_case else cast(null(), _events.c.case_id.type),
        "door_id": subjects.c.door_id if is_case else cast(null(), _events.c.door_id.type),
        "about_id": EPISODES.c.id,
        "version": subjects.c.version + ordinal if counts else cast(null(), BigInteger),
        "area_id": subjects.c.area_id if counts else EPISODES.c.area_id,
        "team_id": subjects.c.team_id if counts else EPISODES.c.team_id,
        "cause": literal("person"),
        "actor_id": literal(book.actor_id, uuid_type),
        "acting_for_id": literal(book.acting_for_id, uuid_type),
        "rule_id": _staged.c.rule_id,
        "pack_hash": literal(context.pack.hash),
        "batch_id": literal(book.batch_id or batch, uuid_type),
        "happened_at": literal(book.now, BigInteger),
        "recorded_at": literal(book.now, BigInteger),
        "data": _told(answer),
    }
    rows = select(*values.values()).where(*_of(book, batch), same_episode())
    if counts:
        rows = rows.where(subjects.c.unit_id == _staged.c.unit_id, subjects.c.id == _staged.c.subject_id)
    book.session.execute(insert(_events).from_select(list(values), rows))


def _told(answer: Answer) -> ColumnElement[Any]:
    told: dict[str, ColumnElement[Any]] = {"level": _staged.c.level, "answer": literal(answer.kind, Text())}
    if answer.reason is not None:
        told["reason"] = literal(answer.reason, Text())
    if answer.until is not None:
        told["until"] = literal(answer.until, BigInteger)
    if answer.kind == HANDED_ON:
        told["to"] = literal(answer.told_to, Text())
    if answer.kind == "decided":
        told["closed"] = literal("decided", Text())
    return json_of(**told)


def _write_steps(book: Book, answer: Answer, batch: uuid.UUID) -> None:
    """A level that has not been reached has no step; the answer is then in the event alone."""
    same = and_(*(STEPS.c[name] == _staged.c[name] for name in ("unit_id", "rule_id", "subject_id", "anchor", "level")))
    book.session.execute(
        update(STEPS)
        .where(*_of(book, batch), same)
        .values(answered_at=book.now, answered_by_id=book.actor_id, answer=answer.on_step)
    )


def _write_episodes(book: Book, batch: uuid.UUID, values: dict[str, Any]) -> None:
    counted = {"version": EPISODES.c.version + 1, "state_version": EPISODES.c.state_version + 1}
    book.session.execute(update(EPISODES).where(*_of(book, batch), same_episode()).values(**values, **counted))


def _raise(book: Book, context: CampaignContext, batch: uuid.UUID) -> None:
    """Call the next post now instead of when its time comes; the one after it is called when it would have been anyway."""
    book.session.execute(update(_staged).where(*_of(book, batch)).values(level=_staged.c.level + 1))
    rules = {rule.id: rule for rule in context.pack.rules}
    levels = select(_staged.c.rule_id, _staged.c.level).where(*_of(book, batch)).distinct()
    for rule_id, level in book.session.execute(levels.order_by(_staged.c.rule_id, _staged.c.level)).all():
        insert_steps(book, rules[rule_id], level, batch)
    _write_episodes(book, batch, {"level": _staged.c.level, "next_action_at": _upcoming(rules)})


def _upcoming(rules: Mapping[str, CompiledRule]) -> ColumnElement[Any]:
    """Return when the level after the staged one is called: counted from when the rule became due, like every level."""
    branches = [
        (and_(_staged.c.rule_id == rule.id, _staged.c.level == level), EPISODES.c.due_at + delay)
        for rule in rules.values()
        for level, delay in enumerate(rule.delays)
        if level and delay is not None
    ]
    return case(*branches, else_=None) if branches else literal(None, BigInteger)


__all__ = ["KINDS", "NOTED", "Answer", "AnswerKind", "stage_episodes", "unstage", "write_answers"]
