"""Correcting what is known about a person: values only, never a state. The earlier version stays."""

import uuid
from dataclasses import fields
from typing import Any

from sqlalchemy import select

from rules.time import local_date
from workflow.access import Actor, case_for, require_post
from workflow.actions.add_person import refuse_known
from workflow.actions.person_input import PersonInput, judged_person
from workflow.errors import AlreadyDecided, BadInput
from workflow.gateway.personal import ID_NUMBER, PHONE, columns_of, opened
from workflow.gateway.revise import revise_subject
from workflow.ledger.book import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Subject, table_of
from workflow.vault import Vault

CORRECTORS = ("member", "team_leader", "area_head", "coordinator", "administrator")
IDENTITY_CORRECTORS = ("team_leader", "coordinator", "administrator")
"""Who may change an ID number: it decides who a person is."""

_subjects = table_of(Subject)


def correct_person(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    vault: Vault,
    case_id: uuid.UUID,
    typed: PersonInput,
    *,
    reason: str,
    value_version: int | None = None,
) -> dict[str, Any]:
    """Set the values that were typed (None: as before; empty: unknown) and return the names of those that changed.

    The state of the account is not a value to correct: it is what lists say and moves follow. Raises NotFound, NotPermitted,
    BadInput, or AlreadyDecided if somebody corrected the person since `value_version`.
    """
    row = case_for(book.session, actor, case_id)
    require_post(actor, CORRECTORS, row, action="Sửa thông tin người")
    if typed.id_number is not None:
        require_post(actor, IDENTITY_CORRECTORS, row, action="Sửa số ĐDCN")
    if typed.account is not None:
        raise BadInput(
            where="Tình trạng định danh", what="không sửa ở đây; ghi kết quả thăm hộ hoặc nhập danh sách mới"
        )
    reason = typed_reason(reason, missing="chưa ghi lý do sửa; ghi một câu ngắn")
    if row.unnamed:
        raise BadInput(where="Người", what="chưa được ghi tên; dùng “Ghi tên người trong danh sách giấy”")
    known = book.session.execute(
        select(_subjects).where(_subjects.c.unit_id == book.unit_id, _subjects.c.id == row.subject_id)
    ).one()
    if value_version is not None and value_version != known.value_version:
        raise AlreadyDecided(status="người khác vừa sửa thông tin này")
    given = {field.name for field in fields(typed) if getattr(typed, field.name) is not None}
    columns = _columns(book, vault, known, typed, given)
    changed = revise_subject(book, vault, row.subject_id, columns, campaign_id=context.id, data={"reason": reason})
    return {"changed": changed, "value_version": known.value_version + bool(changed), "ledger_no": book.last_no}


def _columns(book: Book, vault: Vault, known: Any, typed: PersonInput, given: set[str]) -> dict[str, Any]:
    """Return the columns that the typed values set, judged together with the values that stay."""
    merged = PersonInput(
        name=typed.name if "name" in given else known.name,
        birth=typed.birth if "birth" in given else _as_typed(known.birth_on),
        sex=typed.sex if "sex" in given else known.sex,
        relation=typed.relation if "relation" in given else known.relation,
        residence=typed.residence if "residence" in given else known.residence,
        id_number=typed.id_number
        if "id_number" in given
        else opened(vault, book.unit_id, ID_NUMBER, known.id_cipher, known.id_index),
        phone=typed.phone
        if "phone" in given
        else opened(vault, book.unit_id, PHONE, known.phone_cipher, known.phone_index),
    )
    person = judged_person(merged, today=local_date(book.now))
    columns = columns_of(vault, book.unit_id, person)
    refuse_known(book, person, columns, but=known.id)
    del columns["account"]
    return columns


def _as_typed(birth_on: str | None) -> str | None:
    """Return a stored birth as people type it: day/month/year, month/year or year."""
    return "/".join(reversed(birth_on.split("-"))) if birth_on else None
