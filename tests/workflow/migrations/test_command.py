"""`python -m workflow.migrations`: one line when it went well, one sentence when it did not."""

import pytest

from tests.databases import new_sqlite
from workflow.migrations import migrate
from workflow.migrations.__main__ import main
from workflow.store import Store


@pytest.fixture
def configured(monkeypatch, url):
    monkeypatch.setenv("TUNGNHA_DATABASE_URL", url)
    return url


def test_it_goes_up_and_says_so_and_may_be_run_again(configured, capsys):
    assert (main(), main()) == (0, 0)

    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"Cơ sở dữ liệu: bản trống → {migrate.head()}.",
        f"Cơ sở dữ liệu: bản {migrate.head()} → {migrate.head()}.",
    ]


def test_a_database_of_a_newer_release_is_left_alone(configured, capsys):
    migrate.upgrade(configured)
    store = Store(configured)
    with store.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.dispose()

    assert main() == 1
    assert "bản phát hành mới hơn" in capsys.readouterr().err
    assert migrate.revision_of(configured) == "9999"


def test_a_database_that_cannot_be_opened_is_a_sentence(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("TUNGNHA_DATABASE_URL", new_sqlite(tmp_path / "absent"))

    assert main() == 1
    assert "Không nâng cấp được" in capsys.readouterr().err
