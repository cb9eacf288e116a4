"""The plan: tasks by deadline, one in full, moving it on, saying how far it is."""

import uuid
from typing import Any, Final

from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out, etag, version_of_request
from web.api.fields import Choice, Flag, Id, Inside, Labelled, Moment, Several, Shape, Text, Told, Whole, WholeInQuery
from web.here import here
from web.i18n import _
from web.plan.blueprint import SEES
from web.policy import for_roles
from workflow.actions.comment_on_task import comment_on_task
from workflow.actions.set_progress import set_progress
from workflow.actions.step_task import step_task
from workflow.actions.void_event import LAST_NO
from workflow.plan.life import MOVES, STATE_LABELS
from workflow.plan.standing import STANDINGS
from workflow.queries.plan_board import PAGE, VIEWS, Board, BoardRow, occurrences_by_scope, plan_board
from workflow.queries.task_page import TaskPage, task_page

PERSONS_MOVES: Final = tuple(name for name, move in MOVES.items() if move.is_plain)


class BoardQuery(Shape):
    """Which tasks, and from where on."""

    view = Choice(tuple(VIEWS), load_default="open")
    only_own = Flag(load_default=False, metadata={"description": "those given to a post of one's own"})
    after = WholeInQuery(load_default=0, most=1_000_000)
    limit = WholeInQuery(load_default=PAGE, least=1, most=PAGE)


class BoardRowShape(Shape):
    """One task, or (`task` null) one item of many teams in one period; ask for its tasks with `item` and `occurrence`."""

    task = Told(attribute="task_id", required=True, allow_none=True, metadata={"format": "uuid"})
    item = Told(required=True)
    occurrence = Told(required=True)
    label = Labelled(required=True)
    clause = Told(required=True)
    is_duty = Flag(required=True)
    per = Told(required=True)
    standing = Told(required=True, metadata={"enum": list(STANDINGS)})
    opens_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    due_words = Told(required=True)
    owner = Labelled(required=True, allow_none=True)
    holders = Several(Told(), required=True)
    place = Told(required=True, allow_none=True)
    state = Told(required=True, allow_none=True)
    progress = Whole(required=True, allow_none=True, most=100)
    total = Whole(required=True)
    delivered = Whole(required=True)
    overdue = Whole(required=True)
    missing = Whole(
        required=True, metadata={"description": "relayed reports that were not there at the deadline: never late"}
    )
    waiting = Whole(required=True)
    excused = Whole(required=True)
    open_predecessors = Whole(required=True)
    evidence = Whole(required=True)


class BoardShape(Shape):
    """A page of the plan: overdue first, then by deadline."""

    total = Whole(required=True, metadata={"description": "rows in all"})
    next = Whole(required=True, allow_none=True)
    tasks = Several(Inside(BoardRowShape), required=True)


class OccurrencesQuery(Shape):
    """An item of the plan, in one period."""

    item = Text(required=True, longest=100)
    occurrence = Text(load_default="", longest=60)


class OccurrenceShape(Shape):
    """One task of an item of many teams."""

    id = Told(required=True, metadata={"format": "uuid"})
    place = Told(required=True, allow_none=True)
    owner = Labelled(required=True, allow_none=True)
    holders = Several(Told(), required=True)
    state = Told(required=True)
    state_version = Whole(required=True)
    standing = Told(required=True)
    due_at = Moment(required=True, allow_none=True)
    submitted_at = Moment(required=True, allow_none=True)


class OccurrencesShape(Shape):
    """The tasks of an item, in the printed order of teams, areas or bodies."""

    tasks = Several(Inside(OccurrenceShape), required=True)


class OwnerShape(Shape):
    """Who is responsible."""

    label = Labelled(required=True)
    holders = Several(Told(), required=True)


class NeighbourShape(Shape):
    """What comes before or after in the plan."""

    task = Told(attribute="task_id", required=True, allow_none=True, metadata={"format": "uuid"})
    label = Labelled(required=True)
    count = Whole(required=True)
    open_count = Whole(required=True)
    state = Told(required=True, allow_none=True)


class WantedShape(Shape):
    """Evidence that the plan asks for."""

    kind = Told(required=True)
    label = Labelled(required=True)
    at_least = Whole(required=True, allow_none=True)
    is_met = Flag(required=True)


