"""Handing an episode to the post above: the next level is called now instead of when its time comes.

The one after it is called when it would have been anyway. What a post above has already (it took it over, or nobody held the post that
was called) goes on to the rung above that one, and every level in between is called; what was sent back goes up by one rung again.
"""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, literal, select, update

from workflow.escalation.steps import insert_steps, same_episode
from workflow.escalation.times import answer_sql, next_sql, settle_working_time
from workflow.escalation.told import of_batch, unstage, write_told
from workflow.gateway.kinds import Kind
from workflow.gateway.staged_events import bump_versions
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.ladder_rows import EPISODES, HOLDER
from workflow.statements import json_of
from workflow.tables import Staged, table_of

_staged = table_of(Staged)


def raise_staged(book: Book, context: CampaignContext, kind: Kind, batch: uuid.UUID) -> None:
    """Give the staged episodes to the rung above the one that has them. The event of the answer is written already."""
    working, count = _copy(book, batch, EPISODES.c.level <= HOLDER)
    _give_back(book, batch)
    while count:
        _call_next(book, context, working)
        done = working
        working, count = _copy(book, done, EPISODES.c.holder_level.is_not(None))
        unstage(book, done)
        if count:
            called = json_of(level=_staged.c.level, called=literal("raised"))
            write_told(book, context, kind, called, working, count)
            bump_versions(book, kind, working)
    unstage(book, working)


def _copy(book: Book, batch: uuid.UUID, condition: ColumnElement[bool]) -> tuple[uuid.UUID, int]:
    """Stage those of a batch's episodes once more, at their newest level; return as which batch, and how many."""
    copied, names = book.new_id(), ("subject_id", "rule_id", "anchor", "due_at")
    rows = select(
        _staged.c.unit_id,
        literal(copied, _staged.c.batch_id.type),
        func.row_number().over(order_by=_staged.c.position),
        *(_staged.c[name] for name in names),
        EPISODES.c.level,
    ).where(*of_batch(book, batch), same_episode(), condition)
    statement = insert(_staged).from_select(["unit_id", "batch_id", "position", *names, "level"], rows)
    result = book.session.execute(statement, execution_options={"preserve_rowcount": True})
    return copied, int(result.rowcount)  # type: ignore[attr-defined]


def _give_back(book: Book, batch: uuid.UUID) -> None:
    """What was sent down goes up by one rung; on the newest level it is as if it had never been sent."""
    up = case((EPISODES.c.level > HOLDER + 1, HOLDER + 1), else_=None)
    sent = (*of_batch(book, batch), same_episode(), EPISODES.c.level > HOLDER)
    book.session.execute(update(EPISODES).where(*sent).values(holder_level=up, unheld_level=None))


def _call_next(book: Book, context: CampaignContext, batch: uuid.UUID) -> None:
    """Call the next level of the staged episodes now. `happened_at` keeps when it was to be called: from then the one after counts."""
    was_to_come = select(EPISODES.c.next_action_at).where(same_episode()).correlate(_staged).scalar_subquery()
    mine = of_batch(book, batch)
    book.session.execute(update(_staged).where(*mine).values(level=_staged.c.level + 1, happened_at=was_to_come))
    rules = {rule.id: rule for rule in context.pack.rules}
    levels = select(_staged.c.rule_id, _staged.c.level).where(*mine).distinct()
    called = []
    for rule_id, level in book.session.execute(levels.order_by(_staged.c.rule_id, _staged.c.level)).all():
        insert_steps(book, rules[rule_id], level, batch)
        called.append(rules[rule_id])
    upcoming, held = next_sql(called, _staged.c.happened_at), EPISODES.c.holder_level
    values: dict[str, Any] = {
        "level": _staged.c.level,
        "next_action_at": upcoming,
        "answer_by": answer_sql(called, _staged.c.due_at, upcoming),
        "holder_level": case((held >= _staged.c.level, held), else_=None),
        "unheld_level": None,
    }
    book.session.execute(update(EPISODES).where(*mine, same_episode()).values(**values))
    settle_working_time(book, called, batch, since=_staged.c.happened_at)


__all__ = ["raise_staged"]
