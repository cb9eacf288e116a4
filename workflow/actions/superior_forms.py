"""A superior's form: taken in, its cells named one by one for the whole unit, and put away again."""

import uuid
from typing import Any, Final

from sqlalchemy import insert, update

from rules.said import Said
from workflow.access import Actor, require_unit_post
from workflow.actions.store_file import store_file
from workflow.actions.task_writes import check_sender
from workflow.documents.superior import choice_of, read_grids
from workflow.errors import BadInput, StaleVersion
from workflow.files import FileRefused, FileStore, Upload, check_upload
from workflow.ledger import Book
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.queries.papers import MAKERS, superior_form
from workflow.tables import SuperiorForm

ACTION: Final = "đặt biểu mẫu cấp trên"
MOST_CELLS: Final = 500
TAKEN: Final = ("xlsx", "docx")


def add_form(
    book: Book, context: CampaignContext, actor: Actor, *, name: str, upload: Upload, files: FileStore
) -> dict[str, Any]:
    """Take in a superior's XLSX or DOCX and return the form's id; no cell of it is named yet.

    Raises NotPermitted, BadInput without a name, FileRefused for a file that is none of both, or that has no table.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, MAKERS, action=ACTION)
    title = typed_reason(name, where="Tên biểu mẫu", missing="hãy ghi tên, ví dụ “Biểu 01 của Sở Tư pháp”")
    file = check_upload(upload)
    if file.extension not in TAKEN:
        raise FileRefused(
            "kind",
            "Biểu mẫu phải là tệp Excel (.xlsx) hoặc Word (.docx)",
            "Lưu biểu mẫu thành .xlsx hoặc .docx rồi gửi lại",
        )
    read_grids(file.content, file.extension)
    sha256, form_id = store_file(book, files, file), book.new_id()
    number = book.append(
        "note",
        happened_at=book.now,
        cause="person",
        campaign_id=context.id,
        about_id=form_id,
        data={"what": "superior_form", "sha256": sha256},
    )
    book.session.execute(
        insert(SuperiorForm).values(
            unit_id=book.unit_id, id=form_id, campaign_id=context.id, name=title, sha256=sha256, cells={},
            added_by_id=book.actor_id, added_at=book.now, saved_by_id=book.actor_id, saved_at=book.now, ledger_no=number,
        )
    )  # fmt: skip
    return {"form": str(form_id)}


def name_cell(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    form_id: uuid.UUID,
    *,
    place: str,
    choice: str,
    version: int,
    files: FileStore,
) -> dict[str, Any]:
    """Say what goes into a cell of a form; an empty `choice` leaves it as the superior sent it.

    `version` is the layout that the sender looked at. Raises NotFound, NotPermitted, StaleVersion, BadInput for a cell that the
    form does not have or that may not be filled, and for a figure that the pack does not have.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    form = superior_form(book.session, context, form_id)
    require_unit_post(actor, MAKERS, action=ACTION)
    if form.version != version:
        raise StaleVersion(state=Said("%(name)s", name=form.name), theirs=form.version, yours=version)
    cells = dict(form.cells)
    if not choice:
        cells.pop(place, None)
    else:
        _check_place(files.read(form.sha256), form.file_name, place)
        chosen = choice_of(choice, context.pack)
        if chosen is None:
            raise BadInput(where="Số liệu", what="không có trong gói quy tắc; chọn trong danh sách")
        cells[place] = chosen.to_json()
        if len(cells) > MOST_CELLS:
            raise BadInput(where="Biểu mẫu", what=Said("đã đặt %(n)s ô, là mức tối đa", n=MOST_CELLS))
    book.append(
        "note",
        happened_at=book.now,
        cause="person",
        campaign_id=context.id,
        about_id=form_id,
        data={"what": "superior_form_cell", "place": place, "choice": choice},
    )
    _save(book, form_id, cells=cells, saved_by_id=book.actor_id, saved_at=book.now, version=version + 1)
    return {"form": str(form_id), "version": version + 1}


def drop_form(book: Book, context: CampaignContext, actor: Actor, form_id: uuid.UUID) -> dict[str, Any]:
    """Put a form away; its file and layout stay in the books. Raises NotFound, NotPermitted."""
    check_sender(book, actor, action=ACTION, cause="person")
    form = superior_form(book.session, context, form_id)
    require_unit_post(actor, MAKERS, action=ACTION)
    book.append(
        "note",
        happened_at=book.now,
        cause="person",
        campaign_id=context.id,
        about_id=form_id,
        data={"what": "superior_form_dropped"},
    )
    _save(book, form_id, dropped_at=book.now, version=form.version + 1)
    return {"form": str(form_id)}


def _check_place(content: bytes, file_name: str, place: str) -> None:
    grids = read_grids(content, file_name.rpartition(".")[2])
    cell = next((cell for grid in grids for row in grid.rows for cell in row if cell.place == place), None)
    if cell is None:
        raise BadInput(where="Ô", what="biểu mẫu không có ô này; tải lại trang rồi chọn lại")
    if cell.blocked:
        raise BadInput(where="Ô", what=Said(cell.blocked))


def _save(book: Book, form_id: uuid.UUID, **values: Any) -> None:
    book.session.execute(
        update(SuperiorForm).where(SuperiorForm.unit_id == book.unit_id, SuperiorForm.id == form_id).values(**values)
    )
