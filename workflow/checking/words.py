"""The words of Vietnamese reports that say how numbers hang together: totals, parts, opposites, bounds, goals, growth."""

import re
from functools import lru_cache
from typing import Final

LEAD: Final = re.compile(
    r"(trong (?:đó|số đó)|bao gồm|gồm(?: có)?|chia ra|chia theo|phân ra|cụ thể(?: như sau| là)?|chi tiết|như sau|of which|including)\s*:?",
    re.IGNORECASE,
)
"""Hands over from a total to its parts."""
WHOLE_LEADS: Final = re.compile(r"gồm|chia ra|chia theo|phân ra|cụ thể|chi tiết", re.IGNORECASE)
"""Leads that promise all parts; "trong đó" promises only some."""
SOME: Final = "trong đó"
TOTAL: Final = re.compile(
    r"^(?:[-–+*•]\s*)?(?:\d+[.)]\s*)?(?:tổng|cộng\b|toàn (?:xã|phường|tỉnh|huyện|thị trấn|đơn vị|thành phố|quận)\b|total)",
    re.IGNORECASE,
)
REST: Final = re.compile(r"\b(?:còn lại|khác|các trường hợp khác|chưa phân loại|others?|remaining)\b", re.IGNORECASE)
NEGATION: Final = re.compile(r"\b(?:không|chưa|ko|không có|vắng)\b", re.IGNORECASE)
CANNOT: Final = re.compile(
    r"\b(?:không thể|chưa thể|không tham gia|chưa tham gia|không lấy được|chưa lấy được|không gặp|chưa gặp|không liên lạc|"
    r"không liên hệ|chưa thực hiện|không thực hiện|chưa góp ý|không góp ý|chưa kích hoạt|không kích hoạt|chưa hoàn thành|không đi|"
    r"chưa đi|không bỏ phiếu|chưa tiêm|không tiêm|chưa cấp|chưa nộp|không tiếp cận|chưa tiếp cận)\b",
    re.IGNORECASE,
)
"""People who were not won: whoever took part cannot be among them."""
DONE: Final = re.compile(
    r"\b(?:đã (?:được )?(?:tham gia|góp ý|lấy|thực hiện|hoàn thành|làm|kích hoạt|tiêm|nộp|bỏ phiếu|bầu|cấp|ký|phân loại|cho ý kiến|gửi|"
    r"đăng ký|đi|trả lời|thu|kê khai|tích hợp|cài đặt)|tham gia góp ý|có tham gia|hoàn thành)\b",
    re.IGNORECASE,
)
_DID: Final = re.compile(
    r"\bđã (?:được )?(?:làm|thực hiện|tham gia|góp ý|gửi|nộp|hoàn thành|kích hoạt|tiêm|đăng ký|kê khai|bỏ phiếu|cho ý kiến|tích hợp|trả lời)\b",
    re.IGNORECASE,
)
_NOT_COUNTED_YET: Final = re.compile(
    r"(?:hệ thống|phần mềm|ứng dụng|máy chủ|cổng|dữ liệu|chỉ tiêu)\b.{0,30}\bchưa|\bchưa\b.{0,20}\b(?:trừ chỉ tiêu|ghi nhận|cập nhật|đồng bộ|"
    r"tính vào|lên hệ thống|vào hệ thống)",
    re.IGNORECASE,
)
_BOUND: Final = re.compile(
    r"(?:\b(?:hơn|trên|gần|khoảng|ước|ước tính|dưới|tối thiểu|ít nhất|xấp xỉ|không quá|chừng|đến|tối đa)|[<>≥≤~≈])\s*$",
    re.IGNORECASE,
)
_CHANGE: Final = re.compile(
    r"\b(?:tăng|giảm|thêm|vượt|hơn|kém|thiếu|chênh|chênh lệch|cao hơn|thấp hơn|ít hơn|nhiều hơn|còn thiếu)(?: thêm| là| được| so với [^,.;()]{0,30})?\s*[:(]?\s*$",
    re.IGNORECASE,
)
_GROWTH: Final = re.compile(
    r"\b(?:tăng|giảm|vượt|nhanh hơn|cao hơn|thấp hơn|gấp|tăng trưởng|tốc độ|chênh lệch|bình quân|lãi suất)\b[^.;,:(]{0,40}$",
    re.IGNORECASE,
)
_AGAINST: Final = re.compile(
    r"^[\s,)]*(?:so với|so cùng kỳ|cùng kỳ|(?:so )?kế hoạch|kh\b|chỉ tiêu|mục tiêu|dự toán|nghị quyết|định mức|kế hoạch năm|mỗi năm|/năm|giá trị|công suất)",
    re.IGNORECASE,
)
_GOAL: Final = re.compile(
    r"(?:\b(?:trên|từ|tối thiểu|ít nhất|phấn đấu|chỉ tiêu|mục tiêu|yêu cầu|dưới|không quá|ngưỡng|quy định|hơn|gần|khoảng|xấp xỉ|đến|"
    r"tỷ lệ quy định|ước|giao|tối đa)|[<>≥≤~≈])[\s:]*(?:là|đạt|:)?\s*$",
    re.IGNORECASE,
)
_GOAL_NEAR: Final = re.compile(r"\b(?:phấn đấu|chỉ tiêu|mục tiêu|yêu cầu)\b[^.;()]{0,60}$", re.IGNORECASE)
_OVER: Final = re.compile(
    r"^[\s,]*(?:[^\W\d]+\s+){0,3}?(?:trên|/|trong)\s+(?:tổng số|tổng|số)?\s*(?:là|:)?\s*$", re.IGNORECASE
)
_TOTAL_BEHIND: Final = re.compile(r"(?:trên|trong|/)\s+tổng(?: số)?[^.;,:\d]{0,60}$", re.IGNORECASE)
# Across time: what is cumulative, of this period, of the one before; what a stock began with and ended with, what came and went.
CUMULATIVE: Final = re.compile(r"lũy kế|luỹ kế|cộng dồn|cumulative", re.IGNORECASE)
TODAY: Final = re.compile(
    r"trong ngày|trong kỳ|hôm nay|today|trong đợt|trong tuần|trong tháng|tiếp nhận mới|phát sinh mới", re.IGNORECASE
)
BEFORE: Final = re.compile(
    r"ngày trước|kỳ trước|hôm trước|đến hôm qua|tuần trước|tháng trước|chuyển sang|chuyển qua", re.IGNORECASE
)
GROWS: Final = re.compile(
    r"\bđã\b|lũy kế|luỹ kế|hoàn thành|tham gia|tán thành|kích hoạt|tiếp nhận|giải quyết|thu được|chết|cộng dồn",
    re.IGNORECASE,
)
FALLS: Final = re.compile(r"còn lại|chưa|tồn|đang|chờ|trong (?:ngày|kỳ)|hôm nay|không", re.IGNORECASE)
BEGAN: Final = re.compile(r"đầu (?:năm|kỳ|tháng|quý)|tồn đầu", re.IGNORECASE)
ENDED: Final = re.compile(r"cuối (?:năm|kỳ|tháng|quý)|tồn cuối|hiện còn|còn lại cuối", re.IGNORECASE)
CAME: Final = re.compile(r"phát sinh|tăng|mới|chuyển đến|sinh ra|nhập thêm|tái nghèo", re.IGNORECASE)
WENT: Final = re.compile(r"thoát|giảm|ra khỏi|chuyển đi|giải quyết xong|đã giải quyết|chết|xóa|xoá", re.IGNORECASE)
_CONTRARY: Final = tuple(
    tuple(re.compile(rf"\b{word}\b", re.IGNORECASE) for word in pair)
    for pair in (("nam", "nữ"), ("trực tuyến", "trực tiếp"), ("thành thị", "nông thôn"), ("male", "female"))
)
_HANDED_OUT: Final = re.compile(r"\bphát ra\b", re.IGNORECASE)
_HANDED_IN: Final = re.compile(r"\bthu (?:về|vào|lại)\b", re.IGNORECASE)
_ENDS_WITH_TOTAL: Final = re.compile(r"^(?:như vậy,? )?(?:tổng cộng|cộng|tính chung|total)\b", re.IGNORECASE)
_TRAIT: Final = re.compile(
    r"\b(?:nữ|nam|phụ nữ|nam giới|dân tộc|tôn giáo|công giáo|phật tử|đảng viên|đoàn viên|hội viên|cán bộ|công chức|viên chức|cao tuổi|"
    r"người già|trẻ em|thanh niên|học sinh|sinh viên|khuyết tật|nghèo|cận nghèo|chính sách|người có công|cựu chiến binh|tuổi|trình độ|"
    r"đại học|cao đẳng|biết|có thẻ|đồng thời|vừa|cũng|trùng|kể cả|women|men|party members?|elderly|disabled|poor|also)\b",
    re.IGNORECASE,
)
_UNIT_END: Final = re.compile(r"\s+(?:người|công dân|cử tri|hộ|trường hợp|people|persons|residents)$", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_EMPTY_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        "số tổng người là có được và của các những đã cho trong đó đạt chiếm tỷ tỉ lệ công dân hộ với tại theo về ở từ đến",
    )
)


