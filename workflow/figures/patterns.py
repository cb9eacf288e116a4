"""What looks so unusual in what was recorded that somebody should ask: counted by the database, judged here, said as questions.

Nothing here is about a person of the list: visits are counted by who went and when, exits by team and reason. Who declined is in
none of it.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from rules.said import Figure, Said
from rules.time import HOUR, MINUTE
from workflow.access import Actor
from workflow.days import as_date, day_start, local_day
from workflow.figures import pattern_limits as limits
from workflow.figures.counts import newest_no
from workflow.figures.replay import event_as, not_voided
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Event, Membership, Post, PostHolding, Team, TeamArea, Visit

DAY_LENGTH = day_start(1) - day_start(0)


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask about. `kind`: burst, same_minute, night, one_reason, jump, no_contact. `who` is a member or team."""

    kind: str
    who: str
    team: str
    day: int | None
    n: int
    text: Said


class MemberDay(NamedTuple):
    """A person's recordings of one day: how many, the most within BURST_WITHIN, first and last minute, how many at night."""

    member_id: uuid.UUID
    day: int
    n: int
    within: int
    first: int
    last: int
    night: int


class TeamDay(NamedTuple):
    """A team's exits told at doors, and its visits there, by the day on which they happened."""

    day: int
    exits: int
    visits: int


def questions(session: Session, actor: Actor, context: CampaignContext) -> list[Question]:
    """Return what should be asked about, newest day first. A duty leader of an area reads about its teams only.

    Eight statements, whatever there is.
    """
    unit_id = actor.unit_id
    members, seen = _members(session, unit_id), _teams_seen(session, actor)
    found: list[Question] = []
    for row in member_days(session, unit_id, context):
        name, team_id = members.get(row.member_id, ("", None))
        if team_id in seen:
            found += [ask(row, name, seen[team_id]) for holds, ask in MEMBER_PATTERNS if holds(row)]
    reasons, labels = _exits_by_reason(session, unit_id, context), _labels(context)
    for team_id, (state, n, total) in one_reason(reasons).items():
        if team_id in seen:
            found.append(_ask_one_reason(seen[team_id], labels.get(state, state), n, total))
    for team_id, days in _team_days(session, unit_id, context, members).items():
        if team_id in seen:
            found += [_ask_jump(seen[team_id], day) for day in jumps(days, last_day=local_day(context.ends_at - 1))]
    for team_id, n in _without_contact(session, unit_id, context).items():
        if team_id in seen and n >= limits.NO_CONTACT:
            found.append(_ask_no_contact(seen[team_id], n))
    return sorted(found, key=lambda one: (-(one.day or 0), one.kind, one.who))


