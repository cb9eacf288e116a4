"""Numbers in running Vietnamese text: what each is (a count, a rate, a date, a reference) and its exact value.

Both ways of writing are read, 4.546 and 87,44 as well as 4,546 and 87.44, each strictly: groups have three digits. What is neither
is malformed and said so; it is never guessed. A number that only names something (Điều 9, năm 2013, 05/KH-UBND) is no figure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Kind = Literal["count", "measure", "percent", "points", "date", "month", "time", "name", "range", "malformed"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written at `start`–`end` of its passage.

    `value` counts units of the last of `decimals` decimals: 87,44 is 8744 with two. `over` is what a count is written over, as in
    571/4546, at `over_start`. `unit` is the word behind it, folded to its class by `units`.
    """

    kind: Kind
    written: str
    start: int
    end: int
    value: int = 0
    decimals: int = 0
    unit: str = ""
    over: int | None = None
    over_written: str = ""
    over_start: int = 0


MOST_DIGITS: Final = 24
"""A longer string of digits is no number that anybody reports."""
_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_DOCUMENT: Final = r"\d+[-/](?:\d{4}/)?[A-ZĐ]{1,}[A-ZĐa-z]*\d*(?:[-/][A-ZĐ0-9][\wĐđ]*)*"
_NAMERS: Final = (
    r"điều|khoản|điểm|mục|chương|phần|đề án|quyết định|bước|phụ lục|biểu|mẫu|bảng|công văn|kế hoạch|nghị quyết|nghị định|thông tư|"
    r"chỉ thị|luật|công điện|thông báo|tờ trình|báo cáo|tổ|tdp|thôn|xóm|khu|khu phố|kp|khóm|ấp|bản|buôn|kdc|khu dân cư|tổ dân phố|"
    r"lớp|mức|mức độ|cấp|loại|hạng|đợt|kỳ|lần|quý|quí|năm|nhiệm kỳ|giai đoạn|khóa|khoá|tuần|tuổi|từ đủ|đủ|phường|quận|số hiệu|"
    r"đơn vị bầu cử|khu vực bỏ phiếu|trang|dòng|cột|chỉ tiêu số|stt|hp|hiến pháp|tập|hình|ô|thứ|a|level|section|article|no"
).replace(" ", r"\s+")
_TOKEN: Final = re.compile(
    rf"""
    (?=[^\W\d])(?<!\w)(?:
      (?P<date_long>ngày\s+\d{{1,2}}\s+tháng\s+\d{{1,2}}\s*(?:,?\s*năm\s+(?:19|20)\d\d)?)
    | (?P<date_short>(?:ngày|hết|đến|từ|trước|sáng|chiều|tối)\s+\d{{1,2}}/\d{{1,2}}(?![\d/.,]))
    | (?P<month>tháng\s+\d{{1,2}}(?:\s*/\s*(?:19|20)\d\d|\s+năm\s+(?:19|20)\d\d)?|(?:quý|quí)\s+[IVX\d]+(?:/(?:19|20)\d\d)?)
    | (?P<named>(?:{_NAMERS})\s+(?:số\s*:?\s*|thứ\s+)?\d+(?:[.,-]\d+)*(?![\d/])(?!\s*%))
    | (?P<numbered>số\s+\d+(?![\d/.,])(?=\s*(?:ngày|,|;|\)|của|về|$)))
    | (?P<power>m[23](?!\w)))
  | (?=[-−\d])(?:
      (?P<document>(?<![\w.,]){_DOCUMENT})
    | (?P<date>(?<![\w.,/])\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?(?:19|20)\d\d(?![\d/]))
    | (?P<month_short>(?<![\d.,/])\d{{1,2}}/(?:19|20)\d\d(?![\d/.,]))
    | (?P<time>(?<![\w.,/])\d{{1,2}}\s?(?:giờ|[hg])(?:\s?\d{{2}}(?:\s?phút|p)?)?(?!\w)|(?<![\w.,])\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?!\d))
    | (?P<phone>(?<![\w.,/])0\d{{8,11}}(?!\d)|(?<!\d)\d{{12}}(?!\d)|(?<![\w.,/])0\d{{2,3}}[.\s]\d{{1,3}}(?:[.\s]\d{{2,4}}){{1,3}}(?![\w.,]*\d))
    | (?P<range>(?<![\w.,/]){_NUMBER}\s?[-–—]\s?{_NUMBER}(?![\w.,]*[/%]))
    | (?P<percent>(?<![\w/]){_NUMBER}\s?(?:%|phần\s+trăm))
    | (?P<points>(?<![\w/]){_NUMBER}\s?(?:điểm\s?(?:%|phần\s+trăm)))
    | (?P<ratio>(?<![\w.,/]){_NUMBER}\s?/\s?{_NUMBER}(?![\d/]))
    | (?P<plain>(?<![\w.,/])[-−]?{_NUMBER}(?![\w/])))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_VI: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_EN: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_NAMING_KINDS: Final[dict[str, Kind]] = {
    "document": "name", "date": "date", "date_long": "date", "date_short": "date", "month": "month", "month_short": "month", "time": "time", "phone": "name",
    "range": "range", "named": "name", "numbered": "name", "power": "name",
}  # fmt: skip
_AVERAGE: Final = re.compile(r"\b(?:trung bình|bình quân|gấp|hệ số)\b[^.;]{0,40}$", re.IGNORECASE)
_PER: Final = re.compile(r"\s*(?:[^\W\d]+\s*){1,3}/|\s*lần\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")

UNITS: Final[dict[str, str]] = {
    word: kind
    for kind, words in {
        "person": "người|công dân|nhân khẩu|cử tri|khẩu|cháu|em|trẻ|trẻ em|học sinh|đảng viên|hội viên|đoàn viên|lao động|đối tượng|đồng chí|thành viên|cán bộ|công chức|viên chức|thanh niên|phụ nữ|chủ hộ|bệnh nhân|giáo viên|sinh viên|đại biểu|dân|persons|people|citizens|voters",
        "household": "hộ|hộ gia đình|hộ dân|gia đình|households",
        "opinion": "ý kiến|lượt ý kiến|lượt góp ý|góp ý|nội dung góp ý|opinions|comments",
        "account": "tài khoản|accounts",
        "case": "trường hợp|hồ sơ|vụ|vụ việc|đơn|thủ tục|giao dịch|cases|files",
        "card": "thẻ|thẻ căn cước|căn cước|cards",
        "ballot": "phiếu|lá phiếu|ballots|forms",
        "times": "lượt|lượt người|lần|cuộc|buổi|hội nghị|tin|bài|tin bài|văn bản|tờ rơi|băng rôn|pano|lớp|đợt|mũi|liều|clip|times",
        "money": "đồng|triệu|triệu đồng|tỷ|tỷ đồng|tỉ đồng|nghìn đồng|usd|vnđ|vnd|đ",
        "area": "ha|m2|m²|km|km2|km²|m|mét|tấn|kg|tạ|lít|m3|m³|khối|sào|mẫu",
        "scale": "nghìn|ngàn|vạn|trăm|chục",
        "age": "tuổi|năm|tháng|ngày|giờ|phút|năm tuổi|years",
        "place": "tổ|tổ dân phố|thôn|xã|phường|khu|khu dân cư|đơn vị|điểm|khu phố|ấp|bản|tổ công tác|chi hội|chi bộ|trường|doanh nghiệp|cơ sở|công ty|hợp tác xã|tổ chức|mô hình|công trình|dự án|nhóm|khu vực bỏ phiếu|điều|khoản|nội dung|tiêu chí|chỉ tiêu|nhiệm vụ|lĩnh vực|loại",
        "item": "phương tiện|xe|sản phẩm|thiết bị|máy|con|cây|nhà|thửa|bản án|thùng|bộ",
    }.items()
    for word in words.split("|")
}  # fmt: skip
"""Words of measure by class: two counts add up only within one class."""
SYNONYMS: Final = frozenset({"person", "household", "opinion", "account", "case", "card", "ballot"})
"""Classes whose words mean the same; of the others only equal words do."""
MEASURED: Final = ("money:", "area:")
"""Classes whose numbers may have decimals and may be rounded; what is in one word of them adds up."""
UNCOUNTED: Final = ("age:", "scale:")
"""Classes whose numbers say how old, how long or how many thousands: nothing to add."""
_WORDS: Final = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_UNIT: Final = re.compile(r"\s*(?:\(\s*)?(" + _WORDS + r")(?![\w])", re.IGNORECASE)


_CALLED: Final = re.compile(rf"^\W*(?:tổng )?số (?P<first>{_WORDS})(?!\w)|\((?P<last>{_WORDS})\)\W*$", re.IGNORECASE)


def unit_of_name(name: str) -> str:
    """Return the class of the unit that a row or column is called by; empty if by none.

    >>> unit_of_name("Số hộ đã phân loại"), unit_of_name("Chưa phân loại (người)"), unit_of_name("Khu 1")
    ('household', 'person', '')
    """
    found = _CALLED.search(name)
    return UNITS.get((found["first"] or found["last"]).lower(), "") if found else ""


@lru_cache(maxsize=8192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """Return every number of a passage in order, whatever it is. Kept, because several checks look at each passage."""
    return tuple(_quantities(text))


def _quantities(text: str) -> Iterator[Quantity]:
    for match in _TOKEN.finditer(text):
        group = match.lastgroup or ""
        if group in _NAMING_KINDS:
            yield Quantity(_NAMING_KINDS[group], match.group(), match.start(), match.end())
        elif group in ("percent", "points"):
            yield _percent(match, "percent" if group == "percent" else "points")
        elif group == "ratio":
            yield from _ratio(match, text)
        else:
            yield _plain(match, text)


def _percent(match: re.Match[str], kind: Kind) -> Quantity:
    digits = re.match(r"[\d.,]+", match.group())
    read = read_decimal(digits.group() if digits else "")
    if read is None:
        return Quantity("malformed", match.group(), match.start(), match.end())
    return Quantity(kind, match.group(), match.start(), match.end(), *read)


def _ratio(match: re.Match[str], text: str) -> Iterator[Quantity]:
    first, slash, second = match.group().partition("/")
    count, over = read_whole(first.strip()), read_whole(second.strip())
    unit = unit_after(text, match.end())
    over_start = match.start() + len(first) + len(slash) + (len(second) - len(second.lstrip()))
    if (count is None or over is None) and read_decimal(first.strip()) and read_decimal(second.strip()):
        yield Quantity("measure", match.group(), match.start(), match.end(), unit=unit)
    elif count is None or over is None:
        wrong = first.strip() if count is None else second.strip()
        yield Quantity("malformed", wrong, match.start(), match.end(), unit=unit)
    else:
        yield Quantity(
            "count", first.strip(), match.start(), match.end(), count, 0, unit, over, second.strip(), over_start
        )


def _plain(match: re.Match[str], text: str) -> Quantity:
    written = match.group()
    unit = unit_after(text, match.end())
    where = (match.start(), match.end())
    if _YEAR.fullmatch(written) and not unit:
        return Quantity("name", written, *where)
    whole = read_whole(written.lstrip("-−"))
    if whole is not None and not unit.startswith(UNCOUNTED):
        return Quantity("count", written, *where, -whole if written[0] in "-−" else whole, 0, unit)
    decimal = read_decimal(written.lstrip("-−"))
    if decimal is not None and (not unit or unit.startswith((*MEASURED, *UNCOUNTED)) or _is_average(text, match)):
        return Quantity("measure", written, *where, *decimal, unit)
    return Quantity("malformed", written, *where, unit=unit)


def _is_average(text: str, match: re.Match[str]) -> bool:
    """Whether a number is an average, which may have decimals: "trung bình 1,9 tài khoản/hộ"."""
    return bool(_AVERAGE.search(text[: match.start()]) or _PER.match(text[match.end() :]))


def unit_after(text: str, end: int) -> str:
    """Return the class of the word of measure that follows; empty if none does."""
    found = _UNIT.match(text, end)
    if found is None:
        return ""
    word = found.group(1).lower()
    kind = UNITS[word]
    return kind if kind in SYNONYMS else f"{kind}:{word}"


def read_whole(written: str) -> int | None:
    """Return a whole number, grouped by three with dots or commas or not at all; None if it is not one.

    >>> read_whole("4.546"), read_whole("4,546"), read_whole("4546"), read_whole("45.46"), read_whole("1.234.56")
    (4546, 4546, 4546, None, None)
    """
    if len(written) > MOST_DIGITS:
        return None
    if written.isdigit():
        return int(written)
    for mark in ".,":
        if re.fullmatch(rf"\d{{1,3}}(?:\{mark}\d{{3}})+", written):
            return int(written.replace(mark, ""))
    return None


def read_decimal(written: str) -> tuple[int, int] | None:
    """Return a number with decimals as (units of its last decimal, decimals), in either way of writing; None if it is neither.

    >>> read_decimal("87,44"), read_decimal("87.44"), read_decimal("0,088"), read_decimal("1.234,5"), read_decimal("8,7,4")
    ((8744, 2), (8744, 2), (88, 3), (12345, 1), None)
    """
    for shape, group, mark in ((_VI, ".", ","), (_EN, ",", ".")):
        if len(written) <= MOST_DIGITS and shape.fullmatch(written):
            whole, _, part = written.replace(group, "").partition(mark)
            return int(whole + part), len(part)
    return None


@lru_cache(maxsize=4096)
def speaks_of_others(text: str, unit: str, *, first_only: bool = False) -> bool:
    """Whether a text names things of another class than `unit`: people where ballots or places were counted."""
    if first_only:
        match = _WORDS_OF_UNITS.match(text.strip())
        words = [match.group(1)] if match else []
    else:
        words = _WORDS_OF_UNITS.findall(text)
    found = [UNITS[word.lower()] for word in words]
    return (bool(unit) or first_only) and any(
        kind in SYNONYMS and kind not in (unit, "case", "opinion", "card") for kind in found
    )


_WORDS_OF_UNITS: Final = re.compile(
    r"(?<!\w)(?<!ủng )(?<!bảo )(?<!diện )(?<!chủ )("
    + "|".join(sorted((re.escape(word) for word in UNITS), key=len, reverse=True))
    + r")(?!\w)",
    re.IGNORECASE,
)
