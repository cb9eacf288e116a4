"""What waits for the posts one holds: groups, their episodes, one in full, and answering them."""

import uuid
from typing import Any, Final

from flask.typing import ResponseReturnValue

from web.api.blueprint import Operation, bp, carry_out, etag, version_of_request
from web.api.fields import (
    EXAMPLE_ID,
    Choice,
    Flag,
    Id,
    Inside,
    Labelled,
    Moment,
    Several,
    Shape,
    Text,
    Told,
    Whole,
    WholeInQuery,
)
from web.api.problems import invalid
from web.here import here
from web.i18n import _
from web.policy import for_roles
from workflow.actions.answer_escalation import ANSWERS, MOST, EpisodeGroup, answer_escalation
from workflow.actions.void_event import LAST_NO
from workflow.queries.episode import Episode, episode
from workflow.queries.inbox import PAGE, Inbox, inbox_of
from workflow.queries.inbox_group import EpisodeLine, episodes_in_group, receivers_in_rows

ROLES: Final = ("member", "team_leader", "duty_leader", "coordinator", "plan_owner", "chair")
DUE: Final = ("overdue", "today", "later", "resting")
TEAM: Final = "team"


class InboxQuery(Shape):
    """Which groups, and from where on."""

    due = Choice(DUE, load_default=None)
    whole_unit = Flag(load_default=False, metadata={"description": "everybody's; for the coordinator only"})
    after = WholeInQuery(load_default=0, most=1_000_000)
    limit = WholeInQuery(load_default=PAGE, least=1, most=PAGE)


class GroupQuery(InboxQuery):
    """A row of the inbox, opened."""

    rule = Text(required=True, longest=100, metadata={"description": "`rule_id` of the group"})
    group = Text(
        load_default="", longest=100, metadata={"description": "`group_key` of the group; empty: the whole unit"}
    )


class InboxCountsShape(Shape):
    """How many episodes."""

    waiting = Whole(required=True)
    passed_up = Whole(required=True)
    overdue = Whole(required=True)
    today = Whole(required=True)
    resting = Whole(required=True)
    all = Whole(required=True)


class GroupShape(Shape):
    """One row of the inbox: a rule in a place."""

    rule_id = Told(required=True)
    label = Labelled(required=True)
    kind = Told(required=True)
    group_key = Told(required=True)
    place = Told(required=True)
    n = Whole(required=True)
    waiting = Whole(required=True)
    passed_up = Whole(required=True)
    overdue = Whole(required=True)
    today = Whole(required=True)
    resting = Whole(required=True)
    answer_by = Moment(required=True, allow_none=True)
    oldest_due_at = Moment(required=True)
    level = Whole(required=True)
    levels = Whole(required=True)
    to_post = Labelled(required=True)


class InboxShape(Shape):
    """A page of the inbox."""

    counts = Inside(InboxCountsShape, required=True)
    groups = Several(Inside(GroupShape), required=True)
    next = Whole(required=True, allow_none=True)


class InHandShape(Shape):
    """Who has it in hand."""

    kind = Told(required=True)
    by = Told(required=True)
    at = Moment(required=True)
    until = Moment(required=True, allow_none=True)
    to = Told(required=True, allow_none=True)
    level = Whole(required=True)


class EpisodeLineShape(Shape):
    """One episode. `title` is null where only the place may be told."""

    id = Told(required=True, metadata={"format": "uuid"})
    rule_id = Told(required=True)
    group_key = Told(required=True)
    kind = Told(required=True)
    title = Told(required=True, allow_none=True)
    state = Told(required=True)
    place = Told(required=True)
    lane = Told(required=True)
    house_no = Told(required=True)
    door = Told(attribute="door_id", required=True, allow_none=True, metadata={"format": "uuid"})
    task = Told(attribute="task_id", required=True, allow_none=True, metadata={"format": "uuid"})
    due_at = Moment(required=True)
    answer_by = Moment(required=True, allow_none=True)
    rests_until = Moment(required=True, allow_none=True)
    due = Told(required=True, metadata={"enum": list(DUE)})
    level = Whole(required=True)
    levels = Whole(required=True)
    holder = Whole(
        required=True, metadata={"description": "the level that has it; 999: the highest post, 1000: the coordinator"}
    )
    mine = Whole(required=True)
    waits_at = Labelled(required=True)
    in_hand = Inside(InHandShape, required=True, allow_none=True)
    state_version = Whole(required=True)


class ReceiverShape(Shape):
    """Somebody to whom it may be handed on."""

    membership = Told(attribute="membership_id", required=True, metadata={"format": "uuid"})
    name = Told(required=True)
    post = Told(required=True)
    post_id = Told(required=True, metadata={"format": "uuid"})


