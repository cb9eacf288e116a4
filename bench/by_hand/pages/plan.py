"""The plan by hand: the board of everything, and one task."""

import json
import re
import uuid
from collections import Counter
from datetime import date
from functools import cache
from typing import Any

from bench.by_hand.pages.words import distance
from rules.deadlines import describe, parse, parse_every
from rules.pack.model import Duty
from rules.time import DAY, Instant, at, local_date

COLLECTS_FROM = "2025-05-15 00:00"
STANDING = """CASE WHEN t.state IN ('waived', 'cancelled') THEN t.state
    WHEN t.submitted_at IS NOT NULL AND (t.due_at IS NULL OR t.submitted_at < t.due_at) THEN 'on_time'
    WHEN t.submitted_at IS NOT NULL THEN CASE WHEN t.is_relayed THEN 'supplement' ELSE 'late' END
    WHEN t.due_at IS NULL THEN 'no_deadline' WHEN t.due_at <= {now} THEN CASE WHEN t.is_relayed THEN 'missing' ELSE 'overdue' END
    WHEN t.internal_due_at <= {now} OR (NOT t.is_duty AND t.due_at - {day} <= {now})
        OR (NOT t.is_duty AND 100 * ({now} - t.opens_at) > t.progress * (t.due_at - t.opens_at)) THEN 'at_risk' ELSE 'due' END"""
ORDER = (
    "overdue", "missing", "at_risk", "due", "no_deadline", "late", "supplement", "on_time", "waived", "cancelled",
)  # fmt: skip
OPEN_RANKS = ORDER.index("late")
"""How many of them are of what is still to be done."""
MARKS = {
    "overdue": ("late", "exclamation-octagon"), "missing": ("warn", "envelope-exclamation"), "supplement": ("info", "plus-circle"), "at_risk": ("warn", "exclamation-triangle"), "due": ("info", "clock"),
    "no_deadline": ("quiet", "dash-circle"), "late": ("warn", "check2"), "on_time": ("good", "check-circle"),
    "waived": ("quiet", "slash-circle"), "cancelled": ("quiet", "x-circle"),
}  # fmt: skip
STATES = {
    "planned": "đã lên kế hoạch", "assigned": "đã giao", "in_progress": "đang làm", "submitted_for_review": "chờ duyệt",
    "returned": "bị trả lại", "done": "đã xong", "cancelled": "đã hủy", "waived": "được miễn",
}  # fmt: skip
STOOD = {"missing": "chưa gửi", "supplement": "đã gửi bổ sung", "no_deadline": "không có hạn", "late": "đã gửi, trễ hạn", "on_time": "đã gửi, đúng hạn", "waived": "được miễn", "cancelled": "đã hủy"}  # fmt: skip
SCOPES = {"team": "tổ", "area": "tổ dân phố"}
COUNTS = "SELECT {standing}, count(*) FROM tasks t WHERE t.unit_id = ? AND t.campaign_id = ? GROUP BY 1"
GROUPS = """
    SELECT g.item, g.occurrence, min(g.rank), min(g.due_at), min(g.opens_at), min(g.clause), count(*),
        count(g.submitted_at), sum(CASE WHEN g.rank < 2 THEN 1 ELSE 0 END),
        sum(CASE WHEN g.state = 'submitted_for_review' THEN 1 ELSE 0 END), sum(CASE WHEN g.state IN ('waived', 'cancelled') THEN 1 ELSE 0 END),
        min(p.code), min({id}), min(g.state), min(g.progress), min(g.open_predecessors), min({owner}) FROM (
        SELECT t.*, CASE {standing} {ranks} END AS rank FROM tasks t WHERE t.unit_id = ? AND t.campaign_id = ?) g
    LEFT JOIN posts p ON p.unit_id = g.unit_id AND p.id = g.owner_post_id
    GROUP BY g.item, g.occurrence ORDER BY min(g.rank), min(g.due_at) IS NULL, min(g.due_at), {printed}, g.item, g.occurrence LIMIT 50"""
HOLDERS = """
    SELECT {post}, m.name FROM post_holdings h JOIN memberships m ON m.unit_id = h.unit_id AND m.id = h.membership_id
    WHERE h.unit_id = ? AND h.from_at <= ? AND (h.to_at IS NULL OR h.to_at > ?) AND h.post_id IN ({marks}) ORDER BY m.name_sort"""
