"""Taking over a template that the office edited in Word, and going back to the pack's own."""

from typing import Any, Final

from sqlalchemy import insert

from rules.said import Said
from workflow.access import Actor, require_unit_post
from workflow.actions.make_paper import any_kind
from workflow.actions.store_file import store_file
from workflow.actions.task_writes import check_sender
from workflow.documents.fields import fields_of
from workflow.documents.template_check import TemplateProblem, check_template
from workflow.errors import WorkflowError
from workflow.files import FileRefused, FileStore, Upload, check_upload
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.papers import MAKERS
from workflow.tables import PaperTemplate

ACTION: Final = "thay mẫu văn bản"


class TemplateRefused(WorkflowError):
    """A template with faults; `problems` has each at its place."""

    status = 422
    code = "template_refused"
    message = "Mẫu có %(n)s chỗ phải sửa. %(first)s"

    def __init__(self, problems: list[TemplateProblem]) -> None:
        self.problems = problems
        super().__init__(n=len(problems), first=problems[0].sentence())


def save_template(
    book: Book, context: CampaignContext, actor: Actor, kind: str, upload: Upload | None, *, files: FileStore
) -> dict[str, Any]:
    """Use an edited template for papers of a kind from now on; without one, the pack's own again. Papers made before stay.

    Raises NotFound for no kind, NotPermitted, FileRefused for what is no Word file, TemplateRefused with every fault.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    chosen = any_kind(kind)
    require_unit_post(actor, MAKERS, action=ACTION)
    sha256 = None
    if upload is not None:
        file = check_upload(upload)
        if file.extension != "docx":
            raise FileRefused("docx", Said("Mẫu phải là tệp Word (.docx)"), "Lưu mẫu thành tệp .docx rồi gửi lại")
        problems = check_template(file.content, fields_of(chosen, context.pack))
        if problems:
            raise TemplateRefused(problems)
        sha256 = store_file(book, files, file)
    template_id = book.new_id()
    number = book.append(
        "note",
        happened_at=book.now,
        cause="person",
        campaign_id=context.id,
        about_id=template_id,
        data={"what": "paper_template", "paper_kind": chosen, "sha256": sha256 or ""},
    )
    book.session.execute(
        insert(PaperTemplate).values(
            unit_id=book.unit_id, id=template_id, campaign_id=context.id, kind=chosen, sha256=sha256,
            added_by_id=book.actor_id, added_at=book.now, ledger_no=number,
        )
    )  # fmt: skip
    return {"template": str(template_id), "sha256": sha256}
