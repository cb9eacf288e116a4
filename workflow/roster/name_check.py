"""Whether a cell can be somebody's name."""

import re
from functools import lru_cache
from typing import Final, Literal

from workflow.people.names import legacy_encoding

NameProblem = Literal[
    "name_missing", "name_symbols", "name_long", "name_TCVN3", "name_VNI", "name_one_word", "name_short"
]

LONGEST: Final = 100
_ONE_LETTER_NAMES: Final = frozenset("aáâăiíoôơuưyýỷ")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’.·][^\W\d_]*)*[.,]?")


def name_problem(name: str) -> NameProblem | None:
    """Return what is wrong with a name, None if nothing is. One word, or abbreviations, are odd but may be right.

    >>> name_problem("Nguyễn Văn A"), name_problem("NguyÔn V¨n A"), name_problem("=1+1"), name_problem("Ng. V. Bình")
    (None, 'name_TCVN3', 'name_symbols', 'name_short')
    """
    if not name:
        return "name_missing"
    if len(name) > LONGEST:
        return "name_long"
    words = name.split(" ")
    worst: NameProblem | None = None
    for word in words:
        problem = _word_problem(word)
        if problem is not None and problem != "name_short":
            return problem
        worst = worst or problem
    return "name_one_word" if len(words) == 1 else worst


@lru_cache(1 << 16)
def _word_problem(word: str) -> NameProblem | None:
    encoding = legacy_encoding(word)
    if encoding is not None:
        return "name_VNI" if encoding == "VNI" else "name_TCVN3"
    if not _WORD.fullmatch(word) or "\ufffd" in word:
        return "name_symbols"
    abbreviated = word.endswith(".") or (len(word) == 1 and word.lower() not in _ONE_LETTER_NAMES)
    return "name_short" if abbreviated else None
