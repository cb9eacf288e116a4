"""Everything that the page about one task says: what the plan asks, what is there, what happened, who may do what now."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, case, literal, or_, select, union_all
from sqlalchemy.orm import Session

from rules.pack.model import Duty, Label, PlanTask
from rules.time import Instant
from workflow.access import ANOTHER, Actor, scope_of_tasks, task_for, task_post, who_else_may_move
from workflow.plan.conditions import reads_declared_counts
from workflow.plan.evidence import Given, lack_of_each
from workflow.plan.life import HANDED_OVER, MOVES, is_open
from workflow.plan.scopes import parts_in, relays_in, support_of
from workflow.plan.standing import Standing, standing_of
from workflow.queries.asker import ask_as
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import who_did
from workflow.queries.plan_items import due_words, item_of, label_of, title_of
from workflow.queries.post_holders import post_and_holders
from workflow.queries.task_record import (
    EvidenceLine,
    HistoryLine,
    evidence_lines,
    handed_in_by,
    history_of_task,
    withdrawals,
)
from workflow.queries.tasks import TASKS, standing_sql
from workflow.statements.asking import Asked, ask
from workflow.tables import Area, Body, TaskPredecessor, Team, table_of

_LINKS = table_of(TaskPredecessor).c
OWNERS_WORK: Final = ("start", "submit")
REVIEW: Final = ("accept", "return")
CHANGE: Final = ("assign", "cancel", "waive", "reopen")


class PostLine(NamedTuple):
    """A post by its title, and who holds it now."""

    label: Label
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An item of the plan before or after a task. `task_id` is there if it is one task and the actor may see it."""

    label: Label
    count: int
    open_count: int
    state: str | None
    standing: Standing | None
    task_id: uuid.UUID | None


class Wanted(NamedTuple):
    """What the plan asks to be shown. `at_least` is a count's; `is_met` says whether it is there."""

    kind: str
    label: Label
    at_least: int | None
    is_met: bool


class TaskPage(NamedTuple):
    """One task with all that its page shows. `forwards` names the duty whose reports it passes on, if it does. `may` names the moves the actor can make now, `others` who can make the rest."""

    task: Mapping[str, Any]
    label: Label
    source: str | None
    support: tuple[Label, ...]
    place: str | None
    owner: PostLine | None
    relay: Label | None
    standing: Standing
    due_words: str
    before: list[Neighbour]
    after: list[Neighbour]
    wanted: list[Wanted]
    lacking: list[str]
    evidence: list[EvidenceLine]
    history: list[HistoryLine]
    forwards: str | None
    may: tuple[str, ...]
    others: list[tuple[str, str]]
    may_add: bool
    may_withdraw: bool
    may_report_progress: bool
    may_comment: bool
    is_by_figures: bool
    is_by_declared: bool


def task_page(
    session: Session, actor: Actor, context: CampaignContext, task_id: uuid.UUID, *, now: Instant
) -> TaskPage:
    """Return everything about one task; NotFound if it is not in the actor's scope. Six statements; one more for who stands in for
    somebody."""
    relays = relays_in(context.pack)
    task = task_for(session, actor, context.id, task_id, **parts_in(context.pack))
    item, relay = item_of(context, task["item"]), relays.get(task["item"])
    support = support_of(context.pack, task["item"])
    forwards = context.pack.forwarded.get(task["item"])
    history = history_of_task(session, actor.unit_id, task_id)
    evidence = evidence_lines(session, actor.unit_id, task_id, withdrawals(history))
    wanted = item.evidence if isinstance(item, PlanTask) else ()
    given = [Given(e.kind, e.label, e.count, e.is_lower_bound) for e in evidence if e.withdrawn_because is None]
    lacks = lack_of_each(wanted, given)
    before, after = _neighbours(session, actor, context, task_id, now)
    handed_in = handed_in_by(session, actor, [task]).get(task_id, ())
    return TaskPage(
        task=task,
        label=label_of(context, task["item"], task["label"]),
        source=item.source if item is not None else None,
        support=tuple(title for code in _support(item) if (title := title_of(context, code)) is not None),
        place=_place(session, task),
        owner=_owner(session, context, task, now),
        relay=title_of(context, relay),
        standing=standing_of(task, now, context.pack.warn_before),
        due_words=due_words(context, task["item"], task["due_at"]),
        before=before,
        after=after,
        wanted=[Wanted(ask.kind, ask.label, ask.at_least, lack is None) for ask, lack in zip(wanted, lacks, strict=True)],
        lacking=[lack for lack in lacks if lack is not None],
        evidence=evidence,
        history=history,
        forwards=forwards,
        may=moves_open_to(actor, task, relay=relay, forwards=forwards, handed_in=handed_in),
        others=who_does_the_rest(actor, task, relay=relay, forwards=forwards, handed_in=handed_in),
        may_add=task["is_open"] and task_post(actor, task, "evidence", support=support) is not None,
        may_withdraw=_is_with_owner(task) and task_post(actor, task, "withdraw") is not None,
        may_report_progress=_is_with_owner(task) and task_post(actor, task, "progress", support=support) is not None,
        may_comment=task_post(actor, task, "comment", relay=relay, support=support) is not None,
        is_by_figures=bool(task["is_conditional"]),
        is_by_declared=reads_declared_counts(context.pack, task["item"]),
    )  # fmt: skip


