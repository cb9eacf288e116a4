"""Numbers as papers print them, rounded half up from integers, and never a false 100 %."""

import doctest
import random
from decimal import ROUND_HALF_UP, Decimal

import pytest

from workflow import numbers
from workflow.checking import slips
from workflow.numbers import integer_vi, percent_vi, read_percent


@pytest.mark.parametrize(
    ("count", "base", "decimals", "printed"),
    [
        (571, 4546, 2, "12,56 %"),
        (4, 4546, 3, "0,088 %"),
        (3976, 4546, 2, "87,46 %"),
        (1, 8, 1, "12,5 %"),
        (1, 8, 0, "13 %"),
        (5, 1000, 0, "1 %"),
        (4545, 4546, 1, "99,9 %"),
        (9_999_999, 10_000_000, 3, "99,999 %"),
        (1, 10_000_000, 0, "1 %"),
        (4546, 4546, 2, "100 %"),
        (0, 4546, 2, "0 %"),
        (4547, 4546, 2, "100,02 %"),
        (-1, 100_000, 2, "-0,01 %"),
    ],
)
def test_percentages(count: int, base: int, decimals: int, printed: str) -> None:
    assert percent_vi(count, base, decimals) == printed


def test_nothing_to_divide_by_has_no_percentage() -> None:
    assert percent_vi(3, 0) is None


def test_rounding_is_half_up_on_every_pair() -> None:
    dice = random.Random(7)
    for _ in range(3000):
        base = dice.randrange(1, 10_000)
        count, decimals = dice.randrange(1, base + 1), dice.randrange(4)
        exact = (Decimal(100) * count / base).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        printed = percent_vi(count, base, decimals)
        if exact not in (0, 100):
            assert printed == f"{exact} %".replace(".", ",")
        else:
            assert (printed == "100 %") == (count == base)


@pytest.mark.parametrize("text", ["", "abc", "87,4,4", "-3", "87,44 phần trăm", "²"])
def test_what_is_no_percentage_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="không phải là tỷ lệ phần trăm"):
        read_percent(text)


def test_thousands() -> None:
    assert [integer_vi(n) for n in (0, 999, 1000, 4546, 12_345_678)] == ["0", "999", "1.000", "4.546", "12.345.678"]


@pytest.mark.parametrize("module", [numbers, slips])
def test_examples_in_the_code_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
