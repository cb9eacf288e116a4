"""When the tasks of a plan are likely to be finished: `workflow.plan.forecast` over the plan's links and the pace of its figures.

Figures are read as the last midnight left them (`pace_of_places`), the unit's own and each team's or area's alike: a forecast stands
still during the day. Three statements at most besides the links, whatever the plan; none where no condition of the plan reads figures.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from rules.pack import Pack
from rules.time import Instant
from workflow.access import Actor
from workflow.days import day_start, local_day
from workflow.figures.counts import CellCount
from workflow.figures.history import DayCount, forecast, span_of
from workflow.figures.imported import declared_totals
from workflow.figures.pace_of_places import UNIT, Past, Place, past_of_places
from workflow.figures.replay import Cut
from workflow.figures.values import Figures, figure_of
from workflow.plan.conditions import reads_declared_counts
from workflow.plan.forecast import ByFigures, Forecast, Lack, Open, forecasts
from workflow.plan.goals import Goal, goals_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.plan_board import BoardRow
from workflow.queries.plan_links import Key, Pair, open_places, waiting_of
from workflow.queries.task_ancestors import ancestors_of


def forecasts_of_rows(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    rows: Sequence[BoardRow],
    pairs: Sequence[Pair],
    *,
    now: Instant,
) -> Mapping[Key, Forecast[Key]]:
    """Return the forecast of each open row of a page: of one task as on its own page, of many by the last of those in the reader's scope."""
    tasks = {(row.item, row.occurrence): row.due_at for row in rows if row.is_open}
    before = waiting_of(pairs)
    for pair in pairs:
        if pair.still_open:
            tasks.setdefault((pair.first_item, pair.first_occurrence), pair.first_due_at)
    alone = {(row.item, row.occurrence): (row.team_id, row.area_id) for row in rows if row.task_id is not None}
    reader = _Reader(session, context, now)
    many = [
        item for item, occurrence in tasks if not occurrence and (item, "") not in alone and reader.goes_by_place(item)
    ]
    places = open_places(session, actor, context, sorted(many)) if many else {}

    def figures(key: Key) -> ByFigures | None:
        item, occurrence = key
        if occurrence:
            return None
        return reader.of_task(item, alone[key]) if key in alone else reader.of_item(item, places.get(item, ()))

    nodes = {key: Open(due_at, figures(key)) for key, due_at in tasks.items()}
    return forecasts(nodes, before, today=reader.today)


def forecast_of_task(
    session: Session, context: CampaignContext, task: Mapping[str, Any], *, now: Instant
) -> tuple[Forecast[uuid.UUID], Mapping[uuid.UUID, str]] | None:
    """Return the forecast of one task with the items of the open tasks before it, by id; None for one that was handed over or closed.

    What comes again is sent with one tap, whatever figures go along: only what has to come before it says when that can be.
    """
    if not task["is_open"] or task["submitted_at"] is not None:
        return None
    links = ancestors_of(session, context, task["id"]) if task["open_predecessors"] else []
    reader = _Reader(session, context, now)
    known: dict[uuid.UUID, Any] = {link.id: link for link in links}
    nodes = {key: Open(one.due_at, reader.of_task(one.item, (one.team_id, one.area_id))) for key, one in known.items()}
    own = None if task["occurrence"] else reader.of_task(task["item"], (task["team_id"], task["area_id"]))
    nodes[task["id"]] = Open(task["due_at"], own)
    before: dict[uuid.UUID, list[uuid.UUID]] = {}
    for link in links:
        before.setdefault(link.task_id, []).append(link.id)
    found = forecasts(nodes, before, today=reader.today)
    return found[task["id"]], {key: one.item for key, one in known.items()}


