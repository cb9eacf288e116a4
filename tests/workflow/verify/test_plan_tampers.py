"""Tasks, evidence, declared counts, figures of others, posts: honest work is clean, and each planted change is found."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text

from rules.pack import load_pack, shipped_packs
from rules.time import at
from tests.databases import new_database
from tests.workflow.figures.world import new_store
from tests.workflow.plan.conftest import IDS, Town, a_town, cat_thanh
from tests.workflow.verify.full_world import free_engine, tampering
from workflow.actions.add_evidence import add_evidence
from workflow.actions.add_system_count import CountEntry, add_system_count
from workflow.actions.declare_staff import declare_staff
from workflow.actions.move_task import move_task
from workflow.actions.open_plan import open_plan
from workflow.actions.say_figures import say_figures
from workflow.actions.set_progress import set_progress
from workflow.actions.waive_duty import waive_duty
from workflow.errors import BadInput
from workflow.ledger.seals import anchor, read_anchors, seal_unit, write_anchors
from workflow.store import Store
from workflow.sweeps.duties import open_duties
from workflow.tables import Audit, ImportedAggregate, PackVersion, Post, PostHolding, Task
from workflow.verify import VerifyReport, verify
from workflow.verify.references import CHECK as REFERENCE

NOW = "2025-05-15 18:00"


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Each database in turn, with all tables."""
    store = new_store(new_database(request.param, tmp_path_factory.mktemp("plan-proof"), "planproof"))
    yield store
    store.dispose()


@pytest.fixture(scope="module")
def town(store: Store) -> Town:
    """A town whose plan is worked on: moved, returned, shown with evidence, declared, waived; posts held; one look logged."""
    town = a_town(store, cat_thanh(), teams=2)
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    work_on(town)
    hold_post_and_look(town)
    return town


@pytest.fixture(scope="module")
def anchored(town: Town) -> dict[uuid.UUID, dict[str, Any]]:
    """The anchor of the town, made after its last work."""
    return new_anchor(town)


@pytest.fixture(scope="module")
def engine(store: Store) -> Iterator[Engine]:
    """The engine of somebody who holds the database."""
    engine = free_engine(store)
    yield engine
    engine.dispose()


def step(town: Town, item: str, move: str, now: str, **values: Any) -> None:
    """Move a task of the unit."""
    task = town.task(item)
    seen = {"actor": town.everybody, "state_version": task.state_version, **values}
    town.write(now, lambda book: move_task(book, town.campaign, task.id, move, **seen))


def work_on(town: Town) -> None:
    """Do something of every kind to the plan."""
    task = town.task("mobilise")
    town.write(
        "2025-05-14 08:30", lambda book: book.append("note", campaign_id=town.campaign.id, pack_hash=cat_thanh().hash)
    )
    step(town, "mobilise", "start", "2025-05-14 09:00")
    step(town, "mobilise", "submit", "2025-05-14 10:00")
    step(town, "mobilise", "return", "2025-05-14 11:00", reason="thiếu số liệu")
    step(town, "mobilise", "submit", "2025-05-14 12:00", happened_at=at("2025-05-14 11:30"))
    by, later = town.everybody, "2025-05-14 12:00"
    shown = {"actor": by, "kind": "document", "label": "Số 7"}
    town.write(later, lambda book: add_evidence(book, town.campaign, task.id, **shown))
    step(town, "mobilise", "accept", "2025-05-14 12:30")
    media, emulation = town.task("media"), town.task("emulation")
    for percent in (30, 60):
        town.write("2025-05-14 12:40", lambda book, n=percent: set_progress(book, town.campaign, by, media.id, n))
    link = {"actor": by, "kind": "link", "label": "https://example.vn/a"}
    town.write("2025-05-14 13:00", lambda book: add_evidence(book, town.campaign, emulation.id, **link))
    town.write("2025-05-15 00:00", lambda book: open_duties(book, town.campaign, book.now), by_rule=True)
    body = next(town.bodies[one.id] for one in cat_thanh().model.pack.bodies if one.counts_staff)
    counts = {"actor": by, "declared": 20, "finished": 5}
    town.write(NOW, lambda book: declare_staff(book, town.campaign, body, "staff", **counts))
    town.write(NOW, lambda book: _take_over(book, town))
    town.write(NOW, lambda book: tell(book, town))
    duty = next(one for one in cat_thanh().model.plan.duties if town.count(Task, item=one.id, scope="to-1"))
    town.write(NOW, lambda book: waive_duty(book, town.campaign, duty.id, "to-1", actor=by, reason="đã xong"))


def tell(book: Any, town: Town) -> None:
    """Enter what the system shows, and note that a number was said."""
    entry = CountEntry(None, 0, book.now)
    counted = add_system_count(book, town.campaign, town.everybody, entry, source="Trang quản trị VNeID")
    cut = {"as_of": book.now, "known_no": counted["ledger_no"]}
    say_figures(book, town.campaign, town.everybody, recipient="UBND huyện", channel="phone", **cut)


