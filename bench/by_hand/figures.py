"""Figures by hand: the maintained counters summed, and the snapshot of a day with that day's events, for this one schema and campaign.

What somebody would write who knows that nothing was voided, that nobody left, and that no list had unnamed places.
"""

from collections import Counter
from itertools import groupby
from operator import itemgetter
from typing import Any

from rules.time import Instant
from workflow.days import day_start, local_day
from workflow.queries.campaigns import CampaignContext

DONE = {"submitted", "submitted_unreconciled"}
OPEN = {"no_account", "registered", "activated", "declined", "no_phone", "card_expired", "sim_pending"}
Cells = Counter[tuple[str, str, str]]
_NOW = """
    SELECT track, state, stage, sum(n) FROM rollups WHERE unit_id = ? AND campaign_id = ? AND basis = 'h' GROUP BY track, state, stage
"""
_DAYS = """
    SELECT day, track, state, stage, sum(n) FROM rollups WHERE unit_id = ? AND campaign_id = ? AND basis = 'h'
    GROUP BY day, track, state, stage ORDER BY day
"""
_AS_OF = """
    WITH today AS (
        SELECT case_id, track, state, stage, row_number() OVER (PARTITION BY case_id ORDER BY happened_at DESC, ledger_no DESC) AS place
        FROM events WHERE unit_id = ? AND campaign_id = ? AND happened_at >= ? AND happened_at < ?
            AND kind IN ('enter', 'move', 'transfer', 'leave')
    ), earlier AS (
        SELECT e.track, e.state, e.stage, row_number() OVER (PARTITION BY e.case_id ORDER BY e.happened_at DESC, e.ledger_no DESC) AS place
        FROM today JOIN events e ON e.unit_id = ? AND e.case_id = today.case_id
        WHERE today.place = 1 AND e.happened_at < ? AND e.kind IN ('enter', 'move', 'transfer', 'leave')
    )
    SELECT track, state, stage, sum(n) FROM (
        SELECT track, state, stage, sum(n) AS n FROM rollups
        WHERE unit_id = ? AND campaign_id = ? AND basis = 'h' AND day < ? GROUP BY track, state, stage
        UNION ALL SELECT track, state, stage, -count(*) FROM earlier WHERE place = 1 GROUP BY track, state, stage
        UNION ALL SELECT track, state, stage, count(*) FROM today WHERE place = 1 GROUP BY track, state, stage
    ) AS counted GROUP BY track, state, stage HAVING sum(n) <> 0
"""


def counters_by_hand(driver: Any, context: CampaignContext) -> tuple[Cells, list[tuple[int, int, int]]]:
    """Return the unit's counters; and by day how many took part by its end, and how many could still have."""
    here = (driver.key(context.unit_id), driver.key(context.id))
    now = _cells(driver.execute(_NOW, here).fetchall())
    standing: Cells = Counter()
    curve: list[tuple[int, int, int]] = []
    for day, rows in groupby(driver.execute(_DAYS, here).fetchall(), key=itemgetter(0)):
        for _, track, state, stage, n in rows:
            standing[track, state, stage] += int(n)
        done = sum(n for (_, state, _), n in standing.items() if state in DONE)
        curve.append((day, done, done + sum(n for (_, state, _), n in standing.items() if state in OPEN)))
    return now, curve


def as_of_by_hand(driver: Any, context: CampaignContext, as_of: Instant) -> Cells:
    """Return the unit's counters as of an instant: those of the midnight before, and what happened since."""
    unit, campaign, day = driver.key(context.unit_id), driver.key(context.id), local_day(as_of)
    start = day_start(day)
    values = (unit, campaign, start, as_of, unit, start, unit, campaign, day)
    return _cells(driver.execute(_AS_OF, values).fetchall())


def _cells(rows: list[Any]) -> Cells:
    return Counter({(track, state, stage): int(n) for track, state, stage, n in rows if n})


__all__ = ["as_of_by_hand", "counters_by_hand"]
