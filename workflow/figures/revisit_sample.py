"""Which doors are asked again whether somebody came: drawn by the hash of a seal, so that nobody chooses them.

A local day's frame is every door where somebody was met that day by somebody of a team, as recorded that day and not voided by the
seal. The seal is the first one made after the day had ended: its hash covers those very visits, so nobody knows it before, and a
later one cannot be waited for. Within a team doors stand in the order of

    SHA-256("<seal>:<team>:<door>")        seal in hexadecimal, ids as 32 hexadecimal digits

and the first three in a hundred are drawn, at least one. Whoever holds the seal and the ledger draws the same doors again.
"""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import comb
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from rules.said import Figure, Said
from workflow.days import day_start
from workflow.tables import Event, Post, PostHolding, Team, Visit

PERCENT: Final = 3
"""Doors of a team's day that are asked again, in a hundred; at least one."""


class Visited(NamedTuple):
    """A door where somebody of a team met somebody."""

    team_id: uuid.UUID
    door_id: uuid.UUID


def frame_of(session: Session, unit_id: uuid.UUID, campaign_id: uuid.UUID, day: int, seal: Any) -> list[Visited]:
    """Return the doors that can be drawn for a local day under a seal (its row), each once for a team. One statement.

    Who went tells the team: the one in which they were member or leader then, or for whose leader they stood in. Visits by telephone or at a support point are left
    out, and so are doors where nobody was met: there nobody could say that somebody came.
    """
    statement = (
        select(Visit.id, Visit.door_id, Team.id)
        .join(Event, and_(Event.unit_id == Visit.unit_id, Event.ledger_no == Visit.ledger_no))
        .join(
            PostHolding,
            and_(PostHolding.unit_id == Visit.unit_id, PostHolding.membership_id == Visit.done_by_id,
                 or_(PostHolding.acting_for_id.is_(None), PostHolding.acting_for_id == Event.acting_for_id),
                 PostHolding.from_at <= Visit.happened_at,
                 or_(PostHolding.to_at.is_(None), PostHolding.to_at > Visit.happened_at)),
        )
        .join(Post, and_(Post.unit_id == PostHolding.unit_id, Post.id == PostHolding.post_id))
        .join(Team, and_(Team.unit_id == Post.unit_id, Team.id == Post.team_id))
        .where(
            Visit.unit_id == unit_id, Visit.mode == "door",
            Visit.recorded_at >= day_start(day), Visit.recorded_at < day_start(day + 1),
            Visit.ledger_no <= seal.last_no, or_(Visit.voided_no.is_(None), Visit.voided_no > seal.last_no),
            Event.campaign_id == campaign_id, Event.data["contact"].as_string().is_not(None),
            Post.role.in_(("member", "team_leader")),
        )
        .order_by(Visit.ledger_no, PostHolding.acting_for_id.is_(None), Team.code)
    )  # fmt: skip
    went: dict[uuid.UUID, Visited] = {}
    for visit_id, door_id, team_id in session.execute(statement):
        went.setdefault(visit_id, Visited(team_id, door_id))
    return sorted(set(went.values()))


def draw(seal: str, frame: Iterable[Visited]) -> list[Visited]:
    """Return the drawn doors, team by team.

    >>> team, doors = uuid.UUID(int=1), [uuid.UUID(int=n) for n in range(10, 50)]
    >>> len(draw("00" * 32, [Visited(team, door) for door in doors]))
    2
    """
    by_team: dict[uuid.UUID, list[Visited]] = defaultdict(list)
    for one in frame:
        by_team[one.team_id].append(one)
    drawn: list[Visited] = []
    for team_id in sorted(by_team):
        ordered = sorted(by_team[team_id], key=lambda one: _place(seal, one.team_id, one.door_id))
        drawn += ordered[: how_many(len(ordered))]
    return drawn


def how_many(doors: int) -> int:
    """Return how many of a team's doors are drawn: three in a hundred, rounded up.

    >>> how_many(1), how_many(33), how_many(34), how_many(100), how_many(101)
    (1, 1, 2, 3, 4)
    """
    return -(-doors * PERCENT // 100)


def who_asks(seal: str, one: Visited, teams: Sequence[uuid.UUID]) -> uuid.UUID | None:
    """Return which of `teams` asks at a door: never the one that went there; None if there is no other."""
    others = sorted(team for team in teams if team != one.team_id)
    return others[int(_place(seal, one.team_id, one.door_id), 16) % len(others)] if others else None


def _place(seal: str, team_id: uuid.UUID, door_id: uuid.UUID) -> str:
    return hashlib.sha256(f"{seal}:{team_id.hex}:{door_id.hex}".encode()).hexdigest()


def most_percent(asked: int, missing: int) -> int:
    """Return how many in a hundred of all doors could still be without a visit, if `missing` of `asked` said so.

    The exact one-sided bound at 95 %: with it, so few or fewer would be seen in one of twenty samples. Rounded up.

    >>> most_percent(2, 0), most_percent(30, 0), most_percent(2, 1), most_percent(1, 1)
    (78, 10, 98, 100)
    """
    for percent in range(101):
        p = percent / 100
        seen = sum(comb(asked, k) * p**k * (1 - p) ** (asked - k) for k in range(missing + 1))
        if seen <= 0.05:
            return percent
    return 100


def in_words(asked: int, missing: int) -> Said:
    """Return what the answers at a team's doors allow to be said: never a rate of a handful, and never a verdict."""
    if not asked:
        return Said("Chưa hỏi được hộ nào nên chưa nói được gì.")
    most = Figure(f"{most_percent(asked, missing)} %")
    if not missing:
        return Said(
            "%(n)s trên %(n)s hộ hỏi được nói có người đến. Hỏi ít hộ thì biết ít: chưa loại trừ được việc tới %(most)s số hộ không có ai đến.",
            n=Figure(asked), most=most,
        )  # fmt: skip
    return Said(
        "%(missing)s trong %(n)s hộ hỏi được nói không có ai đến: hỏi lại tổ và hộ trước khi kết luận, vì người trả lời có thể không phải "
        "người đã gặp tổ. Chưa loại trừ được việc tới %(most)s số hộ không có ai đến.",
        missing=Figure(missing), n=Figure(asked), most=most,
    )  # fmt: skip
