"""`escalations.yaml`: the rules a clock looks after, with their ladders."""

from datetime import date
from typing import Literal

from pydantic import Field

from rules.pack.base import Clause, DeadlineText, Expression, Identifier, LabelText, Model, RuleId

Decision = Literal["acknowledged", "handed_on", "raised", "taken_over", "returned", "granted", "rested", "decided"]
"""What may be decided about an escalation; each asks for a reason where the pack or the engine says so."""


class Rung(Model):
    """A step of a ladder: to which post (`owner`: the one that owns the task), how long after the step before, and how long that post
    has to answer.
    """

    to: Identifier
    after: DeadlineText | None = None
    answer_within: DeadlineText | None = None


class RuleEffect(Model):
    """What a rule does besides, or instead of, a ladder."""

    follow_up: DeadlineText | None = None
    move: Identifier | None = None
    waive: Literal[True] | None = None


class Rule(Model):
    """A condition that a clock looks after."""

    id: RuleId
    label: LabelText
    on: Literal["case", "task", "team", "campaign"] = "case"
    track: Identifier | None = None
    task: RuleId | None = None
    when: Expression
    anchor: Expression
    group: Literal["area", "team", "unit", "owner"] = "area"
    ladder: tuple[Rung, ...] = ()
    effect: RuleEffect | None = None
    reasons: dict[Decision, tuple[LabelText, ...]] = Field(default_factory=dict)
    starts: date | None = None
    source: Clause


class EscalationFile(Model):
    """`escalations.yaml`."""

    rules: tuple[Rule, ...] = ()
