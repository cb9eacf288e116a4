"""Each thing that can be wrong with an installation is found and named; a healthy one yields nothing."""

import collections
import sqlite3
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from rules.time import DAY, HOUR
from tests.databases import new_database
from tests.workflow.operations.conftest import NOW, UNIT
from workflow.operations import doctor as doctor_module
from workflow.operations.database_settings import database_settings
from workflow.operations.doctor import doctor
from workflow.settings import Settings
from workflow.store import Store
from workflow.tables import Campaign, PackVersion
from workflow.vault import Vault

Usage = collections.namedtuple("Usage", "total used free")


@pytest.fixture
def healthy(url, tmp_path, monkeypatch):
    """A closed folder with keys and a migrated database."""
    monkeypatch.setattr(doctor_module.shutil, "disk_usage", lambda _path: Usage(10**12, 0, 10**12))
    tmp_path.chmod(0o700)
    Vault.create(tmp_path / "keys.json")
    return Settings(instance=tmp_path, database_url=url, key_file=tmp_path / "keys.json")


def checks(settings, now=NOW + HOUR, **environment):
    return [(finding.check, finding.severity) for finding in doctor(settings, now=now, environment=environment)]


def test_a_healthy_installation_yields_nothing(healthy):
    assert checks(healthy) == []


def test_a_unit_whose_only_campaign_is_over_is_named(healthy, store):
    ends_at = NOW + DAY
    with store.write() as session:
        session.add(PackVersion(hash="over", pack="p", version="1", files={}, published_at=NOW))
        session.flush()
        session.add(
            Campaign(
                unit_id=UNIT, id=uuid.uuid4(), code="dot", pack="p", pack_hash="over", name="Đợt", purpose="thử", legal_basis="thử",
                starts_at=NOW - DAY, ends_at=ends_at, parameters={}, created_at=NOW, version=1,
            )
        )  # fmt: skip

    before, after = checks(healthy, now=ends_at - 1), checks(healthy, now=ends_at)
    with store.write() as session:
        session.execute(sa.delete(Campaign).where(Campaign.code == "dot", Campaign.unit_id == UNIT))

    assert (before, after) == ([], [("doctor.campaign_over", "warning")])


def test_every_finding_is_a_sentence_that_says_what_to_do(tmp_path):
    nowhere = Settings(tmp_path / "absent", f"sqlite:///{tmp_path / 'absent.db'}", tmp_path / "absent.json")

    findings = doctor(nowhere, now=0, environment={"TZ": "America/New_York"})

    assert {finding.check for finding in findings} >= {
        "doctor.folder", "doctor.keys", "doctor.clock", "doctor.database", "doctor.time_zone",
    }  # fmt: skip
    for finding in findings:
        assert finding.message.endswith((".", "lệch."))
        assert finding.where
    assert not (tmp_path / "absent.db").exists()  # looking makes nothing


def test_files_that_others_may_read_are_named_unless_the_folder_is_closed(healthy, tmp_path):
    (tmp_path / "roster.xlsx").write_bytes(b"")
    (tmp_path / "roster.xlsx").chmod(0o644)

    assert checks(healthy) == []
    tmp_path.chmod(0o755)
    found = [finding for finding in doctor(healthy, now=NOW + HOUR, environment={}) if finding.check == "doctor.rights"]

    assert "roster.xlsx" in found[0].numbers["files"]
    assert f"chmod 700 {tmp_path}" in found[0].message


@pytest.mark.parametrize("harm", ["remove", "open to others", "damage"])
def test_keys_that_are_missing_readable_by_others_or_damaged(healthy, harm):
    if harm == "remove":
        healthy.key_file.unlink()
    elif harm == "damage":
        healthy.key_file.write_text("{}")
    else:
        healthy.key_file.chmod(0o644)

    assert checks(healthy) == [("doctor.keys", "error")]


def test_keys_in_the_environment_and_in_a_file_at_once(healthy):
    content = healthy.key_file.read_text()

    assert checks(healthy, TUNGNHA_VAULT=content) == [("doctor.keys", "warning")]
    healthy.key_file.unlink()
    assert checks(healthy, TUNGNHA_VAULT=content) == []


@pytest.mark.parametrize(("free", "severity"), [(10**9, "warning"), (10**8, "error")])
def test_a_disk_that_fills_up(healthy, monkeypatch, free, severity):
    monkeypatch.setattr(doctor_module.shutil, "disk_usage", lambda _path: Usage(10**12, 0, free))

    assert checks(healthy) == [("doctor.disk", severity)]


@pytest.mark.parametrize(("now", "severity"), [(NOW - 1, "warning"), (NOW - 2 * DAY, "error")])
def test_a_clock_behind_the_ledger(healthy, now, severity):
    assert checks(healthy, now=now) == [("doctor.clock", severity)]


def test_a_clock_that_cannot_be_right(healthy):
    assert checks(healthy, now=5_000_000_000_000_000) == [("doctor.clock", "error")]


def test_a_database_that_was_not_migrated(healthy, tmp_path, kind):
    url = new_database(kind, tmp_path, "empty")
    store = Store(url)
    with store.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE other (id INTEGER)")
    store.dispose()

    assert checks(Settings(healthy.instance, url, healthy.key_file)) == [("doctor.migrations", "error")]


def test_a_guard_that_somebody_took_off(healthy, store, kind):
    with store.writer.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER events_refuse_update" + (" ON events" if kind == "postgresql" else ""))

    assert checks(healthy) == [("doctor.guards", "error")]


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_postgresql_setting_that_could_lose_work(healthy, store):
    with store.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{store.url.database}" SET synchronous_commit = off')
    store.dispose()

    assert checks(healthy) == [("doctor.synchronous_commit", "error")]


def test_sqlite_settings_that_could_lose_work(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'plain.db'}")
    with Session(engine) as session:
        session.connection().exec_driver_sql("PRAGMA synchronous=OFF")
        found = [finding.check for finding in database_settings(session, "x")]
    engine.dispose()

    assert found == ["doctor.journal_mode", "doctor.synchronous", "doctor.foreign_keys"]


def test_a_damaged_sqlite_file(tmp_path, healthy, monkeypatch):
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"not a database at all, " * 400)

    assert checks(Settings(healthy.instance, f"sqlite:///{bad}", healthy.key_file)) == [("doctor.database", "error")]


def test_a_server_that_does_not_answer(healthy):
    settings = Settings(healthy.instance, "postgresql://nobody:secret@127.0.0.1:1/none", healthy.key_file)

    found = doctor(settings, now=NOW + HOUR, environment={})

    assert [finding.check for finding in found] == ["doctor.database"]
    assert "secret" not in found[0].where + found[0].message


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_rows_that_point_nowhere_are_found_in_sqlite(healthy, store):
    plain = sqlite3.connect(store.url.database)
    plain.execute("DELETE FROM areas")
    plain.commit()
    plain.close()

    assert checks(healthy) == [("doctor.foreign_keys_hold", "error")]
