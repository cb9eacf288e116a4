"""What the words in a list's cells mean: sex, account, residence, relation, and addresses taken apart."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from workflow.people.identity import Sex
from workflow.people.names import fold, natural_order

Account = Literal["none", "registered", "activated"]
Residence = Literal["permanent", "temporary", "away"]

SEX: Final[dict[str, Sex]] = {
    "nam": "male", "trai": "male", "m": "male", "male": "male", "ong": "male",
    "nu": "female", "gai": "female", "f": "female", "female": "female", "ba": "female", "n": "female",
}  # fmt: skip

MARKS: Final = frozenset({"x", "v", "✓", "✔", "√", "co", "1", "true", "*", "+"})
"""A tick in a column of ticks."""

NO_MARKS: Final = frozenset({"", "-", "0", "khong", "false", "chua", "k"})

ACCOUNT: Final[dict[str, Account]] = {
    "activated": "activated", "da kich hoat": "activated", "kich hoat": "activated", "da kh": "activated", "kh": "activated",
    "kh roi": "activated", "kich hoat roi": "activated", "da kich hoat roi": "activated", "m2": "activated", "muc 2": "activated", "muc do 2": "activated",
    "muc 02": "activated", "muc ii": "activated", "da co muc 2": "activated", "co muc 2": "activated", "dd muc 2": "activated",
    "da kich hoat muc 2": "activated", "kich hoat muc 2": "activated", "muc 2 da kich hoat": "activated", "2": "activated",
    "da co": "activated", "co": "activated", "x": "activated", "da xong": "activated", "xong": "activated",
    "registered": "registered", "chua kich hoat": "registered", "chua kh": "registered", "da dang ky": "registered",
    "dang ky": "registered", "da dk": "registered", "dk": "registered", "da dang ky chua kich hoat": "registered",
    "da cap chua kich hoat": "registered", "muc 2 chua kich hoat": "registered", "da dk chua kh": "registered",
    "da dang ky muc 2": "registered", "chua kich hoat muc 2": "registered", "da thu nhan": "registered",
    "none": "none", "chua co": "none", "chua co muc 2": "none", "chua": "none", "khong": "none", "khong co": "none",
    "chua dang ky": "none", "chua dk": "none", "chua lam": "none", "m1": "none", "muc 1": "none", "muc 01": "none",
    "muc i": "none", "chua co tai khoan": "none", "chua thu nhan": "none", "1": "none", "chua cap": "none",
}  # fmt: skip
"""Words for the level-2 account, folded, commas and brackets left out. A pack may add to them or change them."""

RESIDENCE: Final[dict[str, Residence]] = {
    "thuong tru": "permanent", "dang thuong tru": "permanent", "tt": "permanent", "co mat": "permanent",
    "tam tru": "temporary", "dang tam tru": "temporary", "luu tru": "temporary",
    "tam vang": "away", "vang": "away", "di vang": "away", "vang mat": "away", "di lam an xa": "away",
}  # fmt: skip

HEAD_WORDS: Final = frozenset({"chu ho", "ch", "chuho"})

_NOT_ACTIVATED = re.compile(r"\bchua (?:duoc )?(?:kich hoat|kh)\b")
_IS_ACTIVATED = re.compile(r"\bda (?:duoc )?(?:kich hoat|kh)\b")
_NOT_WORDS = re.compile(r"[^\w]+")
_LANE = re.compile(
    r"\b(?:ngõ|ngách|hẻm|kiệt|đường|phố|dãy|lô|ngo|ngach|hem|kiet|duong|hxh)\b\.?\s*(?:số\s*)?[^,;]*", re.IGNORECASE
)
_ABOVE_LANE = re.compile(
    r"\b(?:tổ|tdp|thôn|xóm|ấp|khu|khóm|phường|xã|thị trấn|quận|huyện|tỉnh|thành phố|tp)\b[^,;]*", re.IGNORECASE
)
_HOUSE = re.compile(r"^\s*(?:số\s*nhà|nhà\s*số|so\s*nha|sn|số|so|nhà)\b[\s.:]*", re.IGNORECASE)


@lru_cache(1 << 14)
def meaning(value: str) -> str:
    """Return a cell as these tables hold it: folded, with every mark between words one space.

    >>> meaning("Đã đăng ký, chưa kích hoạt")
    'da dang ky chua kich hoat'
    """
    folded = fold(value)
    return _NOT_WORDS.sub(" ", folded).strip() or folded


def account_of(value: str, words: Mapping[str, Account]) -> Account | None:
    """Return what a status text says of the level-2 account, None if it says nothing known.

    `words` decide; a longer text that holds "chưa kích hoạt" or "đã kích hoạt" is understood too.
    """
    said = meaning(value)
    account = words.get(said)
    if account is not None:
        return account
    if _NOT_ACTIVATED.search(said):
        return "registered"
    return "activated" if _IS_ACTIVATED.search(said) else None


@lru_cache(1 << 14)
def taken_apart(address: str) -> tuple[str, str]:
    """Return (lane, house number) of an address in one cell; either may be empty.

    >>> taken_apart("Số 12A, Ngõ 5"), taken_apart("ngõ 5 - SN 7"), taken_apart("14/3"), taken_apart("SN 3 đường Trần Phú, tổ 5")
    (('Ngõ 5', '12A'), ('ngõ 5', '7'), ('', '14/3'), ('đường Trần Phú', '3'))
    """
    near = _ABOVE_LANE.sub("", address.replace(" - ", ", "))
    lanes = [lane.strip(" ,;-.") for lane in _LANE.findall(near)]
    house = house_number(_LANE.sub("", near).strip(" ,;-."))
    return ", ".join(lanes), house


@lru_cache(1 << 14)
def house_number(text: str) -> str:
    """Return a house number without the words before it.

    >>> house_number("Số nhà 12A"), house_number("14")
    ('12A', '14')
    """
    return _HOUSE.sub("", text).strip(" ,;-.")


@lru_cache(1 << 14)
def walking_order(lane: str, house_no: str) -> str:
    """Return the key that puts doors in the order one walks: by lane, then by house number, numbers by size.

    >>> sorted(["10", "9A", "9", "100"], key=lambda number: walking_order("Ngõ 5", number))
    ['9', '9A', '10', '100']
    """
    return natural_order(f"{lane} / {house_no}")
