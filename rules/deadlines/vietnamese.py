"""Deadlines as plans word them: "trước ngày 20/5", "đến hết ngày 27/5", "trong 05 ngày làm việc".

For a pack writer with the paper on the desk: what it returns prints as the pack's own text with `str`. Wordings that
officials read in two ways ("đến ngày 27/5", "đến 16h") are refused with the two clear ones.
"""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Final, NoReturn, TypeAlias

from rules.deadlines.specs import (
    LONGEST,
    MAX_LENGTH,
    AfterSession,
    BeforeDay,
    ByDay,
    DailyTime,
    Deadline,
    DeadlineError,
    Moment,
    MonthlyDay,
    NoDeadline,
    ThroughDay,
    Unit,
    Window,
    Within,
)
from rules.said import Said
from rules.time import MINUTE, at, day_start

Found = re.Match[str]
Build: TypeAlias = Callable[[Found, int | None], Deadline | Window]

_UNITS: Final[dict[str, Unit]] = {
    "phút": "minutes",
    "giờ": "hours",
    "giờ làm việc": "working hours",
    "ngày": "days",
    "ngày làm việc": "working days",
    "tuần": "weeks",
    "tháng": "months",
}
_DATE: Final = (
    r"(?:ngày )?(?P<d{n}>\d{{1,2}})(?:\s*[/-]\s*| tháng )(?P<m{n}>\d{{1,2}})(?:(?:\s*[/-]\s*| năm )(?P<y{n}>\d{{4}}))?"
)
_DAY: Final = _DATE.format(n="")
_CLOCK: Final = r"(?P<h>\d{1,2})\s*(?:h|giờ|:)\s*(?:(?P<min>\d{2})(?:\s*phút)?)?"
_DONE: Final = unicodedata.normalize("NFC", r"(?:(?:phải\s+)?(?:hoàn\s+thành|hoàn\s+tất|làm\s+xong|xong)\s+)?")
"""What says only that something is to be done by then: "xong trước 28/5"."""
_COUNT: Final = r"(?P<count>\d{1,6})(?: \([^)]*\))? (?P<unit>ngày làm việc|giờ làm việc|ngày|giờ|phút|tuần|tháng)"
_LONGEST_SPAN: Final = timedelta(days=183)
_MOST_QUOTED: Final = 120
_EXAMPLES: Final = "“trước ngày 20/5/2025”, “đến hết ngày 27/5/2025”, “trước 16h ngày 27/5/2025”, “trước 16h hằng ngày”, “trong 05 ngày làm việc”"


def from_vietnamese(text: str, year: int | None = None) -> Deadline | Window:
    """Return the deadline, or the window "từ ngày … đến hết ngày …", that a plan words as `text`.

    `year` completes days without one. "Kịp thời" and "thường xuyên" give a `NoDeadline` that says that a number is
    needed. Raises DeadlineError with a sentence and the offset if the wording is unknown, ambiguous, or not a day.

    >>> print(from_vietnamese("đến hết ngày 27/5", year=2025))
    through 2025-05-27
    """
    wording = unicodedata.normalize("NFC", text).replace("\u00a0", " ")
    if len(wording) > MAX_LENGTH:
        raise DeadlineError(
            Said("Dài %(n)s ký tự, quá %(most)s", n=len(wording), most=MAX_LENGTH), MAX_LENGTH,
            todo=Said("Hãy chỉ chép phần nói về thời hạn"),
        )  # fmt: skip
    for pattern, build in _FORMS:
        found = pattern.fullmatch(wording)
        if found is not None:
            return build(found, year)
    raise DeadlineError(
        Said("Không hiểu hạn “%(text)s”", text=_quoted(text.strip())),
        todo=Said("Hãy viết, ví dụ: %(examples)s", examples=_EXAMPLES),
    )


def _quoted(text: str) -> str:
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 2].rstrip()} …"


