"""Which episodes concern somebody: where the posts they hold stand on each ladder. The one door to rows of `escalations`.

A rung names a post by its code. A post of the unit stands on the ladder of every episode of the rule; one of a team or an area only
where the episode lies there (one about a team lies in the areas that the team works now). A rung may name the `owner`: the post
that owns the task, or leads the team. A post of a body stands on no other rung.

Who has an episode is its *holder*: the newest level, unless a post above took it over, it was sent back to one below, or nobody held
the post that was called. What has no rung to stand on lies with the unit's highest post (`TOP_LEVEL`), else with the coordinator, who
may answer anything. Beside the holder there may be somebody to whom it was given.

Episodes about people whose contact has ended are nobody's: a rule over such states would split them, and lists never do that.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import Session

from rules.pack import CompiledRule, Pack
from rules.pack.ladder import OWNER
from workflow.access import Actor, Held, of_the_unit
from workflow.queries.campaigns import CampaignContext
from workflow.queries.finished_rules import finished_states, may_hold_when_finished
from workflow.statements.asking import Asked, ask
from workflow.tables import NOBODY, Case, Escalation, EscalationStep, Rollup, Task, TeamArea, table_of

EPISODES = table_of(Escalation)
STEPS = table_of(EscalationStep)
_cases, _works, _rollups, _tasks = table_of(Case), table_of(TeamArea), table_of(Rollup), table_of(Task)
_owned = _tasks.alias("owned")

HANDED_ON: Final = "handed_on"
TO_TEAM: Final = "team"
TO_POST: Final = "post:"
TOP_ROLE: Final = "chair"
TEAM_LEADER: Final = "team_leader"
TOP_LEVEL: Final = 999
"""Where the highest post of the unit stands for what no rung of its ladder could take."""
COORDINATOR_LEVEL: Final = 1000
"""Where a coordinator stands: above every rung."""


HOLDER: Final[ColumnElement[Any]] = func.coalesce(EPISODES.c.holder_level, EPISODES.c.level)
"""The rung that has an episode."""
_FLOOR: Final = case((EPISODES.c.holder_level < TOP_LEVEL, EPISODES.c.holder_level), else_=EPISODES.c.level)
"""The rung that has it; where that is nobody's rung, the newest one, on which the next is called."""
_OFF_THE_LADDER: Final = func.coalesce(EPISODES.c.holder_level, 0) >= TOP_LEVEL


@dataclass(frozen=True)
class Rung:
    """A rung on which a held post stands: the rule, the level (1 is the lowest), and where."""

    rule_id: str
    level: int
    where: ColumnElement[bool]


