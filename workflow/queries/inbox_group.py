"""A row of the inbox opened: its people, tasks or teams, and who has each of them in hand. A page costs the same however long it is.

A person's name stands only where the actor may see the door; whoever is called by a ladder and sees no doors gets the place. Nobody is
listed whose contact has ended (`escalation_reach`), and sensitive states read alike to all but those who handle the case.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, case, false, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, scope_of_doors
from workflow.days import tomorrow_of
from workflow.plan.life import STATE_LABELS
from workflow.queries.actor_reach import reach_of
from workflow.queries.campaigns import CampaignContext
from workflow.queries.colleagues import Colleague, colleagues_of
from workflow.queries.door_list import as_seen, reads_sensitive
from workflow.queries.escalation_reach import Reach
from workflow.queries.in_hand import InHand, in_hand
from workflow.queries.inbox import PAGE
from workflow.queries.inbox_parts import Part, in_group, mine_in, open_episodes, rest_until, with_due, within
from workflow.queries.ladder_labels import label_of_rung
from workflow.queries.ladder_rows import EPISODES, HOLDER, rule_of
from workflow.queries.time_left import Due, due_of
from workflow.tables import Area, Case, Door, Subject, Task, Team

_person, _household = aliased(Subject), aliased(Subject)


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

    What has gone to another post comes last; `part` keeps only that, or only what waits, or shows what lies below. Foreign groups are as empty as those that do not exist.
    """
    reach = reach_of(session, actor, context)
    here = inside_group(reach, rule_id, group_key, now, due, part, whole_unit=whole_unit)
    total = session.scalar(select(func.count()).select_from(EPISODES).where(here)) or 0
    if not total:
        return [], 0
    from_above = whole_unit or part == "below"
    return episode_lines(session, reach, here, now=now, from_above=from_above, limit=limit, offset=offset), int(total)


def inside_group(
    reach: Reach, rule_id: str, group_key: str, now: Instant, due: Due | None, part: Part | None, *, whole_unit: bool
) -> ColumnElement[bool]:
    """Return the condition that an open episode stands in a part of a row, due as wanted."""
    opened = open_episodes(reach, whole_unit=whole_unit, part=part)
    row = with_due(opened, now, tomorrow_of(now), in_group(opened.c, rule_id, group_key))
    return EPISODES.c.id.in_(select(row.id).where(*within(row, due, part)))


def receivers_in_rows(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    rows: Sequence[tuple[str, str]],
    *,
    now: Instant,
    whole_unit: bool = False,
    part: Part | None = None,
) -> list[Colleague]:
    """Return whom the work of at least one of several rows, each a rule and a group, may be handed on to. At most four statements."""
    part = "below" if part == "below" else None
    row = open_episodes(reach_of(session, actor, context), whole_unit=whole_unit, part=part).c
    e, rules = EPISODES.c, [rule_of(context, rule_id) for rule_id in sorted({rule_id for rule_id, _key in rows})]
    inside = e.id.in_(select(row.id).where(or_(false(), *(in_group(row, *each) for each in rows))))
    places = session.execute(select(e.team_id, e.area_id).where(inside).distinct()).all()
    found = colleagues_of(
        session,
        context.unit_id,
        now=now,
        codes=sorted({rung.to for rule in rules if rule is not None for rung in rule.ladder}),
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
    from_above: bool = False,
    limit: int = PAGE,
    offset: int = 0,
) -> list[EpisodeLine]:
    """Return the episodes that satisfy `here` as lines."""
    statement = _lines(reach, from_above).where(here)
    e = EPISODES.c
    gone = case((mine_in(reach, from_above=from_above) == HOLDER, 0), else_=1)
    order = (gone, e.due_at, _household.lane, Door.place_sort, _person.name_sort, Task.scope, Team.sort, e.id)
    rows = session.execute(statement.order_by(*order).limit(limit).offset(offset)).all()
    hands = in_hand(session, reach.context.unit_id, [row.id for row in rows])
    return [_line(reach, row, hands.get(row.id), now) for row in rows]


def _lines(reach: Reach, from_above: bool) -> Select[Any]:
    """Select episodes with whatever they are about; what does not apply stays empty."""
    e, unit, mine = EPISODES.c, reach.context.unit_id, mine_in(reach, from_above=from_above)
    rest = literal(None, BigInteger) if from_above else rest_until(reach)
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


__all__ = [
    "EpisodeLine", "episode_lines", "episodes_in_group", "inside_group", "receivers_in_rows",
]  # fmt: skip
