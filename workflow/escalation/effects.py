"""What rules do besides opening a ladder: ask for a follow-up, move a case, waive a duty. For all staged rows at once."""

import uuid
from collections.abc import Iterable

from sqlalchemy import BigInteger, literal, select, update

from rules.deadlines import follow_up_at
from rules.pack import CompiledRule
from rules.time import Instant
from workflow.gateway.batch import move_staged
from workflow.gateway.doors import settle_follow_ups
from workflow.gateway.kinds import Kind
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Case, Staged, Task, table_of

_staged, _cases, _tasks = table_of(Staged), table_of(Case), table_of(Task)


def follow_ups(book: Book, context: CampaignContext, kind: Kind, rules: Iterable[CompiledRule]) -> dict[str, Instant]:
    """Return when each of `rules` that asks for a follow-up wants it: counted from now, for all its rows alike."""
    if kind.name != "case":
        return {}
    calendar = context.pack.calendar
    return {
        rule.id: follow_up_at(rule.follow_up, calendar, since=book.now) for rule in rules if rule.follow_up is not None
    }


def apply_effect(book: Book, context: CampaignContext, kind: Kind, rule: CompiledRule, batch: uuid.UUID) -> None:
    """Do what `rule` says besides its ladder, for the rows that it matched in this batch."""
    effect = rule.model.effect
    if effect is None:
        return
    matched = select(_staged.c.subject_id).where(
        _staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch, _staged.c.rule_id == rule.id
    )
    for at in follow_ups(book, context, kind, [rule]).values():
        mine = (_cases.c.unit_id == book.unit_id, _cases.c.id.in_(matched))
        book.session.execute(update(_cases).where(*mine).values(follow_up_at=literal(at, BigInteger)))
        settle_follow_ups(book, select(_cases.c.door_id).where(*mine))
    if effect.move is not None and kind.name == "case":
        book.session.execute(
            update(_staged)
            .where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch, _staged.c.rule_id == rule.id)
            .values(move=effect.move, happened_at=book.now)
        )
        move_staged(book, context, batch, cause="rule", by="rule", rule_id=rule.id)
    if effect.waive and kind.name == "task":
        book.session.execute(
            update(_tasks)
            .where(_tasks.c.unit_id == book.unit_id, _tasks.c.id.in_(matched), _tasks.c.is_open)
            .values(
                state="waived",
                is_open=False,
                next_action_at=None,
                version=_tasks.c.version + 1,
                state_version=_tasks.c.state_version + 1,
            )
        )
