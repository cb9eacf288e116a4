"""What rules run over. Cases and tasks are judged as sets: the kind says which column each fact is. Teams and the campaign are few and
judged whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, true

from rules.language import facts_used
from rules.pack import CompiledRule
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Campaign, Case, Task, Team, table_of

_cases, _tasks = table_of(Case), table_of(Task)

CASE_COLUMNS: Mapping[str, ColumnElement[Any]] = {
    name: _cases.c[name]
    for name in (
        "state", "stage", "created_at", "entered_at", "last_contact", "follow_up_at", "attempts", "is_open", "is_done",
        "exit_class", "unnamed",
    )
}  # fmt: skip
TASK_COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "task_state": _tasks.c.state,
    **{
        name: _tasks.c[name]
        for name in (
            "due_at", "internal_due_at", "opens_at", "started_at", "submitted_at", "progress", "open_predecessors", "is_duty",
        )
    },
}  # fmt: skip


MOST_KEPT: Final = 256
_rules: dict[tuple[str, str], tuple[CompiledRule, ...]] = {}
"""The rules of each kind, by pack: a published pack never changes."""


@dataclass(frozen=True)
class Kind:
    """Rows that rules run over: `name` is what `on:` says in the pack, and the kind of the escalation."""

    name: str
    table: Table
    columns: Mapping[str, ColumnElement[Any]]
    counts_events: bool = True
    """Whether the rows keep a `version` that counts their events."""

    def rules(self, context: CampaignContext) -> tuple[CompiledRule, ...]:
        """Return the pack's rules of this kind that a database can judge, in pack order."""
        key = (context.pack.hash, self.name)
        if key not in _rules:
            if len(_rules) >= MOST_KEPT:
                _rules.clear()
            mine = (rule for rule in context.pack.rules if rule.model.on == self.name and self.can_judge(rule))
            _rules[key] = tuple(mine)
        return _rules[key]

    def can_judge(self, rule: CompiledRule) -> bool:
        """Whether every fact the rule uses is a column here (figures and team facts are judged whole, elsewhere)."""
        return facts_used(rule.when) | facts_used(rule.anchor) <= {*self.columns, "now"}

    def applies(self, rule: CompiledRule) -> ColumnElement[bool]:
        """Return the condition that a row is one the rule speaks about."""
        if self.name == "case":
            return and_(_cases.c.track == rule.track, _cases.c.left_at.is_(None))
        whom = self.speaks_of(rule)
        return true() if whom is None else whom

    def speaks_of(self, rule: CompiledRule) -> ColumnElement[bool] | None:
        """Return the condition that a row belongs to the track or task that the rule names; None if it names none."""
        if self.name == "case":
            return _cases.c.track == rule.track
        return _tasks.c.item == rule.model.task if rule.model.task else None


CASE = Kind("case", _cases, CASE_COLUMNS)
TASK = Kind("task", _tasks, TASK_COLUMNS, counts_events=False)
TEAM = Kind("team", table_of(Team), {}, counts_events=False)
CAMPAIGN = Kind("campaign", table_of(Campaign), {}, counts_events=False)
