"""What people may write by hand: bounded, clean text in which no person and no answer can be found again.

Reasons, evidence and sources are read by many. A number that could be an ID card or a phone, and words about how anybody
answered, have no business there. The words are those that no label of a pack may hold either.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rules.pack.lint.opinions import opinion_in_text
from rules.said import Said
from workflow.errors import BadInput
from workflow.people.names import UnstorableText, nfc

LONGEST: Final = 500
_PERSONAL_NUMBER: Final = re.compile(r"(?<!\d)(?:\d{9,}|0(?:[ .()/–-]{0,2}\d){8,}|\+84(?:[ .()/–-]{0,2}\d){8,})(?!\d)")
"""Nine digits or more in a row, or grouped anyhow behind a 0 or +84: an identity number or a phone. Amounts (1.250.000.000) are none."""
_DATE: Final = re.compile(
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])(?:\1(?:19|20)\d\d)?(?![/.-]?\d)"
    r"|(?:0?[1-9]|1[0-2])[/.-](?:19|20)\d\d(?!\d))"
)
"""Days and months as papers write them, which grouped digits may be as well."""
_LONG_NUMBER: Final = re.compile(r"\d{9}")
_MORE_PHRASES: Final = re.compile(r"\bbất đồng ý kiến\b|\bkhong (?:tan thanh|dong y|dong tinh|ung ho|nhat tri)\b")
"""Besides the words of the packs: one phrase of papers, and what is typed without accents and names no place."""
_FIRST_WORDS: Final = re.compile(
    r"(?:tán|đồng|phản|ủng|nhất|bỏ|phiếu|bất|khong)[\W_]|approv|agree|oppos|favou?r|vote", re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"[\W_]+")
_PLACES: Final = frozenset({"nhất trí", "đồng tình", "ủng hộ"})
"""Written with capitals, these are also names of hamlets and lanes."""


class TextRefused(ValueError):
    """A text that must not be kept; `said` says why and what to do."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


def clean_text(text: str, *, longest: int = LONGEST, numbers: bool = False, lines: bool = False) -> str:
    """Return `text` in NFC with single spaces. Raises TextRefused if it is too long, cannot be stored, or holds a personal number.

    `numbers` lets long numbers pass, for addresses of web pages; `lines` keeps where lines end.

    >>> clean_text("  Quyết   định số 12/QĐ-UBND ")
    'Quyết định số 12/QĐ-UBND'
    >>> clean_text(" Đã họp. \\r\\n\\r\\n\\r\\nCòn thiếu máy in. ", lines=True)
    'Đã họp.\\n\\nCòn thiếu máy in.'
    """
    if lines:
        return _clean_lines(text, longest=longest, numbers=numbers)
    try:
        clean = nfc(text)
    except UnstorableText:
        raise TextRefused("có ký tự không lưu được; hãy xóa và gõ lại") from None
    if not clean.isprintable():
        raise TextRefused("có ký tự điều khiển; hãy xóa và gõ lại")
    if len(clean) > longest:
        raise TextRefused(Said("dài %(n)s ký tự, tối đa %(longest)s; hãy viết ngắn hơn", n=len(clean), longest=longest))
    if not numbers and _PERSONAL_NUMBER.search(_DATE.sub("|", unicodedata.normalize("NFKC", clean))):
        raise TextRefused("có dãy số giống số định danh hoặc số điện thoại; hãy bỏ dãy số đó")
    return clean


def _clean_lines(text: str, *, longest: int, numbers: bool) -> str:
    """Return a text with its lines, at most one empty one between two; what must not be kept is refused across lines as well."""
    clean_text(text, longest=longest, numbers=numbers)
    each = [clean_text(line, longest=longest, numbers=numbers) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(each)).strip("\n")


def clean_reason(text: str | None, *, longest: int = LONGEST, numbers: bool = False, lines: bool = False) -> str | None:
    """Return a reason that holds no word about anybody's answer; None if nothing was written.

    Raises TextRefused.
    """
    clean = clean_text(text or "", longest=longest, numbers=numbers, lines=lines)
    if answer_in(clean):
        raise TextRefused("nói về ý kiến trả lời của người dân; hãy viết lý do khác")
    return clean or None


def typed_text(where: str, text: str | None, *, lines: bool = False) -> str | None:
    """Return a clean free text, None if nothing was written. Raises BadInput, naming the field, for what must not be kept."""
    try:
        return clean_reason(text, lines=lines)
    except TextRefused as refused:
        raise BadInput(where=where, what=refused.said) from None


def typed_reason(text: str | None, *, missing: str, where: str = "Lý do", lines: bool = False) -> str:
    """Return a clean reason. Raises BadInput with `missing` if there is none, or for what must not be kept."""
    reason = typed_text(where, text, lines=lines)
    if reason is None:
        raise BadInput(where=where, what=missing)
    return reason


def answer_in(text: str) -> str | None:
    """Return the words of a text that say how somebody answered, if there are any, whatever stands between them.

    >>> answer_in("hộ này không tán-thành"), answer_in("ở khu Tân Thành")
    ('không tán thành', None)
    """
    words = _BETWEEN.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    found = _MORE_PHRASES.search(words.casefold())
    return found.group() if found else opinion_in_text(words) or opinion_in_text(text)


def may_answer(text: str) -> bool:
    """Whether a name or address (in NFC) is worth a closer look by `answer_in_name`: cheap enough for every cell of a list."""
    return _FIRST_WORDS.search(text) is not None


@lru_cache(1 << 12)
def answer_in_name(name: str, *, of_person: bool = False) -> str | None:
    """Return the words of a name or address that say how somebody answered: no name that people or places have.

    >>> answer_in_name("Ngõ Nhất Trí"), answer_in_name("Lê Nhất Trí", of_person=True), answer_in_name("Ngõ 5, nhất trí")
    (None, None, 'nhất trí')
    """
    said = answer_in(name)
    if said is None or said.startswith(("không ", "khong ")):
        return said
    words = _BETWEEN.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    at = words.casefold().find(said)
    written = words[at : at + len(said)]
    named = len(words) > len(said) and all(word[0].isupper() for word in written.split())
    return None if named and (of_person or said in _PLACES) else said


def has_long_number(text: str) -> bool:
    """Whether nine digits or more stand in a row: an identity number or a phone, in no name and no address."""
    return _LONG_NUMBER.search(text) is not None
