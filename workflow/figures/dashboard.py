"""Dashboards: the whole campaign, and one area or team of it. How far against the goal, how far it can still come, where work is left.

The unit is told as of any instant. An area or team is told as a cut-off left it, as known then, and day by day as it was recorded, up
to the last whole day before that cut-off: below the unit a number that moved with each visit would tell how that very visit ended.
Those not yet met and those who ended contact are there one number, N − done − exits. Places stand in the order of the work that is
still possible, most first, never by a rate.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy.orm import Session

from rules.pack import Pack, TrackRules
from rules.pack.model import Label, Target
from rules.time import Instant
from workflow.access import Actor, of_the_unit
from workflow.days import local_day
from workflow.errors import NotFound
from workflow.figures.campaign_overview import last_cut_off
from workflow.figures.ceiling import reach_of, worth_at_most
from workflow.figures.chair_overview import main_target
from workflow.figures.counts import CellCount, count_at, newest_and_last, newest_no
from workflow.figures.exit_effect import told_exits
from workflow.figures.history import DayCount, Days, Forecast, days_of, days_until_now, forecast, is_ours, span_of
from workflow.figures.replay import Cut
from workflow.figures.targets import TargetStatus, needed_for, target_statuses
from workflow.figures.values import Figures, Key, figure_of, worth
from workflow.ledger.book import ledger_no_at
from workflow.queries.campaigns import CampaignContext
from workflow.queries.looked_after import SeenPlace, places_looked_after
from workflow.queries.open_work import Place, places_of, waiting_by_place
from workflow.tables import NOBODY

By = Literal["area", "team"]
READERS: Final = ("coordinator", "administrator", "chair", "duty_leader", "superior", "auditor")
PLACE_READERS: Final = ("coordinator", "administrator", "chair")
"""Who is told how every area and team stands; superior and auditor read the unit."""


@dataclass(frozen=True, slots=True)
class DayPoint:
    """The end of a day: how many had taken part, and how many could at most have come, as things stood then."""

    day: int
    n: int
    highest: int


@dataclass(frozen=True, slots=True)
class Curve:
    """Days against a goal. `needed` is None while the goal has no number; `first` and `last` are the days of collecting."""

    label: Label
    points: tuple[DayPoint, ...]
    needed: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Bar:
    """An area or team (`place` None: what belongs to none) at the last cut-off: `listed` = `done` + `exits` + `rest`.

    `doors` is how many are still to be visited now; None where the page tells of another instant.
    """

    place: Place | None
    listed: int
    done: int
    exits: int
    doors: int | None = None

    @property
    def rest(self) -> int:
        """How many are not yet met or have ended contact: told only as this difference."""
        return self.listed - self.done - self.exits


@dataclass(frozen=True)
class Dashboard:
    """The campaign at `as_of`. `bars` are empty for whoever reads the unit only, and before the first cut-off (`cut_off` None)."""

    as_of: Instant
    is_now: bool
    ledger_no: int
    label: Label
    took_part: int
    base: int | None
    base_label: Label | None
    exits: int
    status: TargetStatus | None
    curve: Curve
    forecast: Forecast | None
    by: By
    cut_off: Instant | None
    bars: tuple[Bar, ...]
    doors: int | None


@dataclass(frozen=True)
class PlaceDashboard:
    """An area or team as the cut-off left it; `curve` ends with the last whole day before it."""

    place: SeenPlace
    as_of: Instant
    is_now: bool
    cut_off: Instant | None
    bar: Bar | None
    curve: Curve | None
    doors: int | None


def campaign_dashboard(
    session: Session, actor: Actor, context: CampaignContext, *, as_of: Instant, is_now: bool, by: By = "area"
) -> Dashboard:
    """Return the campaign as of an instant, as known now; NotFound for whoever does not read the unit's figures."""
    posts = [post for role in READERS for post in actor.holds(role)]
    if not posts:
        raise NotFound
    newest, last = newest_and_last(session, context.unit_id, context.id)
    days = _unit(session, context, Cut(as_of, newest), newest, is_of_now=last is None or last < as_of)
    figures = days.figures
    target = main_target(context.pack)
    status = next(iter(target_statuses(figures, only={target.id})), None) if target else None
    curve = _curve(days, context, target, status)
    tells_places = any(of_the_unit(post) for role in PLACE_READERS for post in actor.holds(role))
    cut_off = last_cut_off(context, as_of) if tells_places else None
    doors = _doors(session, context, by) if is_now else None
    watched, policy = _watched(context.pack, target), _policy(context.pack, target)
    return Dashboard(
        as_of=as_of,
        is_now=is_now,
        ledger_no=newest,
        label=curve.label,
        took_part=_took_part(figures, watched),
        base=status.base if status else figures.total,
        base_label=policy,
        exits=figures.count_states(context.pack.main_track, told_exits(context.pack.main_track)),
        status=status,
        curve=curve,
        forecast=_expected(curve, status, as_of) if status else None,
        by=by,
        cut_off=cut_off,
        bars=_bars(session, context, cut_off, newest, by, doors) if cut_off is not None else (),
        doors=None if doors is None else sum(doors.values()),
    )


