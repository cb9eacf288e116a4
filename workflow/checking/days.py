"""Dates that a document prints: those that no calendar has, windows that end before they begin, results from outside the window."""

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Final

from rules.said import Said
from workflow.checking.model import Note, Passage

_DATE: Final = re.compile(
    r"(?<![\d./-])(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?((?:19|20)\d\d)(?![\d/])|ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s*(?:,?\s*năm\s+((?:19|20)\d\d))|"
    r"ngày\s+(\d{1,2})/(\d{1,2})(?![\d/])",
    re.IGNORECASE,
)
_WINDOW: Final = re.compile(
    r"(?:thời gian|tổ chức|thực hiện|triển khai|lấy ý kiến|đợt|kỳ|trong)[^.;]{0,80}?từ\s+(?:\d{1,2}\s?(?:giờ|h)\s*\d{0,2}\s*)?(?:hết\s+)?(?:ngày\s+)?(?P<a>\d{1,2}/\d{1,2}(?:/\d{4})?)\s*"
    r"(?:đến|tới|[-–])\s*(?:hết\s+)?(?:\d{1,2}\s?(?:giờ|h)\s*\d{0,2}\s*)?(?:hết\s+)?(?:ngày\s+)?(?P<b>\d{1,2}/\d{1,2}(?:/\d{4})?)",
    re.IGNORECASE,
)
_RESULT: Final = re.compile(
    r"(?:kết quả|số liệu|tính|tổng hợp|lũy kế|luỹ kế)[^.;]{0,50}?\bđến\s+(?:hết\s+|thời điểm\s+)?(?:\d{1,2}\s?(?:giờ|h|g)\s*\d{0,2}\s*(?:phút\s*)?)?(?:ngày\s+)?(?P<at>\d{1,2}/\d{1,2}(?:/\d{4})?)",
    re.IGNORECASE,
)

_DONE_ON: Final = re.compile(
    r"\b(?:tham gia|thực hiện|góp ý|lấy ý kiến|tiêm|bỏ phiếu|hoàn thành)[^.;:]{0,40}?\b(?:vào|trong)\s+ngày\s+(?P<at>\d{1,2}/\d{1,2}(?:/\d{4})?)",
    re.IGNORECASE,
)


def check_days(passages: Sequence[Passage], wheres: Sequence[str]) -> Iterator[Note]:
    """Yield what is wrong with the dates of a document."""
    year = _year(passages)
    windows: list[tuple[datetime.date, datetime.date, str]] = []
    for passage, where in zip(passages, wheres, strict=True):
        yield from _impossible(passage.text, where, year)
        yield from _no_hour(passage.text, where)
        for found in _WINDOW.finditer(passage.text):
            begin, end = (_day(found.group(name), year) for name in ("a", "b"))
            if begin and end and begin > end:
                message = Said(
                    "thời gian “từ %(begin)s đến %(end)s” kết thúc trước khi bắt đầu.",
                    begin=found.group("a"), end=found.group("b"),
                )  # fmt: skip
                yield Note("date", where, message, {"from": found.group("a"), "to": found.group("b")})
            elif begin and end:
                windows.append((begin, end, f"{found.group('a')}–{found.group('b')}"))
    widest = max(windows, key=lambda window: window[1] - window[0], default=None)
    if widest is not None and all(widest[0] <= begin and end <= widest[1] for begin, end, _ in windows):
        yield from _outside(passages, wheres, widest, year)


def _outside(
    passages: Sequence[Passage], wheres: Sequence[str], window: tuple[datetime.date, datetime.date, str], year: int
) -> Iterator[Note]:
    begin, end, printed = window
    for passage, where in zip(passages, wheres, strict=True):
        for found in (*_RESULT.finditer(passage.text), *_DONE_ON.finditer(passage.text)):
            day = _day(found.group("at"), year)
            if day is not None and (day < begin or day > end + datetime.timedelta(days=1)):
                message = Said(
                    "kết quả tính đến %(day)s nằm ngoài thời gian thực hiện %(window)s. Kiểm tra lại ngày.",
                    day=found.group("at"), window=printed,
                )  # fmt: skip
                yield Note("window", where, message, {"date": found.group("at"), "window": printed})


_HOUR: Final = re.compile(r"(?<![\d.,/])(\d{1,2})\s?(?:giờ|h|g)(?:\s?(\d{2})(?!\d))?(?:\s?phút)?(?!\w)", re.IGNORECASE)


def _no_hour(text: str, where: str) -> Iterator[Note]:
    for found in _HOUR.finditer(text):
        hour, minute = int(found.group(1)), int(found.group(2) or 0)
        if hour > 24 or minute > 59 or (hour == 24 and minute):
            message = Said(
                "“%(hour)s” không phải là một giờ trong ngày.",
                hour=" ".join(found.group().split()),
            )
            yield Note("date", where, message, {"written": found.group()})


def _impossible(text: str, where: str, year: int) -> Iterator[Note]:
    for found in _DATE.finditer(text):
        parts = [each for each in found.groups() if each is not None]
        day, month, of = int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else year
        if _made(day, month, of) is None:
            message = Said("ngày “%(day)s” không có trong lịch.", day=" ".join(found.group().split()))
            yield Note("date", where, message, {"written": found.group()})


def _day(text: str, year: int) -> datetime.date | None:
    day, month, *rest = (int(each) for each in text.split("/"))
    return _made(day, month, rest[0] if rest else year)


def _made(day: int, month: int, year: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _year(passages: Sequence[Passage]) -> int:
    """Return the year that the document prints most often, for dates without one."""
    years = [int(each) for passage in passages for each in re.findall(r"(?:/|năm\s)((?:19|20)\d\d)", passage.text)]
    return max(set(years), key=lambda year: (years.count(year), year), default=2024)
