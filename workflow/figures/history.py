"""What a figure was at the end of each day, the pace of the last days, and when that pace would reach a goal.

The one definition of pace: the mean of the last whole local days. Today is not over and does not count; days without any work count
as nothing. Read from the daily roll-ups alone, one statement, however many people there are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.pack import Pack
from rules.said import Figure, Said
from rules.time import day_vi
from workflow.days import as_date, local_day
from workflow.figures.counts import CellCount
from workflow.figures.replay import Cut
from workflow.figures.values import CampaignRow, Figures, Key, figure_of, worth
from workflow.numbers import decimal_vi
from workflow.statements.asking import Asked, ask
from workflow.tables import Rollup, table_of

PACE_DAYS: Final = 3
NEVER: Final = 2**31 - 1
"""A day that no ledger reaches."""
Basis = Literal["h", "r"]
"""By the day it happened, as known now; or by the day it was recorded, which nothing changes any more."""

_rollups = table_of(Rollup)


class DayCount(NamedTuple):
    """What a figure was by the end of a local day; the last one is of now."""

    day: int
    n: int


@dataclass(frozen=True)
class Days:
    """How many cases came to stand where on each day from `first` on, for the unit or a place of it, and the figures at the cut.

    What is counted of a day is what each case is worth where it stands, so a curve is a running sum: `weigh` says the worth.
    """

    figures: Figures
    first: int
    changes: tuple[tuple[int, Key, int], ...]

    def sums(self, weigh: Callable[[Key], int]) -> tuple[DayCount, ...]:
        """Return the worth of everybody by the end of each day before the cut's own."""
        by_day = defaultdict[int, int](int)
        worth_of = {key: weigh(key) for key in {key for _, key, _ in self.changes}}
        for day, key, n in self.changes:
            by_day[day if day > self.first else self.first] += n * worth_of[key]
        days = range(self.first, local_day(self.figures.cut.as_of))
        totals = accumulate(by_day.get(day, 0) for day in days)
        return tuple(map(DayCount, days, totals))

    def of(self, figure_id: str) -> tuple[DayCount, ...]:
        """Return a figure of ours day by day, and as it stands at the cut; empty for a figure that nobody counts here."""
        if not is_ours(self.figures.pack, figure_id):
            return ()
        past = self.sums(lambda key: worth(self.figures, figure_id, key))
        return (*past, DayCount(local_day(self.figures.cut.as_of), self.figures.value(figure_id) or 0))


def is_ours(pack: Pack, figure_id: str) -> bool:
    """Whether a figure is counted here from cases, through all its sums."""
    figure = figure_of(pack, figure_id)
    parts = figure.sum or figure.minus or ()
    return figure.external is None and figure.declared is None and all(is_ours(pack, part) for part in parts)


def days_of(session: Session, figures: Figures, *, basis: Basis = "h", since: int | None = None) -> Days:
    """Return the days before the figures' own, of their unit, area or team; none before `since`."""
    last = local_day(figures.cut.as_of)
    campaign = figures.campaign
    rows = ask(
        session, _changes, basis, unit=campaign.unit_id, campaign=campaign.id, until=last, area=figures.area_id,
        team=figures.team_id,
    )  # fmt: skip
    changes = _changed(rows)
    return Days(figures, _first(changes, since or 0, last), changes)


def days_until_now(session: Session, campaign: CampaignRow, pack: Pack, cut: Cut) -> Days:
    """Return the unit's days up to a cut after which nothing has happened, and its figures there, from one read of the counters."""
    rows = ask(session, _changes, "h", unit=campaign.unit_id, campaign=campaign.id, until=NEVER, area=None, team=None)
    changes, standing = _changed(rows), defaultdict[Key, int](int)
    for _, key, n in changes:
        standing[key] += n
    cells = [CellCount(n, *key) for key, n in standing.items() if n]
    return Days(Figures(session, campaign, pack, cut, cells), _first(changes, 0, local_day(cut.as_of)), changes)


def _changed(rows: Iterable[Any]) -> tuple[tuple[int, Key, int], ...]:
    return tuple([(int(day), (track, state, stage), int(n)) for day, track, state, stage, n in rows])