def _day(found: Found, year: int | None, n: str = "") -> date:
    written = found["y" + n]
    offset = found.start("d" + n)
    if written is None and year is None:
        raise DeadlineError(
            Said("“%(text)s” thiếu năm", text=found[0].strip()), offset, todo=Said("Hãy viết cả năm, ví dụ 20/5/2025")
        )
    try:
        return date(int(written or year or 0), int(found["m" + n]), int(found["d" + n]))
    except ValueError:
        raise DeadlineError(
            Said("“%(text)s”: không có ngày này trong lịch", text=found[0].strip()), offset,
            todo=Said("Hãy xem lại ngày và tháng"),
        ) from None  # fmt: skip


def _minute(found: Found, least: int = 1) -> int:
    minute = int(found["h"]) * 60 + int(found["min"] or 0)
    if int(found["min"] or 0) > 59 or not least <= minute <= 1440:
        raise DeadlineError(
            Said("“%(text)s”: giờ hạn phải từ 00:0%(least)s đến 24:00", text=found[0].strip(), least=least), found.start("h"),
            todo=Said("Hãy xem lại giờ"),
        )  # fmt: skip
    return minute


def _window(found: Found, year: int | None) -> Window:
    last = _day(found, year, "2")
    first = _day(found, last.year if year is None else year)
    if last < first and found["y"] is found["y2"] is None:
        last = _next_year(last, first)
    try:
        return Window.of_days(found[0].strip(), first, last)
    except DeadlineError as error:
        raise DeadlineError(error.what, found.start("d2"), todo=error.todo) from None


def _next_year(last: date, first: date) -> date:
    """Return the end of a span that runs over the turn of the year; as it was written, if that made it longer than half a year."""
    with suppress(ValueError):
        if (later := last.replace(year=last.year + 1)) - first <= _LONGEST_SPAN:
            return later
    return last


def _exact(found: Found, year: int | None) -> Moment:
    try:
        return Moment(at(f"{_day(found, year)} {found['exact'].zfill(8)}"))
    except ValueError as error:
        if isinstance(error, DeadlineError):
            raise
        raise DeadlineError(
            Said("“%(text)s”: giờ hạn phải từ 00:0%(least)s đến 24:00", text=found[0].strip(), least=0), found.start("exact"),
            todo=Said("Hãy xem lại giờ"),
        ) from None  # fmt: skip


def _moment(found: Found, year: int | None) -> Moment:
    return Moment(day_start(_day(found, year)) + _minute(found, least=0) * MINUTE)


def _monthly(found: Found, _: int | None) -> MonthlyDay:
    day = int(found["nth"])
    if not 1 <= day <= 28:
        raise DeadlineError(
            Said("Ngày %(day)s không có ở mọi tháng", day=day), found.start("nth"), todo=Said("Hãy chọn ngày 1 đến 28")
        )
    return MonthlyDay(day, 0, "before") if found["word"].lower() == "trước" else MonthlyDay(day, 1440, "through")


def _within(found: Found, _: int | None) -> Within:
    count, unit = int(found["count"]), _UNITS[found["unit"].lower()]
    if not 1 <= count <= LONGEST[unit]:
        what = Said(
            "“%(text)s”: thời hạn phải từ 1 đến %(most)s %(unit)s",
            text=found[0].strip(),
            most=LONGEST[unit],
            unit=found["unit"],
        )
        raise DeadlineError(what, found.start("count"), todo=Said("Hãy xem lại con số"))
    return Within(count, unit, found["event"])


def _after_session(found: Found, _: int | None) -> AfterSession:
    grace = int(found["count"]) * (60 if found["unit"].lower() == "giờ" else 1)
    if found["unit"].lower() not in ("giờ", "phút") or not 1 <= grace <= 1440:
        raise DeadlineError(
            Said("“%(text)s”: sau phiên phải từ 1 phút đến 24 giờ", text=found[0].strip()), found.start("count"),
            todo=Said("Hãy xem lại con số"),
        )  # fmt: skip
    return AfterSession(grace)


def _no_number(found: Found, _: int | None) -> NoDeadline:
    return NoDeadline(f"kế hoạch ghi “{found[0].strip()}”, không tính được hạn; cần một con số")


