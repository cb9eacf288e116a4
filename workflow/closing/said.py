"""What was said before a period was closed, and where the close says something else: by how much, and why as far as the ledger knows.

The reasons are counted from the events between the two cuts. Each moves a person into or out of what was counted, so their sum is
the difference, without a rest.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union
from sqlalchemy.orm import Session

from rules.said import Figure, Said, listed
from rules.time import Instant, clock_text, day_vi, local_date, minute_of_day
from workflow.closing.headline import counted_states, headline_of
from workflow.figures.replay import event_as
from workflow.numbers import integer_vi
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Membership, SaidFigure, table_of

MOST: Final = 50
CHANNEL_LABELS: Final = {
    "phone": "điện thoại", "message": "Zalo, tin nhắn", "email": "email", "in_person": "trực tiếp",
}  # fmt: skip
REASONS: Final = ("voided", "corrected", "late", "new", "after")
"""In the order in which they are told."""

_said, _members = table_of(SaidFigure).c, table_of(Membership).c
_told, _undone = event_as("said_by"), event_as("said_back")


class SaidRow(NamedTuple):
    """Something that was said: `n` people of `figure`, divided by `base`, as it stood at `as_of` up to number `known_no`.

    `because` says why the entry was taken back (None: it stands).
    """

    id: uuid.UUID
    recipient: str
    channel: str
    said_at: Instant
    who: str
    figure: str
    n: int
    base: int | None
    figures: Mapping[str, int]
    as_of: Instant
    known_no: int
    ledger_no: int
    because: str | None

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.because is None


class ClosedFigures(Protocol):
    """What has to be known of a close to compare with it: `workflow.closing.frozen.Frozen` has it."""

    @property
    def as_of(self) -> Instant: ...
    @property
    def cut_no(self) -> int: ...
    @property
    def figures(self) -> dict[str, int | None]: ...
    @property
    def period_from(self) -> Instant | None: ...


@dataclass(frozen=True, slots=True)
class SaidAgainst:
    """Something said, against the close of its period: `closed` is the same figure there (None: the close does not tell it).

    `reasons` has by reason how many more (or fewer) people the close counts; they add up to `difference`.
    """

    said: SaidRow
    closed_at: Instant
    closed: int | None
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> int | None:
        """How many more the close has than was said."""
        return None if self.closed is None else self.closed - self.said.n

    def sentence(self) -> str:
        """Return it as one sentence: what was said, what was closed, and why they differ."""
        same_day = local_date(self.closed_at) == local_date(self.said.said_at)
        told = Said(
            "%(at)s đã báo %(n)s (%(channel)s, %(recipient)s)",
            at=_at(self.said.said_at, with_day=not same_day),
            n=_figure(self.said.n),
            channel=Said(CHANNEL_LABELS[self.said.channel]),
            recipient=self.said.recipient,
        )
        if self.difference is None or self.closed is None:
            return Said("%(told)s; bản chốt không có số này.", told=told)
        closed = Said(
            "%(told)s; chốt %(at)s: %(n)s",
            told=told,
            at=_at(self.closed_at, with_day=not same_day),
            n=_figure(self.closed),
        )
        if not self.difference:
            return Said("%(closed)s, khớp.", closed=closed)
        signed = Said("%(closed)s, chênh %(difference)s", closed=closed, difference=signed_figure(self.difference))
        why = [_reason(name, self.reasons[name]) for name in REASONS if self.reasons.get(name)]
        return (
            Said("%(signed)s: %(why)s.", signed=signed, why=listed(why)) if why else Said("%(signed)s.", signed=signed)
        )


def said_figures(
    session: Session,
    context: CampaignContext,
    *,
    after: Instant | None = None,
    until: Instant | None = None,
    limit: int = MOST,
) -> list[SaidRow]:
    """Return what was said of instants after `after` and up to `until`, newest first, taken back too. One statement.

    Whoever may read it is asked by whoever shows it.
    """
    statement = _rows(context)
    if after is not None:
        statement = statement.where(_said.as_of > after)
    if until is not None:
        statement = statement.where(_said.as_of <= until)
    ordered = statement.order_by(_said.said_at.desc(), _said.ledger_no.desc()).limit(limit)
    return [_row(row) for row in session.execute(ordered)]


def said_figure(session: Session, context: CampaignContext, said_id: uuid.UUID) -> SaidRow | None:
    """Return one entry; None if the campaign has none of that id."""
    row = session.execute(_rows(context).where(_said.id == said_id)).one_or_none()
    return None if row is None else _row(row)


def said_and_closed(
    session: Session, context: CampaignContext, closed: ClosedFigures, *, after: Instant | None = None
) -> tuple[SaidAgainst, ...]:
    """Return what was said of the period that `closed` closes, each against the close, oldest first. Two statements.

    `after` is where the period begins (default: the close's own). Taken back entries are left out. For whoever may read the close.
    """
    start = closed.period_from if after is None else after
    rows = said_figures(session, context, after=start, until=closed.as_of)
    return against(session, context, closed, [row for row in reversed(rows) if row.stands])


def against(
    session: Session, context: CampaignContext, closed: ClosedFigures, rows: Sequence[SaidRow]
) -> tuple[SaidAgainst, ...]:
    """Return each of `rows` against a close, with the reasons of all of them in one statement (none if nothing differs)."""
    now = {row.id: closed.figures.get(row.figure) for row in rows}
    differing = [row for row in rows if now[row.id] not in (None, row.n)]
    reasons = _reasons(session, context, closed, differing)
    return tuple(SaidAgainst(row, closed.as_of, now[row.id], reasons.get(row.id, {})) for row in rows)


def signed_figure(n: int) -> str:
    """Return a difference with its sign, as papers print it: +2, −1.204, 0.

    >>> signed_figure(2), signed_figure(-1204), signed_figure(0)
    ('+2', '−1.204', '0')
    """
    return Figure(f"{'+' if n > 0 else '−' if n < 0 else ''}{integer_vi(abs(n))}")


def _rows(context: CampaignContext) -> Select[Any]:
    origin = _said.id.table.join(
        _members.id.table, and_(_members.unit_id == _said.unit_id, _members.id == _said.said_by_id)
    ).outerjoin(_undone.ledger_no.table, and_(_undone.unit_id == _said.unit_id, _undone.voids_no == _said.ledger_no))
    return (
        select(
            _said.id, _said.recipient, _said.channel, _said.said_at, _members.name.label("who"), _said.figure, _said.n,
            _said.base, _said.figures, _said.as_of, _said.known_no, _said.ledger_no,
            _undone.ledger_no.label("undone_no"), _undone.data.label("undone"),
        )
        .select_from(origin)
        .where(_said.unit_id == context.unit_id, _said.campaign_id == context.id)
    )  # fmt: skip


def _row(row: Any) -> SaidRow:
    because = None if row.undone_no is None else str((row.undone or {}).get("reason") or "")
    told = {name: getattr(row, name) for name in SaidRow._fields[:-1]}
    return SaidRow(**told, because=because)


def _reasons(
    session: Session, context: CampaignContext, closed: ClosedFigures, rows: Iterable[SaidRow]
) -> dict[uuid.UUID, dict[str, int]]:
    """Return by entry and reason how many more people the close counts. One statement for all entries."""
    ids = [row.id for row in rows if row.figure in ("", headline_of(context.pack).figure)]
    if not ids:
        return {}
    found: dict[uuid.UUID, dict[str, int]] = {}
    for said_id, reason, n in session.execute(_counted_reasons(context, closed, ids)):
        if n:
            found.setdefault(said_id, {})[reason] = int(n)
    return found


def _counted_reasons(context: CampaignContext, closed: ClosedFigures, ids: Sequence[uuid.UUID]) -> Select[Any]:
    """Return the statement that weighs every event which one of the two cuts sees and the other does not."""
    event, void = event_as("weighed"), event_as("weighed_void")
    near = _candidates(context, closed, ids).subquery()
    states = sorted(counted_states(context.pack, headline_of(context.pack)))
    change = _one_if(event.state.in_(states)) - _one_if(event.from_state.in_(states))
    in_said = _seen(event, void, _said.as_of, _said.known_no)
    in_close = _seen(event, void, literal(closed.as_of), literal(closed.cut_no))
    earlier = event.happened_at < _said.as_of
    reason = case(
        (and_(in_said, void.ledger_no.is_not(None), void.ledger_no <= closed.cut_no), "voided"),
        (in_said, "after"),
        (and_(earlier, event.cause == "correction"), "corrected"),
        (earlier, "late"),
        else_="new",
    ).label("reason")
    joined = (
        near.join(_said.id.table, and_(_said.unit_id == context.unit_id, _said.id == near.c.said_id))
        .join(event.ledger_no.table, and_(event.unit_id == context.unit_id, event.ledger_no == near.c.ledger_no))
        .outerjoin(void.ledger_no.table, and_(void.unit_id == event.unit_id, void.voids_no == event.ledger_no))
    )
    weighed = (
        select(near.c.said_id, reason, (change * (_one_if(in_close) - _one_if(in_said))).label("n"))
        .select_from(joined)
        .where(
            event.campaign_id == context.id,
            event.track == context.pack.main_track.id,
            event.kind.in_(("enter", "move", "migrate")),
            in_said != in_close,
        )
        .subquery()
    )
    return select(weighed.c.said_id, weighed.c.reason, func.sum(weighed.c.n)).group_by(
        weighed.c.said_id, weighed.c.reason
    )


def _candidates(context: CampaignContext, closed: ClosedFigures, ids: Sequence[uuid.UUID]) -> Any:
    """Return (said_id, ledger_no) of the events between the cuts: recorded there, voided there, or happened there."""
    unit = context.unit_id
    mine = and_(_said.unit_id == unit, _said.id.in_(ids))
    recorded, void, happened = event_as("recorded_between"), event_as("void_between"), event_as("happened_between")
    told = _said.id.table
    return union(
        select(_said.id.label("said_id"), recorded.ledger_no)
        .select_from(told.join(recorded.ledger_no.table, recorded.unit_id == unit))
        .where(mine, _between(recorded.ledger_no, _said.known_no, closed.cut_no)),
        select(_said.id, void.voids_no)
        .select_from(told.join(void.ledger_no.table, void.unit_id == unit))
        .where(mine, void.voids_no.is_not(None), _between(void.ledger_no, _said.known_no, closed.cut_no)),
        select(_said.id, happened.ledger_no)
        .select_from(
            told.join(happened.ledger_no.table, and_(happened.unit_id == unit, happened.campaign_id == context.id))
        )
        .where(mine, _from_until(happened.happened_at, _said.as_of, closed.as_of)),
    )


def _between(number: Any, one: Any, other: int) -> ColumnElement[bool]:
    """Whether a number lies above the lower and up to the higher of two."""
    return or_(and_(number > one, number <= other), and_(number > other, number <= one))


def _from_until(instant: Any, one: Any, other: int) -> ColumnElement[bool]:
    """Whether an instant lies from the earlier of two and before the later."""
    return or_(and_(instant >= one, instant < other), and_(instant >= other, instant < one))


def _seen(event: Any, void: Any, as_of: Any, number: Any) -> ColumnElement[bool]:
    """Whether a cut sees an event: it happened before, was recorded up to the number, and no void up to it names it."""
    return and_(
        event.happened_at < as_of,
        event.ledger_no <= number,
        or_(void.ledger_no.is_(None), void.ledger_no > number),
    )


def _one_if(condition: Any) -> Any:
    return case((condition, 1), else_=0)


def _reason(name: str, n: int) -> str:
    sentences = {
        ("voided", False): "%(n)s phiếu bị hủy",
        ("voided", True): "%(n)s thêm lại do hủy phiếu",
        ("corrected", False): "%(n)s bớt do đính chính",
        ("corrected", True): "%(n)s thêm do đính chính",
        ("late", False): "%(n)s bớt do ghi bổ sung",
        ("late", True): "%(n)s ghi bổ sung",
        ("new", False): "%(n)s bớt sau khi báo",
        ("new", True): "%(n)s làm thêm sau khi báo",
        ("after", False): "%(n)s ghi sau lúc chốt",
        ("after", True): "%(n)s bớt sau lúc chốt",
    }
    return Said(sentences[name, n > 0], n=_figure(abs(n)))


def _at(instant: Instant, *, with_day: bool) -> str:
    clock = clock_text(minute_of_day(instant))
    return Figure(f"{clock} {day_vi(local_date(instant), with_year=False)}" if with_day else clock)


def _figure(n: int) -> str:
    return Figure(integer_vi(n))
