"""Running text into documents: wrapped lines joined, pasted tables found; each paragraph by the number of its first line."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from unicodedata import normalize

from rules.said import Said
from workflow.checking.model import Document, Passage, Table
from workflow.checking.outline import marker_of
from workflow.checking.pasted import separated_at
from workflow.checking.read_tables import grid, tables_only
from workflow.checking.unreadable import MOST_CHARACTERS, Unreadable
from workflow.checking.words import one_line

LONGEST_HEADING: Final = 300
LONGEST: Final = 5_000
"""How many characters a paragraph has at most; what is longer is read in pieces."""
_BAR: Final = re.compile(r"\s*\|\s*")
_CUTS: Final = ((re.compile(r"\t"), False), (_BAR, False), (re.compile(r" {2,}"), True))
_RULE: Final = re.compile(r"[\s|:+=-]+")
_ENDED: Final = re.compile(r"(?:[.;!?…]|\./\.)[”\")]*$")


def read_pasted(text: str, name: str) -> Document:
    """Return running text as a document: wrapped lines joined, each paragraph with the number of its first line."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(Said("Văn bản dài hơn một triệu ký tự. Chỉ giữ lại phần có số liệu rồi thử lại."))
    lines = normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    rows = [line.split("\t") for line in lines if line.strip()]
    if len(rows) > 2 and sum(len(row) > 2 for row in rows) > 0.7 * len(rows):
        return tables_only(name, [grid(rows, Said("bảng %(n)s", n=1))])
    if not any(char.isdigit() for char in text):
        raise Unreadable(
            Said("Không có con số nào trong văn bản. Kiểm tra xem đã chọn đúng tệp, hoặc dán đúng đoạn chưa.")
        )
    return Document(name, tuple(_parts(lines)))


def _parts(lines: list[str]) -> Iterator[Passage | Table]:
    """Yield paragraphs and pasted tables in order; a table is at least three lines side by side cut in three or more alike."""
    begin = tables = at = 0
    while at < len(lines):
        end, rows = _table_at(lines, at)
        if not rows:
            at = end
            continue
        yield from _passages(lines[begin:at], begin)
        tables += 1
        yield grid(rows, Said("bảng %(n)s", n=tables))
        begin = at = end
    yield from _passages(lines[begin:], begin)


def _table_at(lines: list[str], at: int) -> tuple[int, list[list[str]]]:
    """Return the rows of the table that begins at a line and where it ends; no rows and the next line to look at if none does.

    So is what a spreadsheet gives, from its headings and one line on. Tabs cut a line, or bars, or two blanks and more; of the last all lines must give as many cells, for nothing else says so.
    """
    separated = separated_at(lines, at)
    if separated:
        return at + len(separated), separated
    for cut, is_strict in _CUTS:
        end = at
        rows: list[list[str]] = []
        while end < len(lines) and cut.search(lines[end]):
            cells = cut.split(lines[end].rstrip().strip("|") if cut is _BAR else lines[end].rstrip())
            if len(cells) < 3 or (is_strict and rows and len(cells) != len(rows[0])):
                break
            if not _RULE.fullmatch(lines[end]):
                rows.append(cells)
            end += 1
        if len(rows) > 2:
            return end, rows
    return at + 1, []


def _passages(lines: Iterable[str], skipped: int) -> Iterator[Passage]:
    """Yield paragraphs: a numbered line begins one; a line goes on if the one before it has not come to an end."""
    text, place, kind, marker = "", 0, "", ""
    more: list[tuple[int, str]] = []
    for number, line in in_pieces(lines, skipped + 1):
        found, mark, rest = marker_of(line)
        begins = (
            bool(found)
            or not text
            or len(text) > LONGEST
            or bool(_ENDED.search(text[-8:]))
            or _is_heading(text)
            or _is_heading(line)
        )
        if begins and text:
            yield Passage(text, Said("dòng %(n)s", n=place), marker, kind, tuple(more))
        if begins:
            text, place, kind, marker, more = rest, number, found, mark, []
        else:
            more.append((len(text) + 1, Said("dòng %(n)s", n=number)))
            text = f"{text} {line}"
    if text:
        yield Passage(text, Said("dòng %(n)s", n=place), marker, kind, tuple(more))


def in_pieces(lines: Iterable[str], first: int) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of the lines that are not empty; what is longer than a paragraph can be is cut at a blank."""
    for number, raw in enumerate(lines, first):
        line = one_line(raw)
        while len(line) > LONGEST:
            at = line.rfind(" ", 1, LONGEST)
            at = LONGEST if at < 0 else at
            yield number, line[:at].strip()
            line = line[at:].strip()
        if line:
            yield number, line


def _is_heading(line: str) -> bool:
    if len(line) > LONGEST_HEADING:
        return False
    letters = [char for char in line if char.isalpha()]
    return len(letters) > 1 and all(char.isupper() for char in letters) and not any(char.isdigit() for char in line)
