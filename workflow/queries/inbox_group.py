"""A row of the inbox opened: its people, tasks or teams, and who has each of them in hand. A page costs the same however long it is.

A person's name stands only where the actor may see the door; whoever is called by a ladder and sees no doors gets the place. Nobody is
listed whose contact has ended (`escalation_reach`), and sensitive states read alike to all but those who handle the case.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Row, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, scope_of_doors
from workflow.days import tomorrow_of
from workflow.plan.life import STATE_LABELS
from workflow.queries.campaigns import CampaignContext
from workflow.queries.colleagues import Colleague, colleagues_of
from workflow.queries.door_list import as_seen, reads_sensitive
from workflow.queries.escalation_reach import (
    EPISODES,
    HOLDER,
    STEPS,
    TO_POST,
    TO_TEAM,
    Reach,
    reach_of,
    rule_of,
)
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.inbox import (
    PAGE,
    Due,
    Part,
    due_of,
    in_group,
    label_of_rung,
    mine_in,
    open_episodes,
    rest_until,
    with_due,
    within,
)
from workflow.tables import Area, Case, Door, Event, Membership, Post, Subject, Task, Team

_person, _household = aliased(Subject), aliased(Subject)


class InHand(NamedTuple):
    """Who has an episode in hand: the newest answer that stands, and on which level. `to` is who it was handed on to (None: the team)."""

    kind: str
    by: str
    at: Instant
    until: Instant | None
    to: str | None
    level: int


@dataclass(frozen=True, slots=True)
class EpisodeLine:
    """One episode as a list shows it. `title` is a name or a task's label; None where only the place may be told."""

    id: uuid.UUID
    rule_id: str
    group_key: str
    kind: str
    title: str | None
    state: str
    place: str
    lane: str
    house_no: str
    door_id: uuid.UUID | None
    task_id: uuid.UUID | None
    due_at: Instant
    answer_by: Instant | None
    rests_until: Instant | None
    due: Due
    level: int
    levels: int
    holder: int
    mine: int
    waits_at: Label
    in_hand: InHand | None
    state_version: int

    @property
    def passed_up(self) -> bool:
        """Whether it has gone on past the actor's level: up the ladder, or to a post above that has it."""
        return self.holder > self.mine

    @property
    def sent_back(self) -> bool:
        """Whether it was sent back to a post below the actor's."""
        return self.holder < self.mine

    @property
    def is_unanswered(self) -> bool:
        """Whether the time to answer is over and whoever has it has not answered."""
        answered = self.in_hand is not None and self.in_hand.level >= min(self.level, self.holder)
        return self.due == "overdue" and not answered


def episodes_in_group(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    rule_id: str,
    group_key: str,
    *,
    now: Instant,
    due: Due | None = None,
    part: Part | None = None,
    whole_unit: bool = False,
    limit: int = PAGE,
    offset: int = 0,
) -> tuple[list[EpisodeLine], int]:
    """Return a page of a group's open episodes, what is due first in walking order, and how many there are. At most seven statements.

    What has gone to another post comes last; `part` keeps only that, or only what waits. Foreign groups are as empty as those that do not exist.
    """
    reach = reach_of(session, actor, context)
    opened = open_episodes(reach, whole_unit=whole_unit)
    row = with_due(opened, now, tomorrow_of(now), in_group(opened.c, rule_id, group_key))
    inside = within(row, due, part)
    here = EPISODES.c.id.in_(select(row.id).where(*inside))
    total = session.scalar(select(func.count()).select_from(EPISODES).where(here)) or 0
    if not total:
        return [], 0
    return episode_lines(session, reach, here, now=now, whole_unit=whole_unit, limit=limit, offset=offset), int(total)


def receivers_in_group(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    rule_id: str,
    group_key: str,
    *,
    now: Instant,
    whole_unit: bool = False,
) -> list[Colleague]:
    """Return whom a group's work may be handed on to: its teams, and the posts of its ladder there. At most four statements."""
    row = open_episodes(reach_of(session, actor, context), whole_unit=whole_unit).c
    e, rule = EPISODES.c, rule_of(context, rule_id)
    inside = e.id.in_(select(row.id).where(in_group(row, rule_id, group_key)))
    places = session.execute(select(e.team_id, e.area_id).where(inside).distinct()).all()
    found = colleagues_of(
        session,
        context.unit_id,
        now=now,
        codes=sorted({rung.to for rung in rule.ladder}) if rule is not None else [],
        teams=sorted({place.team_id for place in places if place.team_id}),
        areas=sorted({place.area_id for place in places if place.area_id}),
    )
    return [one for one in found if one.membership_id != actor.membership_id]


