"""Adding a household that no list has: its door stands in the queue of the team that works the area."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from rules.said import At, Said
from rules.time import Instant
from workflow.access import Actor, require_post
from workflow.actions.person_input import text_of
from workflow.errors import BadInput, NotFound, OutsideWindow
from workflow.gateway.enter_one import Newcomer, NewHome, Place, enter_subject, open_home, states_for, team_of
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.roster.households import Carrier
from workflow.tables import Area, Subject, table_of

ADDERS = ("member", "team_leader", "area_head", "coordinator", "administrator")


@dataclass(frozen=True)
class DoorInput:
    """An address as typed. `area` is the area's id; `head` the name of the head of household."""

    area: uuid.UUID
    head: str = ""
    lane: str = ""
    house_no: str = ""


@dataclass(frozen=True)
class PlaceInScope:
    """An area with its team, for asking who may act there."""

    area_id: uuid.UUID
    team_id: uuid.UUID | None


def add_door(
    book: Book, context: CampaignContext, actor: Actor, typed: DoorInput, *, happened_at: Instant | None = None
) -> dict[str, Any]:
    """Open a door for a household; return its id and the household's.

    Where the campaign follows households themselves, the household enters its track at once. Raises NotFound (no such area),
    NotPermitted, BadInput (nothing tells the household, or it stands there already) or OutsideWindow.
    """
    require_place(book, actor, typed.area, action="Thêm hộ")
    happened_at = entering_at(book, context, happened_at)
    home = new_home(book, context, typed, happened_at=happened_at)
    household = Newcomer({}, kind="household")
    if states_for(context, household, happened_at=happened_at):
        enter_subject(book, context, home.door_id, home.household_id, household, happened_at=happened_at)
    return {"door": str(home.door_id), "household": str(home.household_id), "ledger_no": book.last_no}


def new_home(book: Book, context: CampaignContext, typed: DoorInput, *, happened_at: Instant) -> NewHome:
    """Judge an address and open its door; BadInput if the area has that household already."""
    place = judged_place(typed)
    subjects = table_of(Subject)
    known = select(subjects.c.id).where(
        subjects.c.unit_id == book.unit_id,
        subjects.c.area_id == typed.area,
        subjects.c.household_key == place.key,
        subjects.c.kind == "household",
    )
    if book.session.scalar(known.limit(1)) is not None:
        raise BadInput(where="Hộ", what="địa bàn đã có hộ này (cùng chủ hộ và địa chỉ); tìm hộ đó rồi thêm người vào")
    return open_home(book, context, place, happened_at=happened_at)


def judged_place(typed: DoorInput) -> Place:
    """Return where a household lives, as a list that said the same would tell it."""
    head, lane, house_no = (
        text_of("head", typed.head),
        text_of("lane", typed.lane),
        text_of("house_no", typed.house_no),
    )
    place, _ = Carrier().place_of(("", head, "", lane, house_no), name=head, is_head=False)
    if place is None:
        raise BadInput(where="Hộ", what="chưa ghi chủ hộ, ngõ hay số nhà; ghi ít nhất một thứ để tìm được hộ")
    return Place(typed.area, place.lane or None, place.house_no or None, place.key, place.order)


def require_place(book: Book, actor: Actor, area_id: uuid.UUID, *, action: str) -> PlaceInScope:
    """Return the area with its team if the actor may add people there; NotFound for an area that is not the unit's.

    Raises NotPermitted, or BadInput for an area that was closed.
    """
    areas = table_of(Area)
    known = book.session.execute(
        select(areas.c.name, areas.c.valid_to).where(areas.c.unit_id == book.unit_id, areas.c.id == area_id)
    ).one_or_none()
    if known is None:
        raise NotFound
    place = PlaceInScope(area_id, team_of(book, area_id))
    require_post(actor, ADDERS, place, action=action)
    if known.valid_to is not None:
        raise BadInput(
            where="Địa bàn", what=Said("“%(name)s” đã kết thúc, không nhận hộ mới; chọn địa bàn khác", name=known.name)
        )
    return place


def entering_at(book: Book, context: CampaignContext, happened_at: Instant | None) -> Instant:
    """Return the instant at which somebody added by hand enters; OutsideWindow for the future or after the campaign."""
    at = book.now if happened_at is None else happened_at
    if at > book.now:
        raise OutsideWindow(when=At(at), window="những gì đã xảy ra (giờ đó chưa tới)")
    if at >= context.ends_at:
        raise OutsideWindow(
            when=At(at),
            window=Said("đợt %(name)s, kết thúc trước %(at)s", name=context.name, at=At(context.ends_at)),
        )
    return at
