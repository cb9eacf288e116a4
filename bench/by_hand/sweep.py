"""The sweep by hand: the rules of `bench/pack/escalations.yaml` and `bench/many_rules.py` as SQL, for one unit, in one transaction."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from bench.by_hand.driver import Driver
from rules.time import HOUR, MINUTE, Instant

NEVER = 2**62
SILENT, MISSED, NEXT_LEVEL = 48 * HOUR, 4 * HOUR, 24 * HOUR
_LAST = "CASE WHEN {c}last_contact > {c}entered_at THEN {c}last_contact ELSE {c}entered_at END"
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
        self._write_statements()

    def _write_statements(self) -> None:
        d = self.driver
        last = _LAST.format(c="")
        mine = "unit_id = ? AND next_action_at <= ? AND campaign_id = ? AND track = 'path' AND left_at IS NULL"
        columns = "id, door_id, area_id, team_id, version"
        further = [
            f"""UNION ALL
                SELECT {number}, 'silent-{hours}', {last}, {hours * HOUR}, {columns} FROM cases
                WHERE {mine} AND state IN ('registered', 'activated') AND {last} <= ? - {hours * HOUR}"""
            for number, hours in enumerate(self.later, 2)
        ]
        self.stage = f"""
            INSERT INTO due
            SELECT row_number() OVER (ORDER BY j.rule_no, j.id), j.id, j.rule_id, j.anchor, j.anchor + j.wait,
                CASE WHEN j.rule_no <> 1 THEN {d.hex("j.area_id")} ELSE coalesce({d.hex("j.team_id")}, '') END,
                j.door_id, j.area_id, j.team_id, j.version + row_number() OVER (PARTITION BY j.id ORDER BY j.rule_no)
            FROM (
                SELECT 0 AS rule_no, 'silent' AS rule_id, {last} AS anchor, {SILENT} AS wait, {columns}
                FROM cases WHERE {mine} AND state IN ('registered', 'activated') AND attempts < 3 AND {last} <= ?
                UNION ALL
                SELECT 1, 'promised-missed', follow_up_at, {MISSED}, {columns}
                FROM cases WHERE {mine} AND is_open AND follow_up_at <= ?
                {" ".join(further)}
            ) j
            WHERE NOT EXISTS (SELECT 1 FROM escalations e WHERE e.unit_id = ? AND e.rule_id = j.rule_id
                AND e.subject_id = j.id AND e.anchor = j.anchor)"""
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
        known = """NOT EXISTS (SELECT 1 FROM escalations e WHERE e.unit_id = cases.unit_id AND e.rule_id = '{rule}'
            AND e.subject_id = cases.id AND e.anchor = {anchor})"""
        instants = [
            f"""CASE WHEN state IN ('registered', 'activated')
                AND ({last} + {hours * HOUR} > ?
                    OR {known.format(rule=f"silent-{hours}", anchor=_LAST.format(c="cases."))}) THEN {last} + {hours * HOUR}
                ELSE {NEVER} END"""
            for hours in self.later
        ]
        least = "min" if d.is_sqlite else "least"
        groups = [instants[start : start + 100] for start in range(0, len(instants), 100)]  # SQLite takes 127 values
        rest = "".join(f", {least}({', '.join(group)}, {NEVER})" for group in groups)
        self.rearm = f"""
            UPDATE cases SET version = version + (SELECT count(*) FROM due WHERE due.case_id = cases.id),
                next_action_at = nullif({least}(
                    CASE WHEN state IN ('registered', 'activated') AND attempts < 3
                        AND {known.format(rule="silent", anchor=_LAST.format(c="cases."))} THEN {last} + {SILENT} ELSE {NEVER} END,
                    CASE WHEN is_open AND follow_up_at IS NOT NULL
                        AND {known.format(rule="promised-missed", anchor="cases.follow_up_at")}
                        THEN follow_up_at + {MISSED} ELSE {NEVER} END{rest}), {NEVER})
            WHERE unit_id = ? AND next_action_at <= ? AND campaign_id = ?"""
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
        if campaign or min(tasks or NEVER, ladders or NEVER) <= now:
            raise AssertionError("by hand there are no duties, tasks or ladders to look after: choose another instant")
        execute(self.driver.begin)
        first = written = 0
        if cases is not None and cases <= now:
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
        values = (*mine, now - SILENT, *mine, now - MISSED, *((*mine, now) * len(self.later)), unit)
        written = execute(self.stage, values).rowcount
        if written:
            execute(self.episodes, (unit, text, campaign, now))
            execute(self.steps, (unit, text, now))
            execute(self.events, (unit, before, campaign, text, self.pack_hash, now, now))
        execute(self.rearm, (*(now,) * len(self.later), *mine))
        if written:
            execute("DELETE FROM due")
        execute("UPDATE unit_heads SET ledger_no = ?, recorded_at = ? WHERE unit_id = ?", (before + written, now, unit))
        # The campaign's own turn comes at the next quarter of an hour, which every tick writes down.
        quarter = now // (15 * MINUTE) * 15 * MINUTE
        turn = (quarter + 15 * MINUTE, quarter, now, before + written, unit, campaign)
        execute(
            """UPDATE campaigns SET rules_next_at = ?, whole_judged_at = ?, plan_seen_at = ?, plan_seen_no = ?
            WHERE unit_id = ? AND id = ?""",
            turn,
        )
        return int(written)

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
