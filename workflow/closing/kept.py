"""The closes that are kept: which there are, what they hold, what was told by telephone, who wants one opened again.

Whoever may read them is asked by whoever shows them. Reads only.
"""

import uuid
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.closing.frozen import Frozen, Previous, read_frozen
from workflow.errors import NotFound
from workflow.figures.replay import Cut
from workflow.queries.in_whose_name import stood_in, who_did
from workflow.tables import Close, CloseReopening, Event, Membership, PhonedCount, Team, table_of

UNIT: Final = "unit"
"""The scope of a close of the whole unit; a team's is its code."""
_closes, _phoned, _teams = table_of(Close), table_of(PhonedCount), table_of(Team)
_members, _reopenings, _events = table_of(Membership), table_of(CloseReopening), table_of(Event)


class Campaign(Protocol):
    """What is needed to know of a campaign."""

    @property
    def unit_id(self) -> uuid.UUID: ...
    @property
    def id(self) -> uuid.UUID: ...


class KeptClose(NamedTuple):
    """A close without its bytes."""

    id: uuid.UUID
    period: str
    revision: int
    scope: str
    team_id: uuid.UUID | None
    status: str
    as_of: Instant
    cut_no: int
    ledger_no: int
    sha256: str
    closed_by_id: uuid.UUID | None
    closed_at: Instant
    reopened_by_id: uuid.UUID | None
    reopened_with_id: uuid.UUID | None
    answered_by_id: uuid.UUID | None
    answered_at: Instant | None

    @property
    def as_previous(self) -> Previous:
        """What another close says of this one."""
        return Previous(self.period, self.revision, self.as_of, self.cut_no, self.sha256)


class Phoned(NamedTuple):
    """What a team said by telephone, newest first."""

    team_id: uuid.UUID
    team: str
    n: int
    said_by: str
    told_to: str
    said_at: Instant
    told_for: str | None = None

    @property
    def who_was_told(self) -> str:
        """Whoever took the call, and for whom."""
        return who_did(self.told_to, self.told_for)


class Reopening(NamedTuple):
    """A request to close a period anew, with the names of who asked and who answered."""

    id: uuid.UUID
    close_id: uuid.UUID
    status: str
    reason: str
    asked_by_id: uuid.UUID
    asked_by: str
    asked_at: Instant
    answered_by_id: uuid.UUID | None
    answered_by: str | None
    answered_at: Instant | None
    asked_for: str | None = None
    answered_for: str | None = None
    asked_for_id: uuid.UUID | None = None

    @property
    def askers(self) -> frozenset[uuid.UUID]:
        """Whoever asked, and the one they stood in for."""
        return frozenset({self.asked_by_id, *([] if self.asked_for_id is None else [self.asked_for_id])})

    @property
    def who_asked(self) -> str:
        """Whoever asked, and for whom."""
        return who_did(self.asked_by, self.asked_for)

    @property
    def who_answered(self) -> str | None:
        """Whoever answered, and for whom."""
        return who_did(self.answered_by, self.answered_for)


def _of(campaign: Campaign) -> Select[Any]:
    columns = [_closes.c[name] for name in KeptClose._fields]
    return select(*columns).where(_closes.c.unit_id == campaign.unit_id, _closes.c.campaign_id == campaign.id)


def unit_closes(session: Session, campaign: Campaign) -> list[KeptClose]:
    """Return every close of the unit in the campaign, by instant and revision."""
    statement = _of(campaign).where(_closes.c.scope == UNIT).order_by(_closes.c.as_of, _closes.c.revision)
    return [KeptClose._make(row) for row in session.execute(statement)]


def team_closes(session: Session, campaign: Campaign, period: str) -> list[KeptClose]:
    """Return what the teams sent for a period, each team's by revision."""
    statement = _of(campaign).where(_closes.c.period == period, _closes.c.scope != UNIT)
    return [KeptClose._make(row) for row in session.execute(statement.order_by(_closes.c.scope, _closes.c.revision))]


def close_before(closes: Sequence[KeptClose], cut: Cut) -> KeptClose | None:
    """Return the close that one at `cut` follows: of the newest earlier period, the last revision that was known by then."""
    earlier = [close for close in closes if close.as_of < cut.as_of and close.cut_no <= cut.ledger_no]
    return max(earlier, key=lambda close: (close.as_of, close.revision), default=None)


