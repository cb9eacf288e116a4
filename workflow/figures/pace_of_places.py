"""What the last whole days left behind of the unit and of each team and area: where their cases stood then, and some days before.

By the day of recording, up to the last midnight, and never today: what is recorded later changes none of it, and no single visit shows
in it during the day. Whatever compares places or looks ahead for them reads this, and takes its pace from `history.pace_of`.

Cases that were given from one place to another meanwhile count as if whoever has them now had had them before: giving is no work.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import case, func, literal, select, union_all
from sqlalchemy.orm import Session

from workflow.days import day_start
from workflow.figures.history import PACE_DAYS, DayCount, Pace, pace_of
from workflow.figures.values import Key
from workflow.queries.campaigns import CampaignContext
from workflow.queries.given_over import given_as_recorded
from workflow.statements.asking import Asked, ask
from workflow.tables import Rollup, table_of

Place = tuple[uuid.UUID | None, uuid.UUID | None]
"""A team and an area; None stands for all of them."""
UNIT: Place = (None, None)

_cells = table_of(Rollup).c


class Stood(NamedTuple):
    """How many cases stood somewhere at the last midnight, and how many of these places' cases `Past.days` whole days before it."""

    then: int
    before: int


@dataclass(frozen=True)
class Past:
    """The last whole days before `today`: `days` of them, fewer than PACE_DAYS at the beginning, 0 before a whole day is over."""

    today: int
    first: int
    cells: Mapping[Place, Mapping[Key, Stood]]

    @property
    def days(self) -> int:
        """How many whole days the pace looks at."""
        return max(min(PACE_DAYS, self.today - self.first), 0)

    def history(self, place: Place, weigh: Callable[[Key], int]) -> tuple[DayCount, ...]:
        """Return what the cases of a place were worth at the two midnights, as `pace_of` and `forecast` read them."""
        known = self.cells.get(place, {})
        then = before = 0
        for key, stood in known.items():
            worth = weigh(key)
            then, before = then + worth * stood.then, before + worth * stood.before
        return DayCount(self.today - 1 - self.days, before), DayCount(self.today - 1, then)

    def pace(self, place: Place, weigh: Callable[[Key], int]) -> Pace:
        """Return by how much the worth of a place's cases grew in those days."""
        return pace_of(self.history(place, weigh), today=self.today, first=self.first)


def past_of_places(session: Session, context: CampaignContext, *, today: int, first: int) -> Past:
    """Return the last whole days before `today` of the unit, its teams and areas; work began on the day `first`. One statement."""
    days = max(min(PACE_DAYS, today - first), 0)
    rows = ask(
        session, _standing, unit=context.unit_id, campaign=context.id, today=today, since=today - days,
        from_day=day_start(today - days), to_day=day_start(today),
    )  # fmt: skip
    found: defaultdict[Place, defaultdict[Key, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for row in rows:
        key = (row.track, row.state, row.stage)
        for place in (UNIT, (row.team_id, None), (None, row.area_id)):
            stood = found[place][key]
            stood[0] += int(row.then)
            stood[1] += int(row.before)
    return Past(
        today, first, {place: {key: Stood(*n) for key, n in cells.items()} for place, cells in found.items()}
    )  # fmt: skip


def _standing(*, unit: Any, campaign: Any, today: Any, since: Any, from_day: Any, to_day: Any) -> Asked:
    """Return the counts by place; what was given from one to another stood before where it is now."""
    where = (_cells.team_id, _cells.area_id, _cells.track, _cells.state, _cells.stage)
    before = func.sum(case((_cells.day < since, _cells.n), else_=0))
    stood = (
        select(*where, func.sum(_cells.n).label("then"), before.label("before"))
        .where(_cells.unit_id == unit, _cells.campaign_id == campaign, _cells.basis == "r", _cells.day < today)
        .group_by(*where)
    )
    given = given_as_recorded(unit=unit, campaign=campaign, since=from_day, until=to_day).subquery("given_cells").c
    moved = select(given.team_id, given.area_id, given.track, given.state, given.stage, literal(0), given.n)
    both = union_all(stood, moved).subquery("both").c
    return select(*both)
