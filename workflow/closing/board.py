"""What the pages of the daily close show: the periods of a campaign, one that is open, one that is closed. Reads only.

A team's people are shown as it sent them, or as the last close left them; between those two nothing below the unit moves with a visit.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from rules.findings import Finding
from rules.pack.model import Label
from rules.time import Duration, Instant
from workflow.access import Actor, of_the_unit
from workflow.closing.draft import EARLY
from workflow.closing.freeze import place_of
from workflow.closing.frozen import Frozen, FrozenPlace
from workflow.closing.kept import (
    UNIT,
    KeptClose,
    Phoned,
    Reopening,
    figures_of_closes,
    live_reopenings,
    newest_phoned,
    phoned_counts,
    reopenings_of,
    team_closes,
    unit_closes,
)
from workflow.closing.second_person import second_person
from workflow.closing.senders import Activity, Sender, activity_by_team, senders_of, teams_of
from workflow.closing.to_accept import tasks_to_accept
from workflow.closing.waiting import open_state
from workflow.errors import NotFound
from workflow.figures.campaign_overview import Column, columns_of
from workflow.figures.checks import check_partitions
from workflow.figures.counts import count_at
from workflow.figures.replay import Cut
from workflow.figures.values import Figures
from workflow.plan.periods import ClosePeriod, period_called, period_running, periods_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import makers
from workflow.queries.open_work import clockwork, waiting_by_place
from workflow.tables import Membership, Post, PostHolding, table_of

MANAGERS = ("coordinator", "chair", "administrator")
"""Who sees a period while it is open: who sent, what waits, what was told by telephone."""
READERS = (*MANAGERS, "duty_leader", "superior", "auditor")
"""Who reads what is closed."""


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A period in the list. `state`: ahead, running, due (its hour has passed and nobody closed it), closed, or skipped.

    `reopening` is asked or agreed while somebody wants it opened again.
    """

    period: ClosePeriod
    state: str
    close: KeptClose | None
    frozen: Frozen | None
    reopening: str | None

    @property
    def missing(self) -> int:
        """How many teams nobody vouched for when it was closed."""
        return 0 if self.frozen is None else len(self.frozen.missing)

    @property
    def late(self) -> int:
        """How many late entries it took in."""
        return 0 if self.frozen is None else sum(one.entries for one in self.frozen.late if not one.team)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team of an open period. `row` are its people as it sent them (`sent`), or as the last close left them."""

    sender: Sender
    row: FrozenPlace | None
    is_sent: bool
    last_at: Instant | None
    corrections: int
    exits_waiting: int
    phoned: Phoned | None
    may_accept: bool = False
    """Whether what it sent waits, and is the actor's to accept."""


@dataclass(frozen=True)
class OpenPeriod:
    """A period that can be closed now (for the first time, or again). `unit` is the whole unit as it stands now."""

    as_of: Instant
    columns: tuple[Column, ...]
    unit: FrozenPlace
    errors: tuple[Finding, ...]
    rows: tuple[TeamRow, ...]
    people: Mapping[str, tuple[tuple[uuid.UUID, str], ...]]
    left: Duration

    @property
    def missing(self) -> tuple[TeamRow, ...]:
        """The teams that nobody vouches for yet."""
        return tuple(row for row in self.rows if row.sender.is_missing)

    @property
    def waiting(self) -> tuple[TeamRow, ...]:
        """The teams whose figures were sent and wait to be accepted."""
        return tuple(row for row in self.rows if row.sender.status == "sent")

    @property
    def asked(self) -> int:
        """How many teams owe figures."""
        return sum(row.sender.status != "excused" for row in self.rows)

    @property
    def sent(self) -> int:
        """How many have sent them."""
        return sum(row.sender.status in ("sent", "accepted") for row in self.rows)

    @property
    def is_early(self) -> bool:
        """Whether closing now would rarely be meant."""
        return self.left > EARLY


