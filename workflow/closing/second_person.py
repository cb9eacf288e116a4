"""Who counts as the second of the two persons that a closed period is opened again by: asked alike where it is offered and where it is done."""

import uuid
from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, Held, of_the_unit
from workflow.queries.absences import lent_by_plan_of

REOPENERS: Final = ("coordinator", "chair")


def second_person(session: Session, actor: Actor, first: Collection[uuid.UUID], *, now: Instant) -> Held | None:
    """Return the post under which the actor answers what `first` asked for, or None.

    `first` are the one who asked and the one they stood in for: neither of them answers, nor in a lent post anybody standing in for
    either, nor who stands in for somebody only because one of them planned it. One statement, for who stands in for somebody.
    """
    if second_post(actor, first) is None or len(actor.hats) == 1:
        return second_post(actor, first)
    return second_post(actor, first, lent_by_plan_of(session, actor, first, now=now))


def second_post(actor: Actor, first: Collection[uuid.UUID], lent: Collection[uuid.UUID] = ()) -> Held | None:
    """Return the post under which the actor counts as a second person, or None.

    `lent` are those for whom the actor stands in because one of `first` planned it: nobody makes their own second.
    """
    if actor.membership_id in first:
        return None
    no_second = {*first, *lent}
    held = (post for post in actor.holds(*REOPENERS) if of_the_unit(post) and post.acting_for not in no_second)
    return next((post for post in held if not actor.besides(post) & frozenset(first)), None)


__all__ = ["REOPENERS", "second_person", "second_post"]
