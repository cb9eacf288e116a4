"""A close by hand: the statements that count a day, its late entries and its teams, added up in plain dictionaries, written once."""

import hashlib
import json
import uuid
from collections import Counter
from typing import Any

from bench.by_hand.driver import Driver
from rules.time import Instant
from workflow.days import day_start, local_day

_CASE = "('enter', 'move', 'transfer', 'leave', 'migrate')"
_LAST = """SELECT {sign} AS n, p.state, p.stage, p.area_id, p.team_id FROM (
    SELECT e.kind, e.state, e.stage, e.area_id, e.team_id,
        row_number() OVER (PARTITION BY e.case_id ORDER BY e.happened_at DESC, e.ledger_no DESC) AS place
    FROM events e WHERE e.unit_id = ? AND e.campaign_id = ? AND e.happened_at < ? AND e.ledger_no <= ? AND e.kind IN {case}
        AND NOT EXISTS (SELECT 1 FROM events v WHERE v.unit_id = e.unit_id AND v.voids_no = e.ledger_no AND v.ledger_no <= ?)
        AND e.case_id IN ({only})) p WHERE p.place = 1 AND p.kind <> 'leave'"""
_HAPPENED = f"""SELECT t.case_id FROM events t WHERE t.unit_id = ? AND t.campaign_id = ? AND t.kind IN {_CASE}
    AND t.happened_at >= ? AND t.happened_at < ?"""
_LATE = f"""SELECT t.case_id FROM events t WHERE t.unit_id = ? AND t.campaign_id = ? AND t.kind IN {_CASE} AND t.happened_at < ?
        AND t.ledger_no > ? AND t.ledger_no <= ?
    UNION SELECT u.case_id FROM events t JOIN events u ON u.unit_id = t.unit_id AND u.ledger_no = t.voids_no
    WHERE t.unit_id = ? AND u.campaign_id = ? AND u.kind IN {_CASE} AND u.happened_at < ? AND t.ledger_no > ? AND t.ledger_no <= ?"""
_EXITS = frozenset(("dead", "moved_out", "army", "prison", "abroad", "no_phone", "card_expired", "sim_pending"))
_DONE = frozenset(("submitted", "submitted_unreconciled"))


