"""Read a calendar file into checked values: hours by weekday, and per year the days off and the Saturdays worked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, NoReturn, TypeAlias

import yaml

from rules.time import read_day

Status: TypeAlias = Literal["confirmed", "pending", "assumed"]
Hours: TypeAlias = tuple[int, int]
"""First opening and last closing of a day, in minutes since 00:00; the midday break lies between."""

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
STATUSES: Final[tuple[Status, ...]] = ("confirmed", "pending", "assumed")
_KEYS: Final = {
    "file": {"calendar", "label", "source", "extends", "hours", "years"},
    "year": {"status", "source", "off", "worked"},
    "entry": {"day", "from", "to", "label", "status", "source"},
}
_SPAN: Final = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", re.ASCII)


class CalendarError(ValueError):
    """A calendar file that cannot be used; the message says which file, where in it, and what to write."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One day that differs from its weekday: off, or worked."""

    day: date
    worked: bool
    label: str
    status: Status


@dataclass(frozen=True, slots=True)
class CalendarData:
    """A whole calendar as written. `years` gives the status of its ordinary days; `hours`, keyed 0 for Monday, has the spans of a day."""

    name: str
    label: str
    hours: Mapping[int, tuple[Hours, ...]]
    years: Mapping[int, Status]
    entries: Mapping[date, Entry] = field(default_factory=dict)


