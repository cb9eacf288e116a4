"""The documents of the corpus that are no plain text: Word files, workbooks, and files that nobody can read.

`write_documents(folder)` makes them anew, byte for byte the same each time, so that none has to be committed. What is wrong in
each, and what only looks wrong, stands in answers.yaml beside this file.
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import docx
import xlsxwriter
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

HERE = Path(__file__).parent
MADE_ON = datetime(2025, 5, 30)  # noqa: DTZ001 - both formats keep a date without a zone

Cell = str | int | float | None


def write_documents(folder: Path) -> list[Path]:
    """Write every made document into `folder` and return their paths in the order of their names."""
    made = {**{name: _word(make) for name, make in WORD.items()}, **{name: _book(make) for name, make in BOOKS.items()}}
    made |= {name: make() for name, make in BYTES.items()}
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in sorted(made)]


# Word ------------------------------------------------------------------------------------------------------------------


def _word(make: Callable[[Document], None]) -> bytes:
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = MADE_ON
    make(document)
    written = BytesIO()
    document.save(written)
    return _with_fixed_times(written.getvalue())


def _with_fixed_times(packed: bytes) -> bytes:
    again = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as source, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, (2025, 5, 30, 0, 0, 0))
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)
    return again.getvalue()


def _numbered(document: Document, lines: Iterable[tuple[int, str]]) -> None:
    """Add paragraphs whose numbers (1., 1.1.) Word itself counts; they stand nowhere in the text. Level 0 is the outermost."""
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{form}"/></w:lvl>'
        for level, form in enumerate(("%1.", "%1.%2."))
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for level, text in lines:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
        )


def _table(document: Document, rows: Sequence[Sequence[str]], merged: Iterable[tuple[int, int, int, int]] = ()) -> None:
    """Add a table; `merged` names rectangles by their first and last row and column, of which the first cell's text is kept."""
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for first_row, first_column, last_row, last_column in merged:
        text = rows[first_row][first_column]
        table.cell(first_row, first_column).merge(table.cell(last_row, last_column)).text = text


def _tu_son(document: Document) -> None:
    document.add_paragraph("BẢNG TỔNG HỢP")
    document.add_paragraph("Kết quả lấy ý kiến cử tri về Đề án thành lập 5 phường thuộc thị xã Từ Sơn")
    _numbered(
        document,
        [
            (0, "Xã Hương Mạc, có 7081/10074 cử tri đồng ý với Đề án, đạt tỷ lệ 70,29%."),
            (0, "Xã Phù Chẩn có 6019/6456 cử tri đồng ý với Đề án, đạt tỷ lệ 93,23%."),
            (0, "Xã Phù Khê có 5238/6655 cử tri đồng ý với Đề án, đạt tỷ lệ 78,71%."),
            (0, "Xã Tam Sơn có 7620/8674 cử tri đồng ý với Đề án, đạt tỷ lệ 87,85%."),
            (0, "Xã Tương Giang có 8043/8290 cử tri đồng ý với Đề án, đạt tỷ lệ 97,02%."),
        ],
    )


def _merged_header(document: Document) -> None:
    document.add_paragraph("Phụ lục: Kết quả theo khu dân cư (đến 22 giờ ngày 29/5/2025)")
    _table(
        document,
        [
            ["STT", "Khu dân cư", "Cần lấy ý kiến", "Đã góp ý", "", "Không thể lấy ý kiến", ""],
            ["", "", "", "Số người", "Tỷ lệ", "Số người", "Tỷ lệ"],
            ["1", "KDC Bờ Đa", "1.204", "1.051", "87,29%", "153", "12,71%"],
            ["2", "KDC Đại", "1.512", "1.330", "87,96%", "182", "12,04%"],
            ["3", "KDC Chín", "1.830", "1.600", "87,43%", "230", "12,57%"],
            ["Tổng cộng", "", "4.546", "3.981", "87,57%", "565", "12,43%"],
        ],
        merged=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 0, 6), (5, 0, 5, 1)],
    )


