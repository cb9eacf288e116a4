"""What people may write into the plan: bounded, clean text in which no person and no answer can be found again.

Reasons, evidence and sources are read by many. A number that could be an ID card or a phone, and words about how anybody
answered, have no business there.
"""

import re
import unicodedata
from typing import Final

LONGEST: Final = 500
_SPACES: Final = re.compile(r"\s+")
_PERSONAL_NUMBER: Final = re.compile(r"(?<!\d)(?:\d{9,}|0\d(?:[ .]?\d){7,}|\+84(?:[ .]?\d){8,})(?!\d)")
"""Nine digits or more in a row, or grouped behind a 0 or +84: an identity number or a phone. Amounts (1.250.000.000) are none."""
_ANSWER: Final = re.compile(unicodedata.normalize("NFC", r"tán thành|đồng ý với dự thảo|phản đối|bất đồng ý kiến"))


class TextRefused(ValueError):
    """A text that must not be kept; the message says why and what to do."""


def clean_text(text: str, *, longest: int = LONGEST, numbers: bool = False) -> str:
    """Return `text` in NFC with single spaces. Raises TextRefused if it is too long, or holds a personal number.

    `numbers` lets long numbers pass, for addresses of web pages.

    >>> clean_text("  Quyết   định số 12/QĐ-UBND ")
    'Quyết định số 12/QĐ-UBND'
    """
    clean = _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if len(clean) > longest:
        raise TextRefused(f"dài {len(clean)} ký tự, tối đa {longest}; hãy viết ngắn hơn")
    if not numbers and _PERSONAL_NUMBER.search(clean):
        raise TextRefused("có dãy số giống số định danh hoặc số điện thoại; hãy bỏ dãy số đó")
    return clean


def clean_reason(text: str | None, *, longest: int = LONGEST, numbers: bool = False) -> str | None:
    """Return a reason that holds no word about anybody's answer; None if nothing was written.

    Raises TextRefused.
    """
    clean = clean_text(text or "", longest=longest, numbers=numbers)
    if _ANSWER.search(clean.lower()):
        raise TextRefused("nói về ý kiến trả lời của người dân; hãy viết lý do khác")
    return clean or None
