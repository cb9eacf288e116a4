"""Showing a whole phone number to somebody who is about to call: one audit row each time, and a limit a day.

No command: an answer is kept under its key, and a number must be kept nowhere. So asking twice is seen twice, as it should be; the
limits count people, so that calling somebody again costs nothing.
"""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, case_for, door_for, require_post
from workflow.clock import Clock
from workflow.days import day_start, local_day
from workflow.errors import BadInput, MoveNotAllowed, WorkflowError
from workflow.ids import IdSource
from workflow.ledger.audits import write_audit
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import ENDED_LABEL, is_finished
from workflow.store import Store
from workflow.tables import Audit, Case, Membership, Subject, table_of
from workflow.vault import PHONE, Vault, opened

CALLERS: Final = ("member", "team_leader", "area_head", "duty_leader", "coordinator")
OF_OTHERS_A_DAY: Final = 30
OWN_A_DAY: Final = 150
ACTION: Final = "Xem số điện thoại"
_audits, _cases = table_of(Audit), table_of(Case)


class TooManyReveals(WorkflowError):
    """The day's limit of numbers is used up: here that of doors given to others, or to nobody."""

    status: ClassVar[int] = 429
    code: ClassVar[str] = "too_many"
    message: ClassVar[str] = (
        "Hôm nay đã xem số điện thoại của %(n)s người ở các hộ không được giao, hết mức trong ngày. "
        "Việc gấp thì nhờ tổ trưởng tổ công tác gọi; ngày mai xem tiếp được."
    )


class TooManyOwnReveals(TooManyReveals):
    """The limit of the doors given to whoever asks."""

    message: ClassVar[str] = (
        "Hôm nay đã xem số điện thoại của %(n)s người ở các hộ được giao, hết mức trong ngày. "
        "Việc gấp thì nhờ tổ trưởng tổ công tác gọi; ngày mai xem tiếp được."
    )


@dataclass(frozen=True, slots=True)
class Revealed:
    """A number to call, and whose it is. `door_id` leads back."""

    case_id: uuid.UUID
    door_id: uuid.UUID
    name: str | None
    phone: str


def reveal_phone(
    store: Store, clock: Clock, ids: IdSource, vault: Vault, context: CampaignContext, actor: Actor, case_id: uuid.UUID
) -> Revealed:
    """Return the phone number of a person behind a door in the actor's scope, and record that it was shown to them.

    Raises NotFound, NotPermitted, MoveNotAllowed (contact has ended), BadInput (no number is known) or TooManyReveals; that somebody
    ran into the limit is recorded too.
    """
    found = store.run(lambda session: _reveal(session, vault, context, actor, case_id, now=clock.now(), ids=ids))
    if isinstance(found, TooManyReveals):
        raise found
    return found


def _reveal(
    session: Session,
    vault: Vault,
    context: CampaignContext,
    actor: Actor,
    case_id: uuid.UUID,
    *,
    now: Instant,
    ids: IdSource,
) -> Revealed | TooManyReveals:
    case = case_for(session, actor, case_id)
    door = door_for(session, actor, case.door_id)
    require_post(actor, CALLERS, door, action=ACTION)
    if case.campaign_id != context.id or _has_ended(session, context, case):
        raise MoveNotAllowed(move=ACTION, state=ENDED_LABEL)
    person = session.execute(
        select(Subject.name, Subject.phone_cipher, Subject.phone_index).where(
            Subject.unit_id == actor.unit_id, Subject.id == case.subject_id
        )
    ).one()
    number = opened(vault, actor.unit_id, PHONE, person.phone_cipher, person.phone_index)
    if not number:
        raise BadInput(where="Số điện thoại", what="danh sách chưa có số của người này; đến tận nơi hoặc hỏi gia đình")
    own = door.assignee_id == actor.membership_id
    known = _seen_today(session, actor, own=own, now=now)
    limit = OWN_A_DAY if own else OF_OTHERS_A_DAY
    refused = case.subject_id not in known and len(known) >= limit
    _record(session, actor, case, "reveal_refused" if refused else "reveal", own=own, now=now, ids=ids)
    if refused:
        return TooManyOwnReveals(n=limit) if own else TooManyReveals(n=limit)
    return Revealed(case_id, case.door_id, person.name, number)


def _has_ended(session: Session, context: CampaignContext, case: Any) -> bool:
    """Whether contact with the person has ended on the campaign's path (or with the case itself, of whom no path is kept)."""
    main = context.pack.main_track
    state = session.scalar(
        select(_cases.c.state).where(
            _cases.c.unit_id == case.unit_id,
            _cases.c.campaign_id == case.campaign_id,
            _cases.c.track == main.id,
            _cases.c.subject_id == case.subject_id,
        )
    )
    if state is None:
        return is_finished(context.pack.tracks[case.track], case.state)
    return is_finished(main, state)


def _seen_today(session: Session, actor: Actor, *, own: bool, now: Instant) -> set[uuid.UUID]:
    """Return whose numbers the actor has seen today, at doors given to them or at others; one asks at a time."""
    member = select(Membership.id).where(Membership.unit_id == actor.unit_id, Membership.id == actor.membership_id)
    session.execute(member.with_for_update())
    rows = session.execute(
        select(_audits.c.about_id, _audits.c.data).where(
            _audits.c.unit_id == actor.unit_id,
            _audits.c.at >= day_start(local_day(now)),
            _audits.c.kind == "reveal",
            _audits.c.membership_id == actor.membership_id,
        )
    )
    return {row.about_id for row in rows if row.data.get("own") is own}


def _record(session: Session, actor: Actor, case: Any, kind: str, *, own: bool, now: Instant, ids: IdSource) -> None:
    """Record who was shown which field of whom: never the number."""
    data = {"field": PHONE, "case": case.id.hex, "door": case.door_id.hex, "own": own}
    if actor.on_behalf.of is not None:
        data["acting_for"] = actor.on_behalf.of.hex
    write_audit(
        session, actor.unit_id, kind, now=now, ids=ids, account_id=actor.account_id, membership_id=actor.membership_id,
        about_id=case.subject_id, data=data,
    )  # fmt: skip
