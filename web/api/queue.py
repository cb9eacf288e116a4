"""The member's queue, page by page, in the order of the screen."""

from typing import Any

from web.api.blueprint import Operation, bp
from web.api.fields import Choice, Flag, Inside, Labelled, Moment, Several, Shape, Text, Told, Whole, WholeInQuery
from web.api.people import PersonShape, seen
from web.here import here
from web.i18n import _
from web.policy import for_roles, searches
from workflow.queries.choices import choices_for_door
from workflow.queries.queue import MOST_HITS, PAGE, QueuedDoor, queue_of
from workflow.queries.search_words import LONGEST

FILTERS = ("due", "later", "all")


class QueueQuery(Shape):
    """Which doors, and from where on."""

    show = Choice(FILTERS, load_default="due", metadata={"description": "due: now or today; later: another day"})
    area = Text(load_default=None, longest=40, metadata={"description": "code of an area"})
    after = WholeInQuery(load_default=0, most=1_000_000, metadata={"description": "`next` of the page before"})
    limit = WholeInQuery(load_default=PAGE, least=1, most=PAGE)


class SearchShape(Shape):
    """What to look for. It travels in the body: no address ever holds a name."""

    text = Text(required=True, longest=LONGEST, shortest=1, metadata={"description": "a name or a house number"})


class QueuedDoorShape(Shape):
    """A door of the queue with the people still to be met."""

    id = Told(required=True, metadata={"format": "uuid"})
    area = Told(required=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    timing = Told(required=True, metadata={"enum": ["overdue", "promised", "new", "again", "later_today", "another_day", "nobody"]})  # fmt: skip
    label = Told(required=True, metadata={"description": "how it stands with its time, in words"})
    follow_up_at = Moment(required=True, allow_none=True)
    promised_at = Moment(required=True, allow_none=True)
    attempts = Whole(required=True)
    is_mine = Flag(required=True)
    state_version = Whole(required=True)
    people = Several(Inside(PersonShape), required=True)


class CountsShape(Shape):
    """Doors by how they stand."""

    due = Whole(required=True)
    later = Whole(required=True)
    overdue = Whole(required=True)


class QueueShape(Shape):
    """A page of the queue."""

    now = Moment(required=True)
    counts = Inside(CountsShape, required=True)
    total = Whole(required=True, metadata={"description": "doors that the filter finds"})
    next = Whole(required=True, allow_none=True, metadata={"description": "where the next page starts"})
    doors = Several(Inside(QueuedDoorShape), required=True)
    door_choices = Several(Inside(lambda: DoorChoiceShape()), required=True)


class DoorChoiceShape(Shape):
    """What may be said of a whole door."""

    outcome = Told(required=True)
    label = Labelled(required=True)
    asks_time = Flag(required=True)


@bp.route("/<unit>/<campaign>/queue")
@for_roles("member", "team_leader")
class Queue(Operation):
    """The doors to go to."""

    @bp.arguments(QueueQuery, location="query")
    @bp.response(200, QueueShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The queue, page by page.

        Overdue first, then promised for today, then by priority and along the lane. The first door of a page comes with what may be
        said of each person; ask `GET …/doors/{door_id}` for the others.
        """
        return _page(filter=asked["show"], area=asked["area"], after=asked["after"], limit=asked["limit"])


@bp.route("/<unit>/<campaign>/queue/searches")
@for_roles("member", "team_leader")
@searches
class Searches(Operation):
    """Looking for a door; it changes nothing, so it needs no key."""

    changes = False

    @bp.arguments(SearchShape)
    @bp.response(200, QueueShape)
    def post(self, told: dict[str, Any]) -> Any:
        """Find doors by a name or a house number.

        Among all doors in reach, by somebody still to be met; at most 50. In the body, so that no address or log holds a name.
        """
        return _page(search=told["text"], limit=MOST_HITS)


def _page(**asked: Any) -> dict[str, Any]:
    found = queue_of(here.session, here.actor, here.context, now=here.now, vault=here.vault, **asked)
    opened = found.opened
    doors = [opened if opened is not None and door.id == opened.id else door for door in found.doors]
    return {
        "now": here.now,
        "counts": found.counts,
        "total": found.total,
        "next": found.next_after,
        "doors": [_door(door) for door in doors],
        "door_choices": choices_for_door(here.context.pack),
    }


def _door(door: QueuedDoor) -> dict[str, Any]:
    names = (
        "id", "area", "lane", "house_no", "timing", "follow_up_at", "promised_at", "attempts", "is_mine", "state_version"
    )  # fmt: skip
    told = {name: getattr(door, name) for name in names}
    return {**told, "label": _(door.label), "people": [seen(person) for person in door.people]}
