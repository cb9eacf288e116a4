"""Visits typed into a JSON file: a list of visits, each with its own key. Every mistake in the file is said at once.

[{"key": "k1", "door": "…", "at": "2025-05-20 19:30", "mode": "door", "done_by": "to-vien-1", "assisted": false,
  "outcomes": [{"case": "…", "outcome": "took_part", "state_version": 1}, {"outcome": "nobody_home"}]}]
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rules.pack.wording import did_you_mean
from rules.time import Instant, at
from workflow.actions.record_visit import Finding
from workflow.errors import BadInput, WorkflowError

LARGEST: Final = 5_000_000
_GREATEST: Final = 2**63 - 1
"""The greatest number that a database keeps."""

_VISIT_KEYS: Final = ("key", "door", "at", "outcomes", "mode", "done_by", "assisted")
_OUTCOME_KEYS: Final = ("outcome", "case", "state_version", "promised_at", "evidence")


class VisitsRefused(WorkflowError):
    """A file of visits that cannot be used; nothing of it was recorded."""

    status = 422
    code = "visits_refused"
    message = "Tệp %(file)s có %(count)s chỗ sai nên chưa ghi lượt nào:\n%(lines)s"


@dataclass(frozen=True, slots=True)
class TypedVisit:
    """A visit as typed. `done_by` is a login; empty means whoever types it."""

    key: str
    door: uuid.UUID
    happened_at: Instant
    findings: tuple[Finding, ...]
    mode: str = "door"
    done_by: str | None = None
    assisted: bool = False

    def request(self) -> dict[str, Any]:
        """Return what the command consists of: the same key with anything else is another command."""
        return {
            "what": "visit", "door": str(self.door), "at": self.happened_at, "mode": self.mode, "done_by": self.done_by,
            "assisted": self.assisted,
            "outcomes": [
                [str(each.case_id), each.outcome, each.state_version, each.promised_at, each.evidence]
                for each in self.findings
            ],
        }  # fmt: skip


def read_visits(path: Path, *, now: Instant) -> list[TypedVisit]:
    """Return the visits in a file. Raises VisitsRefused with every mistake in it; a visit without `at` happened `now`."""
    data = _parsed(path)
    reader = _Reader(now)
    visits = [visit for number, item in enumerate(data, 1) if (visit := reader.visit(f"lượt thứ {number}", item))]
    keys = [visit.key for visit in visits]
    for key in sorted({key for key in keys if keys.count(key) > 1} if len(keys) < LARGEST else ()):
        reader.problems.append(f"mã gửi “{key[:100]}” dùng cho nhiều lượt; mỗi lượt một mã riêng")
    if reader.problems:
        shown = "\n".join(f"  {problem}" for problem in reader.problems[:100])
        raise VisitsRefused(file=path, count=len(reader.problems), lines=shown)
    return visits


def _parsed(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(where=f"Tệp {path}", what="lớn hơn 5 MB; chia thành nhiều tệp")
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BadInput(where=f"Tệp {path}", what=f"không đọc được ({error.strerror}); kiểm tra đường dẫn") from None
    except json.JSONDecodeError as error:
        where = f"dòng {error.lineno}, cột {error.colno}"
        raise BadInput(where=f"Tệp {path}, {where}", what="không phải JSON; kiểm tra dấu ngoặc, dấu phẩy") from None
    except RecursionError:
        raise BadInput(where=f"Tệp {path}", what="không phải danh sách lượt thăm: ngoặc lồng nhau quá sâu") from None
    except UnicodeDecodeError:
        raise BadInput(where=f"Tệp {path}", what="không phải tệp JSON chữ UTF-8; lưu lại với bảng mã UTF-8") from None
    except ValueError:
        raise BadInput(where=f"Tệp {path}", what="có một số quá dài; xem lại các con số") from None
    if not isinstance(data, list) or not data:
        raise BadInput(where=f"Tệp {path}", what="phải là một danh sách lượt thăm: [{“key”: …, “door”: …}, …]")
    return data


class _Reader:
    """Reads visits and collects what is wrong with them."""

    def __init__(self, now: Instant) -> None:
        self.now = now
        self.problems: list[str] = []

    def visit(self, where: str, item: Any) -> TypedVisit | None:
        """Return a visit, or None after saying what is wrong with it."""
        before = len(self.problems)
        if not self._is_object(where, item, _VISIT_KEYS):
            return None
        key = self._text(where, item, "key", needed=True)
        door = self._id(where, item, "door", needed=True)
        happened_at = self._instant(where, item, "at")
        mode, done_by = self._text(where, item, "mode") or "door", self._text(where, item, "done_by")
        assisted = item.get("assisted", False)
        if not isinstance(assisted, bool):
            self._say(where, "assisted", "phải là true hoặc false")
        findings = self._findings(where, item.get("outcomes"))
        if len(self.problems) > before or key is None or door is None:
            return None
        return TypedVisit(
            key, door, self.now if happened_at is None else happened_at, findings, mode, done_by, assisted
        )

    def _findings(self, where: str, items: Any) -> tuple[Finding, ...]:
        if not isinstance(items, list) or not items:
            self._say(where, "outcomes", "phải là danh sách có ít nhất một kết quả")
            return ()
        return tuple(
            found
            for number, item in enumerate(items, 1)
            if (found := self._finding(f"{where}, kết quả thứ {number}", item)) is not None
        )

    def _finding(self, where: str, item: Any) -> Finding | None:
        if not self._is_object(where, item, _OUTCOME_KEYS):
            return None
        version = item.get("state_version")
        if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
            self._say(where, "state_version", "phải là một số nguyên")
        elif version is not None and not 1 <= version <= _GREATEST:
            self._say(where, "state_version", f"phải từ 1 đến {_GREATEST}; chép số từ “tungnha doors --json”")
        return Finding(
            self._text(where, item, "outcome", needed=True) or "",
            self._id(where, item, "case"),
            version,
            self._instant(where, item, "promised_at"),
            self._text(where, item, "evidence"),
        )

    def _is_object(self, where: str, item: Any, known: tuple[str, ...]) -> bool:
        if not isinstance(item, dict):
            self.problems.append(f"{where}: phải là một nhóm khóa và giá trị {{…}}")
            return False
        for key in item:
            if key not in known:
                self._say(where, key, f"khóa lạ{did_you_mean(key, known)}; có: {', '.join(known)}")
        return True

    def _text(self, where: str, item: Mapping[str, Any], key: str, *, needed: bool = False) -> str | None:
        value = item.get(key)
        if value is None or value == "":
            if needed:
                self._say(where, key, "chưa ghi")
            return None
        if not isinstance(value, str) or len(value) > 500:
            self._say(where, key, "phải là một đoạn chữ ngắn trong ngoặc kép")
            return None
        if not _keepable(value):
            self._say(where, key, "có ký tự không lưu được; xóa và gõ lại")
            return None
        return value

    def _id(self, where: str, item: Mapping[str, Any], key: str, *, needed: bool = False) -> uuid.UUID | None:
        text = self._text(where, item, key, needed=needed)
        try:
            return None if text is None else uuid.UUID(text)
        except ValueError:
            self._say(where, key, f"“{text}” không phải là mã; chép nguyên mã từ “tungnha doors”")
            return None

    def _instant(self, where: str, item: Mapping[str, Any], key: str) -> Instant | None:
        text = self._text(where, item, key)
        try:
            return None if text is None else at(text)
        except ValueError as error:
            self._say(where, key, str(error))
            return None

    def _say(self, where: str, key: str, what: str) -> None:
        self.problems.append(printable(f"{where}, “{key[:40]}”: {what}"))


def _keepable(text: str) -> bool:
    """Whether a database keeps the text and a screen shows it: no half of a surrogate pair, no control character."""
    return all(each.isprintable() or each.isspace() for each in text) and "\0" not in text


def printable(text: str) -> str:
    """Return text with whatever no screen shows written as its code.

    >>> printable("a\\ud800\\x1b")
    'a\\\\ud800\\\\x1b'
    """
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)
