"""Goals: how many people are needed, how many are still missing, and whether the goal can still be reached at all.

All in integers: "more than 95 percent of 4.546" needs 4.319 people, the first whole number above 4.318,7. A goal is judged by the
policy the pack gives it; how it would stand under every other one is told beside it (`standings`), because the same people meet or
miss a goal by that choice alone.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from rules.deadlines import due_at, parse
from rules.pack.model import Policy, Target
from rules.said import Figure, Said, all_of
from rules.time import Instant
from workflow.days import days_left
from workflow.figures.ceiling import Reach, Reading, left_in_words, reach_of, readings_of, required_pace
from workflow.figures.imported import Told
from workflow.figures.values import Figures, figure_of
from workflow.numbers import integer_vi, percent_vi, read_percent


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """Where a target stands.

    `count` is None for somebody else's figure that was not imported; `monitor` is then what is watched instead. `needed` is None
    while the goal has no number, or nobody is listed yet. `highest` is the count if everybody whom somebody still has to meet came in;
    `left` and `recoverable` say who they are, `readings` how else it may be read. `pace` is what each of the `days_left` would have to
    bring: None when that is needless, too late or impossible. `told` says whose figure `count` is, if it is somebody else's.
    """

    id: str
    label: str
    count: int | None
    base: int | None
    policy: str | None
    needed: int | None
    missing: int | None
    highest: int
    is_met: bool
    is_reachable: bool | None
    monitor: int | None
    source: str
    policy_label: str | None = None
    left: int = 0
    recoverable: int = 0
    readings: tuple[Reading, ...] = ()
    due_at: Instant | None = None
    days_left: int = 0
    pace: int | None = None
    told: Told | None = None
    left_words: str = ""
    is_strict: bool = False

    @property
    def seen(self) -> int | None:
        """What is watched: the count, or the monitor while the count is not there."""
        return self.count if self.count is not None else self.monitor

    @property
    def percent(self) -> str | None:
        """The share of what is watched; it is never told without `base` and `policy_label`."""
        return percent_vi(self.seen, self.base) if self.seen is not None and self.base else None

    def to_json(self) -> dict[str, Any]:
        """Return the status as JSON-ready data."""
        return {
            **{name: getattr(self, name) for name in self.__slots__ if name not in ("readings", "told")},
            "readings": [reading.to_json() for reading in self.readings],
            "told": self.told.to_json() if self.told else None,
        }

    def sentence(self) -> str:
        """Return the status as one sentence."""
        named = {"id": self.id, "label": self.label}
        if self.base == 0:
            return Said("%(id)s. %(label)s: chưa có ai trong danh sách nên chưa tính.", **named)
        if self.needed is None:
            return Said("%(id)s. %(label)s: chưa có con số chỉ tiêu; nhập chỉ tiêu được giao rồi xem lại.", **named)
        seen = self.seen
        if seen is None:
            return Said("%(id)s. %(label)s: chưa có số liệu của cơ quan chủ quản.", **named)
        return Said(
            "%(id)s. %(label)s: %(counted)s; %(stands)s.",
            **named,
            counted=self._counted(seen),
            stands=self._stands(self.needed),
        )

    def verdict(self) -> str | None:
        """Return why the goal cannot be reached: who is left, and how many are missing; None while it can or is met."""
        if self.is_reachable is not False:
            return None
        return Said(
            "Chỉ tiêu không thể đạt: còn %(left)s, thiếu %(missing)s.",
            left=self.left_words,
            missing=Figure(integer_vi(self.missing or 0)),
        )

    def order(self) -> str | None:
        """Return what each day that is left has to bring; None where there is nothing sensible to ask for."""
        if self.pace is None:
            return None
        return Said(
            "mỗi ngày cần %(pace)s trong %(days)s ngày còn lại", pace=Figure(integer_vi(self.pace)), days=self.days_left
        )

    def _counted(self, seen: int) -> str:
        counted: str = Figure(integer_vi(seen))
        if self.base is not None:
            counted = Said("%(n)s trên %(base)s", n=counted, base=Figure(integer_vi(self.base)))
        if self.percent and self.policy_label:
            counted = Said(
                "%(counted)s (%(share)s, tính %(policy)s)",
                counted=counted,
                share=Figure(self.percent),
                policy=self.policy_label,
            )
        elif self.percent:
            counted = Said("%(counted)s (%(share)s)", counted=counted, share=Figure(self.percent))
        if self.count is not None:
            return counted
        return Said("chưa có số liệu của cơ quan chủ quản; theo dõi bằng số đã tham gia: %(counted)s", counted=counted)

    def _stands(self, needed: int) -> str:
        if self.is_met:
            return Said("đạt (cần %(needed)s)", needed=Figure(integer_vi(needed)))
        lacking = Said(
            "cần %(needed)s, còn thiếu %(missing)s",
            needed=Figure(integer_vi(needed)),
            missing=Figure(integer_vi(self.missing or 0)),
        )
        if self.is_reachable:
            return lacking
        reach = Said("cao nhất chỉ còn có thể %(highest)s, không thể đạt", highest=Figure(integer_vi(self.highest)))
        return all_of([lacking, reach])


def target_statuses(figures: Figures, *, only: Collection[str] | None = None) -> list[TargetStatus]:
    """Return where every target of the pack stands, or those whose ids are in `only`."""
    targets = figures.pack.model.figures.targets
    return [_status(figures, target) for target in targets if only is None or target.id in only]


def policy_of_target(figures: Figures, target: Target) -> Policy | None:
    """Return the policy by which the pack judges a target."""
    return next((policy for policy in figures.pack.model.figures.policies if policy.id == target.policy), None)


def watched_figure(figures: Figures, target: Target) -> str:
    """Return the figure whose pace and ceiling are watched: the target's monitor if it has one, for that one is ours."""
    return target.monitor or target.count


