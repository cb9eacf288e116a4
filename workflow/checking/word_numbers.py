"""The numbers that Word counts before the paragraphs of a list: they stand in no text, and are printed all the same."""

import re
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph


def number_before(paragraph: Paragraph, word: WordDocument, counters: dict[tuple[str, int], int]) -> str:
    """Return the number that Word prints before a paragraph of a list; empty for all others."""
    properties = paragraph._p.pPr
    numbering: Any = None if properties is None else properties.numPr
    if numbering is None and paragraph.style is not None and paragraph.style.element.pPr is not None:
        numbering = paragraph.style.element.pPr.numPr
    if numbering is None or numbering.numId is None or not numbering.numId.val:
        return ""
    number_id, depth = str(numbering.numId.val), numbering.ilvl.val if numbering.ilvl is not None else 0
    counters[(number_id, depth)] = counters.get((number_id, depth), 0) + 1
    for key in [key for key in counters if key[0] == number_id and key[1] > depth]:
        del counters[key]
    shape, text = _level(word, number_id, depth)
    if shape == "bullet":
        return "- " if depth == 0 else "+ "

    def shown(match: re.Match[str]) -> str:
        level = int(match.group(1)) - 1
        return _numeral(counters.get((number_id, level), 1), _level(word, number_id, level)[0])

    return re.sub(r"%(\d)", shown, text or f"%{depth + 1}.") + " "


def _level(word: WordDocument, number_id: str, depth: int) -> tuple[str, str]:
    """Return (number format, text such as "%1.%2.") of a level of a numbering."""
    root = word.part.numbering_part.element
    for number in root.findall(qn("w:num")):
        if number.get(qn("w:numId")) == number_id:
            abstract_id = number.find(qn("w:abstractNumId")).get(qn("w:val"))
            for abstract in root.findall(qn("w:abstractNum")):
                if abstract.get(qn("w:abstractNumId")) == abstract_id:
                    for level in abstract.findall(qn("w:lvl")):
                        if level.get(qn("w:ilvl")) == str(depth):
                            shape, text = level.find(qn("w:numFmt")), level.find(qn("w:lvlText"))
                            value = qn("w:val")
                            return (
                                shape.get(value) if shape is not None else "decimal",
                                text.get(value) if text is not None else "",
                            )
    return "decimal", ""


def _numeral(number: int, shape: str) -> str:
    if shape == "upperRoman":
        return _roman(number)
    if shape in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if shape == "lowerLetter" else letter.upper()
    return str(number)


def _roman(number: int) -> str:
    """Return a Roman numeral.

    >>> _roman(4), _roman(9), _roman(14)
    ('IV', 'IX', 'XIV')
    """
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    made = ""
    for value, sign in signs:
        while number >= value:
            made, number = made + sign, number - value
    return made