PROOFS = "SELECT task_id, count(*) FROM task_evidence WHERE unit_id = ? AND task_id IN ({marks}) GROUP BY 1"
PAIRS = """
    SELECT t.item, t.occurrence, min(CASE WHEN t.is_open THEN t.due_at END), f.item, f.occurrence, max(f.due_at),
        count(DISTINCT CASE WHEN f.is_open THEN f.id END)
    FROM task_predecessors l JOIN tasks t ON t.unit_id = l.unit_id AND t.id = l.task_id
    JOIN tasks f ON f.unit_id = l.unit_id AND f.id = l.after_id WHERE l.unit_id = ? AND t.campaign_id = ?
    GROUP BY 1, 2, 4, 5 ORDER BY max(f.due_at) IS NULL, max(f.due_at), f.item, f.occurrence"""
OPEN_PEOPLE = ("no_account", "registered", "activated", "no_phone", "card_expired", "sim_pending")
LEFT = """
    SELECT {team}, sum(CASE WHEN day < {since} THEN n ELSE 0 END), sum(n) FROM rollups
    WHERE unit_id = ? AND campaign_id = ? AND basis = 'r' AND day < {today} AND track = 'path' AND state IN ({states}) GROUP BY team_id"""
GIVEN = """
    SELECT {new}, {old}, count(*) FROM events e JOIN events b ON b.unit_id = e.unit_id AND b.ledger_no = (SELECT max(p.ledger_no) FROM events p
        WHERE p.unit_id = e.unit_id AND p.case_id = e.case_id AND p.ledger_no < e.ledger_no AND p.kind IN ('enter', 'move', 'transfer'))
    WHERE e.unit_id = ? AND e.campaign_id = ? AND e.kind = 'transfer' AND e.recorded_at >= ? AND e.recorded_at < ? AND e.state IN ({states})
        AND NOT EXISTS (SELECT 1 FROM events v WHERE v.unit_id = e.unit_id AND v.voids_no = e.ledger_no) GROUP BY 1, 2"""
DECLARED = """
    SELECT body_id, "group", happened_at, declared, finished FROM declared_counts d WHERE unit_id = ? AND campaign_id = ?
        AND NOT EXISTS (SELECT 1 FROM events v WHERE v.unit_id = d.unit_id AND v.voids_no = d.ledger_no) ORDER BY happened_at, ledger_no"""
TASK = """
    SELECT t.item, t.owner_post_id, t.state, t.due_at, {standing}, t.clause, t.state_version, p.code, t.internal_due_at FROM tasks t
    LEFT JOIN posts p ON p.unit_id = t.unit_id AND p.id = t.owner_post_id WHERE t.unit_id = ? AND t.id = ?"""
PROOF = """
    SELECT e.id, e.kind, e.label, e.count, e.is_lower_bound, m.name, e.added_at FROM task_evidence e
    JOIN memberships m ON m.unit_id = e.unit_id AND m.id = e.added_by_id WHERE e.unit_id = ? AND e.task_id = ? ORDER BY e.ledger_no"""
HISTORY = """
    SELECT e.happened_at, e.recorded_at, e.data, m.name FROM events e
    LEFT JOIN memberships m ON m.unit_id = e.unit_id AND m.id = e.actor_id
    WHERE e.unit_id = ? AND e.about_id = ? AND e.kind = 'task' ORDER BY e.ledger_no DESC"""
NEIGHBOURS = """
    SELECT t.item, t.id, t.state, t.is_open FROM tasks t
    JOIN task_predecessors l ON l.unit_id = t.unit_id AND l.{theirs} = t.id
    WHERE l.unit_id = ? AND l.{mine} = ? ORDER BY t.due_at IS NULL, t.due_at, t.item, t.scope"""
CHAIN = """
    WITH RECURSIVE chain(id) AS (
        SELECT after_id FROM task_predecessors WHERE unit_id = ? AND task_id = ?
        UNION SELECT l.after_id FROM chain JOIN tasks f ON f.unit_id = ? AND f.id = chain.id AND f.is_open
        JOIN task_predecessors l ON l.unit_id = ? AND l.task_id = f.id)
    SELECT t.item, t.due_at FROM chain JOIN tasks t ON t.unit_id = ? AND t.id = chain.id WHERE t.is_open ORDER BY t.due_at"""
"""The open tasks that a task waits for, however far back: what they are due by moves its own end."""
KINDS = {"document": "Văn bản", "photo": "Ảnh", "count": "Số lượng", "link": "Đường dẫn"}
MOVES = {"start": "bắt đầu làm", "submit": "gửi duyệt", "accept": "duyệt", "assign": "giao việc"}


