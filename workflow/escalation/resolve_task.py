"""Closing the episodes of a task that has moved on: its rule no longer holds for the anchor it was opened at."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from rules.pack import CompiledRule
from workflow.gateway.kinds import TASK
from workflow.ledger.book import Book
from workflow.gateway.task_pointer import task_rule_facts
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Escalation, table_of

_episodes = table_of(Escalation)


def close_resolved_task(book: Book, context: CampaignContext, task: Mapping[str, Any]) -> int:
    """Close the open episodes of `task` (its row after the change) whose rule no longer holds; return how many.

    Rules over figures are closed by the tick that judges them.
    """
    rules: dict[str, CompiledRule] = {rule.id: rule for rule in TASK.rules(context)}
    facts = task_rule_facts(task)
    closed = 0
    for episode in book.session.execute(
        select(_episodes.c.id, _episodes.c.rule_id, _episodes.c.anchor, _episodes.c.level).where(
            _episodes.c.unit_id == book.unit_id, _episodes.c.subject_id == task["id"], _episodes.c.is_open
        )
    ).all():
        rule = rules.get(episode.rule_id)
        if rule is None or (rule.anchor_py(facts, book.now) == episode.anchor and rule.when_py(facts, book.now)):
            continue
        book.append(
            "escalate",
            cause="rule",
            campaign_id=context.id,
            about_id=episode.id,
            area_id=task.get("area_id"),
            team_id=task.get("team_id"),
            rule_id=episode.rule_id,
            data={"closed": "resolved", "level": episode.level},
        )
        book.session.execute(
            update(_episodes)
            .where(_episodes.c.unit_id == book.unit_id, _episodes.c.id == episode.id)
            .values(
                is_open=False,
                closed_at=book.now,
                closed_because="resolved",
                next_action_at=None,
                version=_episodes.c.version + 1,
                state_version=_episodes.c.state_version + 1,
            )
        )
        closed += 1
    return closed
