"""An escalation that reaches nobody goes up: to the next rung on which somebody stands, and at last to the top of the unit.

Which levels open, and when, does not depend on it (the ladder is the pack's); only who has the episode does, and its event says why.
Asked at each turn of the clock for whatever is open, and before an answer for what it is about: a post may fall vacant while something
waits for it. Once somebody stands on a rung again that was passed over, it lies there again. So who has an episode follows from who has
which post now, whenever anybody looked. What a coordinator took over lies with the newest level while nobody coordinates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, literal, or_, select, true, update

from rules.pack import CompiledRule
from workflow.escalation.steps import same_episode
from workflow.escalation.told import KINDS, of_batch, stage_episodes, unstage, write_told
from workflow.gateway.staged_events import bump_versions
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.held_posts import HeldPosts, held_posts
from workflow.queries.ladder_rows import COORDINATOR_LEVEL, COORDINATOR_ROLE, EPISODES, HOLDER, TOP_LEVEL
from workflow.statements import json_of
from workflow.tables import Staged, table_of

_staged = table_of(Staged)


_CALLED: ColumnElement[Any] = func.coalesce(EPISODES.c.unheld_level, HOLDER)
"""The rung for which an episode is meant: the one passed over because nobody stands there, else the one that has it."""


@dataclass(frozen=True)
class _Rung:
    """A rung of ladders that are alike: the code of its post, and where what is meant for it lies now."""

    level: int
    code: str
    is_certain: bool
    goes_to: ColumnElement[int]

    @property
    def elsewhere(self) -> ColumnElement[bool]:
        """Return the condition that an episode of such a ladder is meant for this rung and has to move."""
        here = and_(_CALLED.in_([self.level]), self.goes_to != HOLDER)
        return and_(EPISODES.c.unheld_level.is_not(None), here) if self.is_certain else here


@dataclass(frozen=True)
class _Ladder:
    """The rules whose rungs name the same posts, with these rungs and, above them, the place of who coordinates."""

    of_rules: ColumnElement[bool]
    rungs: tuple[_Rung, ...]

    @property
    def elsewhere(self) -> ColumnElement[bool]:
        """Return the condition that an episode of these rules has to move."""
        return and_(self.of_rules, or_(*(rung.elsewhere for rung in self.rungs)))

    @property
    def goes_to(self) -> ColumnElement[int]:
        """Return where an episode of these rules lies now."""
        return case(*((rung.elsewhere, rung.goes_to) for rung in self.rungs), else_=HOLDER)

    def code_at(self, level: ColumnElement[int]) -> ColumnElement[Any]:
        """Return what the pack calls the post on a rung; NULL where no rung has that level."""
        return case({rung.level: rung.code for rung in self.rungs}, value=level, else_=None)


def lift_unheld(book: Book, context: CampaignContext, those: ColumnElement[bool] | None = None) -> int:
    """Give every open episode whose post nobody holds to the next rung on which somebody stands; return how many moved.

    With `those`, only the episodes of that condition. Where nobody holds any post at all there is nobody to give it to.
    """
    posts = held_posts(book.session, book.unit_id, now=book.now)
    ladders = [_ladder(rules, posts) for rules in _alike(context)] if posts.posts else []
    if not ladders:
        return 0
    e = EPISODES.c
    mine = (e.unit_id == book.unit_id, e.campaign_id == context.id, e.is_open, e.level > 0)
    chosen = and_(*mine, true() if those is None else those, or_(*(ladder.elsewhere for ladder in ladders)))
    goes_to = case(*((ladder.of_rules, ladder.goes_to) for ladder in ladders), else_=HOLDER)
    moved = 0
    for name in book.session.scalars(select(e.kind).where(chosen).distinct().order_by(e.kind)).all():
        batch, kind = book.new_id(), KINDS[name]
        count = stage_episodes(book, kind, chosen, e.level, batch)
        write_told(book, context, kind, _told(ladders, goes_to), batch, count, cause="rule")
        bump_versions(book, kind, batch)
        values = {
            "holder_level": func.nullif(goes_to, e.level),
            "unheld_level": func.nullif(_CALLED, goes_to),
            "version": e.version + 1,
        }
        book.session.execute(update(EPISODES).where(*of_batch(book, batch), same_episode()).values(**values))
        unstage(book, batch)
        moved += count
    return moved


def _alike(context: CampaignContext) -> list[list[CompiledRule]]:
    """Return the rules with a ladder, those together whose rungs name the same posts."""
    found: dict[tuple[str, ...], list[CompiledRule]] = {}
    for rule in context.pack.rules:
        if rule.ladder:
            found.setdefault((rule.model.on, *(rung.to for rung in rule.ladder)), []).append(rule)
    return list(found.values())


def _ladder(rules: Sequence[CompiledRule], posts: HeldPosts) -> _Ladder:
    rule, rungs = rules[0], list[_Rung]()
    for level, rung in enumerate(rule.ladder, start=1):
        upwards = [(posts.stand_on(rule, upper), upper) for upper in range(level, len(rule.ladder) + 1)]
        goes_to = case(*upwards, else_=posts.beyond)
        rungs.append(_Rung(level, rung.to, posts.is_certain(rule, level), goes_to))
    by_level = {rung.level: rung.goes_to for rung in rungs}
    newest = case(*((EPISODES.c.level == level, to) for level, to in by_level.items()), else_=posts.beyond)
    lies = literal(COORDINATOR_LEVEL, BigInteger) if posts.coordinated else newest
    rungs.append(_Rung(COORDINATOR_LEVEL, COORDINATOR_ROLE, posts.coordinated, lies))
    return _Ladder(EPISODES.c.rule_id.in_([each.id for each in rules]), tuple(rungs))


def _told(ladders: Sequence[_Ladder], goes_to: ColumnElement[int]) -> ColumnElement[Any]:
    """Return what the event says: which rung had it and reached nobody (or who stands again on one below), for which rung it is meant
    if it lies elsewhere, and who has it now. Read before the episodes change.
    """
    none, had = literal(None, BigInteger), case((HOLDER >= TOP_LEVEL, _CALLED), else_=HOLDER)
    left = and_(HOLDER == COORDINATOR_LEVEL, _CALLED == COORDINATOR_LEVEL)
    is_up = and_(goes_to != _CALLED, or_(left, goes_to > HOLDER))
    vacant = case(*((ladder.of_rules, ladder.code_at(had)) for ladder in ladders), else_=None)
    again = case(*((ladder.of_rules, ladder.code_at(ladder.goes_to)) for ladder in ladders), else_=None)
    return json_of(
        level=_staged.c.level,
        nobody=case((is_up, vacant), else_=None),
        unheld=case((is_up, had), else_=none),
        again=case((~is_up, again), else_=None),
        passed=func.nullif(_CALLED, goes_to),
        holder=goes_to,
    )


__all__ = ["lift_unheld"]
