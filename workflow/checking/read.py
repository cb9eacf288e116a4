"""Files into documents: running text, Word, workbooks and comma-separated tables; each place by the name a reader can find."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any, Final
from unicodedata import normalize

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph
from python_calamine import CalamineError, CalamineWorkbook

from rules.said import Said
from workflow.checking.model import Cell, Document, Passage, Table
from workflow.checking.outline import marker_of
from workflow.checking.pasted import separated_at
from workflow.checking.words import one_line

MOST_BYTES: Final = 10_000_000
MOST_CELLS: Final = 400_000
MOST_COLUMNS: Final = 1_000
MOST_CHARACTERS: Final = 1_000_000
LONGEST_HEADING: Final = 300
LONGEST: Final = 5_000
"""How many characters a paragraph has at most; what is longer is read in pieces."""
_BAR: Final = re.compile(r"\s*\|\s*")
_CUTS: Final = ((re.compile(r"\t"), False), (_BAR, False), (re.compile(r" {2,}"), True))
_RULE: Final = re.compile(r"[\s|:+=-]+")
_ENDED: Final = re.compile(r"(?:[.;!?…]|\./\.)[”\")]*$")


class Unreadable(ValueError):
    """A file that cannot be read as figures; the sentence says why and what to do."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.why = why


def read_document(data: bytes, name: str) -> Document:
    """Return a file as a document, by what it is and not by its name alone. Raises Unreadable with a sentence."""
    if len(data) > MOST_BYTES:
        raise Unreadable(Said("Tệp lớn hơn 10 MB. Tách tệp, hoặc chép phần có số liệu vào một tệp mới."))
    suffix = PurePath(name).suffix.lower()
    if data[:4] == b"PK\x03\x04":
        return _word(data, name) if _has(data, "word/document.xml") else _workbook(data, name)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if suffix == ".xls":
            return _workbook(data, name)
        if suffix in (".xlsx", ".xlsm", ".docx"):
            raise Unreadable(Said("Tệp có mật khẩu nên không mở được. Bỏ mật khẩu, lưu lại rồi thử lại."))
        raise Unreadable(Said("Tệp Word kiểu cũ (.doc). Mở bằng Word, chọn “Lưu thành” .docx, rồi kiểm tra lại."))
    if data[:5] == b"%PDF-":
        raise Unreadable(Said("Tệp PDF. Mở văn bản gốc (.docx), hoặc chép phần chữ và dán vào ô “Dán văn bản”."))
    text = _decoded(data)
    if suffix in (".csv", ".tsv"):
        return _separated(text, name)
    return read_pasted(text, name)


