"""Importing a roster: checked, applied, and what could not be taken handed back in a file of its own."""

from collections.abc import Callable
from pathlib import Path

from workflow.access import Actor, require_post
from workflow.queries.campaigns import CampaignContext
from workflow.roster.apply import Import, Tools, apply_roster, check_roster
from workflow.roster.declare import Declaration
from workflow.roster.reject import write_rejects

IMPORTERS = ("coordinator", "administrator")


def import_roster(
    tools: Tools,
    context: CampaignContext,
    actor: Actor,
    path: Path,
    declaration: Declaration,
    *,
    rejects_to: Path | None = None,
    file_name: str | None = None,
    sheet: str | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Import:
    """Check a file and write it to the ledger; return counts and findings. With errors in its columns nothing is written.

    `rejects_to` gets the rows that were handed back, if any. Raises NotPermitted, BadInput or SheetRefused; nothing is changed
    then. The same file declared the same way changes nothing.
    """
    require_post(actor, IMPORTERS, None, action="Nhập danh sách")
    checked = check_roster(
        tools,
        context,
        path,
        declaration,
        uploaded_by=actor.membership_id,
        actor=actor,
        file_name=file_name,
        sheet=sheet,
        on_progress=on_progress,
    )
    done = checked
    if checked.status == "judged":
        done = apply_roster(
            tools, context, checked.file_id, actor_id=actor.membership_id, acting_for_id=actor.on_behalf.of
        )
    rejections = tuple(sorted({*checked.rejections, *done.rejections}, key=lambda each: each.row))
    if rejects_to is not None and (rejections or checked.doubts):
        write_rejects(rejects_to, rejections, checked.doubts, as_sent=checked.as_sent)
    return Import(
        done.file_id,
        done.status,
        done.counts,
        done.findings,
        rejections,
        checked.doubts,
        ledger_no=done.ledger_no,
        as_sent=checked.as_sent,
    )
