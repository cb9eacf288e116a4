"""I7, answers: what people answered to escalations, and how each episode ended, is what the ledger tells."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Escalation, EscalationStep, Event
from workflow.verify.scope import Scope

CHECK: Final = "I7-answer"
ON_STEPS: Final = ("acknowledged", "decided", "handed_on", "raised", "taken_over", "returned")
"""Answers that a step keeps; a note, granted time and what somebody put aside are in the ledger alone."""
_TAMPERED: Final = "Dữ liệu đã bị sửa ngoài sổ."


def check_answers(scope: Scope) -> Iterator[Finding]:
    """Yield each step that says it was answered otherwise than the ledger tells, and each answer that its step has lost."""
    step, told = alias_of(EscalationStep), _newest(scope)
    same = and_(told.c.about_id == step.escalation_id, told.c.level == step.level)
    agrees = and_(
        told.c.about_id.is_not(None),
        step.answered_by_id.is_not_distinct_from(told.c.actor_id),
        step.answered_at == told.c.recorded_at,
        step.answer == told.c.answer,
    )
    changed = (
        select(step.escalation_id, step.rule_id, step.level)
        .select_from(step.escalation_id.table.outerjoin(told, same))
        .where(step.unit_id == scope.unit_id, _answered(step), ~func.coalesce(agrees, False))
    )
    for row in scope.rows(changed):
        message = f"Trả lời ở bước {row.level} của “{row.rule_id}” khác với sổ, hoặc sổ không có. {_TAMPERED}"
        yield scope.wrong(CHECK, f"chuyển cấp {row.escalation_id.hex}", message, rule=row.rule_id, level=row.level)
    known = select(step.level).where(step.unit_id == scope.unit_id, same, _answered(step)).exists()
    for row in scope.rows(select(told.c.about_id, told.c.level, told.c.ledger_no).where(~known)):
        message = f"Trả lời ở số {row.ledger_no} (bước {row.level}) có trong sổ nhưng bước không ghi. {_TAMPERED}"
        yield scope.wrong(CHECK, f"chuyển cấp {row.about_id.hex}", message, ledger_no=row.ledger_no, level=row.level)


def check_endings(scope: Scope) -> Iterator[Finding]:
    """Yield each episode that is closed without its event, open in spite of one, or closed by somebody or at a time not in the ledger."""
    episode, ends = alias_of(Escalation), _endings(scope)
    as_told = and_(
        ends.c.because == episode.closed_because,
        ends.c.recorded_at == episode.closed_at,
        or_(episode.closed_because != "decided", ends.c.actor_id.is_not_distinct_from(episode.closed_by_id)),
    )
    ended, its_own = func.count(ends.c.because) > 0, func.count(case((as_told, 1))) > 0
    by_effect = func.coalesce(episode.closed_because, "") == "effect"
    wrong = case((episode.is_open, ended), (by_effect, episode.levels > 0), else_=~its_own)
    statement = (
        select(episode.id, episode.rule_id, episode.is_open)
        .select_from(episode.id.table.outerjoin(ends, ends.c.about_id == episode.id))
        .where(episode.unit_id == scope.unit_id)
        .group_by(
            episode.id, episode.rule_id, episode.is_open, episode.levels, episode.closed_because, episode.closed_at,
            episode.closed_by_id,
        )
        .having(wrong)
    )  # fmt: skip
    for row in scope.rows(statement):
        how = "đang mở dù sổ đã ghi đóng" if row.is_open else "đã đóng khác với sổ, hoặc sổ không ghi"
        message = f"Việc chuyển cấp theo “{row.rule_id}” {how}. {_TAMPERED}"
        yield scope.wrong("I7-ending", f"chuyển cấp {row.id.hex}", message, rule=row.rule_id)


def _endings(scope: Scope) -> Subquery:
    """Return the endings of episodes as their events tell them; the last word of each, which may be that it was opened again.

    Different ones only: that makes SQLite read them once into a table of its own, with an index, and not once for every episode.
    """
    event = alias_of(Event)
    closed, reopened = (event.data[name].as_string() for name in ("closed", "reopened"))
    nth = func.rank().over(partition_by=event.about_id, order_by=event.ledger_no.desc())
    said = (
        select(event.about_id, closed.label("because"), event.actor_id, event.recorded_at, nth.label("nth"))
        .where(
            event.unit_id == scope.unit_id, event.kind == "escalate", or_(closed.is_not(None), reopened.is_not(None))
        )
        .subquery()
    )
    return select(said).where(said.c.nth == 1).distinct().subquery()


def _newest(scope: Scope) -> Subquery:
    """Return the newest answer of each step, as its event tells it."""
    event = alias_of(Event)
    level, answer = event.data["level"].as_integer(), event.data["answer"].as_string()
    nth = func.row_number().over(partition_by=(event.about_id, level), order_by=event.ledger_no.desc())
    on_step = case((answer == "handed_on", "handed_on:" + event.data["to"].as_string()), else_=answer)
    told = (
        select(
            event.about_id, level.label("level"), on_step.label("answer"), event.actor_id, event.recorded_at, event.ledger_no,
            nth.label("nth"),
        )
        .where(event.unit_id == scope.unit_id, event.kind == "escalate", answer.in_(ON_STEPS))
        .subquery()
    )  # fmt: skip
    return select(told).where(told.c.nth == 1).subquery()


def _answered(step: Any) -> ColumnElement[bool]:
    return or_(step.answered_at.is_not(None), step.answered_by_id.is_not(None), step.answer.is_not(None))