def read_pasted(text: str, name: str) -> Document:
    """Return running text as a document: wrapped lines joined, each paragraph with the number of its first line."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(Said("Văn bản dài hơn một triệu ký tự. Chỉ giữ lại phần có số liệu rồi thử lại."))
    lines = normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    rows = [line.split("\t") for line in lines if line.strip()]
    if len(rows) > 2 and sum(len(row) > 2 for row in rows) > 0.7 * len(rows):
        return _tables_only(name, [_grid(rows, Said("bảng %(n)s", n=1))])
    if not any(char.isdigit() for char in text):
        raise Unreadable(
            Said("Không có con số nào trong văn bản. Kiểm tra xem đã chọn đúng tệp, hoặc dán đúng đoạn chưa.")
        )
    return Document(name, tuple(_parts(lines)))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(Said("Tệp này không phải văn bản, Word hay bảng tính. Dùng .docx, .xlsx, .csv hoặc .txt (UTF-8)."))


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
        yield _grid(rows, Said("bảng %(n)s", n=tables))
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
    for number, line in _cut(lines, skipped + 1):
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


def _cut(lines: Iterable[str], first: int) -> Iterator[tuple[int, str]]:
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


def _has(data: bytes, member: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > 20 * MOST_BYTES:
                raise Unreadable(
                    Said("Tệp nén bung ra quá lớn nên không mở. Lưu lại tệp bằng Word hoặc Excel rồi thử lại.")
                )
            return member in archive.namelist()
    except zipfile.BadZipFile:
        raise Unreadable(Said("Tệp bị hỏng, không mở được. Lưu lại tệp bằng Word hoặc Excel rồi thử lại.")) from None


def _word(data: bytes, name: str) -> Document:
    try:
        word = docx.Document(io.BytesIO(data))
        parts = tuple(_word_parts(word))
    except Unreadable:
        raise
    except Exception:  # whatever a damaged file makes the library do
        raise Unreadable(Said("Tệp Word bị hỏng, không mở được. Mở và lưu lại bằng Word rồi thử lại.")) from None
    if not any(_has_figures(part) for part in parts):
        raise Unreadable(
            Said("Không có con số nào trong văn bản. Kiểm tra xem đã chọn đúng tệp, hoặc dán đúng đoạn chưa.")
        )
    return Document(name, parts)


def _has_figures(part: Passage | Table) -> bool:
    texts = [part.text] if isinstance(part, Passage) else [cell.text for row in part.rows for cell in row]
    return any(char.isdigit() for text in texts for char in text)


def _word_parts(word: WordDocument) -> Iterator[Passage | Table]:
    counters: dict[tuple[str, int], int] = {}
    paragraphs = tables = 0
    for element in word.element.body.iterchildren():
        if element.tag == qn("w:p"):
            paragraphs += 1
            yield from _word_passages(Paragraph(element, word), word, counters, paragraphs)
        elif element.tag == qn("w:tbl"):
            table = WordTable(element, word)
            if _is_layout(table):
                for row in table.rows:
                    for cell in row.cells:
                        for paragraph in cell.paragraphs:
                            yield from _word_passages(paragraph, word, counters, paragraphs)
                continue
            tables += 1
            yield _word_table(table, Said("bảng %(n)s", n=tables))


def _word_passages(
    paragraph: Paragraph, word: WordDocument, counters: dict[tuple[str, int], int], number: int
) -> Iterator[Passage]:
    """Yield a paragraph, line by line where lines are broken by hand; a number that Word makes is written out."""
    lines = [one_line(line) for line in normalize("NFC", _text_of(paragraph)).split("\n")]
    auto = _auto_number(paragraph, word, counters)
    for line in (each for each in lines if each):
        kind, marker, rest = marker_of(f"{auto}{line}")
        auto = ""
        for _, piece in _cut([rest], number):
            yield Passage(piece, Said("đoạn %(n)s", n=number), marker, kind)


def _text_of(paragraph: Paragraph) -> str:
    """Return the text as it reads with every tracked change accepted: inserted text counts, deleted text does not."""
    pieces = []
    for node in paragraph._p.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
        if any(parent.tag in (qn("w:del"), qn("w:moveFrom")) for parent in node.iterancestors()):
            continue
        pieces.append(node.text or "" if node.tag == qn("w:t") else "\n" if node.tag == qn("w:br") else "\t")
    return "".join(pieces)


def _auto_number(paragraph: Paragraph, word: WordDocument, counters: dict[tuple[str, int], int]) -> str:
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


def _is_layout(table: WordTable) -> bool:
    """Whether a table only places blocks side by side (head and signature of an official paper): one row, or no figures at all."""
    cells = {id(cell._tc): cell.text for row in table.rows for cell in row.cells}
    return len(table.rows) <= 1 or not any(re.search(r"\d", text) for text in cells.values())


def _word_table(table: WordTable, place: str) -> Table:
    rows = []
    spans: dict[tuple[int, int], int] = {}
    covered: dict[Any, list[tuple[int, int]]] = {}
    for at, row in enumerate(table.rows):
        cells = []
        seen: list[Any] = []
        for column, cell in enumerate(row.cells):
            seen.append(cell._tc)
            covered.setdefault(cell._tc, []).append((at, column))
            cells.append(Cell(one_line(normalize("NFC", cell.text)), place, at, column, is_lettered=False))
            first = next(index for index, each in enumerate(seen) if each is cell._tc)
            if first < column:
                spans[(at, first)] = column - first + 1
        rows.append(tuple(cells))
    merged = tuple(
        (min(rows_of)[0], min(rows_of)[1], max(rows_of)[0], max(rows_of)[1])
        for rows_of in covered.values()
        if len(rows_of) > 1
    )
    return Table(tuple(rows), place, spans, merged)


def _workbook(data: bytes, name: str) -> Document:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(sheet, book.get_sheet_by_name(sheet)) for sheet in book.sheet_names]
        tables = [_sheet(sheet, rows) for sheet, rows in sheets]
    except (CalamineError, ValueError, OSError):
        raise Unreadable(
            Said("Bảng tính bị hỏng hoặc có mật khẩu, không mở được. Lưu lại bằng Excel, bỏ mật khẩu, rồi thử lại.")
        ) from None
    return _tables_only(name, [table for sheet in tables for table in apart(sheet)])


def _tables_only(name: str, tables: list[Table]) -> Document:
    if not any(_has_figures(table) for table in tables):
        raise Unreadable(Said("Không có con số nào trong bảng. Kiểm tra xem đã chọn đúng tệp và đúng trang tính chưa."))
    return Document(name, tuple(tables))


def _sheet(name: str, sheet: Any) -> Table:
    first_row, first_column = sheet.start or (0, 0)
    found = sheet.to_python(skip_empty_area=True)
    if sum(len(row) for row in found) > MOST_CELLS:
        raise Unreadable(Said("Bảng tính có hơn 400.000 ô. Chỉ giữ lại bảng số liệu rồi thử lại."))
    rows = []
    for at, values in enumerate(found):
        cells = [
            Cell(_shown(value), name, first_row + at, first_column + column, is_lettered=True, number=_number(value))
            for column, value in enumerate(values)
        ]
        rows.append(tuple(cells))
    merged = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
    return Table(tuple(rows), name, merged=merged)


def _number(value: object) -> float | int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if float(value).is_integer() else value


def _shown(value: object) -> str:
    number = _number(value)
    if number is not None:
        return str(number)
    return one_line(normalize("NFC", str(value))) if value not in (None, "") else ""


def _separated(text: str, name: str) -> Document:
    first = text[:MOST_CHARACTERS].partition("\n")[0]
    if len(text) > MOST_CHARACTERS or max(map(first.count, ",;\t|")) > MOST_COLUMNS:
        raise Unreadable(
            Said("Bảng dài hơn một triệu ký tự, hoặc rộng hơn 1.000 cột. Chỉ giữ lại bảng số liệu rồi thử lại.")
        )
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text), dialect))
    except csv.Error:
        raise Unreadable(Said("Tệp .csv không đọc được. Lưu lại từ Excel dạng “CSV UTF-8” rồi thử lại.")) from None
    return _tables_only(name, apart(_grid(rows, Said("bảng %(n)s", n=1))))


def apart(sheet: Table) -> list[Table]:
    """Return the tables that stand below one another on a sheet: an empty row, then headings, begins another one."""
    blocks: list[list[tuple[Cell, ...]]] = [[]]
    for row in sheet.rows:
        if any(cell.text for cell in row):
            blocks[-1].append(row)
        elif blocks[-1]:
            blocks.append([])
    tables: list[list[tuple[Cell, ...]]] = []
    for block in (each for each in blocks if each):
        begins = not tables or not _is_of_figures(block[0])
        if begins and not (tables and not any(_is_of_figures(row) for row in tables[-1])):
            tables.append([])
        tables[-1] += block
    return [Table(tuple(rows), sheet.place, merged=sheet.merged) for rows in tables]


def _is_of_figures(row: tuple[Cell, ...]) -> bool:
    filled = [cell for cell in row if cell.text]
    return len(filled) > 1 and sum(
        any(char.isdigit() for char in cell.text) and len(cell.text) < 20 for cell in filled
    ) * 2 >= len(filled)


def _grid(rows: list[list[str]], place: str) -> Table:
    made = [
        tuple(
            Cell(one_line(normalize("NFC", text)), "", at, column, is_lettered=True) for column, text in enumerate(row)
        )
        for at, row in enumerate(rows)
    ]
    return Table(tuple(made), place)
