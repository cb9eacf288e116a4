"""Where each character of a YAML scalar stands in its file, whatever its quotes and folds.

An expression written in a quoted or block scalar starts later than its node and may run over several lines. A problem
found at character 17 of the expression must be shown at the true line and column of the file.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Style = Literal["", "'", '"', "|", ">"]
_ESCAPE_DIGITS = {"x": 2, "u": 4, "U": 8}


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file: line and column, both counted from 1, columns in characters."""

    line: int
    column: int


class Source:
    """The text of a file, able to turn an index into a line and a column."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _starts(self) -> list[int]:
        starts, index = [0], self.text.find("\n")
        while index >= 0:
            starts.append(index + 1)
            index = self.text.find("\n", index + 1)
        return starts

    def position(self, index: int) -> Position:
        """Return the line and column of the character at `index`."""
        line = bisect_right(self._starts, index)
        return Position(line, index - self._starts[line - 1] + 1)

    def index(self, position: Position) -> int:
        """Return the index of the character at `position`."""
        return self._starts[position.line - 1] + position.column - 1


@dataclass(frozen=True, slots=True)
class ScalarSpan:
    """A scalar as written: from `start` to `end` in the source, in `style`, read as `value`."""

    source: Source
    start: int
    end: int
    style: Style
    value: str

    def position(self, offset: int = 0) -> Position:
        """Return where the character `offset` of the value stands in the file; past its end, the place after its last."""
        written = _written_at(self.source.text[self.start : self.end], self.style, self.value[: offset + 1])
        if offset < len(written):
            return self.source.position(self.start + written[offset])
        after = written[-1] + 1 + offset - len(written) if written else (1 if self.style in ("'", '"') else 0)
        return self.source.position(min(self.start + after, max(self.end, self.start)))


def _written_at(written: str, style: Style, value: str) -> list[int]:
    """Return for each character of `value` its index in `written`.

    Folding and indentation only ever add or drop white space, so characters that are not white space follow each
    other in the same order on both sides; quotes and escapes take more than one character for one.
    """
    at = 1 if style in ("'", '"') else written.find("\n") + 1 if style in ("|", ">") else 0
    places: list[int] = []
    for character in value:
        at = _skip_to(character, written, at, style)
        places.append(min(at, len(written)))
        at += _width(written, at, style)
    return places


def _skip_to(character: str, written: str, at: int, style: Style) -> int:
    if style == '"':
        while written[at : at + 2] == "\\\n":
            at = _after_blank(written, at + 1)
        if written[at : at + 1] == "\\":
            return at
    if not character.isspace():
        at = _after_blank(written, at)
        if style == '"' and written[at : at + 2] == "\\\n":
            return _skip_to(character, written, at, style)
    return at


def _after_blank(written: str, at: int) -> int:
    while at < len(written) and written[at] in " \t\n":
        at += 1
    return at


def _width(written: str, at: int, style: Style) -> int:
    if style == "'" and written[at : at + 2] == "''":
        return 2
    if style == '"' and written[at : at + 1] == "\\":
        return 2 + _ESCAPE_DIGITS.get(written[at + 1 : at + 2], 0)
    return 1
