"""`plan.yaml`: tasks with a deadline, and duties that come again."""

from typing import Literal

from pydantic import Field

from rules.pack.base import Clause, DeadlineText, Expression, Identifier, LabelText, Model, Per, RuleId


class Evidence(Model):
    """What shows that a task is done; `at_least` for counts such as "trên 30 tin bài"."""

    kind: Literal["document", "count", "link", "photo"]
    label: LabelText
    at_least: int | None = Field(default=None, ge=1)


class PlanTask(Model):
    """A piece of the plan, opened once (or once for each team, area or body)."""

    id: RuleId
    label: LabelText
    clause: Clause
    owner: Identifier
    support: tuple[Identifier, ...] = ()
    per: Per = "unit"
    opens: DeadlineText | None = None
    due: DeadlineText
    after: tuple[RuleId, ...] = ()
    done_when: Expression | None = None
    evidence: tuple[Evidence, ...] = ()
    source: Clause | None = None


class Relay(Model):
    """A report that reaches its receiver through another post.

    That post has until the duty's `due` to pass on what came; `internal_due` is the hour at which it wants the reports. `label` is
    what passing them on is called in the plan.
    """

    via: Identifier
    to: Identifier
    label: LabelText | None = None


class Duty(Model):
    """A task that recurs: each occurrence is a task of its own."""

    id: RuleId
    label: LabelText
    clause: Clause
    owner: Identifier
    per: Per = "unit"
    every: str = Field(min_length=1, max_length=100)
    due: DeadlineText
    internal_due: DeadlineText | None = None
    opens: DeadlineText | None = None
    relay: Relay | None = None
    waive_when: Expression | None = None
    source: Clause | None = None


class PlanFile(Model):
    """`plan.yaml`."""

    tasks: tuple[PlanTask, ...] = ()
    duties: tuple[Duty, ...] = ()
