"""Accepting many reports at once: those that still stand as they were looked at; the others are counted, not refused."""

import uuid
from collections.abc import Mapping
from typing import Any

from workflow.access import Actor, require_task_post, task_for
from workflow.actions.move_task import move_task
from workflow.actions.task_writes import relays_of
from workflow.ledger import Book
from workflow.plan.life import MOVES
from workflow.plan.scopes import parts_in
from workflow.queries.campaigns import CampaignContext


def accept_reports(
    book: Book, context: CampaignContext, actor: Actor, looked_at: Mapping[uuid.UUID, int]
) -> dict[str, Any]:
    """Accept the tasks that wait for review in the version the sender looked at; return how many, and how many were left.

    `looked_at` has the `state_version` by task. Raises NotFound or NotPermitted if one of them is not the actor's to accept:
    then none is.
    """
    relays = relays_of(context)
    tasks = [
        task_for(book.session, actor, context.id, task_id, **parts_in(context.pack)) for task_id in sorted(looked_at)
    ]
    for task in tasks:
        require_task_post(actor, task, "accept", action=MOVES["accept"].label, relay=relays.get(task["item"]))
    waiting = [
        (task["id"], task["state_version"])
        for task in tasks
        if (task["state"], task["state_version"]) == ("submitted_for_review", looked_at[task["id"]])
    ]
    for task_id, version in waiting:
        move_task(book, context, task_id, "accept", actor=actor, state_version=version)
    return {"accepted": len(waiting), "left": len(looked_at) - len(waiting), "ledger_no": book.last_no}
