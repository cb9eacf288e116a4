"""Every way a plan can word a deadline, as values.

A spec says what was written, without a calendar and without `now`; `rules.deadlines.due` turns it into one exclusive
instant. Fixed wordings know their instant at once; daily and monthly ones need a day, relative ones an event.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from rules.said import At, Said, Until
from rules.time import Instant, clock_text, day_end, day_start, day_vi, local_date, show

Unit: TypeAlias = Literal["minutes", "hours", "working hours", "days", "working days", "weeks", "months"]
UNITS: Final[tuple[Unit, ...]] = ("minutes", "hours", "working hours", "days", "working days", "weeks", "months")
LONGEST: Final[dict[Unit, int]] = {
    "minutes": 100_000,
    "hours": 10_000,
    "working hours": 2_000,
    "days": 3660,
    "working days": 1000,
    "weeks": 520,
    "months": 120,
}
"""What a relative deadline may count at most; more is taken for a slip of the hand."""
MAX_LENGTH: Final = 300
"""Characters in one deadline, in a pack or a plan."""
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PartName: TypeAlias = Literal["this afternoon", "this evening", "tomorrow", "tomorrow morning", "tomorrow evening"]


class DeadlineError(ValueError):
    """A deadline that cannot be read or computed.

    `message` is a Vietnamese sentence: what, and what to write instead. `offset` is the 0-based character of the text
    where the trouble starts, so that a loader can turn it into a line and a column.
    """

    def __init__(self, message: str, offset: int = 0, *, todo: str = "") -> None:
        """Keep the sentence. With `todo`, `message` is only what is wrong, without a full stop, and `todo` what to write instead."""
        self.what, self.todo = message, todo
        self.message = Said("%(what)s. %(todo)s.", what=message, todo=todo) if todo else message
        super().__init__(self.message)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class BeforeDay:
    """`before 2025-05-20`, "trước ngày 20/5": the last instant in time is 24:00 of the day before."""

    day: date

    def __str__(self) -> str:
        return f"before {self.day}"


@dataclass(frozen=True, slots=True)
class ThroughDay:
    """`through 2025-05-27`, "đến hết ngày 27/5": the whole of that day is in time."""

    day: date

    def __str__(self) -> str:
        return f"through {self.day}"


@dataclass(frozen=True, slots=True)
class ByDay:
    """`by 2025-05-30`, "chậm nhất ngày 30/5": until 24:00, or until the office closes when the plan says so."""

    day: date
    close_of_business: bool = False

    def __str__(self) -> str:
        return f"by {self.day} close of business" if self.close_of_business else f"by {self.day}"


@dataclass(frozen=True, slots=True)
class Moment:
    """`before 2025-05-24 16:00` or `at …`, "trước 16h ngày 24/5": 16:00:00 itself is late.

    `word` keeps what was written; the instant is the same.
    """

    instant: Instant
    word: Literal["before", "at"] = "before"

    def __str__(self) -> str:
        return f"{self.word} {show(self.instant)}"


@dataclass(frozen=True, slots=True)
class DailyTime:
    """`before 16:00`, "trước 16h hằng ngày": on each day the duty recurs. Minutes since 00:00."""

    minute: int

    def __str__(self) -> str:
        return f"before {clock_text(self.minute)}"


@dataclass(frozen=True, slots=True)
class MonthlyDay:
    """`before day 25`, `through day 25`, `before 16:00 on day 25` or `… on last day`: in each month of a recurrence.

    `day` is 1 to 28, or 0 for the last day of the month. `minute` is the exclusive local time on that day.
    """

    day: int
    minute: int
    word: Literal["before", "through", "clock"]

    def __str__(self) -> str:
        nth = f"day {self.day}" if self.day else "last day"
        return f"before {clock_text(self.minute)} on {nth}" if self.word == "clock" else f"{self.word} {nth}"


@dataclass(frozen=True, slots=True)
class Within:
    """`within 5 working days of card_expired`, `2 working days`, `48 hours`: counted from an event.

    `event` None counts from the moment the deadline is set. Minutes and hours run on the clock, working hours only while
    offices are open. Longer units follow the Civil Code 2015, articles 147 and 148: the first day is not counted, the
    period ends at 24:00 of its last day, and moves to the next working day when that is a rest day or holiday.
    """

    count: int
    unit: Unit
    event: str | None = None

    def __str__(self) -> str:
        return f"within {self.count} {self.unit} of {self.event}" if self.event else f"{self.count} {self.unit}"


@dataclass(frozen=True, slots=True)
class AfterSession:
    """`end of session + 30 minutes`, "kết thúc phiên": the close of the session and a grace of minutes."""

    grace: int

    def __str__(self) -> str:
        return f"end of session + {self.grace} minutes"


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """`this evening`, `tomorrow morning` …: a follow-up appointment at the hours of `PARTS`."""

    name: PartName

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class NoDeadline:
    """`none because …`: "kịp thời" and "thường xuyên" give no instant; the reason is mandatory and shown."""

    reason: str

    def __str__(self) -> str:
        return f"none because {self.reason}"


Deadline: TypeAlias = (
    BeforeDay | ThroughDay | ByDay | Moment | DailyTime | MonthlyDay | Within | AfterSession | PartOfDay | NoDeadline
)


@dataclass(frozen=True, slots=True)
class Window:
    """A span of the campaign: from `opens_at`, up to but not including `closes_at`. Instants."""

    name: str
    opens_at: Instant
    closes_at: Instant

    def __post_init__(self) -> None:
        """Refuse a window that ends before it begins: nothing could ever happen in it."""
        if self.closes_at <= self.opens_at:
            raise DeadlineError(
                Said(
                    "Đợt “%(name)s” kết thúc (trước %(ends)s) không sau lúc bắt đầu",
                    name=self.name,
                    ends=At(self.closes_at),
                ),
                todo=Said("Hãy xem lại hai mốc"),
            )

    @classmethod
    def of_days(cls, name: str, first: date, last: date) -> "Window":
        """Return the window of whole local days, both included: "từ ngày … đến hết ngày …"."""
        return cls(name, day_start(first), day_end(last))

    def describe(self) -> str:
        """Return e.g. "từ ngày 15/5/2025 đến hết Thứ Ba 27/5/2025"."""
        first = local_date(self.opens_at)
        if self.opens_at == day_start(first):
            return Said("từ ngày %(day)s đến %(end)s", day=day_vi(first), end=Until(self.closes_at))
        return Said("từ %(start)s đến %(end)s", start=At(self.opens_at), end=Until(self.closes_at))


@dataclass(frozen=True, slots=True)
class Every:
    """How a duty recurs: `day in collect`, `working day in collect`, `Monday in collect`, `month in collect`, `once`.

    `weekday` is 0 (Monday) to 6 for kind `week`. `window` None leaves the choice of window to the plan.
    """

    kind: Literal["day", "working day", "week", "month", "once"]
    weekday: int | None = None
    window: str | None = None

    def __str__(self) -> str:
        word = WEEKDAYS[self.weekday] if self.weekday is not None else self.kind
        return f"{word} in {self.window}" if self.window else word
