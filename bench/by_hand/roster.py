"""A roster by hand: one spreadsheet whose layout is known, read, sealed and written in one transaction.

The people of the file are taken as they stand: nothing is judged, repaired, doubted or handed back. Names are still composed,
folded and given their order, numbers sealed and indexed, and every version has its MAC: those are columns of the result.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import python_calamine

from bench.by_hand.driver import Driver
from rules.time import DAY, HOUR, Instant
from workflow.gateway.personal import ID_NUMBER, PHONE, aad_of, mac_of
from workflow.ids import IdSource
from workflow.people.names import fold, nfc, sort_key
from workflow.people.phones import judge_phone
from workflow.roster.words import house_number, taken_apart, walking_order
from workflow.vault import Vault

ACCOUNTS = {"Đã kích hoạt mức 2": "activated", "Đã đăng ký, chưa kích hoạt": "registered", "Chưa có mức 2": "none"}
STATES = {"activated": "activated", "registered": "registered", "none": "no_account"}
_HOUSEHOLD = (
    "unit_id",
    "id",
    "kind",
    "area_id",
    "lane",
    "house_no",
    "household_key",
    "place_sort",
    "unnamed",
    "value_version",
    "created_at",
)
_PERSON = (
    "unit_id", "id", "kind", "household_id", "area_id", "name", "name_fold", "name_sort", "birth_on", "sex", "relation",
    "residence", "account", "id_cipher", "id_index", "phone_cipher", "phone_index", "mac", "unnamed", "value_version", "created_at",
)  # fmt: skip
_DOOR = (
    "unit_id", "id", "campaign_id", "household_id", "area_id", "team_id", "place_sort", "open_cases", "someone_untimed", "attempts",
    "priority", "version", "state_version", "created_at",
)  # fmt: skip
_CASE = (
    "unit_id", "id", "campaign_id", "track", "subject_id", "door_id", "state", "stage", "is_open", "is_done", "area_id", "team_id",
    "unnamed", "entered_at", "last_happened_at", "attempts", "next_action_at", "version", "state_version", "created_at",
)  # fmt: skip
_GIVEN = ("unit_id", "id", "door_id", "team_id", "from_at", "from_no")


class HandRoster:
    """Imports a file into one unit's campaign; `places` are area and team by the name of the area."""

    def __init__(
        self, driver: Driver, vault: Vault, ids: IdSource, *, unit_id: uuid.UUID, campaign_id: uuid.UUID, pack_hash: str,
        places: dict[str, tuple[uuid.UUID, uuid.UUID]],
    ) -> None:  # fmt: skip
        self.driver, self.vault, self.ids, self.pack_hash = driver, vault, ids, pack_hash
        self.unit_id, self.unit, self.campaign = unit_id, driver.key(unit_id), driver.key(campaign_id)
        self.places = {name: (driver.key(area), driver.key(team)) for name, (area, team) in places.items()}
        self.households: dict[tuple[str, str], list[Any]] = {}

    def run(self, path: Path, *, as_of: Instant, now: Instant) -> int:
        """Import the file; return how many people it held."""
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        people: list[Any] = []
        cases: list[Any] = []
        for cells in sheet.iter_rows():
            if cells[0] and isinstance(cells[0], float) and cells[4]:
                self._take(cells, people, cases, as_of, now)
        self._write(people, cases, as_of, now, digest)
        return len(people)

    def _take(self, cells: list[Any], people: list[Any], cases: list[Any], as_of: Instant, now: Instant) -> None:
        name, area_text = nfc(cells[1]), cells[5]
        area, team = self.places[area_text]
        household = self._household(area_text, cells, now)
        household[1] += 1
        subject_id = self.ids.new(now)
        number, phone = cells[4], judge_phone(cells[12]).value if cells[12] else None
        vault, unit = self.vault, self.unit_id
        id_index = vault.index(number, ID_NUMBER)
        phone_index = vault.index(phone, PHONE) if phone else None
        values: dict[str, Any] = {
            "kind": "person", "name": name, "birth_on": "-".join(reversed(cells[2].split("/"))),
            "sex": "male" if cells[3] == "Nam" else "female", "relation": cells[8] or None,
            "residence": "permanent" if cells[10] else "temporary", "account": ACCOUNTS[cells[13]],
            "id_index": id_index, "phone_index": phone_index,
        }  # fmt: skip
        key, state = self.driver.key, STATES[values["account"]]
        subject = key(subject_id)
        people.append((
            self.unit, subject, "person", household[0], area, name, fold(name), sort_key(name), values["birth_on"], values["sex"],
            values["relation"], values["residence"], values["account"],
            vault.encrypt(number, aad_of(unit, ID_NUMBER, id_index)), id_index,
            vault.encrypt(phone, aad_of(unit, PHONE, phone_index)) if phone and phone_index else None, phone_index,
            mac_of(vault, subject_id, 1, values), False, 1, now,
        ))  # fmt: skip
        cases.append((
            self.unit, key(self.ids.new(now)), self.campaign, "path", subject, household[2], state, state, True, False, area, team,
            False, as_of, as_of, 0, None if state == "no_account" else as_of + 48 * HOUR, 1, 1, now,
        ))  # fmt: skip

    def _household(self, area_text: str, cells: list[Any], now: Instant) -> list[Any]:
        """Return [id, people, door, area, team, lane, house number, key, order] of the row's household."""
        known = self.households.get((area_text, cells[9]))
        if known is None:
            lane, house_no, order = _address(cells[6])
            ids = [self.driver.key(self.ids.new(now)) for _ in range(2)]
            known = [ids[0], 0, ids[1], *self.places[area_text], lane, house_no, fold(cells[9]), order]
            self.households[area_text, cells[9]] = known
        return known

    def _write(self, people: list[Any], cases: list[Any], as_of: Instant, now: Instant, digest: str) -> None:
        execute, unit, campaign = self.driver.execute, self.unit, self.campaign
        execute(self.driver.begin)
        lock = f"SELECT ledger_no, recorded_at FROM unit_heads WHERE unit_id = ?{self.driver.for_update}"
        before, recorded = execute(lock, (unit,)).fetchone()
        if recorded > now:
            raise AssertionError("the clock of the bench stands still")
        homes = self.households.values()
        self._copy(
            "subjects",
            _HOUSEHOLD,
            ((unit, h[0], "household", h[3], h[5], h[6], h[7], h[8], False, 1, now) for h in homes),
        )
        self._copy("subjects", _PERSON, iter(people))
        self._copy(
            "doors", _DOOR, ((unit, h[2], campaign, h[0], h[3], h[4], h[8], h[1], True, 0, 0, 1, 1, now) for h in homes)
        )
        self._copy("cases", _CASE, iter(cases))
        new = self.driver.key
        self._copy(
            "assignments", _GIVEN, ((unit, new(self.ids.new(now)), h[2], h[4], as_of, before + 1) for h in homes)
        )
        self._ledger(before, now, as_of)
        self._account_of_the_file(len(people), digest, as_of, now, before + len(cases))
        execute(
            "UPDATE unit_heads SET ledger_no = ?, recorded_at = ? WHERE unit_id = ?", (before + len(cases), now, unit)
        )
        execute("COMMIT")

    def _ledger(self, before: int, now: Instant, as_of: Instant) -> None:
        execute, unit = self.driver.execute, self.unit
        batch = self.driver.key(self.ids.new(now))
        execute(
            """INSERT INTO events (unit_id, ledger_no, kind, campaign_id, case_id, door_id, about_id, version, track, state, stage,
                area_id, team_id, cause, pack_hash, batch_id, happened_at, recorded_at)
            SELECT unit_id, row_number() OVER (ORDER BY id) + ?, 'enter', campaign_id, id, door_id, subject_id, 1, track, state,
                stage, area_id, team_id, 'roster', ?, ?, ?, ? FROM cases WHERE unit_id = ?""",
            (before, self.pack_hash, batch, as_of, now, unit),
        )
        shared = "unit_id, campaign_id, track, area_id, team_id, state, stage, unnamed"
        for basis, instant in (("r", now), ("h", as_of)):
            execute(
                f"""INSERT INTO rollups (basis, day, n, {shared})
                SELECT '{basis}', {(instant + 7 * HOUR) // DAY}, count(*), {shared} FROM cases WHERE unit_id = ? GROUP BY {shared}""",
                (unit,),
            )

    def _account_of_the_file(self, rows: int, digest: str, as_of: Instant, now: Instant, last_no: int) -> None:
        execute, unit, campaign = self.driver.execute, self.unit, self.campaign
        file_id = self.driver.key(self.ids.new(now))
        execute(
            """INSERT INTO roster_files (unit_id, id, campaign_id, sha256, declared, list_code, as_of, complete, file_name, status,
                rows, created, updated, unchanged, rejected, findings, uploaded_at, applied_at)
            VALUES (?, ?, ?, ?, ?, 'all', ?, ?, 'roster.xlsx', 'applied', ?, ?, 0, 0, 0, ?, ?, ?)""",
            (unit, file_id, campaign, digest, json.dumps({"as_of": as_of}), as_of, False, rows, rows,
             json.dumps({"ledger_no": last_no}), now, now),
        )  # fmt: skip
        execute(
            """INSERT INTO list_entries (unit_id, campaign_id, list_code, subject_id, first_file_id, last_file_id, last_seen_at)
            SELECT unit_id, ?, 'all', id, ?, ?, ? FROM subjects WHERE unit_id = ? AND kind = 'person'""",
            (campaign, file_id, file_id, as_of, unit),
        )

    def _copy(self, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
        names = ", ".join(columns)
        if self.driver.is_sqlite:
            self.driver.execute_many(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
            return
        with self.driver.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


@lru_cache(1 << 15)
def _address(text: str) -> tuple[str, str, str]:
    lane, house_no = taken_apart(text)
    house_no = house_number(house_no) if house_no else ""
    return lane, house_no, walking_order(lane, house_no)
