"""Entering by hand: one household, one person, or a number of places to be named later. The same result as from a list."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select

from rules.time import Instant, local_date
from workflow.gateway.door import open_door
from workflow.gateway.enter import Start, profile_of, start_of, states_of
from workflow.gateway.personal import mac_of
from workflow.gateway.subject_facts import facts_from
from workflow.ledger.book import Book, Cell
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Assignment, Case, Door, Subject, TeamArea, table_of
from workflow.vault import Vault


@dataclass(frozen=True)
class Place:
    """Where a household lives, as a list would tell it. `key` tells households of an area apart; `order` is that of walking."""

    area_id: uuid.UUID
    lane: str | None = None
    house_no: str | None = None
    key: str | None = None
    order: str = ""


@dataclass(frozen=True)
class NewHome:
    """A household and its door."""

    household_id: uuid.UUID
    door_id: uuid.UUID


@dataclass(frozen=True)
class Newcomer:
    """A subject to enter: its columns, and the track → entry state it belongs to (by its facts, if left out)."""

    values: Mapping[str, Any]
    kind: str = "person"
    unnamed: bool = False
    states: Mapping[str, str] = field(default_factory=dict)


def states_for(context: CampaignContext, newcomer: Newcomer, *, happened_at: Instant) -> dict[str, str]:
    """Return the tracks that a newcomer belongs to, with the state in which they enter each."""
    values = {**newcomer.values, "kind": newcomer.kind, "unnamed": newcomer.unnamed}
    return states_of(profile_of(context, facts_from(values, on=local_date(happened_at)), happened_at))


def team_of(book: Book, area_id: uuid.UUID) -> uuid.UUID | None:
    """Return the team that works an area now."""
    works = table_of(TeamArea)
    return book.session.scalar(
        select(works.c.team_id).where(
            works.c.unit_id == book.unit_id, works.c.area_id == area_id, works.c.to_at.is_(None)
        )
    )


def open_home(
    book: Book,
    context: CampaignContext,
    place: Place,
    *,
    happened_at: Instant,
    subject: Mapping[str, Any] | None = None,
) -> NewHome:
    """Insert a household and its door, given to the team that works the area, with a `note` event that says so.

    `subject` gives further columns where the household itself is followed (or an organisation stands in its place).
    """
    home, team_id = NewHome(book.new_id(), book.new_id()), team_of(book, place.area_id)
    base = {"unit_id": book.unit_id, "area_id": place.area_id, "created_at": book.now}
    row = {
        "id": home.household_id, "kind": "household", "lane": place.lane, "house_no": place.house_no,
        "household_key": place.key, "place_sort": place.order or None, "unnamed": False, "value_version": 1,
    }  # fmt: skip
    book.session.execute(insert(table_of(Subject)), {**base, **row, **(subject or {})})
    door = {
        "id": home.door_id, "campaign_id": context.id, "household_id": home.household_id, "team_id": team_id,
        "place_sort": place.order, "open_cases": 0, "someone_untimed": False, "attempts": 0, "priority": 0, "version": 1,
        "state_version": 1,
    }  # fmt: skip
    book.session.execute(insert(table_of(Door)), {**base, **door})
    number = book.append(
        "note",
        happened_at=happened_at,
        campaign_id=context.id,
        door_id=home.door_id,
        about_id=home.household_id,
        area_id=place.area_id,
        team_id=team_id,
        data={"opened": "door"},
    )
    if team_id is not None:
        given = {
            "unit_id": book.unit_id, "id": book.new_id(), "door_id": home.door_id, "team_id": team_id,
            "from_at": happened_at, "from_no": number,
        }  # fmt: skip
        book.session.execute(insert(table_of(Assignment)), given)
    return home


def enter_at_door(
    book: Book,
    context: CampaignContext,
    vault: Vault,
    door_id: uuid.UUID,
    newcomers: Sequence[Newcomer],
    *,
    happened_at: Instant,
    cause: str = "person",
) -> list[dict[str, uuid.UUID]]:
    """Enter subjects behind a door; return for each its case by track. Raises NotFound for an unknown door.

    Area, team and assignee are the door's. Settles the door's open cases, follow-up and deadline pointers.
    """
    opened = open_door(book, context, door_id)
    door = opened.door
    subjects: list[dict[str, Any]] = []
    cases: list[dict[str, Any]] = []
    made = []
    for newcomer in newcomers:
        subject_id = book.new_id()
        own = newcomer.kind == "person"
        values = {**newcomer.values, "kind": newcomer.kind, "unnamed": newcomer.unnamed}
        subjects.append({
            "unit_id": book.unit_id, "id": subject_id, "area_id": door.area_id, "value_version": 1, "created_at": book.now,
            "household_id": door.household_id if own else None, "mac": mac_of(vault, subject_id, 1, values), **values,
        })  # fmt: skip
        states = newcomer.states or states_for(context, newcomer, happened_at=happened_at)
        made.append(
            {
                track: _case(book, context, door, subject_id, newcomer, track, state, happened_at, cause, cases)
                for track, state in states.items()
            }
        )
    if subjects:
        book.session.execute(insert(table_of(Subject)), subjects)
    if cases:
        book.session.execute(insert(table_of(Case)), cases)
    book.flush()
    opened = open_door(book, context, door_id)
    opened.touched.update(case["id"] for case in cases)
    opened.save()
    return made


def enter_subject(
    book: Book,
    context: CampaignContext,
    door_id: uuid.UUID,
    subject_id: uuid.UUID,
    newcomer: Newcomer,
    *,
    happened_at: Instant,
    cause: str = "person",
) -> dict[str, uuid.UUID]:
    """Enter a subject that exists already (a household as such, an organisation); return its case by track."""
    opened, cases = open_door(book, context, door_id), list[dict[str, Any]]()
    states = newcomer.states or states_for(context, newcomer, happened_at=happened_at)
    made = {
        track: _case(book, context, opened.door, subject_id, newcomer, track, state, happened_at, cause, cases)
        for track, state in states.items()
    }
    if cases:
        book.session.execute(insert(table_of(Case)), cases)
    book.flush()
    opened = open_door(book, context, door_id)
    opened.touched.update(made.values())
    opened.save()
    return made


def _case(
    book: Book,
    context: CampaignContext,
    door: Any,
    subject_id: uuid.UUID,
    newcomer: Newcomer,
    track: str,
    state: str,
    happened_at: Instant,
    cause: str,
    cases: list[dict[str, Any]],
) -> uuid.UUID:
    """Append the entering of one case, count it, and add its row to `cases`."""
    start = start_of(context, context.pack.tracks[track], state, happened_at=happened_at, now=book.now)
    case_id = book.new_id()
    place = {"area_id": door.area_id, "team_id": door.team_id, "assignee_id": door.assignee_id}
    cases.append({
        "unit_id": book.unit_id, "id": case_id, "campaign_id": context.id, "track": track, "subject_id": subject_id,
        "door_id": door.id, "state": start.state, "stage": start.stage, "is_open": start.is_open, "is_done": start.is_done,
        **place, "unnamed": newcomer.unnamed, "entered_at": happened_at, "last_happened_at": happened_at, "attempts": door.attempts,
        "last_contact": door.last_contact, "follow_up_at": start.follow_up_at, "version": 1, "state_version": 1,
        "created_at": book.now,
    })  # fmt: skip
    book.append(
        "enter",
        happened_at=happened_at,
        cause=cause,
        campaign_id=context.id,
        case_id=case_id,
        door_id=door.id,
        about_id=subject_id,
        version=1,
        track=track,
        state=start.state,
        stage=start.stage,
        data=_told(start, unnamed=newcomer.unnamed),
        **place,
    )
    cell = Cell(context.id, track, door.area_id, door.team_id, start.state, start.stage, newcomer.unnamed)
    book.move_cell(None, cell, happened_at)
    return case_id


def _told(start: Start, *, unnamed: bool) -> dict[str, Any] | None:
    told: dict[str, Any] = {}
    if start.follow_up_at is not None:
        told["follow_up_at"] = start.follow_up_at
    if unnamed:
        told["unnamed"] = True
    return told or None
