"""Files as evidence: kept before the row is, handed out only through the task, refused if they are not what they say."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from rules.time import at
from tests.workflow.files import files as samples
from tests.workflow.plan.conftest import Town, a_town, cat_thanh
from workflow.actions.add_evidence import add_evidence
from workflow.actions.open_plan import open_plan
from workflow.errors import BadInput, NotConfigured, NotFound, NotPermitted
from workflow.files import FileRefused, FileStore, Upload
from workflow.queries.task_page import task_page
from workflow.queries.task_record import HandedInFile, file_of_evidence
from workflow.store import Store
from workflow.tables import StoredFile, TaskEvidence
from workflow.verify import verify

NOW = "2025-05-15 09:00"
OFFICE = ("office", "unit")
PDF = Upload("Quyết định số 12.pdf", samples.PDF)


@pytest.fixture
def plan(town: Town) -> Town:
    town.write("2025-05-14 08:00", lambda book: open_plan(book, town.campaign))
    return town


@pytest.fixture
def kept(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "uploads")


def add(
    town: Town, kept: FileStore | None, *posts: tuple[str, str], item: str = "issue-decision", **values
) -> uuid.UUID:
    task = town.task(item)
    shown = {
        "actor": town.holding(*posts or (OFFICE,)),
        "kind": "document",
        "label": "QĐ số 12",
        "files": kept,
        **values,
    }
    return town.write(NOW, lambda book: add_evidence(book, town.campaign, task.id, **shown))


def handed_out(town: Town, evidence: uuid.UUID, *posts: tuple[str, str], item: str = "issue-decision") -> HandedInFile:
    with town.store.read() as session:
        return file_of_evidence(session, town.holding(*posts), town.campaign, town.task(item).id, evidence)


def test_a_file_comes_back_under_its_name_with_its_kind(plan: Town, kept: FileStore) -> None:
    evidence = add(plan, kept, file=PDF)

    file = handed_out(plan, evidence, OFFICE)

    assert (file.name, file.media_type, file.size) == (PDF.name, "application/pdf", len(samples.PDF))
    assert kept.read(file.sha256) == samples.PDF
    with plan.store.read() as session:
        shown = task_page(session, plan.everybody, plan.campaign, plan.task("issue-decision").id, now=at(NOW)).evidence
        errors = [f for f in verify(session, [plan.unit_id]).violations if f.severity == "error"]
    assert [(one.file_name, one.file_size) for one in shown] == [(PDF.name, len(samples.PDF))]
    assert errors == []


def test_the_same_file_for_two_tasks_is_kept_once(plan: Town, kept: FileStore) -> None:
    add(plan, kept, file=PDF)
    add(plan, kept, item="emulation", file=PDF)

    assert (plan.count(StoredFile), plan.count(TaskEvidence)) == (1, 2)


def test_a_photograph_is_a_picture(plan: Town, kept: FileStore) -> None:
    add(plan, kept, item="support-point", kind="photo", label="Điểm hỗ trợ", file=Upload("a.jpg", samples.JPG))

    with pytest.raises(FileRefused, match="không phải là ảnh"):
        add(plan, kept, item="support-point", kind="photo", label="Điểm hỗ trợ", file=PDF)
    with pytest.raises(BadInput, match="hãy chọn một tệp"):
        add(plan, kept, item="support-point", kind="photo", label="Điểm hỗ trợ")
    assert plan.count(TaskEvidence) == 1


@pytest.mark.parametrize(
    "name",
    [
        "z5471234567890_8f3a.jpg",
        "0912345678.jpg",
        "hộ không tán thành.jpg",
        "..jpg",
        "a<b>.jpg",
        "x" * 200 + ".jpg",
    ],
)
def test_a_name_that_tells_too_much_is_replaced_and_the_picture_kept(plan: Town, kept: FileStore, name: str) -> None:
    evidence = add(plan, kept, file=Upload(name, samples.JPG))

    file = handed_out(plan, evidence, OFFICE)

    assert file.name == f"tep-{file.sha256[:8]}.jpg"


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.exe", "a.pdf.js"])
def test_what_is_refused_leaves_nothing_behind(plan: Town, kept: FileStore, name: str) -> None:
    with pytest.raises(FileRefused):
        add(plan, kept, file=Upload(name, b"<script>alert(1)</script>"))

    assert plan.count(StoredFile) == plan.count(TaskEvidence) == 0
    assert not kept.folder.exists()


@pytest.mark.parametrize(("kind", "label", "count"), [("link", "https://a.vn", None), ("count", "Số pano", 3)])
def test_counts_and_links_bring_no_file(plan: Town, kept: FileStore, kind: str, label: str, count: int | None) -> None:
    with pytest.raises(BadInput, match="chỉ văn bản và ảnh mới kèm tệp"):
        add(plan, kept, ("culture", "unit"), item="media", kind=kind, label=label, count=count, file=PDF)


def test_who_may_not_add_is_told_so_before_the_file_is_looked_at(plan: Town, kept: FileStore) -> None:
    hostile = Upload("a.exe", b"MZ")
    with pytest.raises(NotPermitted):
        add(plan, kept, ("deputy_police_chief", "unit"), file=hostile)
    with pytest.raises(NotFound):
        add(plan, kept, ("team_leader", "to-1"), file=hostile)
    assert not kept.folder.exists()


def test_a_file_is_handed_out_only_to_those_who_see_its_task(plan: Town, kept: FileStore, store: Store) -> None:
    evidence, other = add(plan, kept, file=PDF), a_town(store, cat_thanh(), teams=1)

    assert handed_out(plan, evidence, ("chair", "unit")).name == PDF.name
    for posts, item, wanted in (
        ((("team_leader", "to-1"),), "issue-decision", evidence),
        ((("support_desk", "unit"),), "issue-decision", evidence),
        ((OFFICE,), "emulation", evidence),
        ((OFFICE,), "issue-decision", uuid.uuid4()),
    ):
        with pytest.raises(NotFound):
            handed_out(plan, wanted, *posts, item=item)
    with store.read() as session, pytest.raises(NotFound):
        file_of_evidence(session, other.everybody, other.campaign, plan.task("issue-decision").id, evidence)


def test_a_file_lands_before_its_row_and_an_orphan_harms_nobody(
    plan: Town, kept: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workflow.ledger.book import Book

    def dies(_book: Book) -> None:
        assert len(list(kept.folder.iterdir())) == 1
        raise OperationalError("COMMIT", None, Exception("gone"))

    with monkeypatch.context() as patched:
        patched.setattr(Book, "close", dies)
        with pytest.raises(OperationalError):
            add(plan, kept, file=PDF)
    assert plan.count(StoredFile) == 0

    evidence = add(plan, kept, file=PDF)
    assert kept.read(handed_out(plan, evidence, OFFICE).sha256) == samples.PDF


def test_without_a_place_for_files_nothing_is_written(plan: Town) -> None:
    with pytest.raises(NotConfigured):
        add(plan, None, file=PDF)
    assert plan.count(TaskEvidence) == 0
