"""A small unit with a ledger: builds rows, writes histories through a Book, and recounts roll-ups its own simple way.

The writer here knows nothing of the engine's gateway. It keeps each case's effective events in memory, and after every change
books the difference between the old history and the new one: by recorded day (the case row) and by happened day.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from rules.language import facts_used
from rules.pack import Pack
from rules.time import HOUR, Instant, at
from tests.workflow.figures.small_pack import small_pack
from workflow.days import local_day
from workflow.gateway.personal import Person, columns_of, mac_of
from workflow.ids import IdSource, id_of
from workflow.ledger.book import Book, Cell, open_book
from workflow.store import Store
from workflow.tables import (
    Account,
    Area,
    Assignment,
    Base,
    Campaign,
    Case,
    Door,
    Event,
    Membership,
    PackVersion,
    Subject,
    Team,
    Unit,
    UnitHead,
)  # fmt: skip
from workflow.vault import Vault

START = at("2025-05-02 00:00")


@dataclass(frozen=True)
class Step:
    """One effective event of a case, as the writer remembers it."""

    no: int
    kind: str
    happened_at: Instant
    before: str | None
    state: str
    stage: str
    area: uuid.UUID
    team: uuid.UUID | None
    member: uuid.UUID | None

    @property
    def order(self) -> tuple[int, int]:
        return (self.happened_at, self.no)


def chains(steps: list[Step], pack: Pack, track: str) -> bool:
    """Whether the steps follow from each other, with the stages they recorded."""
    stage = None
    for number, step in enumerate(steps):
        last = steps[number - 1] if number else None
        if (last is None) != (step.kind == "enter") or (last is not None and last.kind == "leave"):
            return False
        if last is not None and step.before != last.state:
            return False
        if last is not None and step.kind != "transfer" and (step.area, step.team) != (last.area, last.team):
            return False
        stage = pack.tracks[track].stage_after(stage, step.state)
        if step.stage != stage:
            return False
    return True


class World:
    """A unit, its places and people, and a writer of histories."""

    def __init__(self, store: Store, *, seed: int = 1, code: str = "thu", vault: Vault | None = None) -> None:
        self.store, self.pack, self.ids = store, small_pack(), IdSource(seed)
        self.unit_id, self.campaign_id = id_of("unit", code), id_of("campaign", code)
        self.areas = [id_of("area", code, n) for n in range(2)]
        self.teams = [id_of("team", code, n) for n in range(2)]
        self.members = [id_of("member", code, n) for n in range(3)]
        self.now = START
        self.histories: dict[uuid.UUID, list[Step]] = {}
        self.rows: dict[uuid.UUID, dict[str, Any]] = {}
        self.undone: set[int] = set()
        self.code, self.vault = code, vault
        with store.write() as session:
            self._places(session)

    @property
    def campaign(self) -> Campaign:
        """The campaign as a row that belongs to no session."""
        return Campaign(unit_id=self.unit_id, id=self.campaign_id, code="small", name="Chiến dịch thử", parameters={})

    def _places(self, session: Session) -> None:
        u, day, t = self.unit_id, local_day(START), START
        rows: list[tuple[Any, list[dict[str, Any]]]] = [
            (Unit, [{"id": u, "code": self.code, "name": "Phường Thử", "kind": "ward", "valid_from": day, "is_demo": True, "clock_offset": 0, "created_at": t}]),
            (UnitHead, [{"unit_id": u, "ledger_no": 0, "recorded_at": 0, "seal_no": 0, "sealed_no": 0}]),
            (Area, [{"unit_id": u, "id": a, "code": f"A{n}", "name": f"Tổ {n}", "kind": "tdp", "sort": n, "valid_from": day} for n, a in enumerate(self.areas)]),
            (Team, [{"unit_id": u, "id": a, "code": f"T{n}", "name": f"Tổ công tác {n}", "sort": n} for n, a in enumerate(self.teams)]),
            (Account, [{"id": id_of("account", m), "login": f"{self.code}-{n}", "name": f"Người {n}", "locale": "vi", "created_at": t, "version": 1} for n, m in enumerate(self.members)]),
            (Membership, [{"unit_id": u, "id": m, "account_id": id_of("account", m), "name": f"Người {n}", "name_sort": str(n), "from_at": t, "version": 1} for n, m in enumerate(self.members)]),
            (Campaign, [{"unit_id": u, "id": self.campaign_id, "code": "small", "pack": "small-2025", "pack_hash": self.pack.hash, "name": "Chiến dịch thử", "purpose": "thử", "legal_basis": "thử", "starts_at": t, "ends_at": at("2025-06-01 00:00"), "parameters": {}, "created_at": t, "version": 1}]),
        ]  # fmt: skip
        if session.get(PackVersion, self.pack.hash) is None:
            files = dict(self.pack.files)
            row = {"hash": self.pack.hash, "pack": "small-2025", "version": 1, "files": files, "published_at": t}
            session.execute(insert(PackVersion), [row])
        for table, values in rows:
            session.execute(insert(table), values)

    @contextmanager
    def book(self, now: Instant | None = None) -> Iterator[Book]:
        """A book of a transaction at `now` (never before the last one)."""
        self.now = max(self.now, now if now is not None else self.now)
        with self.store.write() as session:
            book = open_book(
                session, self.unit_id, self.now, ids=self.ids, actor_id=self.members[0], pack_hash=self.pack.hash
            )
            yield book
            book.close()

    def enter(
        self,
        *states: str,
        happened_at: Instant | None = None,
        area: int = 0,
        team: int | None = 0,
        member: int | None = None,
        track: str = "path",
        unnamed: bool = False,
    ) -> list[uuid.UUID]:
        """Enter one door with a case for each state of the line; return the cases."""
        with self.book() as book:
            return [
                self._enter(book, state, happened_at or self.now, area, team, member, track, unnamed, door)
                for door in [self._door(book, area, team, member, len(states) if track == "path" else 0, happened_at or self.now)]
                for state in states
            ]  # fmt: skip

    def _door(self, book: Book, area: int, team: int | None, member: int | None, n: int, since: Instant) -> uuid.UUID:
        door, household = book.new_id(), book.new_id()
        place = {"unit_id": self.unit_id, "area_id": self.areas[area], "created_at": book.now}
        book.session.execute(
            insert(Subject), [{**place, "id": household, "kind": "household", "unnamed": False, "value_version": 1}]
        )
        held = {
            "team_id": None if team is None else self.teams[team],
            "assignee_id": None if member is None else self.members[member],
        }
        row = {
            **place,
            **held,
            "id": door,
            "campaign_id": self.campaign_id,
            "household_id": household,
            "place_sort": "",
            "open_cases": 0,
            "attempts": 0,
            "priority": 0,
            "version": 1,
            "state_version": 1,
        }
        book.session.execute(insert(Door), [row])
        if team is not None or member is not None:
            given = {
                **held,
                "unit_id": self.unit_id,
                "id": book.new_id(),
                "door_id": door,
                "from_at": since,
                "from_no": book.first_no,
            }
            book.session.execute(insert(Assignment), [given])
        return door

    def _enter(
        self, book: Book, state: str, happened_at: Instant, area: int, team: int | None, member: int | None, track: str,
        unnamed: bool, door: uuid.UUID,
    ) -> uuid.UUID:  # fmt: skip
        case, subject = book.new_id(), book.new_id()
        rules = self.pack.tracks[track]
        stage = rules.stage_after(None, state)
        place = {
            "area_id": self.areas[area],
            "team_id": None if team is None else self.teams[team],
            "assignee_id": None if member is None else self.members[member],
        }
        self._person(book, subject, area, unnamed)
        self.rows[case] = {
            "unit_id": self.unit_id, "id": case, "campaign_id": self.campaign_id, "track": track, "subject_id": subject, "door_id": door,
            "state": state, "stage": stage, "is_open": rules.is_open(state), "is_done": rules.is_done(state), "exit_class": None,
            **place, "unnamed": unnamed, "entered_at": happened_at, "last_happened_at": happened_at, "attempts": 0, "left_at": None,
            "version": 0, "state_version": 1, "created_at": book.now,
        }  # fmt: skip
        book.session.execute(insert(Case), [self.rows[case]])
        self.histories[case] = []
        data = {"unnamed": True} if unnamed else None
        self._write(book, case, "enter", happened_at, state=state, stage=stage, before=None, data=data, **place)
        return case

    def _person(self, book: Book, subject: uuid.UUID, area: int, unnamed: bool) -> None:
        row: dict[str, Any] = {
            "unit_id": self.unit_id, "id": subject, "kind": "person", "area_id": self.areas[area], "unnamed": unnamed,
            "value_version": 1, "created_at": book.now,
        }  # fmt: skip
        if self.vault is not None and not unnamed:
            person = Person(
                f"Nguyễn Thử {book.last_no}",
                birth_on="1985",
                id_number=f"9991850{book.last_no:05d}",
                phone="0500123456",
            )
            row.update(columns_of(self.vault, self.unit_id, person))
            row["mac"] = mac_of(self.vault, subject, 1, row)
        book.session.execute(insert(Subject), [row])

    def _write(
        self, book: Book, case: uuid.UUID, kind: str, happened_at: Instant, *, data: Any = None, move: str | None = None,
        facts: Any = None, cause: str = "person", before: str | None, state: str, stage: str, area_id: uuid.UUID,
        team_id: uuid.UUID | None, assignee_id: uuid.UUID | None,
    ) -> int:  # fmt: skip
        row = self.rows[case]
        row["version"] += 1
        number = book.append(
            kind, happened_at=happened_at, cause=cause, campaign_id=self.campaign_id, case_id=case, door_id=row["door_id"],
            version=row["version"], track=row["track"], move=move, from_state=before, state=state, stage=stage,
            area_id=area_id, team_id=team_id, assignee_id=assignee_id, facts=facts, data=data,
        )  # fmt: skip
        step = Step(number, kind, happened_at, before, state, stage, area_id, team_id, assignee_id)
        after = sorted([*self.histories[case], step], key=lambda s: s.order)
        self._rebook(book, case, after)
        return number

    def _rebook(self, book: Book, case: uuid.UUID, after: list[Step], *, unnamed: bool | None = None) -> None:
        row, old = self.rows[case], self.histories[case]
        was = row["unnamed"]
        to = was if unnamed is None else unnamed
        book.count(
            "r",
            local_day(book.now),
            self._cell(case, old[-1] if old else None, was),
            self._cell(case, after[-1] if after else None, to),
        )
        for steps, sign, flag in ((old, -1, was), (after, 1, to)):
            previous = None
            for step in steps:
                cell = self._cell(case, step, flag)
                first, second = (previous, cell) if sign == 1 else (cell, previous)
                book.count("h", local_day(step.happened_at), first, second)
                previous = cell
        self.histories[case] = after
        row["unnamed"] = to
        self._save(book, case)

    def _cell(self, case: uuid.UUID, step: Step | None, unnamed: bool) -> Cell | None:
        if step is None or step.kind == "leave":
            return None
        return Cell(self.campaign_id, self.rows[case]["track"], step.area, step.team, step.state, step.stage, unnamed)

    def _save(self, book: Book, case: uuid.UUID) -> None:
        row, steps = self.rows[case], self.histories[case]
        track = self.pack.tracks[row["track"]]
        if steps:
            last = steps[-1]
            entered = next(s for s in reversed(steps) if s.kind in ("enter", "move"))
            row.update(
                state=last.state, stage=last.stage, area_id=last.area, team_id=last.team, assignee_id=last.member,
                entered_at=entered.happened_at, last_happened_at=last.happened_at,
                left_at=last.happened_at if last.kind == "leave" else None,
            )  # fmt: skip
        else:
            row["left_at"] = book.now
        row["is_open"] = row["left_at"] is None and track.is_open(row["state"])
        row["is_done"], row["exit_class"] = track.is_done(row["state"]), track.exit_class(row["state"])
        row["state_version"] += 1
        values = {k: v for k, v in row.items() if k not in ("unit_id", "id")}
        book.session.execute(update(Case).where(Case.unit_id == self.unit_id, Case.id == case).values(**values))
        self._save_door(book, row["door_id"])

    def _save_door(self, book: Book, door: uuid.UUID) -> None:
        mine = [row for row in self.rows.values() if row["door_id"] == door]
        n = sum(row["is_open"] and row["left_at"] is None for row in mine)
        told = {"open_cases": n, "someone_untimed": n > 0}  # nobody of this world asks for a time
        book.session.execute(update(Door).where(Door.unit_id == self.unit_id, Door.id == door).values(**told))

    def move(self, case: uuid.UUID, move: str, happened_at: Instant | None = None, cause: str = "person") -> int | None:
        """Fire a move at an instant of the past or now; None if the path, the guard or the rest of the history forbids it."""
        when = happened_at or self.now
        track = self.pack.tracks[self.rows[case]["track"]]
        past = [s for s in self.histories[case] if s.happened_at <= when]
        rules = track.moves[move]
        if not past or past[-1].kind == "leave" or past[-1].state not in rules.sources:
            return None
        facts = {"happened_at": when}
        if rules.guard_py is not None and not rules.guard_py(facts, when):
            return None
        last = past[-1]
        used = {name: facts[name] for name in (facts_used(rules.guard) if rules.guard else ()) if name in facts}
        step = Step(
            2**60,
            "move",
            when,
            last.state,
            rules.target,
            track.stage_after(last.stage, rules.target),
            last.area,
            last.team,
            last.member,
        )
        return self._insert(case, step, move=move, facts=used or None, cause=cause)

    def transfer(self, case: uuid.UUID, area: int, team: int | None, happened_at: Instant | None = None) -> int | None:
        """Move a case to another area and team; its door row goes along, so use it for doors of one case."""
        when = happened_at or self.now
        past = [s for s in self.histories[case] if s.happened_at <= when]
        if not past or past[-1].kind == "leave":
            return None
        step = replace(
            past[-1],
            no=2**60,
            kind="transfer",
            happened_at=when,
            before=past[-1].state,
            area=self.areas[area],
            team=None if team is None else self.teams[team],
        )
        number = self._insert(case, step)
        if number is not None:
            self._hand_over(case, number)
        return number

    def _hand_over(self, case: uuid.UUID, number: int) -> None:
        row = self.rows[case]
        held = {"team_id": row["team_id"], "assignee_id": row["assignee_id"]}
        with self.store.write() as session:
            session.execute(update(Door).where(Door.id == row["door_id"]).values(area_id=row["area_id"], **held))
            open_one = update(Assignment).where(Assignment.door_id == row["door_id"], Assignment.to_at.is_(None))
            session.execute(open_one.values(to_at=self.now, to_no=number))
            if any(held.values()):
                new = {
                    **held,
                    "unit_id": self.unit_id,
                    "id": self.ids.new(self.now),
                    "door_id": row["door_id"],
                    "from_at": self.now,
                    "from_no": number,
                }
                session.execute(insert(Assignment), [new])

    def leave(self, case: uuid.UUID, happened_at: Instant | None = None) -> int | None:
        """Take a case off the list."""
        when = happened_at or self.now
        past = [s for s in self.histories[case] if s.happened_at <= when]
        if not past or past[-1].kind == "leave":
            return None
        return self._insert(case, replace(past[-1], no=2**60, kind="leave", happened_at=when, before=past[-1].state))

    def _insert(self, case: uuid.UUID, step: Step, **event: Any) -> int | None:
        steps = sorted([*self.histories[case], step], key=lambda s: s.order)
        if not chains(steps, self.pack, self.rows[case]["track"]):
            return None
        with self.book() as book:
            return self._write(
                book, case, step.kind, step.happened_at, before=step.before, state=step.state, stage=step.stage,
                area_id=step.area, team_id=step.team, assignee_id=step.member, **event,
            )  # fmt: skip

    def name(self, case: uuid.UUID) -> int:
        """Name a place of a paper list: known from now on, and true for every past day."""
        row = self.rows[case]
        with self.book() as book:
            row["version"] += 1
            number = book.append(
                "note", campaign_id=self.campaign_id, case_id=case, version=row["version"], data={"unnamed": False}
            )
            self._rebook(book, case, self.histories[case], unnamed=False)
            book.session.execute(update(Subject).where(Subject.id == row["subject_id"]).values(unnamed=False))
        return number

    def void(self, number: int) -> int | None:
        """Void an event of a case, unless its history would not chain without it."""
        case = next((c for c, steps in self.histories.items() if any(s.no == number for s in steps)), None)
        if case is None or number in self.undone:
            return None
        after = [s for s in self.histories[case] if s.no != number]
        gone = next(s for s in self.histories[case] if s.no == number)
        if not chains(after, self.pack, self.rows[case]["track"]):
            return None
        with self.book() as book:
            row = self.rows[case]
            row["version"] += 1
            written = book.append(
                "void",
                cause="correction",
                campaign_id=self.campaign_id,
                case_id=case,
                version=row["version"],
                voids_no=number,
            )
            self._rebook(book, case, after)
        self.undone.add(number)
        if gone.kind == "transfer":
            self._hand_over(case, written)
        return written

    def later(self, hours: int = 1) -> Instant:
        """Let time pass."""
        self.now += hours * HOUR
        return self.now


def new_store(url: str) -> Store:
    """Return a store on an empty database with all tables."""
    store = Store(url)
    Base.metadata.create_all(store.writer)
    return store


def wipe(store: Store) -> None:
    """Empty every table, so that one database serves many tests."""
    tables = list(Base.metadata.tables.values())
    with store.write() as session:
        if not store.is_sqlite:
            session.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)}"))
            return
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        for table in tables:
            session.execute(table.delete())


def events_of(world: World) -> list[Any]:
    """Return every event row in order."""
    with world.store.read() as session:
        return list(session.execute(select(Event.__table__).order_by(Event.ledger_no)))
