"""The passwords that a stranger tries first: common words and place names, with a year or a run of digits behind them.

The words are in `common_words.txt`, folded (accent-free, lower case); keyboard runs, repetitions, dates and numbers are recognised.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

from workflow.people.names import fold

_WORDS: Final = Path(__file__).with_name("common_words.txt")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p")  # fmt: skip
_SPOKEN: Final = str.maketrans({"@": "a", "0": "o", "1": "i", "3": "e", "5": "s", "$": "s", "!": "i"})
NUMBER_LENGTH: Final = 12
"""Digits alone up to this many are a date, a phone number or an ID number."""
PARTS: Final = 3
"""Common words joined by up to this many are still common."""


def is_common(text: str) -> bool:
    """Whether a password is one that everybody thinks of.

    >>> [is_common(text) for text in ("Hà Nội 2025!", "M@tkhau123456", "0912345678", "qwertyuiop", "aaaaaaaaaaaa")]
    [True, True, True, True, True]
    >>> is_common("bốn chiếc ghế xanh biết hát")
    False
    """
    folded = fold(text)
    plain = letters_and_digits(folded)
    if len(set(plain)) < 4 or (plain.isdigit() and len(plain) <= NUMBER_LENGTH):
        return True
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    return any(_is_built_of_common(letters_and_digits(each)) for each in (core, core.translate(_SPOKEN)))


def letters_and_digits(text: str) -> str:
    """Return the text without blanks and signs."""
    return re.sub(r"[\W_]", "", text)


def _is_built_of_common(text: str, parts: int = PARTS) -> bool:
    if not text or text in common_words() or _is_run(text):
        return True
    if parts == 1:
        return False
    return any(
        (text[:cut] in common_words() or _is_run(text[:cut])) and _is_built_of_common(text[cut:], parts - 1)
        for cut in range(2, len(text) - 1)
    )


def _is_run(text: str) -> bool:
    """Whether the keys lie beside each other, or one piece is repeated: qwerty, 7654, abcabc."""
    if len(text) < 3:
        return text.isdigit()
    if any(text in row or text[::-1] in row for row in (row * 2 for row in _ROWS)):
        return True
    return text.isdigit() or any(text == (text[:n] * len(text))[: len(text)] for n in range(1, len(text) // 2 + 1))


@cache
def common_words() -> frozenset[str]:
    """Return the words, without blanks. Lines that begin with # explain."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(
        "".join(part.split()) for line in lines if not line.startswith("#") for part in line.split(",") if part.strip()
    )
