"""Rows of a list that are not people: blank rows, group rows, totals, repeated headers, signatures."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from workflow.people.names import fold
from workflow.roster.columns import Layout
from workflow.roster.headers import squashed
from workflow.roster.sheet import Cells

Kind = Literal["person", "blank", "header", "area", "household", "total", "signature"]

_AREA: Final = re.compile(
    r"^(?:to dan pho|tdp|thon|xom|khu pho|khom|ap|buon|kdc|khu dan cu)\b|^(?:to|khu|ban)\s+(?:so\s*)?\d+\b"
)
_HOUSEHOLD: Final = re.compile(
    r"^ho\s+(?:so\s*:?\s*)?\d+\b|^ho(?:\s+gia\s+dinh)?\s*:?\s+(?:ong|ba|anh|chi)\b|^chu ho\s*:"
)
_HEAD_NAME: Final = re.compile(r"(?:ông|bà|anh|chị|chủ hộ)\s*:?\s*([^:,()\d]+)", re.IGNORECASE)
_TOTAL: Final = re.compile(r"^tong\s+(?:cong|so)\b|^tong\s*:?\s*\d|^tong\s*:?$|^cong\s*:?\s*\(?\d|^cong\s*:?$")
_SIGNATURE: Final = re.compile(
    r"\b(?:nguoi lap|nguoi tong hop|truong cong an|cong an (?:phuong|xa|thi tran)|chu tich|ky ten|ky,? ghi ro|ghi ro ho ten|"
    r"can bo (?:lap|tong hop|phu trach)|thu truong|xac nhan cua|noi nhan|uy ban nhan dan|canh sat khu vuc)\b"
    r"|\bngay\b.{0,12}\bthang\b.{0,12}\bnam\b"
)
_NUMBERING: Final = re.compile(r"^\(?\d{1,2}\)?$|^\(?[a-zA-Z]\)?$")
_PEOPLE: Final = re.compile(r"(\d+)\s*(?:nguoi|nhan khau|cong dan|khau|truong hop|cu tri)\b")
_NUMBER: Final = re.compile(r"\d+")
_THOUSANDS: Final = re.compile(r"(?<=\d)\.(?=\d{3}\b)")


@dataclass(frozen=True, slots=True)
class OtherRow:
    """What a row without an ID number or birth date is. `text` is the group's name, `total` the people a total states."""

    kind: Kind
    text: str = ""
    head: str = ""
    total: int | None = None


def classify(cells: Cells, layout: Layout, *, after_signature: bool) -> OtherRow:
    """Say what a row is that does not look like a person at first sight; 'person' if it may be one all the same."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return OtherRow("blank")
    if _repeats_header(cells, layout) or (len(filled) > 2 and all(map(_NUMBERING.match, filled))):
        return OtherRow("header")
    text = " ".join(dict.fromkeys(filled))
    words = fold(text).lstrip("*-+ 0123456789.)") if len(filled) == 1 else fold(text)
    if len(filled) <= 2 and _AREA.match(words):
        return OtherRow("area", text=_without_counts(filled[0] if len(filled[0]) > 3 else text))
    if len(filled) <= 2 and _HOUSEHOLD.match(words):
        named = _HEAD_NAME.search(text)
        return OtherRow("household", text=_without_counts(text), head=named[1].strip() if named else "")
    if _TOTAL.match(words):
        return OtherRow("total", total=_stated(words))
    if _SIGNATURE.search(words) or (after_signature and len(filled) <= 3):
        return OtherRow("signature")
    return OtherRow("person")


def _repeats_header(cells: Cells, layout: Layout) -> bool:
    same = [column for column in layout.fields.values() if squashed(cells[column.index]) == squashed(column.header)]
    return len(same) >= 2 and len(same) * 2 >= len([cell for cell in cells if cell])


def _without_counts(text: str) -> str:
    return re.sub(r"\s*\([^)]*\)|\s*[:;]\s*$|\s*:\s*\d+\s*(?:hộ|người|khẩu).*$", "", text).strip()


def _stated(words: str) -> int | None:
    """Return the number of people a total row states, None if it states none or only households."""
    words = _THOUSANDS.sub("", words)
    if people := _PEOPLE.search(words):
        return int(people[1])
    numbers = _NUMBER.findall(words)
    return int(numbers[0][:9]) if numbers and not re.search(r"\d+\s*ho\b", words) else None
