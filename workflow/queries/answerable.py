"""Which answers to an escalation somebody may give: the one definition, for the gateway that writes them and the pages that offer them.

Conditions are over `EPISODES`. What depends on what was typed (a text, a receiver) is looked at where it is typed.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, case, false, or_, true
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import Reach
from workflow.queries.held_posts import HeldPosts, held_posts
from workflow.queries.ladder_rows import EPISODES, HOLDER

AnswerKind = Literal[
    "acknowledged", "handed_on", "raised", "taken_over", "returned", "granted", "rested", "decided", "noted"
]
KINDS: Final[tuple[AnswerKind, ...]] = (
    "acknowledged", "handed_on", "raised", "taken_over", "returned", "granted", "rested", "decided", "noted",
)  # fmt: skip
"""What may be answered, in the order of the buttons."""
NOTED: Final = "noted"
FROM_ABOVE: Final[tuple[AnswerKind, ...]] = ("taken_over", "granted")
"""Answers that only a post above the one that has it may give; their event says which rung had it, and to whom it was given there."""
WHOEVER_ASKED: Final = ("raised", "rested", NOTED)
"""Answers that decide nothing on what was handed up: also whoever handed it up may give them in a lent post."""
BELOW: Final[ColumnElement[Any]] = case(
    (EPISODES.c.holder_level > EPISODES.c.level, EPISODES.c.level), else_=HOLDER - 1
)
"""The rung to which an episode is sent back: the one it was taken from, or the one below."""
_HANDED: Final = ("acknowledged", "rested", NOTED)
"""What somebody to whom an episode was handed on may answer."""


def stands_to_answer(reach: Reach, answer: AnswerKind) -> ColumnElement[bool]:
    """Return the condition that whoever reaches so stands where an episode is answered that way."""
    if answer == NOTED:
        return true()
    if answer in FROM_ABOVE:
        return reach.above
    return or_(reach.holds, reach.handed) if answer in _HANDED else reach.holds


def may_answer(reach: Reach, answer: AnswerKind) -> ColumnElement[bool]:
    """Return the condition that whoever reaches so may answer an episode that way, in some name of theirs.

    In a lent post nobody decides on what they, or another for whom they stand in, handed up; what was handed on to them since they take.
    """
    if answer == NOTED:
        return true()
    if reach.hats:
        return or_(*(may_answer(hat, answer) for hat in reach.hats))
    if answer in WHOEVER_ASKED or not reach.besides:
        return stands_to_answer(reach, answer)
    above = and_(stands_to_answer(reach, answer), ~reach.own_request)
    return or_(above, reach.handed) if answer in _HANDED else above


def room_for(
    context: CampaignContext, answer: AnswerKind, posts: HeldPosts | None, *, until: Instant | None = None
) -> dict[str, ColumnElement[bool]]:
    """Return what else an episode must meet, by what is said of one that does not.

    `posts`, which only "returned" looks at, are those that are held; `until` is what was typed, if anything was.
    """
    e = EPISODES.c
    if answer == "raised":
        known = [rule.id for rule in context.pack.rules if rule.ladder]
        return {"at_top": and_(e.levels > HOLDER, e.rule_id.in_(known))}
    if answer == "granted":
        last = context.ends_at if until is None else until
        return {"no_time": and_(e.next_action_at.is_not(None), e.next_action_at < last)}
    if answer != "returned" or posts is None:
        return {}
    below = [
        and_(e.rule_id == rule.id, BELOW.in_([level]), posts.stand_on(rule, level))
        for rule in context.pack.rules
        for level in range(1, len(rule.ladder) + 1)
    ]
    return {"at_bottom": BELOW >= 1, "nobody_below": or_(false(), *below)}


def offered(session: Session, reach: Reach, *, now: Instant) -> Mapping[AnswerKind, ColumnElement[bool]]:
    """Return by answer the condition that an open episode would take it from the actor at `now`. Two statements.

    What rests or waits does so within the campaign: after its end neither is offered.
    """
    context, posts = reach.context, held_posts(session, reach.context.unit_id, now=now)
    ended = now >= context.ends_at
    found: dict[AnswerKind, ColumnElement[bool]] = {}
    for answer in KINDS:
        wanted = [may_answer(reach, answer), *room_for(context, answer, posts).values()]
        wanted += [reach.free_to_grant] if answer == "granted" else []
        wanted += [false()] if answer in ("granted", "rested") and ended else []
        found[answer] = and_(EPISODES.c.is_open, *wanted)
    return found


__all__ = [
    "BELOW", "FROM_ABOVE", "KINDS", "NOTED", "AnswerKind", "may_answer", "offered", "room_for", "stands_to_answer",
]  # fmt: skip