class Outlook(NamedTuple):
    """How far what is watched can still come, and what the target needs of its base (None: it has no number, or nobody is listed)."""

    base: int | None
    reach: Reach
    needed: int | None
    readings: tuple[Reading, ...]
    is_reachable: bool | None


def outlook(figures: Figures, target: Target) -> Outlook:
    """Return what can be said of a target from figures of ours alone; a base that grows with whoever is won is taken as it then is."""
    policy, goal = policy_of_target(figures, target), goal_of(figures, target)
    base = figures.value(policy.base) if policy else figures.total
    reach = reach_of(figures, watched_figure(figures, target), policy.base if policy else None)
    if not base:
        return Outlook(base, reach, None, readings_of(reach, base, None), None)
    needed, readings = goal(base), readings_of(reach, base, goal(base + reach.growth))
    return Outlook(base, reach, needed, readings, None if needed is None else is_reachable(reach, base, goal))


def _status(figures: Figures, target: Target) -> TargetStatus:
    policy, goal = policy_of_target(figures, target), goal_of(figures, target)
    base, reach, needed, readings, can_be = outlook(figures, target)
    count = figures.value(target.count)
    monitor = figures.value(target.monitor) if target.monitor else None
    seen = count if count is not None else monitor
    is_met = needed is not None and count is not None and count >= needed
    until = window_end(figures, target)
    days = days_left(max(figures.cut.as_of, _window_start(figures)), until)
    return TargetStatus(
        id=target.id,
        label=target.label.said,
        count=count,
        base=base,
        policy=target.policy,
        needed=needed,
        missing=None if needed is None or seen is None else max(0, needed - seen),
        highest=reach.highest,
        is_met=is_met,
        is_reachable=is_met or can_be,
        monitor=monitor,
        source=target.source,
        policy_label=policy.label.said if policy else None,
        left=reach.left,
        recoverable=reach.recoverable,
        readings=readings,
        due_at=until,
        days_left=days,
        pace=None if is_met else _pace(reach, base, goal, days),
        told=_told(figures, target),
        left_words=left_in_words(reach),
        is_strict=target.more_than is not None,
    )


Goal = Callable[[int], int | None]
"""From a base to the smallest count that meets the target; None while the target has no number."""


def goal_of(figures: Figures, target: Target) -> Goal:
    """Return how many a target needs of a base."""
    return lambda base: needed_for(figures, target, base)


def is_reachable(reach: Reach, base: int, goal: Goal) -> bool:
    """Whether the goal can still be reached; a base that grows with whoever is won is taken as large as it then is."""
    needed = goal(base + reach.growth)
    return needed is not None and reach.highest >= needed


def to_win(reach: Reach, base: int, goal: Goal) -> int | None:
    """Return the fewest who must still be won: first those already in the base, then those with whom it grows. None: no goal."""
    needed = goal(base)
    if needed is None:
        return None
    inside = reach.left + reach.recoverable - reach.growth
    if needed - reach.seen <= inside:
        return max(0, needed - reach.seen)
    low, high = 0, reach.growth
    while low < high:
        middle = (low + high) // 2
        if reach.seen + inside + middle >= (goal(base + middle) or 0):
            high = middle
        else:
            low = middle + 1
    return inside + low


def _pace(reach: Reach, base: int | None, goal: Goal, days: int) -> int | None:
    if not base or not is_reachable(reach, base, goal):
        return None
    return required_pace(to_win(reach, base, goal) or 0, days, reach.left + reach.recoverable)


def window_end(figures: Figures, target: Target) -> Instant:
    """Return the exclusive instant until which a target may be met: its own deadline, else the end of collecting."""
    pack = figures.pack
    own = due_at(parse(target.due), pack.calendar) if target.due else None
    return own or pack.campaign_facts().get("campaign.collect_until") or pack.span.closes_at


def _window_start(figures: Figures) -> Instant:
    return figures.pack.campaign_facts().get("campaign.collect_from", figures.pack.span.opens_at)


def _told(figures: Figures, target: Target) -> Told | None:
    return figures.imported(target.count) if figure_of(figures.pack, target.count).external else None


def needed_for(figures: Figures, target: Target, base: int) -> int | None:
    """Return the smallest count that meets the target; None while a parameter it refers to has no number."""
    if target.more_than is not None:
        units, decimals = _percent(target.more_than)
        return units * base // _whole(decimals) + 1
    if target.at_least is None:
        return base
    text: object = target.at_least
    if target.at_least.startswith("parameter "):
        name = target.at_least.removeprefix("parameter ").strip()
        text = (figures.campaign.parameters or {}).get(name, figures.pack.parameters.get(name))
    try:
        units, decimals = _percent(str(text))
    except ValueError:
        return None
    return -(-units * base // _whole(decimals))


def _whole(decimals: int) -> int:
    whole: int = 100 * 10**decimals
    return whole


def _percent(text: str) -> tuple[int, int]:
    return read_percent(text.removesuffix("percent"))