class GroupEpisodesShape(Shape):
    """A page of a group's episodes."""

    total = Whole(required=True)
    next = Whole(required=True, allow_none=True)
    episodes = Several(Inside(EpisodeLineShape), required=True)
    receivers = Several(Inside(ReceiverShape), required=True)


class LadderShape(Shape):
    """A rung of the ladder."""

    level = Whole(required=True)
    to_post = Labelled(required=True)
    holders = Several(Told(), required=True)
    due_at = Moment(required=True, allow_none=True)
    opened_at = Moment(required=True, allow_none=True)
    was_raised = Flag(required=True)
    has_it = Flag(required=True)
    reached_nobody = Flag(required=True)


class AnswerToldShape(Shape):
    """What somebody answered."""

    ledger_no = Whole(required=True, most=LAST_NO)
    at = Moment(required=True)
    by = Told(required=True)
    level = Whole(required=True)
    kind = Told(required=True)
    reason = Told(required=True, allow_none=True)
    until = Moment(required=True, allow_none=True)
    to = Told(required=True, allow_none=True)
    to_team = Flag(required=True)


class WhyShape(Shape):
    """A comparison of the rule, and whether it holds."""

    text = Told(required=True)
    holds = Flag(required=True)
    values = Several(Several(Told()), required=True, metadata={"description": "pairs of label and value"})


class EpisodeShape(Shape):
    """An episode with its rule, its ladder and its answers."""

    line = Inside(EpisodeLineShape, required=True)
    label = Labelled(required=True)
    source = Told(required=True)
    condition = Told(required=True)
    holds = Flag(required=True, allow_none=True)
    reasons = Several(Inside(WhyShape), required=True)
    anchor = Moment(required=True)
    opened_at = Moment(required=True)
    is_open = Flag(required=True)
    opened_again_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    closed_because = Told(required=True, allow_none=True)
    closed_by = Told(required=True, allow_none=True)
    ladder = Several(Inside(LadderShape), required=True)
    answers = Several(Inside(AnswerToldShape), required=True)
    may = Several(Told(metadata={"enum": list(ANSWERS)}), required=True)
    receivers = Several(Inside(ReceiverShape), required=True)
    with_whom = Labelled(required=True)
    instruction = Inside(AnswerToldShape, required=True, allow_none=True)


class AnswerShape(Shape):
    """An answer. `until` goes with acknowledged, taken_over, returned, granted and rested; `to` (a membership), `to_post` or `to_team`
    with handed_on.
    """

    answer = Choice(tuple(ANSWERS), required=True)
    reason = Text(load_default=None, allow_none=True)
    until = Moment(load_default=None, allow_none=True)
    to = Id(load_default=None, allow_none=True)
    to_post = Id(load_default=None, allow_none=True)
    to_team = Flag(load_default=False)


class GroupOfShape(Shape):
    """A whole row of the inbox, as it was shown."""

    rule_id = Text(required=True, longest=100)
    group_key = Text(required=True, longest=100)
    due = Choice(DUE, load_default=None, allow_none=True)
    whole_unit = Flag(load_default=False)


class AnswersShape(AnswerShape):
    """An answer to several: `ids`, or all of a `group`."""

    ids = Several(Id(), least=1, most=MOST)
    group = Inside(GroupOfShape)


class SkippedShape(Shape):
    """How many were skipped, and why; absent and foreign ones look alike."""

    closed = Whole(required=True)
    absent = Whole(required=True)
    not_held = Whole(required=True)
    own_request = Whole(required=True)
    own_work = Whole(required=True)
    at_top = Whole(required=True)
    at_bottom = Whole(required=True)
    nobody_below = Whole(required=True)
    no_time = Whole(required=True)
    outside = Whole(required=True)


class AnsweredShape(Shape):
    """How many were answered."""

    answer = Told(required=True, metadata={"enum": list(ANSWERS)})
    answered = Whole(required=True)
    skipped = Inside(SkippedShape, required=True)