def _own_numbers(document: Document) -> None:
    document.add_paragraph("BÁO CÁO KẾT QUẢ LẤY Ý KIẾN")
    _numbered(
        document,
        [
            (0, "Tổng số công dân cần lấy ý kiến: 2.004 người."),
            (0, "Số người đã tham gia: 1.876 người, đạt tỷ lệ 93,61%."),
            (0, "Số người không thể lấy ý kiến: 128 người, chiếm tỷ lệ 6,39%, trong đó:"),
            (1, "Nhập ngũ: 41/2004 người, chiếm tỷ lệ 2,05%"),
            (1, "Đi nước ngoài: 70/2004 người, chiếm tỷ lệ 3,49%"),
            (1, "CCCD hết hạn: 17/2004 người, chiếm tỷ lệ 0,85%"),
        ],
    )


def _wrong_subtotal(document: Document) -> None:
    document.add_paragraph("Kết quả thu nhận hồ sơ căn cước theo cụm")
    _table(
        document,
        [
            ["Đơn vị", "Đủ điều kiện", "Đã thu nhận", "Còn lại"],
            ["Cụm 1", "1.105", "1.014", "91"],
            ["- Thôn An Thái", "512", "470", "42"],
            ["- Thôn An Hòa", "593", "544", "49"],
            ["Cụm 2", "1.271", "1.187", "84"],
            ["- Thôn Phú Thọ", "640", "601", "39"],
            ["- Thôn Phú Mỹ", "631", "568", "45"],
            ["Tổng cộng", "2.376", "2.201", "175"],
        ],
    )


def _wrong_children(document: Document) -> None:
    document.add_paragraph("KẾT QUẢ GIẢM NGHÈO NĂM 2024")
    _numbered(
        document,
        [
            (0, "Tổng số hộ dân cư: 3.150 hộ."),
            (0, "Tổng số hộ nghèo, hộ cận nghèo: 214 hộ, chiếm tỷ lệ 6,79%, trong đó:"),
            (1, "Hộ nghèo: 89 hộ, chiếm tỷ lệ 2,83%"),
            (1, "Hộ cận nghèo: 126 hộ, chiếm tỷ lệ 3,97%"),
            (0, "Số hộ thoát nghèo trong năm: 37 hộ."),
        ],
    )


def _seed_in_word(document: Document) -> None:
    """The seed as an office has it in Word: the heading in a table without lines, each paragraph in one piece."""
    text = (HERE / "an-lac.txt").read_text("utf-8")
    head, body = text[: text.index("BÁO CÁO\n")], text[text.index("BÁO CÁO\n") :]
    left, right = head.split("CỘNG HÒA")
    _table(document, [[" ".join(left.split()), "CỘNG HÒA" + right.rstrip()]])
    begins = re.compile(
        r"(?m)^(?= ?(?:[IVX]+\.|\d+(?:\.\d+)*\.? |[-+] |[A-ZĐ]{2,} |Kết quả|Thực hiện|Trên đây|Nơi nhận|Các tầng|Lấy ý|Uỷ ban))"
    )
    for paragraph in begins.split(body):
        if words := " ".join(paragraph.split()):
            document.add_paragraph(words)


WORD: dict[str, Callable[[Document], None]] = {
    "public-tu-son-phuong.docx": _tu_son,
    "own-c13-tieu-de-gop-o.docx": _merged_header,
    "own-c14-danh-so-tu-dong.docx": _own_numbers,
    "own-f17-tong-cum.docx": _wrong_subtotal,
    "own-f18-danh-so-tu-dong.docx": _wrong_children,
    "own-f25-an-lac.docx": _seed_in_word,
}


# workbooks -------------------------------------------------------------------------------------------------------------

Book = tuple[Sequence[Sequence[Cell]], Sequence[tuple[int, int, int, int]]]