@dataclass(frozen=True)
class Reach:
    """How far the actor reaches in a campaign. Conditions and columns are over `EPISODES`."""

    actor: Actor
    context: CampaignContext
    rungs: tuple[Rung, ...]
    mine: ColumnElement[bool]
    """Whether an episode lies where some post of the actor does."""
    in_my_team: ColumnElement[bool]
    keys: Sequence[str] | None
    """Group keys under which such episodes can stand; None: any."""
    given_to: Sequence[tuple[Any, ColumnElement[bool]]]
    """How an episode says that it was given to the actor or a post of theirs, or to whom they stand in for; each with where that counts."""

    @property
    def coordinates(self) -> bool:
        """Whether the actor coordinates the unit, and so may answer anything in it."""
        return any(post.role == "coordinator" and of_the_unit(post) for post in self.actor.posts)

    @property
    def is_top(self) -> bool:
        """Whether the actor holds the highest post of the unit."""
        return any(post.role == TOP_ROLE and of_the_unit(post) for post in self.actor.posts)

    @cached_property
    def level_reached(self) -> ColumnElement[int]:
        """Return the highest level of an episode that has been reached and is the actor's; 0 if none is."""
        return self._highest(reached=True)

    @cached_property
    def standing(self) -> ColumnElement[int]:
        """Return the highest rung on which the actor stands, reached or not; 0 if none."""
        return literal(COORDINATOR_LEVEL, BigInteger) if self.coordinates else self._highest(reached=False)

    @cached_property
    def holds(self) -> ColumnElement[bool]:
        """Whether the actor may answer for the holder: as the holder, or from above."""
        off = self.standing > EPISODES.c.level
        return case((_OFF_THE_LADDER, off), else_=self.standing >= HOLDER)

    @cached_property
    def above(self) -> ColumnElement[bool]:
        """Whether the actor stands above the holder."""
        return and_(self.standing > _FLOOR, self.standing != HOLDER)

    def stands_on(self, rung: Any) -> ColumnElement[bool]:
        """Return the condition that an episode is on a ladder of which the actor stands on that very rung (a column or value)."""
        on = [
            and_(rung == level, or_(*(and_(EPISODES.c.rule_id.in_(rules), where) for where, rules in _by_place(mine))))
            for level in sorted({each.level for each in self.rungs})
            if (mine := [each for each in self.rungs if each.level == level])
        ]
        on += [rung == TOP_LEVEL] if self.is_top else []
        on += [rung == COORDINATOR_LEVEL] if self.coordinates else []
        return or_(false(), *on)

    @cached_property
    def handed(self) -> ColumnElement[bool]:
        """Whether somebody handed the episode on to the actor, to whom they stand in for, to a post of theirs, or to their team."""
        return self.is_given(EPISODES.c.given_to)

    def is_given(self, to: Any) -> ColumnElement[bool]:
        """Return the condition that `to` (a column) says that an episode was given to the actor, as in `handed`."""
        to_me = (and_(to.in_(told), where) for told, where in self.given_to)
        return and_(to.is_not(None), or_(*to_me, and_(to == TO_TEAM, self.in_my_team)))

    @property
    def visible(self) -> ColumnElement[bool]:
        """Whether the actor may know of an episode at all."""
        seen = true() if self.coordinates else or_(self.standing > 0, self.handed)
        return and_(self._of_campaign, seen, self._tells_nothing)

    @property
    def listed(self) -> ColumnElement[bool]:
        """Whether an open episode belongs in the actor's inbox: a level that is theirs was reached, or it was handed to them."""
        found = [and_(self._near, self._reached_by_rung), and_(self._of_campaign, self.handed)]
        if self.coordinates or self.is_top:
            found.append(and_(self._of_campaign, EPISODES.c.holder_level >= TOP_LEVEL, self.level_reached > 0))
        return and_(self._open_ones(found), self._tells_nothing)

    def _open_ones(self, found: list[ColumnElement[bool]]) -> ColumnElement[bool]:
        """Return the condition that an episode is open and meets one of these, worded so that SQLite asks the right index.

        Whoever reaches only some groups: an index for each condition, which it does only if the unit stands nowhere beside them. Whoever
        reaches the whole unit: one walk through the open ones, almost all of which are theirs.
        """
        if self.keys is None:
            return and_(self._of_campaign, EPISODES.c.is_open, or_(*found))
        return or_(*(and_(each, EPISODES.c.is_open) for each in found))

    @property
    def decided(self) -> ColumnElement[bool]:
        """Whether an episode that was the actor's has been closed by a decision."""
        by_person = EPISODES.c.closed_because == "decided"
        return and_(self._near, ~EPISODES.c.is_open, by_person, self.level_reached > 0, self._tells_nothing)

    @property
    def whole_unit(self) -> ColumnElement[bool]:
        """Whether an open episode is one of the unit, for whoever coordinates it; false for everybody else."""
        if not self.coordinates:
            return false()
        return and_(self._of_campaign, EPISODES.c.is_open, self._tells_nothing)

    @property
    def _of_campaign(self) -> ColumnElement[bool]:
        return and_(*self._here, EPISODES.c.campaign_id == self.context.id)

    @property
    def _here(self) -> tuple[ColumnElement[bool], ...]:
        return (EPISODES.c.unit_id == self.context.unit_id,)

    @property
    def _reached_by_rung(self) -> ColumnElement[bool]:
        return self._highest(reached=True, ladder_only=True) > 0

    @property
    def _near(self) -> ColumnElement[bool]:
        """What an index finds: the rules and groups in which the actor's rungs stand, and some others."""
        conditions = [self._of_campaign, EPISODES.c.rule_id.in_(sorted({rung.rule_id for rung in self.rungs}))]
        if self.keys is not None:
            conditions.append(EPISODES.c.group_key.in_(self.keys))
        return and_(*conditions)

    @property
    def _tells_nothing(self) -> ColumnElement[bool]:
        mixed = [rule for rule in self.context.pack.rules if may_hold_when_finished(self.context.pack, rule)]
        if not mixed:
            return true()
        still_met = exists(
            select(literal(1)).where(
                _cases.c.unit_id == EPISODES.c.unit_id,
                _cases.c.id == EPISODES.c.subject_id,
                _not_finished(self.context.pack),
            )
        )
        return or_(EPISODES.c.rule_id.not_in([rule.id for rule in mixed]), still_met)

    def _highest(self, *, reached: bool, ladder_only: bool = False) -> ColumnElement[int]:
        held, branches = EPISODES.c.holder_level, []
        if not ladder_only and self.coordinates:
            branches.append((held == COORDINATOR_LEVEL, COORDINATOR_LEVEL))
        if not ladder_only and self.is_top:
            branches.append((held == TOP_LEVEL, TOP_LEVEL))
        for level in sorted({rung.level for rung in self.rungs}, reverse=True):
            here = [
                and_(EPISODES.c.rule_id.in_(rules), where)
                for where, rules in _by_place([rung for rung in self.rungs if rung.level == level])
            ]
            enough = [or_(EPISODES.c.level >= level, held == level)] if reached else []
            branches.append((and_(or_(*here), *enough), level))
        return case(*branches, else_=0) if branches else literal(0, BigInteger)


@dataclass(frozen=True, slots=True)
class ReachFacts:
    """What of the unit's present tells how far somebody reaches: the teams that work each area of theirs, and the groups to look in."""

    works: Mapping[uuid.UUID, Sequence[uuid.UUID]]
    keys: tuple[str, ...] | None


