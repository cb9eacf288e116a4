"""What was done about the plan in a stretch of time: opened, moved, excused, passed on, shown, said. For the story of a day."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, literal, select, union_all
from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import Instant
from workflow.plan.happenings import what_of
from workflow.plan.life import MOVES
from workflow.plan.scopes import UNIT
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.tables import Area, Body, Event, Membership, Team, table_of

_events, _members = table_of(Event), table_of(Membership)


class Done(NamedTuple):
    """What became of tasks and duties of one item at one instant, in one way: of the teams or places named in `scopes`.

    `what` is as `workflow.plan.happenings` calls it; `amount` the share that was reached, or how many reports were passed on without those
    of `missing`. `periods` are the occurrences of a duty, `n` how many tasks it was. `reason` is what somebody had to say.
    """

    at: Instant
    recorded_from: Instant
    item: str
    label: Label
    what: str
    amount: int
    by_rule: bool
    by: str
    scopes: tuple[str, ...]
    periods: tuple[str, ...]
    missing: tuple[str, ...]
    reason: str
    n: int


def happened_in(context: CampaignContext, since: Instant, until: Instant) -> tuple[ColumnElement[bool], ...]:
    """Return which events belong to a stretch of the campaign: those that happened in it, whenever they were written down."""
    event = _events.c
    return (
        event.unit_id == context.unit_id,
        event.campaign_id == context.id,
        event.happened_at >= since,
        event.happened_at < until,
    )


def done_about_the_plan(
    session: Session, context: CampaignContext, *, since: Instant, until: Instant
) -> tuple[Done, ...]:
    """Return what happened to tasks from `since` up to but not including `until`, in order. Two statements."""
    event = _events.c
    rows = session.execute(
        select(
            event.ledger_no,
            event.happened_at,
            event.recorded_at,
            event.cause,
            event.data,
            event.team_id,
            event.area_id,
            _members.c.name,
            ABSENT_NAME,
        )
        .outerjoin(_members, (_members.c.unit_id == event.unit_id) & (_members.c.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(*happened_in(context, since, until), event.kind == "task")
        .order_by(event.ledger_no)
    ).all()
    places = _names_of_scopes(session, context.unit_id) if rows else {}
    found = [
        _together(context, places, key, list(some)) for key, some in groupby(sorted(rows, key=_same_deed), _same_deed)
    ]
    return tuple(done for *_, done in sorted(found, key=lambda each: each[:2]))


def _same_deed(row: Any) -> tuple[Any, ...]:
    """Return what tasks share that are told together."""
    data = row.data
    what = what_of(data)
    by = who_did(row.name, row.absent) or ""
    return row.happened_at, data["item"], what, row.cause == "rule", str(by), _why(what, data), _amount(data)


def _together(
    context: CampaignContext, places: Mapping[tuple[str, str], str], key: tuple[Any, ...], rows: list[Any]
) -> tuple[Instant, int, Done]:
    """Return one deed with where it stands: accepting several comes after the last of them was sent."""
    happened, item, what, by_rule, by, why, amount = key
    plan = context.pack.plan_items
    scopes = dict.fromkeys(_scope(row) for row in rows if row.data["scope"] != UNIT)
    periods = dict.fromkeys(period for row in rows if (period := row.data.get("occurrence")))
    done = Done(
        at=happened,
        recorded_from=min(row.recorded_at for row in rows),
        item=item,
        label=plan[item].label if item in plan else Label(vi=item),
        what=what,
        amount=amount,
        by_rule=by_rule,
        by=by,
        scopes=tuple(places.get(scope, scope[1]) for scope in scopes),
        periods=tuple(periods),
        missing=tuple(places.get(("team", code), code) for code in rows[0].data.get("missing") or ()),
        reason=why,
        n=len(rows),
    )
    return happened, max(row.ledger_no for row in rows), done


def _scope(row: Any) -> tuple[str, str]:
    """Return whose task it was: the sort of place, and its code. Teams, areas and bodies may have the same codes."""
    sort = "team" if row.team_id is not None else "area" if row.area_id is not None else "body"
    return sort, row.data["scope"]


def _names_of_scopes(session: Session, unit_id: UUID) -> dict[tuple[str, str], str]:
    sorts = (("team", table_of(Team).c), ("area", table_of(Area).c), ("body", table_of(Body).c))
    every = union_all(
        *(select(literal(sort), place.code, place.name).where(place.unit_id == unit_id) for sort, place in sorts)
    )
    return {(sort, code): name for sort, code, name in session.execute(every)}


def _why(what: str, data: Mapping[str, Any]) -> str:
    """Return why it was done, where a move was given a reason; notes to shares and evidence are read on the task's page."""
    return str(data.get("reason") or "") if what in MOVES else ""


def _amount(data: Mapping[str, Any]) -> int:
    return int(data.get("progress") or len(data.get("reports") or ()))


__all__ = ["Done", "done_about_the_plan", "happened_in"]
