"""The first look at an expression: only known marks, straight quotes, balanced brackets, bounded length and depth.

Whatever passes here is safe to hand to Python's own parser. Brackets are counted on tokens, never on characters, because
the text is wrapped in a pair of them: `a > 1) or (b < 3` must not slip through.
"""

import keyword
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from rules.language.problems import LanguageError, Problem

MAX_LENGTH = 2_000
MAX_DEPTH = 30

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<text>'[^'\n]*'|"[^"\n]*")
      | (?P<number>[0-9][0-9A-Za-z_]*(?:\.[0-9]+)?)
      | (?P<name>[^\W\d]\w*)
      | (?P<mark>==|!=|<=|>=|<>|&&|\|\||:=|\*\*|//|[-+<>()\[\],.=])
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN_MARKS = {
    "<>": "viết != để nói ‘khác’",
    "&&": "viết and",
    "||": "viết or",
    "&": "viết and",
    "|": "viết or",
    "!": "viết not, hoặc !=",
    ":=": "không gán giá trị trong luật",
    "*": "luật không nhân, chia; đặt con số đã tính sẵn vào luật",
    "**": "luật không nhân, chia; đặt con số đã tính sẵn vào luật",
    "/": "luật không nhân, chia; đặt con số đã tính sẵn vào luật",
    "//": "luật không nhân, chia; đặt con số đã tính sẵn vào luật",
    "%": "luật không lấy phần trăm; tỷ lệ khai ở mục targets",
    "#": "ghi chú đặt ở ngoài biểu thức",
    "\\": "không dùng dấu \\ trong luật",
    "‘": "dùng dấu nháy thẳng '",
    "’": "dùng dấu nháy thẳng '",
    "“": 'dùng dấu nháy thẳng "',
    "”": 'dùng dấu nháy thẳng "',
    "≥": "viết >=",
    "≤": "viết <=",
    "≠": "viết !=",
}
_WORDS = {"and", "or", "not", "in", "True", "False", "None"}
_WORD_HINTS = {"is": "viết missing(x), known(x), == hoặc !=", "if": "viết and, or", "else": "viết and, or"}
_OPENS, _CLOSES = {"(": ")", "[": "]"}, {")", "]"}


class Token(NamedTuple):
    """A piece of the text: its kind, its characters, and where it starts."""

    kind: str
    text: str
    line: int
    column: int


def check_text(text: str) -> None:
    """Raise LanguageError with every problem that shows before parsing."""
    if len(text) > MAX_LENGTH:
        raise LanguageError(
            [Problem(1, 1, f"Biểu thức dài {len(text)} ký tự, nhiều nhất là {MAX_LENGTH}.", "tách thành nhiều luật")]
        )
    tokens = [token for token in _tokens(text) if token.kind != "space"]
    if not tokens:
        raise LanguageError([Problem(1, 1, "Biểu thức trống.", "viết một điều kiện, ví dụ attempts < 3")])
    problems = [p for token in tokens for p in _token_problems(token)] + [*_glued(tokens)]
    problems += _bracket_problems(tokens) or _depth_problems(tokens)
    if problems:
        raise LanguageError(problems)


def _tokens(text: str) -> Iterator[Token]:
    line, start = 1, 0
    for found in _TOKEN.finditer(text):
        piece = found.group()
        yield Token(found.lastgroup or "other", piece, line, found.start() - start + 1)
        if "\n" in piece:
            line += piece.count("\n")
            start = found.start() + piece.rindex("\n") + 1


def _token_problems(token: Token) -> Iterator[Problem]:
    kind, text, line, column = token
    if kind == "text":
        yield from _literal_problems(token)
    elif kind == "number" and not text.isdigit():
        yield Problem(line, column, f"‘{_short(text)}’ không phải số nguyên.", "viết số nguyên, ví dụ 48")
    elif kind == "number" and len(text) > 1 and text[0] == "0":
        yield Problem(line, column, f"Số ‘{_short(text)}’ thừa chữ số 0 ở đầu.", "bỏ các chữ số 0 ở đầu")
    elif kind == "number" and len(text) > 16:
        yield Problem(line, column, f"Số ‘{_short(text)}’ quá lớn.", "số lớn nhất là 9007199254740992")
    elif kind == "name" and not text.isascii():
        yield Problem(line, column, f"Tên ‘{_short(text)}’ có chữ ngoài a–z.", "chữ có dấu phải đặt trong dấu nháy '…'")
    elif kind == "name" and keyword.iskeyword(text) and text not in _WORDS:
        yield Problem(line, column, f"Không dùng ‘{text}’ trong luật.", _WORD_HINTS.get(text, ""))
    elif kind == "other" and text in "'\"":
        yield Problem(line, column, f"Dấu nháy {text} mở mà không đóng.", "đóng nháy trên cùng dòng")
    elif kind == "other" or (kind == "mark" and text in _FORBIDDEN_MARKS):
        mark = text if text.isprintable() else f"U+{ord(text):04X}"
        yield Problem(line, column, f"Dấu ‘{mark}’ không dùng trong luật.", _FORBIDDEN_MARKS.get(text, ""))


def _literal_problems(token: Token) -> Iterator[Problem]:
    bad = [c for c in token.text if c == "\\" or unicodedata.category(c) in ("Cc", "Cs")]
    if bad:
        name = "\\" if bad[0] == "\\" else f"U+{ord(bad[0]):04X}"
        yield Problem(token.line, token.column, f"Chữ trong nháy chứa ký tự không được phép ({name}).", "xóa ký tự đó")


def _glued(tokens: list[Token]) -> Iterator[Problem]:
    """Yield what Python's own messages would name badly: text without a comparison, and a lone =."""
    before = Token("", "", 1, 1)
    for one, two in pairwise(tokens):
        if two.text == "=" and not (one.kind == "name" and before.text in ("(", ",")):
            yield Problem(two.line, two.column, "Dấu ‘=’ không so sánh.", "so sánh bằng viết hai dấu: ==")
        before = one
        if two.kind == "text" and one.kind in ("name", "text") and one.text not in ("and", "or", "not", "in"):
            yield Problem(two.line, two.column, f"Thiếu phép so sánh trước {_short(two.text)}.", "ví dụ state == 'x'")


def _bracket_problems(tokens: list[Token]) -> list[Problem]:
    open_: list[Token] = []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in _OPENS:
            open_.append(token)
        elif token.text in _CLOSES and (not open_ or _OPENS[open_.pop().text] != token.text):
            return [Problem(token.line, token.column, f"Dấu ‘{token.text}’ đóng mà không có dấu mở.", "kiểm tra ngoặc")]
    return [Problem(t.line, t.column, f"Dấu ‘{t.text}’ mở mà không đóng.", "kiểm tra ngoặc") for t in open_[:3]]


def _depth_problems(tokens: list[Token]) -> list[Problem]:
    """Refuse nesting that Python's parser would answer with a RecursionError: brackets, and rows of not, - and +."""
    level = run = 0
    for token in tokens:
        run = run + 1 if token.text in ("not", "-", "+") else 0
        level += (token.text in _OPENS) - (token.text in _CLOSES)
        if max(level, run) > MAX_DEPTH:
            return [too_deep(token.line, token.column)]
    return []


def too_deep(line: int, column: int) -> Problem:
    """Return the problem of an expression nested beyond the limit."""
    return Problem(line, column, f"Biểu thức lồng quá sâu (hơn {MAX_DEPTH} tầng).", "tách thành nhiều luật")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
