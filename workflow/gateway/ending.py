"""Rules that hold only for a while: time alone takes their reason away, so it matters when each of their levels was to be called."""

from collections.abc import Iterable

from sqlalchemy import BigInteger, ColumnElement, literal, or_, select

from rules.language.bounds import motion
from rules.language.normal import normal
from rules.language.sql import to_sql
from rules.pack import CompiledRule
from workflow.gateway.kinds import TASK, Kind
from workflow.tables import Escalation, table_of

_episodes = table_of(Escalation)


def may_end(kind: Kind, rule: CompiledRule) -> bool:
    """Whether the clock may close an episode of `rule` although nobody changed anything."""
    return kind is TASK and motion(normal(rule.when)) in ("down", "mixed")


def held_when_called(kind: Kind, rule: CompiledRule) -> ColumnElement[bool]:
    """Return the condition that `rule` holds, for its episode, at the instant at which the next level is to be called."""
    table, anchor = kind.table, to_sql(rule.anchor, kind.columns, literal(0, BigInteger))
    return (
        select(table.c.id)
        .where(table.c.unit_id == _episodes.c.unit_id, table.c.id == _episodes.c.subject_id, kind.applies(rule))
        .where(anchor == _episodes.c.anchor, to_sql(rule.when, kind.columns, _episodes.c.next_action_at))
        .exists()
    )


def only_while_they_hold(kind: Kind, rules: Iterable[CompiledRule]) -> list[ColumnElement[bool]]:
    """Return the condition that an episode's next level came before its rule ended; none if no rule ends."""
    ending = [rule for rule in rules if may_end(kind, rule)]
    if not ending:
        return []
    held = ((_episodes.c.rule_id == rule.id) & held_when_called(kind, rule) for rule in ending)
    return [or_(_episodes.c.rule_id.not_in([rule.id for rule in ending]), *held)]


__all__ = ["held_when_called", "may_end", "only_while_they_hold"]
