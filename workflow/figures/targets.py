"""Goals: how many people are needed, how many are still missing, and whether the goal can still be reached at all.

All in integers: "more than 95 percent of 4.546" needs 4.319 people, the first whole number above 4.318,7.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from rules.pack.model import Target
from rules.said import Figure, Said, all_of
from workflow.figures.numbers import integer_vi, percent_vi, read_percent
from workflow.figures.values import Figures, cells_of, discreet_group


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """Where a target stands.

    `count` is None for somebody else's figure that was not imported; `monitor` is then what is watched instead. `needed` is None
    while the goal has no number, or nobody is listed yet. `highest` is the count if everybody whom somebody still has to meet came in.
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

    def to_json(self) -> dict[str, Any]:
        """Return the status as JSON-ready data."""
        return {name: getattr(self, name) for name in self.__slots__}

    def sentence(self) -> str:
        """Return the status as one sentence."""
        named = {"id": self.id, "label": self.label}
        if self.base == 0:
            return Said("%(id)s. %(label)s: chưa có ai trong danh sách nên chưa tính.", **named)
        if self.needed is None:
            return Said("%(id)s. %(label)s: chưa có con số chỉ tiêu; nhập chỉ tiêu được giao rồi xem lại.", **named)
        seen = self.count if self.count is not None else self.monitor
        if seen is None:
            return Said("%(id)s. %(label)s: chưa có số liệu của cơ quan chủ quản.", **named)
        return Said(
            "%(id)s. %(label)s: %(counted)s; %(stands)s.",
            **named,
            counted=self._counted(seen),
            stands=self._stands(self.needed),
        )

    def _counted(self, seen: int) -> str:
        share = percent_vi(seen, self.base) if self.base else None
        counted: str = Figure(integer_vi(seen))
        if self.base is not None:
            counted = Said("%(n)s trên %(base)s", n=counted, base=Figure(integer_vi(self.base)))
        if share:
            counted = Said("%(counted)s (%(share)s)", counted=counted, share=Figure(share))
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


def _status(figures: Figures, target: Target) -> TargetStatus:
    policy = next((p for p in figures.pack.model.figures.policies if p.id == target.policy), None)
    base = figures.value(policy.base) if policy else figures.total
    count = figures.value(target.count)
    monitor = figures.value(target.monitor) if target.monitor else None
    needed = needed_for(figures, target, base) if base else None
    seen = count if count is not None else monitor
    highest = highest_reachable(figures, target.monitor if count is None and target.monitor else target.count)
    is_met = needed is not None and count is not None and count >= needed
    return TargetStatus(
        id=target.id,
        label=target.label.said,
        count=count,
        base=base,
        policy=target.policy,
        needed=needed,
        missing=None if needed is None or seen is None else max(0, needed - seen),
        highest=highest,
        is_met=is_met,
        is_reachable=None if needed is None else is_met or highest >= needed,
        monitor=monitor,
        source=target.source,
    )


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


def highest_reachable(figures: Figures, figure_id: str) -> int:
    """Return what a figure comes to if everybody whom somebody still has to meet is won.

    Those who ended contact count with those not yet met, as everywhere: the forecast must not tell them apart.
    """
    counted = cells_of(figures.pack, figure_id)
    tracks = {track for track, _ in counted} or {figures.pack.main_track.id}
    highest = 0
    for name in tracks:
        track = figures.pack.tracks[name]
        states = {state for of, state in counted if of == name}
        highest += figures.count_states(track, states | {*track.open_states} | discreet_group(figures.pack, track))
    return highest
