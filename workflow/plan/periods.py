"""The periods of a campaign: from cut-off to cut-off, as the duty to report recurs, and one last count after the last of them."""

from dataclasses import dataclass
from typing import Final

from rules.deadlines import Every, Window, occurrences, parse, parse_every
from rules.deadlines.recurrence import remainder
from rules.pack import Pack
from rules.pack.model import Duty
from rules.time import Instant
from workflow.errors import NotFound
from workflow.plan.schedule import ONCE, Slot, slots_of_duty

FINAL: Final = "final"
"""What the last count is called: the work after the last cut-off."""
_COLLECT: Final = "collect"


_known: dict[int, tuple[Pack, "tuple[ClosePeriod, ...]"]] = {}
"""The periods of each pack that was asked for, with the pack itself; a server knows a handful."""


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    """A period that is closed once: work from `opens_at` up to but not including `cut_off`, known before `due_at`.

    `item` and `occurrence` name the duty by which teams send (empty: nobody is asked to). The last count may be due after its
    cut-off: what is entered until then about the time before still belongs to it.
    """

    key: str
    item: str
    occurrence: str
    opens_at: Instant
    cut_off: Instant
    due_at: Instant
    internal_due_at: Instant | None = None
    is_relayed: bool = False
    """Whether another post forwards what the teams send."""

    @property
    def is_final(self) -> bool:
        """Whether it is the last count."""
        return self.key == FINAL


def periods_of(pack: Pack) -> tuple[ClosePeriod, ...]:
    """Return the pack's periods in order. A pack without a duty that recurs has one a day, cut at the hour of its reporting."""
    known = _known.get(id(pack))
    if known is None or known[0] is not pack:
        known = _known[id(pack)] = pack, _made(pack)
    return known[1]


def period_called(pack: Pack, key: str) -> ClosePeriod:
    """Return the period of that key; NotFound if there is none."""
    found = next((period for period in periods_of(pack) if period.key == key), None)
    if found is None:
        raise NotFound
    return found


def period_of_task(pack: Pack, item: str, occurrence: str) -> ClosePeriod | None:
    """Return the period on which an occurrence of a duty reports; None if it is no report of figures."""
    return next(
        (one for one in periods_of(pack) if one.item and (one.item, one.occurrence) == (item, occurrence)), None
    )


def period_running(pack: Pack, now: Instant) -> ClosePeriod | None:
    """Return the period whose cut-off comes next, once it has begun; else the last one that has begun. None before the first."""
    begun = [period for period in periods_of(pack) if period.opens_at <= now]
    return begun[-1] if begun else None


def _made(pack: Pack) -> tuple[ClosePeriod, ...]:
    duties = [(duty, slots_of_duty(duty, pack)) for duty in pack.model.plan.duties]
    daily = next(((duty, slots) for duty, slots in duties if slots[0].occurrence != ONCE), None)
    if daily is None:
        return tuple(_by_the_hour(pack))
    found = [_of_slot(daily[0], slot, slot.occurrence) for slot in daily[1]]
    last = found[-1].cut_off
    for duty, slots in duties:
        slot = slots[0]
        if slot.occurrence == ONCE and slot.period_from is not None and slot.period_from >= last:
            return (*found, _of_slot(duty, slot, FINAL))
    end = _window_of(pack, daily[0]).closes_at
    return (*found, ClosePeriod(FINAL, "", "", last, end, end)) if last < end else tuple(found)


def _by_the_hour(pack: Pack) -> list[ClosePeriod]:
    named = pack.windows.get(_COLLECT)
    window = pack.span if named is None else named.span
    days = occurrences(window, Every("day"), parse(pack.model.pack.reporting.cut_off), pack.calendar)
    found = [ClosePeriod(day.key, "", "", day.period_from, day.period_to, day.due_at) for day in days]
    rest = remainder(window, days)
    return [*found, ClosePeriod(FINAL, "", "", rest[0], rest[1], rest[1])] if rest else found


def _window_of(pack: Pack, duty: Duty) -> Window:
    name = parse_every(duty.every).window
    return pack.span if name is None else pack.windows[name].span


def _of_slot(duty: Duty, slot: Slot, key: str) -> ClosePeriod:
    opens = slot.opens_at if slot.period_from is None else slot.period_from
    due = opens if slot.due_at is None else slot.due_at
    until = due if slot.period_to is None else slot.period_to
    return ClosePeriod(
        key, duty.id, slot.occurrence, opens, until, max(due, until), slot.internal_due_at, duty.relay is not None
    )
