"""Who goes where: the teams and their people, and giving doors to them, by id or all that match."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out
from web.api.fields import EXAMPLE_ID, Flag, Id, Inside, Moment, Several, Shape, Text, Told, Whole
from web.api.problems import invalid
from web.here import here
from web.i18n import _
from web.policy import for_roles, searches
from workflow.actions.assign_doors import reassign
from workflow.errors import NotFound
from workflow.queries.door_filter import Chosen, DoorFilter
from workflow.queries.door_table import areas_with_doors, door_table
from workflow.queries.search_words import LONGEST
from workflow.queries.team_load import SeenTeam, gives_doors_of, people_of_teams, teams_seen

MOST = 500
"""Doors named one by one; more than that is "all that match"."""


class FilterShape(Shape):
    """Which doors: all that match."""

    area = Id(load_default=None, allow_none=True, attribute="area_id")
    team = Id(load_default=None, allow_none=True, attribute="team_id")
    assignee = Id(load_default=None, allow_none=True, attribute="assignee_id")
    without_holder = Flag(load_default=False)
    with_work = Flag(load_default=False)
    overdue = Flag(load_default=False)
    stuck = Flag(load_default=False, metadata={"description": "overdue for more than 24 hours"})
    attempts_at_least = Whole(load_default=0, most=1000)
    search = Text(load_default="", longest=LONGEST)


class FindDoorsShape(FilterShape):
    """Which doors, and which page of them. In the body: it may hold a name."""

    page = Whole(load_default=1, least=1, most=100_000)


class DoorRowShape(Shape):
    """A door of the table. `names` are the people who still have something to do."""

    id = Told(required=True, metadata={"format": "uuid"})
    area = Told(required=True)
    team = Told(required=True, allow_none=True)
    holder = Told(required=True, allow_none=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    attempts = Whole(required=True)
    follow_up_at = Moment(required=True, allow_none=True)
    promised_at = Moment(required=True, allow_none=True)
    last_contact = Moment(required=True, allow_none=True)
    is_overdue = Flag(required=True)
    names = Several(Told(), required=True)


class DoorTableShape(Shape):
    """A page of the table. `total` is what `expected` of a change has to be."""

    total = Whole(required=True)
    page = Whole(required=True)
    pages = Whole(required=True)
    doors = Several(Inside(DoorRowShape), required=True)


class MemberShape(Shape):
    """Somebody who may be given doors."""

    membership = Told(required=True, metadata={"format": "uuid"})
    name = Told(required=True)


class TeamShape(Shape):
    """A team that one looks after."""

    id = Told(required=True, metadata={"format": "uuid"})
    code = Told(required=True)
    name = Told(required=True)
    may_give = Flag(required=True, metadata={"description": "whether one may give its doors away"})
    members = Several(Inside(MemberShape), required=True)


class AreaShape(Shape):
    """An area with doors in reach."""

    id = Told(required=True, metadata={"format": "uuid"})
    code = Told(required=True)
    name = Told(required=True)


class TeamsShape(Shape):
    """Teams and areas within reach."""

    teams = Several(Inside(TeamShape), required=True)
    areas = Several(Inside(AreaShape), required=True)


class AssignmentShape(Shape):
    """Doors (`doors`, or `filter`: all that match) for a team and one of its people, or nobody yet.

    `expected` is how many doors the sender saw; with a filter it has to be said.
    """

    doors = Several(Id(), least=1, most=MOST)
    filter = Inside(FilterShape)
    team = Id(required=True)
    assignee = Id(load_default=None, allow_none=True)
    reason = Text(required=True, shortest=1)
    expected = Whole(load_default=None, allow_none=True)


class NotMovedShape(Shape):
    """Doors that did not move: theirs already, or not to be given (absent and foreign look alike)."""

    already = Whole(required=True)
    absent = Whole(required=True)


class AssignedShape(Shape):
    """How many doors moved."""

    moved = Whole(required=True)
    skipped = Inside(NotMovedShape, required=True)


@bp.route("/<unit>/<campaign>/teams")
@for_roles("team_leader", "duty_leader", "coordinator", "administrator")
class Teams(Operation):
    """Teams and areas."""

    @bp.response(200, TeamsShape)
    def get(self) -> Any:
        """The teams and areas within reach, and who may be given doors."""
        teams = [_team(*each) for each in people_of_teams(here.session, here.actor, now=here.now)]
        return {"teams": teams, "areas": areas_with_doors(here.session, here.actor, here.context)}


@bp.route("/<unit>/<campaign>/doors/searches")
@for_roles("team_leader", "duty_leader", "coordinator", "administrator")
@searches
class DoorSearches(Operation):
    """The table of doors; it changes nothing, so it needs no key."""

    changes = False

    @bp.arguments(FindDoorsShape, example={"overdue": True})
    @bp.response(200, DoorTableShape)
    def post(self, told: dict[str, Any]) -> Any:
        """The doors that match, in walking order, fifty to a page."""
        page = told.pop("page")
        found = door_table(here.session, here.actor, here.context, DoorFilter(**told), now=here.now, page=page)
        return {"total": found.total, "page": found.page, "pages": found.pages, "doors": found.rows}


@bp.route("/<unit>/<campaign>/doors/assignments")
@for_roles("team_leader", "coordinator", "administrator")
class Assignments(Operation):
    """Giving doors."""

    @bp.arguments(AssignmentShape, example={"doors": [EXAMPLE_ID], "team": EXAMPLE_ID, "reason": "Chia lại tuyến"})
    @bp.response(200, AssignedShape)
    def post(self, told: dict[str, Any]) -> ResponseReturnValue:
        """Give doors to a team and one of its people; all of them or, if another number is meant now, none (409)."""
        chosen, expected = _chosen(told), told["expected"]
        team, assignee, reason = _receiving(told["team"]), told["assignee"], told["reason"]
        return carry_out(
            lambda book, context, actor: reassign(
                book, context, actor, chosen, team_id=team, assignee_id=assignee, reason=reason, expected=expected
            ),
            told,
        )


def _chosen(told: dict[str, Any]) -> Chosen:
    if ("doors" in told) == ("filter" in told):
        raise invalid({"json": {"doors": [_("gửi doors hoặc filter, không phải cả hai")]}})
    if "doors" in told:
        return list(told["doors"])
    if told["expected"] is None:
        raise invalid({"json": {"expected": [_("chưa có; gửi số hộ đã thấy")]}})
    return DoorFilter(**told["filter"])


def _receiving(team_id: uuid.UUID) -> uuid.UUID:
    """Return a team whose doors one may give; NotFound for any other: absent and foreign look alike."""
    seen = {team.id for team in teams_seen(here.session, here.actor)}
    if team_id not in seen or not gives_doors_of(here.actor, team_id):
        raise NotFound
    return team_id


def _team(team: SeenTeam, people: Sequence[tuple[uuid.UUID, str]]) -> dict[str, Any]:
    return {
        "id": team.id,
        "code": team.code,
        "name": team.name,
        "may_give": gives_doors_of(here.actor, team.id),
        "members": [{"membership": key, "name": name} for key, name in people],
    }
