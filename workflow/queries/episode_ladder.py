"""The ladder of one episode: each rung with who holds it, when its time comes and when it was called."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from rules.pack import CompiledRule
from rules.pack.ladder import OWNER
from rules.pack.model import Label
from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.colleagues import Colleague
from workflow.queries.ladder_labels import label_of_rung
from workflow.queries.ladder_rows import STEPS, TEAM_LEADER


class LadderStep(NamedTuple):
    """A rung of the ladder. `due_at` is when its time comes, `opened_at` when it was called (None: not yet).

    `has_it`: the episode lies with this rung now. `reached_nobody`: nobody held the post, so it went up.
    """

    level: int
    to_post: Label
    holders: tuple[str, ...]
    due_at: Instant | None
    opened_at: Instant | None
    was_raised: bool
    has_it: bool
    reached_nobody: bool


def ladder_of(
    session: Session, context: CampaignContext, rule: CompiledRule | None, row: Row[Any], people: Sequence[Colleague]
) -> tuple[LadderStep, ...]:
    """Return the rungs of an episode, those that were called as they were and the others as the pack has them; one statement."""
    steps = {
        step.level: step
        for step in session.execute(
            select(STEPS).where(STEPS.c.unit_id == context.unit_id, STEPS.c.escalation_id == row.id)
        )
    }
    rungs, counted = [], row.due_at
    for level in range(1, row.levels + 1):
        step, natural = steps.get(level), _called(rule, row, level, counted)
        counted = natural
        opened_at, due_at = (step.opened_at, step.due_at) if step is not None else (None, natural)
        was_raised = step is not None and natural is not None and step.due_at < natural
        rungs.append(
            LadderStep(
                level, label_of_rung(context, rule, level), _names_on(rule, level, row, people), due_at, opened_at, was_raised,
                has_it=row.is_open and row.holder == level, reached_nobody=row.is_open and row.unheld_level == level,
            )
        )  # fmt: skip
    return tuple(rungs)


def _called(rule: CompiledRule | None, row: Row[Any], level: int, below: Instant | None) -> Instant | None:
    """Return when a level is to be called: the next one as the episode says, those after it as the pack does."""
    if level == 1:
        return int(row.due_at)
    if level == row.level + 1 and row.next_action_at is not None:
        return int(row.next_action_at)
    if rule is None or below is None:
        return None
    return rule.times.next_at(level - 1, below)


def _names_on(rule: CompiledRule | None, level: int, row: Row[Any], people: Sequence[Colleague]) -> tuple[str, ...]:
    if rule is None or level > len(rule.ladder):
        return ()
    code = rule.ladder[level - 1].to
    if code != OWNER:
        return tuple(dict.fromkeys(one.name for one in people if one.code == code))
    leads = row.kind == "team"
    return tuple(
        dict.fromkeys(one.name for one in people if (one.code == TEAM_LEADER and leads) or (one.is_named and not leads))
    )
