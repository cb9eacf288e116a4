"""What is wrong with an expression, said to the person who wrote it: where, what, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `line` and `column` count from 1 inside the expression's own text; `hint` may be empty."""

    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}" + (f" – {self.hint}" if self.hint else "")


class LanguageError(Exception):
    """An expression that cannot be used. `problems` holds every mistake found, in the order of the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the hint that names the closest known word, or the known words if they are few, or nothing.

    >>> did_you_mean("activate", ["registered", "activated"])
    'có phải là ‘activated’?'
    """
    words = sorted(set(known))
    close = get_close_matches(word[:80], words, n=1, cutoff=0.6)
    if close:
        return f"có phải là ‘{close[0]}’?"
    return f"chọn trong: {', '.join(words)}" if 0 < len(words) <= 12 else ""
