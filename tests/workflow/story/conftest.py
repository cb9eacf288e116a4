"""The morning of Tuesday 20/5/2025 in Cát Thành, made once for each database and copied for every way in which the day is lived through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from rules.time import at
from tests.databases import copy_database, new_database
from tests.workflow.conftest import KINDS
from workflow.demo.rehearsal import Look, Morning, live, morning
from workflow.queries.campaigns import CampaignContext, campaign_by_id
from workflow.queries.day_story import DayStory, day_story
from workflow.store import Store
from workflow.tables import Base, Run
from workflow.vault import Vault

DAY = "2025-05-20"
PEOPLE = 240

Row = tuple[tuple[str, object], ...]


HASTY = {"sqlite": ("PRAGMA synchronous=OFF",), "postgresql": ("SET SESSION synchronous_commit TO off",)}
CONTRARY = {
    "sqlite": ("PRAGMA reverse_unordered_selects=ON",),
    "postgresql": tuple(
        f"SET SESSION enable_{way}=off" for way in ("nestloop", "indexscan", "indexonlyscan", "bitmapscan")
    ),
}
"""What makes a database give rows in another order wherever a statement asks for none."""


def hasty(url: str, *, contrary: bool = False) -> Store:
    """A store whose disk is not waited for."""
    store = Store(url)
    kind = "sqlite" if store.is_sqlite else "postgresql"
    _prepare(store.writer, (*HASTY[kind], *(CONTRARY[kind] if contrary else ())))
    if contrary and store.reader is not store.writer:
        _prepare(store.reader, CONTRARY[kind])
    return store


def _prepare(engine: Engine, statements: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Lived:
    """A day that was lived through, with the database as it was left."""

    start: Morning
    store: Store

    def context(self) -> CampaignContext:
        with self.store.read() as session:
            return campaign_by_id(session, self.start.director.unit_id, self.start.director.campaign_id)

    def story(self) -> DayStory:
        """What the day is told as."""
        with self.store.read() as session:
            return day_story(session, self.context(), since=self.start.since, until=self.start.until)

    def rows(self) -> dict[str, set[Row]]:
        """Every row of every table, without what names a tick: its own rows, and the batch under which it wrote."""
        found = {}
        with self.store.read() as session:
            for table in Base.metadata.sorted_tables:
                if table.name != Run.__tablename__:
                    kept = [column for column in table.columns if column.name != "batch_id"]
                    rows = session.execute(select(*kept)).mappings()
                    found[table.name] = {tuple((name, str(value)) for name, value in row.items()) for row in rows}
        return found


@dataclass(frozen=True)
class Town:
    """The morning, and the day as it was lived through so or so (each way once)."""

    start: Morning
    url: str
    folder: Path
    known: dict[str, Lived]

    def lived(
        self,
        name: str,
        *,
        look: Callable[[Store], Look] | None = None,
        stopped: range = range(0),
        silent: tuple[range, ...] = (),
        contrary: bool = False,
    ) -> Lived:
        """Live through a copy of the day, called `name`; `contrary`: in a database that reads rows in another order."""
        if name not in self.known:
            store = hasty(copy_database(self.url, self.folder, name), contrary=contrary)
            live(self.start, store, look=look(store) if look else None, stopped=stopped, silent=silent)
            self.known[name] = Lived(self.start, store)
        return self.known[name]


@pytest.fixture(scope="package", params=KINDS)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The town at 06:00, on both databases in turn."""
    folder = tmp_path_factory.mktemp("town")
    url = new_database(request.param, folder, "morning")
    store = hasty(url)
    Base.metadata.create_all(store.writer)
    start = morning(store, Vault.create(folder / "keys.json"), folder, midnight=at(f"{DAY} 00:00"), people=PEOPLE)
    store.dispose()
    made = Town(start, url, folder, {})
    yield made
    for lived in made.known.values():
        lived.store.dispose()
