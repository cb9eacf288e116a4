"""The story of a stretch of time: whom the clock reminded, to whom it escalated, what they answered, what was done about the plan.

A paragraph is a level of one rule in one place at one instant: "15:00, tổ trưởng Tổ công tác số 6: còn 60 phút đến hạn báo cáo ngày".
It stands at the instant its time came, however late the clock looked, and says when it was opened if that was later. Levels stand in
the ledger's own rows, so a story told twice is the same.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from rules.pack.ladder import OWNER
from rules.pack.model import Label
from rules.time import MINUTE, Instant
from workflow.plan.life import MOVES
from workflow.queries.campaigns import CampaignContext
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.ladder_labels import OWNERS, label_of_rule, names_of_places
from workflow.queries.ladder_story import Answered, Lifted, lifted_and_answered
from workflow.tables import Escalation, EscalationStep, Event, Membership, Post, PostHolding, Team, table_of

_episodes, _steps, _events = table_of(Escalation), table_of(EscalationStep), table_of(Event)
_posts, _holdings, _members = table_of(Post), table_of(PostHolding), table_of(Membership)

LATE: Final = MINUTE
"""A level opened this much after its time, or later, was opened late: a clock looks every minute."""


class Called(NamedTuple):
    """A level that called a post: of `n` episodes of a rule in one place. `names` hold the post there; none if nobody does."""

    at: Instant
    rule_id: str
    label: Label
    kind: str
    level: int
    levels: int
    place: str
    n: int
    to_code: str
    to_post: Label
    names: tuple[str, ...]
    opened_from: Instant
    opened_until: Instant
    resolved: int
    """How many of them are closed by now."""

    @property
    def is_reminder(self) -> bool:
        """Whether it is the first level; every further one is an escalation to somebody else."""
        return self.level == 1

    @property
    def was_late(self) -> bool:
        """Whether the clock looked only later."""
        return self.opened_until - self.at >= LATE


class Done(NamedTuple):
    """What became of tasks and duties of one item at one instant, by one move: of the teams or places named in `scopes`."""

    at: Instant
    recorded_from: Instant
    item: str
    label: Label
    what: Literal["opened", "moved"]
    move: str
    by_rule: bool
    by: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayStory:
    """Everything in order of time; `visits` were recorded meanwhile, `recipients` counts calls by post code."""

    since: Instant
    until: Instant
    called: tuple[Called, ...]
    done: tuple[Done, ...]
    visits: int
    recipients: Counter[str]
    lifted: tuple[Lifted, ...] = ()
    answered: tuple[Answered, ...] = ()


def day_story(session: Session, context: CampaignContext, *, since: Instant, until: Instant) -> DayStory:
    """Return the story from `since` up to but not including `until`. At most eight statements, however much happened.

    For who looks after the unit as a whole: it names posts and colleagues, and counts episodes; no resident is in it.
    """
    called = _called(session, context, since, until)
    visits = session.scalar(select(func.count()).where(*_recorded(context, since, until), _events.c.kind == "visit"))
    told = Counter[str]()
    for one in called:
        told[one.to_code] += one.n
    ladders = lifted_and_answered(session, context, since=since, until=until)
    return DayStory(since, until, called, _done(session, context, since, until), int(visits or 0), told, *ladders)


def _called(session: Session, context: CampaignContext, since: Instant, until: Instant) -> tuple[Called, ...]:
    step, episode = _steps.c, _episodes.c
    keys = (step.due_at, step.rule_id, step.level, step.to_post, episode.group_key, episode.team_id, episode.area_id)
    rows = session.execute(
        select(
            *keys, episode.kind, func.max(episode.levels).label("levels"), func.count().label("n"),
            func.min(step.opened_at).label("first"), func.max(step.opened_at).label("last"),
            func.count(episode.closed_at).label("resolved"),
        )
        .join(_episodes, and_(episode.unit_id == step.unit_id, episode.id == step.escalation_id))
        .where(step.unit_id == context.unit_id, episode.campaign_id == context.id, step.due_at >= since, step.due_at < until)
        .group_by(*keys, episode.kind)
    ).all()  # fmt: skip
    places = names_of_places(session, context.unit_id, [row.group_key for row in rows])
    holders = _holders(session, context, sorted({row.to_post for row in rows}), until)
    order = {rule.id: number for number, rule in enumerate(context.pack.rules)}
    by_call = defaultdict[tuple[Any, ...], list[Any]](list)
    for row in rows:
        by_call[
            row.due_at, order.get(row.rule_id, len(order)), row.rule_id, row.level, row.to_post, row.group_key
        ].append(row)
    return tuple(_call(context, by_call[key], places, holders) for key in sorted(by_call))


def _call(context: CampaignContext, rows: Sequence[Any], places: dict[str, str], holders: "_Holders") -> Called:
    one = rows[0]
    posts = context.pack.posts
    names = dict.fromkeys(name for row in rows for name in holders.of(row.to_post, row.team_id, row.area_id))
    return Called(
        at=one.due_at,
        rule_id=one.rule_id,
        label=label_of_rule(context, one.rule_id),
        kind=one.kind,
        level=one.level,
        levels=max(row.levels for row in rows),
        place=places.get(one.group_key, ""),
        n=sum(row.n for row in rows),
        to_code=one.to_post,
        to_post=OWNERS
        if one.to_post == OWNER
        else posts[one.to_post].label
        if one.to_post in posts
        else Label(vi=one.to_post),
        names=tuple(names),
        opened_from=min(row.first for row in rows),
        opened_until=max(row.last for row in rows),
        resolved=sum(row.resolved for row in rows),
    )


class _Holders:
    """Who held which post, by its code and place."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._names = defaultdict[tuple[str, uuid.UUID | None, uuid.UUID | None], list[str]](list)
        for row in rows:
            self._names[row.code, row.team_id, row.area_id].append(row.name)

    def of(self, code: str, team_id: uuid.UUID | None, area_id: uuid.UUID | None) -> list[str]:
        """Return who holds the post where an episode lies: the unit's, the team's, the area's."""
        found = list(self._names[code, None, None])
        found += self._names[code, team_id, None] if team_id is not None else []
        found += self._names[code, None, area_id] if area_id is not None else []
        return found