@dataclass(frozen=True)
class PeriodPage:
    """One period: its revisions, the one that is shown, and the open side for those who close it."""

    period: ClosePeriod
    revisions: tuple[KeptClose, ...]
    shown: KeptClose | None
    frozen: Frozen | None
    reopenings: tuple[Reopening, ...]
    open: OpenPeriod | None
    phoned: tuple[Phoned, ...] = ()
    makers: Mapping[int, str] = field(default_factory=dict)
    """Who closed, by the number of the close in the ledger."""
    labels: Mapping[str, Label] = field(default_factory=dict)
    may_answer: bool = False
    """Whether the actor may be the second person for the request that waits."""
    skipped_by: str | None = None
    """The later period that holds what happened in this one, if nobody closed this one in time."""

    @property
    def live(self) -> Reopening | None:
        """The request to open it again that waits or was agreed to."""
        return next((one for one in self.reopenings if one.status in ("asked", "agreed")), None)


def close_list(session: Session, actor: Actor, context: CampaignContext, *, now: Instant) -> list[PeriodLine]:
    """Return the campaign's periods, the newest first, without those that lie ahead. NotFound for who reads no closes."""
    require_reader(actor)
    closes = unit_closes(session, context)
    newest = {close.period: close for close in closes}
    held = figures_of_closes(session, context.unit_id, [close.id for close in newest.values()])
    live = live_reopenings(session, context)
    last = closes[-1].as_of if closes else None
    lines = []
    for period in reversed(periods_of(context.pack)):
        if period.opens_at > now:
            continue
        close = newest.get(period.key)
        state = "closed" if close is not None else open_state(period, last, now)
        frozen = None if close is None else held[close.id]
        lines.append(PeriodLine(period, state, close, frozen, None if close is None else live.get(close.id)))
    return lines


def period_page(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    key: str,
    *,
    now: Instant,
    revision: int | None = None,
) -> PeriodPage:
    """Return one period as the actor may see it. NotFound for who reads no closes, and for no such period or revision."""
    require_reader(actor)
    period = period_called(context.pack, key)
    closes = unit_closes(session, context)
    own = [close for close in closes if close.period == key]
    shown = next((close for close in reversed(own) if revision in (None, close.revision)), None)
    if revision is not None and shown is None:
        raise NotFound
    asked = reopenings_of(session, context, key) if own else []
    may_manage = manages(actor)
    is_open = period.opens_at < now and (not own or any(one.status == "agreed" for one in asked))
    later = closes[-1] if closes and not own and closes[-1].as_of >= period.cut_off else None
    told = phoned_counts(session, context, key) if may_manage else []
    opened = (
        _open(session, actor, context, period, closes, told, now=now)
        if is_open and may_manage and later is None
        else None
    )
    held = {} if shown is None else figures_of_closes(session, context.unit_id, [shown.id])
    return PeriodPage(
        period=period,
        revisions=tuple(own),
        shown=shown,
        frozen=None if shown is None else held[shown.id],
        reopenings=tuple(asked),
        may_answer=any(
            one.status == "asked" and second_person(session, actor, one.askers, now=now) is not None for one in asked
        ),
        open=opened,
        phoned=tuple(told),
        makers=makers(session, context.unit_id, [close.ledger_no for close in own]),
        labels={one.id: one.label for one in context.pack.model.figures.figures},
        skipped_by=None if later is None else later.period,
    )


def require_reader(actor: Actor) -> None:
    """Raise NotFound unless the actor may read closed figures of the unit."""
    if not (manages(actor) or actor.holds("duty_leader", "superior", "auditor")):
        raise NotFound


def manages(actor: Actor) -> bool:
    """Whether the actor sees a period while it is open."""
    return any(of_the_unit(post) for post in actor.holds(*MANAGERS))


def period_now(context: CampaignContext, now: Instant) -> ClosePeriod | None:
    """Return the period that runs at `now`, or the last one; None before the first."""
    return period_running(context.pack, now)


