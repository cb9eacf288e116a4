"""Opening a campaign's plan: every task of the pack, once for each unit, team, area or body it names."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from rules.pack.model import PlanTask
from rules.time import Instant
from workflow.actions.task_writes import TASKS, Row, change_task, insert_tasks, owned_by, recount_predecessors, task_row
from workflow.ledger import Book
from workflow.plan.schedule import Slot, counts_from, due_once_done, slot_of_task
from workflow.plan.scopes import Organisation, Scope, predecessors_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.due_before_the_plan import reports_left_out
from workflow.queries.plan_scopes import organisation_of
from workflow.queries.tasks import done_moments
from workflow.tables import TaskPredecessor, table_of

_LINKS = table_of(TaskPredecessor)


@dataclass(frozen=True, slots=True)
class PlanOpened:
    """What opening a plan added. `without_owner` counts tasks whose post nobody has set up yet: they stay planned.

    `tasks_left_out` counts tasks of places that were not there in time, or are not there any more, and are not asked for them;
    `reports_left_out` names the occurrences of duties (item, occurrence) that nobody owes, for they were due before.
    """

    tasks: int
    links: int
    without_owner: int
    tasks_left_out: int = 0
    reports_left_out: frozenset[tuple[str, str]] = frozenset()


def open_plan(book: Book, campaign: CampaignContext) -> PlanOpened:
    """Open every task of the plan that is not open yet, with owners and predecessors; return how many were added.

    Run twice, nothing is added. Run after a team was formed, it adds that team's tasks; a deadline that counts from something done
    already is there at once. Duties are opened by the clock; which of their occurrences it will leave out is said here.
    """
    organisation = organisation_of(book.session, book.unit_id)
    plan = campaign.pack.model.plan.tasks
    slots = {task.id: slot_of_task(task, campaign.pack) for task in plan}
    wanted = [(task, scope) for task in plan for scope in organisation.scopes_for(task.per, task.owner)]
    asked = [(task, scope) for task, scope in wanted if _is_asked(scope, slots[task.id], book.now)]
    rows = [_row(book, campaign, task, scope, slots[task.id], organisation) for task, scope in asked]
    added = insert_tasks(book, campaign, rows)
    _give_deadlines(book, campaign, plan, added)
    links = _link(book, campaign, plan)
    recount_predecessors(book, TASKS.c.campaign_id == campaign.id)
    return PlanOpened(
        len(added), links, sum(1 for row in added if row["owner_post_id"] is None), len(wanted) - len(asked),
        reports_left_out(book.session, campaign),
    )  # fmt: skip


def _give_deadlines(book: Book, campaign: CampaignContext, plan: Sequence[PlanTask], added: Sequence[Row]) -> None:
    """Give new tasks the deadlines that count from what is done already; from what will be done, they come with that."""
    events = {task.id: event for task in plan if (event := counts_from(task, campaign.pack)) is not None}
    items = {task.id: task for task in plan}
    relative = [row for row in added if row["item"] in events]
    names = {events[row["item"]] for row in relative}
    done = done_moments(book.session, book.unit_id, campaign.id, names)
    for row in relative:
        due_at = due_once_done(items[row["item"]], row["scope"], done, campaign.pack)
        if due_at is not None:
            change_task(
                book, campaign, row, {"due_at": due_at}, happened_at=book.now, cause="rule", due_at=due_at,
                counts_from=events[row["item"]],
            )  # fmt: skip


def _is_asked(scope: Scope, slot: Slot, now: Instant) -> bool:
    return scope.is_on_duty(max(slot.opens_at, now), slot.due_at)


def _row(
    book: Book, campaign: CampaignContext, task: PlanTask, scope: Scope, slot: Slot, organisation: Organisation
) -> Row:
    row = task_row(book, campaign, item=task.id, label=task.label.vi, clause=task.clause, slot=slot, scope=scope)
    return owned_by(row, organisation.owner_of(task.owner, scope))


def _link(book: Book, campaign: CampaignContext, plan: Sequence[PlanTask]) -> int:
    """Add the missing links from tasks to their predecessors and return how many there were."""
    rows = book.session.execute(
        select(TASKS.c.item, TASKS.c.scope, TASKS.c.id).where(
            TASKS.c.unit_id == book.unit_id, TASKS.c.campaign_id == campaign.id, TASKS.c.occurrence == ""
        )
    )
    ids: defaultdict[str, dict[str, uuid.UUID]] = defaultdict(dict)
    for item, scope, task_id in rows:
        ids[item][scope] = task_id
    per = {task.id: task.per for task in plan}
    wanted = {
        (task_id, ids[before][key])
        for task in plan
        for scope, task_id in ids[task.id].items()
        for before in task.after
        if before in per
        for key in predecessors_of(scope, task.per, per[before], list(ids[before]))
    }
    missing = wanted - _known_links(book)
    if missing:
        dialect = book.session.get_bind().dialect.name
        insert = postgresql.insert(_LINKS) if dialect == "postgresql" else sqlite.insert(_LINKS)
        values = [{"unit_id": book.unit_id, "task_id": task, "after_id": after} for task, after in sorted(missing)]
        book.session.execute(insert.on_conflict_do_nothing(), values)
    return len(missing)


def _known_links(book: Book) -> set[tuple[uuid.UUID, uuid.UUID]]:
    rows = book.session.execute(select(_LINKS.c.task_id, _LINKS.c.after_id).where(_LINKS.c.unit_id == book.unit_id))
    return {(row.task_id, row.after_id) for row in rows}
