"""One door: who lives there, what may be said of each, what has happened, and why it stands in the queue."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.time import Instant
from workflow.access import Actor, acting_post, door_for, own_names
from workflow.queries.campaigns import CampaignContext
from workflow.queries.choices import Choice, choices_for_door
from workflow.queries.door_history import HistoryLine, history_of_door
from workflow.queries.door_list import reads_sensitive
from workflow.queries.door_reasons import Reason, reason_of_time, reasons_of_rules
from workflow.queries.people_behind import PersonBehind, people_behind
from workflow.queries.queue_times import TIMINGS, Timing, timing_of_door
from workflow.tables import Area, Membership, Subject, Team, table_of
from workflow.vault import Vault

VISITORS = ("member", "team_leader", "area_head", "support_desk", "duty_leader", "coordinator")
CORRECTORS = ("team_leader", "coordinator", "administrator")
_areas, _teams, _members, _subjects = (table_of(model) for model in (Area, Team, Membership, Subject))


@dataclass(frozen=True, slots=True)
class DoorPage:
    """A door as its page shows it. `holder` is who it was given to; `may_visit` and `may_hand_back` say what the page offers; `sent_back`
    has by case the request that was returned, until somebody went there since or asked again.
    """

    id: uuid.UUID
    area: str
    area_id: uuid.UUID
    lane: str
    house_no: str
    team: str | None
    holder: str | None
    is_mine: bool
    timing: Timing
    follow_up_at: Instant | None
    promised_at: Instant | None
    attempts: int
    state_version: int
    people: tuple[PersonBehind, ...]
    choices: tuple[Choice, ...]
    reasons: tuple[Reason, ...]
    history: tuple[HistoryLine, ...]
    may_visit: bool
    may_hand_back: bool
    sent_back: Mapping[uuid.UUID, HistoryLine]

    @property
    def label(self) -> str:
        """How it stands with its time, in words."""
        return TIMINGS[self.timing]

    @property
    def to_meet(self) -> int:
        """Return how many people are still to be met."""
        return len({person.subject_id for person in self.people if person.is_open and not person.has_ended})


def door_page(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    door_id: uuid.UUID,
    *,
    now: Instant,
    vault: Vault | None = None,
) -> DoorPage:
    """Return a door for its page; nine statements, however many people it has. Raises NotFound: absent and foreign look alike.

    Phones come masked, and only with a `vault`.
    """
    door = door_for(session, actor, door_id, campaign_id=context.id)
    place = _place(session, context, door)
    may_visit = acting_post(actor, VISITORS, door) is not None
    people = people_behind(
        session, actor, context, [door], wanted="all", now=now, choices_at={door.id} if may_visit else (), vault=vault
    ).get(door.id, [])
    timing = timing_of_door(door, now)
    everybodys = acting_post(actor, CORRECTORS, door) is not None
    history = history_of_door(
        session,
        context,
        door.id,
        people,
        openly=reads_sensitive(actor, door),
        may_undo=None if everybodys else own_names(actor, door),
    )
    is_mine = door.assignee_id == actor.membership_id
    return DoorPage(
        id=door.id,
        area=place.area,
        area_id=door.area_id,
        lane=place.lane or "",
        house_no=place.house_no or "",
        team=place.team,
        holder=place.holder,
        is_mine=is_mine,
        timing=timing,
        follow_up_at=door.follow_up_at,
        promised_at=door.promised_at,
        attempts=door.attempts,
        state_version=door.state_version,
        people=tuple(people),
        choices=choices_for_door(context.pack) if may_visit and door.open_cases else (),
        reasons=(reason_of_time(door, timing, people), *reasons_of_rules(session, context, people)),
        history=history,
        may_visit=may_visit,
        may_hand_back=is_mine and acting_post(actor, ("member", "team_leader"), door) is not None,
        sent_back=_sent_back(people, history),
    )


def _sent_back(people: Sequence[PersonBehind], history: Sequence[HistoryLine]) -> dict[uuid.UUID, HistoryLine]:
    """Return by case the newest thing that happened to somebody with whom contact goes on, where that is a request that came back."""
    newest: dict[uuid.UUID, HistoryLine] = {}
    for line in history:
        if not line.is_undone:
            for case in line.cases:
                newest.setdefault(case, line)
    goes_on = (person.case_id for person in people if person.waiting is None and not person.has_ended)
    return {case: newest[case] for case in goes_on if case in newest and newest[case].kind == "returned"}


def _place(session: Session, context: CampaignContext, door: Any) -> Any:
    """Return where a door is, and who looks after it."""
    home = _subjects.c
    return session.execute(
        select(
            _areas.c.name.label("area"), home.lane, home.house_no, _teams.c.name.label("team"), _members.c.name.label("holder")
        )
        .join_from(_subjects, _areas, and_(_areas.c.unit_id == home.unit_id, _areas.c.id == door.area_id))
        .outerjoin(_teams, and_(_teams.c.unit_id == home.unit_id, _teams.c.id == door.team_id))
        .outerjoin(_members, and_(_members.c.unit_id == home.unit_id, _members.c.id == door.assignee_id))
        .where(home.unit_id == context.unit_id, home.id == door.household_id)
    ).one()  # fmt: skip