def _take_over(book: Any, town: Town) -> None:
    """Take over a figure, as `import_aggregate` does in a unit with enough people."""
    key, source = book.new_id(), "Thông báo số 12"
    told = {"what": "aggregate", "figure": "approved_aggregate", "item": "", "n": 900, "source": source}
    number = book.append("note", campaign_id=town.campaign.id, about_id=key, data=told)
    row = {
        "unit_id": town.unit_id,
        "id": key,
        "campaign_id": town.campaign.id,
        "figure": told["figure"],
        "item": "",
        "n": 900,
    }
    book.session.execute(insert(ImportedAggregate), [{**row, "source": source, "as_of": book.now, "ledger_no": number}])


def hold_post_and_look(town: Town) -> None:
    """Give a post to somebody, and log that somebody looked."""
    post = next(iter(town.posts.values()))
    unit = {"unit_id": town.unit_id}
    held = {"id": IDS.new(0), "post_id": post, "membership_id": town.member_id, "from_at": at(NOW)}
    with town.store.write() as session:
        session.execute(insert(PostHolding), [unit | held])
        session.execute(insert(Audit), [unit | {"id": IDS.new(0), "kind": "look", "at": at(NOW), "data": {"n": 1}}])


def new_anchor(town: Town) -> dict[uuid.UUID, dict[str, Any]]:
    """Seal the town and return its anchor by unit."""
    with town.store.write() as session:
        seal_unit(session, town.unit_id, at(NOW))
    with town.store.read() as session:
        return {town.unit_id: anchor(session, town.unit_id)}


def found_in(report: VerifyReport) -> list[tuple[str, str]]:
    """Return check and sentence of everything that breaks an invariant."""
    return [(found.check, found.message) for found in report.violations if found.severity == "error"]


def test_an_honest_plan_is_clean(town: Town, anchored: dict[uuid.UUID, Any]) -> None:
    with town.store.read() as session:
        report = verify(session, [town.unit_id], anchors=anchored)

    assert found_in(report) == []
    assert report.checked["plan"] == 0


TAMPERS = [
    ("a task passed off as done", "tasks", "UPDATE tasks SET state = 'done', is_open = false, done_at = 5, submitted_at = 5 WHERE item = 'emulation'", "P-task"),
    ("a task done earlier", "", "UPDATE tasks SET done_at = done_at - 1 WHERE state = 'done'", "P-task"),
    ("a task handed in earlier", "", "UPDATE tasks SET submitted_at = submitted_at - 1 WHERE state = 'done'", "P-task"),
    ("a deadline moved", "", "UPDATE tasks SET due_at = due_at + 86400000000", "P-task"),
    ("an internal deadline taken away", "", "UPDATE tasks SET internal_due_at = NULL", "P-task"),
    ("a period moved", "", "UPDATE tasks SET period_to = period_to + 1", "P-task"),
    ("a task nobody opened", "tasks", "UPDATE tasks SET id = :other WHERE item = 'emulation'", "P-task"),
    ("a task removed", "tasks", "DELETE FROM tasks WHERE item = 'emulation'", "P-task"),
    ("further than its owner said", "", "UPDATE tasks SET progress = 90 WHERE item = 'media'", "P-task"),
    ("progress nobody reported", "", "UPDATE tasks SET progress = 10 WHERE item = 'budget'", "P-task"),
    ("progress taken away", "", "UPDATE tasks SET progress = NULL", "P-task"),
    ("evidence renamed", "", "UPDATE task_evidence SET label = 'Số 8'", "P-record"),
    ("evidence of another kind", "", "UPDATE task_evidence SET kind = 'photo'", "P-record"),
    ("evidence put on another task", "", "UPDATE task_evidence SET task_id = (SELECT max(id) FROM tasks)" , "P-record"),
    ("evidence on somebody else's number", "", "UPDATE task_evidence SET ledger_no = 1", "P-record"),
    ("evidence removed", "", "DELETE FROM task_evidence", "P-record"),
    ("evidence invented", "task_evidence", "INSERT INTO task_evidence SELECT * FROM task_evidence; UPDATE task_evidence SET id = :other", "P-record"),
    ("more staff finished", "", "UPDATE declared_counts SET finished = 20", "P-record"),
    ("fewer staff", "", "UPDATE declared_counts SET declared = 6", "P-record"),
    ("relatives for staff", "", "UPDATE declared_counts SET \"group\" = 'relatives'", "P-record"),
    ("a declaration moved in time", "", "UPDATE declared_counts SET happened_at = happened_at - 1", "P-record"),
    ("a declaration removed", "", "DELETE FROM declared_counts", "P-record"),
    ("another sum", "", "UPDATE imported_aggregates SET n = 901", "P-record"),
    ("another source", "", "UPDATE imported_aggregates SET source = 'Báo cáo khác'", "P-record"),
    ("a sum on a task's number", "", "UPDATE imported_aggregates SET ledger_no = 2", "P-record"),
    ("another number of the system", "", "UPDATE system_counts SET n = 5", "P-record"),
    ("a number of the system moved in time", "", "UPDATE system_counts SET as_of = as_of - 1", "P-record"),
    ("a number of the system removed", "", "DELETE FROM system_counts", "P-record"),
    ("another number said", "", "UPDATE said_figures SET n = 5", "P-record"),
    ("said to somebody else", "", "UPDATE said_figures SET recipient = 'Báo Nam Định'", "P-record"),
    ("never said", "", "DELETE FROM said_figures", "P-record"),
    ("a post's role", "", "UPDATE posts SET role = 'administrator'", REFERENCE),
    ("a post given to nobody", "", "DELETE FROM post_holdings", REFERENCE),
    ("a look taken out of the trail", "", "DELETE FROM audits", REFERENCE),
    ("a look changed", "", "UPDATE audits SET kind = 'other'", REFERENCE),
    ("a task freed of what comes before it", "", "DELETE FROM task_predecessors", REFERENCE),
    ("a team's areas", "", "UPDATE team_areas SET from_at = from_at + 1", REFERENCE),
]  # fmt: skip