def board(site: Any) -> dict[str, Any]:
    """Return what the board shows: seven statements after those of arriving."""
    here, now, driver = site.arrive(), site.now, site.driver
    unit, campaign = here["unit"][0], here["campaign"][0]
    standing = STANDING.format(now=now, day=DAY)
    ranks = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(ORDER))
    counts = dict(site.ask(COUNTS.format(standing=standing), unit, campaign))
    groups = site.ask(
        GROUPS.format(
            standing=standing,
            ranks=ranks,
            printed=_printed(site),
            id=driver.hex("g.id"),
            owner=driver.hex("g.owner_post_id"),
        ),
        unit,
        campaign,
    )
    alone = [row for row in groups if row[6] == 1]
    posts = sorted({row[16] for row in alone if row[16] is not None})
    holders: dict[str, list[str]] = {}
    asked = HOLDERS.format(post=driver.hex("h.post_id"), marks=_marks(posts))
    for post, name in site.ask(asked, unit, now, now, *(driver.key(uuid.UUID(post)) for post in posts)):
        holders.setdefault(post, []).append(name)
    keys = [driver.key(uuid.UUID(row[12])) for row in alone]
    proofs = dict(site.ask(PROOFS.format(marks=_marks(keys)), unit, *keys))
    about, links = _about(site), _Links(site.ask(PAIRS, unit, campaign))
    ends = max([here["campaign"][3], *(row[3] for row in groups if row[3] is not None)])
    strip = _Strip(here["campaign"][2], ends)
    ahead = _ahead(site, unit, campaign, groups, links, about)
    return {
        **here, "counts": counts, "total": sum(counts.values()), "ticks": strip.ticks(), "now_x": strip.x(now),
        "rows": [_row(row, about, holders, proofs.get(driver.key(uuid.UUID(row[12])), 0), strip, links, ahead, now) for row in groups],
        "from_day": _day(here["campaign"][2]), "to_day": _day(here["campaign"][3] - 1),
    }  # fmt: skip


def task(site: Any, task_id: uuid.UUID) -> dict[str, Any]:
    """Return what the page of a task shows: seven statements after those of arriving."""
    here, now, driver = site.arrive(), site.now, site.driver
    unit, key = here["unit"][0], driver.key(task_id)
    row = site.ask(TASK.format(standing=STANDING.format(now=now, day=DAY)), unit, key)[0]
    held = site.ask(HOLDERS.format(post=driver.hex("h.post_id"), marks="?"), unit, now, now, row[1])
    about, proofs = _about(site), site.ask(PROOF, unit, key)
    history = [
        (at, noted, json.loads(data) if isinstance(data, str) else data, who)
        for at, noted, data, who in site.ask(HISTORY, unit, key)
    ]
    return {
        **here, "id": task_id, "task": row, "about": about[row[0]], "due_words": _due_words(site, row[0], row[3]),
        "mark": MARKS[row[4]], "standing": _stands(row[4], row[3], now), "states": STATES, "holders": [name for _, name in held],
        "proofs": proofs, "given": {proof[2] for proof in proofs}, "kinds": KINDS, "history": history, "moves": MOVES, "labels": about,
        "ahead": _ends(site.ask(CHAIN, unit, key, unit, unit, unit), row[3], about),
        "before": site.ask(NEIGHBOURS.format(mine="task_id", theirs="after_id"), unit, key),
        "after": site.ask(NEIGHBOURS.format(mine="after_id", theirs="task_id"), unit, key),
    }  # fmt: skip


def _ends(first: list[Any], due_at: Instant | None, about: Any) -> str:
    """Return when a task ends that waits for others: with the last of them, if that is due after it."""
    last = max(((due, item) for item, due in first if due is not None), default=None)
    if last is None or due_at is None or last[0] <= due_at:
        return ""
    return f"dự kiến xong {_day(last[0] - 1)} (chờ việc trước: “{about[last[1]]['label']}”)"