def reach_of(session: Session, actor: Actor, context: CampaignContext) -> Reach:
    """Return how far the actor reaches in the campaign at this moment. At most two statements."""
    facts = reach_facts(session, actor, context)
    return reach_from(actor, context, facts.works, facts.keys, given_to(actor), _given_for(actor))


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


def teams_working(session: Session, unit_id: uuid.UUID, areas: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return for each of these areas the teams that work it now."""
    found: dict[uuid.UUID, list[uuid.UUID]] = {area: [] for area in areas}
    if areas:
        for row in ask(session, _working, unit=unit_id, areas=list(areas)):
            found[row.area_id].append(row.team_id)
    return found


def _working(*, unit: Any, areas: Any) -> Asked:
    return (
        select(_works.c.area_id, _works.c.team_id)
        .where(_works.c.unit_id == unit, _works.c.area_id.in_(areas), _works.c.to_at.is_(None))
        .order_by(_works.c.area_id, _works.c.team_id)
    )


def lies_with(post: Held, works: Mapping[uuid.UUID, Sequence[uuid.UUID]]) -> ColumnElement[bool]:
    """Return the condition that an episode lies where the post does. `works` has the teams of each area."""
    if of_the_unit(post):
        return true()
    if post.team_id is not None:
        return EPISODES.c.team_id == post.team_id
    if post.area_id is not None:
        of_team = and_(EPISODES.c.area_id.is_(None), EPISODES.c.team_id.in_(list(works.get(post.area_id, ()))))
        return or_(EPISODES.c.area_id == post.area_id, of_team)
    return false()


def may_own(post: Held, rule: CompiledRule) -> bool:
    """Whether a post can be the owner that rungs of a rule name: any post owns tasks, a team is led by its leader."""
    return rule.model.on == "task" or (rule.model.on == "team" and post.role == TEAM_LEADER)


def owned_by(post: Held) -> ColumnElement[bool]:
    """Return the condition that an episode is about a task of that post, or about the team it leads."""
    tasks = select(_owned.c.id).where(_owned.c.unit_id == EPISODES.c.unit_id, _owned.c.owner_post_id == post.post_id)
    of_task = and_(EPISODES.c.kind == "task", EPISODES.c.subject_id.in_(tasks))
    if post.role != TEAM_LEADER or post.team_id is None:
        return of_task
    return or_(of_task, and_(EPISODES.c.kind == "team", EPISODES.c.team_id == post.team_id))


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
    if known:
        asked = ask(
            session, _pairs, unit=context.unit_id, campaign=context.id, teams=teams or None, areas=areas or None
        )
        for row in asked:
            known |= {row.area_id, row.team_id}
    if any(rule.model.group == OWNER for rule in context.pack.rules):
        known |= {row.owner_post_id for row in ask(session, _owners, unit=context.unit_id, campaign=context.id)}
    return ("", *sorted(one.hex for one in known))


def _pairs(*, unit: Any, campaign: Any, teams: Any, areas: Any) -> Asked:
    """Return the areas and teams that occur together in the campaign, of these teams or areas."""
    cell = _rollups.c
    either = [column.in_(ids) for column, ids in ((cell.team_id, teams), (cell.area_id, areas)) if ids is not None]
    here = (cell.unit_id == unit, cell.campaign_id == campaign, cell.basis == "h")
    return select(cell.area_id, cell.team_id).distinct().where(*here, or_(*either))


def _owners(*, unit: Any, campaign: Any) -> Asked:
    """Return the posts that own a task of the campaign: few, and what rows by owner stand under."""
    task = _tasks.c
    mine = (task.unit_id == unit, task.campaign_id == campaign, task.owner_post_id.is_not(None))
    return select(task.owner_post_id).distinct().where(*mine)


def _by_place(rungs: Sequence[Rung]) -> list[tuple[ColumnElement[bool], list[str]]]:
    """Return the rules of each place among rungs of one level."""
    places: dict[int, tuple[ColumnElement[bool], list[str]]] = {}
    for rung in rungs:
        places.setdefault(id(rung.where), (rung.where, []))[1].append(rung.rule_id)
    return list(places.values())


def _not_finished(pack: Pack) -> ColumnElement[bool]:
    finished = [and_(_cases.c.track == track, _cases.c.state.in_(states)) for track, states in finished_states(pack)]
    return ~or_(false(), *finished)


def _ids(values: Any) -> list[uuid.UUID]:
    return sorted({value for value in values if value is not None})


def rule_of(context: CampaignContext, rule_id: str) -> CompiledRule | None:
    """Return the rule of that name, or None if the pack in force no longer has it."""
    return next((rule for rule in context.pack.rules if rule.id == rule_id), None)


def count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many rows of a group satisfy a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


__all__ = [
    "COORDINATOR_LEVEL", "EPISODES", "HANDED_ON", "HOLDER", "STEPS", "TEAM_LEADER", "TOP_LEVEL", "TOP_ROLE", "TO_POST", "TO_TEAM", "Reach",
    "ReachFacts", "Rung", "count_of", "given_to", "lies_with", "may_own", "owned_by", "reach_facts", "reach_from", "reach_named", "reach_of",
    "reach_values", "rule_of", "teams_working",
]  # fmt: skip