class _Reader:
    """Reads what the plan's conditions need, once, and only if one is asked about."""

    def __init__(self, session: Session, context: CampaignContext, now: Instant) -> None:
        self._session, self._context, self.today = session, context, local_day(now)
        self.first, self._last = span_of(context.pack, context.starts_at, context.ends_at)
        self._past: Past | None = None
        self._told: list[tuple[int, int] | None] | None = None
        self._rests_on_declared: dict[str, bool] = {}
        self._known_at: dict[int, dict[str, int | None]] = {}

    def goes_by_place(self, item: str) -> bool:
        """Whether the figures of an item are each team's or area's own."""
        return any(goal.place for goal in self._goals(item) or ())

    def of_item(self, item: str, places: Sequence[Place]) -> ByFigures | None:
        """Return what figures say of the tasks of an item in these places together; None for one without a condition on figures."""
        goals = self._goals(item)
        if goals is None:
            return None
        if goals == ():
            return ByFigures(None, 0, "unknown")
        word = next((goal.place for goal in goals if goal.place), None)
        if word is None:
            return self._at(item, goals, UNIT)
        found = [self._at(item, goals, self._place(word, place)) for place in places if self._has_people(word, place)]
        lacks = [one.lack for one in found if one.lack is not None]
        if lacks or not found:
            return ByFigures(None, self.past.days, lacks[0] if lacks else "few_days", len(lacks), max(len(found), 1))
        return ByFigures(max(one.day for one in found if one.day is not None), self.past.days)

    def of_task(self, item: str, scope: Place) -> ByFigures | None:
        """Return what figures say of the task of an item for one team or area (or the unit)."""
        goals = self._goals(item)
        if goals is None:
            return None
        if goals == ():
            return ByFigures(None, 0, "unknown")
        word = next((goal.place for goal in goals if goal.place), None)
        return self._at(item, goals, UNIT if word is None else self._place(word, scope))

    @property
    def past(self) -> Past:
        """The last whole days, read once."""
        if self._past is None:
            self._past = past_of_places(self._session, self._context, today=self.today, first=self.first)
        return self._past

    def _goals(self, item: str) -> tuple[Goal, ...] | None:
        """Return the goals of an item; none at all for a condition that no pace can be held against; None without a condition."""
        plan = self._context.pack.done_when
        return None if item not in plan else goals_of(plan[item][0]) or ()

    @staticmethod
    def _place(word: str, scope: Place) -> Place:
        return (scope[0], None) if word == "team" else (None, scope[1])

    def _has_people(self, word: str, scope: Place) -> bool:
        """Whether anybody is listed there: a place without people holds no row up."""
        return any(stood.then for stood in self.past.cells.get(self._place(word, scope), {}).values())

    def _at(self, item: str, goals: Sequence[Goal], place: Place) -> ByFigures:
        """Return when the last goal is reached at a place; why not, for the first that has no day."""
        if any(goal.place not in (None, "team", "area") for goal in goals):
            return ByFigures(None, 0, "unknown")
        if self._reads_declared(item) and None in self._declared:
            return ByFigures(None, self.past_days, "few_days")
        found = [self._reached(goal, place if goal.place else UNIT) for goal in goals]
        return next((one for one in found if one.lack is not None), max(found, key=lambda one: one.day or 0))

    def _reads_declared(self, item: str) -> bool:
        if item not in self._rests_on_declared:
            self._rests_on_declared[item] = reads_declared_counts(self._context.pack, item)
        return self._rests_on_declared[item]

    @property
    def past_days(self) -> int:
        """How many whole days the pace looks at, without reading them."""
        return Past(self.today, self.first, {}).days

    def _reached(self, goal: Goal, place: Place) -> ByFigures:
        days = self.past_days
        then, now = (self._value(goal.figure, place, number) for number in (1, 0))
        if days == 0:
            return ByFigures(None, 0, "few_days")
        if then is None or now is None:
            return ByFigures(None, days, "unknown")
        sign = -1 if goal.falls else 1
        history = [DayCount(self.today - 1 - days, sign * then), DayCount(self.today - 1, sign * now)]
        needed = sign * goal.number
        seen = forecast(
            history,
            needed=needed,
            highest=needed,
            is_reachable=None,
            today=self.today,
            first=self.first,
            last=self._last,
        )
        lack: Lack | None = None if seen.day is not None else "still" if seen.why == "still" else "few_days"
        return ByFigures(seen.day, days, lack)

    def _value(self, figure: str, place: Place, which: int) -> int | None:
        """Return a figure at the last midnight (`which` 0) or at the one where the pace begins (1)."""
        pack, cells = self._context.pack, []
        if not _is_declared(pack, figure):
            cells = [CellCount(stood[which], *key) for key, stood in self.past.cells.get(place, {}).items()]
        figures = Figures(
            self._session, self._context, pack, Cut(0, 0), cells, place[1], place[0], _known=dict(self._known(which))
        )
        return figures.value(figure)

    def _known(self, which: int) -> Mapping[str, int | None]:
        """Return what offices declared and others told, by figure: nothing that this has not read is read again."""
        if which in self._known_at:
            return self._known_at[which]
        figures = self._context.pack.model.figures.figures
        known: dict[str, int | None] = {figure.id: None for figure in figures if figure.external is not None}
        if self._told is not None:
            pair = self._told[which]
            for figure in figures:
                if figure.declared is not None:
                    known[figure.id] = None if pair is None else pair[figure.declared == "staff_finished"]
            self._known_at[which] = known
        return known

    @property
    def _declared(self) -> Sequence[tuple[int, int] | None]:
        if self._told is None:
            midnights = (day_start(self.today), day_start(self.today - self.past_days))
            self._told = declared_totals(self._session, self._context, midnights)
        return self._told


def _is_declared(pack: Pack, name: str) -> bool:
    figure = figure_of(pack, name)
    return figure.declared is not None or any(
        _is_declared(pack, part) for part in (*(figure.sum or ()), *(figure.minus or ()))
    )
