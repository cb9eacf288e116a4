"""The templates of a pack's papers, made from the pack: Word files with fields in {{ … }}, laid out by NĐ 30/2020/NĐ-CP.

The head, the căn cứ, Nơi nhận and the signature stand in the template as plain words, so that an office changes them in Word. What
belongs to one close are fields (`fields.py`). The same pack always gives the same bytes.
"""

from io import BytesIO
from typing import Any, Final, Literal

from docx import Document

from rules.pack import Pack
from rules.pack.model import Abstracts, Papers, Recipient, Signature
from workflow.documents import nd30
from workflow.documents.package import plain_package
from workflow.documents.styles import make_styles
from workflow.documents.word import (
    Look,
    Shape,
    element,
    field_xml,
    paragraph_xml,
    row_xml,
    rule_xml,
    table_xml,
    text_xml,
)  # fmt: skip

Kind = Literal["daily", "final", "letter"]
KINDS: Final[tuple[Kind, ...]] = ("daily", "final", "letter")
FILES: Final[dict[Kind, str]] = {
    "daily": "bao-cao-ngay.docx",
    "final": "bao-cao-tong-ket.docx",
    "letter": "cong-van.docx",
}
"""The names of the templates in the folder of a pack."""
NAMES: Final[dict[Kind, str]] = {"daily": "Báo cáo ngày", "final": "Báo cáo tổng kết", "letter": "Công văn"}

_BODY: Final = Look(nd30.BODY)
_BOLD: Final = Look(nd30.BODY, bold=True)
_ITALIC: Final = Look(nd30.BODY, italic=True)
_TEXT: Final = Shape("both", first_line=nd30.FIRST_LINE, after=nd30.AFTER_PARAGRAPH, line=nd30.LINE_SPACING)
_TITLE: Final = Shape(
    "left", first_line=nd30.FIRST_LINE, after=nd30.AFTER_PARAGRAPH, line=nd30.LINE_SPACING, keep_next=True
)
_CENTRE: Final = Shape("center")
_ABOUT: Final = Shape("center")
_UNIT_KINDS: Final = ("Phường", "Xã", "Thị trấn", "Đặc khu")
_DRAFT: Final = "(Bản dự thảo, số liệu chưa chốt, không dùng để ký)"


def make_template(pack: Pack, kind: Kind) -> bytes:
    """Return the template of a kind of paper for a pack."""
    papers = papers_of(pack)
    document = Document()
    make_styles(document)
    body = document.element.body
    for old in list(body):
        body.remove(old)
    report = kind != "letter"
    pieces = [*_head(papers, kind), *(_report_title() if report else [])]
    pieces += [*_addressees(papers), *_grounds(papers)] if report else _given_addressees()
    pieces += [*(_sections() if report else _paragraphs()), *_end(papers, pack.model.pack.reporting.recipients, kind)]
    for piece in pieces:
        body.append(element(piece))
    if report:
        body.append(element(paragraph_xml("", Shape(), inside=_section_xml())))
        for piece in _appendix(papers):
            body.append(element(piece))
    body.append(element(_section_xml(starts_at=1 if report else None)))
    _page_numbers(document)
    content = BytesIO()
    document.save(content)
    return plain_package(content.getvalue(), author=words(papers.issuer[-1]), at=0)


def papers_of(pack: Pack) -> Papers:
    """Return how a pack's papers begin and end; for a pack that says nothing of it, what its names give, for an office to mend in Word."""
    head = pack.model.pack
    if head.reporting.papers is not None:
        return head.reporting.papers
    label, name = head.label.vi, head.unit_name
    place = next((name.removeprefix(f"{kind} ") for kind in _UNIT_KINDS if name.startswith(f"{kind} ")), name)
    grounds = [text.strip().rstrip(".") for text in head.legal_basis.text.split(";") if text.strip()]
    return Papers(
        issuer=("ỦY BAN NHÂN DÂN", name.upper()),
        place=place,
        grounds=tuple(f"Căn cứ {text}" for text in grounds),
        abstracts=Abstracts(daily=f"Kết quả {label}, ngày {{day}}", final=f"Kết quả {label}"),
        closing=f"Trên đây là báo cáo kết quả {label}",
        signed=Signature(authority="TM. ỦY BAN NHÂN DÂN", position="CHỦ TỊCH"),
    )


def words(text: str) -> str:
    """Return words of a pack as words of a template: nothing in them is read as a field.

    >>> words("a {{ b }} {% c %}")
    'a { { b }} { % c %}'
    """
    return " ".join(text.split()).replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")


def blank_number(papers: Papers, kind: Kind) -> str:
    """Return the number of a paper that was not issued yet: `Số:        /BC-UBND`, and for a letter `Số:        /UBND`."""
    return f"{nd30.BLANK_NUMBER}/{'' if kind == 'letter' else 'BC-'}{words(papers.symbol)}"


