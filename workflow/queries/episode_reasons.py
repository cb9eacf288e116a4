"""Why the rule of one episode holds: the comparisons that decided, with values that whoever asks may read."""

from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from rules.language import Reason, explain
from rules.pack import CompiledRule
from rules.time import Instant
from workflow.queries.door_list import reads_sensitive
from workflow.queries.escalation_reach import Reach
from workflow.queries.team_facts import team_facts
from workflow.tables import Case, Task, table_of

_cases, _tasks = table_of(Case), table_of(Task)
_CASE_FACTS: Final = (
    "state", "stage", "created_at", "entered_at", "last_contact", "follow_up_at", "attempts", "is_open", "is_done", "exit_class",
    "unnamed",
)  # fmt: skip
_TELLING_TEAM_FACTS: Final = ("open_cases", "required_pace")
"""Counts of people below the unit: with what is done they could be subtracted from the whole, so their values stay unsaid."""


def why_it_holds(
    session: Session, reach: Reach, rule: CompiledRule | None, row: Row[Any], now: Instant
) -> tuple[bool | None, tuple[Reason, ...]]:
    """Return whether the rule holds now and the comparisons that decided, with values that the actor may read.

    Nothing is explained once it is closed: what became of somebody is not told by way of a rule.
    """
    if rule is None or not row.is_open:
        return None, ()
    facts = _facts(session, reach, row, now)
    if facts is None:
        return None, ()
    told = explain(rule.when, {**reach.context.pack.constants, **facts}, now)
    if row.kind == "team":
        return told.holds, tuple(_without_people(reason) for reason in told.reasons)
    return told.holds, told.reasons


def _without_people(reason: Reason) -> Reason:
    telling = any(name in reason.text for name in _TELLING_TEAM_FACTS)
    return Reason(reason.text, reason.holds, ()) if telling else reason


def _facts(session: Session, reach: Reach, row: Row[Any], now: Instant) -> dict[str, object] | None:
    """Return the facts that the rule reads of its subject; None where they are not the actor's, or are figures."""
    context = reach.context
    if row.kind == "case":
        return _case_facts(session, reach, row)
    if row.kind == "task":
        task = session.execute(
            select(_tasks).where(_tasks.c.unit_id == context.unit_id, _tasks.c.id == row.subject_id)
        ).one_or_none()
        return None if task is None else {**task._mapping, "task_state": task.state}
    if row.kind == "team":
        return team_facts(session, context, now=now).get(row.subject_id)
    return None


def _case_facts(session: Session, reach: Reach, row: Row[Any]) -> dict[str, object] | None:
    names = (*_CASE_FACTS, "track", "unit_id", "area_id", "team_id")
    found = session.execute(
        select(*(_cases.c[name] for name in names)).where(
            _cases.c.unit_id == reach.context.unit_id, _cases.c.id == row.subject_id
        )
    ).one_or_none()
    if found is None or found.track not in reach.context.pack.tracks:
        return None
    state = reach.context.pack.tracks[found.track].states.get(found.state)
    if state is None or (state.sensitive and not reads_sensitive(reach.actor, found)):
        return None
    return {name: found._mapping[name] for name in _CASE_FACTS}