def _said_none(found: Found, _: int | None) -> NoDeadline:
    return NoDeadline(found["reason"].strip())


def _refuse(what: str, todo: str) -> Build:
    """Return what refuses a wording: `what` is a sentence about “%(text)s”."""

    def refuse(found: Found, _: int | None) -> NoReturn:
        raise DeadlineError(Said(what, text=found[0].strip()), todo=Said(todo))

    return refuse


def _form(pattern: str, build: Build) -> tuple[re.Pattern[str], Build]:
    spaced = unicodedata.normalize("NFC", pattern).replace(" ", r"\s+")
    return re.compile(rf"\s*{_DONE}(?:{spaced})\s*[.;]?\s*", re.IGNORECASE), build


_FORMS: Final = (
    _form(rf"trước {_DAY}", lambda found, year: BeforeDay(_day(found, year))),
    _form(rf"(?:(?:đến|tới) )?hết {_DAY}", lambda found, year: ThroughDay(_day(found, year))),
    _form(
        rf"chậm nhất(?: là| vào| đến)?(?: hết)? {_DAY}(?P<close>,? trong giờ (?:làm việc|hành chính))?",
        lambda found, year: ByDay(_day(found, year), found["close"] is not None),
    ),
    _form(rf"trong (?=ngày){_DAY}", lambda found, year: ThroughDay(_day(found, year))),
    _form(rf"trước {_CLOCK},? {_DAY}", _moment),
    _form(rf"trước (?P<exact>\d{{1,2}}:\d{{2}}:\d{{2}}),? {_DAY}", _exact),
    _form(rf"trước {_CLOCK} (?:hằng|hàng|mỗi) ngày", lambda found, _: DailyTime(_minute(found))),
    _form(r"(?P<word>trước|(?:đến )?hết) ngày (?P<nth>\d{1,2}) (?:hằng|hàng|mỗi) tháng", _monthly),
    _form(rf"từ {_DAY} (?:đến|tới)(?: hết)? {_DATE.format(n='2')}", _window),
    _form(rf"trong {_COUNT} sau khi kết thúc phiên(?: làm việc)?", _after_session),
    _form(rf"trong(?: vòng| thời hạn)? {_COUNT}(?:,? (?:kể từ|tính từ|từ) (?P<event>\S(?:.*?\S)?))?", _within),
    _form(rf"{_COUNT},? (?:kể từ|tính từ) (?P<event>\S(?:.*?\S)?)", _within),
    _form(r"không có hạn(?: tính được)?\s*[:,–-]\s*(?:vì )?(?P<reason>\S(?:.*\S)?)", _said_none),
    _form(
        r"không có hạn(?: tính được)?\s*[:,–-]?",
        _refuse(
            "“%(text)s” chưa nói vì sao không có hạn",
            "Hãy viết lý do sau dấu hai chấm, như “không có hạn: làm khi có đề nghị”",
        ),
    ),
    _form(r"kịp thời|thường xuyên|liên tục|khẩn trương|sớm nhất|theo quy định", _no_number),
    _form(
        r"(?:sau )?(?:khi )?kết thúc phiên(?: làm việc)?",
        _refuse("“%(text)s” chưa nói nộp trong bao lâu", "Hãy viết “trong 30 phút sau khi kết thúc phiên làm việc”"),
    ),
    _form(
        rf"(?:đến|tới) {_DAY}",
        _refuse("“%(text)s” không rõ có tính ngày đó không", "Hãy viết “đến hết ngày …” hoặc “trước ngày …”"),
    ),
    _form(
        rf"(?:đến|tới|chậm nhất)(?: là| vào)? {_CLOCK}.*",
        _refuse(
            "“%(text)s” không rõ đúng giờ đó còn kịp không",
            "Hãy viết “trước 16h ngày …” (đúng 16h là trễ) hoặc “trước 16h01 ngày …” (đúng 16h còn kịp)",
        ),
    ),
)
