"""Steps: a level of an episode reaching a post."""

import uuid

from sqlalchemy import BigInteger, literal, select

from rules.pack import CompiledRule
from workflow.gateway.staged_events import same_episode
from workflow.ledger.book import Book
from workflow.statements import insert_missing, natural_id
from workflow.tables import EscalationStep, Staged, table_of

_staged, _steps = table_of(Staged), table_of(EscalationStep)


def insert_steps(book: Book, rule: CompiledRule, level: int, batch: uuid.UUID) -> None:
    """Insert the staged steps of `rule` at `level`; the key of a step is the promise that it is there once.

    The episode's id follows from its natural key, so it is not looked up: a database that has no statistics yet would read far more
    than it needs for that.
    """
    values = {
        "unit_id": _staged.c.unit_id,
        "rule_id": _staged.c.rule_id,
        "subject_id": _staged.c.subject_id,
        "anchor": _staged.c.anchor,
        "level": _staged.c.level,
        "escalation_id": natural_id(_staged.c.unit_id, rule.id, _staged.c.subject_id, _staged.c.anchor),
        "to_post": literal(rule.ladder[level - 1].to),
        "due_at": _staged.c.due_at,
        "opened_at": literal(book.now, BigInteger),
    }
    rows = select(*values.values()).where(
        _staged.c.unit_id == book.unit_id,
        _staged.c.batch_id == batch,
        _staged.c.rule_id == rule.id,
        _staged.c.level == level,
    )
    insert_missing(book.session, _steps, list(values), rows)


__all__ = ["insert_steps", "same_episode"]
