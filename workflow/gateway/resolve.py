"""Closing escalations that have lost their reason: the case moved on, so the rule no longer holds for its anchor."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, select, update

from workflow.gateway.live import LiveCase
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements.prepared import Prepared
from workflow.tables import Escalation, table_of

_table = table_of(Escalation)
_CLOSE = Prepared(
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


@lru_cache(maxsize=64)
def _open_of(names: tuple[str, ...]) -> Prepared:
    """Return the statement that reads the open episodes of so many subjects, made once for each size of household."""
    columns = (_table.c[name] for name in ("id", "rule_id", "subject_id", "anchor", "level", "next_action_at"))
    wanted = _table.c.subject_id.in_([bindparam(name, type_=_table.c.subject_id.type) for name in names])
    here = (_table.c.unit_id == bindparam("unit"), wanted, _table.c.is_open)
    return Prepared(select(*columns).where(*here).order_by(_table.c.id))


def open_episodes(book: Book, cases: Mapping[uuid.UUID, LiveCase]) -> list[Any]:
    """Return the open episodes of cases just read, in the order of their ids: id, rule, subject, anchor, level, next_action_at."""
    watched = [case_id for case_id, case in cases.items() if case.has_episode]
    wanted = {f"subject_{number}": case_id for number, case_id in enumerate(watched)}
    return _open_of(tuple(wanted)).all(book.connection, wanted | {"unit": book.unit_id}) if wanted else []


def close_resolved(book: Book, context: CampaignContext, cases: Sequence[LiveCase], episodes: Iterable[Any]) -> int:
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
            data={"closed": "resolved", "level": row.level, "next": row.next_action_at},
        )
        _CLOSE.run(
            book.connection, [{"b_unit": book.unit_id, "b_id": row.id, "b_at": book.now, "b_because": "resolved"}]
        )
        closed += 1
    return closed
