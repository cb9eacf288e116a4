"""Putting a plan from a spreadsheet in force: a new version of the campaign's pack, its open tasks taken along, its new tasks opened."""

import uuid
from typing import Any, Final

from sqlalchemy import func, select, update

from rules.pack import Pack, load_files
from rules.pack.model import PlanTask
from rules.pack.plan_text import derived_heading, plan_text, with_plan
from rules.time import Instant
from workflow.access import Actor, require_unit_post, unit_post
from workflow.actions.change_plan import change_items, drop_links, settle_items
from workflow.actions.open_campaign import publish_pack
from workflow.actions.open_plan import open_plan
from workflow.actions.task_writes import check_sender
from workflow.errors import WorkflowError
from workflow.ledger import Book
from workflow.plan.counted import waits_in
from workflow.plan.scopes import Organisation
from workflow.planfile.doubts import Present
from workflow.planfile.export import stand_texts
from workflow.planfile.judge import judge
from workflow.planfile.model import Judged
from workflow.planfile.read import PlanSheet
from workflow.planfile.shown import stands_in_words
from workflow.queries.campaigns import CampaignContext, campaign_by_id
from workflow.queries.due_before_the_plan import reports_left_out
from workflow.queries.own_items import items_answered_otherwise
from workflow.queries.plan_scopes import organisation_of
from workflow.queries.plan_stands import items_borne, plan_stands
from workflow.tables import Campaign, PackVersion, table_of

ACTION: Final = "thay kế hoạch của đợt"
ROLES: Final = ("coordinator", "chair", "administrator")
"""Who may change the plan as a whole, from a post of the unit."""
_CAMPAIGNS = table_of(Campaign)


class PlanMovedOn(WorkflowError):
    """The plan, or what the file comes to against it, is not what was shown."""

    status = 409
    code = "plan_moved_on"
    message = "Kế hoạch đã thay đổi từ lúc xem nên kết quả khác đi. Chưa ghi gì; xem lại bảng dưới rồi bấm ghi."


def judge_plan(session: Any, context: CampaignContext, sheet: PlanSheet, *, actor: Actor, now: Instant) -> Judged:
    """Return what a file comes to against the campaign's plan as it is now, sent by the actor; nothing is written.

    One statement; a few more for who would put it in force in a lent post, for tasks of each team or area, and for columns of states.
    """
    post = unit_post(actor, ROLES)
    own = items_answered_otherwise(session, context, actor, post) if post is not None else frozenset[str]()
    spread = any(row.cells.get("per") for row in sheet.rows)
    stands = (
        stands_in_words(plan_stands(session, context, now=now), waits_in(context.pack))
        if any(row.shown for row in sheet.rows)
        else {}
    )
    present = Present(
        now, organisation_of(session, context.unit_id) if spread else Organisation(), {item: stand_texts(each) for item, each in stands.items()}
    )  # fmt: skip
    return judge(sheet, context.pack, borne=items_borne(session, context), not_theirs=own, present=present)


def import_plan(
    book: Book, context: CampaignContext, actor: Actor, sheet: PlanSheet, *, seen: str | None = None
) -> dict[str, Any]:
    """Put what a file says in force and return the counts. Rows that were handed back change nothing; the same file twice, nothing.
    `reports_left_out` says how many periods of new reports were due before the file asked for them: nobody owes those.

    In a lent post nobody changes what they, or another for whom they stand in, have to answer for: such rows are handed back. `seen` is
    the mark of what somebody agreed to (None: whatever it comes to). Raises NotPermitted, PlanMovedOn, and SheetRefused.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, ROLES, action=ACTION)
    judged = judge_plan(book.session, context, sheet, actor=actor, now=book.now)
    if seen is not None and seen != judged.seen:
        raise PlanMovedOn
    answer: dict[str, Any] = {
        **judged.told,
        "vanished": [item.id for item in judged.vanished],
        "pack": context.pack.hash,
    }
    if not judged.changes_anything:
        return answer | {"tasks_opened": 0, "reports_left_out": 0, "tasks_changed": 0, "ledger_no": book.last_no}
    touched = judged.touched
    settle_items(book, context, touched)
    left_out = reports_left_out(book.session, context)
    pack = _derived(book, context.pack, judged)
    campaign = _put_in_force(book, context.id, pack)
    organisation = organisation_of(book.session, book.unit_id)
    changed = change_items(book, campaign, touched, organisation)
    drop_links(book, campaign, [item for item in touched if isinstance(item, PlanTask)])
    opened = open_plan(book, campaign)
    number = book.append(
        "note",
        happened_at=book.now,
        cause="person",
        campaign_id=context.id,
        data={"what": "plan_file", "before": context.pack.hash, "after": pack.hash, **judged.told},
    )
    return answer | {
        "pack": pack.hash,
        "version": pack.version,
        "tasks_opened": opened.tasks,
        "without_owner": opened.without_owner,
        "reports_left_out": len(opened.reports_left_out - left_out),
        "tasks_changed": sum(changed.values()),
        "ledger_no": number,
    }


def _derived(book: Book, pack: Pack, judged: Judged) -> Pack:
    """Return the campaign's pack with the plan of the file, as the next version of it; it passes the same check as any other."""
    known = book.session.scalar(select(func.max(PackVersion.version)).where(PackVersion.pack == pack.id))
    text = plan_text(judged.plan, derived_heading(pack.version, pack.hash))
    return load_files(with_plan(pack.files, text, version=max(known or 0, pack.version) + 1))


def _put_in_force(book: Book, campaign_id: uuid.UUID, pack: Pack) -> CampaignContext:
    publish_pack(book.session, pack, now=book.now, by=book.actor_id)
    book.session.execute(
        update(_CAMPAIGNS)
        .where(_CAMPAIGNS.c.unit_id == book.unit_id, _CAMPAIGNS.c.id == campaign_id)
        .values(pack_hash=pack.hash, version=_CAMPAIGNS.c.version + 1)
    )
    book.pack_hash = pack.hash
    return campaign_by_id(book.session, book.unit_id, campaign_id)
