"""A visit by hand: one person of a door activates the account, for the campaign of `bench/pack`, in one transaction.

The same reads (head, key, actor, campaign, door, cases, open episodes), checks and writes as the product's command.
"""

import hashlib
import json
import uuid
from typing import Any

from bench.by_hand.driver import Driver
from rules.time import DAY, HOUR, Instant, at
from workflow.ids import IdSource

SILENT, MISSED, LOCAL = 48 * HOUR, 4 * HOUR, 7 * HOUR
COLLECT_UNTIL = at("2025-05-27 24:00")
LABELS = {"registered": "Đã đăng ký", "activated": "Đã kích hoạt"}
_ROLES = """
    SELECT m.id, m.name, p.role, p.team_id FROM memberships m JOIN accounts a ON a.id = m.account_id
    LEFT JOIN post_holdings h ON h.unit_id = m.unit_id AND h.membership_id = m.id AND h.from_at <= ?
        AND (h.to_at IS NULL OR h.to_at > ?)
    LEFT JOIN posts p ON p.unit_id = h.unit_id AND p.id = h.post_id
    WHERE m.unit_id = ? AND m.account_id = ? AND a.disabled_at IS NULL AND m.from_at <= ? AND (m.to_at IS NULL OR m.to_at > ?)"""
_DOOR = """
    SELECT campaign_id, own_follow_up_at, attempts, last_contact, version FROM doors
    WHERE unit_id = ? AND id = ? AND team_id = ? AND (assignee_id IS NULL OR assignee_id = ?)"""
_CASES = """
    SELECT id, state, stage, area_id, team_id, assignee_id, entered_at, attempts, last_contact, follow_up_at, next_action_at,
        last_happened_at, version, state_version, is_open, subject_id
    FROM cases WHERE unit_id = ? AND door_id = ? AND left_at IS NULL ORDER BY id"""
_EPISODES = "SELECT id, next_action_at FROM escalations WHERE unit_id = ? AND subject_id IN (?, ?, ?, ?) AND is_open"
_EVENT = """
    INSERT INTO events (unit_id, ledger_no, kind, campaign_id, case_id, door_id, about_id, version, track, move, from_state, state,
        stage, area_id, team_id, assignee_id, cause, actor_id, pack_hash, happened_at, recorded_at, facts, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'person', ?, ?, ?, ?, ?, ?)"""
_ROLLUP = """
    INSERT INTO rollups (unit_id, campaign_id, basis, day, track, area_id, team_id, state, stage, unnamed, n)
    VALUES (?, ?, ?, ?, 'path', ?, ?, ?, ?, ?, ?)
    ON CONFLICT (unit_id, campaign_id, basis, day, track, area_id, team_id, state, stage, unnamed)
    DO UPDATE SET n = rollups.n + excluded.n"""
_VISIT = """
    INSERT INTO visits (unit_id, id, door_id, ledger_no, mode, assisted, done_by_id, recorded_by_id, happened_at, recorded_at,
        outcomes) VALUES (?, ?, ?, ?, 'door', ?, ?, ?, ?, ?, 1)"""
_OUTCOME = (
    "INSERT INTO visit_outcomes (unit_id, visit_id, position, case_id, outcome) VALUES (?, ?, 1, ?, 'activated_now')"
)
_SAVE_MOVED = """
    UPDATE cases SET state = 'activated', stage = 'activated', entered_at = ?, last_happened_at = ?, last_contact = ?,
        follow_up_at = ?, next_action_at = ?, version = ?, state_version = ? WHERE unit_id = ? AND id = ?"""
_SAVE_OTHER = "UPDATE cases SET last_contact = ?, next_action_at = ? WHERE unit_id = ? AND id = ?"
_SAVE_DOOR = """
    UPDATE doors SET last_contact = ?, own_follow_up_at = NULL, promised_at = NULL, follow_up_at = ?, follow_up_case_id = ?,
        open_cases = ?, someone_untimed = ?, version = ? WHERE unit_id = ? AND id = ?"""
_COMMAND = """
    INSERT INTO commands (unit_id, account_id, key, request_hash, answer, ledger_no, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)"""