def kept_close(
    session: Session, campaign: Campaign, period: str, *, revision: int | None = None, scope: str = UNIT
) -> KeptClose:
    """Return a close by its period and revision (the newest if not said). Raises NotFound."""
    statement = _of(campaign).where(_closes.c.period == period, _closes.c.scope == scope)
    if revision is not None:
        statement = statement.where(_closes.c.revision == revision)
    row = session.execute(statement.order_by(_closes.c.revision.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound
    return KeptClose._make(row)


def bytes_of_close(session: Session, unit_id: uuid.UUID, close_id: uuid.UUID) -> bytes:
    """Return the very bytes that a close keeps. Raises NotFound."""
    statement = select(_closes.c.figures).where(_closes.c.unit_id == unit_id, _closes.c.id == close_id)
    found = session.scalar(statement)
    if found is None:
        raise NotFound
    return bytes(found)


def figures_of_close(session: Session, unit_id: uuid.UUID, close_id: uuid.UUID) -> Frozen:
    """Return what a close holds. Raises NotFound."""
    return read_frozen(bytes_of_close(session, unit_id, close_id))


def figures_of_closes(session: Session, unit_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Frozen]:
    """Return what several closes hold, in one statement."""
    if not ids:
        return {}
    statement = select(_closes.c.id, _closes.c.figures).where(_closes.c.unit_id == unit_id, _closes.c.id.in_(ids))
    return {row.id: read_frozen(bytes(row.figures)) for row in session.execute(statement)}


def phoned_counts(session: Session, campaign: Campaign, period: str) -> list[Phoned]:
    """Return what was told by telephone in a period, by team, the newest of each team first."""
    said, told, away, noted = (
        _members.alias("said"),
        _members.alias("told"),
        _members.alias("away"),
        _events.alias("noted"),
    )
    same = _phoned.c.unit_id
    statement = (
        select(
            _phoned.c.team_id, _teams.c.code, _phoned.c.n, said.c.name.label("said_by"), told.c.name.label("told_to"),
            _phoned.c.said_at, away.c.name.label("told_for"),
        )
        .join(_teams, and_(_teams.c.unit_id == same, _teams.c.id == _phoned.c.team_id))
        .join(said, and_(said.c.unit_id == same, said.c.id == _phoned.c.said_by_id))
        .join(told, and_(told.c.unit_id == same, told.c.id == _phoned.c.told_to_id))
        .outerjoin(noted, and_(noted.c.unit_id == same, noted.c.ledger_no == _phoned.c.ledger_no))
        .outerjoin(away, stood_in(noted, away))
        .where(_phoned.c.unit_id == campaign.unit_id, _phoned.c.campaign_id == campaign.id, _phoned.c.period == period)
        .order_by(_teams.c.sort, _teams.c.code, _phoned.c.said_at.desc(), _phoned.c.ledger_no.desc())
    )  # fmt: skip
    return [Phoned._make(row) for row in session.execute(statement)]


def newest_phoned(told: Sequence[Phoned]) -> list[Phoned]:
    """Return the newest of each team, in the order of the teams."""
    newest: dict[uuid.UUID, Phoned] = {}
    for one in told:
        newest.setdefault(one.team_id, one)
    return list(newest.values())


def reopenings_of(session: Session, campaign: Campaign, period: str) -> list[Reopening]:
    """Return who asked to open a period again and what became of it, the newest first."""
    asked, answered = _members.alias("asked"), _members.alias("answered")
    asked_for, answered_for = _members.alias("asked_for"), _members.alias("answered_for")
    asking, answering = _events.alias("asking"), _events.alias("answering")
    row, same = _reopenings.c, _reopenings.c.unit_id
    statement = (
        select(
            row.id, row.close_id, row.status, row.reason, row.asked_by_id, asked.c.name.label("asked_by"), row.asked_at,
            row.answered_by_id, answered.c.name.label("answered_by"), row.answered_at, asked_for.c.name.label("asked_for"), answered_for.c.name.label("answered_for"), asked_for.c.id.label("asked_for_id"),
        )
        .join(_closes, and_(_closes.c.unit_id == same, _closes.c.id == row.close_id))
        .join(asked, and_(asked.c.unit_id == same, asked.c.id == row.asked_by_id))
        .outerjoin(answered, and_(answered.c.unit_id == same, answered.c.id == row.answered_by_id))
        .outerjoin(asking, and_(asking.c.unit_id == same, asking.c.ledger_no == row.ledger_no))
        .outerjoin(asked_for, stood_in(asking, asked_for))
        .outerjoin(answering, and_(
            answering.c.unit_id == same, answering.c.recorded_at == row.answered_at, answering.c.about_id == row.close_id,
            answering.c.kind == "close", answering.c.actor_id == row.answered_by_id,
        ))
        .outerjoin(answered_for, stood_in(answering, answered_for))
        .where(same == campaign.unit_id, _closes.c.campaign_id == campaign.id, _closes.c.period == period)
        .order_by(row.ledger_no.desc())
    )  # fmt: skip
    return [Reopening._make(each) for each in session.execute(statement)]


def live_reopenings(session: Session, campaign: Campaign) -> dict[uuid.UUID, str]:
    """Return the requests that wait, or were agreed to and not used yet: status by the close they are about."""
    row = _reopenings.c
    statement = (
        select(row.close_id, row.status)
        .join(_closes, and_(_closes.c.unit_id == row.unit_id, _closes.c.id == row.close_id))
        .where(row.unit_id == campaign.unit_id, _closes.c.campaign_id == campaign.id)
        .where(row.status.in_(("asked", "agreed")))
    )
    return {each.close_id: each.status for each in session.execute(statement)}
