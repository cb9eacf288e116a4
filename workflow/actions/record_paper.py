"""Recording what became of a paper: the number and day it was issued under, and the signed copy."""

import uuid
from datetime import date
from typing import Any, Final

from sqlalchemy import select, update

from rules.said import Said
from rules.time import local_date
from workflow.access import Actor, require_unit_post
from workflow.actions.store_file import store_file
from workflow.actions.task_writes import check_sender
from workflow.errors import AlreadyDecided, BadInput
from workflow.files import FileRefused, FileStore, Upload, check_upload
from workflow.ledger import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.papers import MAKERS, PaperLine, paper_line
from workflow.queries.urge_letters import LetterLine, letter_line
from workflow.tables import Paper, UrgeLetter

ACTION: Final = "ghi số văn bản"
HIGHEST: Final = 99_999


def record_paper(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    paper_id: uuid.UUID,
    *,
    number: int,
    issued_on: date,
    signed: Upload | None = None,
    files: FileStore,
) -> dict[str, Any]:
    """Record the number and day of an issued paper, with the signed PDF now or later, and return its id.

    Once recorded they stand; only a signed copy that was not there yet can be added, under the same number and day. Raises NotFound,
    NotPermitted, AlreadyDecided, BadInput for a number or day that cannot be, FileRefused for what is no PDF.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, MAKERS, action=ACTION)
    line = paper_line(book.session, context, paper_id)
    return {"paper": str(paper_id), **_record(book, context, Paper, line, number, issued_on, signed, files)}


def record_letter(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    letter_id: uuid.UUID,
    *,
    number: int,
    issued_on: date,
    signed: Upload | None = None,
    files: FileStore,
) -> dict[str, Any]:
    """Record the number and day of an issued letter, as `record_paper` does for a paper. Letters have numbers of their own."""
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, MAKERS, action=ACTION)
    line = letter_line(book.session, actor, context, letter_id)
    return {"letter": str(letter_id), **_record(book, context, UrgeLetter, line, number, issued_on, signed, files)}


def _record(
    book: Book,
    context: CampaignContext,
    table: type[Paper] | type[UrgeLetter],
    line: PaperLine | LetterLine,
    number: int,
    issued_on: date,
    signed: Upload | None,
    files: FileStore,
) -> dict[str, Any]:
    day = local_day_of(issued_on)
    _check_again(line, number, day, signed)
    _check_day(book, line, issued_on)
    _check_number(book, context, table, line, number, issued_on)
    sha256 = None
    if signed is not None:
        file = check_upload(signed)
        if file.extension != "pdf":
            raise FileRefused("pdf", "Bản đã ký phải là tệp PDF", "Quét hoặc xuất bản đã ký ra PDF rồi gửi lại")
        sha256 = store_file(book, files, file)
    book.append(
        "note",
        happened_at=book.now,
        cause="person",
        campaign_id=context.id,
        about_id=line.id,
        data={"what": "paper_recorded", "number": number, "issued_on": issued_on.isoformat(), "sha256": sha256 or ""},
    )
    book.session.execute(
        update(table)
        .where(table.unit_id == book.unit_id, table.id == line.id)
        .values(
            number=number, issued_on=day, signed_sha256=sha256 or line.signed_sha256, recorded_by_id=book.actor_id,
            recorded_at=book.now,
        )
    )  # fmt: skip
    return {"number": number, "signed": sha256 or line.signed_sha256}


def local_day_of(day: date) -> int:
    """Return a day as it is stored."""
    return (day - date(1970, 1, 1)).days


def _check_again(paper: PaperLine | LetterLine, number: int, day: int, signed: Upload | None) -> None:
    if paper.number is None:
        return
    same = (paper.number, paper.issued_on) == (number, day)
    if not same or paper.signed_sha256 is not None or signed is None:
        raise AlreadyDecided(status="đã ghi số, ngày ban hành")


def _check_day(book: Book, paper: PaperLine | LetterLine, issued_on: date) -> None:
    first, last = local_date(paper.as_of), local_date(book.now)
    if not first <= issued_on <= last:
        what = Said(
            "phải từ ngày của số liệu (%(first)s) đến hôm nay (%(last)s)",
            first=f"{first.day}/{first.month}/{first.year}",
            last=f"{last.day}/{last.month}/{last.year}",
        )
        raise BadInput(where="Ngày ban hành", what=what)


def _check_number(
    book: Book,
    context: CampaignContext,
    table: type[Paper] | type[UrgeLetter],
    paper: PaperLine | LetterLine,
    number: int,
    issued_on: date,
) -> None:
    if not 1 <= number <= HIGHEST:
        raise BadInput(where="Số văn bản", what=Said("hãy ghi một số từ 1 đến %(highest)s", highest=HIGHEST))
    first, after = (local_day_of(date(year, 1, 1)) for year in (issued_on.year, issued_on.year + 1))
    taken = book.session.scalar(
        select(table.id).where(
            table.unit_id == book.unit_id, table.campaign_id == context.id, table.number == number,
            table.issued_on >= first, table.issued_on < after, table.id != paper.id,
        )
    )  # fmt: skip
    if taken is not None:
        raise BadInput(
            where="Số văn bản",
            what=Said("số %(number)s năm %(year)s đã ghi cho văn bản khác", number=number, year=issued_on.year),
        )
