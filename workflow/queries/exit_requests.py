"""Requests to confirm that somebody cannot be asked: what waits for a decision, and one of them in full.

Who handles the case reads why; to everybody else a sensitive reason reads "Không thể liên hệ", without evidence. Where contact has
ended nothing waits any more.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from rules.pack import TrackRules
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, acting_post, scope_of_doors
from workflow.errors import NotFound
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import UNREACHABLE, UNREACHABLE_LABEL, as_seen, reads_sensitive
from workflow.queries.in_whose_name import who_did
from workflow.tables import Area, Case, Door, Event, Membership, Request, Subject, Team

DECIDERS: Final = ("duty_leader", "coordinator")
"""Posts above the one that the pack names, who may decide in its place."""
CORRECTORS: Final = ("team_leader", "coordinator", "administrator")
"""Posts that may take back what somebody else recorded."""
STATUSES: Final = {"waiting": "chờ xác nhận", "confirmed": "đã xác nhận", "returned": "đã trả lại", "withdrawn": "đã rút lại"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExitRequest:
    """A request as a list shows it. `target` and `evidence` are hidden from who does not handle the case (`openly` False).

    `confirm_by` is the role that the pack names; `may_decide` whether the actor may. `now_label` is the case's present state.
    """

    id: uuid.UUID
    case_id: uuid.UUID
    door_id: uuid.UUID
    track: str
    name: str | None
    lane: str
    house_no: str
    area_id: uuid.UUID
    area: str
    team_id: uuid.UUID | None
    team: str | None
    target: str
    label: Label | str
    now_label: Label | str
    evidence: str | None
    evidence_kind: str | None
    """Which of `asked_for` was seen; None where the requester named none."""
    asked_for: tuple[str, ...]
    """What the pack takes as evidence: one of these."""
    openly: bool
    asked_by: str
    happened_at: Instant
    confirm_by: str
    may_decide: bool
    is_own_wish: bool
    """Whether the actor may not decide it only because they asked for it, and hold the post that decides for somebody else."""
    status: str
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    decided_no: int | None
    """Under which number the decision stands in the ledger: what taking it back voids."""
    may_take_back: bool


def waiting_exits(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    team_id: uuid.UUID | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[ExitRequest]:
    """Return the requests of the campaign that wait in the actor's scope, oldest first. One statement."""
    statement = _waiting(requests_in_scope(actor, context), team_id).order_by(Request.happened_at, Request.id)
    rows = session.execute(statement.limit(limit).offset(offset)).all()
    return [as_listed(context, actor, row) for row in rows]


def exits_to_decide(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    *,
    up_to: int,
    team_id: uuid.UUID | None = None,
    after: tuple[Instant, uuid.UUID] | None = None,
) -> list[ExitRequest]:
    """Return every request that the actor may decide, oldest first, of those asked up to a ledger number; `after` goes on behind one.

    So somebody who decides all that wait meets each request once, whatever comes in meanwhile. One statement.
    """
    statement = _waiting(requests_in_scope(actor, context), team_id).where(Request.asked_no <= up_to)
    if after is not None:
        happened_at, request_id = after
        later = and_(Request.happened_at == happened_at, Request.id > request_id)
        statement = statement.where(or_(Request.happened_at > happened_at, later))
    rows = session.execute(statement.order_by(Request.happened_at, Request.id)).all()
    return [one for one in (as_listed(context, actor, row) for row in rows) if one.may_decide]


def confirmed_exits(session: Session, actor: Actor, context: CampaignContext, *, limit: int = 10) -> list[ExitRequest]:
    """Return the requests that were confirmed last in the actor's scope, the newest first. One statement."""
    statement = requests_in_scope(actor, context).where(Request.status == "confirmed")
    rows = session.execute(statement.order_by(Request.decided_no.desc()).limit(limit)).all()
    return [as_listed(context, actor, row) for row in rows]


def count_waiting_exits(
    session: Session, actor: Actor, context: CampaignContext, *, team_id: uuid.UUID | None = None
) -> int:
    """Return how many requests wait in the actor's scope."""
    rows = _waiting(requests_in_scope(actor, context), team_id).with_only_columns(Request.id).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def exit_request(session: Session, actor: Actor, context: CampaignContext, request_id: uuid.UUID) -> ExitRequest:
    """Return one request, waiting or decided. Raises NotFound: absent and foreign look alike."""
    row = session.execute(requests_in_scope(actor, context).where(Request.id == request_id)).one_or_none()
    if row is None:
        raise NotFound
    return as_listed(context, actor, row)


def exit_to_decide(session: Session, actor: Actor, context: CampaignContext, case_id: uuid.UUID) -> ExitRequest | None:
    """Return the request that waits on a case, if the actor may decide it; else None, whether there is one or not."""
    statement = _waiting(requests_in_scope(actor, context), None).where(Request.case_id == case_id)
    row = session.execute(statement).one_or_none()
    found = None if row is None else as_listed(context, actor, row)
    return found if found is not None and found.may_decide else None


def exit_requests_named(
    session: Session, actor: Actor, context: CampaignContext, ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, ExitRequest]:
    """Return the requests of these ids in the actor's scope, by id; what is absent or foreign is left out."""
    rows = session.execute(requests_in_scope(actor, context).where(Request.id.in_(sorted(set(ids))))).all()
    return {row.id: as_listed(context, actor, row) for row in rows}