def lead_of(text: str) -> str:
    """Return the last words in `text` that hand over to parts; empty if there are none."""
    found = list(LEAD.finditer(text))
    return found[-1].group(1).lower() if found else ""


def is_total(label: str) -> bool:
    """Whether a label names a whole."""
    return bool(TOTAL.match(label.strip()))


def is_rest(label: str) -> bool:
    """Whether a label names what is left over: with it the parts are all parts."""
    return bool(REST.search(label))


def is_rise(word: str) -> bool:
    """Whether a word of change says that something grew."""
    return word.lower() == "tăng"


def is_trait(label: str) -> bool:
    """Whether a label names what somebody is, or says that it overlaps: the same person may be counted beside it again."""
    return bool(_TRAIT.search(label))


def counted_as(label: str) -> str:
    """Return a label without the unit behind it: what the document calls those it counts.

    >>> counted_as("Chưa tham gia người"), counted_as("Không thể")
    ('Chưa tham gia', 'Không thể')
    """
    return _UNIT_END.sub("", label.strip())


def is_lagging(label: str) -> bool:
    """Whether a label names people who have done it and whom some system has not counted yet."""
    return bool(_DID.search(label) and _NOT_COUNTED_YET.search(label))


def is_cannot(label: str) -> bool:
    """Whether a label names people who were not won."""
    return bool(CANNOT.search(label)) and not is_lagging(label)


