"""The tasks of the sweep by hand: the rule `task-late` of `bench/many_rules.py` as SQL."""

import uuid

from bench.by_hand.driver import Driver
from rules.time import HOUR, Instant

NEXT_LEVEL = 24 * HOUR
_LATE = "NOT {t}is_duty AND {t}state IN ('planned', 'assigned') AND {t}due_at <= ?"
_OPENED = """EXISTS (SELECT 1 FROM escalations e WHERE e.unit_id = tasks.unit_id AND e.rule_id = 'task-late'
    AND e.subject_id = tasks.id AND e.anchor = tasks.due_at)"""


class TaskSweep:
    """Statements for the tasks of one unit and campaign, to be run inside the transaction of the sweep."""

    def __init__(self, driver: Driver, pack_hash: str, unit_id: uuid.UUID, campaign_id: uuid.UUID) -> None:
        self.driver, self.pack_hash = driver, pack_hash
        self.unit, self.campaign, self.text = driver.key(unit_id), driver.key(campaign_id), unit_id.hex
        key, yes = ("BLOB", "1") if driver.is_sqlite else ("uuid", "true")
        no = "0" if driver.is_sqlite else "false"
        driver.execute(
            f"""CREATE TEMP TABLE due_tasks (position BIGINT PRIMARY KEY, task_id {key}, due_at BIGINT, area_id {key}, team_id {key})"""
        )
        natural = driver.natural_id(f"? || '|task-late|' || {driver.hex('task_id')} || '|' || CAST(due_at AS text)")
        mine = "unit_id = ? AND next_action_at <= ? AND campaign_id = ?"
        self.stage = f"""
            INSERT INTO due_tasks SELECT row_number() OVER (ORDER BY id), id, due_at, area_id, team_id FROM tasks
            WHERE {mine} AND {_LATE.format(t="")} AND NOT {_OPENED}"""
        self.episodes = f"""
            INSERT INTO escalations (unit_id, id, campaign_id, rule_id, kind, subject_id, anchor, due_at, opened_at, level, levels,
                next_action_at, answer_by, group_key, area_id, team_id, is_open, version, state_version)
            SELECT ?, {natural}, ?, 'task-late', 'task', task_id, due_at, due_at, ?, 1, 2, due_at + {NEXT_LEVEL}, due_at + {NEXT_LEVEL}, '', area_id,
                team_id, {yes}, 1, 1 FROM due_tasks ORDER BY position
            ON CONFLICT DO NOTHING"""
        self.steps = f"""
            INSERT INTO escalation_steps (unit_id, rule_id, subject_id, anchor, level, escalation_id, to_post, due_at, opened_at)
            SELECT ?, 'task-late', task_id, due_at, 1, {natural}, 'chair', due_at, ? FROM due_tasks ORDER BY position
            ON CONFLICT DO NOTHING"""
        self.events = f"""
            INSERT INTO events (unit_id, ledger_no, kind, campaign_id, about_id, cause, rule_id, pack_hash, happened_at, recorded_at,
                data)
            SELECT ?, position + ?, 'escalate', ?, {natural}, 'rule', 'task-late', ?, ?, ?,
                {driver.object("'level', 1, 'due_at', due_at, 'anchor', due_at")} FROM due_tasks ORDER BY position"""
        self.rearm = f"""
            UPDATE tasks SET next_action_at = CASE WHEN NOT is_duty AND state IN ('planned', 'assigned') AND NOT {_OPENED}
                THEN due_at END
            WHERE {mine}"""
        self.resolve = f"""
            UPDATE escalations SET is_open = {no}, closed_at = ?, closed_because = 'resolved', next_action_at = NULL,
                version = version + 1, state_version = state_version + 1
            WHERE unit_id = ? AND is_open AND kind = 'task' AND campaign_id = ? AND rule_id = 'task-late'
                AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.unit_id = escalations.unit_id AND t.id = escalations.subject_id
                    AND t.due_at = escalations.anchor AND {_LATE.format(t="t.")})"""

    def open(self, now: Instant, before: int) -> int:
        """Close what has lost its reason and open what fell due by `now`, numbered after `before`; return the number of events."""
        execute, unit, campaign, text = self.driver.execute, self.unit, self.campaign, self.text
        if execute(self.resolve, (now, unit, campaign, now)).rowcount:
            raise AssertionError("by hand no task is taken up or done: no episode can have lost its reason")
        written = execute(self.stage, (unit, now, campaign, now)).rowcount
        if written:
            execute(self.episodes, (unit, text, campaign, now))
            execute(self.steps, (unit, text, now))
            execute(self.events, (unit, before, campaign, text, self.pack_hash, now, now))
            execute(self.rearm, (unit, now, campaign))
            execute("DELETE FROM due_tasks")
        return int(written)
