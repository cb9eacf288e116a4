"""Pieces of WordprocessingML: paragraphs, runs, borderless tables, rules drawn as borders. Every run names its font for all scripts."""

from dataclasses import dataclass
from typing import Any, Final, Literal
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from workflow.documents.nd30 import FONT, LANGUAGE, twips

Align = Literal["left", "center", "right", "both"]
_NS: Final = nsdecls("w")
FONTS: Final = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks. `size` in points."""

    size: float
    bold: bool = False
    italic: bool = False
    style: str | None = None


def look_xml(look: Look) -> str:
    """Return the properties of a run, in the order the schema asks for."""
    half = round(look.size * 2)
    return (
        "<w:rPr>"
        + (f"<w:rStyle w:val={quoteattr(look.style)}/>" if look.style else "")
        + FONTS
        + ("<w:b/><w:bCs/>" if look.bold else "")
        + ("<w:i/><w:iCs/>" if look.italic else "")
        + f'<w:color w:val="000000"/><w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
        + f'<w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="{LANGUAGE}"/></w:rPr>'
    )


def run_xml(text: str, look: Look) -> str:
    """Return a run of plain text."""
    return f'<w:r>{look_xml(look)}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def field_xml(instruction: str, look: Look) -> str:
    """Return a field that Word computes, such as PAGE."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {instruction} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>2</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{look_xml(look)}{part}</w:r>" for part in parts)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a paragraph stands. Lengths in millimetres, `before` and `after` in points; `line` in single lines."""

    align: Align = "left"
    first_line: float = 0
    left: float = 0
    right: float = 0
    before: float = 0
    after: float = 0
    line: float = 1
    keep_next: bool = False
    rule_above: bool = False
    style: str | None = None
    break_before: bool = False


def shape_xml(shape: Shape, *, inside: str = "") -> str:
    """Return the properties of a paragraph; `inside` is what comes last in them, such as a section."""
    border = (
        '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>' if shape.rule_above else ""
    )
    indents = "".join(
        f' w:{name}="{twips(length)}"'
        for name, length in (("left", shape.left), ("right", shape.right), ("firstLine", shape.first_line))
        if length
    )
    return (
        "<w:pPr>"
        + (f"<w:pStyle w:val={quoteattr(shape.style)}/>" if shape.style else "")
        + ("<w:keepNext/>" if shape.keep_next else "")
        + ("<w:pageBreakBefore/>" if shape.break_before else "")
        + border
        + f'<w:spacing w:before="{round(shape.before * 20)}" w:after="{round(shape.after * 20)}"'
        + (
            f' w:line="{round(shape.line * 240)}" w:lineRule="auto"/>'
            if not shape.rule_above
            else ' w:line="80" w:lineRule="exact"/>'
        )
        + (f"<w:ind{indents}/>" if indents else "")
        + f'<w:jc w:val="{shape.align}"/>'
        + inside
        + "</w:pPr>"
    )


def paragraph_xml(runs: str, shape: Shape, *, inside: str = "") -> str:
    """Return a paragraph of runs."""
    return f"<w:p>{shape_xml(shape, inside=inside)}{runs}</w:p>"


def text_xml(text: str, look: Look, shape: Shape) -> str:
    """Return a paragraph of one run."""
    return paragraph_xml(run_xml(text, look), shape)


def rule_xml(width: float, of: float, align: Align = "center") -> str:
    """Return a rule of `width` millimetres in a line of `of`, drawn as the border of an empty paragraph."""
    side = max(0.0, of - width)
    left = side / 2 if align == "center" else 0
    return paragraph_xml("", Shape(align=align, left=left, right=side - left, before=2, rule_above=True))


def table_xml(widths: tuple[float, ...], rows: str, *, borders: bool = False) -> str:
    """Return a table of fixed widths in millimetres, without lines unless `borders` are asked for."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"' if borders else 'w:val="nil"'
    pad = 60 if borders else 0
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(twips(width) for width in widths)}" w:type="dxa"/><w:tblBorders>'
        + "".join(f"<w:{side} {line}/>" for side in sides)
        + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        + f'<w:left w:w="{pad}" w:type="dxa"/><w:right w:w="{pad}" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
        + f"</w:tblGrid>{rows}</w:tbl>"
    )


def row_xml(cells: list[tuple[float, str]], *, head: bool = False) -> str:
    """Return a row of (width in millimetres, paragraphs); one that is a head comes again on every page and none breaks."""
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/></w:tcPr>{inside}</w:tc>' for width, inside in cells
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{made}</w:tr>"


def element(xml: str) -> Any:
    """Return a piece as an element that can be put into a document."""
    end = min(at for at in (xml.find(" "), xml.find(">"), xml.find("/>")) if at > 0)
    return parse_xml(f"{xml[:end]} {_NS}{xml[end:]}")


def text_of(paragraph: Any) -> str:
    """Return the text of a paragraph element, tabs and line breaks as such."""
    pieces = []
    for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        if node.tag == qn("w:t"):
            pieces.append(node.text or "")
        elif node.getparent().tag == qn("w:r"):
            pieces.append("\t" if node.tag == qn("w:tab") else "\n")
    return "".join(pieces)
