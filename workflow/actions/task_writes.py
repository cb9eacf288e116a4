"""What every write to the plan has in common: rows under natural keys, one event for each change, the pointer kept.

All of it happens under the lock of an open book, so that a task read here is the task that is written.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from rules.said import At, Said
from rules.time import Instant
from workflow.access import Actor
from workflow.errors import BadInput, NotFound, NotPermitted, OutsideWindow, StaleVersion
from workflow.escalation.deadline_news import tell_deadlines
from workflow.gateway.task_pointer import next_action_at
from workflow.ids import id_of
from workflow.ledger import Book
from workflow.plan.life import STATE_LABELS, is_open
from workflow.plan.schedule import Slot
from workflow.plan.scopes import Scope, relays_in
from workflow.plan.texts import TextRefused, clean_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Task, TaskPredecessor, table_of

TASKS = table_of(Task)
_LINKS = table_of(TaskPredecessor)

Row = dict[str, Any]


def task_row(
    book: Book, campaign: CampaignContext, *, item: str, label: str, clause: str, slot: Slot, scope: Scope
) -> Row:
    """Return a new task's row, without an owner yet; its id follows from its natural key, whoever makes it."""
    row: Row = {column.name: None for column in TASKS.columns}
    row.update(
        unit_id=book.unit_id,
        id=id_of(book.unit_id, campaign.id, item, slot.occurrence, scope.key),
        campaign_id=campaign.id,
        item=item,
        occurrence=slot.occurrence,
        scope=scope.key,
        is_duty=bool(slot.occurrence),
        is_relayed=bool(slot.occurrence) and item in campaign.pack.forwardings,
        label=label,
        clause=clause,
        team_id=scope.team_id,
        area_id=scope.area_id,
        body_id=scope.body_id,
        state="planned",
        is_open=True,
        opens_at=slot.opens_at,
        due_at=slot.due_at,
        internal_due_at=slot.internal_due_at,
        period_from=slot.period_from,
        period_to=slot.period_to,
        open_predecessors=0,
        is_conditional=item in campaign.pack.done_when and not slot.occurrence,
        version=1,
        state_version=1,
        created_at=book.now,
    )
    return row


def owned_by(row: Row, post_id: uuid.UUID | None) -> Row:
    """Return the row given to its accountable post; a task whose post is not set up yet stays planned."""
    return {**row, "owner_post_id": post_id, "state": "assigned" if post_id else "planned"}


def insert_tasks(
    book: Book, campaign: CampaignContext, rows: Sequence[Row], *, reason: str | None = None, cause: str | None = None
) -> list[Row]:
    """Add the rows that are not there yet, each with its event, and return them. Run twice, nothing is added.

    An occurrence of a duty opens at its own instant, however late the clock looked; a task when the plan is put in force.
    """
    known = _known_ids(book, campaign, rows)
    added = [row for row in rows if row["id"] not in known]
    if not added:
        return []
    for row in added:
        row["next_action_at"] = next_action_at(campaign.pack, row)
    dialect = book.session.get_bind().dialect.name
    insert = postgresql.insert(TASKS) if dialect == "postgresql" else sqlite.insert(TASKS)
    book.session.execute(insert.on_conflict_do_nothing(), added)
    for row in added:
        happened_at = min(row["opens_at"], book.now) if row["is_duty"] else book.now
        append_event(
            book, row, None, row["state"], happened_at=happened_at, cause=cause or cause_of(book), reason=reason
        )
    return added


def cause_of(book: Book) -> str:
    """Return who is behind a write of the plan: a person if the book has one, else a rule."""
    return "person" if book.actor_id is not None else "rule"


def check_sender(book: Book, actor: Actor | None, *, action: str, cause: str) -> None:
    """Raise NotPermitted unless the write is the actor's own, in the book's unit; only a rule writes without an actor."""
    own = actor is not None and (actor.unit_id, actor.membership_id) == (book.unit_id, book.actor_id)
    if own != (cause == "person") or (actor is not None and not own):
        raise NotPermitted(action=action, who="chính người đang đăng nhập ở đơn vị này")


def relays_of(campaign: CampaignContext) -> Mapping[str, str]:
    """Return, by duty, the code of the post through which its reports travel."""
    return relays_in(campaign.pack)


def task_for_update(book: Book, campaign: CampaignContext, task_id: uuid.UUID) -> Row:
    """Return the task's row; NotFound if the campaign has none of that id."""
    statement = select(TASKS).where(
        TASKS.c.unit_id == book.unit_id, TASKS.c.id == task_id, TASKS.c.campaign_id == campaign.id
    )
    found = book.session.execute(statement).mappings().one_or_none()
    if found is None:
        raise NotFound
    return dict(found)