class EvidenceLineShape(Shape):
    """Evidence that was handed in."""

    id = Told(required=True, metadata={"format": "uuid"})
    kind = Told(required=True)
    label = Told(required=True)
    count = Whole(required=True, allow_none=True)
    is_lower_bound = Flag(required=True)
    file_name = Told(required=True, allow_none=True)
    file_size = Whole(required=True, allow_none=True)
    added_by = Told(required=True)
    added_at = Moment(required=True)
    withdrawn_because = Told(required=True, allow_none=True)


class TaskHistoryShape(Shape):
    """Something that happened to a task."""

    ledger_no = Whole(required=True, most=LAST_NO)
    happened_at = Moment(required=True)
    recorded_at = Moment(required=True)
    what = Told(required=True)
    who = Told(required=True, allow_none=True)
    acting_for = Told(required=True, allow_none=True)
    state = Told(required=True)
    reason = Told(required=True, allow_none=True)
    said = Told(required=True, allow_none=True)


class TaskShape(Shape):
    """One task in full."""

    id = Told(required=True, metadata={"format": "uuid"})
    item = Told(required=True)
    occurrence = Told(required=True)
    label = Labelled(required=True)
    clause = Told(required=True)
    source = Told(required=True, allow_none=True)
    is_duty = Flag(required=True)
    place = Told(required=True, allow_none=True)
    owner = Inside(OwnerShape, required=True, allow_none=True)
    support = Several(Labelled(), required=True)
    relay = Labelled(required=True, allow_none=True)
    state = Told(required=True, metadata={"enum": list(STATE_LABELS)})
    state_label = Told(required=True)
    state_version = Whole(required=True)
    standing = Told(required=True, metadata={"enum": list(STANDINGS)})
    opens_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    due_words = Told(required=True)
    submitted_at = Moment(required=True, allow_none=True)
    progress = Whole(required=True, allow_none=True, most=100)
    before = Several(Inside(NeighbourShape), required=True)
    after = Several(Inside(NeighbourShape), required=True)
    wanted = Several(Inside(WantedShape), required=True)
    lacking = Several(Told(), required=True)
    evidence = Several(Inside(EvidenceLineShape), required=True)
    history = Several(Inside(TaskHistoryShape), required=True)
    may = Several(Told(metadata={"enum": list(PERSONS_MOVES)}), required=True)
    may_add = Flag(required=True)
    may_withdraw = Flag(required=True)
    may_report_progress = Flag(required=True)
    may_comment = Flag(required=True)


class MoveShape(Shape):
    """A move of a task. `owner` (a post) goes with assign; a reason with return, cancel, waive and reopen."""

    move = Choice(PERSONS_MOVES, required=True)
    reason = Text(load_default=None, allow_none=True)
    happened_at = Moment(load_default=None, allow_none=True)
    owner = Id(load_default=None, allow_none=True)


class MovedShape(Shape):
    """The task after the move."""

    task = Told(required=True, metadata={"format": "uuid"})
    state = Told(required=True, metadata={"enum": list(STATE_LABELS)})
    state_version = Whole(required=True)
    timing = Told(required=True)
    ledger_no = Whole(required=True, most=LAST_NO)


