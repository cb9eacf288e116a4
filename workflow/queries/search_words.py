"""What somebody typed to find a door: words of a name, or the number of a house and lane. Accents do not count."""

import re
from dataclasses import dataclass
from typing import Final

from rules.said import Said
from workflow.errors import BadInput
from workflow.people.names import UnstorableText, fold

LONGEST: Final = 60
_TOKEN: Final = re.compile(r"[^\W_]+(?:[/'.-][^\W_]+)*")
_HOUSE_WORDS: Final = frozenset({"so", "nha", "sn"})
_LANE_WORDS: Final = frozenset({"ngo", "hem", "ngach", "kiet", "duong", "pho", "xom"})


@dataclass(frozen=True, slots=True)
class Sought:
    """Folded words of a name (each the beginning of one), and a house number with the lane's number, where typed."""

    names: tuple[str, ...] = ()
    house: str = ""
    lane: str = ""


def sought(text: str) -> Sought:
    """Return what is looked for. Raises BadInput for a text that is too long or names nothing (`*`, `%`, one letter).

    >>> sought("Đặng  hoà").names, sought("số 36 ngõ 30").house, sought("số 36 ngõ 30").lane
    (('dang', 'hoa'), '36', '30')
    """
    if len(text) > LONGEST:
        raise BadInput(where="Tìm", what=Said("dài quá %(longest)s ký tự; gõ ngắn hơn", longest=LONGEST))
    try:
        tokens = _TOKEN.findall(fold(text))
    except UnstorableText:
        tokens = []
    house = lane = ""
    names = [token for token in tokens if not any(letter.isdigit() for letter in token)]
    for number, token in enumerate(tokens):
        if any(letter.isdigit() for letter in token):
            if number and tokens[number - 1] in _LANE_WORDS:
                lane = lane or token
            else:
                house = house or token
    if house or lane:  # "số", "ngõ" say what the numbers are; they are nobody's name then
        names = [token for token in names if token not in _HOUSE_WORDS | _LANE_WORDS]
    if not house and not lane and sum(map(len, names)) < 2:
        raise BadInput(where="Tìm", what="gõ tên hoặc số nhà, ít nhất hai chữ cái hoặc một chữ số")
    return Sought(tuple(names), house, lane)
