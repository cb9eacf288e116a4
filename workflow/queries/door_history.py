"""What has happened at a door, newest first, in words that tell nothing about how contact with anybody ended.

Of a person with whom contact has ended only that shows: an outcome that ended it reads "Đã kết thúc liên hệ", every other one "Đã liên
hệ". So a visit that was undone reads the same, whichever button it was.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from rules.pack import Pack
from rules.pack.model import Label
from rules.time import Instant
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_list import is_finished
from workflow.queries.in_whose_name import ABSENT, ABSENT_NAME, stood_in, who_did
from workflow.queries.people_behind import CONTACT_ENDED, PersonBehind, label_seen
from workflow.tables import (
    Assignment,
    Escalation,
    EscalationStep,
    Event,
    Membership,
    Request,
    Team,
    Visit,
    VisitOutcome,
    table_of,
)

Kind = Literal["visit", "handed_over", "confirmed", "returned", "escalated", "added"]
SPOKEN_TO: Final = Label(vi="Đã liên hệ", en="Contacted")
MOST: Final = 60
"""Lines of one kind at most; the newest."""
_visits, _outcomes, _members, _teams = (table_of(m) for m in (Visit, VisitOutcome, Membership, Team))
_given, _events, _requests = table_of(Assignment), table_of(Event), table_of(Request)
_episodes, _steps = table_of(Escalation), table_of(EscalationStep)
_typist, _visitor = _members.alias("typist"), _members.alias("visitor")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of somebody on a visit; `name` is empty for the whole door."""

    name: str | None
    text: Label
    for_door: bool = False
    promised_at: Instant | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened. `who` did it, `typed_by` wrote it down if that was somebody else.

    `ledger_no` names it for undoing, and is empty where nothing may be undone. `to_team` and `to_holder` are whom the door was handed
    to; `text` is the exit or the rule it was about; `reason` what was written; `cases` whom a visit or a decision was about.
    """

    kind: Kind
    at: Instant
    who: str | None = None
    typed_by: str | None = None
    mode: str = ""
    is_undone: bool = False
    ledger_no: int | None = None
    said: tuple[Said, ...] = ()
    to_team: str | None = None
    to_holder: str | None = None
    text: Label | None = None
    about: str | None = None
    post: Label | None = None
    reason: str | None = None
    cases: tuple[uuid.UUID, ...] = ()


def history_of_door(
    session: Session,
    context: CampaignContext,
    door_id: uuid.UUID,
    people: Sequence[PersonBehind],
    *,
    openly: bool,
    may_undo: Collection[tuple[uuid.UUID, uuid.UUID | None]] | None,
) -> tuple[HistoryLine, ...]:
    """Return what happened at a door, newest first; six statements.

    `people` are those behind the door now. `openly` shows sensitive exits. Visits typed by a membership in a name of `may_undo`
    (`access.own_names`) carry their number (all of them if it is None).
    """
    by_case = {person.case_id: person for person in people}
    ended = {person.subject_id for person in people if person.has_ended and person.is_main}
    lines = [
        *_visit_lines(session, context, door_id, by_case, ended, openly=openly, may_undo=may_undo),
        *_hand_overs(session, context, door_id),
        *_decisions(session, context, by_case, ended, openly=openly),
        *_escalations(session, context, by_case, ended),
        *_added(session, context, door_id, by_case),
    ]
    return tuple(
        sorted(lines, key=lambda line: (-line.at, line.kind == "visit"))
    )  # a decision follows what it was about


def ends_contact(pack: Pack, outcome: str) -> bool:
    """Whether an outcome ends contact with a person on the campaign's path, one way or another."""
    track = pack.track_of(outcome)
    moves = [track.moves[effect.move] for effect in pack.outcomes[outcome].effects if effect.move is not None]
    return track.model.main and any(is_finished(track, move.target) for move in moves)


def outcome_words(pack: Pack, outcome: str, *, has_ended: bool, openly: bool) -> Label:
    """Return what an outcome is called where somebody reads it later: see the rule at the top of this module."""
    if outcome not in pack.outcomes:
        return SPOKEN_TO
    if ends_contact(pack, outcome):
        return CONTACT_ENDED
    if has_ended:
        return SPOKEN_TO
    track = pack.track_of(outcome)
    for effect in pack.outcomes[outcome].effects:
        asked = effect.request
        if asked is not None and track.states[asked].sensitive and not openly:
            return label_seen(track, asked, openly=False)
    return pack.outcomes[outcome].label