def _open(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    period: ClosePeriod,
    closes: Sequence[KeptClose],
    told: Sequence[Phoned],
    *,
    now: Instant,
) -> OpenPeriod:
    newest = clockwork(session, context.unit_id).ledger_no
    before = next(
        (close for close in reversed(closes) if close.period != period.key and close.as_of < period.cut_off), None
    )
    sent = team_closes(session, context, period.key)
    teams = teams_of(session, context.unit_id)
    senders = senders_of(session, context, period, teams, sent, now=now)
    last_sent = {
        sender.team.id: sender.sent for sender in senders if sender.sent and sender.status in ("sent", "accepted")
    }
    wanted = [close.id for close in (*last_sent.values(), before) if close is not None]
    held = figures_of_closes(session, context.unit_id, wanted)
    earlier = None if before is None else held[before.id]
    activity = activity_by_team(
        session, context, after_no=0 if before is None else before.cut_no, until_no=newest, late_before=None
    )
    exits: dict[uuid.UUID | None, int] = {}
    for one in waiting_by_place(session, context)["exits"]:
        exits[one.team_id] = exits.get(one.team_id, 0) + one.n
    live = Figures(
        session, context, context.pack, Cut(now, newest),
        count_at(
            session, context.unit_id, context.id, Cut(now, newest), newest=newest, by=("track", "state", "stage", "unnamed")
        ),
    )  # fmt: skip
    phoned = {one.team_id: one for one in newest_phoned(told)}
    rows = [
        _row(sender, last_sent.get(sender.team.id), held, earlier, activity, exits, phoned.get(sender.team.id))
        for sender in senders
    ]
    accepted = tasks_to_accept(session, actor, senders)
    rows = [replace(row, may_accept=row.sender.task_id in accepted) for row in rows]
    return OpenPeriod(
        as_of=now,
        columns=columns_of(context.pack),
        unit=place_of(live, "", ""),
        errors=tuple(check_partitions(live)),
        rows=tuple(rows),
        people=_people(session, context.unit_id, now),
        left=period.cut_off - now,
    )


def _row(
    sender: Sender,
    sent: KeptClose | None,
    held: Mapping[uuid.UUID, Frozen],
    earlier: Frozen | None,
    activity: Mapping[uuid.UUID | None, Activity],
    exits: Mapping[uuid.UUID | None, int],
    phoned: Phoned | None,
) -> TeamRow:
    code, seen = sender.team.code, activity.get(sender.team.id)
    if sent is not None:
        row: FrozenPlace | None = held[sent.id].teams[0]
    else:
        row = None if earlier is None else next((one for one in earlier.teams if one.code == code), None)
    last_at = None if seen is None else seen.last_at
    if last_at is None and earlier is not None:
        last_at = next((one.last_synced_at for one in earlier.senders if one.code == code), None)
    return TeamRow(
        sender=sender,
        row=row,
        is_sent=sent is not None,
        last_at=last_at,
        corrections=0 if seen is None else seen.corrections,
        exits_waiting=exits.get(sender.team.id, 0),
        phoned=phoned,
    )


def _people(session: Session, unit_id: uuid.UUID, now: Instant) -> dict[str, tuple[tuple[uuid.UUID, str], ...]]:
    """Return who is in each team now, by the team's id as text: leaders first."""
    posts, holdings, members = table_of(Post).c, table_of(PostHolding).c, table_of(Membership).c
    statement = (
        select(posts.team_id, members.id, members.name)
        .join(table_of(PostHolding), and_(holdings.unit_id == posts.unit_id, holdings.post_id == posts.id))
        .join(table_of(Membership), and_(members.unit_id == posts.unit_id, members.id == holdings.membership_id))
        .where(posts.unit_id == unit_id, posts.team_id.is_not(None), holdings.from_at <= now)
        .where(or_(holdings.to_at.is_(None), holdings.to_at > now))
        .order_by(posts.team_id, posts.role != "team_leader", members.name_sort)
    )
    found: dict[str, tuple[tuple[uuid.UUID, str], ...]] = {}
    for row in session.execute(statement):
        found[str(row.team_id)] = (*found.get(str(row.team_id), ()), (row.id, row.name))
    return found


__all__ = [
    "MANAGERS", "READERS", "UNIT", "OpenPeriod", "PeriodLine", "PeriodPage", "TeamRow", "close_list", "manages", "period_now",
    "period_page", "require_reader",
]  # fmt: skip