class _Loader(yaml.BaseLoader):
    """Every scalar stays text (07:30 is no number), and a key written twice is an error, not a loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build the mapping, refusing a repeated key."""
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.MarkedYAMLError(problem=f"khóa “{key.value}” được ghi hai lần", problem_mark=key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def read_calendar(path: Path) -> CalendarData:
    """Return the checked content of `path`; `extends` takes hours, years and entries from a file beside it.

    Raises CalendarError with a sentence if the file is absent, is not YAML, or holds anything unknown.
    """
    return _read(path, seen=())


def _read(path: Path, seen: tuple[Path, ...]) -> CalendarData:
    if path in seen:
        raise CalendarError(f"{path.name}: các lịch kế thừa nhau thành vòng. Hãy bỏ một dòng “extends”.")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - BaseLoader builds only text
    except FileNotFoundError:
        raise CalendarError(f"{path.name}: không có tệp lịch này. Hãy kiểm tra tên lịch.") from None
    except UnicodeDecodeError:
        raise CalendarError(f"{path.name}: tệp không phải UTF-8. Hãy lưu lại bằng mã UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        line = f"dòng {error.problem_mark.line + 1}" if error.problem_mark else "tệp"
        raise CalendarError(f"{path.name}: {line}: {error.problem}. Hãy sửa rồi đọc lại.") from None
    except yaml.YAMLError:
        raise CalendarError(f"{path.name}: tệp có ký tự lạ, không phải YAML. Hãy xuất lại tệp.") from None
    return _Reader(path, seen).data(content)


class _Reader:
    """Reads one file; each method takes the place it is at, so that every refusal can name it."""

    def __init__(self, path: Path, seen: tuple[Path, ...]) -> None:
        self.path, self.seen = path, (*seen, path)

    def data(self, content: object) -> CalendarData:
        found = self.mapping(content, "tệp", "file")
        base = self.base(found)
        years = self.mapping(found.get("years", {}), "years", None)
        statuses, entries = dict(base.years) if base else {}, dict(base.entries) if base else {}
        for text, year in years.items():
            where = f"years.{text}"
            if not re.fullmatch(r"\d{4}", text, re.ASCII):
                self.refuse(where, "năm phải là bốn chữ số, ví dụ 2026")
            body = self.mapping(year, where, "year")
            statuses[int(text)] = self.status(body.get("status"), where)
            entries |= {entry.day: entry for entry in self.entries(int(text), body, statuses[int(text)], where)}
        hours = self.hours(found["hours"]) if "hours" in found else base.hours if base else {}
        if not hours or not statuses:
            self.refuse("tệp", "cần “hours” và ít nhất một năm trong “years”")
        return CalendarData(self.text(found, "calendar", "tệp"), found.get("label", ""), hours, statuses, entries)

    def base(self, found: Mapping[str, Any]) -> CalendarData | None:
        if "extends" not in found:
            return None
        name = self.text(found, "extends", "tệp")
        if not re.fullmatch(r"[a-z0-9-]+", name, re.ASCII):
            self.refuse("extends", f"“{name}” không phải là tên lịch; chỉ dùng chữ thường, số và gạch nối")
        return _read(self.path.with_name(f"{name}.yaml"), self.seen)

    def hours(self, content: object) -> dict[int, tuple[Hours, ...]]:
        found = self.mapping(content, "hours", None)
        if unknown := sorted(set(found) - set(WEEKDAYS)):
            self.refuse("hours", f"không có thứ “{unknown[0]}”; hãy dùng {', '.join(WEEKDAYS)}")
        return {WEEKDAYS.index(day): self.spans(spans, f"hours.{day}") for day, spans in found.items()}

    def spans(self, content: object, where: str) -> tuple[Hours, ...]:
        spans = tuple(self.span(text, where) for text in self.sequence(content, where))
        if not spans or any(after[0] < before[1] for before, after in pairwise(spans)):
            self.refuse(where, "các khoảng giờ phải nối tiếp nhau, ví dụ [“07:30-11:30”, “13:30-17:00”]")
        return spans

    def span(self, text: object, where: str) -> Hours:
        found = _SPAN.fullmatch(str(text))
        if found is None:
            self.refuse(where, f"“{text}” không phải là khoảng giờ; hãy viết như 07:30-11:30")
        h1, m1, h2, m2 = (int(part) for part in found.groups())
        opens, closes = h1 * 60 + m1, h2 * 60 + m2
        if max(m1, m2) > 59 or not opens < closes <= 1440:
            self.refuse(where, f"“{text}”: giờ đóng phải sau giờ mở và không quá 24:00")
        return opens, closes

    def entries(self, year: int, body: Mapping[str, Any], default: Status, where: str) -> list[Entry]:
        found: dict[date, Entry] = {}
        for key in ("off", "worked"):
            for number, item in enumerate(self.sequence(body.get(key, []), f"{where}.{key}")):
                place = f"{where}.{key}[{number}]"
                entry = self.mapping(item, place, "entry")
                status = self.status(entry["status"], place) if "status" in entry else default
                for day in self.days(entry, place):
                    if day.year != year or day in found:
                        self.refuse(
                            place, f"ngày {day} {'được ghi hai lần' if day in found else f'không thuộc năm {year}'}"
                        )
                    found[day] = Entry(day, key == "worked", self.text(entry, "label", place), status)
        return list(found.values())

    def days(self, entry: Mapping[str, Any], where: str) -> Iterator[date]:
        if ("day" in entry) == ("from" in entry) or ("from" in entry) != ("to" in entry):
            self.refuse(where, "hãy ghi “day”, hoặc cả “from” và “to”")
        first, last = (self.day(entry.get(key, entry.get("day")), where) for key in ("from", "to"))
        if last < first or (last - first).days > 31:
            self.refuse(where, f"từ {first} đến {last} không phải là một kỳ nghỉ; hãy xem lại hai ngày")
        return (first + timedelta(days=number) for number in range((last - first).days + 1))

    def day(self, value: object, where: str) -> date:
        try:
            return read_day(str(value))
        except ValueError as error:
            self.refuse(where, str(error))

    def status(self, value: object, where: str) -> Status:
        if value not in STATUSES:
            self.refuse(where, f"“status” phải là một trong {', '.join(STATUSES)}")
        return value

    def text(self, found: Mapping[str, Any], key: str, where: str) -> str:
        value = found.get(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(where, f"thiếu “{key}”")
        return value

    def mapping(self, value: object, where: str, kind: str | None) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.refuse(where, "cần các dòng “khóa: giá trị”")
        if kind and (unknown := sorted(set(value) - _KEYS[kind])):
            self.refuse(where, f"không biết khóa “{unknown[0]}”; có thể dùng {', '.join(sorted(_KEYS[kind]))}")
        return value

    def sequence(self, value: object, where: str) -> Sequence[Any]:
        if not isinstance(value, list):
            self.refuse(where, "cần một danh sách")
        return value

    def refuse(self, where: str, what: str) -> NoReturn:
        raise CalendarError(f"{self.path.name}: {where}: {what}.")
