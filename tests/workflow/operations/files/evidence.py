"""Files handed in as evidence in the small unit: a decision that two units have, a picture, a list that another task has too."""

import hashlib

from rules.time import at
from tests.workflow.files import files as samples
from tests.workflow.operations.conftest import NOW, PASSPHRASE, UNIT
from workflow.files import FileStore
from workflow.ids import id_of
from workflow.operations.restore import restore
from workflow.tables import Campaign, StoredFile, Task, TaskEvidence, Unit

SECOND = id_of("second unit")
DECISION, PICTURE, LIST = samples.PDF, samples.png(), samples.docx()


def named(content):
    """The name a file lies under."""
    return hashlib.sha256(content).hexdigest()


ALL = {named(content) for content in (DECISION, PICTURE, LIST)}


def hand_in_all(session, folder):
    """Write the files and the rows that name them; three files, four rows."""
    session.add(Unit(id=SECOND, code="phuong-hai", name="Phường Hai", kind="phuong", valid_from=0, created_at=NOW))
    session.flush()
    issue, spread = a_task(session, UNIT, "Ban hành quyết định"), a_task(session, UNIT, "Tuyên truyền")
    theirs = a_task(session, SECOND, "Ban hành quyết định")
    hand_in(session, folder, issue, DECISION, "Quyết định 12.pdf")
    hand_in(session, folder, theirs, DECISION, "QĐ chung.pdf")
    hand_in(session, folder, spread, PICTURE, "Họp tổ.png")
    hand_in(session, folder, issue, LIST, "Danh sách.docx")
    evidence(session, spread, LIST, 9)
    (folder / "rosters").mkdir()
    (folder / "rosters" / "waiting.xlsx").write_bytes(b"a list that waits to be applied")


def a_task(session, unit, label):
    campaign = id_of(f"campaign {unit}")
    if session.get(Campaign, (unit, campaign)) is None:
        session.add(
            Campaign(
                unit_id=unit, id=campaign, code="dot-1", pack="thu", pack_hash="ab", name="Đợt 1", purpose="", legal_basis="",
                starts_at=0, ends_at=at("2026-01-01 00:00"), parameters={}, created_at=NOW,
            )
        )  # fmt: skip
        session.flush()
    task = Task(
        unit_id=unit, id=id_of(f"{unit} {label}"), campaign_id=campaign, item=label, occurrence="", scope="unit",
        is_duty=False, label=label, clause="1", state="planned", is_open=True, opens_at=0, created_at=NOW,
    )  # fmt: skip
    session.add(task)
    session.flush()
    return task


def hand_in(session, folder, task, content, name, number=1):
    sha256 = FileStore(folder).put(content)
    session.add(
        StoredFile(
            unit_id=task.unit_id, sha256=sha256, name=name, media_type="x/y", size=len(content), added_by_id=UNIT, added_at=NOW
        )
    )  # fmt: skip
    evidence(session, task, content, number)
    session.flush()


def evidence(session, task, content, number):
    session.add(
        TaskEvidence(
            unit_id=task.unit_id, id=id_of(f"{task.id} {named(content)}"), task_id=task.id, kind="document", label="Số 1",
            file_sha256=named(content), added_by_id=UNIT, added_at=NOW, ledger_no=number,
        )
    )  # fmt: skip


def bring_back(archive, place, **options):
    return restore(archive, PASSPHRASE, place[0], now=NOW, uploads=place[1], **options)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def whys(manifest):
    return {fault.sha256: fault.why for fault in manifest.faults}
