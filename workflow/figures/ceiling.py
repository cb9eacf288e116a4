"""How far a count can still come: whom somebody can still win, in which readings, and what each day left would have to bring.

Those who ended contact count with those not yet met, as everywhere: a forecast must not tell them apart.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from rules.pack import Pack, TrackRules
from rules.said import Figure, Said, all_of, listed
from workflow.figures.lines import narrowest_line
from workflow.figures.values import Figures, Key, cells_of, discreet_group, figure_of, is_counted
from workflow.numbers import integer_vi, percent_vi


@dataclass(frozen=True, slots=True)
class Reach:
    """What a figure comes to if people are won: `seen` now, of them `awaiting` reconciliation; `left` are on the line or ended contact,
    `recoverable` stand in an exit that somebody can still undo. `growth` is by how much the base grows if all of them are won.
    """

    seen: int
    awaiting: int
    left: int
    recoverable: int
    growth: int = 0
    awaiting_where: str = ""
    recoverable_where: str = ""

    @property
    def highest(self) -> int:
        """The count if everybody who can still be won is."""
        return self.seen + self.left + self.recoverable


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the ceiling: `n` of `base`; `short` is how many are missing even then (0: enough, None: no goal yet)."""

    words: str
    n: int
    base: int | None
    percent: str | None
    short: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the reading as JSON-ready data."""
        return {"words": str(self.words), "n": self.n, "base": self.base, "percent": self.percent, "short": self.short}


def reach_of(figures: Figures, figure_id: str, base_figure: str | None = None) -> Reach:
    """Return how far a figure of ours can still come.

    A figure that offices declare can come as far as its base: whoever is declared can finish.
    """
    pack, seen = figures.pack, figures.value(figure_id) or 0
    if figure_of(pack, figure_id).declared is not None:
        base = figures.value(base_figure) if base_figure else None
        return Reach(seen, 0, max(0, (base or 0) - seen), 0)
    tracks = {track for track, _ in cells_of(pack, figure_id)} or {pack.main_track.id}
    sums, growth = Counter[_Kind](), 0
    places: dict[_Kind, set[str]] = {"awaiting": set(), "recoverable": set()}
    for (track, state, stage), n in _standing(figures, tracks).items():
        part = _part(pack, figure_id, base_figure, track, state, stage)
        sums[part.kind] += n
        growth += n * part.grows
        if part.where:
            places[part.kind].add(part.where)
    return Reach(
        seen, sums["awaiting"], sums["left"], sums["recoverable"], growth,
        listed(sorted(places["awaiting"])), listed(sorted(places["recoverable"])),
    )  # fmt: skip


def worth_at_most(figures: Figures, figure_id: str, key: Key) -> int:
    """Return what a case that stands there adds to the highest that a figure of ours can come to."""
    kept = (figures.pack.hash, figure_id, key)
    if kept not in _highest:
        if len(_highest) >= MOST_KEPT:
            _highest.clear()
        _highest[kept] = reach_of(figures.of_one(key), figure_id).highest
    return _highest[kept]


_highest: dict[tuple[str, str, Key], int] = {}
"""What cases add at most, by pack, figure and where they stand."""
_Kind = Literal["counted", "awaiting", "left", "recoverable", "out"]
MOST_KEPT: Final = 4096


class _Part(NamedTuple):
    """What a case that stands somewhere means for a figure, by how much the base grows when it is won, and the line it is told in."""

    kind: _Kind
    grows: int = 0
    where: str = ""


_parts: dict[tuple[str, str, str | None, str, str, str], _Part] = {}
"""Parts by pack, figure, base and cell: a published pack never changes."""


def _part(pack: Pack, figure_id: str, base_figure: str | None, name: str, state: str, stage: str) -> _Part:
    key = (pack.hash, figure_id, base_figure, name, state, stage)
    if key not in _parts:
        if len(_parts) >= MOST_KEPT:
            _parts.clear()
        _parts[key] = _part_of(pack, figure_id, base_figure, pack.tracks[name], state, stage)
    return _parts[key]


def _part_of(pack: Pack, figure_id: str, base_figure: str | None, track: TrackRules, state: str, stage: str) -> _Part:
    if is_counted(pack, figure_id, track.id, state, stage):
        is_of_done = all(pack.tracks[of].is_done(one) for of, one in cells_of(pack, figure_id))
        waits = is_of_done and track.states[state].awaits
        return _Part("awaiting", where=_where(pack, track, state)) if waits else _Part("counted")
    if not (track.is_open(state) or state in discreet_group(pack, track)):
        return _Part("out")
    grows = _grows(pack, base_figure, track, state, stage)
    if track.exit_class(state) in ("remediable", "pending"):
        return _Part("recoverable", grows, _where(pack, track, state))
    return _Part("left", grows)


def _standing(figures: Figures, tracks: set[str]) -> Counter[tuple[str, str, str]]:
    """Return how many cases of the tracks stand in each state and stage."""
    found = Counter[tuple[str, str, str]]()
    for cell in figures.cells:
        if cell.state and cell.track in tracks and cell.state in figures.pack.tracks[cell.track].states:
            found[cell.track, cell.state, cell.stage or ""] += cell.n
    return found


def _grows(pack: Pack, base_figure: str | None, track: TrackRules, state: str, stage: str) -> int:
    """Return by how much the base changes when a case that stands there reaches the end of the line."""
    if base_figure is None:
        return 0
    goal = track.line[-1]
    then = is_counted(pack, base_figure, track.id, goal, track.stage_after(stage or None, goal))
    return int(then) - int(is_counted(pack, base_figure, track.id, state, stage))


def _where(pack: Pack, track: TrackRules, state: str) -> str:
    """Return the code of the line that counts a state and little else; the state's label where no line does."""
    line = narrowest_line(pack, track.id, state)
    return line.code if line else track.states[state].label.said


