"""The evidence that a task asks for, in the one cell of a spreadsheet, and read back."""

import re
from typing import Final

from rules.pack.model import Evidence, Label
from rules.said import Said
from workflow.people.names import fold, nfc
from workflow.planfile.unread import Unread

EVIDENCE_WORDS: Final = {"document": "Văn bản", "count": "Số lượng", "link": "Đường dẫn", "photo": "Ảnh"}
_KIND: Final = re.compile(r"^(văn bản|tài liệu|số lượng|đường dẫn|liên kết|ảnh|hình ảnh)\s*:\s*(\S.*)$", re.IGNORECASE)
_KINDS: Final = {
    "van ban": "document", "tai lieu": "document", "so luong": "count", "duong dan": "link", "lien ket": "link", "anh": "photo",
    "hinh anh": "photo",
}  # fmt: skip
_AT_LEAST: Final = re.compile(r"\s*\((?:ít nhất|tối thiểu|từ)(?:\s+là)?\s+(\d{1,6})[^)]*\)\s*$", re.IGNORECASE)
_WORDED: Final = re.compile(r"\((?:ít nhất|tối thiểu)\s[^)]*\)\s*$|^(?:ít nhất|tối thiểu)\s", re.IGNORECASE)
"""A least number that is there, but not in digits."""
_MORE_THAN: Final = re.compile(r"^(?:(ít nhất|tối thiểu)|trên)\s+(\d{1,6})\s+(\S.*)$", re.IGNORECASE)


def read_evidence(text: str) -> tuple[Evidence, ...]:
    """Return what a cell asks for as evidence: pieces between semicolons, or behind dashes. What has no kind is a document.

    Raises Unread for a least number in words.
    """
    pieces = re.split(r"\s*;\s*", text)
    if len(pieces) == 1 and text[:2] in ("- ", "+ "):
        pieces = re.split(r"\s+[-+]\s+", f" {text}")
    return tuple(_piece(piece.strip(" .-+")) for piece in pieces if piece.strip(" .-+"))


def _piece(text: str) -> Evidence:
    found = _KIND.match(text)
    kind, label = (_KINDS[fold(found[1])], found[2]) if found else (None, text)
    least = _AT_LEAST.search(label)
    if least is not None:
        return Evidence(kind=kind or "count", label=Label(vi=label[: least.start()]), at_least=max(int(least[1]), 1))
    more = _MORE_THAN.match(label)
    if more is not None and kind in (None, "count"):
        return Evidence(kind="count", label=Label(vi=more[3]), at_least=int(more[2]) + (0 if more[1] else 1))
    if kind in (None, "count") and _WORDED.search(label):
        reason = Said("không đọc được con số ít nhất trong “%(text)s”", text=text[:80])
        raise Unread(reason, "Ghi bằng chữ số, như “Số lượng: tin bài (ít nhất 30)”")
    return Evidence(kind=kind or "document", label=Label(vi=label))


def evidence_words(evidence: tuple[Evidence, ...]) -> str:
    """Return evidence as `read_evidence` reads it back.

    >>> evidence_words(read_evidence("Quyết định; trên 30 tin bài; Ảnh: điểm hỗ trợ"))
    'Văn bản: Quyết định; Số lượng: tin bài (ít nhất 31); Ảnh: điểm hỗ trợ'
    """
    return "; ".join(
        f"{EVIDENCE_WORDS[each.kind]}: {plain(each.label.vi)}"
        + (f" (ít nhất {each.at_least})" if each.at_least else "")
        for each in evidence
    )


def plain(text: str) -> str:
    """Return a label of evidence as it stands in a cell that parts them by semicolons."""
    return nfc(text).replace(";", ",").strip(" .-+")


def same_evidence(known: tuple[Evidence, ...], read: tuple[Evidence, ...]) -> bool:
    """Whether what was read asks for the same pieces as the plan does."""
    return [(e.kind, plain(e.label.vi), e.at_least) for e in known] == [
        (e.kind, plain(e.label.vi), e.at_least) for e in read
    ]
