"""When a task is likely to be finished: from the figures it waits for, and from what must be closed before it. Pure.

A task that figures close is forecast by their pace. Any other is taken to be finished on its deadline, or today where that has passed;
that is a supposition, which is told to nobody and only carries on what comes before. Nothing is finished before what must come first: a
late predecessor makes the next one late once it reaches beyond its deadline. A predecessor without deadline and figures says nothing.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from rules.time import Instant
from workflow.days import local_day

Key = TypeVar("Key", bound=Hashable)
Ground = Literal["figures", "before", "supposed"]
Lack = Literal["few_days", "still", "unknown", "before"]
"""Why there is none: no whole day of work yet, no progress in them, figures that nobody can count, or a predecessor without one."""


@dataclass(frozen=True, slots=True)
class ByFigures:
    """What figures say of a task: the local day on which the pace of the last whole `days` closes it, or what is lacking.

    `lacking` of `of` places have no forecast: a row of many teams is as late as its last.
    """

    day: int | None
    days: int
    lack: Lack | None = None
    lacking: int = 0
    of: int = 1


@dataclass(frozen=True, slots=True)
class Open:
    """An open task, or a row of them. `label` is kept for whom it holds up."""

    due_at: Instant | None
    figures: ByFigures | None = None


@dataclass(frozen=True, slots=True)
class Forecast(Generic[Key]):
    """The local day of the finish, how many days that is after the deadline, and what it rests on (`behind`: the one before).

    `day` is None where there is none; `lack` says why, or is None too where neither figures nor predecessors say anything.
    """

    day: int | None
    late: int
    ground: Ground
    days: int = 0
    behind: Key | None = None
    lack: Lack | None = None
    lacking: int = 0
    of: int = 1

    @property
    def is_told(self) -> bool:
        """Whether it rests on more than the plan's own deadlines: only then is it worth a sentence."""
        return self.lack is not None or (self.ground != "supposed" and self.day is not None)


def forecasts(
    tasks: Mapping[Key, Open], before: Mapping[Key, Sequence[Key]], *, today: int
) -> dict[Key, Forecast[Key]]:
    """Return the forecast of every open task. `before` has the open predecessors of each; those not in `tasks` are closed.

    Each task is looked at once, however long the chain. A circle, which no plan can open, holds nobody up.
    """
    found: dict[Key, Forecast[Key]] = {}
    for start in tasks:
        waiting: list[Key] = [start]
        entered: set[Key] = set()
        while waiting:
            key = waiting[-1]
            rest = [one for one in before.get(key, ()) if one in tasks and one not in found and one not in entered]
            entered.add(key)
            if rest and key not in found:
                waiting += rest
                continue
            waiting.pop()
            if key not in found:
                firsts = [(one, found[one]) for one in before.get(key, ()) if one in found]
                found[key] = _forecast(tasks[key], firsts, today)
    return found


def _forecast(task: Open, firsts: Sequence[tuple[Key, Forecast[Key]]], today: int) -> Forecast[Key]:
    last_day = None if task.due_at is None else local_day(task.due_at - 1)
    own, by_figures = None if last_day is None else max(last_day, today), task.figures
    if by_figures is not None:
        own = by_figures.day
        if own is None:
            return Forecast(
                None, 0, "figures", by_figures.days, None, by_figures.lack, by_figures.lacking, by_figures.of
            )
    held_up = next((key for key, first in firsts if first.lack is not None), None)
    if held_up is not None:
        return Forecast(None, 0, "before", behind=held_up, lack="before")
    behind, day = max(
        ((key, first.day) for key, first in firsts if first.day is not None),
        key=lambda one: one[1],
        default=(None, None),
    )
    if behind is not None and day is not None and (own is None or day > own):
        return Forecast(day, _late(day, last_day), "before", behind=behind)
    ground: Ground = "supposed" if by_figures is None else "figures"
    return Forecast(own, _late(own, last_day), ground, by_figures.days if by_figures else 0)


def _late(day: int | None, last_day: int | None) -> int:
    return 0 if day is None or last_day is None else max(day - last_day, 0)
