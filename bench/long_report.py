"""A long report without a fault, as a province might get from a hundred communes: what a checker reads when it finds nothing."""

import random
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

_REASONS = (
    "Số công dân đi nước ngoài không liên lạc được",
    "Số công dân nhập ngũ không ở địa phương",
    "Số công dân có CCCD hết hạn",
    "Số công dân không còn dùng điện thoại",
)
_AREAS_OF_A_UNIT = 15
_NUMBERS_OF_AN_AREA = 3  # done, its base, the rate
_NUMBERS_OF_A_UNIT = 6 + 3 * len(_REASONS)  # everybody; done, rate; not, base, rate; each reason with its base and rate


def long_document(numbers: int = 2000, seed: int = 1) -> str:
    """Return a numbered Vietnamese report with about `numbers` figures (line numbers not counted), the same for the same seed.

    Sections are units; each is split into areas and, in another line, by reasons. Every sum and every rate at two decimals is
    right, so that a checker has all of them to work out and nothing to report.
    """
    chance = random.Random(seed)
    units = max(1, round(numbers / (_NUMBERS_OF_A_UNIT + _AREAS_OF_A_UNIT * _NUMBERS_OF_AN_AREA)))
    lines = ["BÁO CÁO", "Tổng hợp kết quả lấy ý kiến theo đơn vị", ""]
    for unit in range(1, units + 1):
        lines += _unit(unit, chance)
    return "\n".join(lines) + "\n"


def _unit(unit: int, chance: random.Random) -> Iterator[str]:
    done = [chance.randint(100, 500) for _ in range(_AREAS_OF_A_UNIT)]
    left = [chance.randint(5, 60) for _ in range(_AREAS_OF_A_UNIT)]
    everybody = sum(done) + sum(left)
    yield f"{unit}. Đơn vị {_name(unit)}: tổng số công dân cần lấy ý kiến {_count(everybody)} người, trong đó:"
    yield f"{unit}.1. Số người đã tham gia góp ý: {_count(sum(done))} người, đạt tỷ lệ {_rate(sum(done), everybody)}, trong đó:"
    for area, (there, missing) in enumerate(zip(done, left, strict=True), 1):
        yield f"{unit}.1.{area}. Khu dân cư {_name(area)}: {_share(there, there + missing)}"
    yield f"{unit}.2. Số người không thể lấy ý kiến: {_share(sum(left), everybody)}, trong đó:"
    for place, (reason, part) in enumerate(zip(_REASONS, _split(sum(left), chance), strict=True), 1):
        yield f"{unit}.2.{place}. {reason}: {_share(part, everybody)}"
    yield ""


def _split(whole: int, chance: random.Random) -> list[int]:
    cuts = [0, *sorted(chance.sample(range(1, whole), len(_REASONS) - 1)), whole]
    return [after - before for before, after in pairwise(cuts)]


def _name(number: int) -> str:
    """Letters for a number, so that names add no figures: A, B … Z, AA."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _rate(part: int, base: int) -> str:
    rounded = (Decimal(100 * part) / base).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded}%".replace(".", ",")


def _share(part: int, base: int) -> str:
    return f"{_count(part)}/{_count(base)} người, chiếm tỷ lệ {_rate(part, base)}"
