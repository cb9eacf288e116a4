"""The inbox of whoever holds a rung of a ladder, by hand. The ladders are the pack's: they are written into the statement once."""

from functools import cache
from typing import Any

from bench.by_hand.pages.words import as_uuid
from rules.deadlines import describe, parse, parse_every
from rules.pack.model import Duty
from rules.time import DAY, HOUR, day_start, local_date

KEYS = "SELECT DISTINCT area_id, team_id FROM rollups WHERE unit_id = ? AND campaign_id = ? AND basis = 'h' AND team_id = ?"
PLACES = """
    SELECT sort, id, name FROM (SELECT 'area' AS sort, id, name, sort AS position FROM areas WHERE unit_id = ?
    UNION ALL SELECT 'team', id, name, sort FROM teams WHERE unit_id = ? UNION ALL SELECT 'post', id, label, 0 FROM posts WHERE unit_id = ?) p
    ORDER BY sort, position, id"""
TASKS = """
    SELECT t.item, t.occurrence, t.due_at, t.id, w.name FROM tasks t LEFT JOIN teams w ON w.unit_id = t.unit_id AND w.id = t.team_id
    WHERE t.unit_id = ? AND t.campaign_id = ? AND t.is_open AND t.opens_at <= {now} AND t.due_at IS NOT NULL AND t.submitted_at IS NULL
    AND t.state NOT IN ('waived', 'cancelled') AND (t.owner_post_id = ?{team}) AND NOT EXISTS (
        SELECT 1 FROM escalations e WHERE e.unit_id = t.unit_id AND e.subject_id = t.id AND e.kind = 'task' AND e.is_open = TRUE AND {mine} = coalesce(e.holder_level, e.level))
    ORDER BY t.due_at, t.id"""
EXITS = """
    SELECT count(*) FROM requests r JOIN cases c ON c.unit_id = r.unit_id AND c.id = r.case_id
    WHERE r.unit_id = ? AND r.status = 'waiting' AND c.campaign_id = ? AND r.confirm_by = ? AND c.team_id = ?"""
ROWS = 50


def page(site: Any) -> dict[str, Any]:
    """Return what the page shows: up to seven statements after those of arriving."""
    here = site.arrive()
    unit, campaign, post = here["unit"][0], here["campaign"][0], here["post"]
    values: list[Any] = [unit, campaign, post[0]]
    held = None
    if post[2] is not None:
        known = {key for row in site.ask(KEYS, unit, campaign, post[2]) for key in row}
        held = ["", *sorted(as_uuid(key).hex for key in known)]
        values = [*values, *held, post[2]]
    places = [(sort, as_uuid(key).hex, name) for sort, key, name in site.ask(PLACES, unit, unit, unit)]
    count, listed, tasks, below = _statements(
        site, post[1], len(held or ()), tuple(key for sort, key, _ in places if sort != "post")
    )
    waiting, overdue, today, passed = site.ask(count, *values)[0]
    groups = site.ask(listed, *values)
    lower = site.ask(below, unit, campaign)[0][0] if below else 0
    owed = site.ask(tasks, unit, campaign, post[3], *([] if held is None else [post[2]]))
    exits = site.ask(EXITS, unit, campaign, "team_leader", post[2])[0][0] if held is not None else 0
    names = {key: name for _, key, name in places}
    tomorrow = day_start(local_date(site.now)) + DAY
    on_page = {
        "raised": any(row[7] < row[6] for row in groups[:ROWS]),
        "returned": any(row[8] > 1 for row in groups[:ROWS]),
    }
    rows = [(row[2], 0, ("reminder", *row, names.get(row[1]))) for row in groups]
    rows += [(row[2], 1, ("task", *row[:3], as_uuid(row[3]), row[4], _words(site, row[0], row[2]))) for row in owed]
    rows.sort(key=lambda row: row[:2])
    late = sum(row[2] <= site.now for row in owed)
    soon = sum(site.now < row[2] <= tomorrow for row in owed)
    seen = [place for place in places if held is None or place[1] in held]
    return {
        **here, "kinds": (waiting, len(owed), 0, exits), "counts": (waiting + len(owed) + exits, overdue + late, today + soon, passed, lower),
        "rows": [row for _, _, row in rows[:ROWS]], "more": len(rows) > ROWS, "labels": _labels(site), "now": site.now, "tomorrow": tomorrow,
        "areas": _choices(seen, "area"), "teams": _choices(seen, "team"), "leads": post[1] in ("team_leader", "chair"), "left": _left,
        "may": on_page, "next_day": f"{local_date(tomorrow).day}/{local_date(tomorrow).month}",
    }  # fmt: skip


