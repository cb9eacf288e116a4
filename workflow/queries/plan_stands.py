"""How each item of a plan stands, over all its tasks and periods: what an export prints beside the plan's own words."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.plan.standing import STANDINGS, Standing
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import VIEWS
from workflow.queries.tasks import TASKS, is_withdrawn, standing_sql
from workflow.tables import TaskEvidence, table_of


@dataclass
class ItemStand:
    """The tasks of one item: how many stand how and are in which state; the nearest deadline of those that have not been handed over,
    the last one where all have.

    `progress` is the lowest that an owner has said, None if nobody has.
    """

    standings: Counter[Standing] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    due_at: Instant | None = None
    progress: int | None = None
    evidence: int = 0

    @property
    def total(self) -> int:
        """Return how many tasks there are."""
        return self.states.total()

    @property
    def worst(self) -> Standing:
        """Return the standing that needs somebody first."""
        return next(name for name in STANDINGS if self.standings[name])


def plan_stands(session: Session, context: CampaignContext, *, now: Instant) -> Mapping[str, ItemStand]:
    """Return how each item stands that has tasks, by item. Two statements, however large the plan."""
    standing = standing_sql(now, context.pack.warn_before).label("standing")
    mine = (TASKS.c.unit_id == context.unit_id, TASKS.c.campaign_id == context.id)
    rows = session.execute(
        select(
            TASKS.c.item, standing, TASKS.c.state, func.count().label("n"), func.min(TASKS.c.due_at).label("first_due"),
            func.max(TASKS.c.due_at).label("last_due"), func.min(TASKS.c.progress).label("progress"),
        )
        .where(*mine)
        .group_by(TASKS.c.item, standing, TASKS.c.state)
    )  # fmt: skip
    found: defaultdict[str, ItemStand] = defaultdict(ItemStand)
    last_due: dict[str, int | None] = {}
    for row in rows:
        stand = found[row.item]
        stand.standings[row.standing] += row.n
        stand.states[row.state] += row.n
        stand.progress = _least(stand.progress, row.progress)
        if row.standing in VIEWS["open"]:
            stand.due_at = _least(stand.due_at, row.first_due)
        last_due[row.item] = max(filter(None, (last_due.get(row.item), row.last_due)), default=None)
    for item, stand in found.items():
        if not any(stand.standings[name] for name in VIEWS["open"]):
            stand.due_at = last_due[item]
    evidence = table_of(TaskEvidence).c
    joined = TASKS.join(TaskEvidence, (evidence.unit_id == TASKS.c.unit_id) & (evidence.task_id == TASKS.c.id))
    counted = (
        select(TASKS.c.item, func.count().label("n"))
        .select_from(joined)
        .where(*mine, ~is_withdrawn())
        .group_by(TASKS.c.item)
    )
    for row in session.execute(counted):
        found[row.item].evidence = row.n
    return found


def items_borne(session: Session, context: CampaignContext) -> set[str]:
    """Return the codes that tasks of the campaign bear: of this plan and of those before it. One statement."""
    mine = (TASKS.c.unit_id == context.unit_id, TASKS.c.campaign_id == context.id)
    return set(session.scalars(select(TASKS.c.item).where(*mine).distinct()))


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)
