"""Reading notices, and saying what one wants to be told: one's own business, so nothing of it stands in the ledger."""

import uuid
from collections.abc import Collection
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from rules.said import Said
from rules.time import Instant, clock_text
from workflow.access import Actor
from workflow.errors import BadInput
from workflow.notices.kinds import DUE_SOON, MUTABLE, RETURNED, TO_CONFIRM
from workflow.queries.notices import KEPT, mine, told_as
from workflow.tables import Notice, NoticeRead, NoticeWish, table_of

EARLIEST_QUIET: Final = 18 * 60
LATEST_QUIET: Final = 8 * 60
"""Own quiet hours lie between 18:00 and 08:00: in the daytime a post can be reached."""
_notices, _reads, _wishes = table_of(Notice), table_of(NoticeRead), table_of(NoticeWish)


def read_notices(session: Session, actor: Actor, *, now: Instant, digest_id: uuid.UUID | None = None) -> None:
    """Remember that the actor has seen a digest, or (None) all that is shown by now. A foreign one is left as it is."""
    n = _notices.c
    chosen = [mine(**told_as(actor), now=now), n.shown_at <= now]
    chosen.append(n.shown_at > now - KEPT if digest_id is None else n.digest_id == digest_id)
    rows = session.execute(select(n.unit_id, n.id, n.arrived).where(*chosen)).all()
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    writing = postgresql.insert(_reads) if dialect == "postgresql" else sqlite.insert(_reads)
    values = [
        {"unit_id": row.unit_id, "notice_id": row.id, "membership_id": actor.membership_id, "seen": row.arrived}
        for row in rows
    ]
    session.execute(
        writing.on_conflict_do_update(
            index_elements=["unit_id", "notice_id", "membership_id"], set_={"seen": writing.excluded.seen}
        ),
        values,
    )


def wish_notices(
    session: Session, actor: Actor, *, now: Instant, muted: Collection[str], quiet: tuple[int, int] | None
) -> None:
    """Remember what the actor does without, and their own quiet hours (minutes of the day, begin and end).

    Raises BadInput for news of what a post must close, and for hours in the daytime.
    """
    if set(muted) - set(MUTABLE):
        raise BadInput(
            where="Loại tin", what=Said("việc quá hạn và việc leo thang mà chức danh phải đóng thì luôn được báo")
        )
    if quiet is not None and not _at_night(*quiet):
        raise BadInput(
            where="Giờ yên lặng riêng",
            what=Said(
                "phải nằm trong khoảng từ %(since)s đến %(until)s",
                since=clock_text(EARLIEST_QUIET),
                until=clock_text(LATEST_QUIET),
            ),
        )
    session.execute(
        delete(_wishes).where(_wishes.c.unit_id == actor.unit_id, _wishes.c.membership_id == actor.membership_id)
    )
    values = {
        "unit_id": actor.unit_id, "membership_id": actor.membership_id, "mutes_due_soon": DUE_SOON in muted,
        "mutes_to_confirm": TO_CONFIRM in muted, "mutes_returned": RETURNED in muted, "changed_at": now,
        "quiet_from": quiet[0] if quiet else None, "quiet_until": quiet[1] if quiet else None,
    }  # fmt: skip
    session.execute(insert(_wishes).values(**values))


def _at_night(begins: int, ends: int) -> bool:
    """Whether hours lie within the night in which nobody has to be reached, and last some time."""
    since, until = ((minute - EARLIEST_QUIET) % (24 * 60) for minute in (begins, ends))
    night = (LATEST_QUIET - EARLIEST_QUIET) % (24 * 60)
    return since < until <= night