def _first(changes: Iterable[tuple[int, Key, int]], since: int, last: int) -> int:
    return min(max(min((day for day, _, _ in changes), default=last), since), last)


def _changes(basis: str, *, unit: Any, campaign: Any, until: Any, area: Any, team: Any) -> Asked:
    cell = _rollups.c
    dimensions = (cell.day, cell.track, cell.state, cell.stage)
    statement = select(*dimensions, func.sum(cell.n).label("n")).where(
        cell.unit_id == unit, cell.campaign_id == campaign, cell.basis == basis, cell.day < until
    )
    for column, place in ((cell.area_id, area), (cell.team_id, team)):
        if place is not None:
            statement = statement.where(column == place)
    return statement.group_by(*dimensions)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many came in the last whole `days`; 0 days: the work has not lasted one yet."""

    days: int
    done: int

    @property
    def per_day(self) -> str:
        """The mean of a day with one decimal, as papers print it."""
        return decimal_vi((20 * self.done + self.days) // (2 * self.days), 1) if self.days else "0"


def pace_of(history: Sequence[DayCount], *, today: int, first: int) -> Pace:
    """Return the pace of the last whole days before `today`; `first` is the first day of work."""
    by_day = {one.day: one.n for one in history if one.day < today}
    days = min(PACE_DAYS, today - first)
    if days < 1 or today - 1 not in by_day:
        return Pace(0, 0)
    return Pace(days, by_day[today - 1] - by_day.get(today - 1 - days, 0))


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the pace would reach a goal. `day` is None where it never does: `why` is then `impossible`, `still` or `unknown`."""

    pace: Pace
    day: int | None
    why: Literal["reached", "in_time", "late", "impossible", "still", "unknown"]

    def sentence(self) -> str:
        """Return the forecast as one sentence."""
        if self.why == "reached":
            return Said("Đã đủ.")
        if self.why == "unknown":
            return Said("Chưa có ngày làm việc trọn nào nên chưa tính được nhịp.")
        pace = Said(
            "Nhịp %(days)s ngày trọn gần nhất: %(n)s mỗi ngày", days=self.pace.days, n=Figure(self.pace.per_day)
        )
        if self.why == "impossible":
            return Said("%(pace)s; giữ nhịp nào cũng không đủ người để đạt.", pace=pace)
        if self.day is None:
            return Said("%(pace)s; với nhịp này không đạt.", pace=pace)
        day = day_vi(as_date(self.day))
        if self.why == "late":
            return Said("%(pace)s; với nhịp này đến %(day)s mới đủ, quá hạn.", pace=pace, day=day)
        return Said("%(pace)s; với nhịp này đủ vào %(day)s.", pace=pace, day=day)


def forecast(
    history: Sequence[DayCount],
    *,
    needed: int | None,
    highest: int,
    is_reachable: bool | None,
    today: int,
    first: int,
    last: int,
) -> Forecast:
    """Return when the pace of the last days reaches `needed`, honest about the ceiling. `last` is the last day of the window."""
    pace = pace_of(history, today=today, first=first)
    now = history[-1].n if history else 0
    if needed is not None and now >= needed:
        return Forecast(pace, today, "reached")
    if is_reachable is False or (needed is not None and highest < needed):
        return Forecast(pace, None, "impossible" if pace.days else "unknown")
    if pace.days == 0 or needed is None:
        return Forecast(pace, None, "unknown")
    if pace.done <= 0:
        return Forecast(pace, None, "still")
    yesterday = next((one.n for one in history if one.day == today - 1), 0)
    more = -(-(needed - yesterday) * pace.days // pace.done)
    day = max(today, today - 1 + more)
    return Forecast(pace, day, "in_time" if day <= last else "late")


def span_of(pack: Pack, starts_at: int, ends_at: int) -> tuple[int, int]:
    """Return the first and last local day of collecting."""
    facts = pack.campaign_facts()
    return (
        local_day(int(facts.get("campaign.collect_from", starts_at))),
        local_day(int(facts.get("campaign.collect_until", ends_at)) - 1),
    )


__all__ = [
    "PACE_DAYS",
    "DayCount",
    "Days",
    "Forecast",
    "Pace",
    "days_of",
    "days_until_now",
    "forecast",
    "is_ours",
    "pace_of",
    "span_of",
]