def _visit_lines(
    session: Session,
    context: CampaignContext,
    door_id: uuid.UUID,
    by_case: Mapping[uuid.UUID, PersonBehind],
    ended: Collection[uuid.UUID],
    *,
    openly: bool,
    may_undo: Collection[tuple[uuid.UUID, uuid.UUID | None]] | None,
) -> list[HistoryLine]:
    newest = (
        select(_visits)
        .where(_visits.c.unit_id == context.unit_id, _visits.c.door_id == door_id)
        .order_by(_visits.c.happened_at.desc(), _visits.c.ledger_no.desc())
        .limit(MOST)
        .subquery()
    )
    rows = session.execute(
        select(
            newest.c.id, newest.c.ledger_no, newest.c.mode, newest.c.happened_at, newest.c.voided_no, newest.c.done_by_id,
            newest.c.recorded_by_id, _events.c.acting_for_id, _visitor.c.name.label("visitor"), _typist.c.name.label("typist"), ABSENT_NAME,
            _outcomes.c.case_id, _outcomes.c.outcome, _outcomes.c.promised_at, _outcomes.c.evidence,
        )
        .join(_outcomes, and_(_outcomes.c.unit_id == newest.c.unit_id, _outcomes.c.visit_id == newest.c.id))
        .join(_visitor, and_(_visitor.c.unit_id == newest.c.unit_id, _visitor.c.id == newest.c.done_by_id))
        .join(_typist, and_(_typist.c.unit_id == newest.c.unit_id, _typist.c.id == newest.c.recorded_by_id))
        .outerjoin(_events, and_(_events.c.unit_id == newest.c.unit_id, _events.c.ledger_no == newest.c.ledger_no))
        .outerjoin(ABSENT, stood_in())
        .order_by(newest.c.happened_at.desc(), newest.c.ledger_no.desc(), _outcomes.c.position)
    ).all()  # fmt: skip
    visits: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        visits.setdefault(row.id, []).append(row)
    return [_visit(context.pack, told, by_case, ended, openly=openly, may_undo=may_undo) for told in visits.values()]


def _visit(
    pack: Pack,
    told: Sequence[Any],
    by_case: Mapping[uuid.UUID, PersonBehind],
    ended: Collection[uuid.UUID],
    *,
    openly: bool,
    may_undo: Collection[tuple[uuid.UUID, uuid.UUID | None]] | None,
) -> HistoryLine:
    row, said = told[0], []
    for each in told:
        person = by_case.get(each.case_id)
        if each.case_id is not None and person is None:
            continue  # moved to another household, or a track of somebody with whom contact has ended
        has_ended = person is not None and person.subject_id in ended
        words = outcome_words(pack, each.outcome, has_ended=has_ended, openly=openly)
        said.append(
            Said(
                name=person.name if person else None,
                text=words,
                for_door=person is None,
                promised_at=None if has_ended else each.promised_at,
                evidence=each.evidence if openly and not has_ended else None,
            )
        )
    is_typed = row.done_by_id != row.recorded_by_id
    undoable = row.voided_no is None and (may_undo is None or (row.recorded_by_id, row.acting_for_id) in may_undo)
    return HistoryLine(
        kind="visit",
        at=row.happened_at,
        who=row.visitor if is_typed else who_did(row.visitor, row.absent),
        typed_by=who_did(row.typist, row.absent) if is_typed else None,
        mode=row.mode,
        is_undone=row.voided_no is not None,
        ledger_no=row.ledger_no if undoable else None,
        said=tuple(said),
        cases=tuple(each.case_id for each in told if each.case_id in by_case),
    )


def _hand_overs(session: Session, context: CampaignContext, door_id: uuid.UUID) -> list[HistoryLine]:
    """Return whom the door was given to, each time with who gave it and why."""
    giver = _members.alias("giver")
    rows = session.execute(
        select(_given.c.from_at, _teams.c.name.label("team"), _members.c.name.label("holder"), giver.c.name.label("by"), ABSENT_NAME, _events.c.data)
        .outerjoin(_teams, and_(_teams.c.unit_id == _given.c.unit_id, _teams.c.id == _given.c.team_id))
        .outerjoin(_members, and_(_members.c.unit_id == _given.c.unit_id, _members.c.id == _given.c.assignee_id))
        .outerjoin(_events, and_(_events.c.unit_id == _given.c.unit_id, _events.c.ledger_no == _given.c.from_no))
        .outerjoin(giver, and_(giver.c.unit_id == _events.c.unit_id, giver.c.id == _events.c.actor_id))
        .outerjoin(ABSENT, stood_in())
        .where(_given.c.unit_id == context.unit_id, _given.c.door_id == door_id)
        .order_by(_given.c.from_no.desc())
        .limit(MOST)
    )  # fmt: skip
    return [
        HistoryLine(
            "handed_over",
            row.from_at,
            who=who_did(row.by, row.absent),
            to_team=row.team,
            to_holder=row.holder,
            reason=(row.data or {}).get("reason"),
        )
        for row in rows
    ]


