"""Writing what somebody answers to escalations in their own name where they may, and else for whom they stand in."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, select, true

from workflow.access import Actor
from workflow.escalation.answers import FROM_ABOVE, MOVING, Answer, write_answers
from workflow.escalation.told import KINDS, stage_episodes, unstage
from workflow.ledger.book import Book
from workflow.queries.actor_reach import reach_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import Reach
from workflow.queries.ladder_rows import EPISODES


class Name(NamedTuple):
    """A name in which somebody answers: the posts that go with it, how far they reach, and the episodes that it answers."""

    actor: Actor
    reach: Reach
    answers: ColumnElement[bool]


def names_for(
    book: Book, context: CampaignContext, actor: Actor, reach: Reach, may: Callable[[Reach], ColumnElement[bool]]
) -> list[Name]:
    """Return in whose name which episodes are answered: their own first, then, for each they stand in for, what is left.

    `reach` is the actor's with all posts; for who stands in for nobody nothing more is read.
    """
    if len(actor.hats) == 1:
        return [Name(actor, reach, true())]
    found, left = list[Name](), list[ColumnElement[bool]]()
    for hat in actor.hats:
        theirs = reach_of(book.session, hat, context)
        mine = and_(theirs.visible, may(theirs))
        found.append(Name(hat, theirs, and_(mine, *left)))
        left.append(~mine)
    return found


def write_in_names(
    book: Book, context: CampaignContext, names: Sequence[Name], told: Answer, those: ColumnElement[bool]
) -> int:
    """Answer the level that is called now; who was called earlier and only adds a note does so on their own. Return how many.

    All is staged before anything is written: what is written changes what may be answered.
    """
    staged = list[tuple[Name, str, uuid.UUID, int]]()
    for name in names:
        staged += [(name, *each) for each in _stage(book, name.reach, told, and_(those, name.answers))]
    for name, kind, batch, count in staged:
        actor = name.actor
        actor.acts_under(actor.posts[0] if actor.posts else None)
        write_answers(book, context, KINDS[kind], told, batch, count, name.reach.standing)
    return sum(count for *_, count in staged)


def _stage(book: Book, reach: Reach, told: Answer, chosen: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    e, staged = EPISODES.c, list[tuple[Any, ...]]()
    on_ladder = and_(reach.level_reached > 0, reach.level_reached < e.level, reach.standing < e.level)
    level = (
        e.level
        if told.kind in (*MOVING, *FROM_ABOVE, "raised")
        else case((on_ladder, reach.level_reached), else_=e.level)
    )
    for kind in book.session.scalars(select(e.kind).where(chosen).distinct().order_by(e.kind)).all():
        batch = book.new_id()
        count = stage_episodes(book, KINDS[kind], chosen, level, batch)
        if count:
            staged.append((kind, batch, count))
        else:
            unstage(book, batch)
    return staged
