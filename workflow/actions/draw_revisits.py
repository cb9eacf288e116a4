"""Drawing the doors of a day that somebody else asks again: by a seal, once, final."""

from typing import Any, Final

from sqlalchemy import insert, select

from rules.said import Said
from workflow.access import Actor, require_unit_post, roles_in_words
from workflow.days import as_date, day_start, local_day
from workflow.errors import AlreadyDecided, BadInput, NotPermitted
from workflow.figures.revisit_sample import draw, frame_of, who_asks
from workflow.ids import id_of
from workflow.ledger.book import Book
from workflow.ledger.seals import newest_seal, seal_unit
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Revisit, RevisitDraw, Seal, Team, table_of

DRAWERS: Final = ("coordinator", "duty_leader")


def draw_revisits(book: Book, context: CampaignContext, actor: Actor, day: int) -> dict[str, Any]:
    """Draw the re-visits of a local day that has ended and return how many doors of how many.

    The seal is the first one after the day; if there is none yet it is made here, before anything else is recorded. A day is
    drawn once: a list that could be drawn again could be chosen. Raises NotPermitted, BadInput for a day that has not ended or has no door to ask at, AlreadyDecided.
    """
    _check_drawer(actor)
    said_day = Said("ngày %(day)s", day=f"{as_date(day):%d/%m/%Y}")
    if day >= local_day(book.now):
        raise BadInput(where="Ngày", what=Said("%(day)s chưa hết; rút từ ngày hôm sau", day=said_day))
    known = select(RevisitDraw.id).where(
        RevisitDraw.unit_id == book.unit_id, RevisitDraw.campaign_id == context.id, RevisitDraw.day == day
    )
    if book.session.execute(known).first() is not None:
        raise AlreadyDecided(status=Said("%(day)s đã rút danh sách phúc tra", day=said_day))
    seal = _seal_of(book, day)
    frame = [] if seal is None else frame_of(book.session, book.unit_id, context.id, day, seal)
    if seal is None or not frame:
        raise BadInput(
            where="Ngày", what=Said("%(day)s không có hộ nào được các tổ gặp tại nhà; chọn ngày khác", day=said_day)
        )
    teams = book.session.scalars(select(Team.id).where(Team.unit_id == book.unit_id, Team.valid_to.is_(None))).all()
    drawn, draw_id = draw(seal.seal, frame), book.new_id()
    number = book.append(
        "note",
        campaign_id=context.id,
        about_id=draw_id,
        data={"what": "revisit_draw", "day": day, "seal_no": seal.seal_no, "frame": len(frame), "drawn": len(drawn)},
    )
    made = {
        "unit_id": book.unit_id, "id": draw_id, "campaign_id": context.id, "day": day, "seal_no": seal.seal_no,
        "frame": len(frame), "drawn_by_id": actor.membership_id, "drawn_at": book.now, "ledger_no": number,
    }  # fmt: skip
    book.session.execute(insert(table_of(RevisitDraw)), [made])
    rows = [
        {
            "unit_id": book.unit_id, "id": id_of("revisit", draw_id, one.team_id, one.door_id), "draw_id": draw_id,
            "door_id": one.door_id, "team_id": one.team_id, "by_team_id": who_asks(seal.seal, one, teams),
        }
        for one in drawn
    ]  # fmt: skip
    book.session.execute(insert(table_of(Revisit)), rows)
    return {"draw": str(draw_id), "day": day, "frame": len(frame), "drawn": len(drawn), "seal_no": seal.seal_no}


def _check_drawer(actor: Actor) -> None:
    """A duty leader may for any area: what is drawn does not depend on who draws."""
    if not actor.holds("duty_leader"):
        require_unit_post(actor, DRAWERS, action="Rút danh sách phúc tra")
    elif not actor.roles & set(DRAWERS):
        raise NotPermitted(action="Rút danh sách phúc tra", who=roles_in_words(DRAWERS))


def _seal_of(book: Book, day: int) -> Any | None:
    """Return the first seal made after a local day had ended, made now if need be.

    If nothing was recorded since the newest seal, that one covers the day already and there is no other.
    """
    seals = table_of(Seal)
    after = select(seals).where(Seal.unit_id == book.unit_id, Seal.sealed_at >= day_start(day + 1))
    found: Any | None = book.session.execute(after.order_by(Seal.seal_no).limit(1)).one_or_none()
    return found or seal_unit(book.session, book.unit_id, book.now) or newest_seal(book.session, book.unit_id)
