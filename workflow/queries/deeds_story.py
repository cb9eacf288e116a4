"""What people did besides the plan and the ladders: exits decided, shifts and absences, figures closed, papers. For the story of a day.

Left out on purpose: visits and requests, which are counted, whatever belongs to one household or resident, the daily figures of teams (told with the
report they are), and entries that have pages of their own (declared counts, lists, forms, samples).
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from rules.time import HOUR, Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.covers import COVER
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.plan_story import happened_in
from workflow.tables import Event, Membership, PostHolding, ShiftHandover, UrgeLetter, table_of

_events, _members, _holdings = table_of(Event), table_of(Membership), table_of(PostHolding)
_shifts, _letters = table_of(ShiftHandover), table_of(UrgeLetter)
DECIDED: Final = ("confirmed", "returned", "withdrawn")
CLOSED: Final = ("closed", "received", "reopening_asked", "reopening_agreed", "reopening_refused")
PAPERS: Final = ("urge", "plan_file", "said")


class Deed(NamedTuple):
    """Something that somebody (`by`; nobody: a rule) did, between its first and last instant, and why if they had to say so.

    `what` is one of `CLOSED` or `PAPERS`, a decided exit as `DECIDED` calls it, shift, shift_received, cover, absence or absence_over;
    `told` holds what goes with it: how many (`n`, `doors`, `items`, `tasks`, `missing`), whom it was `to` or in whose place (`name`),
    which `period`, `until` when.
    """

    at: Instant
    until: Instant
    recorded_at: Instant
    what: str
    by: str
    told: Mapping[str, Any]
    reason: str = ""


def deeds_between(session: Session, context: CampaignContext, *, since: Instant, until: Instant) -> tuple[Deed, ...]:
    """Return the deeds of a stretch in order, and those of one kind and hour by one person together. At most four statements."""
    found = [
        *_written(session, context, since, until),
        *_exits(session, context, since, until),
        *_absences(session, context.unit_id, since, until),
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.what, one.by)))


def _written(session: Session, context: CampaignContext, since: Instant, until: Instant) -> Iterator[Deed]:
    event, data = _events.c, _events.c.data
    wanted = or_(
        and_(event.kind == "close", data["scope"].as_string() == "unit", data["what"].as_string().in_(CLOSED)),
        and_(event.kind == "note", data["what"].as_string().in_(PAPERS)),
        and_(event.kind == "note", data["shift"]["to"].as_string().is_not(None)),
        and_(event.kind == "note", data["shift_received"].as_string().is_not(None)),
        and_(event.kind == "note", data[COVER]["member"].as_string().is_not(None)),
    )
    rows = session.execute(
        select(
            event.happened_at, event.recorded_at, event.data, _members.c.name, ABSENT_NAME, _shifts.c.doors, _shifts.c["items"].label("things"), _letters.c.addressee
        )
        .outerjoin(_members, and_(_members.c.unit_id == event.unit_id, _members.c.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .outerjoin(_shifts, and_(_shifts.c.unit_id == event.unit_id, _shifts.c.id == event.about_id))
        .outerjoin(_letters, and_(_letters.c.unit_id == event.unit_id, _letters.c.id == event.about_id))
        .where(*happened_in(context, since, until), wanted)
        .order_by(event.ledger_no)
    ).all()  # fmt: skip
    names = _names(session, context.unit_id, filter(None, (_other(row.data) for row in rows)))
    for row in rows:
        what, told = _told(row, names)
        by, reason = str(who_did(row.name, row.absent) or ""), str(row.data.get("reason") or "")
        yield Deed(row.happened_at, row.happened_at, row.recorded_at, what, by, told, reason)


def _told(row: Any, names: Mapping[uuid.UUID, str]) -> tuple[str, dict[str, Any]]:
    """Return what kind of deed an event is, and what goes with it."""
    data, what = row.data, str(row.data.get("what", ""))
    other = names.get(_other(data) or uuid.UUID(int=0), "")
    match what:
        case "urge":
            return what, {"to": row.addressee, "tasks": data["tasks"], "items": data["episodes"]}
        case "plan_file":
            return what, {}
        case "said":
            return what, {"n": data["n"], "to": data["to"], "channel": data["channel"]}
    if what in CLOSED:
        return what, {"period": data["period"], "missing": len(data.get("missing") or ())}
    if "shift" in data:
        return "shift", {"name": other, "doors": row.doors, "items": row.things}
    if "shift_received" in data:
        return "shift_received", {"name": other}
    return COVER, {"name": other, "doors": data[COVER]["doors"], "until": data[COVER].get("until")}


def _other(data: Mapping[str, Any]) -> uuid.UUID | None:
    """Return the second person of a deed: who got the shift, who gave it, who is covered."""
    told = (data.get("shift") or {}).get("to") or data.get("shift_received") or (data.get(COVER) or {}).get("member")
    return None if told is None else uuid.UUID(told)


def _names(session: Session, unit_id: uuid.UUID, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    member = _members.c
    rows = session.execute(select(member.id, member.name).where(member.unit_id == unit_id, member.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _exits(session: Session, context: CampaignContext, since: Instant, until: Instant) -> Iterator[Deed]:
    """Yield who decided how many requests in which hour: whose they were and what for is for those who handle them."""
    event = _events.c
    status, hour = event.data["status"].as_string().label("status"), (event.happened_at // HOUR).label("hour")
    keys = (hour, status, _members.c.name, ABSENT_NAME)
    rows = session.execute(
        select(
            *keys, func.min(event.happened_at).label("first"), func.max(event.happened_at).label("last"),
            func.max(event.recorded_at).label("recorded"), func.count().label("n"),
        )
        .outerjoin(_members, and_(_members.c.unit_id == event.unit_id, _members.c.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(*happened_in(context, since, until), event.kind == "request", status.in_(DECIDED))
        .group_by(*keys)
    ).all()  # fmt: skip
    for row in rows:
        by = str(who_did(row.name, row.absent) or "")
        yield Deed(row.first, row.last, row.recorded, row.status, by, {"n": row.n})


def _absences(session: Session, unit_id: uuid.UUID, since: Instant, until: Instant) -> Iterator[Deed]:
    """Yield from when on who stood in for whom, and when it ended. An absence that was called off never was one."""
    held, delegate, absent = _holdings.c, aliased(Membership), aliased(Membership)
    rows = session.execute(
        select(delegate.name.label("delegate"), absent.name.label("absent"), held.from_at, held.to_at)
        .select_from(_holdings)
        .join(delegate, and_(delegate.unit_id == held.unit_id, delegate.id == held.membership_id))
        .join(absent, and_(absent.unit_id == held.unit_id, absent.id == held.acting_for_id))
        .where(held.unit_id == unit_id, held.from_at < until, held.to_at >= since, held.from_at < held.to_at)
        .distinct()
    ).all()
    for row in rows:
        if since <= row.from_at:
            told = {"name": row.absent, "until": row.to_at}
            yield Deed(row.from_at, row.from_at, row.from_at, "absence", row.delegate, told)
        if since <= row.to_at < until:
            yield Deed(row.to_at, row.to_at, row.to_at, "absence_over", row.delegate, {"name": row.absent})


__all__ = ["Deed", "deeds_between"]