def _row(
    row: Any,
    about: dict[str, Any],
    holders: dict[str, list[str]],
    proofs: int,
    strip: "_Strip",
    links: "_Links",
    ahead: dict[tuple[str, str], str],
    now: Instant,
) -> dict[str, Any]:
    item, period, rank, due_at, opens_at, clause, n, sent, late, waiting, excused, owner = row[:12]
    told, standing = about[item], ORDER[rank]
    alone = n == 1
    parts = [
        f"{sent}/{n - excused} {SCOPES.get(told['per'], 'nơi')} đã gửi",
        f"còn thiếu {late}" if late else "",
        f"chờ duyệt {waiting}" if waiting else "",
    ]
    waits = f"chờ {row[15]} việc trước" if alone and row[15] else ""
    if alone:
        done = STATES[row[13]] if row[14] is None else f"{row[14]} %"
    else:
        done = ", ".join(filter(None, [*parts, f"được miễn {excused}" if excused else ""]))
    before, slack = links.before.get((item, period), []), links.slack(item, period, due_at)
    state = [STATES[row[13]], f"chờ {row[15]} việc trước" if row[15] else "", f"{proofs} minh chứng" if proofs else ""]
    return {
        "href": f"plan/{uuid.UUID(row[12])}" if alone else f"plan/items/{item}?period={period}",
        "label": told["label"] + (f", ngày {_day(due_at - 1, year=False)}" if len(period) == 10 and due_at is not None else ""),
        "clause": f"Mục {clause}" if clause[:1].isdigit() or clause[:1] in "IVX" else clause,
        "owner": told["owners"].get(owner, "chưa giao"), "holders": holders.get(row[16], []) if alone else [],
        "due": _due_words(told["site"], item, due_at), "mark": MARKS[standing], "standing": _stands(standing, due_at, now),
        "told": " · ".join(filter(None, state)) if alone else ", ".join(filter(None, parts)), "progress": row[14] if alone else None,
        "opens": _day(opens_at), "done": " · ".join(filter(None, (done, waits))),
        "before": "; ".join(f"{about[one]['label']} ({f'còn {n} việc chưa xong' if n else 'đã xong'})" for one, _due, n in before) or "–",
        "slack": "–" if slack is None else f"{slack // DAY} ngày", "first": links.first(item, period, strip),
        "slack_x": strip.x(due_at + slack) if due_at is not None and slack else None,
        "ahead": ahead.get((item, period), ""), "late": rank == 0, "bar": strip.bar(opens_at, due_at, (row[14] or 0) / 100 if alone else sent / max(n - excused, 1)),
    }  # fmt: skip


