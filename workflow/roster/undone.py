"""Whom only an undone import brought in: nothing holds about such a record, so the next list says anew who it is.

The record stays, since the ledger names it; its ID number would otherwise keep the corrected row out for good.
"""

from typing import Final

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from workflow.gateway.enter import nothing_in_force
from workflow.tables import Case, Event, ListEntry, RosterRow, Subject, SubjectVersion, table_of

_rows, _subjects, _cases, _events = table_of(RosterRow), table_of(Subject), table_of(Case), table_of(Event)
_versions, _entries = table_of(SubjectVersion), table_of(ListEntry)
_own, _in_force, _entered = _cases.alias("own_cases"), _cases.alias("cases_in_force"), _events.alias("entered")
_notes, _voids, _merged = _events.alias("notes"), _events.alias("note_voids"), _subjects.alias("merged")

SAID_ANEW: Final = ("name", "birth_on", "sex", "relation", "residence", "account", "id_index", "phone_index")
"""What a list says of such a record as of somebody new: also what it leaves blank."""


def was_undone() -> ColumnElement[bool]:
    """Return the condition that a list brought the subject in, was undone, and nothing else is known of it.

    No case of it is in force in any campaign (whoever was met, asked about or moved since has kept theirs), nobody corrected its
    values, no list that is in force names it, and no other record was merged into it.
    """
    unit, subject = _subjects.c.unit_id, _subjects.c.id
    own = and_(_own.c.unit_id == unit, _own.c.subject_id == subject, _own.c.left_at.is_not(None))
    by_roster = and_(
        _entered.c.unit_id == _own.c.unit_id,
        _entered.c.case_id == _own.c.id,
        _entered.c.kind == "enter",
        _entered.c.cause == "roster",
    )
    brought = exists(select(literal(1)).select_from(_own.join(_entered, by_roster)).where(own))
    mine = and_(_in_force.c.unit_id == unit, _in_force.c.subject_id == subject)
    in_force = exists(select(literal(1)).where(mine, ~nothing_in_force(_in_force.c)))
    voided = exists(
        select(literal(1)).where(_voids.c.unit_id == _notes.c.unit_id, _voids.c.voids_no == _notes.c.ledger_no)
    )
    noted = and_(_notes.c.unit_id == _versions.c.unit_id, _notes.c.ledger_no == _versions.c.ledger_no)
    corrected = exists(
        select(literal(1))
        .select_from(_versions.join(_notes, noted))
        .where(_versions.c.unit_id == unit, _versions.c.subject_id == subject, _notes.c.kind == "note", ~voided)
    )
    listed = exists(
        select(literal(1)).where(
            _entries.c.unit_id == unit, _entries.c.subject_id == subject, _entries.c.gone_at.is_(None)
        )
    )
    merged = exists(select(literal(1)).where(_merged.c.unit_id == unit, _merged.c.merged_into_id == subject))
    return and_(brought, ~in_force, ~corrected, ~listed, ~merged)


def is_said_anew() -> ColumnElement[bool]:
    """Return the condition that a row says something else about its subject, of which nothing holds any more."""
    differs = [_rows.c[name].is_distinct_from(_subjects.c[name]) for name in SAID_ANEW]
    return and_(or_(*differs), was_undone())