def _book(make: Callable[[], Book]) -> bytes:
    rows, merged = make()
    written = BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"created": MADE_ON})
        sheet = book.add_worksheet("Biểu")
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(line, column, value)
        for first_row, first_column, last_row, last_column in merged:
            sheet.merge_range(first_row, first_column, last_row, last_column, rows[first_row][first_column])
    return written.getvalue()


def _hue() -> Book:
    head: list[Cell] = [
        "Mức độ",
        "Tổng",
        "Đã xử lý",
        "Chưa xử lý",
        "Trước hạn",
        None,
        "Đúng hạn",
        None,
        "Trễ hạn",
        None,
    ]
    under: list[Cell] = [None, None, None, None, "Tổng", "%", "Tổng", "%", "Tổng", "%"]
    return [
        ["Kết quả giải quyết thủ tục hành chính"],
        head,
        under,
        ["Mức 1, 2", 268763, 257141, 11622, 124907, "48,6%", 102770, "40%", 19852, "7,7%"],
        ["Mức 3", 68544, 61827, 6717, 43434, "70,3%", 11795, "19,1%", 4331, "7%"],
        ["Mức 4", 1665, 1611, 54, 952, "59,1%", 388, "24,1%", 268, "16,6%"],
    ], [*((1, column, 2, column) for column in range(4)), *((1, column, 1, column + 1) for column in (4, 6, 8))]


def _vinh_phuc() -> Book:
    return [
        ["Dân số trung bình phân theo giới tính và phân theo thành thị, nông thôn (người)"],
        ["Năm", "Tổng số", "Phân theo giới tính", None, "Phân theo thành thị, nông thôn", None],
        [None, None, "Nam", "Nữ", "Thành thị", "Nông thôn"],
        ["2010", "1.014.825", "501.190", "513.635", "232.869", "781.956"],
        ["2016", "1.106.141", "543.959", "562.182", "257.890", "848.251"],
        ["2017", "1.123.140", "555.393", "567.747", "261.692", "861.448"],
        ["2018", "1.138.370", "563.721", "574.649", "285.162", "853.208"],
        ["Sơ bộ 2019", "1.154.836", "575.460", "579.376", "295.200", "859.636"],
        ["Cơ cấu (%)", None, None, None, None, None],
        ["2010", "100,00", "49,39", "50,61", "22,95", "77,05"],
        ["2016", "100,00", "49,18", "50,82", "23,31", "76,69"],
        ["2017", "100,00", "49,45", "50,55", "23,30", "76,70"],
        ["2018", "100,00", "49,52", "50,48", "25,05", "74,95"],
        ["Sơ bộ 2019", "100,00", "49,83", "50,17", "25,56", "74,44"],
    ], [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5), (8, 0, 8, 5)]


def _subtotals() -> Book:
    return [
        ["TỔNG HỢP KẾT QUẢ THU QUỸ NĂM 2025"],
        ["STT", "Đơn vị", "Số hộ phải thu", "Số hộ đã thu", "Tỷ lệ (%)", "Số tiền (đồng)"],
        ["I", "Khu vực phía Đông", 812, 767, 94.46, 38350000],
        [1, "Thôn 1", 402, 385, 95.77, 19250000],
        [2, "Thôn 2", 410, 382, 93.17, 19100000],
        ["II", "Khu vực phía Tây", 655, 624, 95.27, 31200000],
        [3, "Thôn 3", 301, 290, 96.35, 14500000],
        [4, "Thôn 4", 198, 186, 93.94, 9300000],
        [5, "Thôn 5", 156, 148, 94.87, 7400000],
        [None, "Tổng cộng", 1467, 1391, 94.82, 69550000],
    ], []


def _wrong_cell() -> Book:
    return [
        ["KẾT QUẢ KÍCH HOẠT ĐỊNH DANH ĐIỆN TỬ THEO TỔ DÂN PHỐ"],
        ["Tổ dân phố", "Công dân", "Đã kích hoạt", "Chưa kích hoạt", "Tỷ lệ kích hoạt"],
        ["Tổ dân phố 1", 420, 391, 29, "93,10%"],
        ["Tổ dân phố 2", 388, 352, 36, "90,72%"],
        ["Tổ dân phố 3", 401, 374, 27, "93,27%"],
        ["Tổ dân phố 4", 305, 284, 31, "89,84%"],
        ["Tổng", 1514, 1391, 123, "91,88%"],
    ], []


