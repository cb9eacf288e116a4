"""The short English of a pack, read and printed: `through 2025-05-27`, `within 5 working days of card_expired`.

| pack | plan | exclusive instant |
|---|---|---|
| before 2025-05-20 | trước ngày 20/5 | 20/5 00:00 |
| through 2025-05-27 | đến hết ngày 27/5 | 28/5 00:00 |
| by 2025-05-30 | chậm nhất ngày 30/5 | 31/5 00:00 |
| by 2025-05-30 close of business | chậm nhất ngày 30/5, trong giờ làm việc | 30/5 17:00 |
| before 2025-05-24 16:00, at 2025-05-24 16:00 | trước 16h ngày 24/5 | 24/5 16:00 |
| before 16:00, with `every: day in …` | trước 16h hằng ngày | each day 16:00 |
| before day 25, through day 25, before 16:00 on last day | trước ngày 25 hằng tháng | each month of the window |
| within 10 days of <event>, also weeks and months | trong 10 ngày kể từ … | 24:00 of the last day, rolled on |
| within 5 working days of <event> | trong 05 ngày làm việc | 24:00 of the fifth working day |
| 2 working days, 48 hours, 4 working hours, 30 minutes | (from the moment it is set) | as above |
| end of session + 30 minutes | kết thúc phiên làm việc | close of the session + 30 minutes |
| this afternoon, this evening, tomorrow, tomorrow morning, tomorrow evening | (a follow-up) | hours of `PARTS` |
| none because <reason> | kịp thời, thường xuyên | none |
"""

import difflib
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Final, Literal, NoReturn, cast, get_args

from rules.deadlines.specs import (
    LONGEST,
    MAX_LENGTH,
    WEEKDAYS,
    AfterSession,
    BeforeDay,
    ByDay,
    DailyTime,
    Deadline,
    DeadlineError,
    Every,
    Moment,
    MonthlyDay,
    NoDeadline,
    PartName,
    PartOfDay,
    ThroughDay,
    Unit,
    Window,
    Within,
)
from rules.deadlines.vietnamese import from_vietnamese
from rules.time import at, read_day

Found = re.Match[str]
PART_NAMES: Final[tuple[PartName, ...]] = get_args(PartName)
_WORDS: Final = ("before", "through", "by", "at", "within", "none", "because", "end", "of", "session", "close",
                 "business", "this", "tomorrow", "morning", "afternoon", "evening", "working", "days", "day", "hours",
                 "minutes", "weeks", "months", "on", "last", "every", "in", "month", "once", *WEEKDAYS)  # fmt: skip
_EXAMPLES: Final = "“before 2025-05-20”, “through 2025-05-27”, “before 16:00”, “within 5 working days of <sự kiện>”"
_NAME_FOLLOWS: Final = re.compile(r"(?<!close)(?<!end)\sof\s+$|\sin\s+$", re.IGNORECASE)
_DAY: Final = r"(?P<day>\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})"
_CLOCK: Final = r"(?P<clock>\d{1,2}:\d{2})"
_COUNT: Final = r"(?P<count>\d+) (?P<unit>minutes?|hours?|working hours?|days?|working days?|weeks?|months?)"
_MONTH_DAY: Final = r"(?P<nth>day \d+|last day)"


@lru_cache(maxsize=1000)
def parse(text: str) -> Deadline:
    """Return the deadline written in `text`.

    Raises DeadlineError with a Vietnamese sentence, the offset of the word it could not read and, where one is near,
    the word that was meant.

    >>> parse("before 2025-05-20")
    BeforeDay(day=datetime.date(2025, 5, 20))
    >>> parse("within 5 working days of card_expired")
    Within(count=5, unit='working days', event='card_expired')
    """
    _check_length(text)
    for pattern, build in _FORMS:
        found = pattern.fullmatch(text)
        if found is not None:
            return build(found)
    raise _not_understood(text, "hạn", _EXAMPLES)


@lru_cache(maxsize=1000)
def parse_every(text: str) -> Every:
    """Return the recurrence written in `text`: `day in collect`, `Monday in collect`, `month`, `once`.

    Raises DeadlineError like `parse`.

    >>> parse_every("Monday in collect")
    Every(kind='week', weekday=0, window='collect')
    """
    _check_length(text)
    found = _EVERY.fullmatch(text)
    if found is None:
        raise _not_understood(text, "chu kỳ", "“day in collect”, “working day in collect”, “Monday in collect”, “once”")
    word, window = " ".join(found["kind"].lower().split()), found["window"]
    if word.capitalize() in WEEKDAYS:
        return Every("week", WEEKDAYS.index(word.capitalize()), window)
    return Every(cast(Literal["day", "working day", "month", "once"], word), None, window)


def to_text(spec: Deadline) -> str:
    """Return the canonical text of `spec`; `parse(to_text(spec)) == spec` for everything `parse` returns."""
    return str(spec)


def _not_understood(text: str, what: str, examples: str) -> DeadlineError:
    """Point at the first word that is in no form, and name the nearest one that is."""
    if not text.strip():
        return DeadlineError(f"Chưa ghi {what}. Hãy viết, ví dụ: {examples}.")
    with suppress(DeadlineError):
        meant = from_vietnamese(text)
        if not isinstance(meant, Window):
            return DeadlineError(f"“{text}” là lời của kế hoạch. Trong gói quy tắc hãy viết: {meant}.")
    for word in re.finditer(r"[^\W\d_]+", text):
        named = _NAME_FOLLOWS.search(text[: word.start()]) is not None
        if not named and word[0].lower() not in {known.lower() for known in _WORDS}:
            near = nearest(word[0], _WORDS)
            hint = f" Có phải “{near}”?" if near else f" Hãy viết, ví dụ: {examples}."
            return DeadlineError(f"Không hiểu “{word[0]}” trong {what} “{text}”.{hint}", word.start())
    return DeadlineError(f"Không hiểu {what} “{text}”. Hãy viết, ví dụ: {examples}.")


