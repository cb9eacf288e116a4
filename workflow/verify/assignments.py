"""I4: a door is in one open assignment, held by a member of that time; its cases go where it goes."""

from collections.abc import Iterator

from sqlalchemy import and_, func, or_, select

from rules.findings import Finding
from workflow.figures.replay import alias_of
from workflow.tables import Assignment, Case, Door, Membership
from workflow.verify.scope import Scope

CHECK = "I4-assignment"


def check_assignments(scope: Scope) -> Iterator[Finding]:
    """Yield doors held twice or not by whom they say, intervals that overlap or run backwards, holders who were no members."""
    yield from _held_otherwise(scope)
    yield from _overlapping(scope)
    yield from _not_a_member(scope)


def _held_otherwise(scope: Scope) -> Iterator[Finding]:
    door, given = alias_of(Door), alias_of(Assignment)
    live = (
        select(given.door_id, func.count().label("n"))
        .where(given.unit_id == scope.unit_id, given.to_at.is_(None))
        .group_by(given.door_id)
        .subquery()
    )
    same = (
        select(given.id)
        .where(given.unit_id == scope.unit_id, given.door_id == door.id, given.to_at.is_(None))
        .where(given.team_id.is_not_distinct_from(door.team_id))
        .where(given.assignee_id.is_not_distinct_from(door.assignee_id))
        .exists()
    )
    is_given = or_(door.team_id.is_not(None), door.assignee_id.is_not(None))
    count = func.coalesce(live.c.n, 0)
    wrong = or_(count > 1, and_(or_(is_given, count > 0), ~same))
    statement = (
        select(door.id, count.label("n"))
        .select_from(door.id.table.outerjoin(live, live.c.door_id == door.id))
        .where(door.unit_id == scope.unit_id, wrong)
    )
    for row in scope.rows(statement):
        message = (
            f"Hộ có {row.n} phân công đang mở, hoặc phân công khác với tổ và người ghi ở hộ. Phân công lại hộ này."
        )
        yield scope.wrong(CHECK, f"hộ {row.id.hex}", message, door=row.id, open=int(row.n))


def _overlapping(scope: Scope) -> Iterator[Finding]:
    given = alias_of(Assignment)
    end = func.lag(given.to_at).over(partition_by=given.door_id, order_by=(given.from_at, given.from_no))
    held = (
        select(given.id, given.door_id, given.from_at, given.to_at, end.label("before_to"))
        .where(given.unit_id == scope.unit_id)
        .subquery()
        .c
    )
    for row in scope.rows(select(held.door_id).where(or_(held.before_to > held.from_at, held.to_at < held.from_at))):
        message = "Hai phân công của hộ chồng thời gian lên nhau, hoặc kết thúc trước khi bắt đầu."
        yield scope.wrong(CHECK, f"hộ {row.door_id.hex}", message, door=row.door_id)


def _not_a_member(scope: Scope) -> Iterator[Finding]:
    given, member = alias_of(Assignment), alias_of(Membership)
    until = func.coalesce(given.to_at, scope.head.recorded_at)
    was_member = (
        select(member.id)
        .where(member.unit_id == scope.unit_id, member.id == given.assignee_id, member.from_at <= given.from_at)
        .where(or_(member.to_at.is_(None), member.to_at >= until))
        .exists()
    )
    statement = select(given.door_id, given.assignee_id).where(
        given.unit_id == scope.unit_id, given.assignee_id.is_not(None), ~was_member
    )
    for row in scope.rows(statement):
        message = "Người giữ hộ không còn (hoặc chưa) ở đơn vị trong thời gian phân công. Giao hộ cho người khác."
        yield scope.wrong(CHECK, f"hộ {row.door_id.hex}", message, door=row.door_id, member=row.assignee_id)


def check_cases_follow_doors(scope: Scope) -> Iterator[Finding]:
    """Yield each case that is in another area, team or hand than its door."""
    case, door = alias_of(Case), alias_of(Door)
    differs = or_(*(case[name].is_distinct_from(door[name]) for name in ("area_id", "team_id", "assignee_id")))
    statement = select(case.id).where(
        case.unit_id == scope.unit_id,
        case.left_at.is_(None),
        door.unit_id == case.unit_id,
        door.id == case.door_id,
        differs,
    )
    for row in scope.rows(statement):
        message = "Hồ sơ và hộ của nó ghi khác địa bàn, tổ hoặc người giữ; một hồ sơ chỉ thuộc một tổ."
        yield scope.wrong("I4-case", f"hồ sơ {row.id.hex}", message, case=row.id)
