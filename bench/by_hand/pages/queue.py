"""A member's queue by hand."""

from typing import Any

from rules.time import DAY, day_start, local_date

MINE = "d.unit_id = ? AND d.campaign_id = ? AND d.team_id = ? AND (d.assignee_id IS NULL OR d.assignee_id = ?)"
OTHERS = "(d.someone_untimed AND d.own_follow_up_at IS NULL)"
RANK = f"""CASE WHEN d.follow_up_at IS NULL THEN 2 WHEN d.follow_up_at <= ? THEN 0
    WHEN d.follow_up_at >= ? THEN CASE WHEN {OTHERS} THEN 2 ELSE 4 END WHEN d.promised_at < ? THEN 1 ELSE 3 END"""
COUNT = f"""
    SELECT a.code, a.name, c.stands, c.n FROM (
        SELECT d.area_id, {RANK} AS stands, count(*) AS n FROM doors d
        WHERE {MINE} AND d.open_cases > 0 GROUP BY 1, 2) c
    JOIN areas a ON a.unit_id = ? AND a.id = c.area_id ORDER BY a.sort, a.code"""
LISTED = f"""
    SELECT p.id, p.follow_up_at, p.attempts, p.last_contact, p.assignee_id, p.stands, p.area, h.lane, h.house_no FROM (
        SELECT d.*, {RANK} AS stands, a.name AS area, a.sort FROM doors d
        JOIN areas a ON a.unit_id = d.unit_id AND a.id = d.area_id
        WHERE {MINE} AND d.open_cases > 0 AND (d.follow_up_at IS NULL OR d.follow_up_at < ? OR {OTHERS})
        ORDER BY {RANK}, CASE WHEN {RANK} = 1 THEN d.follow_up_at ELSE 0 END, -d.priority, a.sort, d.place_sort, d.id LIMIT 31) p
    JOIN subjects h ON h.unit_id = p.unit_id AND h.id = p.household_id
    ORDER BY p.stands, CASE WHEN p.stands = 1 THEN p.follow_up_at ELSE 0 END, -p.priority, p.sort, p.place_sort, p.id"""
PEOPLE = """
    SELECT c.door_id, c.id, c.subject_id, c.state_version, s.name, s.relation, s.birth_on FROM cases c
    JOIN subjects s ON s.unit_id = c.unit_id AND s.id = c.subject_id
    WHERE c.unit_id = ? AND c.door_id IN ({marks}) AND c.left_at IS NULL AND c.is_open ORDER BY s.name_sort, c.subject_id, c.id"""
WAITING = "SELECT case_id, target FROM requests WHERE unit_id = ? AND case_id IN ({marks}) AND status = 'waiting'"
DONE = f"""
    SELECT count(*) FROM doors d WHERE {MINE} AND (d.open_cases = 0 OR d.follow_up_at >= ? AND NOT {OTHERS}) AND EXISTS (
        SELECT 1 FROM visits v WHERE v.unit_id = d.unit_id AND v.door_id = d.id AND v.voided_no IS NULL AND v.happened_at >= ?
        AND v.done_by_id = ?)"""
BADGES: dict[Any, tuple[str, str, str]] = {
    0: ("late", "alarm", "Quá hẹn"), 1: ("warn", "clock", "Hẹn hôm nay"), 3: ("quiet", "moon", "Quay lại trong hôm nay"),
    "new": ("info", "geo-alt", "Chưa đến lần nào"), "again": ("info", "arrow-repeat", "Cần gặp tiếp"),
}  # fmt: skip
TIMES = (
    ("Chiều nay 13:30", "13:30 20/05/2025"),
    ("Tối nay 18:00", "18:00 20/05/2025"),
    ("Mai 07:30", "07:30 21/05/2025"),
)


def page(site: Any) -> dict[str, Any]:
    """Return what the page shows: six statements after those of arriving."""
    here = site.arrive()
    unit, post = here["unit"][0], here["post"]
    today = day_start(local_date(site.now))
    tomorrow = today + DAY
    mine, rank = (unit, here["campaign"][0], post[2], post[0]), (site.now, tomorrow, tomorrow)
    counts = site.ask(COUNT, *rank, *mine, unit)
    doors = site.ask(LISTED, *rank, *mine, tomorrow, *rank, *rank)
    more, doors = len(doors) > 30, doors[:30]
    rows = site.ask(PEOPLE.format(marks=_marks(doors)), unit, *(door[0] for door in doors))
    waiting = dict(site.ask(WAITING.format(marks=_marks(rows)), unit, *(row[1] for row in rows)))
    people: dict[Any, list[Any]] = {}
    for row in rows:
        people.setdefault(row[0], []).append(row)
    return {
        **here,
        "due": sum(row[3] for row in counts if row[2] != 4),
        "later": sum(row[3] for row in counts if row[2] == 4),
        "done": site.ask(DONE, *mine, tomorrow, today, post[0])[0][0],
        "doors": [_door(door, people.get(door[0], []), post[0]) for door in doors],
        "more": more,
        "waiting": waiting,
        "times": TIMES,
    }


def _door(door: Any, people: list[Any], me: Any) -> dict[str, Any]:
    stands = door[5] if door[5] != 2 else "again" if door[2] or door[3] is not None else "new"
    names = list(dict.fromkeys(row[4] for row in people))
    left = f" và {len(names) - 2} người nữa" if len(names) > 2 else ""
    badge = BADGES[stands]
    return {
        "id": door[0], "late": stands == 0, "badge": badge, "at": door[1] if stands in (0, 1, 3) else None, "attempts": door[2],
        "mine": door[4] == me, "area": door[6], "lane": door[7], "house": door[8], "people": people,
        "names": ", ".join(names[:2]) + left, "n": len({row[2] for row in people}),
        "section": "Cần gặp" if stands in ("new", "again") else badge[2],
    }  # fmt: skip


def _marks(rows: list[Any]) -> str:
    return ", ".join("?" * len(rows))
