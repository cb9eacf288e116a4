"""I7, holders: who has an escalation, how long its ladder waits and who put it aside is what the ledger tells."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Subquery, and_, case, cast, exists, func, null, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Escalation, EscalationRest, EscalationStep, Event
from workflow.verify.scope import Scope

_TAMPERED: Final = "Dữ liệu đã bị sửa ngoài sổ."
_MOVING: Final = ("handed_on", "taken_over", "returned")
"""Answers that say to whom it is given, or take it back."""


def check_holders(scope: Scope) -> Iterator[Finding]:
    """Yield each open episode that lies with another post, or was given to somebody else, than the ledger tells."""
    episode = alias_of(Escalation)
    held, given = _newest(scope, "holder"), _newest(scope, "answer", _MOVING)
    level, holder, passed = episode.level, held.c.holder, held.c.passed
    elsewhere = or_(held.c.level == level, func.coalesce(passed, holder) > level)
    expected = case((and_(elsewhere, holder != level), holder), else_=null())
    to_whom = case((given.c.answer == "handed_on", given.c.to), else_=null())
    wrong = or_(
        episode.holder_level.is_distinct_from(expected),
        episode.given_to.is_distinct_from(to_whom),
        episode.unheld_level.is_distinct_from(case((elsewhere, passed), else_=null())),
    )
    joined = episode.id.table
    for told in (held, given):
        joined = joined.outerjoin(told, told.c.about_id == episode.id)
    mine = (episode.unit_id == scope.unit_id, episode.is_open, wrong)
    for row in scope.rows(select(episode.id, episode.rule_id).select_from(joined).where(*mine)):
        message = f"Việc chuyển cấp theo “{row.rule_id}” đang ở người hoặc cấp khác với sổ. {_TAMPERED}"
        yield scope.wrong("I7-holder", f"chuyển cấp {row.id.hex}", message, rule=row.rule_id)


def check_granted(scope: Scope) -> Iterator[Finding]:
    """Yield each level that was called, or is to be called, before the time ended that somebody had granted below it."""
    episode, step, grant = (
        alias_of(Escalation),
        alias_of(EscalationStep),
        _newest(scope, "answer", ("granted",), each=True),
    )
    raised = alias_of(Event)
    early = exists(
        select(raised.ledger_no).where(
            raised.unit_id == scope.unit_id, raised.kind == "escalate", raised.about_id == episode.id,
            raised.ledger_no > grant.c.ledger_no, raised.data["answer"].as_string() == "raised",
        )
    )  # fmt: skip
    above = and_(step.unit_id == scope.unit_id, step.escalation_id == episode.id, step.level == grant.c.level + 1)
    waits = and_(episode.is_open, episode.level == grant.c.level)
    wrong = or_(
        and_(step.due_at.is_not(None), step.due_at < grant.c.until),
        and_(waits, func.coalesce(episode.next_action_at, 0) < grant.c.until),
    )
    joined = episode.id.table.join(grant, grant.c.about_id == episode.id).outerjoin(step.level.table, above)
    statement = select(episode.id, episode.rule_id, grant.c.level).select_from(joined)
    for row in scope.rows(statement.where(episode.unit_id == scope.unit_id, wrong, ~early)):
        message = f"Bước {row.level + 1} của “{row.rule_id}” gọi trước khi hết thời gian đã cho thêm. {_TAMPERED}"
        yield scope.wrong("I7-granted", f"chuyển cấp {row.id.hex}", message, rule=row.rule_id, level=row.level)


def check_rests(scope: Scope) -> Iterator[Finding]:
    """Yield what somebody put aside otherwise than the ledger tells, or without it."""
    rest, event = alias_of(EscalationRest), alias_of(Event)
    told = exists(
        select(event.ledger_no).where(
            event.unit_id == scope.unit_id, event.ledger_no == rest.ledger_no, event.kind == "escalate",
            event.about_id == rest.escalation_id, event.actor_id == rest.membership_id, event.data["answer"].as_string() == "rested",
            _whole(event.data["until"]) == rest.until_at,
        )
    )  # fmt: skip
    statement = select(rest.escalation_id).where(rest.unit_id == scope.unit_id, ~told)
    for row in scope.rows(statement):
        message = f"Một việc được tạm gác khác với sổ, hoặc sổ không ghi. {_TAMPERED}"
        yield scope.wrong("I7-rest", f"chuyển cấp {row.escalation_id.hex}", message)


def _newest(scope: Scope, key: str, answers: tuple[str, ...] = (), *, each: bool = False) -> Subquery:
    """Return the newest event of each episode whose data have `key` (one of `answers`); with `each`, of each of its levels."""
    event = alias_of(Event)
    data, level = event.data, _whole(event.data["level"])
    group: list[ColumnElement[Any]] = [event.about_id, *([level] if each else [])]
    nth = func.row_number().over(partition_by=group, order_by=event.ledger_no.desc())
    columns = (
        event.about_id, event.ledger_no, level.label("level"), _whole(data["holder"]).label("holder"),
        _whole(data["passed"]).label("passed"), _whole(data["until"]).label("until"),
        data["answer"].as_string().label("answer"), data["to"].as_string().label("to"), nth.label("nth"),
    )  # fmt: skip
    said = data[key].as_string()
    chosen = said.in_(answers) if answers else said.is_not(None)
    found = select(*columns).where(event.unit_id == scope.unit_id, event.kind == "escalate", chosen).subquery()
    return select(found).where(found.c.nth == 1).subquery()


def _whole(value: Any) -> ColumnElement[int]:
    """Return a number of an event, as wide as an instant is."""
    return cast(value.as_string(), BigInteger)


__all__ = ["check_granted", "check_holders", "check_rests"]
