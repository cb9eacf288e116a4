"""When a task must be looked at again by the rules that watch tasks."""

from collections.abc import Mapping
from typing import Any

from rules.pack import Pack
from rules.time import Instant
from workflow.gateway.kinds import TASK
from workflow.gateway.pointers import next_action_at as earliest_of


def next_action_at(pack: Pack, task: Mapping[str, Any]) -> Instant | None:
    """Return the earliest instant at which a rule can have work on `task`; None if none ever can.

    Rules over figures are not among them: they are judged whole at each tick.
    """
    rules = [
        rule
        for rule in pack.rules
        if rule.model.on == "task" and rule.model.task in (None, task["item"]) and TASK.can_judge(rule)
    ]
    return earliest_of(rules, task_rule_facts(task))


def task_rule_facts(task: Mapping[str, Any]) -> dict[str, object]:
    """Return what task rules may speak about, from a task's row."""
    names = (
        "due_at",
        "internal_due_at",
        "opens_at",
        "started_at",
        "submitted_at",
        "progress",
        "open_predecessors",
        "is_duty",
    )
    return {"task_state": task["state"], **{name: task.get(name) for name in names}}