def _decisions(
    session: Session,
    context: CampaignContext,
    by_case: Mapping[uuid.UUID, PersonBehind],
    ended: Collection[uuid.UUID],
    *,
    openly: bool,
) -> list[HistoryLine]:
    """Return the requests that were confirmed or returned, of people with whom contact goes on."""
    about = [case for case, person in by_case.items() if person.subject_id not in ended]
    if not about:
        return []
    rows = session.execute(
        select(_requests.c.case_id, _requests.c.target, _requests.c.status, _requests.c.decided_at, _requests.c.reason, _members.c.name, ABSENT_NAME)
        .outerjoin(_members, and_(_members.c.unit_id == _requests.c.unit_id, _members.c.id == _requests.c.decided_by_id))
        .outerjoin(_events, and_(_events.c.unit_id == _requests.c.unit_id, _events.c.ledger_no == _requests.c.decided_no))
        .outerjoin(ABSENT, stood_in())
        .where(_requests.c.unit_id == context.unit_id, _requests.c.case_id.in_(about))
        .where(_requests.c.status.in_(("confirmed", "returned")))
        .order_by(_requests.c.decided_no.desc())
        .limit(MOST)
    )  # fmt: skip
    return [
        HistoryLine(
            row.status,
            row.decided_at,
            who=who_did(row.name, row.absent),
            text=label_seen(context.pack.tracks[by_case[row.case_id].track], row.target, openly=openly),
            about=by_case[row.case_id].name,
            reason=row.reason,
            cases=(row.case_id,),
        )
        for row in rows
    ]


def _escalations(
    session: Session,
    context: CampaignContext,
    by_case: Mapping[uuid.UUID, PersonBehind],
    ended: Collection[uuid.UUID],
) -> list[HistoryLine]:
    """Return which posts were told, by which rule, about people with whom contact goes on: one line for each post and rule."""
    about = [case for case, person in by_case.items() if person.subject_id not in ended]
    if not about:
        return []
    rules = {rule.id: rule for rule in context.pack.rules}
    rows = session.execute(
        select(_steps.c.rule_id, _steps.c.to_post, func.min(_steps.c.opened_at).label("at"))
        .join_from(_steps, _episodes, and_(_episodes.c.unit_id == _steps.c.unit_id, _episodes.c.id == _steps.c.escalation_id))
        .where(_episodes.c.unit_id == context.unit_id, _episodes.c.subject_id.in_(about))
        .group_by(_steps.c.rule_id, _steps.c.to_post, _steps.c.anchor)
        .order_by(func.min(_steps.c.opened_at).desc())
        .limit(MOST)
    )  # fmt: skip
    return [
        HistoryLine(
            "escalated",
            row.at,
            text=rules[row.rule_id].model.label if row.rule_id in rules else None,
            post=context.pack.posts[row.to_post].label if row.to_post in context.pack.posts else None,
        )
        for row in rows
    ]


def _added(
    session: Session, context: CampaignContext, door_id: uuid.UUID, by_case: Mapping[uuid.UUID, PersonBehind]
) -> list[HistoryLine]:
    """Return who was added by hand, of the people who still stand behind the door."""
    rows = session.execute(
        select(_events.c.case_id, _events.c.happened_at, _members.c.name)
        .join(_members, and_(_members.c.unit_id == _events.c.unit_id, _members.c.id == _events.c.actor_id))
        .where(
            _events.c.unit_id == context.unit_id,
            _events.c.door_id == door_id,
            _events.c.kind == "enter",
            _events.c.cause == "person",
            _events.c.track == context.pack.main_track.id,
        )
        .order_by(_events.c.ledger_no.desc())
        .limit(MOST)
    )
    return [
        HistoryLine("added", row.happened_at, who=row.name, about=by_case[row.case_id].name)
        for row in rows
        if row.case_id in by_case
    ]