def _waiting(statement: Select[Any], team_id: uuid.UUID | None) -> Select[Any]:
    statement = statement.where(Request.status == "waiting")
    return statement if team_id is None else statement.where(Case.team_id == team_id)


def requests_in_scope(actor: Actor, context: CampaignContext) -> Any:
    """Return the requests of the campaign in the actor's scope, each with the person, the place and who asked."""
    home, asker, decider = aliased(Subject), aliased(Membership), aliased(Membership)
    asking, deciding, asked_for, decided_for = aliased(Event), aliased(Event), aliased(Membership), aliased(Membership)
    return (
        select(
            Request.id, Request.case_id, Request.target, Request.evidence, Request.confirm_by, Request.happened_at,
            Request.status, Request.reason, Request.decided_at, Request.asked_by_id, Request.evidence_kind,
            Request.decided_no,
            Case.track, Case.state, Door.id.label("door_id"), Door.unit_id, Door.area_id, Door.team_id,
            Subject.name, home.lane, home.house_no, Area.name.label("area"), Team.name.label("team"),
            asker.name.label("asked_by"), decider.name.label("decided_by"),
            asking.actor_id.label("written_by_id"), asking.acting_for_id.label("asked_for_id"), asked_for.name.label("asked_for"), decided_for.name.label("decided_for"),
        )
        .join(Case, and_(Case.unit_id == Request.unit_id, Case.id == Request.case_id))
        .join(Door, and_(Door.unit_id == Case.unit_id, Door.id == Case.door_id))
        .join(Subject, and_(Subject.unit_id == Case.unit_id, Subject.id == Case.subject_id))
        .join(home, and_(home.unit_id == Door.unit_id, home.id == Door.household_id))
        .join(Area, and_(Area.unit_id == Door.unit_id, Area.id == Door.area_id))
        .join(asker, and_(asker.unit_id == Request.unit_id, asker.id == Request.asked_by_id))
        .outerjoin(decider, and_(decider.unit_id == Request.unit_id, decider.id == Request.decided_by_id))
        .outerjoin(asking, and_(asking.unit_id == Request.unit_id, asking.ledger_no == Request.asked_no))
        .outerjoin(asked_for, and_(asked_for.unit_id == asking.unit_id, asked_for.id == asking.acting_for_id))
        .outerjoin(deciding, and_(deciding.unit_id == Request.unit_id, deciding.ledger_no == Request.decided_no))
        .outerjoin(decided_for, and_(decided_for.unit_id == deciding.unit_id, decided_for.id == deciding.acting_for_id))
        .outerjoin(Team, and_(Team.unit_id == Door.unit_id, Team.id == Door.team_id))
        .where(Request.unit_id == actor.unit_id, Case.campaign_id == context.id, scope_of_doors(actor))
    )  # fmt: skip


def as_listed(context: CampaignContext, actor: Actor, row: Any) -> ExitRequest:
    track = context.pack.tracks[row.track]
    openly, state = reads_sensitive(actor, row), track.states.get(row.target)
    hidden = state is not None and state.sensitive and not openly
    asked_for = () if state is None or hidden else tuple(state.evidence)
    return ExitRequest(
        id=row.id,
        case_id=row.case_id,
        door_id=row.door_id,
        track=row.track,
        name=row.name,
        lane=row.lane or "",
        house_no=row.house_no or "",
        area_id=row.area_id,
        area=row.area,
        team_id=row.team_id,
        team=row.team,
        target=UNREACHABLE if hidden else row.target,
        label=UNREACHABLE_LABEL if hidden else row.target if state is None else state.label,
        now_label=_label_now(track, row.state, openly=openly),
        evidence=None if hidden else row.evidence,
        evidence_kind=None if hidden else row.evidence_kind,
        asked_for=asked_for,
        openly=openly,
        asked_by=who_did(row.asked_by, row.asked_for),
        happened_at=row.happened_at,
        confirm_by=row.confirm_by,
        may_decide=row.status == "waiting" and _may_decide(actor, row),
        is_own_wish=row.status == "waiting" and not _may_decide(actor, row) and _stands_where_decided(actor, row),
        status=row.status,
        decided_by=who_did(row.decided_by, row.decided_for),
        decided_at=row.decided_at,
        reason=None if hidden else row.reason,
        decided_no=row.decided_no,
        may_take_back=row.status == "confirmed" and _may_take_back(actor, row),
    )


def takers_back(confirm_by: str) -> tuple[str, ...]:
    """Return the roles that may take back a decision which `confirm_by` makes. Who made it may only while they hold one of them."""
    return (*CORRECTORS, confirm_by, *DECIDERS)


def _may_take_back(actor: Actor, row: Any) -> bool:
    return acting_post(actor, takers_back(row.confirm_by), row) is not None


def _may_decide(actor: Actor, row: Any) -> bool:
    askers = {row.asked_by_id, row.written_by_id, row.asked_for_id}
    return acting_post(actor, (row.confirm_by, *DECIDERS), row, asked_by=askers) is not None


def _stands_where_decided(actor: Actor, row: Any) -> bool:
    return acting_post(actor, (row.confirm_by, *DECIDERS), row) is not None


def _label_now(track: TrackRules, state: str, *, openly: bool) -> Label | str:
    shown, text = as_seen(track, state, openly=openly)
    return track.states[shown].label if shown in track.states else text
