"""Reads one YAML file of a pack: plain data, the place of every key and value, and every problem found.

Less than YAML on purpose. Only `true`/`false`, plain integers and `null` are special: `on`, `no`, `12:30`, `010`, `1.5` and dates
stay the text that was written. Anchors, aliases, tags, duplicate keys, deep nesting and big files are refused. Where a piece
cannot be read the rest is still checked, with `BROKEN` in its place.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

import yaml

from rules.pack.positions import Position, ScalarSpan, Source, Style
from rules.pack.yaml_syntax import SyntaxProblem, events_of, index_of

Path = tuple[str | int, ...]
"""Keys and list numbers from the top of a file."""

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 32

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}
_BAD_CHARACTER = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


class _Broken:
    """Stands where a value could not be read. Nothing more is said about it."""

    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = _Broken()


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """What is wrong with the writing, and where."""

    check: str
    position: Position
    message: str


@dataclass(slots=True)
class YamlFile:
    """A file as read: data, places, problems."""

    data: Any = None
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    scalars: dict[Path, ScalarSpan] = field(default_factory=dict)
    problems: list[YamlProblem] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)

    def position(self, path: Path, *, of_key: bool = False) -> Position:
        """Return the place of the value at `path` (or of its key); of the nearest thing around it if it is not written."""
        for length in range(len(path), -1, -1):
            first, second = (self.keys, self.values) if of_key or length < len(path) else (self.values, self.keys)
            found = first.get(path[:length]) or second.get(path[:length])
            if found:
                return found
        return Position(1, 1)

    def character(self, path: Path, offset: int) -> Position:
        """Return the place of a character of the text at `path`, counted from 0."""
        span = self.scalars.get(path)
        return span.position(offset) if span else self.position(path)


def canonical_text(raw: str) -> str:
    """Return the text that is read and hashed: composed characters, plain line ends, no byte order mark."""
    return unicodedata.normalize("NFC", raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def read_yaml(text: str) -> YamlFile:
    """Read a canonical text. Never raises: whatever is wrong is in `problems`, in the order of the file."""
    result = YamlFile()
    refused = _refuse_text(text)
    if refused:
        result.problems.append(refused)
        result.data = BROKEN
        result.broken.add(())
        return result
    events, syntax = events_of(text, max_depth=MAX_DEPTH)
    result.problems.extend(_from_syntax(problem) for problem in syntax)
    if syntax and not events:
        result.data = BROKEN
        result.broken.add(())
        return result
    _Composer(Source(text), events, {p.broken_at for p in syntax if p.broken_at is not None}, result).document()
    result.problems.sort(key=lambda problem: problem.position)
    return result


def _refuse_text(text: str) -> YamlProblem | None:
    size = len(text.encode(errors="surrogatepass"))
    if size > MAX_BYTES:
        message = (
            f"tệp dài {size // 1024} KiB; mỗi tệp của gói quy tắc dài nhất {MAX_BYTES // 1024} KiB: tách bớt nội dung"
        )
        return YamlProblem("yaml-size", Position(1, 1), message)
    bad = _BAD_CHARACTER.search(text)
    if bad:
        code = f"U+{ord(bad.group()):04X}"
        return YamlProblem(
            "yaml-character", Source(text).position(bad.start()), f"ký tự lạ {code} không nhìn thấy được; xóa đi"
        )
    return None


def _from_syntax(problem: SyntaxProblem) -> YamlProblem:
    return YamlProblem(problem.check, problem.position, problem.message)


class _Composer:
    """Builds data from parser events, one pass, bounded depth."""

    def __init__(self, source: Source, events: list[yaml.Event], broken_at: set[int], result: YamlFile) -> None:
        self.source = source
        self.events: Iterator[yaml.Event] = iter(events)
        self.broken_at = broken_at
        self.result = result

    def document(self) -> None:
        """Read the first document; a second one is a problem."""
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent) and self.result.data is not None:
                self._problem("yaml-document", event, "mỗi tệp chỉ có một phần: bỏ dòng '---' thứ hai và phần sau nó")
                return
            if isinstance(event, yaml.NodeEvent):
                self.result.data = self._node(event, ())

    def _node(self, event: yaml.NodeEvent, path: Path) -> Any:
        start = index_of(event)
        self.result.values[path] = self.source.position(start)
        if start in self.broken_at:
            self._skip(event)
            return self._break(path)
        if isinstance(event, yaml.AliasEvent):
            message = f"không dùng bí danh '*{event.anchor}': viết lại nội dung ở đây"
            self._problem("yaml-alias", event, message)
            return self._break(path)
        self._refuse_marks(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._problem(
                "yaml-anchor", event, f"không dùng neo '&{event.anchor}': bỏ neo, viết nội dung ở từng chỗ cần"
            )
        if event.tag is not None:
            self._problem("yaml-tag", event, f"không dùng thẻ kiểu '{event.tag}': bỏ thẻ, chỉ viết giá trị")

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Any:
        style = cast(Style, event.style or "")
        start, end = self._content_start(event), index_of(event, end=True)
        self.result.values[path] = self.source.position(start)
        self.result.scalars[path] = ScalarSpan(self.source, start, end, style, event.value)
        return event.value if style else _plain(event.value)

    def _content_start(self, event: Any) -> int:
        """Skip an anchor or tag that was refused: the value starts behind it."""
        at = index_of(event)
        marks = (event.anchor is not None) + (event.tag is not None)
        while marks and self.source.text[at : at + 1] in ("&", "!"):
            match = re.compile(r"\S+\s*").match(self.source.text, at)
            at, marks = (match.end() if match else at + 1), marks - 1
        return at

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            if isinstance(event, yaml.NodeEvent):
                items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if isinstance(event, yaml.NodeEvent):
                self._entry(event, path, entries)
        return entries

    def _entry(self, event: yaml.NodeEvent, path: Path, entries: dict[str, Any]) -> None:
        name = self._key(event)
        value_event = next(self.events, None)
        if not isinstance(value_event, yaml.NodeEvent):
            return
        if name is None:
            self._skip(value_event)
            return
        place = self.source.position(index_of(event))
        if name in entries:
            first = self.result.keys[(*path, name)]
            message = f"khóa '{name}' viết hai lần (lần đầu ở dòng {first.line}); giữ lại một lần"
            self.result.problems.append(YamlProblem("yaml-duplicate-key", place, message))
            self._skip(value_event)
            return
        self.result.keys[(*path, name)] = place
        entries[name] = self._node(value_event, (*path, name))

    def _key(self, event: yaml.NodeEvent) -> str | None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_marks(event)
            return str(event.value)
        self._problem("yaml-key", event, "khóa phải là một chữ, không phải danh sách, nhóm hay bí danh")
        self._skip(event)
        return None

    def _skip(self, event: yaml.Event) -> None:
        """Read past a value that is not wanted, without building it."""
        opened = isinstance(event, yaml.CollectionStartEvent)
        depth = int(opened)
        while depth:
            following = next(self.events, None)
            if following is None:
                return
            depth += isinstance(following, yaml.CollectionStartEvent) - isinstance(following, yaml.CollectionEndEvent)

    def _break(self, path: Path) -> Any:
        self.result.broken.add(path)
        return BROKEN

    def _problem(self, check: str, event: Any, message: str) -> None:
        self.result.problems.append(YamlProblem(check, self.source.position(index_of(event)), message))


def _plain(text: str) -> Any:
    if text in _PLAIN:
        return _PLAIN[text]
    return int(text) if _INTEGER.fullmatch(text) else text
