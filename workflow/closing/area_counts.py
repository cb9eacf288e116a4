"""The national system's numbers of the areas beside the ledger as the last cut-off left it.

Below the unit people stand still between cut-offs, so an area is compared with its last one, whatever instant the system's number
speaks of: what was done between the two is part of the difference, and the page says so. A lag under the pack's `small_cell` is
told as that only.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.headline import count_of, headline_of, lags
from workflow.closing.system_counts import Counted, newest_of_areas
from workflow.figures.campaign_overview import last_cut_off
from workflow.figures.counts import count_at
from workflow.figures.replay import Cut
from workflow.figures.values import Figures
from workflow.ledger.book import ledger_no_at
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import Place, places_of


@dataclass(frozen=True, slots=True)
class AreaCount:
    """An area with the system's newest number (None: none yet) and the ledger's at the cut-off (None: no cut-off yet).

    `waiting` is how many of `ledger` wait to be deducted, None where so few do that it is not told.
    """

    area: Place
    counted: Counted | None
    ledger: int | None
    waiting: int | None

    @property
    def difference(self) -> int | None:
        """How many more the system has."""
        return None if self.counted is None or self.ledger is None else self.counted.n - self.ledger


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """All areas of a unit at a cut-off. `missing` have no number of the system yet, though others have."""

    cut_off: Instant | None
    areas: tuple[AreaCount, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the areas without a number; empty as long as none has one."""
        without = [one.area.name for one in self.areas if one.counted is None]
        return tuple(without) if len(without) < len(self.areas) else ()

    @property
    def is_empty(self) -> bool:
        """Whether no area has a number."""
        return all(one.counted is None for one in self.areas)


def area_counts(session: Session, context: CampaignContext, *, now: Instant, last_no: int) -> AreaCounts:
    """Return the open areas in the printed order; `last_no` is the unit's newest ledger number.

    Five statements at most, however many there are. Whoever shows it asks who may read it.
    """
    newest = newest_of_areas(session, context, until=now)
    places = places_of(session, context.unit_id, "area", only_open=True)
    if not newest:
        return AreaCounts(None, tuple(AreaCount(place, None, None, None) for place in places))
    cut_off = last_cut_off(context, now)
    figures = None if cut_off is None else _figures(session, context, cut_off, last_no)
    return AreaCounts(cut_off, tuple(_area(context, place, newest.get(place.id), figures) for place in places))


def _figures(session: Session, context: CampaignContext, cut_off: Instant, last_no: int) -> Figures:
    then = ledger_no_at(session, context.unit_id, cut_off)
    cut = Cut(cut_off, then)
    by = ("track", "state", "stage", "unnamed", "area")
    cells = count_at(session, context.unit_id, context.id, cut, newest=last_no, then=then, by=by)
    return Figures(session, context, context.pack, cut, cells)


def _area(context: CampaignContext, place: Place, counted: Counted | None, figures: Figures | None) -> AreaCount:
    if figures is None:
        return AreaCount(place, counted, None, None)
    own = [cell for cell in figures.cells if cell.area == place.id]
    there = replace(figures, cells=own, area_id=place.id, _known={})
    waiting = sum(lag.n for lag in lags(there))
    small = 0 < waiting < context.pack.model.pack.small_cell
    return AreaCount(place, counted, count_of(there, headline_of(context.pack)), None if small else waiting)
