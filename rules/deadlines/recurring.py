"""Recurring deadlines in the words of a plan: "trước 16h hằng ngày", "trước 16h thứ Sáu hằng tuần", "trước ngày 25 hằng tháng".

A plan says in one breath how often and until when; a pack says it in two texts. This reads the first into both, and leaves what
does not recur to `rules.deadlines.vietnamese`.
"""

import re
import unicodedata
from typing import Final

from rules.deadlines.specs import DailyTime, DeadlineError, Every, MonthlyDay
from rules.deadlines.vietnamese import from_vietnamese
from rules.said import Said

_TIMES: Final = r"(?:hằng|hàng|mỗi)"
_CLOCK: Final = r"trước\s+(?P<h>\d{1,2})\s*(?:h|giờ|:)\s*(?P<min>\d{2})?(?:\s*phút)?,?\s+"
_NUMBERS: Final = {
    "hai": 0, "2": 0, "ba": 1, "3": 1, "tư": 2, "4": 2, "năm": 3, "5": 3, "sáu": 4, "6": 4, "bảy": 5, "bẩy": 5, "7": 5,
}  # fmt: skip
_WEEKDAY: Final = rf"(?:thứ\s+(?P<day>{'|'.join(_NUMBERS)})|(?P<sunday>chủ\s+nhật))"
_DAILY: Final = re.compile(rf"{_CLOCK}(?:{_TIMES})\s+ngày", re.IGNORECASE)
_WORKING: Final = re.compile(
    rf"{_CLOCK}(?:(?:mỗi|các)\s+ngày\s+làm\s+việc|{_TIMES}\s+ngày\s+làm\s+việc)", re.IGNORECASE
)
_WEEKLY: Final = re.compile(rf"{_CLOCK}(?:vào\s+)?{_WEEKDAY}\s+{_TIMES}\s+tuần", re.IGNORECASE)
_LAST: Final = re.compile(rf"(?P<word>trước|(?:đến\s+)?hết)\s+ngày\s+cuối\s+(?:{_TIMES}\s+)?tháng", re.IGNORECASE)
_MONTHLY_AT: Final = re.compile(
    rf"{_CLOCK}ngày\s+(?:(?P<nth>\d{{1,2}})\s+{_TIMES}|cuối(?:\s+{_TIMES})?)\s+tháng", re.IGNORECASE
)


def recurring_from_vietnamese(text: str) -> tuple[Every, DailyTime | MonthlyDay] | None:
    """Return how often and until when, if `text` is a deadline that comes again; None if it is anything else.

    The window it recurs in is for the reader of the plan to say. Raises DeadlineError for an hour or day that cannot be.

    >>> every, due = recurring_from_vietnamese("trước 16h thứ Sáu hằng tuần")
    >>> str(every), str(due)
    ('Friday', 'before 16:00')
    >>> recurring_from_vietnamese("trước ngày 20/5/2025")
    """
    wording = unicodedata.normalize("NFC", text).replace("\u00a0", " ").strip().rstrip(".;").rstrip()
    for pattern, every in ((_WORKING, Every("working day")), (_DAILY, Every("day"))):
        found = pattern.fullmatch(wording)
        if found is not None:
            return every, DailyTime(_minute(found))
    found = _WEEKLY.fullmatch(wording)
    if found is not None:
        weekday = 6 if found["sunday"] else _NUMBERS[found["day"].lower()]
        return Every("week", weekday), DailyTime(_minute(found))
    found = _MONTHLY_AT.fullmatch(wording)
    if found is not None:
        return Every("month"), MonthlyDay(_nth(found["nth"]), _minute(found), "clock")
    found = _LAST.fullmatch(wording)
    if found is not None:
        is_before = found["word"].lower() == "trước"
        return Every("month"), MonthlyDay(0, 0 if is_before else 1440, "before" if is_before else "through")
    return _monthly(wording)


def _monthly(wording: str) -> tuple[Every, MonthlyDay] | None:
    try:
        read = from_vietnamese(wording, 2000)
    except DeadlineError as error:
        if "không có ở mọi tháng" in error.message:
            raise
        return None
    return (Every("month"), read) if isinstance(read, MonthlyDay) else None


def _minute(found: re.Match[str]) -> int:
    minute = int(found["h"]) * 60 + int(found["min"] or 0)
    if int(found["min"] or 0) > 59 or not 1 <= minute <= 1440:
        raise DeadlineError(
            Said("“%(text)s”: giờ hạn phải từ 00:0%(least)s đến 24:00", text=found[0].strip(), least=1), found.start("h"),
            todo=Said("Hãy xem lại giờ"),
        )  # fmt: skip
    return minute


def _nth(text: str | None) -> int:
    day = int(text) if text else 0
    if text and not 1 <= day <= 28:
        raise DeadlineError(Said("Ngày %(day)s không có ở mọi tháng", day=day), todo=Said("Hãy chọn ngày 1 đến 28"))
    return day