def check_version(task: Row, state_version: int | None) -> None:
    """Raise StaleVersion if the sender looked at an older task. None is a rule's: it has just read the row under the lock."""
    if state_version is not None and state_version != task["state_version"]:
        raise StaleVersion(state=STATE_LABELS[task["state"]], theirs=task["state_version"], yours=state_version)


def reason_given(text: str | None, *, needed_for: str | None = None) -> str | None:
    """Return a clean reason. Raises BadInput if one is needed and missing, or holds what must not be kept."""
    try:
        reason = clean_reason(text)
    except TextRefused as refused:
        raise BadInput(where="Lý do", what=refused.said) from refused
    if needed_for and not reason:
        raise BadInput(where="Lý do", what=Said("cần một câu nói vì sao “%(move)s”", move=Said(needed_for)))
    return reason


def moment_given(book: Book, happened_at: Instant | None, *, after: Instant | None = None, window: str) -> Instant:
    """Return when it happened (now if not said). Raises OutsideWindow for the future and for an instant before `after`."""
    moment = book.now if happened_at is None else happened_at
    if moment > book.now or (after is not None and moment < after):
        raise OutsideWindow(when=At(moment), window=window)
    return moment


def change_task(
    book: Book,
    campaign: CampaignContext,
    task: Row,
    values: Mapping[str, Any],
    *,
    happened_at: Instant,
    cause: str,
    seen_at: Instant | None = None,
    **data: Any,
) -> Row:
    """Write a change of state or owner with its event, and return the row as it is now. `data` goes with the event.

    Its deadlines up to then are told first; a rule's change counts from when it came true, or could be seen (`seen_at`) after it.
    """
    tell_deadlines(book, campaign, [task], until=seen_at or happened_at if cause == "rule" else book.now)
    after: Row = {**task, **values, "version": task["version"] + 1, "state_version": task["state_version"] + 1}
    after["is_open"] = is_open(after["state"])
    after["next_action_at"] = next_action_at(campaign.pack, after)
    changed = {name: value for name, value in after.items() if value != task[name]}
    book.session.execute(
        update(TASKS).where(TASKS.c.unit_id == book.unit_id, TASKS.c.id == task["id"]).values(**changed)
    )
    append_event(book, after, task["state"], after["state"], happened_at=happened_at, cause=cause, **data)
    return after


def append_event(
    book: Book, task: Row, before: str | None, after: str, *, happened_at: Instant, cause: str, **data: Any
) -> int:
    """Append the event of a task and return its ledger number. Values that are None are left out."""
    told = {"item": task["item"], "occurrence": task["occurrence"] or None, "scope": task["scope"], **data}
    return book.append(
        "task",
        happened_at=happened_at,
        cause=cause,
        campaign_id=task["campaign_id"],
        about_id=task["id"],
        team_id=task["team_id"],
        area_id=task["area_id"],
        data={"from": before, "to": after, **{name: value for name, value in told.items() if value is not None}},
    )


def recount_predecessors(book: Book, *which: ColumnElement[bool]) -> None:
    """Set how many predecessors of the chosen tasks are still open, and have the next tick look at them."""
    before = TASKS.alias("before")
    still_open = (
        select(func.count())
        .select_from(_LINKS.join(before, (before.c.unit_id == _LINKS.c.unit_id) & (before.c.id == _LINKS.c.after_id)))
        .where(_LINKS.c.unit_id == TASKS.c.unit_id, _LINKS.c.task_id == TASKS.c.id, before.c.is_open)
        .scalar_subquery()
    )
    book.session.execute(
        update(TASKS)
        .where(TASKS.c.unit_id == book.unit_id, TASKS.c.is_open, TASKS.c.open_predecessors != still_open, *which)
        .values(open_predecessors=still_open, next_action_at=book.now)
    )


def successors_of(task_id: uuid.UUID, unit_id: uuid.UUID) -> ColumnElement[bool]:
    """Return the condition that a task waits for `task_id`."""
    waiting = select(_LINKS.c.task_id).where(_LINKS.c.unit_id == unit_id, _LINKS.c.after_id == task_id)
    return TASKS.c.id.in_(waiting)


def _known_ids(book: Book, campaign: CampaignContext, rows: Sequence[Row]) -> set[uuid.UUID]:
    """Return which of the rows are there already (and, if they are many, also others of the same items)."""
    if len(rows) <= _FEW:
        those = TASKS.c.id.in_([row["id"] for row in rows])
    else:
        those = TASKS.c.item.in_(sorted({row["item"] for row in rows}))
    statement = select(TASKS.c.id).where(TASKS.c.unit_id == book.unit_id, TASKS.c.campaign_id == campaign.id, those)
    return set(book.session.scalars(statement))


_FEW: Final = 500
"""Rows that are asked for by their ids."""
