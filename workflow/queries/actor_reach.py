"""How far somebody reaches at this moment, found out in at most two statements; or, for statements that are kept, from names of values."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import false, or_, select, union
from sqlalchemy.orm import Session

from rules.pack.ladder import OWNER
from workflow.access import Actor, Held, of_the_unit
from workflow.queries.campaigns import CampaignContext
from workflow.queries.escalation_reach import Reach, Rung
from workflow.queries.ladder_rows import TO_POST
from workflow.queries.where_episodes_lie import lies_with, may_own, owned_by, teams_working
from workflow.statements.asking import Asked, ask
from workflow.tables import NOBODY, Rollup, Task, table_of

_rollups = table_of(Rollup)
_tasks = table_of(Task)


@dataclass(frozen=True, slots=True)
class ReachFacts:
    """What of the unit's present tells how far somebody reaches: the teams that work each area of theirs, and the groups to look in."""

    works: Mapping[uuid.UUID, Sequence[uuid.UUID]]
    keys: tuple[str, ...] | None


def reach_of(session: Session, actor: Actor, context: CampaignContext) -> Reach:
    """Return how far the actor reaches in the campaign at this moment, in all and in each name. At most two statements."""
    facts = reach_facts(session, actor, context)
    reach, *hats = (
        reach_from(one, context, facts.works, facts.keys, given_to(one), _given_for(one))
        for one in (actor, *(actor.hats if len(actor.hats) > 1 else ()))
    )
    return replace(
        reach, hats=[replace(hat, besides=actor.besides(post)) for hat in hats for post in hat.actor.posts[:1]]
    )


def reach_facts(session: Session, actor: Actor, context: CampaignContext) -> ReachFacts:
    """Return what `reach_from` needs to know. At most two statements."""
    teams, areas = _ids(post.team_id for post in actor.posts), _ids(post.area_id for post in actor.posts)
    works = teams_working(session, actor.unit_id, areas)
    return ReachFacts(works, _keys(session, context, actor.posts, teams, areas, works))


def reach_from(
    actor: Actor,
    context: CampaignContext,
    works: Mapping[Any, Sequence[Any]],
    keys: Sequence[Any] | None,
    given: Any,
    given_for: Mapping[int, Any],
) -> Reach:
    """Return how far the actor reaches, from facts that are known: nothing is read. Facts and ids may be bind parameters.

    `given_for` has, by the position of a post that was lent, how an episode says that it was given to that post or to whom it was lent by.
    """
    where = {id(post): lies_with(post, works) for post in actor.posts}
    owned = {id(post): owned_by(post) for post in actor.posts}
    rungs = [
        Rung(rule.id, level, (owned if rung.to == OWNER else where)[id(post)])
        for rule in context.pack.rules
        for level, rung in enumerate(rule.ladder, start=1)
        for post in actor.posts
        if post.code == rung.to or (rung.to == OWNER and may_own(post, rule))
    ]
    in_team = [where[id(post)] for post in actor.posts if post.team_id is not None]
    return Reach(
        actor, context, tuple(rungs),
        mine=or_(false(), *where.values()),
        given_to=[
            (given, or_(false(), *(where[id(post)] for post in actor.posts if post.acting_for is None))),
            *((told, where[id(actor.posts[n])]) for n, told in given_for.items()),
        ],
        in_my_team=or_(false(), *in_team),
        keys=keys,
    )  # fmt: skip


def reach_values(actor: Actor, facts: ReachFacts) -> dict[str, Any]:
    """Return the facts as values of a statement that `reach_named` builds (`workflow.queries.asker`)."""
    works = {
        f"works_{n}": list(facts.works.get(post.area_id, ())) or [NOBODY]
        for n, post in enumerate(actor.posts)
        if post.area_id
    }
    given_for = {f"given_{n}": told for n, told in _given_for(actor).items()}
    return {"keys": facts.keys, "given": given_to(actor), **works, **given_for}


def _given_for(actor: Actor) -> dict[int, list[str]]:
    return {n: _names_of(post.acting_for, [post]) for n, post in enumerate(actor.posts) if post.acting_for is not None}


def reach_named(actor: Actor, context: CampaignContext, *, keys: Any, given: Any, **works: Any) -> Reach:
    """Return the reach whose facts are the names of `reach_values`."""
    areas = {post.area_id: works[f"works_{n}"] for n, post in enumerate(actor.posts) if post.area_id is not None}
    given_for = {n: works[f"given_{n}"] for n, post in enumerate(actor.posts) if post.acting_for is not None}
    return reach_from(actor, context, areas, keys, given, given_for)


def given_to(actor: Actor) -> list[str]:
    """Return how an episode says that it was given to somebody, or to a post that is their own."""
    return _names_of(actor.membership_id, [post for post in actor.posts if post.acting_for is None])


def _names_of(membership_id: uuid.UUID, posts: Sequence[Held]) -> list[str]:
    return [membership_id.hex, *(f"{TO_POST}{post.post_id.hex}" for post in posts)]


def _keys(
    session: Session,
    context: CampaignContext,
    posts: Sequence[Held],
    teams: list[uuid.UUID],
    areas: list[uuid.UUID],
    works: Mapping[uuid.UUID, Sequence[uuid.UUID]],
) -> tuple[str, ...] | None:
    """Return the group keys of teams and areas that have had to do with the actor's: by the roll-ups, which are few."""
    if any(of_the_unit(post) for post in posts):
        return None
    known = {*teams, *areas, *(team for area in areas for team in works[area])}
    owners = any(rule.model.group == OWNER for rule in context.pack.rules)
    if known or owners:
        known |= {
            row.key
            for row in ask(
                session, _known, bool(known), owners, unit=context.unit_id, campaign=context.id, teams=teams or None, areas=areas or None
            )
        }  # fmt: skip
    return ("", *sorted(one.hex for one in known))


def _known(places: bool, owners: bool, *, unit: Any, campaign: Any, teams: Any, areas: Any) -> Asked:
    """Return the areas and teams that occur together in the campaign with these teams or areas, and the posts that own a task of it: few,
    and what rows by owner stand under.
    """
    cell, task, found = _rollups.c, _tasks.c, list[Any]()
    if places:
        either = [column.in_(ids) for column, ids in ((cell.team_id, teams), (cell.area_id, areas)) if ids is not None]
        here = (cell.unit_id == unit, cell.campaign_id == campaign, cell.basis == "h", or_(*either))
        found += [select(cell.area_id.label("key")).where(*here), select(cell.team_id).where(*here)]
    if owners:
        owned = (task.unit_id == unit, task.campaign_id == campaign, task.owner_post_id.is_not(None))
        found.append(select(task.owner_post_id.label("key")).where(*owned))
    every = union(*found).subquery("known")
    return select(every.c.key)


def _ids(values: Any) -> list[uuid.UUID]:
    return sorted({value for value in values if value is not None})


__all__ = ["ReachFacts", "given_to", "reach_facts", "reach_from", "reach_named", "reach_of", "reach_values"]