def episode_lines(
    session: Session,
    reach: Reach,
    here: Any,
    *,
    now: Instant,
    whole_unit: bool = False,
    limit: int = PAGE,
    offset: int = 0,
) -> list[EpisodeLine]:
    """Return the episodes that satisfy `here` as lines."""
    statement = _lines(reach, whole_unit).where(here)
    e = EPISODES.c
    gone = case((mine_in(reach, whole_unit=whole_unit) == HOLDER, 0), else_=1)
    order = (gone, e.due_at, _household.lane, Door.place_sort, _person.name_sort, Task.scope, Team.sort, e.id)
    rows = session.execute(statement.order_by(*order).limit(limit).offset(offset)).all()
    hands = in_hand(session, reach.context.unit_id, [row.id for row in rows])
    return [_line(reach, row, hands.get(row.id), now) for row in rows]


def _lines(reach: Reach, whole_unit: bool) -> Select[Any]:
    """Select episodes with whatever they are about; what does not apply stays empty."""
    e, unit, mine = EPISODES.c, reach.context.unit_id, mine_in(reach, whole_unit=whole_unit)
    rest = literal(None, BigInteger) if whole_unit else rest_until(reach)
    visible = case((scope_of_doors(reach.actor), 1), else_=0).label("door_visible")
    names = (
        "id",
        "rule_id",
        "kind",
        "group_key",
        "due_at",
        "answer_by",
        "level",
        "levels",
        "subject_id",
        "state_version",
    )
    columns = (
        *(e[name] for name in names), mine.label("mine"), HOLDER.label("holder"), rest.label("rest_until"), visible, _person.name.label("person"),
        Case.track.label("track"), Case.state.label("case_state"), _household.lane, _household.house_no, Door.id.label("door_id"),
        Door.unit_id, Door.area_id, Door.team_id, Task.label.label("task"), Task.state.label("task_state"), Task.id.label("task_id"),
        Team.name.label("team"), Area.name.label("area"), Task.occurrence.label("occurrence"),
    )  # fmt: skip
    place = func.coalesce(Case.area_id, Task.area_id, e.area_id)
    whose = func.coalesce(Task.team_id, e.team_id)
    return (
        select(*columns)
        .select_from(EPISODES)
        .outerjoin(Case, and_(e.kind == "case", Case.unit_id == unit, Case.id == e.subject_id))
        .outerjoin(_person, and_(_person.unit_id == unit, _person.id == Case.subject_id))
        .outerjoin(Door, and_(Door.unit_id == unit, Door.id == Case.door_id))
        .outerjoin(_household, and_(_household.unit_id == unit, _household.id == Door.household_id))
        .outerjoin(Task, and_(e.kind == "task", Task.unit_id == unit, Task.id == e.subject_id))
        .outerjoin(Team, and_(Team.unit_id == unit, Team.id == whose))
        .outerjoin(Area, and_(Area.unit_id == unit, Area.id == place))
    )


def _line(reach: Reach, row: Row[Any], hand: InHand | None, now: Instant) -> EpisodeLine:
    context, rule = reach.context, rule_of(reach.context, row.rule_id)
    title, state = _what(reach, row)
    return EpisodeLine(
        id=row.id, rule_id=row.rule_id, group_key=row.group_key, kind=row.kind, title=title, state=state,
        place=row.area or ("" if row.kind == "team" else row.team or ""), lane=row.lane or "", house_no=row.house_no or "",
        door_id=row.door_id if row.door_visible else None, task_id=row.task_id,
        due_at=row.due_at, answer_by=row.answer_by, rests_until=row.rest_until, due=due_of(row.answer_by, row.rest_until, now),
        level=row.level, levels=row.levels, holder=row.holder, mine=row.mine, waits_at=label_of_rung(context, rule, row.holder),
        in_hand=hand, state_version=row.state_version,
    )  # fmt: skip


