"""Excusing a team from what is left of a duty, because it has nothing more to report on."""

from dataclasses import dataclass

from rules.pack.model import Duty
from rules.said import Said
from rules.time import Instant
from workflow.access import PLAN_MOVES, Actor, require_task_post, require_unit_post
from workflow.actions.excuse_forwarding import excuse_forwarding
from workflow.actions.move_task import settle_all_before
from workflow.actions.task_writes import (
    TASKS,
    Row,
    cause_of,
    change_task,
    check_sender,
    insert_tasks,
    owned_by,
    reason_given,
    task_row,
)
from workflow.errors import BadInput
from workflow.escalation.settle import resolve_tasks
from workflow.ledger import Book
from workflow.plan.life import HANDED_OVER
from workflow.plan.schedule import slots_of_duty
from workflow.plan.scopes import Organisation, Scope
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_scopes import organisation_of

ACTION = "miễn việc định kỳ"


@dataclass(frozen=True, slots=True)
class DutyWaived:
    """What was waived: which occurrences, in order. `kept` counts those that were handed over or closed before: they stay as they are."""

    occurrences: tuple[str, ...]
    kept: int

    @property
    def waived(self) -> int:
        """How many occurrences were waived."""
        return len(self.occurrences)


def waive_duty(
    book: Book,
    campaign: CampaignContext,
    item: str,
    scope: str,
    *,
    actor: Actor | None,
    reason: str,
    since: Instant | None = None,
) -> DutyWaived:
    """Waive the occurrences of a duty that report on work after `since` (default now), also those not opened yet.

    What a late clock has not opened yet is opened first, so that it leaves what was due behind. `scope` is `unit` or the code of the team, area or body. The report on the work before `since` stays due: who finishes early
    reports at once and is excused after that. Run twice, nothing more is waived.

    Only a post of the unit that may change the plan may, and in a lent one nobody excuses themselves: all of it or nothing;
    `actor` is None for a rule alone. Asked first, so that nobody else learns which duties and scopes there are. Raises NotPermitted,
    then BadInput if the plan has no such duty, the scope does not exist, or no reason is given.
    """
    check_sender(book, actor, action=ACTION, cause=cause_of(book))
    if actor is not None:
        require_unit_post(actor, PLAN_MOVES["waive"], action=ACTION)
    told = reason_given(reason, needed_for="miễn")
    duty = _duty(campaign, item)
    organisation = organisation_of(book.session, book.unit_id)
    chosen = _scope(organisation, duty, scope)
    slots = [slot for slot in slots_of_duty(duty, campaign.pack) if (slot.period_from or 0) >= (since or book.now)]
    rows = [
        task_row(book, campaign, item=duty.id, label=duty.label.vi, clause=duty.clause, slot=slot, scope=chosen)
        for slot in slots
    ]
    owner = organisation.owner_of(duty.owner, chosen)
    if actor is not None:
        require_task_post(actor, {"owner_post_id": owner, "team_id": chosen.team_id}, "waive", action=ACTION)
    opened = [row for row in rows if row["opens_at"] <= book.now and chosen.is_on_duty(row["opens_at"], row["due_at"])]
    insert_tasks(book, campaign, [owned_by(row, owner) for row in opened], cause="rule")
    new = [{**owned_by(row, owner), "state": "waived", "is_open": False} for row in rows]
    added = insert_tasks(book, campaign, new, reason=told)
    known = {row["id"] for row in rows} - {row["id"] for row in added}
    there = _opened(book, known)
    if settle_all_before(book, campaign, [row["id"] for row in there if _is_owed(row)]):
        there = _opened(book, known)
    changed = [row for row in there if _is_owed(row)]
    for row in changed:
        if actor is not None:
            require_task_post(actor, row, "waive", action=ACTION)
        change_task(
            book, campaign, row, {"state": "waived", "submitted_at": None}, happened_at=book.now,
            cause=cause_of(book), move="waive", reason=told,
        )  # fmt: skip
    resolve_tasks(book, campaign, [row["id"] for row in changed])
    excuse_forwarding(book, campaign, duty.id, [slot.occurrence for slot in slots])
    done = {row["occurrence"] for row in (*added, *changed)}
    return DutyWaived(
        tuple(slot.occurrence for slot in slots if slot.occurrence in done), kept=len(there) - len(changed)
    )


def _is_owed(row: Row) -> bool:
    return bool(row["is_open"]) and row["state"] not in HANDED_OVER


def _duty(campaign: CampaignContext, item: str) -> Duty:
    duties = {duty.id: duty for duty in campaign.pack.model.plan.duties}
    if item not in duties:
        names = ", ".join(duties) or Said("kế hoạch không có việc định kỳ nào")
        raise BadInput(
            where="Việc định kỳ", what=Said("“%(item)s” không có trong kế hoạch; có: %(names)s", item=item, names=names)
        )
    return duties[item]


def _scope(organisation: Organisation, duty: Duty, key: str) -> Scope:
    scopes = {scope.key: scope for scope in organisation.scopes_for(duty.per, duty.owner)}
    if key not in scopes:
        raise BadInput(
            where="Đơn vị nhận việc",
            what=Said("“%(key)s” không có; hãy chọn một trong: %(names)s", key=key, names=", ".join(scopes)),
        )
    return scopes[key]


def _opened(book: Book, ids: set[object]) -> list[Row]:
    rows = book.session.execute(
        TASKS.select()
        .where(TASKS.c.unit_id == book.unit_id, TASKS.c.id.in_(list(ids)))
        .order_by(TASKS.c.opens_at, TASKS.c.id)
    )
    return [dict(row) for row in rows.mappings()]
