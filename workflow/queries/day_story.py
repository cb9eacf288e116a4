"""The story of a stretch of time: whom the clock reminded, to whom it escalated, what they answered, what was done about the plan.

A paragraph is a level of one rule in one place at one instant: "15:00, tổ trưởng Tổ công tác số 6: còn 60 phút đến hạn báo cáo ngày".
It stands at the instant its time came, however late the clock looked, and says when it was opened if that was later. Everything else
stands likewise at the instant at which it happened, whenever somebody wrote it down; a stretch tells what happened in it. Levels stand in
the ledger's own rows, so a story told twice is the same.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from rules.pack.ladder import OWNER
from rules.pack.model import Label
from rules.time import MINUTE, Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.deeds_story import Deed, deeds_between
from workflow.queries.in_whose_name import who_did
from workflow.queries.ladder_labels import OWNERS, label_of_rule, names_of_places
from workflow.queries.ladder_story import Answered, Lifted, Reopened, what_became_of_levels
from workflow.queries.plan_story import Done, done_about_the_plan, happened_in
from workflow.tables import Escalation, EscalationStep, Event, Membership, Post, PostHolding, table_of

_episodes, _steps, _events = table_of(Escalation), table_of(EscalationStep), table_of(Event)
_posts, _holdings, _members = table_of(Post), table_of(PostHolding), table_of(Membership)

LATE: Final = MINUTE
"""A level opened this much after its time, or later, was opened late: a clock looks every minute."""


class Called(NamedTuple):
    """A level that called a post: of `n` episodes of a rule in one place. `names` held the post there at that instant, or stood in for
    who held it; none if nobody did.
    """

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


@dataclass(frozen=True, slots=True)
class DayStory:
    """Everything in order of time; `visits`, and requests that were `asked`, are counted; `recipients` counts calls by post code."""

    since: Instant
    until: Instant
    called: tuple[Called, ...]
    done: tuple[Done, ...]
    visits: int
    recipients: Counter[str]
    lifted: tuple[Lifted, ...] = ()
    answered: tuple[Answered, ...] = ()
    reopened: tuple[Reopened, ...] = ()
    deeds: tuple[Deed, ...] = ()
    asked: int = 0
    resolved: int = 0
    """Episodes that closed by themselves because their reason was gone."""


def day_story(session: Session, context: CampaignContext, *, since: Instant, until: Instant) -> DayStory:
    """Return the story from `since` up to but not including `until`. At most a dozen statements, however much happened.

    For who looks after the unit as a whole: it names posts and colleagues, and counts episodes; no resident is in it.
    """
    called = _called(session, context, since, until)
    kind = _events.c.kind
    asked = and_(kind == "request", _events.c.data["status"].as_string() == "waiting")
    resolved = and_(kind == "escalate", _events.c.data["closed"].as_string() == "resolved")
    wanted = {"visits": kind == "visit", "asked": asked, "resolved": resolved}
    counts = (func.count().filter(which).label(name) for name, which in wanted.items())
    found = session.execute(select(*counts).where(*happened_in(context, since, until))).one()
    told = Counter[str]()
    for one in called:
        told[one.to_code] += one.n
    done = done_about_the_plan(session, context, since=since, until=until)
    lifted, answered, reopened = what_became_of_levels(session, context, since=since, until=until)
    return DayStory(
        since, until, called, done, found.visits, told, lifted=lifted, answered=answered, reopened=reopened,
        deeds=deeds_between(session, context, since=since, until=until), asked=found.asked, resolved=found.resolved,
    )  # fmt: skip


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
    holders = _holders(session, context, sorted({row.to_post for row in rows}), since, until)
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
    names = dict.fromkeys(
        name for row in rows for name in holders.of(row.to_post, row.team_id, row.area_id, row.due_at)
    )
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
    """Who held which post when, by its code and place."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._held = defaultdict[tuple[str, uuid.UUID | None, uuid.UUID | None], list[Any]](list)
        for row in rows:
            self._held[row.code, row.team_id, row.area_id].append(row)

    def of(self, code: str, team_id: uuid.UUID | None, area_id: uuid.UUID | None, at: Instant) -> list[str]:
        """Return who held the post at an instant where an episode lies: the unit's, the team's, the area's; and who stood in for them."""
        found = list(self._held[code, None, None])
        found += self._held[code, team_id, None] if team_id is not None else []
        found += self._held[code, None, area_id] if area_id is not None else []
        return [
            str(who_did(row.name, row.absent))
            for row in found
            if row.from_at <= at and (row.to_at is None or at < row.to_at)
        ]


def _holders(session: Session, context: CampaignContext, codes: list[str], since: Instant, until: Instant) -> _Holders:
    """Return everybody who held one of these posts at some time of the stretch."""
    if not codes:
        return _Holders(())
    away = _members.alias("absent")
    post, held, member, absent = _posts.c, _holdings.c, _members.c, away.c
    return _Holders(
        session.execute(
            select(
                post.code,
                post.team_id,
                post.area_id,
                member.name,
                absent.name.label("absent"),
                held.from_at,
                held.to_at,
            )
            .select_from(_posts)
            .join(_holdings, and_(held.unit_id == post.unit_id, held.post_id == post.id))
            .join(_members, and_(member.unit_id == held.unit_id, member.id == held.membership_id))
            .outerjoin(away, and_(absent.unit_id == held.unit_id, absent.id == held.acting_for_id))
            .where(post.unit_id == context.unit_id, post.code.in_(codes), post.body_id.is_(None))
            .where(held.from_at < until, or_(held.to_at.is_(None), held.to_at > since))
            .order_by(post.code, held.acting_for_id.is_not(None), member.name_sort, member.id)
        )
    )


__all__ = ["Called", "DayStory", "Done", "day_story"]
