"""Taking the open tasks of a plan along when its text changes: owner, words, deadline, predecessors; one event for each task.

Set-based: the tasks are read once, written by one statement, and what was open about them is closed by one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, tuple_, update

from rules.pack.model import Duty, PlanTask
from rules.pack.relay import forwarding_of
from rules.time import Instant
from workflow.actions.move_task import settle_all_before
from workflow.actions.task_writes import TASKS, Row, append_event, cause_of
from workflow.escalation.deadline_news import tell_deadlines
from workflow.escalation.settle import resolve_tasks
from workflow.gateway.task_pointer import next_action_at
from workflow.ledger import Book
from workflow.plan.life import OPEN
from workflow.plan.schedule import Slot, counts_from, due_once_done, slot_of_task, slots_of_duty
from workflow.plan.scopes import Organisation, Scope
from workflow.queries.campaigns import CampaignContext
from workflow.queries.tasks import done_moments
from workflow.tables import TaskPredecessor, table_of

MOMENTS: Final = ("opens_at", "due_at", "internal_due_at", "period_from", "period_to")
REASSIGNED: Final = ("planned", "assigned", "in_progress", "returned")
"""States in which a task goes to another post; one that was handed over stays with whoever delivered it."""
_LINKS = table_of(TaskPredecessor)
REPLACED: Final = "kế hoạch mới không còn hỏi kỳ này"
_WRITTEN: Final = (
    "label", "clause", "owner_post_id", "state", "is_open", *MOMENTS, "next_action_at", "is_conditional", "version", "state_version",
)  # fmt: skip

Item = PlanTask | Duty


def settle_items(book: Book, campaign: CampaignContext, items: Sequence[Item]) -> None:
    """Open what was due on the tasks of these items before they change: the record does not depend on a late clock."""
    settle_all_before(book, campaign, [row["id"] for row in _open_rows(book, campaign, _with_forwardings(items))])


def change_items(
    book: Book, campaign: CampaignContext, items: Sequence[Item], organisation: Organisation
) -> dict[str, int]:
    """Bring the open tasks of changed items to what the plan of `campaign` says now; return how many changed, by item.

    What is done, cancelled or waived stays as it was. A task that nothing changes for gets no event. What passes reports on goes with
    the reports. An occurrence whose hour has passed keeps it; one ahead that the plan does not ask for any more is cancelled.
    """
    items = _with_forwardings(items)
    changed: list[tuple[Row, Row]] = []
    counts: defaultdict[str, int] = defaultdict(int)
    rows = _open_rows(book, campaign, items)
    plan = {item.id: item for item in items}
    slots = {item.id: _slots(item, campaign) for item in items}
    events = {event for item in items if (event := counts_from(item, campaign.pack)) is not None}
    finished = done_moments(book.session, book.unit_id, campaign.id, events)
    for before in rows:
        item = plan[before["item"]]
        after = _after(book, before, item, slots[item.id].get(before["occurrence"]), campaign, organisation, finished)
        if all(after[name] == before[name] for name in _WRITTEN if name not in ("next_action_at", "version")):
            continue
        after |= {"version": before["version"] + 1, "state_version": before["state_version"] + 1}
        after["next_action_at"] = next_action_at(campaign.pack, after)
        changed.append((before, after))
        counts[item.id] += 1
    tell_deadlines(book, campaign, [before for before, _ in changed], until=book.now)
    for before, after in changed:
        told = {name: after[name] for name in MOMENTS}
        moved = {"owner": str(after["owner_post_id"])} if after["owner_post_id"] != before["owner_post_id"] else {}
        if after["state"] == "cancelled":
            moved |= {"move": "cancel", "reason": REPLACED}
        append_event(
            book, after, before["state"], after["state"], happened_at=book.now, cause=cause_of(book),
            by_plan=campaign.pack.hash, **told, **moved,
        )  # fmt: skip
    if changed:
        _write(book, [after for _, after in changed])
        book.flush()
        resolve_tasks(book, campaign, [after["id"] for _, after in changed])
    return dict(counts)


def drop_links(book: Book, campaign: CampaignContext, items: Sequence[PlanTask]) -> None:
    """Remove the links of changed tasks to what they wait for no more; new ones are made when the plan is opened."""
    names = [item.id for item in items]
    if not names:
        return
    before = TASKS.alias("before")
    joined = _LINKS.join(TASKS, (TASKS.c.unit_id == _LINKS.c.unit_id) & (TASKS.c.id == _LINKS.c.task_id)).join(
        before, (before.c.unit_id == _LINKS.c.unit_id) & (before.c.id == _LINKS.c.after_id)
    )
    rows = book.session.execute(
        select(_LINKS.c.task_id, _LINKS.c.after_id, TASKS.c.item, before.c.item.label("waits_for"))
        .select_from(joined)
        .where(_LINKS.c.unit_id == book.unit_id, TASKS.c.campaign_id == campaign.id, TASKS.c.item.in_(names))
    ).all()
    wanted = {item.id: set(item.after) for item in items}
    gone = [(row.task_id, row.after_id) for row in rows if row.waits_for not in wanted[row.item]]
    if gone:
        book.session.execute(
            delete(_LINKS).where(
                _LINKS.c.unit_id == book.unit_id, tuple_(_LINKS.c.task_id, _LINKS.c.after_id).in_(gone)
            )
        )


def _open_rows(book: Book, campaign: CampaignContext, items: Sequence[Item]) -> list[Row]:
    names = [item.id for item in items]
    if not names:
        return []
    statement = select(TASKS).where(
        TASKS.c.unit_id == book.unit_id, TASKS.c.campaign_id == campaign.id, TASKS.c.item.in_(names), TASKS.c.is_open
    )
    return [dict(row) for row in book.session.execute(statement.order_by(TASKS.c.id)).mappings()]


def _slots(item: Item, campaign: CampaignContext) -> dict[str, Slot]:
    if isinstance(item, Duty):
        return {slot.occurrence: slot for slot in slots_of_duty(item, campaign.pack)}
    return {"": slot_of_task(item, campaign.pack)}


def _with_forwardings(items: Sequence[Item]) -> list[Item]:
    """Return the items, each with the duty that passes on what comes for it."""
    following = (forwarding_of(item) for item in items if isinstance(item, Duty))
    return [*items, *(duty for duty in following if duty is not None)]


def _after(
    book: Book, before: Row, item: Item, slot: Slot | None, campaign: CampaignContext, organisation: Organisation,
    finished: Mapping[tuple[str, str], Instant],
) -> Row:  # fmt: skip
    after = {**before, "label": item.label.vi, "clause": item.clause}
    is_past = isinstance(item, Duty) and before["due_at"] <= book.now
    if slot is None and isinstance(item, Duty) and not is_past and before["state"] in REASSIGNED:
        return after | {"state": "cancelled", "is_open": False}
    if slot is not None and not (is_past and slot.due_at is not None and slot.due_at <= book.now):
        after |= {name: getattr(slot, name) for name in MOMENTS}
        if isinstance(item, PlanTask) and counts_from(item, campaign.pack) is not None:
            after["due_at"] = due_once_done(item, before["scope"], finished, campaign.pack)
    scope = Scope(before["scope"], "", before["team_id"], before["area_id"], before["body_id"])
    owner = organisation.owner_of(item.owner, scope)
    if (
        owner is not None
        and owner != before["owner_post_id"]
        and before["state"] in REASSIGNED
        and before["state"] in OPEN
    ):
        after |= {"owner_post_id": owner, "state": "assigned"}
    return after


def _write(book: Book, rows: Sequence[Row]) -> None:
    statement = (
        update(TASKS)
        .where(TASKS.c.unit_id == book.unit_id, TASKS.c.id == bindparam("task"))
        .values({name: bindparam(f"new_{name}") for name in _WRITTEN})
    )
    values: list[dict[str, Any]] = [
        {"task": row["id"], **{f"new_{name}": row[name] for name in _WRITTEN}} for row in rows
    ]
    book.connection.execute(statement, values)