class HandClose:
    """Statements of a close for one unit and campaign. `run` does what `close_period` does and returns what it counted."""

    def __init__(self, driver: Driver, unit_id: uuid.UUID, campaign_id: uuid.UUID) -> None:
        self.driver, self.unit, self.campaign = driver, driver.key(unit_id), driver.key(campaign_id)

    def run(self, period: str, before: str, now: Instant) -> dict[str, Any]:
        """Close the period in a transaction that is taken back again."""
        d = self.driver
        d.execute(d.begin)
        try:
            return self._run(period, before, now)
        finally:
            d.execute("ROLLBACK")

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return list(self.driver.execute(sql, values).fetchall())

    def _run(self, period: str, before: str, now: Instant) -> dict[str, Any]:
        u, c = self.unit, self.campaign
        [(newest,)] = self._rows(f"SELECT ledger_no FROM unit_heads WHERE unit_id = ?{self.driver.for_update}", u)
        [(as_of, cut_no, told)] = self._rows(
            "SELECT as_of, cut_no, figures FROM closes WHERE unit_id = ? AND campaign_id = ? AND scope = 'unit' AND period = ?",
            u, c, before,
        )  # fmt: skip
        previous = json.loads(bytes(told))
        cells = self._now(now, newest)
        late = self._difference(_LATE, (as_of, cut_no, newest), (as_of, cut_no), (as_of, newest))
        during = self._difference(_HAPPENED, (as_of, now), (as_of, newest), (now, newest))
        teams = self._rows("SELECT id, code, name FROM teams WHERE unit_id = ? ORDER BY sort, code", u)
        areas = self._rows("SELECT id, code, name FROM areas WHERE unit_id = ? ORDER BY sort, code", u)
        tasks = {row[0]: row[1:] for row in self._rows(
            "SELECT team_id, state, submitted_at, due_at FROM tasks WHERE unit_id = ? AND campaign_id = ? AND item = ? AND occurrence = ? AND team_id IS NOT NULL",
            u, c, "daily-report", period)}  # fmt: skip
        heard = self._heard(cut_no, newest, as_of)
        made = {
            "figures": self._figures(cells),
            "teams": self._places(cells, 3, teams),
            "areas": self._places(cells, 2, areas),
            "late": {"": self._figures(late), **self._by_team(late, teams)},
            "during": self._figures(during),
            "senders": [(code, name, tasks.get(key), heard.get(key, (None, 0, 0))) for key, code, name in teams],
        }
        if any(
            previous["figures"][name] + made["late"][""].get(name, 0) + made["during"].get(name, 0) != n
            for name, n in made["figures"].items()
        ):
            raise SystemExit("the close by hand does not add up")
        text = json.dumps(made, sort_keys=True, default=str).encode()
        self._write(period, now, newest, text)
        return made

    def _now(self, now: Instant, newest: int) -> Counter[tuple[Any, ...]]:
        day = local_day(now)
        start = day_start(day)
        only = (self.unit, self.campaign, start, now)
        known = (self.unit, self.campaign)
        sql = f"""SELECT state, stage, area_id, team_id, sum(n) FROM (
            SELECT n, state, stage, area_id, team_id FROM rollups
                WHERE unit_id = ? AND campaign_id = ? AND basis = 'h' AND day < ? AND track = 'path'
            UNION ALL {_LAST.format(sign=-1, case=_CASE, only=_HAPPENED)}
            UNION ALL {_LAST.format(sign=1, case=_CASE, only=_HAPPENED)}) a GROUP BY 1, 2, 3, 4"""
        rows = self._rows(sql, *known, day, *known, start, newest, newest, *only, *known, now, newest, newest, *only)
        return Counter({tuple(row[:4]): int(row[4]) for row in rows if row[4]})

    def _difference(
        self, only: str, limits: tuple[int, ...], first: tuple[int, int], last: tuple[int, int]
    ) -> Counter[tuple[Any, ...]]:
        known = (self.unit, self.campaign)
        chosen = (*known, *limits) * only.count("t.unit_id = ?")
        sql = f"""SELECT state, stage, NULL, team_id, sum(n) FROM (
            {_LAST.format(sign=-1, case=_CASE, only=only)} UNION ALL {_LAST.format(sign=1, case=_CASE, only=only)}) a
            GROUP BY 1, 2, 4"""
        values = [value for at, no in (first, last) for value in (*known, at, no, no, *chosen)]
        return Counter({tuple(row[:4]): int(row[4]) for row in self._rows(sql, *values) if row[4]})

    def _heard(self, after: int, until: int, late: Instant) -> dict[Any, tuple[Any, ...]]:
        sql = """SELECT coalesce(e.team_id, d.team_id),
                max(CASE WHEN e.kind IN ('visit', 'request', 'void', 'close') AND e.cause <> 'roster' THEN e.recorded_at END),
                sum(CASE WHEN e.kind = 'void' AND x.kind = 'visit' THEN 1 ELSE 0 END),
                sum(CASE WHEN e.kind = 'visit' AND e.happened_at < ? THEN 1 ELSE 0 END)
            FROM events e LEFT JOIN doors d ON d.unit_id = e.unit_id AND d.id = e.door_id
                LEFT JOIN events x ON x.unit_id = e.unit_id AND x.ledger_no = e.voids_no
            WHERE e.unit_id = ? AND e.campaign_id = ? AND e.ledger_no > ? AND e.ledger_no <= ?
                AND e.kind IN ('visit', 'request', 'void', 'close', 'enter', 'leave') GROUP BY 1"""
        return {row[0]: tuple(row[1:]) for row in self._rows(sql, late, self.unit, self.campaign, after, until)}

    def _figures(self, cells: Counter[tuple[Any, ...]]) -> dict[str, int]:
        made: Counter[str] = Counter()
        for (state, stage, _area, _team), n in cells.items():
            made["listed"] += n
            made[state] += n
            made["active_level_2"] += n if stage in ("activated", "submitted") else 0
        told = {"listed": made["listed"], "took_part": sum(made[state] for state in _DONE)}
        told["not_consulted"] = sum(made[state] for state in _EXITS)
        told["not_met_or_ended"] = told["listed"] - told["took_part"] - told["not_consulted"]
        return {**told, "active_level_2": made["active_level_2"], "submitted": made["submitted"]}

    def _places(self, cells: Counter[tuple[Any, ...]], by: int, places: list[Any]) -> dict[str, list[int]]:
        sums: dict[Any, list[int]] = {key: [0, 0, 0, 0] for key, *_ in places}
        for cell, n in cells.items():
            row, state = sums[cell[by]], cell[0]
            row[0] += n
            row[1 if state in _DONE else 2 if state in _EXITS else 3] += n
        return {code: sums[key] for key, code, _ in places}

    def _by_team(self, late: Counter[tuple[Any, ...]], teams: list[Any]) -> dict[str, dict[str, int]]:
        mine: dict[Any, Counter[tuple[Any, ...]]] = {}
        for cell, n in late.items():
            mine.setdefault(cell[3], Counter())[cell] = n
        return {code: self._figures(mine[key]) for key, code, _ in teams if key in mine}

    def _write(self, period: str, now: Instant, newest: int, told: bytes) -> None:
        d, sha = self.driver, hashlib.sha256(told).hexdigest()
        close = d.key(uuid.uuid4())
        d.execute(
            "INSERT INTO events (unit_id, ledger_no, kind, campaign_id, about_id, cause, happened_at, recorded_at, data) VALUES (?, ?, 'close', ?, ?, 'person', ?, ?, ?)",
            (self.unit, newest + 1, self.campaign, close, now, now, json.dumps({"sha256": sha})),
        )
        d.execute(
            "INSERT INTO closes (unit_id, id, campaign_id, period, revision, scope, status, as_of, cut_no, ledger_no, figures, sha256, closed_at) VALUES (?, ?, ?, ?, 1, 'unit', 'closed', ?, ?, ?, ?, ?, ?)",
            (self.unit, close, self.campaign, period, now, newest, newest + 1, told, sha, now),
        )
        d.execute(
            "UPDATE unit_heads SET ledger_no = ?, recorded_at = ? WHERE unit_id = ?", (newest + 1, now, self.unit)
        )
