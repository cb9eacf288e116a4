"""A day of reports that is lived twice: under a clock that runs, and under one that stood still for a while."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from rules.time import MINUTE, Instant, at
from tests.workflow.closing.story import Days
from tests.workflow.world import World
from workflow.tables import Escalation, EscalationStep, Task, Team

Deeds: TypeAlias = Mapping[str, Callable[[Days], object]]
"""What people do, by the minute at which it is recorded."""
Called: TypeAlias = tuple[str, str, Instant, int, Instant]
"""A level by rule, subject, anchor and number, with the instant from which it counts."""


def minutes(since: str, until: str, *, every: int = 5, stopped: tuple[str, str] | None = None) -> list[Instant]:
    """Return when the clock looks: every few minutes, but not from the first instant of `stopped` (not counted) to before the last."""
    looks = [*range(at(since), at(until) + 1, every * MINUTE)]
    if stopped is None:
        return looks
    first, last = map(at, stopped)
    return [moment for moment in looks if not first < moment < last]


def live(days: Days, looks: Iterable[Instant], deeds: Deeds) -> None:
    """Live through a day: at each instant the clock looks first, then people act."""
    people = {at(moment): deed for moment, deed in deeds.items()}
    looking = set(looks)
    for moment in sorted({*looking, *people}):
        days.world.clock.move_to(moment)
        if moment in looking:
            days.world.tick()
        if moment in people:
            people[moment](days)


def called(world: World) -> set[Called]:
    """Return every level of every ladder over tasks, teams and the campaign."""
    named = names(world)
    return {
        (step.rule_id, named[step.subject_id], step.anchor, step.level, step.due_at)
        for step in world.rows(EscalationStep)
        if step.subject_id in named
    }


def left(world: World) -> set[tuple[str, str, Instant, int, bool, str | None]]:
    """Return how each of those episodes stands: rule, subject, anchor, level, whether it is open, and why not."""
    named = names(world)
    return {
        (one.rule_id, named[one.subject_id], one.anchor, one.level, one.is_open, one.closed_because)
        for one in world.rows(Escalation)
        if one.subject_id in named
    }


def names(world: World) -> dict[uuid.UUID, str]:
    """Return what tasks, teams and the campaign are called, alike in every world."""
    tasks = {task.id: f"{task.item} {task.occurrence} {task.scope}".replace("  ", " ") for task in world.rows(Task)}
    return tasks | {team.id: team.code for team in world.rows(Team)} | {world.campaign_id: "campaign"}