def moves_open_to(
    actor: Actor,
    task: Mapping[str, Any],
    *,
    relay: str | None,
    forwards: str | None = None,
    handed_in: Collection[uuid.UUID | None] = (),
) -> tuple[str, ...]:
    """Return the moves that start from the task's state and that the actor may make: what `require_task_post` asks.

    What forwards reports (`forwards` names their duty) is worked on and handed over on a page of its own.
    """
    elsewhere = OWNERS_WORK if forwards else ()
    return tuple(
        name
        for name, move in MOVES.items()
        if move.is_plain and name not in elsewhere and task["state"] in move.sources
        and task_post(actor, task, name, relay=relay, handed_in=handed_in) is not None
    )  # fmt: skip


def who_does_the_rest(
    actor: Actor,
    task: Mapping[str, Any],
    *,
    relay: str | None,
    forwards: str | None = None,
    handed_in: Collection[uuid.UUID | None] = (),
) -> list[tuple[str, str]]:
    """Return, for what can be done to the task now but not by the actor, one move of its kind and who may, in words."""
    mine = set(moves_open_to(actor, task, relay=relay, forwards=forwards, handed_in=handed_in))
    if forwards and task_post(actor, task, "submit") is not None:
        mine.add("forward")
    rest = []
    for moves in (("forward",) if forwards else OWNERS_WORK, REVIEW, CHANGE):
        possible = [name for name in moves if task["state"] in MOVES[name].sources]
        if possible and not set(possible) & mine:
            is_work = moves not in (REVIEW, CHANGE)
            who = who_else_may_move(actor, task, "submit" if is_work else possible[0])
            rest.append((possible[-1 if is_work else 0], who))
        elif "accept" in possible and "accept" not in mine:
            rest.append(("accept", ANOTHER))
    return rest


def _is_with_owner(task: Mapping[str, Any]) -> bool:
    return is_open(task["state"]) and task["state"] not in HANDED_OVER


def _support(item: PlanTask | Duty | None) -> tuple[str, ...]:
    return item.support if isinstance(item, PlanTask) else ()


def _place(session: Session, task: Mapping[str, Any]) -> str | None:
    for model, key in ((Team, task["team_id"]), (Area, task["area_id"]), (Body, task["body_id"])):
        if key is not None:
            found = ask(session, _name_of, model, unit=task["unit_id"], key=key)
            return str(found[0].name) if found else None
    return None


def _name_of(model: type[Team] | type[Area] | type[Body], *, unit: Any, key: Any) -> Asked:
    place = table_of(model).c
    return select(place.name).where(place.unit_id == unit, place.id == key)


def _owner(session: Session, context: CampaignContext, task: Mapping[str, Any], now: Instant) -> PostLine | None:
    if task["owner_post_id"] is None:
        return None
    rows = post_and_holders(session, task["unit_id"], task["owner_post_id"], now=now)
    title = title_of(context, rows[0].code, rows[0].label) or Label(vi=rows[0].label)
    return PostLine(title, tuple(dict.fromkeys(who_did(row.name, row.absent) for row in rows if row.name is not None)))


def _neighbours(
    session: Session, actor: Actor, context: CampaignContext, task_id: uuid.UUID, now: Instant
) -> tuple[list[Neighbour], list[Neighbour]]:
    """Return what a task waits for, and what waits for it, one line an item.

    What comes first may be read by whoever has to wait for it; what comes after only by those who may see it.
    """
    items: tuple[dict[str, list[Any]], dict[str, list[Any]]] = {}, {}
    for row in ask_as(session, actor, context, _linked, task=task_id, now=now):
        items[row.is_after].setdefault(row.item, []).append(row)
    before, after = ([_neighbour(context, rows) for rows in found.values()] for found in items)
    return before, after


def _linked(actor: Actor, context: CampaignContext, *, task: Any, now: Any) -> Asked:
    """Return both sides of a task's links in one statement, in the order of deadlines."""
    seen = scope_of_tasks(actor, **parts_in(context.pack))
    columns = (TASKS.c[name] for name in ("id", "item", "label", "state", "is_open"))
    ends = ((_LINKS.after_id, _LINKS.task_id), (_LINKS.task_id, _LINKS.after_id))
    before, after = (
        select(theirs.label("neighbour"), literal(number, Integer).label("is_after")).where(_LINKS.unit_id == actor.unit_id, mine == task)
        for number, (theirs, mine) in enumerate(ends)
    )  # fmt: skip
    linked = union_all(before, after).subquery("linked").c
    return (
        select(*columns, standing_sql(now, context.pack.warn_before).label("standing"), case((seen, 1), else_=0).label("is_seen"), linked.is_after)
        .join(linked.is_after.table, TASKS.c.id == linked.neighbour)
        .where(TASKS.c.unit_id == actor.unit_id, or_(linked.is_after == 0, seen))
        .order_by(linked.is_after, TASKS.c.due_at.is_(None), TASKS.c.due_at, TASKS.c.item, TASKS.c.scope)
    )  # fmt: skip


def _neighbour(context: CampaignContext, rows: Sequence[Any]) -> Neighbour:
    one = rows[0] if len(rows) == 1 else None
    return Neighbour(
        label=label_of(context, rows[0].item, rows[0].label),
        count=len(rows),
        open_count=sum(row.is_open for row in rows),
        state=one.state if one is not None else None,
        standing=one.standing if one is not None else None,
        task_id=one.id if one is not None and one.is_seen else None,
    )