def member_days(session: Session, unit_id: uuid.UUID, context: CampaignContext) -> list[MemberDay]:
    """Return what each person recorded of own visits, by the day they are said to have happened. One statement.

    What is sent together (a paper sheet) is one recording, whatever it holds; what somebody else typed is left out.
    """
    own = (
        select(Visit.done_by_id, Visit.recorded_at, func.min(Visit.happened_at).label("at"))
        .join(Event, and_(Event.unit_id == Visit.unit_id, Event.ledger_no == Visit.ledger_no))
        .where(
            Visit.unit_id == unit_id, Visit.mode == "door", Visit.voided_no.is_(None),
            Visit.done_by_id == Visit.recorded_by_id, Event.campaign_id == context.id,
        )
        .group_by(Visit.done_by_id, Visit.recorded_at)
        .subquery()
    )  # fmt: skip
    near = func.count().over(
        partition_by=own.c.done_by_id, order_by=own.c["at"], range_=(-limits.BURST_WITHIN, 0)
    )  # fmt: skip
    into_day = (own.c["at"] - day_start(0)) % DAY_LENGTH
    each = select(
        own.c.done_by_id,
        ((own.c["at"] - day_start(0)) // DAY_LENGTH).label("day"),
        (own.c["at"] // MINUTE).label("minute"),
        near.label("near"),
        case((or_(into_day >= limits.NIGHT_FROM * HOUR, into_day < limits.NIGHT_TO * HOUR), 1), else_=0).label(
            "is_night"
        ),
    ).subquery()
    rows = session.execute(
        select(
            each.c.done_by_id, each.c.day, func.count(), func.max(each.c.near), func.min(each.c.minute),
            func.max(each.c.minute), func.sum(each.c.is_night),
        ).group_by(each.c.done_by_id, each.c.day)
    )  # fmt: skip
    return [MemberDay(row[0], *map(int, row[1:])) for row in rows]


def is_burst(row: MemberDay) -> bool:
    """Whether more visits are said to have happened within a few minutes than anybody can make."""
    return row.within >= limits.BURST_VISITS


def is_same_minute(row: MemberDay) -> bool:
    """Whether all visits of a day are said to have happened at one minute."""
    return row.n >= limits.SAME_MINUTE and row.first == row.last


def is_night(row: MemberDay) -> bool:
    """Whether many visits are said to have happened when nobody rings at doors."""
    return row.night >= limits.NIGHT_VISITS


def one_reason(exits: Mapping[uuid.UUID, Mapping[str, int]]) -> dict[uuid.UUID, tuple[str, int, int]]:
    """Return the teams nearly all of whose exits have one reason that is not the others': (reason, how many, of how many).

    >>> team, others = uuid.UUID(int=1), uuid.UUID(int=2)
    >>> one_reason({team: {"abroad": 24}, others: {"abroad": 5, "dead": 20}})[team]
    ('abroad', 24, 24)
    >>> one_reason({team: {"abroad": 24}, others: {"abroad": 25}})
    {}
    """
    found: dict[uuid.UUID, tuple[str, int, int]] = {}
    for team_id, reasons in exits.items():
        total = sum(reasons.values())
        state, n = max(reasons.items(), key=lambda each: (each[1], each[0]))
        others = [each for other, each in exits.items() if other != team_id]
        among, same = sum(sum(each.values()) for each in others), sum(each.get(state, 0) for each in others)
        if (
            total >= limits.ONE_REASON
            and among >= limits.ONE_REASON
            and 100 * n >= limits.ONE_REASON_PERCENT * total
            and 100 * same <= limits.OTHERS_PERCENT * among
        ):
            found[team_id] = (state, n, total)
    return found


def jumps(days: Iterable[TeamDay], *, last_day: int) -> list[TeamDay]:
    """Return the last days on which a team told far more exits for its visits than before.

    >>> quiet = [TeamDay(day, 2, 40) for day in range(1, 10)]
    >>> jumps([*quiet, TeamDay(10, 30, 45)], last_day=10)
    [TeamDay(day=10, exits=30, visits=45)]
    >>> jumps([*quiet, TeamDay(10, 6, 45)], last_day=10)
    []
    """
    known, found = sorted(days), []
    for one in known:
        before = [each for each in known if each.day < min(one.day, last_day - limits.JUMP_DAYS + 1)]
        exits, visits = sum(each.exits for each in before), sum(each.visits for each in before)
        if one.day <= last_day - limits.JUMP_DAYS or one.exits < limits.JUMP_EXITS or visits < limits.JUMP_BEFORE:
            continue
        rate = max(exits, 1) / visits
        expected = one.visits * rate
        spread = sqrt(max(expected, 1) * (1 + one.visits / visits))
        times = one.exits * visits >= limits.JUMP_TIMES * max(exits, 1) * max(one.visits, 1)
        if times and one.exits - expected >= limits.JUMP_DEVIATIONS * spread:
            found.append(one)
    return found


def _members(session: Session, unit_id: uuid.UUID) -> dict[uuid.UUID, tuple[str, uuid.UUID]]:
    """Return name and team of everybody who was ever in a team; the newest team."""
    rows = session.execute(
        select(Membership.id, Membership.name, Post.team_id)
        .join(PostHolding, and_(PostHolding.unit_id == Membership.unit_id, PostHolding.membership_id == Membership.id))
        .join(Post, and_(Post.unit_id == PostHolding.unit_id, Post.id == PostHolding.post_id))
        .where(Membership.unit_id == unit_id, Post.role.in_(("member", "team_leader")), Post.team_id.is_not(None))
        .where(PostHolding.acting_for_id.is_(None))
        .order_by(PostHolding.from_at, Post.code)
    )
    return {row.id: (row.name, row.team_id) for row in rows}


def _teams_seen(session: Session, actor: Actor) -> dict[uuid.UUID, str]:
    """Return the names of the teams that the actor may read about: a duty leader of areas, those of the areas."""
    places = {post.area_id for post in actor.holds("duty_leader")}
    statement = select(Team.id, Team.name).where(Team.unit_id == actor.unit_id)
    if not actor.holds("coordinator", "administrator") and None not in places:
        mine = exists().where(
            TeamArea.unit_id == Team.unit_id, TeamArea.team_id == Team.id,
            TeamArea.area_id.in_([place for place in places if place is not None]),
        )  # fmt: skip
        statement = statement.where(mine)
    return {row.id: row.name for row in session.execute(statement)}


def _labels(context: CampaignContext) -> dict[str, Any]:
    return {name: state.label.said for track in context.pack.tracks.values() for name, state in track.states.items()}


def _moves(
    session: Session, unit_id: uuid.UUID, context: CampaignContext, states: list[str], *columns: Any
) -> Select[Any]:
    """Return the statement over moves into `states` that people told and nobody voided."""
    event = event_as("told_by_people")
    return select(*columns).where(
        event.unit_id == unit_id, event.campaign_id == context.id, event.kind == "move", event.cause == "person",
        event.track == context.pack.main_track.id, event.state.in_(states), event.team_id.is_not(None),
        not_voided(event, newest_no(session, unit_id)),
    )  # fmt: skip


def _exit_states(context: CampaignContext) -> list[str]:
    """Return the exits that may be counted by team: whoever declined is in none of them."""
    states = context.pack.main_track.states.items()
    return sorted(name for name, state in states if state.exit and state.exit != "declined")


def _exits_by_reason(session: Session, unit_id: uuid.UUID, context: CampaignContext) -> dict[uuid.UUID, dict[str, int]]:
    event = event_as("told_by_people")
    statement = _moves(session, unit_id, context, _exit_states(context), event.team_id, event.state, func.count())
    found: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    for team_id, state, count in session.execute(statement.group_by(event.team_id, event.state)):
        found[team_id][state] = count
    return found


def _team_days(
    session: Session, unit_id: uuid.UUID, context: CampaignContext, members: Mapping[uuid.UUID, tuple[str, uuid.UUID]]
) -> dict[uuid.UUID, list[TeamDay]]:
    event = event_as("told_by_people")
    day = (event.happened_at - day_start(0)) // DAY_LENGTH
    told = _moves(
        session, unit_id, context, _exit_states(context),
        event.team_id, day.label("day"), func.count(),
    ).group_by(event.team_id, day)  # fmt: skip
    went = (Visit.happened_at - day_start(0)) // DAY_LENGTH
    visits = session.execute(
        select(Visit.done_by_id, went.label("day"), func.count())
        .where(Visit.unit_id == unit_id, Visit.mode == "door", Visit.voided_no.is_(None))
        .group_by(Visit.done_by_id, went)
    )
    counts: dict[tuple[uuid.UUID, int], list[int]] = defaultdict(lambda: [0, 0])
    for team_id, day_no, n in session.execute(told):
        counts[team_id, int(day_no)][0] = n
    for member_id, day_no, n in visits:
        if member_id in members:
            counts[members[member_id][1], int(day_no)][1] += n
    found: dict[uuid.UUID, list[TeamDay]] = defaultdict(list)
    for (team_id, day_no), (exits, n) in sorted(counts.items()):
        found[team_id].append(TeamDay(day_no, exits, n))
    return found


def _without_contact(session: Session, unit_id: uuid.UUID, context: CampaignContext) -> dict[uuid.UUID, int]:
    """Return how many of each team were told to be finished without a visit that found it."""
    event, done = event_as("told_by_people"), [n for n, state in context.pack.main_track.states.items() if state.done]
    found = exists().where(Visit.unit_id == event.unit_id, Visit.id == event.about_id, Visit.voided_no.is_(None))
    statement = _moves(session, unit_id, context, done, event.team_id, func.count()).where(~found)
    return {row[0]: row[1] for row in session.execute(statement.group_by(event.team_id))}


def _ask_burst(row: MemberDay, name: str, team: str) -> Question:
    text = Said(
        "%(who)s (%(team)s), ngày %(day)s: %(n)s lượt thăm ghi là diễn ra trong 5 phút. Có phải ghi bù sau khi đi, hoặc chép từ giấy?",
        who=name, team=team, day=_date(row.day), n=Figure(row.within),
    )  # fmt: skip
    return Question("burst", name, team, row.day, row.within, text)


def _ask_same_minute(row: MemberDay, name: str, team: str) -> Question:
    text = Said(
        "%(who)s (%(team)s), ngày %(day)s: cả %(n)s lượt thăm ghi cùng một phút. Giờ đi thật là mấy giờ?",
        who=name, team=team, day=_date(row.day), n=Figure(row.n),
    )  # fmt: skip
    return Question("same_minute", name, team, row.day, row.n, text)


def _ask_night(row: MemberDay, name: str, team: str) -> Question:
    text = Said(
        "%(who)s (%(team)s), ngày %(day)s: %(n)s lượt thăm ghi là diễn ra từ 22 giờ đến 5 giờ. Có phải chọn nhầm giờ?",
        who=name, team=team, day=_date(row.day), n=Figure(row.night),
    )  # fmt: skip
    return Question("night", name, team, row.day, row.night, text)


def _ask_one_reason(team: str, label: Any, n: int, total: int) -> Question:
    text = Said(
        "%(team)s: %(n)s trong %(total)s người không thể lấy ý kiến cùng một lý do “%(reason)s”, khác hẳn các tổ khác. Địa bàn có gì đặc biệt?",
        team=team, n=Figure(n), total=Figure(total), reason=label,
    )  # fmt: skip
    return Question("one_reason", team, team, None, n, text)


def _ask_jump(team: str, one: TeamDay) -> Question:
    text = Said(
        "%(team)s, ngày %(day)s: %(n)s người được báo không thể lấy ý kiến, nhiều hơn hẳn các ngày trước. Có phải dồn việc rà soát vào cuối đợt?",
        team=team, day=_date(one.day), n=Figure(one.exits),
    )  # fmt: skip
    return Question("jump", team, team, one.day, one.exits, text)


def _ask_no_contact(team: str, n: int) -> Question:
    text = Said(
        "%(team)s: %(n)s người được ghi là đã xong mà sổ không có lượt thăm nào. Ghi từ nguồn nào?",
        team=team, n=Figure(n),
    )  # fmt: skip
    return Question("no_contact", team, team, None, n, text)


def _date(day: int) -> str:
    return f"{as_date(day):%d/%m/%Y}"


MEMBER_PATTERNS: tuple[tuple[Callable[[MemberDay], bool], Callable[[MemberDay, str, str], Question]], ...] = (
    (is_burst, _ask_burst),
    (is_same_minute, _ask_same_minute),
    (is_night, _ask_night),
)
