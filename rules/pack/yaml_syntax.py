"""Reads parser events, and goes on after an error in the writing by blanking the smallest piece that is at fault.

The YAML parser stops at its first error. One missing bracket should not hide nine other mistakes, so the piece is
replaced by blanks of the same length (all other places stay true) and the file is read again.
"""

from dataclasses import dataclass
from typing import Any, Final

import yaml

from rules.pack.positions import Position, Source

MAX_ATTEMPTS: Final = 10

_SENTENCES: Final = (
    ("did not find expected ',' or ']'", "ngoặc '[' mở ở đây mà không đóng: thêm ']' hoặc dấu phẩy còn thiếu"),
    ("did not find expected ',' or '}'", "ngoặc '{' mở ở đây mà không đóng: thêm '}' hoặc dấu phẩy còn thiếu"),
    ("mapping values are not allowed", "dấu ':' không đứng được ở đây: kiểm tra thụt dòng, hoặc đặt cả câu trong dấu nháy"),
    ("could not find expected ':'", "thiếu dấu ':' sau tên khóa"),
    ("did not find expected key", "chờ một khóa ở đây: kiểm tra thụt dòng"),
    ("did not find expected '-' indicator", "chờ một gạch đầu dòng '-' ở đây: kiểm tra thụt dòng"),
    ("block sequence entries are not allowed", "gạch đầu dòng '-' không đứng được ở đây: xuống dòng và thụt vào"),
    ("unexpected end of stream", "dấu nháy mở ở đây mà không đóng"),
    ("unexpected document indicator", "dấu nháy mở ở đây mà không đóng"),
    ("character that cannot start any token", "ký tự này không đứng đầu giá trị được: đặt cả câu trong dấu nháy"),
    ("tab character", "dùng dấu cách để thụt dòng, không dùng phím Tab"),
    ("unknown escape character", "sau dấu '\\' trong nháy kép có chữ lạ: dùng nháy đơn nếu muốn giữ nguyên dấu '\\'"),
    ("did not find expected node content", "thiếu giá trị ở đây"),
    ("did not find expected <document start>", "phần này không thuộc khóa nào: kiểm tra thụt dòng"),
    ("did not find expected alphabetic or numeric", "sau '&' hoặc '*' phải có tên; nếu là chữ thường thì đặt trong dấu nháy"),
    ("directive", "không dùng dòng bắt đầu bằng '%'"),
)  # fmt: skip
_OPENED_AT_CONTEXT: Final = ("expected ',' or", "end of stream", "document indicator")


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """An error in the writing; `broken_at` is the index of the blanked piece, if there is one."""

    check: str
    position: Position
    message: str
    broken_at: int | None = None


def events_of(text: str, *, max_depth: int) -> tuple[list[yaml.Event], list[SyntaxProblem]]:
    """Return the events of the file and what was wrong with it. Never raises.

    If no way round an error is found the events are empty and the first error is reported.
    """
    problems: list[SyntaxProblem] = []
    readable = text
    for _ in range(MAX_ATTEMPTS):
        events, error = _parse(readable, max_depth)
        if error is None:
            return events, problems
        problem = error if isinstance(error, SyntaxProblem) else _describe(error, readable)
        if problem.broken_at is None or problem.broken_at in {known.broken_at for known in problems}:
            return [], problems or [problem]
        problems.append(problem)
        repaired = _blanked(readable, problem.broken_at, max_depth)
        if repaired is None:
            return [], problems
        readable = repaired
    return [], problems


def index_of(event: yaml.Event, *, end: bool = False) -> int:
    """Return the index in the text at which an event starts or ends."""
    mark: Any = event.end_mark if end else event.start_mark
    return int(mark.index)


def _parse(text: str, max_depth: int) -> tuple[list[yaml.Event], yaml.MarkedYAMLError | SyntaxProblem | None]:
    events: list[yaml.Event] = []
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            events.append(event)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > max_depth:
                place = Source(text).position(index_of(event))
                message = f"lồng nhau quá {max_depth} lớp: viết phẳng hơn"
                return [], SyntaxProblem("yaml-depth", place, message)
    except yaml.MarkedYAMLError as error:
        return events, error
    except yaml.YAMLError:
        return [], SyntaxProblem("yaml-syntax", Position(1, 1), "tệp này không đọc được như YAML: kiểm tra ký tự lạ")
    return events, None


def _describe(error: yaml.MarkedYAMLError, text: str) -> SyntaxProblem:
    said = f"{error.problem or ''}"
    opened = any(part in said for part in _OPENED_AT_CONTEXT) and error.context_mark is not None
    mark: Any = error.context_mark if opened else error.problem_mark or error.context_mark
    sentence = next(
        (vi for en, vi in _SENTENCES if en in said), "YAML viết sai ở đây: kiểm tra thụt dòng, ngoặc và dấu nháy"
    )
    index = min(mark.index, len(text)) if mark else 0
    position = Source(text).position(index)
    return SyntaxProblem("yaml-syntax", position, sentence, index if opened else None)


def _blanked(text: str, index: int, max_depth: int) -> str | None:
    """Blank from `index` to the end of its line, or of its block, whichever lets the parser get further."""
    line_start = text.rfind("\n", 0, index) + 1
    indent = len(text[line_start:]) - len(text[line_start:].lstrip(" -"))
    line_end = _end_of_line(text, index)
    block_end = line_end
    while block_end < len(text) and _is_deeper(text, block_end + 1, indent):
        block_end = _end_of_line(text, block_end + 1)
    ends = list(dict.fromkeys((line_end, block_end)))
    tries = [_with_blank(text, index, end) for end in ends]
    reached = [(_reached(attempt, max_depth), -number) for number, attempt in enumerate(tries)]
    best, number = max(reached)
    return tries[-number] if best > index else None


def _with_blank(text: str, start: int, end: int) -> str:
    kept = "".join("\n" if character == "\n" else " " for character in text[start:end])
    return text[:start] + ("~" + kept[1:] if kept else "") + text[end:]


def _reached(text: str, max_depth: int) -> int:
    _, error = _parse(text, max_depth)
    if error is None:
        return len(text) + 1
    if isinstance(error, SyntaxProblem):
        return -1
    mark: Any = error.problem_mark
    return mark.index if mark else -1


def _end_of_line(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


def _is_deeper(text: str, start: int, indent: int) -> bool:
    line = text[start : _end_of_line(text, start)]
    return not line.strip() or len(line) - len(line.lstrip(" ")) > indent