@pytest.mark.parametrize(("what", "table", "tamper", "check"), TAMPERS, ids=[one[0] for one in TAMPERS])
def test_a_planted_tamper_is_found(
    town: Town, anchored: dict[uuid.UUID, Any], engine: Engine, what: str, table: str, tamper: str, check: str
) -> None:
    other = town.member_id.bytes if town.store.is_sqlite else town.member_id
    with tampering(engine, *filter(None, [table])) as session:
        if "max(id)" in tamper and not town.store.is_sqlite:
            tamper = tamper.replace("max(id)", "id").replace("tasks)", "tasks ORDER BY id DESC LIMIT 1)")
        for statement in tamper.split(";"):
            result = session.execute(text(statement), {"other": other} if ":other" in statement else {})
            assert result.rowcount, f"the tamper touched nothing: {statement}"  # type: ignore[attr-defined]
        report = verify(session, [town.unit_id], anchors=anchored)

    assert check in {found for found, _ in found_in(report)}, f"{what}: {found_in(report)}"
    assert all(message.endswith(".") for _, message in found_in(report))


def test_a_swapped_pack_is_found(town: Town, engine: Engine) -> None:
    pack = load_pack(shipped_packs()["an-lac-2025"])
    row = {"hash": pack.hash, "pack": pack.id, "version": 1, "files": dict(pack.files), "published_at": 0}
    unit = town.unit_id.bytes if town.store.is_sqlite else town.unit_id
    with tampering(engine) as session:
        session.execute(insert(PackVersion), [row])
        session.execute(
            text("UPDATE campaigns SET pack_hash = :hash WHERE unit_id = :unit"), {"hash": pack.hash, "unit": unit}
        )
        report = verify(session, [town.unit_id])

    assert "I2-pack" in {check for check, _ in found_in(report)}


def test_work_after_the_anchor_is_no_tamper_and_said_so(store: Store) -> None:
    town = a_town(store, cat_thanh(), teams=1)
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    anchors = new_anchor(town)
    hold_later = {"unit_id": town.unit_id, "id": IDS.new(0), "kind": "look", "at": at(NOW), "data": {}}
    with store.write() as session:
        session.execute(insert(Audit), [hold_later])
    step(town, "mobilise", "start", "2025-05-14 09:00")

    with store.read() as session:
        report = verify(session, [town.unit_id], anchors=anchors)
        stale = verify(session, [town.unit_id], anchors={town.unit_id: {**anchors[town.unit_id], "reference": None}})
    newer = new_anchor(town)
    with store.read() as session:
        older_anchor = verify(session, [town.unit_id], anchors=anchors)
        newest_anchor = verify(session, [town.unit_id], anchors=newer)

    assert [found_in(one) for one in (report, stale, older_anchor, newest_anchor)] == [[], [], [], []]
    notes = [
        [f.severity for f in one.violations if f.check == REFERENCE] for one in (report, older_anchor, newest_anchor)
    ]
    assert notes == [["info"], ["info"], []]


def test_a_post_swapped_is_found_even_after_more_work(store: Store) -> None:
    town = a_town(store, cat_thanh(), teams=1)
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    anchors = new_anchor(town)
    step(town, "mobilise", "start", "2025-05-14 09:00")
    with store.write() as session:
        session.query(Post).filter(Post.unit_id == town.unit_id).update({"label": "Khác"})

    with store.read() as session:
        report = verify(session, [town.unit_id], anchors=anchors)

    assert [check for check, _ in found_in(report)] == [REFERENCE]
    assert "posts" in found_in(report)[0][1]


def test_digests_go_through_a_file_and_a_damaged_one_is_refused(
    town: Town, anchored: dict[uuid.UUID, Any], tmp_path: Path
) -> None:
    path = tmp_path / "moc.json"
    write_anchors(path, list(anchored.values()))
    assert read_anchors(path) == anchored

    for damaged in (5, {}, {"ledger_no": 1, "tables": {"posts": {"rows": "x", "digest": "y"}}}):
        path.write_text(json.dumps({"anchors": [{**anchored[town.unit_id], "reference": damaged}]}), "utf-8")
        with pytest.raises(BadInput, match="không phải tệp mốc niêm phong"):
            read_anchors(path)
