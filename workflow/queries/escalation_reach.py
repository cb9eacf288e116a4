"""Which episodes concern somebody: where the posts they hold stand on each ladder. The one door to rows of `escalations`.

A rung names a post by its code. A post of the unit stands on the ladder of every episode of the rule; one of a team or an area only
where the episode lies there (one about a team lies in the areas that the team works now). A rung may name the `owner`: the post
that owns the task, or leads the team. A post of a body stands on no other rung.

Episodes about people whose contact has ended are nobody's: a rule over such states would split them, and lists never do that.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, and_, case, exists, false, func, literal, or_, select, true

from rules.pack import Pack
from workflow.access import Actor, of_the_unit
from workflow.queries.campaigns import CampaignContext
from workflow.queries.finished_rules import finished_states, may_hold_when_finished
from workflow.queries.ladder_rows import COORDINATOR_LEVEL, EPISODES, HOLDER, STEPS, TO_TEAM, TOP_LEVEL, TOP_ROLE
from workflow.tables import Case, table_of

_cases = table_of(Case)
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
    hats: "Sequence[Reach]" = ()
    """How far they reach in their own name, then in that of each they stand in for; none for who stands in for nobody."""
    besides: frozenset[uuid.UUID] = frozenset()
    """In the name of somebody they stand in for: who else they are meanwhile (`Actor.besides`)."""

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
        """Whether the actor may answer for the holder: as the holder, or from above; the unit's highest post wherever its ladder has it."""
        off = self.standing > (0 if self.is_top else EPISODES.c.level)
        return case((_OFF_THE_LADDER, off), else_=self.standing >= HOLDER)

    @cached_property
    def above(self) -> ColumnElement[bool]:
        """Whether the actor stands above the holder."""
        return and_(self.standing > _FLOOR, self.standing != HOLDER)

    @cached_property
    def free_to_grant(self) -> ColumnElement[bool]:
        """Whether the actor is not the one who has to answer: in lent posts nobody grants time to work that is theirs in another name.

        Whoever stands above the holder in their own name may, whomever else they stand in for.
        """
        if not self.hats:
            return true()
        has_to_answer = or_(*(and_(or_(hat.holds, hat.handed), ~hat.above) for hat in self.hats))
        return or_(self.hats[0].above, ~has_to_answer)

    @cached_property
    def own_request(self) -> ColumnElement[bool]:
        """Whether the episode was handed up by somebody who the actor is besides: nobody decides in a lent post on what they asked for."""
        step, e = STEPS.c, EPISODES.c
        of_it = (step.unit_id == e.unit_id, step.escalation_id == e.id)
        return exists().where(*of_it, step.answer == "raised", step.answered_by_id.in_(sorted(self.besides)))

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

    @cached_property
    def lies_below(self) -> ColumnElement[bool]:
        """Whether an episode lies with a post below one of the actor's, and neither with another post of theirs nor given to them."""
        if not self.stands_above_somebody:
            return false()
        higher = replace(self, rungs=tuple(rung for rung in self.rungs if rung.level > 1))
        lower = higher._highest(reached=False, ladder_only=True) > HOLDER
        twice = len({(rung.rule_id, rung.level) for rung in self.rungs}) > len({rung.rule_id for rung in self.rungs})
        mine = or_(self.handed, self.stands_on(HOLDER)) if twice else self.handed
        return and_(higher._near, lower, ~mine, self._tells_nothing)

    @property
    def below(self) -> ColumnElement[bool]:
        """Whether an open episode lies below the actor; false for who coordinates the unit: that is all of it."""
        return and_(EPISODES.c.is_open, self.lies_below)

    @property
    def stands_above_somebody(self) -> bool:
        """Whether the actor stands on a rung above another one, and coordinates not the whole unit."""
        return not self.coordinates and any(rung.level > 1 for rung in self.rungs)

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


def _by_place(rungs: Sequence[Rung]) -> list[tuple[ColumnElement[bool], list[str]]]:
    """Return the rules of each place among rungs of one level."""
    places: dict[int, tuple[ColumnElement[bool], list[str]]] = {}
    for rung in rungs:
        places.setdefault(id(rung.where), (rung.where, []))[1].append(rung.rule_id)
    return list(places.values())


def _not_finished(pack: Pack) -> ColumnElement[bool]:
    finished = [and_(_cases.c.track == track, _cases.c.state.in_(states)) for track, states in finished_states(pack)]
    return ~or_(false(), *finished)


__all__ = ["Reach", "Rung"]