def is_done(label: str) -> bool:
    """Whether a label names people who did what was asked."""
    return bool(DONE.search(label)) and not CANNOT.search(label)


def is_bound(before: str) -> bool:
    """Whether the words before a count make it a bound: "trên 30"."""
    return bool(_BOUND.search(before.rstrip()))


def is_change(before: str) -> bool:
    """Whether the words before a count make it a difference to another time: "giảm 714 lượt"."""
    return bool(_CHANGE.search(before)) and not is_bound_word(before)


def is_bound_word(before: str) -> bool:
    """Whether "hơn" stands for a bound ("có hơn 30 lượt") and not for a difference ("ít hơn 30")."""
    return bool(
        re.search(r"(?:^|[^\w])(?:có|được|phát|đã|là|với)?\s*hơn\s*$", before, re.IGNORECASE)
    ) and not re.search(r"(?:cao|thấp|ít|nhiều|nhanh)\s+hơn\s*$", before, re.IGNORECASE)


def is_no_share(before: str, after: str) -> bool:
    """Whether a percentage is a goal, a growth, or measured against a plan: nothing that a count could prove."""
    return bool(_GROWTH.search(before) or _AGAINST.match(after) or _GOAL.search(before) or _GOAL_NEAR.search(before))


def is_over(between: str) -> bool:
    """Whether two counts stand to each other as "3.976 trên 4.546"."""
    return bool(_OVER.match(between) or _TOTAL_BEHIND.search(between))


def is_per(after: str) -> bool:
    """Whether what follows a number makes it a number for each of something: "2 ca/ngày"."""
    return bool(re.match(r"\s*(?:[^\W\d]+\s){0,2}[^\W\d]+\s?/\s?[^\W\d]", after))


def is_closing_total(label: str) -> bool:
    """Whether a label adds up what stands before it: "cộng", "tổng cộng hai nhóm"."""
    return bool(_ENDS_WITH_TOTAL.match(label))


def are_out_and_in(first: str, second: str) -> bool:
    """Whether labels name what was handed out and what of it came back: no more can come back."""
    return bool(_HANDED_OUT.search(first) and _HANDED_IN.search(second))


def are_opposite(first: str, second: str) -> bool:
    """Whether one label is the other one denied, "tán thành" and "không tán thành", or its contrary, "nam" and "nữ"."""
    if any(
        (one.search(first) and other.search(second)) or (other.search(first) and one.search(second))
        for one, other in _CONTRARY
    ):
        return True
    denied = [bool(NEGATION.search(each)) for each in (first, second)]
    if denied[0] == denied[1]:
        return False
    one, two = (telling_words(NEGATION.sub(" ", each)) for each in (first, second))
    return bool(one and two) and len(one & two) / min(len(one), len(two)) >= 0.6


def alike(first: str, second: str) -> float:
    """Return how far two labels use the same telling words, 0 to 1."""
    one, two = telling_words(first), telling_words(second)
    return len(one & two) / len(one | two) if one and two else 0.0


@lru_cache(maxsize=4096)
def telling_words(label: str) -> frozenset[str]:
    """Return the words of a label that tell what is counted."""
    return frozenset(word for word in _WORD.findall(label.lower()) if word not in _EMPTY_WORDS)


def one_line(text: str) -> str:
    """Return text with single spaces."""
    return _SPACES.sub(" ", text).strip()
