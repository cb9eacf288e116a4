"""An escalation that reaches nobody goes up: to the next rung on which somebody stands, and at last to the top of the unit.

Which levels open, and when, does not depend on it (the ladder is the pack's); only who has the episode does, and its event says why.
Asked at each turn of the clock, for whatever is open: a post may fall vacant while something waits for it.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from rules.pack import CompiledRule
from workflow.escalation.steps import same_episode
from workflow.escalation.told import KINDS, of_batch, stage_episodes, unstage, write_told
from workflow.gateway.staged_events import bump_versions
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.held_posts import HeldPosts, held_posts
from workflow.queries.ladder_rows import EPISODES, HOLDER
from workflow.statements import json_of
from workflow.tables import Staged, table_of

_staged = table_of(Staged)


@dataclass(frozen=True)
class _Rung:
    """A rung of ladders that are alike, on which perhaps nobody stands."""

    of_rules: ColumnElement[bool]
    level: int
    code: str
    is_vacant: ColumnElement[bool]
    goes_to: ColumnElement[int]

    @property
    def here(self) -> ColumnElement[bool]:
        """Return the condition that an episode waits there and reaches nobody."""
        return and_(self.of_rules, HOLDER.in_([self.level]), self.is_vacant)


def lift_unheld(book: Book, context: CampaignContext) -> int:
    """Give every open episode whose post nobody holds to the next rung on which somebody stands; return how many.

    Where nobody holds any post at all there is nobody to give it to.
    """
    posts = held_posts(book.session, book.unit_id, now=book.now)
    if not posts.posts:
        return 0
    rungs = [rung for rules in _alike(context) for rung in _uncertain(rules, posts)]
    if not rungs:
        return 0
    e = EPISODES.c
    mine = (e.unit_id == book.unit_id, e.campaign_id == context.id, e.is_open, e.level > 0)
    chosen = and_(*mine, or_(*(rung.here for rung in rungs)))
    lifted = 0
    for name in book.session.scalars(select(e.kind).where(chosen).distinct().order_by(e.kind)).all():
        batch, kind = book.new_id(), KINDS[name]
        count = stage_episodes(book, kind, chosen, e.level, batch)
        _lift(book, batch, rungs)
        code = case(*((and_(rung.of_rules, e.unheld_level == rung.level), rung.code) for rung in rungs), else_="")
        told = json_of(level=_staged.c.level, nobody=code, unheld=e.unheld_level, holder=e.holder_level)
        write_told(book, context, kind, told, batch, count, cause="rule")
        bump_versions(book, kind, batch)
        unstage(book, batch)
        lifted += count
    return lifted


def _alike(context: CampaignContext) -> list[list[CompiledRule]]:
    """Return the rules with a ladder, those together whose rungs name the same posts."""
    found: dict[tuple[str, ...], list[CompiledRule]] = {}
    for rule in context.pack.rules:
        if rule.ladder:
            found.setdefault((rule.model.on, *(rung.to for rung in rule.ladder)), []).append(rule)
    return list(found.values())


def _uncertain(rules: Sequence[CompiledRule], posts: HeldPosts) -> Iterator[_Rung]:
    rule = rules[0]
    of_rules = EPISODES.c.rule_id.in_([each.id for each in rules])
    for level, rung in enumerate(rule.ladder, start=1):
        if posts.is_certain(rule, level):
            continue
        above = [(posts.stand_on(rule, upper), upper) for upper in range(level + 1, len(rule.ladder) + 1)]
        goes_to = case(*above, else_=posts.beyond) if above else case((of_rules, posts.beyond), else_=posts.beyond)
        yield _Rung(of_rules, level, rung.to, ~posts.stand_on(rule, level), goes_to)


def _lift(book: Book, batch: uuid.UUID, rungs: Sequence[_Rung]) -> None:
    """Say on the staged episodes who has them now, and which rung nobody stood on."""
    goes_to = case(*((rung.here, rung.goes_to) for rung in rungs), else_=EPISODES.c.holder_level)
    values = {"holder_level": goes_to, "unheld_level": HOLDER, "version": EPISODES.c.version + 1}
    book.session.execute(update(EPISODES).where(*of_batch(book, batch), same_episode()).values(**values))


__all__ = ["lift_unheld"]