def _what(reach: Reach, row: Row[Any]) -> tuple[str | None, str]:
    """Return what an episode is about, as the actor may read it, and in which state that stands."""
    if row.kind == "case":
        if row.track is None:
            return None, ""
        label = as_seen(reach.context.pack.tracks[row.track], row.case_state, openly=reads_sensitive(reach.actor, row))[
            1
        ]
        return (row.person if row.door_visible else None), label
    if row.kind == "task":
        return _task_title(row), STATE_LABELS.get(row.task_state, "")
    return (row.team if row.kind == "team" else reach.context.name), ""


def _task_title(row: Row[Any]) -> str | None:
    parts = [row.task, row.team or row.area, row.occurrence]
    return " · ".join(part for part in parts if part) or None


def in_hand(session: Session, unit_id: uuid.UUID, episodes: Sequence[uuid.UUID]) -> dict[uuid.UUID, InHand]:
    """Return who has these episodes in hand, by the newest step that somebody answered. At most three statements."""
    if not episodes:
        return {}
    steps = session.execute(
        select(STEPS.c.escalation_id, STEPS.c.level, STEPS.c.answered_at, STEPS.c.answer, Membership.name)
        .join(Membership, and_(Membership.unit_id == STEPS.c.unit_id, Membership.id == STEPS.c.answered_by_id))
        .where(STEPS.c.unit_id == unit_id, STEPS.c.escalation_id.in_(episodes), STEPS.c.answered_at.is_not(None))
        .order_by(STEPS.c.answered_at, STEPS.c.level)
    ).all()
    newest = {step.escalation_id: step for step in steps}
    told = _told(session, unit_id, list(newest.values()))
    names = names_of_receivers(session, unit_id, [step.answer.partition(":")[2] for step in newest.values()])
    found = {}
    for key, step in newest.items():
        kind, _, to = step.answer.partition(":")
        until, absent = told.get(key, (None, None))
        by = who_did(step.name, absent)
        found[key] = InHand(kind, by, step.answered_at, until, names.get(to), step.level)
    return found


def _told(
    session: Session, unit_id: uuid.UUID, steps: Sequence[Row[Any]]
) -> dict[uuid.UUID, tuple[Instant | None, str | None]]:
    """Return by when the work was promised (None: nobody did), and in whose name somebody else answered.

    From the events of these answers, found by the instant at which they were recorded.
    """
    if not steps:
        return {}
    statement = (
        select(Event.about_id, Event.data, ABSENT_NAME)
        .outerjoin(ABSENT, stood_in())
        .where(
            Event.unit_id == unit_id,
            Event.recorded_at.in_(sorted({step.answered_at for step in steps})),
            Event.about_id.in_([step.escalation_id for step in steps]),
            Event.kind == "escalate",
        )
        .order_by(Event.ledger_no)
    )
    answers = {step.escalation_id: step.answer.partition(":")[0] for step in steps}
    found: dict[uuid.UUID, tuple[Instant | None, str | None]] = {}
    for about, data, absent in session.execute(statement):
        told = data or {}
        if about is not None and told.get("answer") == answers[about]:
            found[about] = (told.get("until"), absent)
    return found


def names_of_receivers(session: Session, unit_id: uuid.UUID, told: Sequence[str | None]) -> dict[str, str]:
    """Return the names of those to whom something was given, by how it is told; the team has none. At most two statements."""
    wanted = sorted({one for one in told if one and one != TO_TEAM})
    people = [uuid.UUID(one) for one in wanted if not one.startswith(TO_POST)]
    posts = [uuid.UUID(one.removeprefix(TO_POST)) for one in wanted if one.startswith(TO_POST)]
    found: dict[str, str] = {}
    if people:
        named = select(Membership.id, Membership.name).where(Membership.unit_id == unit_id, Membership.id.in_(people))
        found |= {row.id.hex: row.name for row in session.execute(named)}
    if posts:
        labelled = select(Post.id, Post.label).where(Post.unit_id == unit_id, Post.id.in_(posts))
        found |= {f"{TO_POST}{row.id.hex}": row.label for row in session.execute(labelled)}
    return found


__all__ = [
    "EpisodeLine",
    "InHand",
    "episode_lines",
    "episodes_in_group",
    "in_hand",
    "names_of_receivers",
    "receivers_in_group",
]
