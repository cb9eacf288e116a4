"""When the items of a plan open and fall due, as instants. Everything follows from the pack and its calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.deadlines import (
    DailyTime,
    Deadline,
    Every,
    MonthlyDay,
    Occurrence,
    Window,
    Within,
    due_at,
    due_on,
    occurrences,
    parse,
    parse_every,
)
from rules.pack import Pack
from rules.pack.model import Duty, PlanTask
from rules.time import Instant
from workflow.plan.scopes import UNIT

ONCE: Final = "once"


@dataclass(frozen=True, slots=True)
class Slot:
    """When one task of the plan may be worked on and must be handed over; all instants, deadlines exclusive.

    `occurrence` is empty for a task, the period's key for a duty. A duty's occurrence reports on the work done from
    `period_from` up to but not including `period_to`.
    """

    occurrence: str
    opens_at: Instant
    due_at: Instant | None
    internal_due_at: Instant | None = None
    period_from: Instant | None = None
    period_to: Instant | None = None


def slot_of_task(task: PlanTask, pack: Pack) -> Slot:
    """Return when `task` opens (the start of the campaign if the plan does not say) and falls due.

    `within 2 working days of <event>` counts from a date of the campaign, or once the task of that name is done; until then
    there is no deadline. `2 working days` counts from the opening.
    """
    opens = _fixed(task.opens, pack) or pack.span.opens_at
    spec = parse(task.due)
    since = opens if isinstance(spec, Within) and spec.event is None else event_at(spec, pack)
    return Slot("", opens, due_at(spec, pack.calendar, since=since))


def event_at(spec: Deadline, pack: Pack) -> Instant | None:
    """Return the instant of the campaign that a relative deadline counts from: `starts_at`, `collect_until` …; else None."""
    if not isinstance(spec, Within) or spec.event is None:
        return None
    name = spec.event.removeprefix("campaign.")
    return pack.campaign_facts().get(f"campaign.{name}")


def tasks_due_after(item: str, pack: Pack) -> list[PlanTask]:
    """Return the tasks whose deadline counts from the completion of task `item`."""
    specs = [(task, parse(task.due)) for task in pack.model.plan.tasks]
    return [
        task for task, spec in specs if isinstance(spec, Within) and spec.event == item and event_at(spec, pack) is None
    ]


def due_after(task: PlanTask, done_at: Instant, pack: Pack) -> Instant | None:
    """Return the deadline of a task that counts from the completion of another one."""
    return due_at(parse(task.due), pack.calendar, since=done_at)


def counts_from(item: PlanTask | Duty, pack: Pack) -> str | None:
    """Return the item from whose completion the deadline of another one counts; None if it counts from nothing of the plan."""
    spec = parse(item.due)
    is_relative = isinstance(item, PlanTask) and isinstance(spec, Within) and event_at(spec, pack) is None
    return spec.event if is_relative and isinstance(spec, Within) else None


def due_once_done(item: PlanTask, scope: str, done: Mapping[tuple[str, str], Instant], pack: Pack) -> Instant | None:
    """Return the deadline that counts from the completion of another item, in its own scope or the unit's; None until that is done.

    `done` has by item and scope when tasks were done. A task of the unit counts from the last of a task of many places.
    """
    event = counts_from(item, pack)
    own = [done[key] for key in ((str(event), scope), (str(event), UNIT)) if key in done]
    if not own and scope == UNIT:
        own = sorted((at for (name, _), at in done.items() if name == event), reverse=True)
    return due_after(item, own[0], pack) if own else None


def slots_of_duty(duty: Duty, pack: Pack) -> list[Slot]:
    """Return every occurrence of `duty`, in order.

    A `once` duty whose plan names an opening reports on the work from that opening on. Raises DeadlineError if the wordings do
    not fit each other; the pack's own check has said so before.
    """
    every = parse_every(duty.every)
    found = occurrences(_window(every, pack), every, parse(duty.due), pack.calendar)
    return [_slot(duty, one, pack) for one in found]


def duties_with_slots(pack: Pack) -> list[tuple[Duty, list[Slot]]]:
    """Return every duty of `pack` with its occurrences, in order."""
    if pack.hash not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[pack.hash] = [(duty, slots_of_duty(duty, pack)) for duty in pack.duties]
    return _kept[pack.hash]


MOST_KEPT: Final = 64
_kept: dict[str, list[tuple[Duty, list[Slot]]]] = {}
"""Every duty with its occurrences, by pack: a published pack never changes, and a year of them takes a while to work out."""


def _slot(duty: Duty, one: Occurrence, pack: Pack) -> Slot:
    opens = max(one.opens_at, _clock_or_fixed(duty.opens, one, pack) or one.opens_at)
    return Slot(
        occurrence=one.key,
        opens_at=opens,
        due_at=one.due_at,
        internal_due_at=_clock_or_fixed(duty.internal_due, one, pack),
        period_from=opens if one.key == ONCE else one.period_from,
        period_to=one.period_to,
    )


def _window(every: Every, pack: Pack) -> Window:
    """Return the window a duty recurs in: the one it names, else the whole campaign."""
    return pack.span if every.window is None else pack.windows[every.window].span


def _clock_or_fixed(text: str | None, one: Occurrence, pack: Pack) -> Instant | None:
    if text is None:
        return None
    spec = parse(text)
    if isinstance(spec, DailyTime | MonthlyDay):
        return due_on(spec, one.day)
    return due_at(spec, pack.calendar, since=one.opens_at)


def _fixed(text: str | None, pack: Pack) -> Instant | None:
    if text is None:
        return None
    spec = parse(text)
    return due_at(spec, pack.calendar, since=event_at(spec, pack))