@bp.route("/<unit>/<campaign>/escalations")
@for_roles(*ROLES)
class EscalationInbox(Operation):
    """The inbox."""

    @bp.arguments(InboxQuery, location="query")
    @bp.response(200, InboxShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """What waits for the posts one holds, a row for each rule and place: overdue first, then the highest level."""
        after, limit = asked["after"], asked["limit"]
        found: Inbox = inbox_of(
            here.session, here.actor, here.context, now=here.now,
            due=asked["due"], whole_unit=asked["whole_unit"], limit=limit, offset=after,
        )  # fmt: skip
        counts = found.counts._asdict()
        return {"counts": counts, "groups": found.groups, "next": after + limit if found.has_more else None}


@bp.route("/<unit>/<campaign>/escalations/episodes")
@for_roles(*ROLES)
class GroupEpisodes(Operation):
    """A row of the inbox, opened."""

    @bp.arguments(GroupQuery, location="query")
    @bp.response(200, GroupEpisodesShape)
    def get(self, asked: dict[str, Any]) -> Any:
        """The episodes of one row, in walking order, and to whom they may be handed on. A foreign row is as empty as none."""
        who, row = (here.session, here.actor, here.context), (asked["rule"], asked["group"])
        after, limit, whole = asked["after"], asked["limit"], asked["whole_unit"]
        lines, total = episodes_in_group(
            *who, *row, now=here.now, due=asked["due"], whole_unit=whole, limit=limit, offset=after
        )
        receivers = receivers_in_rows(*who, [row], now=here.now, whole_unit=whole) if lines else []
        return {
            "total": total,
            "next": after + limit if after + limit < total else None,
            "episodes": [_line(line) for line in lines],
            "receivers": [_receiver(one) for one in receivers],
        }


@bp.route("/<unit>/<campaign>/escalations/answers")
@for_roles(*ROLES)
class Answers(Operation):
    """Answering several at once."""

    @bp.arguments(
        AnswersShape, example={"answer": "acknowledged", "ids": [EXAMPLE_ID], "until": "2025-05-25T16:00:00+07:00"}
    )
    @bp.response(200, AnsweredShape)
    def post(self, told: dict[str, Any]) -> ResponseReturnValue:
        """Answer several: those named, or a whole row. What could not be answered is counted, with why."""
        if ("ids" in told) == ("group" in told):
            raise invalid({"json": {"ids": [_("gửi ids hoặc group, không phải cả hai")]}})
        chosen = EpisodeGroup(**told["group"]) if "group" in told else told["ids"]
        return _answer(chosen, told)


class AboutEpisode(Operation):
    """Something about one episode."""

    def find(self, *, escalation_id: uuid.UUID) -> None:
        """Raise NotFound for an episode that is absent or foreign."""
        _episode(escalation_id)


@bp.route("/<unit>/<campaign>/escalations/<uuid:escalation_id>")
@for_roles(*ROLES)
class EscalationEpisode(AboutEpisode):
    """One episode."""

    @bp.response(200, EpisodeShape, headers={"ETag": {"schema": {"type": "string"}}})
    def get(self, escalation_id: uuid.UUID) -> Any:
        """One episode in full: the rule, why it holds, the ladder, the answers, and what one may answer."""
        found = _episode(escalation_id)
        return _told(found), etag(found.line.state_version)


@bp.route("/<unit>/<campaign>/escalations/<uuid:escalation_id>/answers")
@for_roles(*ROLES)
class EpisodeAnswers(AboutEpisode):
    """Answering one episode."""

    needs_version = True

    @bp.arguments(AnswerShape, example={"answer": "decided", "reason": "Tổ sẽ đến lại chiều mai"})
    @bp.response(200, AnsweredShape)
    def post(self, told: dict[str, Any], escalation_id: uuid.UUID) -> ResponseReturnValue:
        """Answer one episode, as it was read."""
        return _answer([escalation_id], told, state_version=version_of_request())


def _answer(chosen: Any, told: dict[str, Any], **more: Any) -> ResponseReturnValue:
    values = {
        "answer": told["answer"],
        "reason": told["reason"],
        "until": told["until"],
        "to_post": told["to_post"],
        **more,
    }
    to: Any = TEAM if told["to_team"] else told["to"]
    return carry_out(
        lambda book, context, actor: answer_escalation(book, context, actor, chosen, to=to, **values), told
    )


def _episode(escalation_id: uuid.UUID) -> Episode:
    return episode(here.session, here.actor, here.context, escalation_id, now=here.now)


def _line(line: EpisodeLine) -> dict[str, Any]:
    declared = EpisodeLineShape._declared_fields
    told = {name: getattr(line, name) for name in (field.attribute or key for key, field in declared.items())}
    return {**told, "in_hand": None if line.in_hand is None else line.in_hand._asdict()}


def _receiver(one: Any) -> dict[str, Any]:
    return {"membership_id": one.membership_id, "name": one.name, "post": one.post, "post_id": one.post_id}


def _told(found: Episode) -> dict[str, Any]:
    told = {name: getattr(found, name) for name in EpisodeShape._declared_fields}
    return {
        **told,
        "line": _line(found.line),
        "ladder": [rung._asdict() for rung in found.ladder],
        "answers": [answer._asdict() for answer in found.answers],
        "instruction": None if found.instruction is None else found.instruction._asdict(),
        "receivers": [_receiver(one) for one in found.receivers],
    }
