"""Giving doors to teams and members, as sets: what stands in `staged` says who gets which door.

One `transfer` event a case, the roll-ups where the team changes, the cases, the doors, and the chain of assignments: a handful of
statements, however many doors.
"""

import uuid
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)

from rules.time import DAY, HOUR
from workflow.gateway.episode_place import take_episodes_along
from workflow.gateway.statistics import refresh_statistics
from workflow.ledger.book import ROLLUP_KEY, Book
from workflow.queries.campaigns import CampaignContext
from workflow.statements import json_of, natural_id, upsert_sum_select
from workflow.tables import NOBODY, Assignment, Case, Door, Event, Rollup, Staged, table_of

_staged, _cases, _doors = table_of(Staged), table_of(Case), table_of(Door)
_events, _given, _rollups = table_of(Event), table_of(Assignment), table_of(Rollup)


def hand_over_staged(
    book: Book, context: CampaignContext, batch: uuid.UUID, *, cause: str, reason: str | None, dated_now: bool
) -> tuple[int, int]:
    """Give every staged door of `batch` (its id in `subject_id`) to the staged team and member; return (doors, cases).

    `dated_now` says that the change is itself something that happened, now. Otherwise it only fills in a holder where there was
    none, and is dated with the last thing that happened to the case, so that a visit typed in late still finds its place after it.
    The staged rows are removed.
    """
    mine = and_(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch)
    doors = book.session.scalar(select(func.count()).where(mine)) or 0
    if not doors:
        return 0, 0
    refresh_statistics(book.session, _staged, _doors, _cases)
    behind = and_(mine, _cases.c.unit_id == _staged.c.unit_id, _cases.c.door_id == _staged.c.subject_id)
    theirs = and_(behind, _cases.c.left_at.is_(None))
    cases = book.session.scalar(select(func.count()).select_from(_staged).join(_cases, theirs)) or 0
    happened: ColumnElement[Any] = literal(book.now, BigInteger) if dated_now else _cases.c.last_happened_at
    first_no = book.last_no + 1
    if cases:
        _write_events(book, context, batch, theirs, cases, happened, cause, reason)
        _write_rollups(book, theirs, happened)
        _update_cases(book, theirs, happened)
        take_episodes_along(book, context, mine)
    else:
        first_no = _note(book, context, cause, reason, doors)
    _chain_assignments(book, mine, first_no)
    book.session.execute(
        update(_doors)
        .where(mine, _doors.c.unit_id == _staged.c.unit_id, _doors.c.id == _staged.c.subject_id)
        .values(
            team_id=_staged.c.team_id,
            assignee_id=_staged.c.assignee_id,
            version=_doors.c.version + 1,
            state_version=_doors.c.state_version + 1,
        )
    )
    book.session.execute(delete(_staged).where(mine))
    return doors, cases


def _note(book: Book, context: CampaignContext, cause: str, reason: str | None, doors: int) -> int:
    """Record that doors without people were handed over: they have no case that could say so."""
    number = book.append("note", cause=cause, campaign_id=context.id, data={"handed_over": doors, "reason": reason})
    book.flush()
    return number


def _write_events(
    book: Book,
    context: CampaignContext,
    batch: uuid.UUID,
    theirs: ColumnElement[bool],
    count: int,
    happened: ColumnElement[Any],
    cause: str,
    reason: str | None,
) -> None:
    before, uuid_type = book.reserve(count), _events.c.batch_id.type
    values: dict[str, Any] = {
        "unit_id": _cases.c.unit_id,
        "ledger_no": func.row_number().over(order_by=(_staged.c.position, _cases.c.id)) + before,
        "kind": literal("transfer"),
        "campaign_id": _cases.c.campaign_id,
        "case_id": _cases.c.id,
        "door_id": _cases.c.door_id,
        "version": _cases.c.version + 1,
        "track": _cases.c.track,
        "from_state": _cases.c.state,
        "state": _cases.c.state,
        "stage": _cases.c.stage,
        "area_id": _cases.c.area_id,
        "team_id": _staged.c.team_id,
        "assignee_id": _staged.c.assignee_id,
        "cause": literal(cause),
        "actor_id": literal(book.actor_id, uuid_type),
        "acting_for_id": literal(book.acting_for_id, uuid_type),
        "pack_hash": literal(context.pack.hash),
        "batch_id": literal(book.batch_id or batch, uuid_type),
        "happened_at": happened,
        "recorded_at": literal(book.now, BigInteger),
    }
    if reason:
        values["data"] = json_of(reason=literal(reason, Text()))
    rows = select(*values.values()).select_from(_staged).join(_cases, theirs)
    book.session.execute(insert(_events).from_select(list(values), rows))


def _write_rollups(book: Book, theirs: ColumnElement[bool], happened: ColumnElement[Any]) -> None:
    """Count cases out of their old team and into the new one, where it is another."""
    nobody = literal(NOBODY, _rollups.c.team_id.type)
    parts = []
    for basis, instant in (("r", literal(book.now, BigInteger)), ("h", happened)):
        for team, sign in ((_cases.c.team_id, -1), (_staged.c.team_id, 1)):
            parts.append(
                select(
                    _cases.c.unit_id,
                    _cases.c.campaign_id,
                    literal(basis).label("basis"),
                    ((instant + 7 * HOUR) // DAY).label("day"),
                    _cases.c.track,
                    _cases.c.area_id,
                    func.coalesce(team, nobody).label("team_id"),
                    _cases.c.state,
                    _cases.c.stage,
                    _cases.c.unnamed,
                    literal(sign, BigInteger).label("n"),
                )
                .select_from(_staged)
                .join(_cases, theirs)
                .where(_cases.c.team_id.is_distinct_from(_staged.c.team_id))
            )
    changes = union_all(*parts).subquery()
    key = [changes.c[name] for name in ROLLUP_KEY]
    summed = select(*key, func.sum(changes.c.n)).where(true()).group_by(*key).having(func.sum(changes.c.n) != 0)
    upsert_sum_select(book.session, _rollups, ROLLUP_KEY, "n", summed)


def _update_cases(book: Book, theirs: ColumnElement[bool], happened: ColumnElement[Any]) -> None:
    book.session.execute(
        update(_cases)
        .where(theirs)
        .values(
            team_id=_staged.c.team_id,
            assignee_id=_staged.c.assignee_id,
            last_happened_at=happened,
            version=_cases.c.version + 1,
            state_version=_cases.c.state_version + 1,
        )
    )


def _chain_assignments(book: Book, mine: ColumnElement[bool], first_no: int) -> None:
    """Close the open assignment of each door and open the next one."""
    book.session.execute(
        update(_given)
        .where(mine, _given.c.unit_id == _staged.c.unit_id, _given.c.door_id == _staged.c.subject_id)
        .where(_given.c.to_at.is_(None))
        .values(to_at=book.now, to_no=first_no)
    )
    values: dict[str, Any] = {
        "unit_id": _staged.c.unit_id,
        "id": natural_id("assignment", _staged.c.subject_id, str(first_no)),
        "door_id": _staged.c.subject_id,
        "team_id": _staged.c.team_id,
        "assignee_id": _staged.c.assignee_id,
        "from_at": literal(book.now, BigInteger),
        "from_no": literal(first_no, BigInteger),
    }
    held = or_(_staged.c.team_id.is_not(None), _staged.c.assignee_id.is_not(None))
    book.session.execute(insert(_given).from_select(list(values), select(*values.values()).where(mine, held)))
