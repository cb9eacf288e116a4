"""Closing escalations that have lost their reason: the case moved on, so the rule no longer holds for its anchor."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, select, update

from workflow.gateway.live import LiveCase
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Escalation, table_of

_table = table_of(Escalation)
_OPEN = select(
    _table.c.id, _table.c.rule_id, _table.c.subject_id, _table.c.anchor, _table.c.level, _table.c.next_action_at
).where(
    _table.c.unit_id == bindparam("unit"),
    _table.c.subject_id.in_(bindparam("subjects", expanding=True)),
    _table.c.is_open,
)
_CLOSE = (
    update(_table)
    .where(and_(_table.c.unit_id == bindparam("b_unit"), _table.c.id == bindparam("b_id")))
    .values(
        is_open=False,
        closed_at=bindparam("b_at"),
        closed_because=bindparam("b_because"),
        next_action_at=None,
        version=_table.c.version + 1,
        state_version=_table.c.state_version + 1,
    )
)


def open_episodes(book: Book, case_ids: Iterable[uuid.UUID]) -> list[Row[Any]]:
    """Return the open episodes of cases: id, rule, subject, anchor, level, next_action_at."""
    wanted = list(case_ids)
    return list(book.connection.execute(_OPEN, {"unit": book.unit_id, "subjects": wanted})) if wanted else []


def close_resolved(
    book: Book, context: CampaignContext, cases: Sequence[LiveCase], episodes: Iterable[Row[Any]]
) -> int:
    """Close those of `episodes` whose case is among `cases` and whose rule no longer holds for the anchor; return how many.

    Call after what was due has been settled and before the cases are saved: closing counts as an event of the case.
    """
    by_id = {case.id: case for case in cases}
    closed = 0
    for row in episodes:
        if row.subject_id not in by_id:
            continue
        case = by_id[row.subject_id]
        rule = next((rule for rule in context.case_rules(case.track) if rule.id == row.rule_id), None)
        facts = case.facts()
        if rule is not None and case.left_at is None:
            holds = rule.anchor_py(facts, book.now) == row.anchor and rule.when_py(facts, book.now)
            if holds:
                continue
        case.version += 1
        book.append(
            "escalate",
            cause="rule",
            campaign_id=case.campaign_id,
            case_id=case.id,
            door_id=case.door_id,
            about_id=row.id,
            version=case.version,
            rule_id=row.rule_id,
            data={"closed": "resolved", "level": row.level},
        )
        book.connection.execute(
            _CLOSE, {"b_unit": book.unit_id, "b_id": row.id, "b_at": book.now, "b_because": "resolved"}
        )
        closed += 1
    return closed
