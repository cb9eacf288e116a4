"""I7: each step of a ladder once, in order, never early; each opening and each step has its event."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Case, Escalation, EscalationStep, Event
from workflow.verify.scope import Scope

CHECK = "I7-escalation"


def check_escalations(scope: Scope) -> Iterator[Finding]:
    """Yield each episode whose steps are not its levels, that opened early, or whose events are missing."""
    episode, step, event = alias_of(Escalation), alias_of(EscalationStep), alias_of(Event)
    ladder = (
        select(
            step.escalation_id, func.count().label("steps"), func.min(step.level).label("lowest"), func.max(step.level).label("highest"),
        )
        .where(step.unit_id == scope.unit_id)
        .group_by(step.escalation_id)
        .subquery()
    )  # fmt: skip
    told = (
        select(event.about_id, func.count().label("events"))
        .where(event.unit_id == scope.unit_id, event.kind == "escalate", event.about_id.is_not(None))
        .group_by(event.about_id)
        .subquery()
    )
    level = episode.level
    steps_wrong = or_(
        func.coalesce(ladder.c.steps, 0) != level, func.coalesce(ladder.c.highest, 0) != level, ladder.c.lowest != 1
    )
    early = or_(episode.opened_at < episode.due_at, episode.due_at < episode.anchor)
    wrong = or_(steps_wrong, early, level > episode.levels, func.coalesce(told.c.events, 0) < 1, told.c.events < level)
    joined = episode.id.table.outerjoin(ladder, ladder.c.escalation_id == episode.id).outerjoin(
        told, told.c.about_id == episode.id
    )
    statement = select(
        episode.id, episode.rule_id, level, early.label("early"), func.coalesce(told.c.events, 0).label("events")
    )
    for row in scope.rows(statement.select_from(joined).where(episode.unit_id == scope.unit_id, wrong)):
        why = (
            "mở sớm hơn hạn"
            if row.early
            else f"mức {row.level} không khớp các bước đã mở hoặc sổ ({row.events} sự kiện)"
        )
        message = f"Việc chuyển cấp theo “{row.rule_id}”: {why}. Dữ liệu đã bị sửa ngoài sổ."
        yield scope.wrong(CHECK, f"chuyển cấp {row.id.hex}", message, rule=row.rule_id, level=row.level)


def check_steps(scope: Scope) -> Iterator[Finding]:
    """Yield each step that opened early, before the one below it, twice, or under another episode's key."""
    step, episode = alias_of(EscalationStep), alias_of(Escalation)
    window: dict[str, Any] = {"partition_by": step.escalation_id, "order_by": step.level}
    climbed = (
        select(
            step.rule_id, step.subject_id, step.anchor, step.level, step.escalation_id, step.due_at, step.opened_at,
            func.lag(step.due_at).over(**window).label("below_due"),
            func.lag(step.level).over(**window).label("below"),
        )
        .where(step.unit_id == scope.unit_id)
        .subquery()
        .c
    )  # fmt: skip
    same = and_(
        episode.rule_id == climbed.rule_id, episode.subject_id == climbed.subject_id, episode.anchor == climbed.anchor
    )
    its_own = (
        select(episode.id).where(episode.unit_id == scope.unit_id, episode.id == climbed.escalation_id, same).exists()
    )
    wrong = or_(
        climbed.opened_at < climbed.due_at, climbed.due_at < climbed.below_due, climbed.below == climbed.level, ~its_own
    )
    for row in scope.rows(select(*climbed).where(wrong)):
        message = f"Bước {row.level} của “{row.rule_id}” mở sớm, sai thứ tự hoặc lặp. Dữ liệu đã bị sửa ngoài sổ."
        yield scope.wrong("I7-step", f"chuyển cấp {row.escalation_id.hex}", message, rule=row.rule_id, level=row.level)


def check_once(scope: Scope) -> Iterator[Finding]:
    """Yield each (rule, subject, anchor) that opened twice, and each episode of a case that is not there."""
    episode, case = alias_of(Escalation), alias_of(Case)
    key: tuple[Any, ...] = (episode.rule_id, episode.subject_id, episode.anchor)
    twice = select(*key).where(episode.unit_id == scope.unit_id).group_by(*key).having(func.count() > 1)
    for row in scope.rows(twice):
        message = f"“{row.rule_id}” mở hai lần cho cùng một đối tượng và mốc; chỉ được một."
        yield scope.wrong("I7-once", f"đối tượng {row.subject_id.hex}", message, rule=row.rule_id)
    known = select(case.id).where(case.unit_id == scope.unit_id, case.id == episode.subject_id).exists()
    lost = select(episode.id, episode.rule_id).where(episode.unit_id == scope.unit_id, episode.kind == "case", ~known)
    for row in scope.rows(lost):
        message = f"Việc chuyển cấp theo “{row.rule_id}” nói về một hồ sơ không có."
        yield scope.wrong("I7-once", f"chuyển cấp {row.id.hex}", message, rule=row.rule_id)