def _holders(session: Session, context: CampaignContext, codes: list[str], until: Instant) -> _Holders:
    if not codes:
        return _Holders(())
    post, held, member = _posts.c, _holdings.c, _members.c
    return _Holders(
        session.execute(
            select(post.code, post.team_id, post.area_id, member.name)
            .select_from(_posts)
            .join(_holdings, and_(held.unit_id == post.unit_id, held.post_id == post.id))
            .join(_members, and_(member.unit_id == held.unit_id, member.id == held.membership_id))
            .where(post.unit_id == context.unit_id, post.code.in_(codes), post.body_id.is_(None), _held_at(until - 1))
            .order_by(post.code, member.name_sort, member.id)
        )
    )


def _held_at(moment: Instant) -> ColumnElement[bool]:
    held = _holdings.c
    return and_(held.from_at <= moment, or_(held.to_at.is_(None), held.to_at > moment))


def _recorded(context: CampaignContext, since: Instant, until: Instant) -> tuple[ColumnElement[bool], ...]:
    event = _events.c
    return (
        event.unit_id == context.unit_id,
        event.campaign_id == context.id,
        event.recorded_at >= since,
        event.recorded_at < until,
    )


def _done(session: Session, context: CampaignContext, since: Instant, until: Instant) -> tuple[Done, ...]:
    """Return what was written about tasks, those of one item, move and instant together."""
    event = _events.c
    rows = session.execute(
        select(
            event.ledger_no, event.happened_at, event.recorded_at, event.cause, event.data, _members.c.name, ABSENT_NAME
        )
        .outerjoin(_members, and_(_members.c.unit_id == event.unit_id, _members.c.id == event.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(*_recorded(context, since, until), event.kind == "task")
        .order_by(event.ledger_no)
    ).all()
    teams = dict(session.execute(select(Team.code, Team.name).where(Team.unit_id == context.unit_id)).all())
    labels = {name: item.label for name, item in context.pack.plan_items.items()}

    def key(row: Any) -> tuple[Any, ...]:
        move = row.data.get("move") or ("" if row.data.get("from") is not None else "opened")
        return row.happened_at, row.data["item"], move, row.cause == "rule", who_did(row.name, row.absent) or ""

    found: list[tuple[Instant, int, Done]] = []
    for (happened, item, move, by_rule, by), some in groupby(sorted(filter(_tells, rows), key=key), key=key):
        same = list(some)
        scopes = dict.fromkeys(row.data["scope"] for row in same)
        done = Done(
            happened,
            min(row.recorded_at for row in same),
            item,
            labels.get(item, Label(vi=item)),
            "opened" if move == "opened" else "moved",
            MOVES[move].label if move in MOVES else move,
            by_rule,
            by,
            tuple(teams.get(scope, scope) for scope in scopes if scope != "unit"),
        )
        found.append(
            (happened, max(row.ledger_no for row in same), done)
        )  # accepting several stands after the last was sent
    return tuple(done for *_, done in sorted(found, key=lambda each: each[:2]))


def _tells(row: Any) -> bool:
    """Whether an event of a task is an opening or a move; evidence, progress and deadlines have their own pages."""
    return row.data.get("from") is None or row.data.get("move") in MOVES


__all__ = ["Called", "DayStory", "Done", "day_story"]