def _check_length(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise DeadlineError(f"Dài {len(text)} ký tự, quá {MAX_LENGTH}. Hãy viết ngắn lại.", MAX_LENGTH)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, None if none is near."""
    lowered = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else None


def _day(found: Found) -> date:
    try:
        return read_day(found["day"])
    except ValueError as error:
        raise DeadlineError(str(error), found.start("day")) from None


def _minute(found: Found) -> int:
    hour, minute = (int(part) for part in found["clock"].split(":"))
    if minute > 59 or not 0 < hour * 60 + minute <= 1440:
        raise DeadlineError(f"“{found['clock']}”: giờ hạn phải từ 00:01 đến 24:00.", found.start("clock"))
    return hour * 60 + minute


def _moment(found: Found) -> Moment:
    day, clock = _day(found), found["clock"].zfill(5)
    try:
        return Moment(at(f"{day} {clock}"), "at" if found["word"].lower() == "at" else "before")
    except ValueError as error:
        raise DeadlineError(str(error), found.start("clock")) from None


def _monthly(found: Found) -> MonthlyDay:
    nth = found["nth"].lower().split()
    day = int(nth[1][:3]) if nth[0] == "day" else 0
    if nth[0] == "day" and not 1 <= day <= 28:
        message = (
            f"“{found['nth']}”: ngày trong tháng phải từ 1 đến 28, hoặc “last day”, vì tháng nào cũng phải có ngày đó."
        )
        raise DeadlineError(message, found.start("nth"))
    word = found.groupdict().get("word")
    if word is None:
        return MonthlyDay(day, _minute(found), "clock")
    return MonthlyDay(day, 0, "before") if word.lower() == "before" else MonthlyDay(day, 1440, "through")


def _within(found: Found) -> Within:
    unit = cast(Unit, " ".join(found["unit"].lower().split()).rstrip("s") + "s")
    count = int(found["count"][:9])
    if not 1 <= count <= LONGEST[unit]:
        limit = f"từ 1 đến {LONGEST[unit]}"
        raise DeadlineError(f"“{found[0].strip()}”: số {unit} phải {limit}.", found.start("count"))
    return Within(count, unit, found.groupdict().get("event"))


def _after_session(found: Found) -> AfterSession:
    count = int(found["count"][:9])
    grace = count * 60 if found["unit"].lower().startswith("hour") else count
    if not 1 <= grace <= 1440:
        raise DeadlineError(f"“{found[0].strip()}”: sau phiên phải từ 1 phút đến 24 giờ.", found.start("count"))
    return AfterSession(grace)


def _refuse_session(found: Found) -> NoReturn:
    message = "Hết phiên thì ai cũng đã muộn. Hãy thêm thời gian để nộp, ví dụ “end of session + 30 minutes”."
    raise DeadlineError(message, found.start("what"))


def _refuse_none(found: Found) -> NoReturn:
    message = "Không có hạn thì phải nói vì sao. Hãy viết “none because …”, ví dụ “none because kế hoạch ghi kịp thời”."
    raise DeadlineError(message)


def _none(found: Found) -> NoDeadline:
    return NoDeadline(found["reason"].strip()) if found["reason"].strip() else _refuse_none(found)


def _part(found: Found) -> PartOfDay:
    return PartOfDay(cast(PartName, " ".join(found["part"].lower().split())))


def _form(pattern: str, build: Callable[[Found], Deadline]) -> tuple[re.Pattern[str], Callable[[Found], Deadline]]:
    spaced = pattern.replace(" ", r"\s+")
    return re.compile(rf"\s*(?:{spaced})\s*", re.IGNORECASE | re.ASCII), build


_FORMS: Final = (
    _form(rf"before {_DAY}", lambda found: BeforeDay(_day(found))),
    _form(rf"through {_DAY}", lambda found: ThroughDay(_day(found))),
    _form(rf"by {_DAY}(?P<close> close of business)?", lambda found: ByDay(_day(found), found["close"] is not None)),
    _form(rf"(?P<word>before|at) {_DAY}(?: |T)(?P<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,6}})?)?)", _moment),
    _form(rf"before {_CLOCK}", lambda found: DailyTime(_minute(found))),
    _form(rf"(?P<word>before|through) {_MONTH_DAY}", _monthly),
    _form(rf"before {_CLOCK} on {_MONTH_DAY}", _monthly),
    _form(rf"within {_COUNT}(?: of (?P<event>[a-z_][a-z0-9_.-]*))?", _within),
    _form(_COUNT, _within),
    _form(r"end of session\s*\+\s*(?P<count>\d+) (?P<unit>minutes?|hours?)", _after_session),
    _form(r"(?P<what>end of session)", _refuse_session),
    _form(f"(?P<part>{'|'.join(PART_NAMES)})", _part),
    _form(r"none because (?P<reason>\S(?:.*\S)?)", _none),
    _form(r"(?P<what>none)(?: because)?", _refuse_none),
)
_EVERY: Final = re.compile(
    rf"\s*(?P<kind>day|working\s+day|month|once|{'|'.join(WEEKDAYS)})(?:\s+in\s+(?P<window>[a-z_][a-z0-9_.-]*))?\s*",
    re.IGNORECASE | re.ASCII,
)
