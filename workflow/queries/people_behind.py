"""The people behind doors as a page shows them: one statement for the people, one for what waits about them, however many doors.

Finished contacts all read "Đã kết thúc liên hệ" and carry no version; nothing beside them (another track, an attempt, a time) tells
one ending from another.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from rules.pack import TrackRules
from rules.pack.model import Label
from rules.time import Instant
from workflow.access import Actor, roles_at
from workflow.queries.campaigns import CampaignContext
from workflow.queries.choices import FACTS, NOTHING, Choices, choices_for_case
from workflow.queries.door_list import (
    ENDED,
    ENDED_LABEL,
    UNREACHABLE,
    UNREACHABLE_LABEL,
    as_seen,
    is_finished,
    reads_sensitive,
)
from workflow.statements.asking import Asked, ask
from workflow.tables import Case, Request, Subject, table_of
from workflow.vault import PHONE, Vault, opened

_cases, _subjects, _requests = table_of(Case), table_of(Subject), table_of(Request)
Wanted = Literal["open", "all"]
CONTACT_ENDED: Final = Label(vi=ENDED_LABEL, en="Contact ended")
NOT_REACHABLE: Final = Label(vi=UNREACHABLE_LABEL, en="Cannot be contacted")


@dataclass(frozen=True, slots=True)
class PersonBehind:
    """One case behind a door. `state_version` is empty once contact has ended: nothing can be said of it any more.

    `waiting` names the exit that waits to be confirmed. `phone` is what may be shown of the number (its last three digits).
    `is_main` tells the campaign's path from the tracks beside it.
    """

    case_id: uuid.UUID
    subject_id: uuid.UUID
    track: str
    is_main: bool
    name: str | None
    relation: str | None
    birth_year: str | None
    state: str
    label: Label
    state_version: int | None
    is_open: bool
    follow_up_at: Instant | None
    attempts: int
    waiting: Label | None
    phone: str | None
    choices: Choices = NOTHING

    @property
    def has_ended(self) -> bool:
        """Whether contact has ended, one way or another."""
        return self.state == ENDED


def people_behind(
    session: Session,
    actor: Actor,
    context: CampaignContext,
    doors: Sequence[Any],
    *,
    wanted: Wanted,
    now: Instant,
    choices_at: Collection[uuid.UUID] = (),
    vault: Vault | None = None,
) -> dict[uuid.UUID, list[PersonBehind]]:
    """Return the people behind each of `doors` (rows with id, unit, area, team), by door, in the order of their names.

    `open`: whoever is still to be met; `all`: everybody, those who ended included. `choices_at` are the doors for which it is also
    worked out what may be said of each person, and, with a `vault`, what may be shown of their phone numbers.
    """
    if not doors:
        return {}
    rows = ask(session, _behind, unit=context.unit_id, doors=[door.id for door in doors])
    shown = _shown(context, rows, wanted)
    waiting = _waiting(session, context, [row.id for row in shown])
    at = {door.id: _at_door(actor, door, wants_choices=door.id in choices_at) for door in doors}
    looks: dict[tuple[str, str, bool], _Look] = {}
    found: dict[uuid.UUID, list[PersonBehind]] = {}
    for row in shown:
        roles, openly = at[row.door_id]
        key = (row.track, row.state, openly)
        look = looks.get(key) or looks.setdefault(key, _look(context.pack.tracks[row.track], row.state, openly=openly))
        one = _person(context, row, look, waiting.get(row.id), openly=openly, roles=roles, now=now, vault=vault)
        found.setdefault(row.door_id, []).append(one)
    return found


def _at_door(actor: Actor, door: Any, *, wants_choices: bool) -> tuple[tuple[str, ...], bool]:
    """Return the roles that say what may be said there, and whether the actor may read sensitive states."""
    return roles_at(actor, door) if wants_choices else (), reads_sensitive(actor, door)


class _Look(NamedTuple):
    """How a state reads to somebody."""

    state: str
    label: Label
    has_ended: bool


def _look(track: TrackRules, state: str, *, openly: bool) -> _Look:
    shown, _ = as_seen(track, state, openly=openly)
    return _Look(shown, label_seen(track, state, openly=openly), shown == ENDED)


def _behind(*, unit: Any, doors: Any) -> Asked:
    return (
        select(
            _cases.c.door_id, _cases.c.id, _cases.c.subject_id, _cases.c.track, _cases.c.state_version,
            *(_cases.c[name] for name in FACTS),
            _subjects.c.name, _subjects.c.relation, _subjects.c.birth_on, _subjects.c.phone_cipher, _subjects.c.phone_index,
        )
        .join(_subjects, and_(_subjects.c.unit_id == _cases.c.unit_id, _subjects.c.id == _cases.c.subject_id))
        .where(_cases.c.unit_id == unit, _cases.c.door_id.in_(doors), _cases.c.left_at.is_(None))
        .order_by(_subjects.c.name_sort, _cases.c.subject_id, _cases.c.track, _cases.c.id)
    )  # fmt: skip


def _shown(context: CampaignContext, rows: Sequence[Any], wanted: Wanted) -> list[Any]:
    """Return the rows that may be shown: a person's rows on other tracks stand or fall with the one on the main track."""
    main = {row.subject_id: row for row in rows if row.track == context.pack.main_track.id}
    kept = []
    for row in rows:
        leading = main.get(row.subject_id, row)
        ended = is_finished(context.pack.tracks[leading.track], leading.state)
        if ended and row is not leading:
            continue
        if wanted == "open" and (ended or not leading.is_open or not row.is_open):
            continue
        kept.append(row)
    return kept


