"""The inbox of whoever holds a rung of a ladder, by hand. The ladders are the pack's: they are written into the statement once."""

import uuid
from functools import cache
from typing import Any

from bench.by_hand.pages.words import as_uuid
from rules.time import DAY, day_start, local_date

KEYS = "SELECT DISTINCT area_id, team_id FROM rollups WHERE unit_id = ? AND campaign_id = ? AND basis = 'h' AND team_id = ?"
PLACES = "SELECT id, name FROM {table} WHERE unit_id = ? AND id IN ({marks})"


def page(site: Any) -> dict[str, Any]:
    """Return what the page shows: up to five statements after those of arriving."""
    here = site.arrive()
    unit, campaign, post = here["unit"][0], here["campaign"][0], here["post"]
    values: list[Any] = [unit, campaign]
    keys = 0
    if post[2] is not None:
        known = {key for row in site.ask(KEYS, unit, campaign, post[2]) for key in row}
        held = ["", *sorted(as_uuid(key).hex for key in known)]
        values, keys = [*values, *held, post[2]], len(held)
    count, listed = _statements(site, post[1], keys)
    groups = site.ask(listed, *values)
    ids = sorted({row[1] for row in groups[:50] if row[1]})
    places: dict[str, str] = {}
    for table in ("areas", "teams") if ids else ():
        asked = PLACES.format(table=table, marks=", ".join("?" * len(ids)))
        rows = site.ask(asked, unit, *(site.driver.key(uuid.UUID(key)) for key in ids))
        places |= {as_uuid(row[0]).hex: row[1] for row in rows}
    return {
        **here, "counts": site.ask(count, *values)[0], "groups": groups[:50], "more": len(groups) > 50, "places": places,
        "labels": _labels(site),
    }  # fmt: skip


@cache
def _labels(site: Any) -> dict[str, str]:
    return {rule.id: rule.model.label.vi for rule in site.pack.rules}


@cache
def _statements(site: Any, post: str, keys: int) -> tuple[str, str]:
    """Return the statements for the counts and for the rows, for a post; `keys`: how many groups a team's post may find work in."""
    now = site.now
    held = [(rule, [n for n, rung in enumerate(rule.ladder, start=1) if rung.to == post]) for rule in site.pack.rules]
    held = [(rule, levels) for rule, levels in held if levels]
    tomorrow = day_start(local_date(now)) + DAY
    mine = [
        f"WHEN e.rule_id = '{rule.id}' AND (e.level >= {level} OR e.holder_level = {level}) THEN {level}"
        for rule, levels in held
        for level in sorted(levels, reverse=True)
    ]
    level = f"CASE {' '.join(mine)} ELSE 0 END"
    rules = ", ".join(f"'{rule.id}'" for rule, _ in held)
    where = f"e.unit_id = ? AND e.campaign_id = ? AND e.is_open AND e.rule_id IN ({rules})"
    if keys:
        where += f" AND e.group_key IN ({', '.join('?' * keys)}) AND e.team_id = ?"
    opened = f"SELECT e.*, {level} AS mine FROM escalations e WHERE {where} AND {level} > 0"
    overdue, today = (f"o.answer_by <= {until}" for until in (now, tomorrow))
    lies_here = "o.mine = coalesce(o.holder_level, o.level)"
    waits, passed = f"sum(CASE WHEN {lies_here} THEN 1 ELSE 0 END)", f"sum(CASE WHEN {overdue} THEN 1 ELSE 0 END)"
    due = f"sum(CASE WHEN NOT ({overdue}) AND {today} THEN 1 ELSE 0 END)"
    count = f"SELECT {waits}, {passed}, {due}, count(*) FROM ({opened}) o"
    listed = f"""
        SELECT o.rule_id, o.group_key, count(*), {waits}, {passed}, min(o.due_at), max(o.level), max(o.levels)
        FROM ({opened}) o GROUP BY o.rule_id, o.kind, o.group_key
        ORDER BY CASE WHEN {waits} > 0 THEN 0 ELSE 1 END, CASE WHEN {passed} > 0 THEN 0 ELSE 1 END,
            coalesce(min(CASE WHEN {lies_here} THEN o.answer_by END), min(o.due_at)), max(o.level) DESC, min(o.due_at), o.rule_id, o.group_key LIMIT 51"""
    return count, listed