def _ahead(site: Any, unit: Any, campaign: Any, groups: Any, links: "_Links", about: Any) -> dict[tuple[str, str], str]:
    """Return what is expected of each open row, in words: by the pace of three days, or behind what comes first."""
    today, first = _number(site.now), _number(at(COLLECTS_FROM))
    days = max(min(3, today - first), 0)
    states, hex_of = ", ".join(f"'{one}'" for one in OPEN_PEOPLE), site.driver.hex
    sql = LEFT.format(team=hex_of("team_id"), since=today - days, today=today, states=states)
    given = GIVEN.format(new=hex_of("e.team_id"), old=hex_of("b.team_id"), states=states)
    came = Counter[Any]()
    midnights = [(day * 24 - 7) * (DAY // 24) for day in (today - days, today)]
    for new, old, n in site.ask(given, unit, campaign, *midnights):
        came[new], came[old] = came[new] + n, came[old] - n
    teams = [(team, before + came[team], now) for team, before, now in site.ask(sql, unit, campaign) if now]
    declared = site.ask(DECLARED, unit, campaign)
    still = sum(row[1] <= row[2] for row in teams)
    if still:
        told = f"{still}/{len(teams)} nơi không tiến thêm trong {days} ngày trọn gần nhất"
    else:
        told = "chưa đủ ngày có số liệu để tính nhịp"
    lacks = {("team-finishes", ""): told}
    if not declared:
        lacks["staff-first", ""] = "chưa đủ ngày có số liệu để tính nhịp"
    said: dict[tuple[str, str], str] = {key: f"chưa dự kiến được ngày xong: {why}" for key, why in lacks.items()}
    rows = {(row[0], row[1]): row[3] for row in groups if row[2] < OPEN_RANKS}
    due: dict[tuple[str, str], Instant | None] = {**links.due, **rows}
    days_of = {key: None if at_ is None else max(_number(at_ - 1), today) for key, at_ in due.items()}
    waiting = [key for key in due if key not in said]
    while waiting:
        ready = [key for key in waiting if not any(one in waiting for one in links.open_before(key))]
        for key in ready or waiting:
            _behind(key, links, said, days_of, due, about)
        waiting = [key for key in waiting if key not in ready] if ready else []
    return {key: words for key, words in said.items() if key in rows}


def _behind(key: Any, links: "_Links", said: Any, days: Any, due: Any, about: Any) -> None:
    """Say of a row what its open predecessors mean for it, and remember the day."""
    firsts = links.open_before(key)
    stuck = next((one for one in firsts if said.get(one, "").startswith("chưa")), None)
    if stuck is not None:
        said[key] = f"chưa dự kiến được ngày xong: việc trước “{about[stuck[0]]['label']}” chưa dự kiến được"
        return
    last = max(((days[one], one) for one in firsts if days.get(one) is not None), key=lambda one: one[0], default=None)
    if last is None or (days[key] is not None and last[0] <= days[key]):
        return
    late = max(last[0] - _number(due[key] - 1), 0) if due[key] is not None else 0
    on = date.fromordinal(date(1970, 1, 1).toordinal() + last[0])
    told = f", muộn {late} ngày" if late else ""
    said[key] = f"dự kiến xong {on.day}/{on.month}/{on.year}{told} (chờ việc trước: “{about[last[1][0]]['label']}”)"
    days[key] = last[0]


@cache
def _about(site: Any) -> dict[str, Any]:
    owners = {post.id: post.label.vi for post in site.pack.model.pack.posts}
    items = (*site.pack.model.plan.tasks, *site.pack.duties)
    return {
        item.id: {
            "label": item.label.vi, "per": item.per, "owners": owners, "site": site, "source": item.source,
            "support": "; ".join(owners[code] for code in getattr(item, "support", ())), "item": item,
        }
        for item in items
    }  # fmt: skip


@cache
def _printed(site: Any) -> str:
    """Return what puts items without a deadline in the order of their clauses, numbers by size."""
    loose = [
        one["item"]
        for one in _about(site).values()
        if describe(parse(one["item"].due), None).startswith("không có hạn")
    ]
    loose.sort(key=lambda item: re.sub(r"\d+", lambda digits: digits[0].zfill(6), item.clause))
    return " ".join(
        [
            "CASE g.item",
            *(f"WHEN '{item.id}' THEN {place}" for place, item in enumerate(loose)),
            f"ELSE {len(loose)} END",
        ]
    )


@cache
def _due_words(site: Any, name: str, due_at: Instant | None) -> str:
    item = _about(site)[name]["item"]
    return describe(parse(item.due), due_at, every=parse_every(item.every) if isinstance(item, Duty) else None)


def _stands(standing: str, due_at: Instant | None, now: Instant) -> str:
    if standing in STOOD or due_at is None:
        return STOOD[standing]
    return {"overdue": "quá hạn ", "due": "còn ", "at_risk": "nguy cơ, còn "}[standing] + distance(due_at, now)


def _day(instant: Instant, *, year: bool = True) -> str:
    on = local_date(instant)
    return f"{on.day}/{on.month}/{on.year}" if year else f"{on.day}/{on.month}"


def _number(instant: Instant) -> int:
    return (instant + 7 * DAY // 24) // DAY


def _marks(values: list[Any]) -> str:
    return ", ".join("?" * len(values)) or "NULL"


class _Links:
    """What comes before what, and when what comes after is due."""

    def __init__(self, pairs: list[Any]) -> None:
        self.before: dict[tuple[str, str], list[tuple[str, Instant | None, int]]] = {}
        self._next: dict[tuple[str, str], Instant] = {}
        self.due: dict[tuple[str, str], Instant | None] = {}
        self._open: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for item, period, due_at, first, of, last, still_open in pairs:
            self.before.setdefault((item, period), []).append((first, last, still_open))
            if still_open:
                self.due[first, of] = last
                self._open.setdefault((item, period), []).append((first, of))
            if due_at is not None:
                self._next[first, of] = min(due_at, self._next.get((first, of), due_at))

    def open_before(self, key: tuple[str, str]) -> list[tuple[str, str]]:
        return self._open.get(key, [])

    def slack(self, item: str, period: str, due_at: Instant | None) -> int | None:
        after = self._next.get((item, period))
        return None if due_at is None or after is None else max(after - due_at, 0)

    def first(self, item: str, period: str, strip: "_Strip") -> float | None:
        last = max((due for _, due, _n in self.before.get((item, period), ()) if due is not None), default=None)
        return None if last is None else strip.x(last)


class _Strip:
    """The strip of days beside the board."""

    width = 260

    def __init__(self, starts: Instant, ends: Instant) -> None:
        self.starts = starts - (starts + 7 * DAY // 24) % DAY
        self.days = -(-(ends - self.starts) // DAY)

    def x(self, instant: Instant) -> float:
        inside = min(max(instant - self.starts, 0), self.days * DAY)
        return round(inside * self.width / (self.days * DAY), 1)

    def bar(self, opens_at: Instant, due_at: Instant | None, share: float) -> tuple[float, float, float] | None:
        if due_at is None:
            return None
        left = self.x(opens_at)
        width = max(self.x(due_at) - left, 4)
        return left, width, round(width * min(share, 1), 1)

    def ticks(self) -> list[tuple[float, int]]:
        step = max(self.days // 8, 1)
        return [
            (self.x(self.starts + n * DAY), local_date(self.starts + n * DAY).day) for n in range(0, self.days, step)
        ]
