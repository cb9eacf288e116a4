"""The sweep by hand: the rules of `bench/pack/escalations.yaml` and `bench/many_rules.py` as SQL, for one unit, in one transaction.

It goes the same way as the product, which is the fastest one known here: one pass says which rules have come, only those are staged, and
pointers are set in one pass more.
"""

import json
import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from bench.by_hand.driver import Driver
from bench.by_hand.sweep_tasks import TaskSweep
from rules.time import HOUR, MINUTE, Instant

NEVER = 2**62
SILENT, MISSED, NEXT_LEVEL = 48 * HOUR, 4 * HOUR, 24 * HOUR
_LAST = "CASE WHEN last_contact > entered_at THEN last_contact ELSE entered_at END"
_POSITIVE = 2**63 - 1
"""What is left of a distance without its sign: one that lies behind becomes larger than all that lie ahead."""
_DUE_TABLE = """CREATE TEMP TABLE due (position BIGINT PRIMARY KEY, case_id {key}, rule_id TEXT, anchor BIGINT, due_at BIGINT,
    grouped TEXT, door_id {key}, area_id {key}, team_id {key}, version BIGINT)"""


class HandSweep:
    """Statements of the sweep for one unit and campaign. `run(now)` does what a tick does and returns the events written."""

    def __init__(
        self, driver: Driver, unit_id: uuid.UUID, campaign_id: uuid.UUID, pack_hash: str, later: Sequence[int] = ()
    ) -> None:
        """`later` are the hours of silence of the further rules."""
        self.driver, self.pack_hash, self.later = driver, pack_hash, later
        self.unit, self.campaign = driver.key(unit_id), driver.key(campaign_id)
        driver.execute(_DUE_TABLE.format(key="BLOB" if driver.is_sqlite else "uuid"))
        driver.execute("CREATE INDEX due_case ON due (case_id)")
        self._write_statements()
        self.tasks = TaskSweep(driver, pack_hash, unit_id, campaign_id)

    def _write_statements(self) -> None:
        d = self.driver
        mine = "unit_id = ? AND next_action_at <= ? AND campaign_id = ?"
        self.instants = [
            f"""CASE WHEN track = 'path' AND state IN ('registered', 'activated') AND attempts < 3 THEN {_LAST} + {SILENT}
                ELSE {NEVER} END""",
            f"CASE WHEN track = 'path' AND is_open THEN coalesce(follow_up_at + {MISSED}, {NEVER}) ELSE {NEVER} END",
            *(
                f"CASE WHEN track = 'path' AND state IN ('registered', 'activated') THEN {_LAST} + {hours * HOUR} ELSE {NEVER} END"
                for hours in self.later
            ),
        ]
        least = "min" if d.is_sqlite else "least"
        nearest = ", ".join(f"min(({instant} - next_action_at) & {_POSITIVE})" for instant in self.instants)
        self.look = f"SELECT min(next_action_at), {nearest} FROM cases WHERE {mine}"
        ahead = [f"({instant} - ?) & {_POSITIVE}" for instant in self.instants]
        groups = [ahead[start : start + 100] for start in range(0, len(ahead), 100)]  # SQLite takes 127 values
        rest = ", ".join(f"{least}({', '.join(group)})" for group in groups)
        self.rearm = f"""
            UPDATE cases SET version = version + (SELECT count(*) FROM due WHERE due.case_id = cases.id),
                next_action_at = nullif({least}({rest}, {NEVER} - ?) + ?, {NEVER})
            WHERE {mine}"""
        natural = d.natural_id(f"? || '|' || rule_id || '|' || {d.hex('case_id')} || '|' || CAST(anchor AS text)")
        self.episodes = f"""
            INSERT INTO escalations (unit_id, id, campaign_id, rule_id, kind, subject_id, anchor, due_at, opened_at, level, levels,
                next_action_at, answer_by, group_key, area_id, team_id, is_open, version, state_version)
            SELECT ?, {natural}, ?, rule_id, 'case', case_id, anchor, due_at, ?, 1, 2, due_at + {NEXT_LEVEL}, due_at + {NEXT_LEVEL}, grouped, area_id,
                team_id, {"1" if d.is_sqlite else "true"}, 1, 1 FROM due ORDER BY position
            ON CONFLICT DO NOTHING"""
        self.steps = f"""
            INSERT INTO escalation_steps (unit_id, rule_id, subject_id, anchor, level, escalation_id, to_post, due_at, opened_at)
            SELECT ?, rule_id, case_id, anchor, 1, {natural}, 'team_leader', due_at, ? FROM due ORDER BY position
            ON CONFLICT DO NOTHING"""
        self.events = f"""
            INSERT INTO events (unit_id, ledger_no, kind, campaign_id, case_id, door_id, about_id, version, area_id, team_id,
                cause, rule_id, pack_hash, happened_at, recorded_at, data)
            SELECT ?, position + ?, 'escalate', ?, case_id, door_id, {natural}, version, area_id, team_id, 'rule', rule_id, ?,
                ?, ?, {d.object("'level', 1, 'due_at', due_at, 'anchor', anchor")} FROM due ORDER BY position"""
        # The earliest of each, not EXISTS: a prepared EXISTS makes PostgreSQL read the whole table when nothing is due.
        earliest = "(SELECT min(next_action_at) FROM {table} WHERE unit_id = ? AND next_action_at IS NOT NULL)"
        self.waiting = f"""
            SELECT {", ".join(earliest.format(table=table) for table in ("cases", "tasks", "escalations"))},
                EXISTS (SELECT 1 FROM campaigns WHERE unit_id = ? AND starts_at <= ?
                    AND (rules_next_at IS NULL OR rules_next_at <= ?))"""

    def run(self, now: Instant, run_id: uuid.UUID) -> int:
        """Open what fell due by `now`, number it, arm the cases anew and record the run; return the number of events."""
        execute, unit = self.driver.execute, self.unit
        cases, tasks, ladders, campaign = execute(self.waiting, (unit, unit, unit, unit, now, now)).fetchone()
        if campaign or (ladders or NEVER) <= now:
            raise AssertionError("by hand there are no duties or ladders to look after: choose another instant")
        execute(self.driver.begin)
        first = written = 0
        if min(cases or NEVER, tasks or NEVER) <= now:
            head = f"SELECT ledger_no, recorded_at FROM unit_heads WHERE unit_id = ?{self.driver.for_update}"
            before, recorded = execute(head, (unit,)).fetchone()
            first, now = before + 1, max(now, recorded)
            written = self._open(now, before)
        self._record(now, run_id, first, written)
        execute("COMMIT")
        return written

    def _open(self, now: Instant, before: int) -> int:
        execute, unit, campaign, text = self.driver.execute, self.unit, self.campaign, self._unit_hex()
        mine = (unit, now, campaign)
        first, *distances = execute(self.look, mine).fetchone()
        come = () if first is None else [n for n, far in enumerate(distances) if far <= now - first]
        written = execute(self._stage(tuple(come)), (*((*mine, now) * len(come)), unit)).rowcount if come else 0
        if written:
            execute(self.episodes, (unit, text, campaign, now))
            execute(self.steps, (unit, text, now))
            execute(self.events, (unit, before, campaign, text, self.pack_hash, now, now))
        execute(self.rearm, (*(now + 1,) * (len(self.instants) + 2), *mine))
        if written:
            execute("DELETE FROM due")
        seen = before + written
        written += self.tasks.open(now, seen)
        execute("UPDATE unit_heads SET ledger_no = ?, recorded_at = ? WHERE unit_id = ?", (before + written, now, unit))
        # The campaign's own turn comes at the next quarter of an hour, which every tick writes down.
        quarter = now // (15 * MINUTE) * 15 * MINUTE
        turn = (quarter + 15 * MINUTE, quarter, now, seen, unit, campaign)
        execute(
            """UPDATE campaigns SET rules_next_at = ?, whole_judged_at = ?, plan_seen_at = ?, plan_seen_no = ?
            WHERE unit_id = ? AND id = ?""",
            turn,
        )
        return int(written)

    @cache  # noqa: B019 - lives as long as the measurement
    def _stage(self, rules: tuple[int, ...]) -> str:
        """Return the statement that stages the cases on which rules of these numbers are due."""
        d = self.driver
        columns = "id, door_id, area_id, team_id, version"
        names = ["silent", "promised-missed", *(f"silent-{hours}" for hours in self.later)]
        judged = " UNION ALL ".join(
            f"""SELECT {n} AS rule_no, '{names[n]}' AS rule_id, {"follow_up_at" if n == 1 else _LAST} AS anchor,
                {self.instants[n]} AS due_at, {columns} FROM cases
                WHERE unit_id = ? AND next_action_at <= ? AND campaign_id = ? AND left_at IS NULL AND {self.instants[n]} <= ?"""
            for n in rules
        )
        return f"""
            INSERT INTO due
            SELECT row_number() OVER (ORDER BY j.rule_no, j.id), j.id, j.rule_id, j.anchor, j.due_at,
                CASE WHEN j.rule_no <> 1 THEN {d.hex("j.area_id")} ELSE coalesce({d.hex("j.team_id")}, '') END,
                j.door_id, j.area_id, j.team_id, j.version + row_number() OVER (PARTITION BY j.id ORDER BY j.rule_no)
            FROM ({judged}) j
            WHERE (SELECT 1 FROM escalations e WHERE e.unit_id = ? AND e.rule_id = j.rule_id
                AND e.subject_id = j.id AND e.anchor = j.anchor) IS NULL"""

    def _unit_hex(self) -> str:
        return self.unit.hex() if isinstance(self.unit, bytes) else self.unit.hex

    def _record(self, now: Instant, run_id: uuid.UUID, first: int, written: int) -> None:
        lines: Any = json.dumps(
            {"rules": {"silent": written} if written else {}, "levels": 0, "duties": 0, "completed": 0}
        )
        self.driver.execute(
            """INSERT INTO runs (id, unit_id, now, worker, started_at, finished_at, first_no, last_no, lines)
            VALUES (?, ?, ?, 'bench', ?, ?, ?, ?, ?)""",
            (self.driver.key(run_id), self.unit, now, now, now, first or 1, first + written - 1 if first else 0, lines),
        )
