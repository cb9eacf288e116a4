"""Rows of escalations and of their steps, and what stands in them. What somebody may know of them is `workflow.queries.escalation_reach`.

Who has an episode is its *holder*: the newest level, unless a post above took it over, it was sent back to one below, or nobody held
the post that was called. What has no rung to stand on lies with the unit's highest post (`TOP_LEVEL`), else with the coordinator
(`COORDINATOR_LEVEL`), who may answer anything. Beside the holder there may be somebody to whom it was given.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, case, func

from rules.pack import CompiledRule
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Escalation, EscalationStep, table_of

EPISODES = table_of(Escalation)
STEPS = table_of(EscalationStep)

HANDED_ON: Final = "handed_on"
TO_TEAM: Final = "team"
TO_POST: Final = "post:"
TOP_ROLE: Final = "chair"
TEAM_LEADER: Final = "team_leader"
TOP_LEVEL: Final = 999
"""Where the highest post of the unit stands for what no rung of its ladder could take."""
COORDINATOR_ROLE: Final = "coordinator"
COORDINATOR_LEVEL: Final = 1000
"""Where a coordinator stands: above every rung."""
HOLDER: Final[ColumnElement[Any]] = func.coalesce(EPISODES.c.holder_level, EPISODES.c.level)
"""The rung that has an episode."""


def rule_of(context: CampaignContext, rule_id: str) -> CompiledRule | None:
    """Return the rule of that name, or None if the pack in force no longer has it."""
    return next((rule for rule in context.pack.rules if rule.id == rule_id), None)


def count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many rows of a group satisfy a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


__all__ = [
    "COORDINATOR_LEVEL",
    "COORDINATOR_ROLE",
    "EPISODES",
    "HANDED_ON",
    "HOLDER",
    "STEPS",
    "TEAM_LEADER",
    "TOP_LEVEL",
    "TOP_ROLE",
    "TO_POST",
    "TO_TEAM",
    "count_of",
    "rule_of",
]
