"""Everything about the national system's numbers on one page: the newest against the ledger, the areas, and what was entered."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor
from workflow.closing.area_counts import AreaCounts, area_counts
from workflow.closing.quick_answer import SystemNumber, system_number
from workflow.closing.system_counts import PAGE, Counted, require_reader, system_counts
from workflow.queries.campaigns import CampaignContext
from workflow.queries.open_work import clockwork


@dataclass(frozen=True, slots=True)
class CounterPage:
    """The page's data, as known at `ledger_no`. `counts` are a page of entries; `has_more`: there are older ones."""

    ledger_no: int
    system: SystemNumber | None
    areas: AreaCounts
    counts: tuple[Counted, ...]
    has_more: bool

    @property
    def may_settle(self) -> bool:
        """Whether the newest number of the unit has everybody whom the ledger has, and some of them wait."""
        system = self.system
        return system is not None and system.difference.waiting > 0 <= system.difference.difference


def counter_page(
    session: Session, actor: Actor, context: CampaignContext, *, now: Instant, page: int = 1
) -> CounterPage:
    """Return the page; NotFound for whoever may not read the unit's numbers. Nine statements at most."""
    require_reader(actor)
    newest = clockwork(session, context.unit_id).ledger_no
    found = system_counts(session, actor, context, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return CounterPage(
        ledger_no=newest,
        system=system_number(session, context, now=now, newest=newest),
        areas=area_counts(session, context, now=now, last_no=newest),
        counts=tuple(found[:PAGE]),
        has_more=len(found) > PAGE,
    )