def _two_tables() -> Book:
    return [
        ["Biểu số 02/BC-UBND"],
        ["KẾT QUẢ THỰC HIỆN ĐỀ ÁN 06 (số liệu đến 22h ngày 29/5/2025)"],
        [],
        ["Nội dung", "Thôn Đông", "Thôn Tây", "Toàn xã"],
        ["Công dân từ đủ 14 tuổi", 1204, 1512, 2716],
        ["Đã cấp căn cước", 1181, 1490, 2671],
        ["Đã kích hoạt mức độ 2", 1051, 1330, 2381],
        ["Tỷ lệ kích hoạt (%)", 87.29, 87.96, 87.67],
        [],
        ["Phân loại chưa kích hoạt", "Thôn Đông", "Thôn Tây", "Toàn xã"],
        ["Đi nước ngoài", 88, 95, 183],
        ["Nhập ngũ", 41, 52, 93],
        ["Lý do khác", 24, 35, 59],
        ["Cộng", 153, 182, 335],
        ["Ghi chú: thôn Đông có 3 xóm, thôn Tây có 4 xóm."],
    ], [(0, 0, 0, 1), (1, 0, 1, 3), (14, 0, 14, 3)]


BOOKS: dict[str, Callable[[], Book]] = {
    "public-hue-mot-cua.xlsx": _hue,
    "public-vinh-phuc-dan-so.xlsx": _vinh_phuc,
    "own-c15-tong-tung-phan.xlsx": _subtotals,
    "own-c18-hai-bang.xlsx": _two_tables,
    "own-f19-mot-o-sai.xlsx": _wrong_cell,
}


# other bytes -----------------------------------------------------------------------------------------------------------


def _from_another_editor() -> bytes:
    """A clean document as another program saves it: byte order mark, CRLF, decomposed accents, no-break spaces before units."""
    text = (HERE / "own-c11-an-lac-dung.txt").read_text("utf-8")
    text = text.replace(" người", "\N{NO-BREAK SPACE}người").replace("%", "\N{NO-BREAK SPACE}%")
    return "\N{BYTE ORDER MARK}".encode() + unicodedata.normalize("NFD", text).replace("\n", "\r\n").encode()


def _seed_put_right() -> bytes:
    """The whole seed with its line breaks, its narrative and its slips of the pen, but with figures that fit."""
    text = (HERE / "an-lac.txt").read_text("utf-8")
    for wrong, right in (("3.976", "3.981"), ("87,44%", "87,57%"), ("571/4546", "565/4546"), ("12,56%", "12,43%")):
        text = text.replace(wrong, right)
    return re.sub(r"(?s) 3\.8\. .*?0,13%\n", "", text).encode()


def _in_utf16() -> bytes:
    return (HERE / "own-c01-so-van-ban.txt").read_text("utf-8").encode("utf-16")


def _picture() -> bytes:
    """A white square of eight pixels: a scanned page has no more figures to read than this."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"\0\xff\xff\xff\xff\xff\xff\xff\xff" * 8)
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _rubbish() -> bytes:
    return bytes((number * 37 + number // 7) % 256 for number in range(2048))


BYTES: dict[str, Callable[[], bytes]] = {
    "own-c16-trinh-soan-thao-khac.txt": _from_another_editor,
    "own-c19-an-lac-dung-ca-bai.txt": _seed_put_right,
    "own-c20-utf16.txt": _in_utf16,
    "own-u01-anh-quet.png": _picture,
    "own-u02-khong-phai-word.docx": _rubbish,
    "own-u03-bang-hong.xlsx": _rubbish,
    "own-u04-nhi-phan.txt": _rubbish,
}