def readings_of(reach: Reach, base: int | None, needed: int | None) -> tuple[Reading, ...]:
    """Return the ceiling read without those who wait for reconciliation, with them, and with every obstacle removed.

    Readings that say the same number as the one before are left out.
    """
    told: list[tuple[int, str]] = []
    if reach.awaiting:
        words = Said("chưa tính mục %(where)s (%(n)s)", where=reach.awaiting_where, n=_n(reach.awaiting))
        told.append((reach.seen - reach.awaiting + reach.left, words))
        words = Said("tính cả mục %(where)s", where=reach.awaiting_where)
    else:
        words = Said("mọi người còn lại đều tham gia")
    told.append((reach.seen + reach.left, words))
    if reach.recoverable:
        where = Said("mục %(where)s", where=reach.recoverable_where)
        words = Said("và khắc phục hết vướng mắc của %(n)s (%(where)s)", n=_n(reach.recoverable), where=where)
        told.append((reach.highest, words))
    grown = None if base is None else base + reach.growth
    return tuple(_reading(words, n, grown, needed) for n, words in told)


def _reading(words: str, n: int, base: int | None, needed: int | None) -> Reading:
    short = None if needed is None else max(0, needed - n)
    return Reading(words, n, base, percent_vi(n, base) if base else None, short)


def required_pace(to_win: int, days: int, at_most: int) -> int | None:
    """Return how many must be won on each day left, rounded up; None if that is impossible, needless or too late.

    Never more than are there to be won.

    >>> required_pace(338, 4, 924), required_pace(1262, 4, 1088), required_pace(0, 4, 9), required_pace(5, 0, 9), required_pace(3, 9, 3)
    (85, None, None, None, 1)
    """
    if to_win <= 0 or days <= 0 or to_win > at_most:
        return None
    return min(-(-to_win // days), at_most)


def left_in_words(reach: Reach) -> str:
    """Return how many are left, in words that tell those not yet met from nobody who ended contact."""
    left = Said("%(n)s chưa gặp hoặc đã kết thúc liên hệ", n=_n(reach.left))
    if not reach.recoverable:
        return left
    return all_of([left, Said("%(n)s còn vướng mắc khắc phục được", n=_n(reach.recoverable))])


def _n(number: int) -> Figure:
    return Figure(integer_vi(number))
