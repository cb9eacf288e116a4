"""Whether the clock still looks: the one definition, for pages, the overview and the doctor.

The unit's ticks are stamped with the unit's own time, so a rehearsal with a shifted clock is compared with that same time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.time import MINUTE, Duration, Instant
from workflow.queries.campaigns import CampaignContext


@dataclass(frozen=True, slots=True)
class Silence:
    """The clock has not looked since `since` (None: never), longer than `limit`."""

    since: Instant | None
    limit: Duration


def silence_of(tick_at: Instant | None, campaigns: Sequence[CampaignContext], *, now: Instant) -> Silence | None:
    """Return that the clock is silent, if it is while a campaign runs: by the shortest limit of the packs in force.

    Before all campaigns begin and after the last has ended nothing depends on the clock.
    """
    running = [each for each in campaigns if each.starts_at <= now < each.ends_at]
    if not running:
        return None
    limit = min(each.pack.model.pack.notices.clock_silent_minutes for each in running) * MINUTE
    began = max(tick_at, 0) if tick_at is not None else min(each.starts_at for each in running)
    return Silence(tick_at, limit) if now - began > limit else None
