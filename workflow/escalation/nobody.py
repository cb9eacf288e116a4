"""An escalation that reaches nobody goes up: to the next rung on which somebody stands, and at last to the top of the unit.

Which levels open, and when, does not depend on it (the ladder is the pack's); only who has the episode does, and its event says why.
Asked at each turn of the clock for whatever is open, and before an answer for what it is about: a post may fall vacant while something
waits for it. Once somebody stands on a rung again that was passed over, it lies there again. So who has an episode follows from who has
which post now, whenever anybody looked.
"""

from collections.abc import Iterator, Sequence
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
from workflow.queries.ladder_rows import EPISODES, HOLDER, TOP_LEVEL
from workflow.statements import json_of
from workflow.tables import Staged, table_of

_staged = table_of(Staged)


_CALLED: ColumnElement[Any] = func.coalesce(EPISODES.c.unheld_level, HOLDER)
"""The rung for which an episode is meant: the one passed over because nobody stands there, else the one that has it."""


@dataclass(frozen=True)
class _Rung:
    """A rung of ladders that are alike: where what is meant for it lies now."""

    of_rules: ColumnElement[bool]
    level: int
    code: str
    is_certain: bool
    goes_to: ColumnElement[int]

    @property
    def elsewhere(self) -> ColumnElement[bool]:
        """Return the condition that an episode is meant for this rung and has to move."""
        here = [self.of_rules, _CALLED.in_([self.level]), self.goes_to != HOLDER]
        return and_(EPISODES.c.unheld_level.is_not(None), *here) if self.is_certain else and_(*here)


def lift_unheld(book: Book, context: CampaignContext, those: ColumnElement[bool] | None = None) -> int:
    """Give every open episode whose post nobody holds to the next rung on which somebody stands; return how many moved.

    With `those`, only the episodes of that condition. Where nobody holds any post at all there is nobody to give it to.
    """
    posts = held_posts(book.session, book.unit_id, now=book.now)
    if not posts.posts:
        return 0
    rungs = [rung for rules in _alike(context) for rung in _rungs(rules, posts)]
    if not rungs:
        return 0
    e = EPISODES.c
    mine = (e.unit_id == book.unit_id, e.campaign_id == context.id, e.is_open, e.level > 0)
    chosen = and_(*mine, true() if those is None else those, or_(*(rung.elsewhere for rung in rungs)))
    goes_to = case(*((rung.elsewhere, rung.goes_to) for rung in rungs), else_=HOLDER)
    moved = 0
    for name in book.session.scalars(select(e.kind).where(chosen).distinct().order_by(e.kind)).all():
        batch, kind = book.new_id(), KINDS[name]
        count = stage_episodes(book, kind, chosen, e.level, batch)
        write_told(book, context, kind, _told(rungs, goes_to), batch, count, cause="rule")
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


def _rungs(rules: Sequence[CompiledRule], posts: HeldPosts) -> Iterator[_Rung]:
    rule = rules[0]
    of_rules = EPISODES.c.rule_id.in_([each.id for each in rules])
    for level, rung in enumerate(rule.ladder, start=1):
        upwards = [(posts.stand_on(rule, upper), upper) for upper in range(level, len(rule.ladder) + 1)]
        yield _Rung(of_rules, level, rung.to, posts.is_certain(rule, level), case(*upwards, else_=posts.beyond))


def _told(rungs: Sequence[_Rung], goes_to: ColumnElement[int]) -> ColumnElement[Any]:
    """Return what the event says: which rung had it and reached nobody (or who stands again on one below), for which rung it is meant
    if it lies elsewhere, and who has it now. Read before the episodes change.
    """
    none, had = literal(None, BigInteger), case((HOLDER >= TOP_LEVEL, _CALLED), else_=HOLDER)
    is_up = goes_to > HOLDER

    def code_at(level: ColumnElement[int], *which: ColumnElement[bool]) -> ColumnElement[Any]:
        return case(*((and_(*which, rung.of_rules, level == rung.level), rung.code) for rung in rungs), else_=None)

    return json_of(
        level=_staged.c.level,
        nobody=code_at(had, is_up),
        unheld=case((is_up, had), else_=none),
        again=code_at(goes_to, ~is_up),
        passed=func.nullif(_CALLED, goes_to),
        holder=goes_to,
    )


__all__ = ["lift_unheld"]
