"""Whose work is late: tasks past their deadline, relayed reports that are missing, and escalations nobody answered, by team, body or post.

Counts and the plan's own words only: no resident is named, and rules that could tell who has ended contact are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, Held, scope_of_tasks
from workflow.people.names import natural_order
from workflow.plan.scopes import relays_in
from workflow.queries.actor_reach import reach_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.finished_rules import may_hold_when_finished
from workflow.queries.ladder_labels import label_of_rule
from workflow.queries.ladder_rows import EPISODES, STEPS
from workflow.queries.plan_items import due_words, item_of, label_of
from workflow.queries.tasks import TASKS, timing_sql
from workflow.tables import Body, Post, Team, table_of

URGERS: Final = ("coordinator", "chair", "plan_owner")
"""Who may have a letter drafted that urges: each about the work that is in their scope."""


@dataclass(frozen=True, slots=True)
class LateTask:
    """A task past its deadline: its label and period, the paper's clause and words, the exclusive deadline, the source.

    `is_missing`: a report that another post forwards; it is not there, and never late.
    """

    label: Label
    occurrence: str
    clause: str
    words: str
    due_at: Instant
    source: str
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Open escalations of one rule that nobody has answered at the level they stand at: how many, and since when the oldest."""

    label: Label
    source: str
    n: int
    oldest_at: Instant


@dataclass(slots=True)
class Late:
    """Somebody whose work is late. `key` names them in an address; `post` is the one under which they are urged."""

    key: str
    name: str
    post: Held
    tasks: list[LateTask]
    unanswered: list[Unanswered]

    @property
    def missing(self) -> int:
        """Return how many of the tasks are reports that are missing and not late."""
        return sum(task.is_missing for task in self.tasks)


def late_work(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> list[Late]:
    """Return everybody whom the actor may urge, as a letter would name their work; most first.

    Each in one name: in the actor's own where they may urge in it, else in that of somebody they stand in for. At most four statements
    for a name.
    """
    found: dict[str, Late] = {}
    for hat in actor.hats:
        for post in hat.holds(*URGERS)[:1]:
            found = _in_one_name(session, hat, post, context, now) | found
    return in_order(found.values())


def in_order(found: Iterable[Late]) -> list[Late]:
    """Return them with most late tasks first, then by name with numbers by size."""
    return sorted(found, key=lambda each: (-len(each.tasks), natural_order(each.name), each.key))


def _in_one_name(session: Session, actor: Actor, post: Held, context: CampaignContext, now: Instant) -> dict[str, Late]:
    found: dict[str, Late] = {}
    for row in _tasks(session, actor, context, now):
        key, name = _whose(row)
        late = found.setdefault(key, Late(key, name, post, [], []))
        item: Any = item_of(context, row.item)
        source = (item.source if item is not None else None) or context.pack.model.pack.source.title
        words = due_words(context, row.item, row.due_at)
        label = label_of(context, row.item, row.label)
        late.tasks.append(
            LateTask(label, row.occurrence, row.clause, words, row.due_at, source, row.timing == "missing")
        )
    sources = {rule.id: rule.model.source for rule in context.pack.rules}
    for row in _unanswered(session, actor, context):
        late = found.setdefault(f"team-{row.team_id.hex}", Late(f"team-{row.team_id.hex}", row.name, post, [], []))
        label = label_of_rule(context, row.rule_id)
        late.unanswered.append(Unanswered(label, sources.get(row.rule_id, ""), int(row.n), row.oldest_at))
    return found


def _tasks(session: Session, actor: Actor, context: CampaignContext, now: Instant) -> Any:
    t, team, body, post = TASKS.c, table_of(Team), table_of(Body), table_of(Post)
    timing = timing_sql(now).label("timing")
    joined = TASKS
    for table, column in ((team, t.team_id), (body, t.body_id), (post, t.owner_post_id)):
        joined = joined.outerjoin(table, and_(table.c.unit_id == t.unit_id, table.c.id == column))  # type: ignore[assignment]
    names = (team.c.name.label("team"), body.c.name.label("body"), post.c.label.label("post"))
    return session.execute(
        select(t.item, t.label, t.occurrence, t.clause, t.due_at, t.team_id, t.body_id, t.owner_post_id, timing, *names)
        .select_from(joined)
        .where(
            t.unit_id == context.unit_id, t.campaign_id == context.id, t.is_open, timing.in_(("overdue", "missing")),
            scope_of_tasks(actor, relays=relays_in(context.pack)),
        )
        .order_by(t.due_at, t.item, t.scope)
    ).all()  # fmt: skip


def _whose(row: Any) -> tuple[str, str]:
    if row.team_id is not None:
        return f"team-{row.team_id.hex}", row.team
    if row.body_id is not None:
        return f"body-{row.body_id.hex}", row.body
    if row.owner_post_id is not None:
        return f"post-{row.owner_post_id.hex}", row.post
    return "nobody", "Chưa giao chức danh nào"


def _unanswered(session: Session, actor: Actor, context: CampaignContext) -> Any:
    e, step, team = EPISODES.c, STEPS.c, table_of(Team)
    rules = [rule.id for rule in context.pack.rules if rule.ladder and not may_hold_when_finished(context.pack, rule)]
    answered = exists().where(
        step.unit_id == e.unit_id, step.escalation_id == e.id, step.level == e.level, step.answered_at.is_not(None)
    )
    return session.execute(
        select(e.team_id, team.c.name, e.rule_id, func.count().label("n"), func.min(e.due_at).label("oldest_at"))
        .join_from(EPISODES, team, and_(team.c.unit_id == e.unit_id, team.c.id == e.team_id))
        .where(reach_of(session, actor, context).visible, e.is_open, e.kind == "case", e.rule_id.in_(rules), ~answered)
        .group_by(e.team_id, team.c.name, e.rule_id)
        .order_by(team.c.name, e.rule_id)
    ).all()


def late_of(session: Session, actor: Actor, context: CampaignContext, key: str, *, now: Instant) -> Late | None:
    """Return one of them; None for nobody whom the actor may urge."""
    return next((late for late in late_work(session, actor, context, now=now) if late.key == key), None)


__all__ = ["URGERS", "Late", "LateTask", "Unanswered", "in_order", "late_of", "late_work"]
