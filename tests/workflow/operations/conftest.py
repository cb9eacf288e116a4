"""A small unit with every kind of column, on both databases."""

from functools import cache

import pytest

from rules.time import at
from tests.databases import new_database
from workflow.ids import id_of
from workflow.migrations import migrate
from workflow.operations import envelope
from workflow.operations.backup import backup
from workflow.store import Store
from workflow.tables import Area, Event, PackVersion, Seal, Subject, Unit, UnitHead

NOW = at("2025-05-24 15:38")
UNIT = id_of("unit")
PASSPHRASE = "đi từng ngõ, gõ từng nhà"


CHEAP = {"n": 2, "r": 1, "p": 1}


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch):
    """Deriving a key takes a quarter of a second on purpose; a hundred tests need not pay for it."""
    monkeypatch.setattr(envelope, "_COST", CHEAP)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    return request.param


@pytest.fixture
def url(kind, tmp_path):
    """A migrated database with a unit in it."""
    return lived_in(kind, tmp_path)


@pytest.fixture
def store(url):
    store = Store(url)
    yield store
    store.dispose()


@cache
def sealed_backup(kind, folder):
    """The bytes of a backup of the lived-in database: made once, copied into every test that only reads it."""
    store = Store(lived_in(kind, folder, "backed_up"))
    backup(store, folder / f"{kind}.tnb", PASSPHRASE, now=NOW)
    store.dispose()
    return (folder / f"{kind}.tnb").read_bytes()


@pytest.fixture(scope="session")
def backups(tmp_path_factory):
    return tmp_path_factory.mktemp("backups")


@pytest.fixture
def archive(kind, backups, tmp_path):
    """A backup of the lived-in database."""
    path = tmp_path / "a.tnb"
    path.write_bytes(sealed_backup(kind, backups))
    path.chmod(0o600)
    return path


def lived_in(kind, folder, name="lived_in"):
    """Return the address of a new migrated database with a unit in it."""
    url = new_database(kind, folder, name)
    migrate.upgrade(url)
    store = Store(url)
    with store.write() as session:
        fill(session)
    store.dispose()
    return url


def fill(session):
    """A person whose id sorts before their household's, a document, bytes, an emoji, a missing value, three events and a seal."""
    place = {"unit_id": UNIT, "area_id": id_of("area"), "created_at": NOW}
    household, person = (id_of(text) for text in ("household", "person"))
    assert person != household
    session.add(Unit(id=UNIT, code="phuong-thu", name="Phường Thử", kind="phuong", valid_from=0, created_at=NOW))
    session.add(
        PackVersion(
            hash="ab", pack="thu", version=1, files={"z": "ỗ\n\t'", "a": [1, None, {"b": True}]}, published_at=1
        )
    )
    session.flush()
    session.add(Area(unit_id=UNIT, id=id_of("area"), code="kp1", name="Khu phố 1", kind="kp", sort=1, valid_from=0))
    session.flush()
    session.add(Subject(**place, id=household, kind="household", name=None))
    session.flush()
    session.add(
        Subject(
            **place,
            id=person,
            kind="person",
            household_id=household,
            name="Đỗ Thị Ánh 🏠",
            id_cipher=b"\x00\xff\n",
            mac=b"",
        )
    )
    for number in (1, 2, 3):
        session.add(
            Event(
                unit_id=UNIT,
                ledger_no=number,
                kind="note",
                cause="person",
                happened_at=number,
                recorded_at=NOW,
                data={"n": number},
            )
        )
    session.add(UnitHead(unit_id=UNIT, ledger_no=3, recorded_at=NOW, seal_no=1, sealed_no=3))
    session.add(
        Seal(
            unit_id=UNIT,
            seal_no=1,
            first_no=1,
            last_no=3,
            events=3,
            digest="d",
            previous="",
            seal="c0ffee",
            sealed_at=NOW,
        )
    )
