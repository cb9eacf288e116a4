"""What the chair needs on one phone screen: how far, how far it can still go, what waits for a decision, which teams are late.

People are counted for the whole unit, from roll-ups. Of a team only doors are told: with people it could be subtracted who ended
contact. Whether a team is late is judged as the last midnight left it, so that no single visit shows in it during the day.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from rules.pack import Pack
from rules.pack.model import Label, Target
from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.days import local_day
from workflow.errors import NotFound
from workflow.figures.counts import count_at
from workflow.figures.history import PACE_DAYS, DayCount, days_of, span_of
from workflow.figures.pace_of_places import past_of_places
from workflow.figures.possible_work import is_behind, left_of
from workflow.figures.replay import Cut
from workflow.figures.targets import outlook
from workflow.figures.values import Figures, cells_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import Place, Waiting, clockwork, places_of, waiting_by_place
from workflow.queries.tasks import count_tasks_by_timing
from workflow.queries.waiting import WaitingList, Wanted, waiting_list
from workflow.tables import NOBODY

READERS: Final = ("chair", "coordinator")
MOST_WAITING: Final = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """Who took part, of how many, and what can still be reached. `needed` is None while the goal has no number."""

    label: Label
    base_label: Label | None
    took_part: int
    base: int | None
    needed: int | None
    highest: int
    is_reachable: bool | None

    @property
    def missing(self) -> int:
        """How many are still missing for the goal."""
        return max(0, (self.needed or 0) - self.took_part)


class LateTeam(NamedTuple):
    """A team that does less than it would have to each day that is left (`possible_work`), and at how many doors it still can."""

    team: Place
    doors: int


@dataclass(frozen=True)
class ChairOverview:
    """The page's data, as known at ledger number `ledger_no`, at `as_of`. `starts_on` and `ends_on` are the days of collecting."""

    as_of: Instant
    ledger_no: int
    progress: Progress
    days: tuple[DayCount, ...]
    starts_on: int
    ends_on: int
    waits: WaitingList
    """Everything that waits for the chair by its counts, as in the inbox; its rows are what the ladders brought."""
    late_teams: tuple[LateTeam, ...]
    finished_teams: tuple[Place, ...]
    open_doors: int
    late_tasks: int
    """Everything of the plan that is overdue, as the plan's own tab counts it."""
    missing_reports: int
    """Reports that have not come though their time is over, as the overview counts them; forwarding them is no report."""


def chair_overview(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> ChairOverview:
    """Return the campaign for the chair; NotFound for whoever is not. At most sixteen statements, none over single cases."""
    if not any(of_the_unit(post) for post in actor.holds(*READERS)):
        raise NotFound
    newest = clockwork(session, context.unit_id).ledger_no
    cut = Cut(now, newest)
    cells = count_at(
        session, context.unit_id, context.id, cut, newest=newest, by=("track", "state", "stage", "unnamed")
    )
    figures = Figures(session, context, context.pack, cut, cells)
    target = main_target(context.pack)
    first, last = span_of(context.pack, context.starts_at, context.ends_at)
    progress = _progress(figures, target)
    doors = _doors_by_team(waiting_by_place(session, context)["doors"])
    compared = _compared(session, context, doors, now)
    every = count_tasks_by_timing(session, context.unit_id, context.id, now=now)
    reports = count_tasks_by_timing(
        session, context.unit_id, context.id, now=now, duties=True, without=context.pack.forwarded
    )
    return ChairOverview(
        as_of=now,
        ledger_no=newest,
        progress=progress,
        days=(*_days(session, figures, target, first), DayCount(local_day(now), progress.took_part)),
        starts_on=first,
        ends_on=last,
        waits=waiting_list(session, actor, context, now=now, wanted=Wanted(kind="reminder"), limit=MOST_WAITING),
        late_teams=compared.late,
        finished_teams=compared.finished,
        open_doors=sum(doors.values()),
        late_tasks=every["overdue"],
        missing_reports=reports["overdue"] + reports["missing"],
    )


def main_target(pack: Pack) -> Target | None:
    """Return the first goal about the people of the main track; None if the pack sets none."""
    main = pack.main_track.id
    return next((target for target in pack.model.figures.targets if main in _tracks(pack, target)), None)


def _tracks(pack: Pack, target: Target) -> set[str]:
    return {track for track, _ in cells_of(pack, target.monitor or target.count)}


def _progress(figures: Figures, target: Target | None) -> Progress:
    """Return participation: what a goal watches, never how anybody answered."""
    pack = figures.pack
    if target is None:
        track = pack.main_track
        done = figures.count_states(track, [state for state in track.states if track.is_done(state)])
        return Progress(track.model.label, None, done, figures.total, None, figures.total, None)
    seen = outlook(figures, target)
    watched = target.monitor or target.count
    policy = next((one for one in pack.model.figures.policies if one.id == target.policy), None)
    label = next(one.label for one in pack.model.figures.figures if one.id == watched)
    return Progress(
        label=label,
        base_label=policy.label if policy else None,
        took_part=figures.value(watched) or 0,
        base=seen.base,
        needed=seen.needed,
        highest=seen.reach.highest,
        is_reachable=seen.is_reachable,
    )


def _days(session: Session, figures: Figures, target: Target | None, first: int) -> tuple[DayCount, ...]:
    """Return the days before today, by the day of recording: nothing that is recorded later changes them. One statement."""
    days = days_of(session, figures, basis="r", since=first - 1)
    if target is not None:
        return days.of(target.monitor or target.count)[:-1]
    track = figures.pack.main_track
    return days.sums(lambda key: int(key[0] == track.id and track.is_done(key[1])))


class _Compared(NamedTuple):
    """Teams by the work that was still possible at the last midnight: those too slow for it, and those with none left."""

    late: tuple[LateTeam, ...] = ()
    finished: tuple[Place, ...] = ()


def _compared(session: Session, context: CampaignContext, doors: dict[uuid.UUID, int], now: Instant) -> _Compared:
    """Return the late teams, those first that can still do most, and the finished ones in printed order. Two statements."""
    first, last = span_of(context.pack, context.starts_at, context.ends_at)
    today, track = local_day(now), context.pack.main_track
    past = past_of_places(session, context, today=today, first=first)
    teams = [team for team in places_of(session, context.unit_id, "team") if (team.id, None) in past.cells]
    finished = tuple(one for one in teams if not doors.get(one.id) and not left_of(past, track, (one.id, None)))
    left = last - today + 1
    if past.days < PACE_DAYS or left < 1:
        return _Compared(finished=finished)
    late = [LateTeam(one, doors[one.id]) for one in teams if doors.get(one.id) and is_behind(past, track, (one.id, None), days_left=left)]  # fmt: skip
    return _Compared(tuple(sorted(late, key=lambda one: -one.doors)), finished)


def _doors_by_team(waiting: list[Waiting]) -> dict[uuid.UUID, int]:
    doors: defaultdict[uuid.UUID, int] = defaultdict(int)
    for one in waiting:
        doors[one.team_id or NOBODY] += one.n
    return dict(doors)


__all__ = ["ChairOverview", "LateTeam", "Progress", "chair_overview", "main_target"]
