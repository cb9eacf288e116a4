"""Handing in a roster: received, read in a child process, judged and staged. Nothing of the ledger changes."""

from pathlib import PurePath
from typing import IO, Final

from workflow.access import Actor, require_post
from workflow.actions.import_roster import IMPORTERS
from workflow.plan.texts import answer_in_name, has_long_number, may_answer
from workflow.queries.campaigns import CampaignContext
from workflow.roster.archive import SheetRefused
from workflow.roster.check import check_roster
from workflow.roster.declare import Declaration
from workflow.roster.results import Import, Tools
from workflow.roster.uploads import Uploads

UNTOLD: Final = "danh-sach.xlsx"
"""What a file is called whose own name holds what no list of files may."""


def hand_in_roster(
    tools: Tools,
    uploads: Uploads,
    context: CampaignContext,
    actor: Actor,
    stream: IO[bytes],
    declaration: Declaration,
    *,
    file_name: str,
    sheet: str | None = None,
) -> Import:
    """Check what somebody hands in and keep the answer with the file, for whichever process shows it next.

    Only columns that are missing keep a whole file out; then, and for rows that are handed back, the answer says where. The file
    itself is deleted once it is read; of its rows only those that are handed back are kept, sealed. Raises NotPermitted, BadInput, SheetRefused or AlreadyDecided; nothing is kept then.
    """
    require_post(actor, IMPORTERS, None, action="Nhập danh sách")
    name = told_name(file_name)
    if not name:
        raise SheetRefused("missing", "Chưa chọn tệp", "Chọn tệp danh sách dạng .xlsx rồi gửi")
    with uploads.received(stream) as path:
        done = check_roster(tools, context, path, declaration, actor=actor, file_name=name, sheet=sheet)
    if not done.applied:
        uploads.keep(done, tools.vault)
    return done


def told_name(file_name: str) -> str:
    """Return the name that a list of files shows: without folders, and without a long number or an answer of somebody.

    >>> told_name("C:\\\\Nhà\\\\TDP 1.xlsx"), told_name("ds 999085000001.xlsx"), told_name("")
    ('TDP 1.xlsx', 'danh-sach.xlsx', '')
    """
    name = PurePath(file_name.replace("\\", "/")).name.strip()[:200]
    stem = PurePath(name).stem
    if has_long_number(stem) or (may_answer(stem) and answer_in_name(stem)):
        return UNTOLD if name.lower().endswith(".xlsx") else f"danh-sach{PurePath(name).suffix[:10]}"
    return name