def recipient_line(recipient: Recipient) -> str:
    """Return a recipient as a line of Nơi nhận.

    >>> recipient_line(Recipient(to="Công an tỉnh", via="PC06", purpose="để b/c")), recipient_line(Recipient(to="Lưu: VT"))
    ('- Công an tỉnh (qua PC06) để b/c;', '- Lưu: VT.')
    """
    via = f" (qua {recipient.via})" if recipient.via else ""
    purpose = f" {recipient.purpose}" if recipient.purpose else ""
    return f"- {words(recipient.to)}{words(via) and via}{purpose}{'.' if recipient.to.startswith('Lưu:') else ';'}"


def _head(papers: Papers, kind: Kind) -> list[str]:
    left, right = nd30.LEFT_HALF, nd30.RIGHT_HALF
    issuer = Look(nd30.ISSUER_SIZE, bold=True)
    lines = [text_xml(words(line), issuer, _CENTRE) for line in papers.issuer]
    country = text_xml(nd30.COUNTRY, Look(nd30.COUNTRY_SIZE, bold=True), _CENTRE)
    motto = text_xml(nd30.MOTTO, Look(nd30.MOTTO_SIZE, bold=True), _CENTRE)
    number = text_xml(blank_number(papers, kind), Look(nd30.NUMBER_SIZE), _CENTRE)
    about = (
        text_xml("V/v {{ about }}", Look(nd30.ABOUT_SIZE), Shape("center", left=3, right=3)) if kind == "letter" else ""
    )
    dated = f"{words(papers.place)}, {nd30.BLANK_DAY}tháng {{{{ month }}}} năm {{{{ year }}}}"
    rows = row_xml([(left, "".join(lines) + rule_xml(24, left)), (right, country + motto + rule_xml(62, right))])
    rows += row_xml([(left, number + about), (right, text_xml(dated, _ITALIC, _CENTRE))])
    gap = text_xml("", _BODY, Shape())
    return [table_xml((left, right), rows), gap]


def _report_title() -> list[str]:
    return [
        text_xml("BÁO CÁO", Look(nd30.BODY, bold=True), Shape("center", before=6)),
        text_xml("{{ abstract }}", _BOLD, _ABOUT),
        rule_xml(62, nd30.TEXT_WIDTH),
        text_xml("", Look(6), Shape()),
    ]


def _addressees(papers: Papers) -> list[str]:
    """Return Kính gửi: one addressee behind it, several one a line, each with a hyphen."""
    named = [words(name) for name in papers.addressees]
    shape = Shape("center", before=6, after=10)
    if len(named) < 2:
        return [text_xml(f"Kính gửi: {named[0]}", _BODY, shape)] if named else []
    lines = [f"- {name}{'.' if name == named[-1] else ';'}" for name in named]
    listed = Shape("left", left=50, after=2)
    return [
        text_xml("Kính gửi:", _BODY, Shape("left", left=36, before=6, after=2)),
        *(text_xml(line, _BODY, listed) for line in lines),
        text_xml("", Look(6), Shape()),
    ]


def _given_addressees() -> list[str]:
    """Return Kính gửi of a letter, whose addressees come with it."""
    return [
        _tag("if addressees|length == 1"),
        _tag("for name in addressees"),
        text_xml("Kính gửi: {{ name }}", _BODY, Shape("center", before=6, after=10)),
        _tag("endfor"),
        _tag("else"),
        text_xml("Kính gửi:", _BODY, Shape("left", left=36, before=6, after=2)),
        _tag("for name in addressees"),
        text_xml("- {{ name }}", _BODY, Shape("left", left=50, after=2)),
        _tag("endfor"),
        text_xml("", Look(6), Shape()),
        _tag("endif"),
    ]


def _grounds(papers: Papers) -> list[str]:
    ends = [";"] * (len(papers.grounds) - 1) + ["."]
    return [text_xml(words(line) + end, _ITALIC, _TEXT) for line, end in zip(papers.grounds, ends, strict=False)]


def _tag(tag: str) -> str:
    return text_xml(f"{{%p {tag} %}}", _BODY, Shape())


def _sections() -> list[str]:
    """Return the sections of the outline, each with its paragraphs; what the author must look at stands in a style of its own."""
    return [
        _tag("for section in sections"),
        _tag("if section.level == 1"),
        text_xml("{{ section.number }}. {{ section.title }}", _BOLD, Shape(**{**_shape(_TITLE), "style": "Muc"})),
        _tag("else"),
        text_xml("{{ section.number }}. {{ section.title }}", _BOLD, Shape(**{**_shape(_TITLE), "style": "Khoan"})),
        _tag("endif"),
        *_paragraphs("section.paragraphs"),
        _tag("endfor"),
    ]


def _shape(shape: Shape) -> dict[str, Any]:
    return {name: getattr(shape, name) for name in Shape.__slots__}


def _paragraphs(source: str = "paragraphs") -> list[str]:
    return [_tag(f"for text in {source}"), text_xml("{{ text }}", _BODY, _TEXT), _tag("endfor")]


