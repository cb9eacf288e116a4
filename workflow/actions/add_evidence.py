"""Adding what shows that a task was done: a document's number, a link, a count, a photograph."""

import re
import uuid
from typing import Final

from sqlalchemy import insert, update

from rules.said import Said
from workflow.access import Actor, require_task_post, task_for
from workflow.actions.store_file import store_file
from workflow.actions.task_writes import TASKS, append_event, cause_of, check_sender, task_for_update
from workflow.errors import AlreadyDecided, BadInput
from workflow.files import CheckedFile, FileRefused, FileStore, Upload, check_upload
from workflow.ledger import Book
from workflow.plan.evidence import unknown_count
from workflow.plan.life import STATE_LABELS
from workflow.plan.scopes import parts_in, support_of
from workflow.plan.texts import TextRefused, clean_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import TaskEvidence

ACTION: Final = "bổ sung minh chứng"
KINDS: Final = ("document", "count", "link", "photo")
WITH_FILE: Final = ("document", "photo")
LARGEST: Final = 1_000_000
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LINK: Final = re.compile(r"https?://[^\s/]+\S*")


def add_evidence(
    book: Book,
    campaign: CampaignContext,
    task_id: uuid.UUID,
    *,
    actor: Actor | None,
    kind: str,
    label: str,
    count: int | None = None,
    is_lower_bound: bool = False,
    file_sha256: str | None = None,
    file: Upload | None = None,
    files: FileStore | None = None,
) -> uuid.UUID:
    """Add a piece of evidence to an open task and return its id. `is_lower_bound` stands for "trên 30".

    The label of a count is the one the plan uses, so that it is clear which demand it meets. `file` comes with a document or is the
    photograph; its bytes are kept in `files`. `file_sha256` alone names a picture that is kept elsewhere. No rule adds
    evidence: without an `actor` it is refused. Raises NotFound, NotPermitted, AlreadyDecided for a closed task, BadInput for a
    value that cannot be used, FileRefused for a file that is not taken.
    """
    if actor is None:
        raise BadInput(where="Người bổ sung", what="minh chứng phải do một người trong đơn vị bổ sung")
    check_sender(book, actor, action=ACTION, cause="person")
    seen = task_for(book.session, actor, campaign.id, task_id, **parts_in(campaign.pack))
    require_task_post(actor, seen, "evidence", action=ACTION, support=support_of(campaign.pack, seen["item"]))
    task = task_for_update(book, campaign, task_id)
    if not task["is_open"]:
        raise AlreadyDecided(status=STATE_LABELS[task["state"]])
    text = _label(kind, label)
    checked = _file(kind, file)
    sha256 = file_sha256 if checked is None else checked.sha256
    _check_value(kind, count, is_lower_bound, sha256)
    plan = {item.id: item for item in campaign.pack.model.plan.tasks}.get(task["item"])
    if plan is not None and kind == "count" and (hint := unknown_count(plan.evidence, text)):
        raise BadInput(where="Tên số lượng", what=Said("kế hoạch không hỏi “%(text)s”, %(hint)s", text=text, hint=hint))
    if checked is not None:
        store_file(book, files, checked)
    evidence_id = book.new_id()
    told = {"evidence": str(evidence_id), "kind": kind, "label": text, "count": count}
    told |= {"is_lower_bound": is_lower_bound, "file_sha256": sha256 or ""}
    ledger_no = append_event(
        book, task, task["state"], task["state"], happened_at=book.now, cause=cause_of(book), **told
    )
    book.session.execute(
        insert(TaskEvidence).values(
            unit_id=book.unit_id, id=evidence_id, task_id=task_id, kind=kind, label=text, count=count,
            is_lower_bound=is_lower_bound, file_sha256=sha256, added_by_id=book.actor_id, added_at=book.now,
            ledger_no=ledger_no,
        )
    )  # fmt: skip
    book.session.execute(
        update(TASKS)
        .where(TASKS.c.unit_id == book.unit_id, TASKS.c.id == task_id)
        .values(version=TASKS.c.version + 1, next_action_at=book.now)
    )
    return evidence_id


def _label(kind: str, label: str) -> str:
    if kind not in KINDS:
        raise BadInput(
            where="Loại minh chứng",
            what=Said("“%(kind)s” không có; hãy chọn một trong %(names)s", kind=kind, names=", ".join(KINDS)),
        )
    try:
        text = clean_reason(label, numbers=kind == "link")
    except TextRefused as refused:
        raise BadInput(where="Tên minh chứng", what=refused.said) from refused
    if text is None:
        raise BadInput(where="Tên minh chứng", what="hãy ghi số văn bản, địa chỉ hoặc tên của minh chứng")
    if kind == "link" and not _LINK.fullmatch(text):
        raise BadInput(where="Địa chỉ", what="phải bắt đầu bằng http:// hoặc https:// và không có khoảng trắng")
    return text


def _file(kind: str, file: Upload | None) -> CheckedFile | None:
    if file is None:
        return None
    if kind not in WITH_FILE:
        raise BadInput(where="Tệp", what="chỉ văn bản và ảnh mới kèm tệp; hãy bỏ tệp đã chọn")
    checked = check_upload(file)
    if kind == "photo" and not checked.is_picture:
        raise FileRefused("picture", "Tệp này không phải là ảnh", "Chọn ảnh PNG hoặc JPG, hoặc gửi tệp này làm văn bản")
    return checked


def _check_value(kind: str, count: int | None, is_lower_bound: bool, file_sha256: str | None) -> None:
    if kind == "count" and (count is None or not 0 <= count <= LARGEST):
        raise BadInput(where="Số lượng", what=Said("hãy ghi một số từ 0 đến %(largest)s", largest=LARGEST))
    if kind != "count" and (count is not None or is_lower_bound):
        raise BadInput(where="Số lượng", what="chỉ minh chứng loại “count” mới có số lượng")
    if kind == "photo" and file_sha256 is None:
        raise BadInput(where="Tệp ảnh", what="hãy chọn một tệp")
    if file_sha256 is not None and not _SHA256.fullmatch(file_sha256):
        raise BadInput(where="Tệp", what="dấu vân tay SHA-256 phải có 64 chữ số thập lục phân; hãy tải tệp lên lại")
