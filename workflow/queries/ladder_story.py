"""What became of levels after they were called: lifted because nobody held the post, answered by people, open once more. For the story of a day."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from rules.pack.model import Label
from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.ladder_labels import NOBODYS, label_of_rule, label_of_rung
from workflow.queries.ladder_rows import COORDINATOR_ROLE, rule_of
from workflow.queries.plan_story import happened_in
from workflow.tables import Escalation, Event, Membership, table_of

_episodes, _events, _members = table_of(Escalation), table_of(Event), table_of(Membership)


class Lifted(NamedTuple):
    """Episodes of a rule whose post nobody held: who has them instead."""

    at: Instant
    rule_id: str
    label: Label
    kind: str
    n: int
    nobody: Label
    to_post: Label


class Answered(NamedTuple):
    """Episodes of a rule that somebody answered at one instant, all the same way (`answer` as the ledger calls it)."""

    at: Instant
    rule_id: str
    label: Label
    kind: str
    n: int
    answer: str
    by: str


class Reopened(NamedTuple):
    """Episodes of a rule that are open again because their reason came back."""

    at: Instant
    rule_id: str
    label: Label
    kind: str
    n: int


def what_became_of_levels(
    session: Session, context: CampaignContext, *, since: Instant, until: Instant
) -> tuple[tuple[Lifted, ...], tuple[Answered, ...], tuple[Reopened, ...]]:
    """Return what was lifted, answered and reopened from `since` up to but not including `until`, in order. One statement."""
    event, data = _events.c, _events.c.data
    answer, nobody = data["answer"].as_string().label("answer"), data["nobody"].as_string().label("nobody")
    holder = cast(data["holder"].as_string(), BigInteger).label("holder")
    reopened = data["reopened"].as_string().label("reopened")
    keys = (
        event.happened_at, event.rule_id, _episodes.c.kind, answer, nobody, holder, reopened, _members.c.name, ABSENT_NAME
    )  # fmt: skip
    rows = session.execute(
        select(*keys, func.count().label("n"))
        .join(_episodes, and_(_episodes.c.unit_id == event.unit_id, _episodes.c.id == event.about_id))
        .outerjoin(_members, and_(_members.c.unit_id == event.unit_id, _members.c.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(
            *happened_in(context, since, until), event.kind == "escalate",
            or_(answer.is_not(None), nobody.is_not(None), reopened.is_not(None)),
        )
        .group_by(*keys)
        .order_by(event.happened_at, func.min(event.ledger_no))
    ).all()  # fmt: skip
    return tuple(_lifted(context, rows)), tuple(_answered(context, rows)), tuple(_reopened(context, rows))


def _lifted(context: CampaignContext, rows: Iterable[Any]) -> Iterable[Lifted]:
    posts = context.pack.posts
    for row in rows:
        if row.nobody is not None:
            unnamed = NOBODYS if row.nobody == COORDINATOR_ROLE else Label(vi=row.nobody)
            vacant = posts[row.nobody].label if row.nobody in posts else unnamed
            to = label_of_rung(context, rule_of(context, row.rule_id), row.holder or 0)
            yield Lifted(row.happened_at, row.rule_id, label_of_rule(context, row.rule_id), row.kind, row.n, vacant, to)


def _answered(context: CampaignContext, rows: Iterable[Any]) -> Iterable[Answered]:
    for row in rows:
        if row.answer is not None:
            by = who_did(row.name, row.absent) or ""
            yield Answered(
                row.happened_at, row.rule_id, label_of_rule(context, row.rule_id), row.kind, row.n, row.answer, by
            )


def _reopened(context: CampaignContext, rows: Iterable[Any]) -> Iterable[Reopened]:
    for row in rows:
        if row.reopened is not None:
            yield Reopened(row.happened_at, row.rule_id, label_of_rule(context, row.rule_id), row.kind, row.n)


__all__ = ["Answered", "Lifted", "Reopened", "what_became_of_levels"]