@bp.route("/<unit>/<campaign>/tasks")
@for_roles(*SEES)
class Tasks(Operation):
    """The plan."""

    @bp.arguments(BoardQuery, location="query")
    @bp.response(200, BoardShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """Tasks in reach: overdue first, then by deadline. An item of many teams is one row."""
        after, limit = asked["after"], asked["limit"]
        found: Board = plan_board(
            here.session, here.actor, here.context, now=here.now,
            view=asked["view"], only_own=asked["only_own"], limit=limit, offset=after,
        )  # fmt: skip
        return {
            "total": found.total,
            "next": after + limit if after + limit < found.total else None,
            "tasks": [_row(row) for row in found.rows],
        }


@bp.route("/<unit>/<campaign>/tasks/occurrences")
@for_roles(*SEES)
class Occurrences(Operation):
    """One item, team by team."""

    @bp.arguments(OccurrencesQuery, location="query")
    @bp.response(200, OccurrencesShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The tasks of one item in one period. What is foreign or not there is as empty as the other."""
        lines = occurrences_by_scope(
            here.session, here.actor, here.context, asked["item"], asked["occurrence"], now=here.now
        )
        return {"tasks": lines}


class ProgressShape(Shape):
    """How far a task is, in percent. `seen` is what was read (null: nothing yet); 409 if somebody wrote another meanwhile."""

    percent = Whole(required=True, most=100)
    seen = Whole(required=True, allow_none=True, most=100)
    note = Text(load_default=None, allow_none=True)


class ProgressedShape(Shape):
    """The task after it."""

    task = Told(required=True, metadata={"format": "uuid"})
    progress = Whole(required=True, most=100)
    ledger_no = Whole(required=True, most=LAST_NO)


class CommentShape(Shape):
    """A word about a task."""

    said = Text(required=True)


class CommentedShape(Shape):
    """Where it stands in the ledger."""

    task = Told(required=True, metadata={"format": "uuid"})
    ledger_no = Whole(required=True, most=LAST_NO)


class AboutTask(Operation):
    """Something about one task."""

    def find(self, *, task_id: uuid.UUID) -> None:
        """Raise NotFound for a task that is absent or foreign."""
        page_of(task_id)


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>")
@for_roles(*SEES)
class Task(AboutTask):
    """One task."""

    @bp.response(200, TaskShape, headers={"ETag": {"schema": {"type": "string"}}})
    def get(self, task_id: uuid.UUID) -> Any:
        """One task in full: what the plan asks, what is there, what happened, and which moves one may make."""
        page = page_of(task_id)
        return _told(page), etag(page.task["state_version"])


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>/moves")
@for_roles(*SEES)
class Moves(AboutTask):
    """Moving a task on."""

    needs_version = True

    @bp.arguments(MoveShape, example={"move": "return", "reason": "Thiếu số liệu của tổ 2"})
    @bp.response(200, MovedShape)
    def post(self, told: dict[str, Any], task_id: uuid.UUID) -> ResponseReturnValue:
        """Make a move on a task, as it was read. 409 says which condition of the plan is not met yet."""
        move, version = told["move"], version_of_request()
        values = {"reason": told["reason"], "happened_at": told["happened_at"], "owner_post_id": told["owner"]}
        return carry_out(
            lambda book, context, actor: step_task(
                book, context, actor, task_id, move, state_version=version, **values
            ),
            told,
        )


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>/progress")
@for_roles(*SEES)
class Progress(AboutTask):
    """How far a task is."""

    @bp.arguments(ProgressShape, example={"percent": 60, "seen": 40, "note": "Đã phát 6/10 tổ"})
    @bp.response(200, ProgressedShape)
    def post(self, told: dict[str, Any], task_id: uuid.UUID) -> ResponseReturnValue:
        """Say how far a task is. No state changes: 100 percent is not yet handed in."""
        percent, note, seen = told["percent"], told["note"], told["seen"]
        return carry_out(
            lambda book, context, actor: set_progress(book, context, actor, task_id, percent, note, seen=seen), told
        )


@bp.route("/<unit>/<campaign>/tasks/<uuid:task_id>/comments")
@for_roles(*SEES)
class Comments(AboutTask):
    """What people say about a task; its history has all of it."""

    @bp.arguments(CommentShape, example={"said": "Loa phát thanh của tổ 3 đang hỏng, đề nghị dời sang thứ Hai"})
    @bp.response(200, CommentedShape)
    def post(self, told: dict[str, Any], task_id: uuid.UUID) -> ResponseReturnValue:
        """Say something about a task: its owner, those who support it, and who stands above them. It changes nothing else."""
        text = told["said"]
        return carry_out(lambda book, context, actor: comment_on_task(book, context, actor, task_id, text), told)


def page_of(task_id: uuid.UUID) -> TaskPage:
    """Return everything about one task; NotFound for one that is absent or foreign."""
    return task_page(here.session, here.actor, here.context, task_id, now=here.now)


def _row(row: BoardRow) -> dict[str, Any]:
    declared = BoardRowShape._declared_fields
    return {name: getattr(row, name) for name in (field.attribute or key for key, field in declared.items())}


def _told(page: TaskPage) -> dict[str, Any]:
    own = ("label", "source", "place", "owner", "support", "relay", "standing", "due_words", "before", "after", "wanted",
           "lacking", "evidence", "history", "may", "may_add", "may_withdraw", "may_report_progress", "may_comment")  # fmt: skip
    kept = ("id", "item", "occurrence", "clause", "is_duty", "state", "state_version", "opens_at", "due_at", "submitted_at", "progress")  # fmt: skip
    told = {name: getattr(page, name) for name in own} | {name: page.task[name] for name in kept}
    return {**told, "state_label": _(STATE_LABELS[page.task["state"]])}
