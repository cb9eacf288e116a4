"""Cases of one subject taken from one door to another: a `transfer` event each, counted out of one place and into the other."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from rules.said import At
from rules.time import Instant
from workflow.errors import OutsideWindow
from workflow.gateway.door import OpenDoor
from workflow.gateway.episode_place import take_along
from workflow.gateway.live import LiveCase
from workflow.gateway.resolve import open_episodes
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext

Opening: TypeAlias = Callable[[Book, CampaignContext, uuid.UUID], OpenDoor]
"""How a door is opened for writing: a caller that changes cases gives one that first settles what had become due on them."""


def take_to_door(
    book: Book,
    context: CampaignContext,
    case_ids: Sequence[uuid.UUID],
    *,
    from_door: uuid.UUID,
    to_door: uuid.UUID,
    happened_at: Instant,
    opening: Opening,
    cause: str = "person",
    data: dict[str, Any] | None = None,
) -> int:
    """Move cases between two doors and save both; return how many moved. Area, team and assignee become the new door's.

    What was asked for a case goes along; attempts and contact are those of the new door. A transfer cannot lie before the last
    thing that happened to a case: it then takes that instant. Raises NotFound for an unknown door.
    """
    old, new = opening(book, context, from_door), opening(book, context, to_door)
    moved = [case for case in old.cases.values() if case.id in set(case_ids) and case.left_at is None]
    for case in moved:
        del old.cases[case.id]
        new.cases[case.id] = case
        case.door_id = to_door
        place_case(
            book,
            new,
            case,
            happened_at=max(happened_at, case.last_happened_at),
            cause=cause,
            data={**(data or {}), "from_door": from_door.hex, "follow_up_at": case.follow_up_at},
        )
        case.attempts, case.last_contact = new.door.attempts, new.door.last_contact
    if new.episodes is not None:
        new.episodes += open_episodes(book, {case.id: case for case in moved})
    old.door.state_version += bool(moved)
    new.door.state_version += bool(moved)
    old.save()
    new.save()
    return len(moved)


def place_case(
    book: Book,
    opened: OpenDoor,
    case: LiveCase,
    *,
    happened_at: Instant,
    cause: str,
    data: dict[str, Any] | None = None,
) -> None:
    """Give a case the area, team and assignee of its door, with the event that says so. Saved with the door."""
    if happened_at > book.now:
        raise OutsideWindow(when=At(happened_at), window="những gì đã xảy ra (giờ đó chưa tới)")
    before, door = case.cell(), opened.door
    case.area_id, case.team_id, case.assignee_id = door.area_id, door.team_id, door.assignee_id
    case.last_happened_at = max(case.last_happened_at, happened_at)
    case.version += 1
    case.state_version += 1
    book.move_cell(before, case.cell(), happened_at)
    book.append(
        "transfer",
        happened_at=happened_at,
        cause=cause,
        campaign_id=case.campaign_id,
        case_id=case.id,
        door_id=case.door_id,
        version=case.version,
        track=case.track,
        from_state=case.state,
        state=case.state,
        stage=case.stage,
        area_id=case.area_id,
        team_id=case.team_id,
        assignee_id=case.assignee_id,
        data=data,
    )
    opened.touched.add(case.id)
    if case.has_episode:
        take_along(book, opened.context, case.id, area_id=case.area_id, team_id=case.team_id)
