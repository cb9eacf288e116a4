"""The same goal under every denominator the pack declares: whether it is met, how many are missing, how far it can come.

A policy stands in the table of a goal if its base holds everybody whom the goal counts, and more. For somebody else's figure (who
approved) there is always the reading of those who took part besides: both are told, for the paper does not say which is meant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.pack import Pack
from rules.pack.model import Target
from rules.said import Said
from workflow.figures.ceiling import Reach, reach_of
from workflow.figures.targets import TargetStatus, goal_of, is_reachable, target_statuses, watched_figure
from workflow.figures.values import Figures, figure_of, is_counted
from workflow.numbers import percent_vi

OF_PARTICIPANTS = "participants"


@dataclass(frozen=True, slots=True)
class Standing:
    """A goal divided by one base. `count` is what was counted, or what is watched while somebody else's figure is missing.

    `is_met` is None then. `highest` of `highest_base` is the ceiling; a base that grows with whoever is won is told as it then is.
    `is_declared` marks the policy by which the pack judges the goal.
    """

    policy: str
    label: str
    base: int
    needed: int | None
    count: int
    percent: str | None
    missing: int | None
    is_met: bool | None
    highest: int
    highest_base: int
    highest_percent: str | None
    is_reachable: bool | None
    is_declared: bool

    def to_json(self) -> dict[str, Any]:
        """Return the standing as JSON-ready data."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Judged:
    """A target with its standings."""

    target: Target
    status: TargetStatus
    standings: tuple[Standing, ...]

    @property
    def depends_on_the_base(self) -> bool:
        """Whether the choice of the base alone decides if the goal is met, or can be."""
        told = {(one.is_met, one.is_reachable) for one in self.standings}
        return len(told) > 1


def judged_targets(figures: Figures) -> tuple[Judged, ...]:
    """Return every target of the pack with its standing under each policy that suits it. For the whole unit."""
    statuses = target_statuses(figures)
    return tuple(
        Judged(target, status, tuple(standings(figures, target, status)))
        for target, status in zip(figures.pack.model.figures.targets, statuses, strict=True)
    )


def standings(figures: Figures, target: Target, status: TargetStatus) -> Iterator[Standing]:
    """Yield how a target stands under each policy, that of the pack first."""
    seen = status.seen
    if seen is None:
        return
    policies = figures.pack.model.figures.policies
    suiting = [p for p in policies if p.id == target.policy or _suits(figures.pack, target, p.base)]
    for policy in sorted(suiting, key=lambda p: p.id != target.policy):
        base = figures.value(policy.base)
        if base:
            reach = reach_of(figures, watched_figure(figures, target), policy.base)
            is_declared = policy.id == target.policy
            yield _standing(figures, target, status, policy.id, policy.label.said, base, reach, is_declared=is_declared)
    if status.count is not None and status.monitor:
        reach = reach_of(figures, watched_figure(figures, target))
        everybody = Reach(reach.seen, 0, reach.left, reach.recoverable, reach.left + reach.recoverable)
        words = Said("trên số đã tham gia")
        yield _standing(
            figures, target, status, OF_PARTICIPANTS, words, status.monitor, everybody, is_declared=False
        )  # fmt: skip


def _standing(
    figures: Figures,
    target: Target,
    status: TargetStatus,
    policy: str,
    label: str,
    base: int,
    reach: Reach,
    *,
    is_declared: bool,
) -> Standing:
    goal, count = goal_of(figures, target), status.seen or 0
    needed = goal(base)
    is_met = None if needed is None or status.count is None else count >= needed
    return Standing(
        policy=policy,
        label=label,
        base=base,
        needed=needed,
        count=count,
        percent=percent_vi(count, base),
        missing=None if needed is None else max(0, needed - count),
        is_met=is_met,
        highest=reach.highest,
        highest_base=base + reach.growth,
        highest_percent=percent_vi(reach.highest, base + reach.growth),
        is_reachable=None if needed is None else bool(is_met) or is_reachable(reach, base, goal),
        is_declared=is_declared,
    )


def _suits(pack: Pack, target: Target, base: str) -> bool:
    """Whether a base holds everybody whom the target counts, and somebody more."""
    counted = target.monitor or target.count
    if figure_of(pack, counted).declared is not None:
        return False
    inside = more = False
    for track in pack.tracks.values():
        for state in track.states:
            for stage in {track.stage_after(before, state) for before in track.line}:
                is_in = is_counted(pack, base, track.id, state, stage)
                if is_counted(pack, counted, track.id, state, stage):
                    if not is_in:
                        return False
                    inside = True
                else:
                    more = more or is_in
    return inside and more


__all__ = ["OF_PARTICIPANTS", "Judged", "Standing", "judged_targets", "standings"]