def _end(papers: Papers, recipients: tuple[Recipient, ...], kind: Kind) -> list[str]:
    """Return the last sentence with `./.`, and Nơi nhận level with the signature; a draft has no signature."""
    last = "{{ closing }}" if kind == "letter" else words(papers.closing)
    left, right = nd30.LEFT_HALF + 4, nd30.RIGHT_HALF - 4
    listed = [text_xml(nd30.RECIPIENTS, Look(nd30.RECIPIENTS_SIZE, bold=True, italic=True), Shape())]
    small = Look(nd30.RECIPIENT_SIZE)
    if kind == "letter":
        listed += [_tag("for line in recipients"), text_xml("{{ line }}", small, Shape()), _tag("endfor")]
    else:
        listed += [text_xml(recipient_line(each), small, Shape()) for each in recipients]
    signed, space = papers.signed, text_xml("", _BODY, Shape())
    block = [text_xml(words(signed.authority), _BOLD, _CENTRE)] if signed.authority else []
    block += [text_xml(words(signed.position), _BOLD, _CENTRE), space, space, space, space]
    block += [text_xml(words(signed.name), _BOLD, _CENTRE)] if signed.name else []
    shown = [_tag("if draft"), text_xml(_DRAFT, _ITALIC, _CENTRE), _tag("else"), *block, _tag("endif")]
    row = row_xml([(left, "".join(listed)), (right, "".join(shown))])
    return [text_xml(last + nd30.END, _BODY, _TEXT), text_xml("", Look(6), Shape()), table_xml((left, right), row)]


def _appendix(papers: Papers) -> list[str]:
    """Return the appendix by place: as many columns as the close has, the totals in the first row."""
    number = blank_number(papers, "daily").removeprefix("Số:").strip()
    kem = f"(Kèm theo Báo cáo số        {number} {nd30.BLANK_DAY}tháng {{{{ month }}}} năm {{{{ year }}}})"
    small, head = Look(nd30.TABLE_SIZE), Look(nd30.TABLE_SIZE, bold=True)
    cell, right = Shape("left", before=2, after=2), Shape("right", before=2, after=2)
    middle = Shape("center", before=2, after=2)
    first, name = 10.0, 46.0
    rest = nd30.TEXT_WIDTH - first - name
    heads = row_xml(
        [
            (first, text_xml("TT", head, middle)),
            (name, text_xml("{{ place_kind }}", head, middle)),
            (rest, text_xml("{%tc for title in columns %}", head, middle)),
            (rest, text_xml("{{ title }}", head, middle)),
            (rest, text_xml("{%tc endfor %}", head, middle)),
        ],
        head=True,
    )
    cells = row_xml(
        [
            (first, text_xml("{{ place.order }}", small, middle)),
            (name, text_xml("{{ place.name }}", small, cell)),
            (rest, text_xml("{%tc for cell in place.cells %}", small, right)),
            (rest, text_xml("{{ cell }}", small, right)),
            (rest, text_xml("{%tc endfor %}", small, right)),
        ]
    )
    rows = heads + _tag_row("for place in places") + cells + _tag_row("endfor")
    return [
        text_xml("Phụ lục I", _BOLD, _CENTRE),
        text_xml("KẾT QUẢ THEO {{ place_kind_caps }}", _BOLD, _CENTRE),
        text_xml(kem, _ITALIC, Shape("center", after=6)),
        table_xml((first, name, rest), rows, borders=True),
        _tag("for note in notes"),
        text_xml("{{ note }}", small, Shape("both", before=3)),
        _tag("endfor"),
    ]


def _tag_row(tag: str) -> str:
    return row_xml([(nd30.TEXT_WIDTH, text_xml(f"{{%tr {tag} %}}", Look(nd30.TABLE_SIZE), Shape()))])


def _section_xml(*, starts_at: int | None = None) -> str:
    numbering = f'<w:pgNumType w:start="{starts_at}"/>' if starts_at is not None else ""
    size = f'<w:pgSz w:w="{nd30.twips(nd30.PAGE_WIDTH)}" w:h="{nd30.twips(nd30.PAGE_HEIGHT)}"/>'
    margins = "".join(
        f' w:{side}="{nd30.twips(length)}"'
        for side, length in (
            ("top", nd30.MARGIN_TOP), ("right", nd30.MARGIN_RIGHT), ("bottom", nd30.MARGIN_BOTTOM),
            ("left", nd30.MARGIN_LEFT), ("header", nd30.HEADER_FROM_TOP), ("footer", nd30.HEADER_FROM_TOP), ("gutter", 0),
        )
    )  # fmt: skip
    return f'<w:sectPr><w:type w:val="nextPage"/>{size}<w:pgMar{margins}/>{numbering}<w:titlePg/></w:sectPr>'


def _page_numbers(document: Any) -> None:
    """Put the page number into the middle of the top margin, from the second page on; an appendix counts its own pages."""
    shown = paragraph_xml(field_xml("PAGE", Look(nd30.PAGE_NUMBER_SIZE)), _CENTRE)
    for section in document.sections:
        for header, content in ((section.header, shown), (section.first_page_header, paragraph_xml("", _CENTRE))):
            header.is_linked_to_previous = False
            for old in list(header._element):
                header._element.remove(old)
            header._element.append(element(content))