class HandVisit:
    """Records visits of one account in one unit; `ids` makes the ids of visits."""

    def __init__(
        self, driver: Driver, unit_id: uuid.UUID, campaign_id: uuid.UUID, account_id: uuid.UUID, ids: IdSource
    ) -> None:
        self.driver, self.ids = driver, ids
        self.unit, self.campaign, self.account = map(driver.key, (unit_id, campaign_id, account_id))
        self.lock = f"SELECT ledger_no, recorded_at FROM unit_heads WHERE unit_id = ?{driver.for_update}"
        self.none, self.yes = (0, 1) if driver.is_sqlite else (False, True)

    def run(self, now: Instant, happened_at: Instant, door_id: uuid.UUID, case_id: uuid.UUID, version: int, key: str,
            request: dict[str, Any]) -> dict[str, Any]:  # fmt: skip
        """Carry out the command once; return its answer."""
        execute, unit = self.driver.execute, self.unit
        text = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        execute(self.driver.begin)
        last, recorded = execute(self.lock, (unit,)).fetchone()
        now = max(now, recorded)
        known = "SELECT request_hash, answer FROM commands WHERE unit_id = ? AND account_id = ? AND key = ?"
        if execute(known, (unit, self.account, key)).fetchone():
            raise AssertionError("the bench sends every command once")
        member, _, role, team = execute(_ROLES, (now, now, unit, self.account, now, now)).fetchone()
        starts, ends, pack_hash = execute(
            "SELECT starts_at, ends_at, pack_hash FROM campaigns WHERE unit_id = ? AND id = ?", (unit, self.campaign)
        ).fetchone()
        if role != "member" or not (starts <= happened_at < ends and happened_at <= now):
            raise AssertionError("refused")
        answer = self._visit(now, last, happened_at, door_id, case_id, version, member, team, pack_hash)
        execute(_COMMAND, (unit, self.account, key, digest, json.dumps(answer), last + 2, now))
        execute("UPDATE unit_heads SET ledger_no = ?, recorded_at = ? WHERE unit_id = ?", (last + 2, now, unit))
        execute("COMMIT")
        return answer

    def _visit(self, now: Instant, last: int, when: Instant, door_id: uuid.UUID, case_id: uuid.UUID, expected: int, member: Any,
               team: Any, pack_hash: str) -> dict[str, Any]:  # fmt: skip
        execute, unit, campaign, key = self.driver.execute, self.unit, self.campaign, self.driver.key
        door, wanted = key(door_id), key(case_id)
        _, own, _, met, door_version = execute(_DOOR, (unit, door, team, member)).fetchone()
        cases = execute(_CASES, (unit, door)).fetchall()
        if execute(_EPISODES, (unit, *(case[0] for case in cases))).fetchall() or own is not None:
            raise AssertionError("the bench visits doors for which nothing is open")
        chosen = next(case for case in cases if case[0] == wanted)
        _, state, stage, area, its_team, assignee, *_, latest, case_version, state_version, _, _ = chosen
        if state_version != expected or state != "registered" or when < latest:
            raise AssertionError("stale, or out of order")
        if not (stage == "registered" and when < COLLECT_UNTIL):
            raise AssertionError("the guard refuses")
        evening = (when + LOCAL) // DAY * DAY - LOCAL + 18 * HOUR
        follow_up = evening if when < evening else when + HOUR
        visit = key(visit_id := self.ids.new(now))
        contact = max(met or 0, when)
        visitor = member if isinstance(member, uuid.UUID) else uuid.UUID(bytes=member)
        told = {"attempts": 0, "contact": when, "own_follow_up_at": None, "promised_at": None,
                "cases": {case_id.hex: {"follow_up_at": follow_up, "attempts": 0}},
                "done_by": str(visitor), "mode": "door", "assisted": False}  # fmt: skip
        facts = json.dumps({"stage": stage, "happened_at": when})
        self.driver.execute_many(_EVENT, [
            (unit, last + 1, "visit", campaign, None, door, visit, None, None, None, None, None, None, None, None, None, member,
             pack_hash, when, now, None, json.dumps(told)),
            (unit, last + 2, "move", campaign, wanted, door, visit, case_version + 1, "path", "activate", state, "activated",
             "activated", area, its_team, assignee, member, pack_hash, when, now, facts, json.dumps({"follow_up_at": None})),
        ])  # fmt: skip
        execute(_VISIT, (unit, visit, door, last + 1, self.none, member, member, when, now))
        execute(_OUTCOME, (unit, visit, wanted))
        self._save(cases, wanted, when, contact, follow_up)
        timed = {case[15] for case in cases if case is chosen or case[9] is not None}
        untimed = self.yes if any(case[15] not in timed for case in cases) else self.none
        execute(_SAVE_DOOR, (contact, follow_up, wanted, len(cases), untimed, door_version + 1, unit, door))
        self._roll_up(now, when, area, its_team, stage)
        return {
            "visit": str(visit_id), "ledger_no": last + 1, "door_version": door_version + 1,
            "cases": {str(self._uuid(case[0])): {"state": "activated", "state_version": state_version + 1, "label": LABELS["activated"]}
                      if case is chosen else {"state": case[1], "state_version": case[13], "label": LABELS[case[1]]}
                      for case in cases},
        }  # fmt: skip

    def _save(self, cases: list[Any], wanted: Any, when: Instant, contact: Instant, follow_up: Instant) -> None:
        others = []
        for case in cases:
            if case[0] == wanted:
                armed = min(max(when, contact) + SILENT, follow_up + MISSED)
                values = (when, when, contact, follow_up, armed, case[12] + 1, case[13] + 1, self.unit, wanted)
                self.driver.execute(_SAVE_MOVED, values)
            else:
                pointer = (
                    max(case[6], contact) + SILENT if case[7] < 3 and case[1] in ("registered", "activated") else None
                )
                pointer = pointer if case[9] is None or pointer is None else min(pointer, case[9] + MISSED)
                others.append((contact, pointer, self.unit, case[0]))
        self.driver.execute_many(_SAVE_OTHER, others)

    def _roll_up(self, now: Instant, when: Instant, area: Any, team: Any, stage: str) -> None:
        start = (self.unit, self.campaign)
        self.driver.execute_many(_ROLLUP, [
            (*start, basis, (instant + LOCAL) // DAY, area, team, state, reached, self.none, change)
            for basis, instant in (("r", now), ("h", when))
            for state, reached, change in (("registered", stage, -1), ("activated", "activated", 1))
        ])  # fmt: skip

    def _uuid(self, value: Any) -> uuid.UUID:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(bytes=value)
