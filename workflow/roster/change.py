"""What a newer list says differently about known people: values with their earlier version, another home, a further account."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, insert, select

from rules.time import Instant
from workflow.escalation.settle import open_settled
from workflow.gateway.batch import move_staged
from workflow.gateway.enter import states_of
from workflow.gateway.home import take_home
from workflow.gateway.labels import is_finished
from workflow.gateway.personal import VALUE_COLUMNS
from workflow.gateway.revise import revise_subject
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.roster.known import account_rises, birth_differs, moves_house, of_known, personal_change
from workflow.roster.undone import is_said_anew
from workflow.tables import Case, RosterRow, Staged, Subject, table_of
from workflow.vault import Vault

_rows, _subjects, _cases, _staged = table_of(RosterRow), table_of(Subject), table_of(Case), table_of(Staged)
_PLAIN: Final = ("sex", "relation", "residence")
_CHUNK: Final = 500


def revise_people(
    book: Book, context: CampaignContext, vault: Vault, mine: ColumnElement[bool], *, happened_at: Instant
) -> dict[uuid.UUID, str]:
    """Write the changed values of known people; return those whose account rose, with their new profile."""
    told = (account_rises().label("rises"), birth_differs().label("reborn"), is_said_anew().label("anew"))
    renamed = _rows.c.name_fold.is_distinct_from(_subjects.c.name_fold).label("renamed")
    statement = select(_rows, *told, renamed).where(mine, _rows.c.judgement == "updated", of_known(), personal_change())
    rows = book.session.execute(statement.order_by(_rows.c.row_no)).mappings().all()
    for row in rows:
        changes = _changes(row)
        revise_subject(
            book, vault, row["subject_id"], changes, happened_at=happened_at, cause="roster", campaign_id=context.id
        )
    return {row["subject_id"]: row["entry_state"] for row in rows if row["rises"] and row["entry_state"]}


def _changes(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the columns a row states; `revise_subject` leaves out what is the same. A number goes with its index."""
    if row["anew"]:
        return {name: row[name] for name in VALUE_COLUMNS}
    changes = {name: row[name] for name in _PLAIN if row[name] is not None}
    if row["renamed"] and row["name"] is not None:
        changes |= {name: row[name] for name in ("name", "name_fold", "name_sort")}
    if row["reborn"]:
        changes["birth_on"] = row["birth_on"]
    if row["rises"]:
        changes["account"] = row["account"]
    for field in ("id", "phone"):
        if row[f"{field}_index"] is not None:
            changes |= {f"{field}_index": row[f"{field}_index"], f"{field}_cipher": row[f"{field}_cipher"]}
    return changes


def move_house(book: Book, context: CampaignContext, mine: ColumnElement[bool], *, happened_at: Instant) -> int:
    """Take the cases of people whom the list places elsewhere to their new door; return how many people moved."""
    statement = select(_rows.c.subject_id, _rows.c.household_id, _rows.c.area_id, _rows.c.door_id).where(
        mine, _rows.c.judgement == "updated", of_known(), moves_house()
    )
    rows = book.session.execute(statement.order_by(_rows.c.row_no)).all()
    for row in rows:
        home = row.household_id, row.area_id, row.door_id
        take_home(book, context, row.subject_id, *home, happened_at, cause="roster", opening=open_settled)
    return len(rows)


def raise_accounts(
    book: Book, context: CampaignContext, risen: Mapping[uuid.UUID, str], *, happened_at: Instant
) -> Counter[str]:
    """Move cases to what the list now states, where the path has a step for it that a roster may take; return the counts.

    Key `moved`, the reasons of the gateway, and `no_step` for a case that stands beside the line with no step back. Finished
    contacts are passed over in silence, however they ended: no count may tell the ways apart.
    """
    counts: Counter[str] = Counter()
    batch, position = book.new_id(), 0
    ids = list(risen)
    for start in range(0, len(ids), _CHUNK):
        staged = []
        for case in _cases_of(book, context, ids[start : start + _CHUNK]):
            target = states_of(risen[case.subject_id]).get(case.track)
            track = context.pack.tracks[case.track]
            if target is None or is_finished(track, case.state) or track.rank(target) <= track.rank(case.stage):
                continue
            move = next((m for m in track.moves_from(case.state, "roster") if m.target == target), None)
            if move is None:
                counts["no_step"] += 1
                continue
            position += 1
            staged.append({
                "unit_id": book.unit_id, "batch_id": batch, "position": position, "subject_id": case.id, "move": move.name,
                "happened_at": happened_at,
            })  # fmt: skip
        if staged:
            book.session.execute(insert(_staged), staged)
    if position:
        book.flush()
        counts += move_staged(book, context, batch, by="roster", cause="roster")
        book.session.execute(delete(_staged).where(_staged.c.unit_id == book.unit_id, _staged.c.batch_id == batch))
    return counts


def _cases_of(book: Book, context: CampaignContext, subjects: Sequence[uuid.UUID]) -> Sequence[Any]:
    statement = (
        select(_cases.c.id, _cases.c.subject_id, _cases.c.track, _cases.c.state, _cases.c.stage)
        .where(and_(_cases.c.unit_id == book.unit_id, _cases.c.campaign_id == context.id, _cases.c.left_at.is_(None)))
        .where(_cases.c.subject_id.in_(subjects))
        .order_by(_cases.c.id)
    )
    return book.session.execute(statement).all()
