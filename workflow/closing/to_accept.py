"""Which of the reports that teams sent somebody may accept: what the page of an open period offers."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from workflow.access import Actor, task_post
from workflow.closing.senders import Sender
from workflow.queries.task_record import handed_in_by


def tasks_to_accept(session: Session, actor: Actor, senders: Sequence[Sender]) -> set[uuid.UUID]:
    """Return the tasks that wait for review and are the actor's to accept. No statement; one for who stands in for somebody."""
    tasks: list[dict[str, Any]] = [
        {"id": sender.task_id, "team_id": sender.team.id, "owner_post_id": None, "state": "submitted_for_review"}
        for sender in senders
        if sender.status == "sent" and sender.task_id is not None
    ]
    handed_in = handed_in_by(session, actor, tasks)
    return {
        task["id"]
        for task in tasks
        if task_post(actor, task, "accept", handed_in=handed_in.get(task["id"], ())) is not None
    }
