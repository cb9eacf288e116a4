"""Figures as numbers before a single person exists: how often a case is counted, by its state and its stage.

Every figure of a track becomes a number for each pair (state, stage) that a case can be in. Two figures are compared pair
by pair, so what a report adds up to is known when the pack is checked.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rules.pack.draft import Draft
from rules.pack.lint.known import Known
from rules.pack.model import Figure, Track

Pair: TypeAlias = tuple[str, str]
"""A state, and the furthest stage reached."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a case of `track` is counted, by pair; pairs that are not counted are left out."""

    track: str
    times: Mapping[Pair, int]

    def of_state(self, state: str) -> set[int]:
        """Return the different numbers of times that cases in `state` are counted; {0} if never."""
        return {times for (name, _), times in self.times.items() if name == state} or {0}


def pairs_of(track: Track) -> Iterator[Pair]:
    """Yield the pairs a case can be in: an exit keeps any stage, other states have at least their own."""
    for name, state in track.states.items():
        own = name if name in track.line else state.stage
        first = track.line.index(own) if own in track.line else 0
        for stage in track.line[first:]:
            yield name, stage


class Counts:
    """The figures of a pack; None for those that no state decides (imported, declared, of several tracks)."""

    def __init__(self, draft: Draft, known: Known) -> None:
        self.known = known
        self.figures = {figure.id: figure for figure in draft.model.figures.figures}
        self._found: dict[str, Counted | None] = {}

    def of(self, name: str) -> Counted | None:
        """Return how a figure counts."""
        if name not in self._found:
            self._found[name] = None  # a figure that leads back to itself counts nothing
            figure = self.figures.get(name)
            self._found[name] = self._count(figure) if figure else None
        return self._found[name]

    def _count(self, figure: Figure) -> Counted | None:
        if figure.sum or figure.minus:
            parts = [(name, 1) for name in figure.sum or ()]
            parts += list(zip(figure.minus or (), (1, -1), strict=False))
            return self._combine(parts)
        found = self.known.track(figure.track)
        if found is None or figure.external is not None or figure.declared:
            return None
        name, track = found
        return Counted(name, {pair: 1 for pair in pairs_of(track) if _is_counted(figure, pair, track)})

    def _combine(self, parts: list[tuple[str, int]]) -> Counted | None:
        total, tracks = Counter[Pair](), set[str]()
        for name, sign in parts:
            counted = self.of(name)
            if counted is None:
                return None
            tracks.add(counted.track)
            for pair, times in counted.times.items():
                total[pair] += sign * times
        if len(tracks) != 1:
            return None
        return Counted(tracks.pop(), {pair: times for pair, times in total.items() if times})


def _is_counted(figure: Figure, pair: Pair, track: Track) -> bool:
    state, stage = pair
    if figure.stage_at_least:
        line = track.line
        return figure.stage_at_least in line and line.index(stage) >= line.index(figure.stage_at_least)
    exit_class = track.states[state].exit
    return (
        bool(figure.all)
        or state in (figure.states or ())
        or (exit_class is not None and exit_class in (figure.exits or ()))
    )