def _choices(places: list[Any], sort: str) -> list[Any]:
    found = [place for place in places if place[0] == sort]
    return found if len(found) > 1 else []


def _left(until: int, now: int) -> str:
    away = abs(until - now)
    length = (
        f"{away // DAY} ngày"
        if away >= 2 * DAY
        else f"{away // HOUR} giờ"
        if away >= 2 * HOUR
        else f"{away * 60 // HOUR} phút"
    )
    return f"Quá {length}" if until <= now else f"Còn {length}"


def _words(site: Any, name: str, due_at: int) -> str:
    item = site.pack.plan_items[name]
    return describe(parse(item.due), due_at, every=parse_every(item.every) if isinstance(item, Duty) else None)


@cache
def _labels(site: Any) -> dict[str, str]:
    plan = {name: item.label.vi for name, item in site.pack.plan_items.items()}
    return plan | {rule.id: rule.model.label.vi for rule in site.pack.rules}


@cache
def _statements(site: Any, post: str, keys: int, places: tuple[str, ...]) -> tuple[str, str, str, str]:
    """Return the statements for the counts, the rows and the tasks of a post, and for how much lies below one of the unit; `keys`: how many groups a team's post may find work in;
    `places`: those of the unit, in the printed order.
    """
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
    where = f"e.unit_id = ? AND e.campaign_id = ? AND e.is_open = TRUE AND e.rule_id IN ({rules})"
    where += f" AND NOT EXISTS (SELECT 1 FROM escalation_rests r WHERE r.unit_id = e.unit_id AND r.escalation_id = e.id AND r.membership_id = ? AND r.level = e.level AND r.until_at > {now})"
    if keys:
        where += f" AND e.group_key IN ({', '.join('?' * keys)}) AND e.team_id = ?"
    opened = f"SELECT e.*, {level} AS mine FROM escalations e WHERE {where} AND {level} > 0"
    stood = f"SELECT o.*, o.mine = coalesce(o.holder_level, o.level) AS here FROM ({opened}) o"
    count = f"""
        SELECT coalesce(sum(CASE WHEN s.here THEN 1 ELSE 0 END), 0),
            coalesce(sum(CASE WHEN s.here AND s.answer_by <= {now} THEN 1 ELSE 0 END), 0),
            coalesce(sum(CASE WHEN s.here AND s.answer_by > {now} AND s.answer_by <= {tomorrow} THEN 1 ELSE 0 END), 0),
            coalesce(sum(CASE WHEN s.here THEN 0 ELSE 1 END), 0) FROM ({stood}) s"""
    order = " ".join(f"WHEN '{key}' THEN {n}" for n, key in enumerate(places))
    printed = f"CASE s.group_key {order} ELSE {len(places)} END"
    listed = f"""
        SELECT s.rule_id, s.group_key, min(s.answer_by), count(*), min(s.due_at), max(s.level), max(s.levels),
            min(coalesce(s.holder_level, s.level)), max(coalesce(s.holder_level, s.level)) FROM ({stood}) s
        WHERE s.here GROUP BY s.rule_id, s.kind, s.group_key ORDER BY min(s.answer_by), s.rule_id, {printed}, s.group_key LIMIT {ROWS + 1}"""
    lower = " OR ".join(
        f"(e.rule_id = '{rule.id}' AND coalesce(e.holder_level, e.level) < {max(levels)})"
        for rule, levels in held
        if max(levels) > 1
    )
    below = f"SELECT count(*) FROM escalations e WHERE e.unit_id = ? AND e.campaign_id = ? AND e.is_open = TRUE AND ({lower})"
    tasks = TASKS.format(now=now, team=" OR t.team_id = ?" if keys else "", mine=level)
    return count, listed, tasks, below if lower and not keys else ""
