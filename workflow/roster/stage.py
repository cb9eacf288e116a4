"""Staging: the people of a file, judged and sealed, into `roster_rows`. Outside the unit's write lock, chunk by chunk.

Every value is final here but the ids: a row gets the ids that a new subject, household, door and case would have, and the judging
against what is known (`known`) puts the known ones in their place. Rows go through the driver itself (COPY on PostgreSQL, one
prepared INSERT on SQLite), because this is the bulk of an import.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from sqlalchemy.orm import Session

from rules.said import Said
from rules.time import Instant
from workflow.gateway.enter import profile_of
from workflow.gateway.personal import ID_NUMBER, PHONE, mac_of, sealed
from workflow.gateway.subject_facts import facts_from
from workflow.ids import IdSource
from workflow.queries.campaigns import CampaignContext
from workflow.roster.declare import CheckedDeclaration
from workflow.roster.findings import Rejection
from workflow.roster.judge import RosterRow
from workflow.roster.places import Places
from workflow.roster.read import Roster
from workflow.store import Store
from workflow.vault import Vault

CHUNK: Final = 5_000
"""Rows of one short transaction: enough to be fast, few enough that nobody waits."""

COLUMNS: Final = (
    "unit_id", "file_id", "row_no", "subject_id", "household_id", "case_id", "door_id", "area_id", "judgement", "name",
    "name_fold", "name_sort", "birth_on", "sex", "relation", "residence", "account", "id_cipher", "id_index", "phone_cipher",
    "phone_index", "lane", "house_no", "household_key", "place_sort", "mac", "entry_state", "is_head",
)  # fmt: skip
_INSERT: Final = f"INSERT INTO roster_rows ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_COPY: Final = f"COPY roster_rows ({', '.join(COLUMNS)}) FROM STDIN"


class Stager:
    """Turns the rows of one file into tuples for the staging table. `rejections` are rows whose area is unknown."""

    def __init__(
        self,
        context: CampaignContext,
        declared: CheckedDeclaration,
        vault: Vault,
        places: Places,
        *,
        file_id: uuid.UUID,
        now: Instant,
        ids: IdSource,
        is_sqlite: bool,
    ) -> None:
        self._context, self._declared, self._vault, self._places = context, declared, vault, places
        self._now, self._ids = now, ids
        self._as_stored: Callable[[uuid.UUID], Any] = _raw if is_sqlite else _hexadecimal
        self._unit, self._file = self._as_stored(context.unit_id), self._as_stored(file_id)
        self._households: dict[tuple[uuid.UUID, str], tuple[Any, Any]] = {}
        self._profiles: dict[tuple[object, ...], str] = {}
        self.rejections: list[Rejection] = []
        self.staged = self.outside = 0
        self.area_column = ""

    def tuples(self, rows: Iterable[RosterRow]) -> Iterator[tuple[Any, ...]]:
        """Yield a tuple of `COLUMNS` for each row that can be taken."""
        for row in rows:
            area_id = self.area_of(row.row_no, row.area_text)
            if area_id is not None:
                self.staged += 1
                yield self._tuple(row, area_id)

    def area_of(self, row_no: int, area_text: str) -> uuid.UUID | None:
        """Return a row's area; a row that names an unknown or closed one, or another than the file declares, is handed back."""
        declared, found = self._declared.area_id, self._places.find(area_text)
        if declared is not None and (found == declared or not area_text):
            return declared
        if declared is None and found is not None:
            return found
        if found is not None and declared is not None:
            reason = Said(
                "Dòng ghi “%(area_text)s”, nhưng tệp khai là danh sách của %(declared)s",
                area_text=area_text,
                declared=self._places.names[declared],
            )
            todo = "Chuyển dòng này sang danh sách của tổ đó, hoặc khai lại địa bàn của tệp"
        elif closed := self._places.closed(area_text):
            reason = Said("%(place)s đã kết thúc, không nhận hộ mới", place=closed)
            todo = "Ghi địa bàn mà hộ thuộc về bây giờ"
        else:
            near = self._places.nearest(area_text)
            reason = Said("Đơn vị không có địa bàn “%(area)s”", area=area_text[:60])
            todo = (
                Said("Có phải “%(near)s” không? Sửa lại tên", near=near)
                if near
                else "Sửa lại tên địa bàn theo danh sách của đơn vị"
            )
        self.rejections.append(Rejection(row_no, self.area_column, area_text[:80], reason, todo))
        return None

    def _tuple(self, row: RosterRow, area_id: uuid.UUID) -> tuple[Any, ...]:
        new, vault, stored = self._ids.new, self._vault, self._as_stored
        subject_id, case_id = new(self._now), new(self._now)
        subject = stored(subject_id)
        household, door = self._place(row, area_id, subject)
        id_cipher, id_index = sealed(vault, self._context.unit_id, ID_NUMBER, row.id_number)
        phone_cipher, phone_index = sealed(vault, self._context.unit_id, PHONE, row.phone)
        relation, lane, house_no = row.relation or None, row.lane or None, row.house_no or None
        values: dict[str, Any] = {
            "kind": self._declared.kind, "name": row.name, "birth_on": row.birth_on, "sex": row.sex, "relation": relation,
            "residence": row.residence, "account": row.account, "id_index": id_index, "phone_index": phone_index,
        }  # fmt: skip
        if self._declared.kind != "person":
            values.update(lane=lane, house_no=house_no, household_key=row.household_key or None)
        mac = mac_of(vault, subject_id, 1, values)
        return (
            self._unit, self._file, row.row_no, subject, household, stored(case_id), door, stored(area_id), "created",
            row.name, row.name_fold, row.name_sort, row.birth_on, row.sex, relation, row.residence, row.account,
            id_cipher, id_index, phone_cipher, phone_index, lane, house_no, row.household_key or None,
            row.place_sort or None, mac, self._profile(values), row.is_head,
        )  # fmt: skip

    def _place(self, row: RosterRow, area_id: uuid.UUID, subject: Any) -> tuple[Any, Any]:
        """Return the ids of household and door: shared by the rows of one key; whoever is no person is their own household."""
        new, stored = self._ids.new, self._as_stored
        if self._declared.kind != "person":
            return subject, stored(new(self._now))
        key = (area_id, row.household_key)
        ids = self._households.get(key) if row.household_key else None
        if ids is None:
            ids = stored(new(self._now)), stored(new(self._now))
            if row.household_key:
                self._households[key] = ids
        return ids

    def _profile(self, values: dict[str, Any]) -> str:
        key = (values["residence"], values["birth_on"], values["account"], values["phone_index"] is not None)
        profile = self._profiles.get(key)
        if profile is None:
            facts = facts_from(values, on=self._declared.read_as.as_of)
            facts.update(self._declared.sets)
            profile = self._profiles[key] = profile_of(self._context, facts, self._now)
        self.outside += not profile
        return profile


def stage_rows(store: Store, stager: Stager, roster: Roster, on_progress: Callable[[int], None] | None = None) -> None:
    """Read the file to its end and write its people to the staging table; `on_progress` is told how many there are so far."""
    column = roster.judge.layout.fields.get("area")
    stager.area_column = column.label if column else ""
    roster.judge.on_area = stager.area_of
    tuples = stager.tuples(roster.rows())
    while chunk := list(islice(tuples, CHUNK)):
        with store.write() as session:
            _write(session, chunk, is_sqlite=store.is_sqlite)
        if on_progress is not None:
            on_progress(stager.staged)


def _write(session: Session, chunk: list[tuple[Any, ...]], *, is_sqlite: bool) -> None:
    driver: Any = session.connection().connection.driver_connection
    if is_sqlite:
        driver.executemany(_INSERT, chunk)
        return
    with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in chunk:
            copy.write_row(row)


def _raw(value: uuid.UUID) -> bytes:
    return value.bytes


def _hexadecimal(value: uuid.UUID) -> str:
    return value.hex
