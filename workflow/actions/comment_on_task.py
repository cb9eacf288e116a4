"""A word about a task, from whoever has a part in it. It is kept for good and changes nothing: no state, no share, no deadline."""

import uuid
from typing import Any, Final

from workflow.access import Actor, require_task_post, task_for
from workflow.actions.task_writes import append_event, check_sender, task_for_update
from workflow.ledger import Book
from workflow.plan.scopes import parts_in, support_of
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext

ACTION: Final = "ghi trao đổi"


def comment_on_task(
    book: Book, campaign: CampaignContext, actor: Actor, task_id: uuid.UUID, text: str | None
) -> dict[str, Any]:
    """Append a comment to a task, open or closed, and return it with the ledger number.

    It goes under the post that gives the right to it; a delegate's names whom they stand in for. Raises NotFound, NotPermitted, and
    BadInput for nothing, a personal number, or words about how anybody answered.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    task = task_for(book.session, actor, campaign.id, task_id, **parts_in(campaign.pack))
    support = support_of(campaign.pack, task["item"])
    relay = parts_in(campaign.pack)["relays"].get(task["item"])
    post = require_task_post(actor, task, "comment", action=ACTION, relay=relay, support=support)
    said = typed_reason(text, where="Trao đổi", missing="chưa ghi gì; hãy viết một câu", lines=True)
    row = task_for_update(book, campaign, task_id)
    book.on_behalf.of = post.acting_for
    number = append_event(
        book, row, row["state"], row["state"], happened_at=book.now, cause="person", comment=said, under=post.label
    )
    return {"task": str(task_id), "ledger_no": number}