def place_dashboard(
    session: Session, actor: Actor, context: CampaignContext, by: By, code: str, *, as_of: Instant, is_now: bool
) -> PlaceDashboard:
    """Return an area or team that the actor looks after, as the last cut-off before `as_of` left it. NotFound for any other."""
    place = next((one for one in places_looked_after(session, actor, by) if one.code == code), None)
    if place is None:
        raise NotFound
    cut_off = last_cut_off(context, as_of)
    doors = _doors(session, context, by).get(place.id, 0) if is_now else None
    if cut_off is None:
        return PlaceDashboard(place, as_of, is_now, None, None, None, doors)
    newest = newest_no(session, context.unit_id)
    then = ledger_no_at(session, context.unit_id, cut_off)
    area_id, team_id = (place.id, None) if by == "area" else (None, place.id)
    cells = count_at(
        session, context.unit_id, context.id, Cut(cut_off, then), newest=newest, then=then,
        by=("track", "state", "stage"), area_id=area_id, team_id=team_id,
    )  # fmt: skip
    figures = Figures(session, context, context.pack, Cut(cut_off, then), cells, area_id, team_id)
    bar = _bar(context.pack.main_track, Place(place.id, place.code, place.name), figures, doors)
    return PlaceDashboard(place, as_of, is_now, cut_off, bar, _place_curve(session, context, figures, by), doors)


def _unit(session: Session, context: CampaignContext, cut: Cut, newest: int, *, is_of_now: bool) -> Days:
    """Return the unit's figures at a cut, and the ends of the days before."""
    if is_of_now:
        return days_until_now(session, context, context.pack, cut)
    cells = count_at(session, context.unit_id, context.id, cut, newest=newest, by=("track", "state", "stage"))
    return days_of(session, Figures(session, context, context.pack, cut, cells))


def _watched(pack: Pack, target: Target | None) -> str | None:
    return (target.monitor or target.count) if target else None


def _policy(pack: Pack, target: Target | None) -> Label | None:
    policy = next((one for one in pack.model.figures.policies if target and one.id == target.policy), None)
    return policy.label if policy else None


def _took_part(figures: Figures, watched: str | None) -> int:
    if watched is not None:
        return figures.value(watched) or 0
    track = figures.pack.main_track
    return figures.count_states(track, [state for state in track.states if track.is_done(state)])


def _curve(days: Days, context: CampaignContext, target: Target | None, status: TargetStatus | None) -> Curve:
    """Return the unit's days, each with what could still have been reached then."""
    pack, figures = context.pack, days.figures
    watched, track = _watched(pack, target), pack.main_track
    first, last = span_of(pack, context.starts_at, context.ends_at)
    past: list[DayPoint] = []
    if watched is None:
        done = {name for name in track.states if track.is_done(name)}
        past = _points(
            days, lambda key: int(key[0] == track.id and key[1] in done), lambda key: int(key[0] == track.id), first - 1
        )
    elif is_ours(pack, watched):
        past = _points(
            days, lambda key: worth(figures, watched, key), lambda key: worth_at_most(figures, watched, key), first - 1
        )
    highest = reach_of(figures, watched).highest if watched else figures.total
    now = DayPoint(local_day(figures.cut.as_of), _took_part(figures, watched), highest)
    label = figure_of(pack, watched).label if watched else track.model.label
    return Curve(label, (*past, now), status.needed if status else None, first, last)


