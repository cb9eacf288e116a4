"""Saying how far a task is: a share of the work, in percent, whenever its owner wishes."""

import uuid
from typing import Any, Final

from sqlalchemy import update

from rules.said import Figure
from workflow.access import Actor, require_task_post, task_for
from workflow.actions.move_task import settle_before
from workflow.actions.task_writes import TASKS, append_event, check_sender, task_for_update
from workflow.errors import BadInput, MoveNotAllowed, StaleVersion
from workflow.escalation.settle import resolve_task
from workflow.gateway.task_pointer import next_action_at
from workflow.ledger import Book
from workflow.plan.life import HANDED_OVER, STATE_LABELS, is_open
from workflow.plan.scopes import parts_in, support_of
from workflow.plan.texts import typed_text
from workflow.queries.campaigns import CampaignContext

ACTION: Final = "cập nhật tiến độ"
ANY: Final = -1
"""Stands for: whatever it was before."""


def set_progress(
    book: Book,
    campaign: CampaignContext,
    actor: Actor,
    task_id: uuid.UUID,
    percent: int,
    note: str | None = None,
    *,
    seen: int | None = ANY,
) -> dict[str, Any]:
    """Record how far a task is, from 0 to 100, and return it with the ledger number. No state changes: 100 is not yet submitted.

    `seen` is the share that the sender looked at (None: none yet). Raises NotFound, NotPermitted, StaleVersion, MoveNotAllowed (not
    with its owner any more), BadInput.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    row = task_for(book.session, actor, campaign.id, task_id, **parts_in(campaign.pack))
    require_task_post(actor, row, "progress", action=ACTION, support=support_of(campaign.pack, row["item"]))
    settle_before(book, campaign, task_id)
    task = task_for_update(book, campaign, task_id)
    if not is_open(task["state"]) or task["state"] in HANDED_OVER:
        raise MoveNotAllowed(move=ACTION, state=STATE_LABELS[task["state"]])
    if seen != ANY and seen != task["progress"]:
        raise StaleVersion(state=STATE_LABELS[task["state"]], theirs=_share(task["progress"]), yours=_share(seen))
    if not 0 <= percent <= 100:
        raise BadInput(where="Tiến độ", what="hãy ghi một số từ 0 đến 100")
    told = typed_text("Ghi chú", note)
    number = append_event(
        book, task, task["state"], task["state"], happened_at=book.now, cause="person", progress=percent, reason=told
    )
    after = {**task, "progress": percent}
    book.session.execute(
        update(TASKS)
        .where(TASKS.c.unit_id == book.unit_id, TASKS.c.id == task_id)
        .values(progress=percent, version=TASKS.c.version + 1, next_action_at=next_action_at(campaign.pack, after))
    )
    resolve_task(book, campaign, task_id)
    return {"task": str(task_id), "progress": percent, "ledger_no": number}


def _share(percent: int | None) -> str:
    return "chưa ghi" if percent is None else Figure(f"{percent} %")
