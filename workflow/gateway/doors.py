"""The one live follow-up of doors, settled for many doors at once: the same rule as for one (`workflow.gateway.door`)."""

from typing import Any

from sqlalchemy import Select, case, func, select, update

from workflow.ledger.book import Book
from workflow.tables import Case, Door, table_of

_cases, _doors = table_of(Case), table_of(Door)


def settle_follow_ups(book: Book, doors: Select[Any]) -> None:
    """Set `open_cases`, `someone_untimed` and the one live follow-up of the doors whose ids `doors` selects.

    The earliest wins: the door's own, unless an open case asks for something earlier; ties go to the case whose id is first.
    """
    open_case = (
        _cases.c.unit_id == _doors.c.unit_id,
        _cases.c.door_id == _doors.c.id,
        _cases.c.is_open,
        _cases.c.left_at.is_(None),
    )
    count = select(func.count()).where(*open_case).scalar_subquery()
    earliest = select(func.min(_cases.c.follow_up_at)).where(*open_case).scalar_subquery()
    whose = (
        select(_cases.c.id)
        .where(*open_case, _cases.c.follow_up_at.is_not(None))
        .order_by(_cases.c.follow_up_at, _cases.c.id)
        .limit(1)
        .scalar_subquery()
    )
    their = _cases.alias("their")
    timed = (
        select(their.c.id)
        .where(their.c.unit_id == _cases.c.unit_id, their.c.door_id == _cases.c.door_id)
        .where(their.c.subject_id == _cases.c.subject_id, their.c.is_open, their.c.left_at.is_(None))
        .where(their.c.follow_up_at.is_not(None))
        .correlate(_cases)
        .exists()
    )
    untimed = select(_cases.c.id).where(*open_case, ~timed).exists()
    own = case((count == 0, None), else_=_doors.c.own_follow_up_at)
    case_wins = (earliest.is_not(None)) & (own.is_(None) | (earliest < own))
    book.session.execute(
        update(_doors)
        .where(_doors.c.unit_id == book.unit_id, _doors.c.id.in_(doors))
        .values(
            open_cases=count,
            someone_untimed=untimed,
            own_follow_up_at=own,
            promised_at=case((count == 0, None), else_=_doors.c.promised_at),
            follow_up_at=case((case_wins, earliest), else_=own),
            follow_up_case_id=case((case_wins, whose), else_=None),
            version=_doors.c.version + 1,
        )
    )
