"""The ground of an installation, and a unit set up on it: made once, closed to others, all or nothing."""

import stat
from dataclasses import replace

import pytest

from rules.pack import load_pack, shipped_packs
from rules.time import at
from tests.databases import new_database
from workflow.errors import BadInput, NotConfigured
from workflow.ids import IdSource
from workflow.migrations import migrate
from workflow.operations.errors import CannotWrite
from workflow.queries.campaigns import all_units, campaigns_of
from workflow.settings import Settings
from workflow.setup.ground import make_database, open_or_make_keys
from workflow.setup.judge import plan_of
from workflow.setup.sample import write_sample
from workflow.setup.set_up import read_form, set_up
from workflow.store import Store
from workflow.verify import verify

NOW = at("2025-05-06 08:00")
PACK = load_pack(shipped_packs()["an-lac-2025"])


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request, tmp_path):
    folder = tmp_path / "instance"
    return Settings(folder, new_database(request.param, folder, "ground"), folder / "keys.json")


@pytest.fixture
def store(settings):
    make_database(settings)
    store = Store(settings.database_url)
    yield store
    store.dispose()


@pytest.fixture
def plan(tmp_path):
    write_sample(tmp_path / "a.yaml", PACK)
    return plan_of(read_form(tmp_path / "a.yaml"), PACK)


def test_the_ground_is_made_once_and_closed_to_others(settings):
    assert make_database(settings) == (None, migrate.head())
    assert make_database(settings) == (migrate.head(), migrate.head())

    first = open_or_make_keys(settings, {})
    again = open_or_make_keys(settings, {})

    sealed = first.encrypt("999085000001", b"row")
    assert again.decrypt(sealed, b"row") == "999085000001"
    assert stat.S_IMODE(settings.instance.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in settings.instance.iterdir()} == {0o600}


def test_new_keys_are_not_made_beside_old_data(settings, store, plan):
    set_up(store, plan, PACK, now=NOW, ids=IdSource(seed=1))

    with pytest.raises(NotConfigured, match="đã có 1 đơn vị nhưng không thấy tệp khóa"):
        open_or_make_keys(settings, {})


def test_a_unit_is_set_up_with_its_campaign_and_plan(store, plan):
    done = set_up(store, plan, PACK, now=NOW, ids=IdSource(seed=1))

    assert (done.unit, done.campaign, done.areas, done.vacant, done.without_team) == (
        "phuong-mau", "an-lac-2025", 2, 0, 0,
    )  # fmt: skip
    assert done.tasks == len([task for task in PACK.model.plan.tasks if task.per == "unit"]) + sum(
        2 for task in PACK.model.plan.tasks if task.per != "unit"
    )
    with store.read() as session:
        assert verify(session).ok


def test_a_second_unit_stands_beside_the_first_and_a_taken_code_changes_nothing(store, plan):
    ids = IdSource(seed=1)
    set_up(store, plan, PACK, now=NOW, ids=ids)
    set_up(store, replace(plan, code="phuong-hai"), PACK, now=NOW, ids=ids, campaign="dot-hai")

    with pytest.raises(BadInput, match="mã này đã có"):
        set_up(store, plan, PACK, now=NOW, ids=ids)

    with store.read() as session:
        units = all_units(session)
        assert [unit.code for unit in units] == ["phuong-hai", "phuong-mau"]
        assert [campaign.code for campaign in campaigns_of(session, units[0].id)] == ["dot-hai"]


def test_a_superior_that_is_not_there_leaves_nothing_behind(store, plan):
    with pytest.raises(BadInput, match="Cấp trên tinh-x"):
        set_up(store, replace(plan, parent="tinh-x"), PACK, now=NOW, ids=IdSource(seed=1))

    with store.read() as session:
        assert all_units(session) == []


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    where = tmp_path / "file" / "instance"

    with pytest.raises(CannotWrite, match="đường dẫn đi qua một tệp thường"):
        make_database(Settings(where, f"sqlite:///{where / 'a.db'}", where / "k"))


def test_a_server_that_does_not_answer_is_told(tmp_path):
    url = "postgresql://nobody@127.0.0.1:1/none"

    with pytest.raises(NotConfigured, match="Không dùng được cơ sở dữ liệu"):
        make_database(Settings(tmp_path, url, tmp_path / "k"))
