"""A sheet beside a paper with what proves its figures: hashes in words and as QR. Never part of the paper, made only when asked for."""

from dataclasses import dataclass
from io import BytesIO

import segno
from docx import Document
from docx.shared import Mm

from rules.time import Instant
from workflow.documents import nd30
from workflow.documents.package import plain_package
from workflow.documents.styles import make_styles
from workflow.documents.word import Look, Shape, element, text_xml
from workflow.documents.wording import hour_and_day


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sheet shows: the close and the file by their hashes, and the newest seal of the ledger when it was made."""

    unit_name: str
    title: str
    as_of: Instant
    close_sha256: str
    file_sha256: str
    cut_no: int
    seal_no: int | None = None
    seal: str | None = None

    @property
    def text(self) -> str:
        """What the QR says."""
        seal = f"\nseal {self.seal_no} {self.seal}" if self.seal else ""
        return f"tungnha\nclose {self.close_sha256}\nfile {self.file_sha256}\nledger {self.cut_no}{seal}"


def seal_sheet(sealed: Sealed) -> bytes:
    """Return the sheet as a Word file of its own."""
    document = Document()
    make_styles(document)
    body = document.element.body
    for old in list(body)[:-1]:
        body.remove(old)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(nd30.PAGE_WIDTH), Mm(nd30.PAGE_HEIGHT)
    section.left_margin, section.right_margin = Mm(nd30.MARGIN_LEFT), Mm(nd30.MARGIN_RIGHT)
    plain, bold = Look(12), Look(14, bold=True)
    lines = [
        ("Tờ niêm phong số liệu", bold),
        (f"{sealed.unit_name}: {sealed.title}", plain),
        (f"Số liệu đến {hour_and_day(sealed.as_of)}; sổ ghi đến số {sealed.cut_no}.", plain),
        (f"Mã băm số liệu chốt (SHA-256): {sealed.close_sha256}", plain),
        (f"Mã băm tệp văn bản (SHA-256): {sealed.file_sha256}", plain),
    ]
    if sealed.seal:
        lines.append((f"Niêm phong sổ số {sealed.seal_no}: {sealed.seal}", plain))
    for text, look in lines:
        body.insert(len(body) - 1, element(text_xml(text, look, Shape(after=6))))
    picture = BytesIO()
    segno.make(sealed.text, error="m").save(picture, kind="png", scale=5)
    picture.seek(0)
    document.add_picture(picture, width=Mm(50))
    content = BytesIO()
    document.save(content)
    return plain_package(content.getvalue(), author=sealed.unit_name, at=sealed.as_of, title="Tờ niêm phong số liệu")
