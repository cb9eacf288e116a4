"""A unit in which something of every kind has happened, and a way to tamper with it that no database rule can stop."""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update
from sqlalchemy.orm import Session

from rules.time import HOUR
from tests.workflow.figures.test_counts import random_history
from tests.workflow.figures.world import World
from workflow.actions.close_period import keep_close
from workflow.closing.draft import unit_draft
from workflow.gateway.personal import kept_values, mac_of
from workflow.ids import id_of
from workflow.ledger.seals import anchor, seal_unit
from workflow.plan.periods import periods_of
from workflow.queries.campaigns import campaign_by_id
from workflow.store import Store, natural_id
from workflow.tables import (
    Case,
    Command,
    Door,
    Escalation,
    EscalationStep,
    Request,
    RosterFile,
    Subject,
    SubjectVersion,
    Visit,
    VisitOutcome,
)  # fmt: skip
from workflow.vault import Vault


class FullWorld:
    """A random history, and on top one of everything else that the engine writes."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.vault = Vault.create(folder / "keys.json")
        self.world = World(store, vault=self.vault)
        random_history(self.world, random.Random(3), steps=150)
        self.now = self.world.later(1)
        self._seal()
        self.case = self.world.enter("activated", "activated", member=1)[0]
        self.row = self.world.rows[self.case]
        self.world.later(30)
        self.visit_id, self.episode_id = id_of("visit"), id_of("episode")
        self._visit()
        self._requests()
        self._escalate()
        self._close()
        self._import()
        self._rename()
        self._seal()
        with store.read() as session:
            self.anchor = anchor(session, self.world.unit_id)

    @property
    def unit_id(self) -> uuid.UUID:
        """The unit."""
        return self.world.unit_id

    def _seal(self) -> None:
        with self.store.write() as session:
            seal_unit(session, self.world.unit_id, self.world.now)

    def _visit(self) -> None:
        """One person asks for another time: a contact with the door, a follow-up for that person."""
        w, at = self.world, self.world.now - HOUR
        follow_up, unit = w.now + 20 * HOUR, w.unit_id
        told = {"attempts": 1, "contact": at, "own_follow_up_at": None, "promised_at": None}
        people = {self.case.hex: {"follow_up_at": follow_up, "attempts": 0}}
        with w.book() as book:
            number = book.append(
                "visit",
                happened_at=at,
                campaign_id=w.campaign_id,
                door_id=self.row["door_id"],
                about_id=self.visit_id,
                data={**told, "cases": people, "done_by": str(w.members[1]), "mode": "door", "assisted": False},
            )
            book.flush()
            visit = {
                "unit_id": unit,
                "id": self.visit_id,
                "door_id": self.row["door_id"],
                "ledger_no": number,
                "mode": "door",
                "assisted": False,
                "done_by_id": w.members[1],
                "recorded_by_id": w.members[0],
                "happened_at": at,
                "recorded_at": w.now,
                "outcomes": 1,
            }
            book.session.execute(insert(Visit), [visit])
            outcome = {
                "unit_id": unit,
                "visit_id": self.visit_id,
                "position": 1,
                "case_id": self.case,
                "outcome": "took_part",
                "evidence": "hẹn lại",
            }
            book.session.execute(insert(VisitOutcome), [outcome])
            mine = update(Case).where(Case.unit_id == unit, Case.door_id == self.row["door_id"])
            book.session.execute(mine.values(attempts=1, last_contact=at))
            book.session.execute(
                update(Case).where(Case.unit_id == unit, Case.id == self.case).values(follow_up_at=follow_up)
            )
            door = update(Door).where(Door.unit_id == unit, Door.id == self.row["door_id"])
            book.session.execute(
                door.values(attempts=1, last_contact=at, follow_up_at=follow_up, follow_up_case_id=self.case)
            )

    def _told(self, book: Any, kind: str, about: uuid.UUID, **data: Any) -> int:
        """Append an event that mentions the case, and count it."""
        self.row["version"] += 1
        number: int = book.append(
            kind,
            campaign_id=self.world.campaign_id,
            case_id=self.case,
            about_id=about,
            version=self.row["version"],
            data=data,
        )
        book.flush()
        counted = update(Case).where(Case.unit_id == self.unit_id, Case.id == self.case)
        book.session.execute(counted.values(version=self.row["version"]))
        return number

    def _requests(self) -> None:
        """One request returned, one waiting."""
        w = self.world
        with w.book() as book:
            for status in ("returned", "waiting"):
                key = id_of("request", status)
                asked = self._told(book, "request", key, request=key.hex, status="waiting")
                decided = (
                    self._told(book, "request", key, request=key.hex, status=status) if status == "returned" else None
                )
                row = {
                    "unit_id": w.unit_id,
                    "id": key,
                    "case_id": self.case,
                    "move": "mark_dead",
                    "target": "dead",
                    "confirm_by": "team_leader",
                    "status": status,
                    "asked_by_id": w.members[1],
                    "happened_at": w.now,
                    "asked_no": asked,
                    "decided_no": decided,
                    "state_version": 1,
                }
                book.session.execute(insert(Request), [row])

    def _escalate(self) -> None:
        """An episode that has climbed to its second level."""
        w = self.world
        anchor_at = w.now - 20 * HOUR
        with w.book() as book:
            for level in range(3):
                self._told(book, "escalate", self.episode_id, level=level)
            row = {
                "unit_id": w.unit_id,
                "id": self.episode_id,
                "campaign_id": w.campaign_id,
                "rule_id": "silent",
                "kind": "case",
                "subject_id": self.case,
                "anchor": anchor_at,
                "due_at": anchor_at + HOUR,
                "opened_at": w.now,
                "level": 2,
                "levels": 3,
                "group_key": "",
                "is_open": True,
                "version": 1,
                "state_version": 1,
            }
            book.session.execute(insert(Escalation), [row])
            steps = [
                {
                    "unit_id": w.unit_id,
                    "rule_id": "silent",
                    "subject_id": self.case,
                    "anchor": anchor_at,
                    "level": level,
                    "escalation_id": self.episode_id,
                    "to_post": "leader",
                    "due_at": anchor_at + level * HOUR,
                    "opened_at": w.now,
                }
                for level in (1, 2)
            ]
            book.session.execute(insert(EscalationStep), steps)

    def _close(self) -> None:
        w = self.world
        with w.book() as book:
            context = campaign_by_id(book.session, w.unit_id, w.campaign_id)
            last = [one for one in periods_of(w.pack) if one.opens_at < book.now][-1]
            draft = unit_draft(book.session, context, last, now=book.now, newest=book.first_no - 1)
            self.close_id = keep_close(book, context, draft.frozen, team_id=None, move="close").id
            book.flush()
            command = {
                "unit_id": w.unit_id,
                "account_id": id_of("account", w.members[0]),
                "key": "k1",
                "request_hash": "a" * 64,
                "answer": {},
                "ledger_no": book.last_no,
                "recorded_at": w.now,
            }
            book.session.execute(insert(Command), [command])

    def _import(self) -> None:
        w, batch = self.world, id_of("batch")
        with w.book() as book:
            book.append("note", campaign_id=w.campaign_id, batch_id=batch, cause="roster")
            book.flush()
            row = {
                "unit_id": w.unit_id,
                "id": id_of("file"),
                "campaign_id": w.campaign_id,
                "sha256": "b" * 64,
                "declared": "L1",
                "list_code": "L1",
                "as_of": w.now,
                "complete": True,
                "file_name": "danh-sach.xlsx",
                "status": "applied",
                "rows": 10,
                "created": 4,
                "updated": 1,
                "unchanged": 3,
                "rejected": 2,
                "findings": {},
                "uploaded_at": w.now,
                "applied_at": w.now,
                "batch_id": batch,
            }
            book.session.execute(insert(RosterFile), [row])

    def _rename(self) -> None:
        """A person's name was corrected: the earlier version is kept with its own MAC."""
        w = self.world
        with w.book() as book:
            where = (Subject.unit_id == w.unit_id, Subject.id == self.row["subject_id"])
            old = dict(book.session.execute(select(Subject.__table__).where(*where)).mappings().one())
            number = book.append("note", campaign_id=w.campaign_id, about_id=old["id"])
            book.flush()
            kept = {
                "unit_id": w.unit_id,
                "subject_id": old["id"],
                "value_version": 1,
                "ledger_no": number,
                "values": kept_values(old),
                "mac": old["mac"],
            }
            book.session.execute(insert(SubjectVersion), [kept])
            new = {**old, "name": "Trần Thử", "sex": "female"}
            book.session.execute(
                update(Subject)
                .where(*where)
                .values(name="Trần Thử", sex="female", value_version=2, mac=mac_of(self.vault, old["id"], 2, new))
            )


def free_engine(store: Store) -> Engine:
    """An engine whose session obeys nobody: no foreign keys on SQLite, and everything can be rolled back."""
    if not store.is_sqlite:
        return create_engine(store.url.set(drivername="postgresql+psycopg"))
    engine = create_engine(store.url)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.create_function("natural_id", 1, natural_id, deterministic=True)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


@contextmanager
def tampering(engine: Engine, *tables: str) -> Iterator[Session]:
    """A session in which `tables` have lost every key, constraint and refusing trigger. Rolled back at the end."""
    with Session(engine) as session:
        for table in tables:
            session.execute(text(f"CREATE TABLE naked AS SELECT * FROM {table}"))
            session.execute(text(f"DROP TABLE {table}{'' if engine.dialect.name == 'sqlite' else ' CASCADE'}"))
            session.execute(text(f"ALTER TABLE naked RENAME TO {table}"))
        yield session
        session.rollback()
