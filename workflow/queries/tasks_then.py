"""How tasks stood as far as was known before an instant, read from what the ledger says has happened to them since.

The first event after that instant says from which state it took the task; a task with none stands as it did. What its event does not tell
(its deadlines, its owner) is read as it is now.
"""

import uuid
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, and_, case, cast, func, or_, select

from workflow.plan.life import CLOSED, HANDED_OVER
from workflow.queries.known_then import Known
from workflow.queries.tasks import TASKS, of_task
from workflow.tables import Event, TaskPredecessor, table_of

_links = table_of(TaskPredecessor)
_STARTED: Final = ("in_progress", *HANDED_OVER)


def tasks_then(unit_id: uuid.UUID, campaign_id: uuid.UUID, known: Known, *which: ColumnElement[bool]) -> Subquery:
    """Return the campaign's tasks of `which` that were there, with the columns of their table as they stood then."""
    task = TASKS.c
    state = _state(known, task)
    changing: dict[str, ColumnElement[Any]] = {
        "state": state,
        "is_open": state.not_in(CLOSED),
        "submitted_at": case((state.not_in(HANDED_OVER), None), else_=_unless_changed(
            known, task, task.submitted_at, _happened(known, task, HANDED_OVER, last=True))),
        "started_at": _unless_changed(known, task, task.started_at, _happened(known, task, _STARTED, last=False)),
        "progress": _unless_changed(known, task, task.progress, _progress(known, task)),
        "open_predecessors": _open_predecessors(known),
    }  # fmt: skip
    columns = [changing.get(column.name, column).label(column.name) for column in task]
    mine = (task.unit_id == unit_id, task.campaign_id == campaign_id)
    return select(*columns).where(*mine, *which, ~_opened_later(known, task)).subquery()


@cache
def _reading(name: str) -> Any:
    """Return the columns of a reading of the events. Kept, because an alias of a wide table is slow to make."""
    return table_of(Event).alias(name).c


def _of(task: Any, name: str) -> tuple[Any, list[ColumnElement[bool]]]:
    """Return a reading of the events, and the conditions that they are a task's own; none stands inside another of its name."""
    event = _reading(name)
    return event, [event.unit_id == task.unit_id, event.about_id == task.id, of_task(event)]


def _opened_later(known: Known, task: Any) -> ColumnElement[bool]:
    event, own = _of(task, "opening")
    return select(event.ledger_no).where(*own, known.is_later(event), event.data["from"].as_string().is_(None)).exists()


def _state(known: Known, task: Any) -> ColumnElement[str]:
    event, own = _of(task, "leaving")
    left = event.data["from"].as_string()
    first = select(left).where(*own, known.is_later(event), left.is_not(None)).order_by(event.ledger_no).limit(1)
    return func.coalesce(first.scalar_subquery(), task.state)


def _unless_changed(known: Known, task: Any, now: ColumnElement[Any], then: Select[Any]) -> ColumnElement[Any]:
    """Return a value as it is `now` for a task that nothing has happened to since, else what the events up to then say."""
    event, own = _of(task, "change")
    is_changed = select(event.ledger_no).where(*own, known.is_later(event)).exists()
    return case((is_changed, then.scalar_subquery()), else_=now)


def _happened(known: Known, task: Any, states: tuple[str, ...], *, last: bool) -> Select[Any]:
    """Return when the task came into one of `states` from another: the first time that was known, or the last."""
    event, own = _of(task, "coming")
    before, after = event.data["from"].as_string(), event.data["to"].as_string()
    came = and_(after.in_(states), or_(before.is_(None), before.not_in(states)))
    order = event.ledger_no.desc() if last else event.ledger_no
    return select(event.happened_at).where(*own, known.is_earlier(event), came).order_by(order).limit(1)


def _progress(known: Known, task: Any) -> Select[Any]:
    event, own = _of(task, "progress")
    share = event.data["progress"].as_string()
    told = select(cast(share, BigInteger)).where(*own, known.is_earlier(event), share.is_not(None))
    return told.order_by(event.ledger_no.desc()).limit(1)


@cache
def _before() -> Any:
    """Return the columns of the reading of tasks that come first; kept as the readings of events are."""
    return TASKS.alias("before").c


def _open_predecessors(known: Known) -> ColumnElement[int]:
    before = _before()
    joined = select(func.count()).where(_links.c.unit_id == TASKS.c.unit_id, _links.c.task_id == TASKS.c.id)
    there = and_(before.unit_id == _links.c.unit_id, before.id == _links.c.after_id)
    return joined.where(there, _state(known, before).not_in(CLOSED)).scalar_subquery()


__all__ = ["tasks_then"]
