"""One number of a right report changed: the fault is found where it is, and the right number is among the first readings."""

import random
import re

import pytest

from bench.long_report import long_document
from workflow.checking.check import check_document
from workflow.checking.quantities import read_whole
from workflow.checking.read import read_pasted

COUNT = re.compile(r"(?<![\d./,])(\d{1,3}(?:\.\d{3})+|\d{2,3})(?= người)")


def errors_of(text):
    return [finding for finding in check_document(read_pasted(text, "thử")).findings if finding.severity == "error"]


@pytest.mark.parametrize("seed", range(4))
def test_a_right_report_has_no_error(seed):
    assert errors_of(long_document(400, seed)) == []


@pytest.mark.parametrize("seed", range(25))
def test_one_changed_number_is_found_and_its_right_value_offered(seed):
    chance = random.Random(seed)
    text = long_document(150, seed)
    places = [match for match in COUNT.finditer(text) if "tổng số" not in text[: match.start()].rpartition("\n")[2]]
    place = chance.choice(places)
    number = read_whole(place.group())
    changed = slip(number, chance)
    wrong = text[: place.start()] + f"{changed:,}".replace(",", ".") + text[place.end() :]

    found = errors_of(wrong)

    assert found, (place.group(), changed)
    offered = {repair.proposed for finding in found for repair in finding.repairs[:3]}
    assert place.group() in offered, (place.group(), changed, offered)


def slip(number, chance):
    """Return a number with another last but one digit, or one more, or two neighbours swapped; never the same."""
    digits = str(number)
    kinds = [number + 1, number - 1, number + (10 if digits[-2] != "9" else -10)]
    swapped = int(digits[:-2] + digits[-1] + digits[-2])
    return chance.choice([each for each in (*kinds, swapped) if each != number])
