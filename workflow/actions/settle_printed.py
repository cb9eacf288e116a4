"""Where a printed sheet is: handed to somebody, back in the office, or destroyed. Each step is in the sheet's log and the audit."""

import uuid
from typing import Any, Final, Literal

from rules.said import At, Said
from workflow.access import UNIT_ROLES, Actor, printed_for, roles_in_words
from workflow.actions.print_list import check_receiver
from workflow.actions.printed_writes import PAPER, change_sheet, leave_trace
from workflow.errors import AlreadyDecided, BadInput, NotPermitted
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext

SETTLERS: Final = ("team_leader", "coordinator", "administrator")
Step = Literal["hand_over", "returned", "destroyed"]
STEPS: Final = ("hand_over", "returned", "destroyed")


def settle_printed(
    book: Book, context: CampaignContext, actor: Actor, serial: int, step: Step, *, to: uuid.UUID | None = None
) -> dict[str, Any]:
    """Note that a sheet was handed `to` somebody of its team, came back, or was destroyed; return its serial and the step.

    A sheet that came back may be handed out again; one that was destroyed is gone. Raises NotFound, NotPermitted, AlreadyDecided
    or BadInput.
    """
    sheet = printed_for(book.session, actor, context.id, serial)
    if not may_settle(actor, sheet.team_id):
        raise NotPermitted(action="Ghi việc giao, nhận phiếu giấy", who=roles_in_words(SETTLERS))
    if sheet.destroyed_at is not None:
        raise AlreadyDecided(status=Said("phiếu đã hủy lúc %(at)s", at=At(sheet.destroyed_at)))
    if step == "hand_over":
        if to is None:
            raise BadInput(where="Người nhận", what="chưa chọn; chọn người nhận phiếu")
        check_receiver(book, sheet.team_id, to)
        values: dict[str, Any] = {"handed_to_id": to, "handed_at": book.now, "returned_at": None}
    elif step == "returned":
        if sheet.returned_at is not None:
            raise AlreadyDecided(status=Said("phiếu đã thu lại lúc %(at)s", at=At(sheet.returned_at)))
        values = {"returned_at": book.now}
    elif step == "destroyed":
        values = {"destroyed_at": book.now}
    else:
        raise BadInput(where="Việc", what=Said("“%(step)s” không có; chọn giao, thu lại hoặc hủy", step=step))
    change_sheet(book, sheet.id, settled_by_id=actor.membership_id, **values)
    leave_trace(book, actor, PAPER, sheet.id, {"serial": serial, "step": step})
    return {"serial": serial, "step": step}


def may_settle(actor: Actor, team_id: uuid.UUID | None) -> bool:
    """Whether the actor keeps the log of a team's paper: its leader, and who sees the whole unit. Who leads another team does not."""
    leads = any(post.team_id is not None and post.team_id == team_id for post in actor.holds("team_leader"))
    return leads or bool(UNIT_ROLES & actor.roles)
