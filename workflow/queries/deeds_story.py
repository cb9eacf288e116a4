"""What people did besides the plan and the ladders: exits decided, shifts and absences, figures closed, papers. For the story of a day.

Left out on purpose: visits and requests, which are counted, whatever belongs to one household or resident, the daily figures of teams (told with the
report they are), and entries that have pages of their own (declared counts, lists, forms, samples).
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from rules.time import HOUR, Instant, moment_vi
from workflow.closing.said import CHANNEL_LABELS
from workflow.numbers import integer_vi
from workflow.queries.campaigns import CampaignContext
from workflow.queries.covers import COVER
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.plan_story import happened_in
from workflow.tables import Event, Membership, PostHolding, ShiftHandover, UrgeLetter, table_of

_events, _members, _holdings = table_of(Event), table_of(Membership), table_of(PostHolding)
_shifts, _letters = table_of(ShiftHandover), table_of(UrgeLetter)
DECIDED: Final = {"confirmed": "xác nhận", "returned": "trả lại", "withdrawn": "rút lại"}
CLOSED: Final = {
    "closed": "chốt số liệu kỳ",
    "received": "ghi cấp trên đã nhận số liệu kỳ",
    "reopening_asked": "đề nghị mở lại kỳ",
    "reopening_agreed": "đồng ý mở lại kỳ",
    "reopening_refused": "không đồng ý mở lại kỳ",
}
PAPERS: Final = ("urge", "plan_file", "said")


class Deed(NamedTuple):
    """Something that somebody (`by`; nobody: a rule) did, in words, and why if they had to say so. Its first and last instant."""

    at: Instant
    until: Instant
    recorded_at: Instant
    what: str
    by: str
    words: str
    reason: str = ""


def deeds_between(session: Session, context: CampaignContext, *, since: Instant, until: Instant) -> tuple[Deed, ...]:
    """Return the deeds of a stretch in order, and those of one kind and hour by one person together. At most four statements."""
    found = [
        *_written(session, context, since, until),
        *_exits(session, context, since, until),
        *_absences(session, context.unit_id, since, until),
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.what, one.by, one.words)))


def _written(session: Session, context: CampaignContext, since: Instant, until: Instant) -> Iterator[Deed]:
    event, data = _events.c, _events.c.data
    told = or_(
        and_(event.kind == "close", data["scope"].as_string() == "unit", data["what"].as_string().in_(list(CLOSED))),
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
        .where(*happened_in(context, since, until), told)
        .order_by(event.ledger_no)
    ).all()  # fmt: skip
    names = _names(session, context.unit_id, filter(None, (_other(row.data) for row in rows)))
    for row in rows:
        what, words = _in_words(row, names)
        by = str(who_did(row.name, row.absent) or "")
        yield Deed(
            row.happened_at, row.happened_at, row.recorded_at, what, by, words, str(row.data.get("reason") or "")
        )


def _in_words(row: Any, names: Mapping[uuid.UUID, str]) -> tuple[str, str]:
    """Return what kind of deed an event is, and the deed in words."""
    data, what = row.data, str(row.data.get("what", ""))
    other = names.get(_other(data) or uuid.UUID(int=0), "")
    match what:
        case "urge":
            return (
                what,
                f"lập công văn đôn đốc gửi {row.addressee}: {data['tasks']} việc, {data['episodes']} việc chưa trả lời",
            )
        case "plan_file":
            return what, "đưa kế hoạch từ bảng tính vào thực hiện"
        case "said":
            return (
                what,
                f"báo {integer_vi(data['n'])} cho {data['to']} ({CHANNEL_LABELS.get(data['channel'], data['channel'])})",
            )
    if what in CLOSED:
        lack = len(data.get("missing") or ())
        return what, f"{CLOSED[what]} {data['period']}{f', thiếu {lack} tổ' if lack else ''}"
    if "shift" in data:
        return "shift", f"giao ca cho đ/c {other}: {integer_vi(row.doors)} hộ, {integer_vi(row.things)} việc"
    if "shift_received" in data:
        return "shift_received", f"nhận ca của đ/c {other}"
    cover = data[COVER]
    end = "" if cover.get("until") is None else f", đến {moment_vi(cover['until'])}"
    return COVER, f"giao người làm thay {integer_vi(cover['doors'])} hộ của đ/c {other}{end}"


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
        .where(*happened_in(context, since, until), event.kind == "request", status.in_(list(DECIDED)))
        .group_by(*keys)
    ).all()  # fmt: skip
    for row in rows:
        by = str(who_did(row.name, row.absent) or "")
        words = f"{DECIDED[row.status]} {integer_vi(row.n)} đề nghị của tổ"
        yield Deed(row.first, row.last, row.recorded, "exit", by, words)


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
            words = f"bắt đầu làm thay đ/c {row.absent}, đến {moment_vi(row.to_at)}"
            yield Deed(row.from_at, row.from_at, row.from_at, "absence", row.delegate, words)
        if since <= row.to_at < until:
            words = f"thôi làm thay đ/c {row.absent}"
            yield Deed(row.to_at, row.to_at, row.to_at, "absence_over", row.delegate, words)


__all__ = ["Deed", "deeds_between"]