def _waiting(session: Session, context: CampaignContext, cases: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return by case the exit that waits to be confirmed."""
    if not cases:
        return {}
    return {row.case_id: row.target for row in ask(session, _waits, unit=context.unit_id, cases=cases)}


def _waits(*, unit: Any, cases: Any) -> Asked:
    return select(_requests.c.case_id, _requests.c.target).where(
        _requests.c.unit_id == unit, _requests.c.case_id.in_(cases), _requests.c.status == "waiting"
    )


def _person(
    context: CampaignContext,
    row: Any,
    look: _Look,
    waits_for: str | None,
    *,
    openly: bool,
    roles: Collection[str],
    now: Instant,
    vault: Vault | None,
) -> PersonBehind:
    ended, waits = look.has_ended, waits_for is not None
    return PersonBehind(
        case_id=row.id,
        subject_id=row.subject_id,
        track=row.track,
        is_main=row.track == context.pack.main_track.id,
        name=row.name,
        relation=row.relation,
        birth_year=row.birth_on[:4] if row.birth_on else None,
        state=look.state,
        label=look.label,
        state_version=None if ended else row.state_version,
        is_open=row.is_open,
        follow_up_at=None if ended else row.follow_up_at,
        attempts=0 if ended else row.attempts,
        waiting=None
        if ended or waits_for is None
        else label_seen(context.pack.tracks[row.track], waits_for, openly=openly),
        phone=None if ended or vault is None or not roles else masked_phone(vault, context.unit_id, row),
        choices=choices_for_case(context.pack, row, roles, waits=waits, now=now) if roles else NOTHING,
    )


def label_seen(track: TrackRules, state: str, *, openly: bool) -> Label:
    """Return what `as_seen` shows of a state, in both languages."""
    shown, _ = as_seen(track, state, openly=openly)
    return {ENDED: CONTACT_ENDED, UNREACHABLE: NOT_REACHABLE}.get(shown) or track.states[state].label


def masked_phone(vault: Vault, unit_id: uuid.UUID, row: Any) -> str | None:
    """Return the last three digits of a sealed number behind an ellipsis; None if there is none."""
    number = opened(vault, unit_id, PHONE, row.phone_cipher, row.phone_index)
    return f"…{number[-3:]}" if number else None
