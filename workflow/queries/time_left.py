"""By when an answer is expected of somebody, and how that stands: one function for list, badge, tabs, order and bulk decisions.

For an escalation it follows from the ladder: until the next post is called; on the last rung, where nobody is called any more, by the
end of the day on which it came. A request to confirm an exit has no ladder and so is answered by the end of the day on which it was
made. A task or a report has its deadline.

Each answer exists twice, for one row and over rows; a test holds the two together.
"""

from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, case, type_coerce

from rules.pack import CompiledRule
from rules.time import DAY, Instant
from workflow.days import day_start, tomorrow_of
from workflow.queries.campaigns import CampaignContext

Due = Literal["overdue", "today", "later"]
"""How an answer stands with its time."""
_SHIFT = -day_start(0)


def answer_by(rule: CompiledRule | None, mine: int, due_at: Instant) -> Instant:
    """Return by when an answer is expected at level `mine` of an episode that became due at `due_at`.

    A rule that the pack in force no longer has leaves until the end of the day.
    """
    delays = rule.delays if rule is not None else (None,)
    if mine < len(delays):
        return due_at + (delays[mine] or 0)
    return tomorrow_of(due_at + (delays[min(mine, len(delays)) - 1] or 0))


def answer_by_sql(rows: Any, context: CampaignContext) -> ColumnElement[int]:
    """Return the same over rows with `rule_id`, `mine` and `due_at`."""
    branches = []
    for rule in context.pack.rules:
        if rule.ladder:
            delays = [delay or 0 for delay in rule.delays]
            by_level = {level: rows.due_at + delays[level] for level in range(1, len(delays))}
            top = end_of_day_sql(rows.due_at + delays[-1])
            branches.append((rows.rule_id == rule.id, case(by_level, value=rows.mine, else_=top) if by_level else top))
    last = end_of_day_sql(rows.due_at)
    return case(*branches, else_=last) if branches else last


def end_of_day_sql(came: Any) -> ColumnElement[int]:
    """Return the end of the local day in which an instant lies, over rows: `tomorrow_of`."""
    day = type_coerce(came + _SHIFT, BigInteger) // DAY
    return type_coerce(day * DAY + (DAY - _SHIFT), BigInteger)


def stands(until: Instant, now: Instant) -> Due:
    """Return how an answer that is expected before the exclusive instant `until` stands with its time."""
    if now >= until:
        return "overdue"
    return "today" if until <= tomorrow_of(now) else "later"


def stands_sql(until: Any, now: Any, tomorrow: Any) -> ColumnElement[str]:
    """Return the same over rows. `tomorrow`: when the next day begins."""
    return case((until <= now, "overdue"), (until <= tomorrow, "today"), else_="later")


def due_of(rule: CompiledRule | None, mine: int, due_at: Instant, now: Instant) -> Due:
    """Return how an answer to an episode stands with its time."""
    return stands(answer_by(rule, mine, due_at), now)


def due_sql(rows: Any, context: CampaignContext, now: Any, tomorrow: Any) -> ColumnElement[str]:
    """Return the same over rows with `rule_id`, `mine` and `due_at`."""
    return stands_sql(answer_by_sql(rows, context), now, tomorrow)


__all__ = ["Due", "answer_by", "answer_by_sql", "due_of", "due_sql", "end_of_day_sql", "stands", "stands_sql"]