def _points(
    days: Days, worth_now: Callable[[Key], int], worth_most: Callable[[Key], int], since: int
) -> list[DayPoint]:
    """Return the ends of the days before the cut's own, from `since` on."""
    both = zip(days.sums(worth_now), days.sums(worth_most), strict=True)
    return [DayPoint(one.day, one.n, most.n) for one, most in both if one.day >= since]


def _expected(curve: Curve, status: TargetStatus, as_of: Instant) -> Forecast | None:
    if status.needed is None:
        return None
    history = [DayCount(one.day, one.n) for one in curve.points]
    return forecast(
        history, needed=status.needed, highest=status.highest, is_reachable=status.is_reachable, today=local_day(as_of),
        first=curve.first, last=curve.last,
    )  # fmt: skip


def _bars(
    session: Session,
    context: CampaignContext,
    cut_off: Instant,
    newest: int,
    by: By,
    doors: dict[uuid.UUID, int] | None,
) -> tuple[Bar, ...]:
    """Return every area or team at the cut-off, as known then: most work that is still possible first."""
    then = ledger_no_at(session, context.unit_id, cut_off)
    cut = Cut(cut_off, then)
    cells = count_at(
        session, context.unit_id, context.id, cut, newest=newest, then=then, by=("track", "state", "stage", by)
    )  # fmt: skip
    by_place: defaultdict[uuid.UUID, list[CellCount]] = defaultdict(list)
    for cell in cells:
        by_place[(cell.team if by == "team" else cell.area) or NOBODY].append(cell)
    track, known = context.pack.main_track, places_of(session, context.unit_id, by)
    figures = Figures(session, context, context.pack, cut, [])
    bars = [
        _bar(track, place, replace(figures, cells=by_place.pop(place.id, [])), None if doors is None else doors.get(place.id, 0))
        for place in known
    ]  # fmt: skip
    bars += [_bar(track, None, replace(figures, cells=lost), None) for lost in by_place.values()]
    return tuple(
        sorted((bar for bar in bars if bar.listed or bar.doors), key=lambda bar: (-bar.rest, bar.place is None))
    )


def _bar(track: TrackRules, place: Place | None, figures: Figures, doors: int | None) -> Bar:
    return Bar(
        place=place,
        listed=figures.count_states(track, track.states),
        done=figures.count_states(track, [name for name in track.states if track.is_done(name)]),
        exits=figures.count_states(track, told_exits(track)),
        doors=doors,
    )


def _place_curve(session: Session, context: CampaignContext, figures: Figures, by: By) -> Curve | None:
    """Return a place's whole days before the cut-off, as recorded; its ceiling is everybody but those in an exit that is final."""
    pack, track = context.pack, context.pack.main_track
    done = {name for name in track.states if track.is_done(name)}
    may = {*track.states} - {name for name in told_exits(track) if not track.is_open(name)}
    first, last = span_of(pack, context.starts_at, context.ends_at)
    days = days_of(session, figures, basis="r", since=first - 1)
    points = _points(
        days,
        lambda key: int(key[0] == track.id and key[1] in done),
        lambda key: int(key[0] == track.id and key[1] in may),
        first - 1,
    )
    if not points:
        return None
    return Curve(
        Label(vi="Đã tham gia", en="Took part"), tuple(points), _needed_of_place(figures, pack, by), first, last
    )  # fmt: skip


def _needed_of_place(figures: Figures, pack: Pack, by: By) -> int | None:
    """Return what a goal that is set for each such place needs there; None where the pack sets none, or its base may not be told."""
    target = next((one for one in pack.model.figures.targets if one.per == by), None)
    policy = next((one for one in pack.model.figures.policies if target and one.id == target.policy), None)
    base = figures.told(policy.base) if policy else None
    return needed_for(figures, target, base) if target and base else None


def _doors(session: Session, context: CampaignContext, by: By) -> dict[uuid.UUID, int]:
    doors: defaultdict[uuid.UUID, int] = defaultdict(int)
    for one in waiting_by_place(session, context)["doors"]:
        doors[(one.team_id if by == "team" else one.area_id) or NOBODY] += one.n
    return dict(doors)


__all__ = [
    "PLACE_READERS", "READERS", "Bar", "Curve", "Dashboard", "DayPoint", "PlaceDashboard", "campaign_dashboard", "place_dashboard",
]  # fmt: skip
