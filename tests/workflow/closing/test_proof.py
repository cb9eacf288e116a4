"""A close of ours is judged by the check catalogue: what holds passes, one number changed anywhere is found."""

from dataclasses import replace

import pytest

from rules.pack import load_pack, shipped_packs
from workflow.closing.frozen import Frozen, FrozenLine, FrozenPlace
from workflow.closing.proof import prove
from workflow.numbers import percent_vi

PACK = load_pack(shipped_packs()["an-lac-2025"])
COUNTS = {
    "1": 4546,
    "2": 3975,
    "3": 571,
    "3.1": 4,
    "3.2": 185,
    "3.3": 5,
    "3.4": 207,
    "3.5": 111,
    "3.6": 36,
    "3.7": 17,
    "3.8": 6,
}


def line(code, count):
    percent = percent_vi(count, 4546) if code != "1" else None
    return FrozenLine(
        code, f"Mục {code}", code, count, 4546, "all_listed", "trên danh sách", percent, "người", is_done=code == "2"
    )


def place(code, total, done, rest):
    return FrozenPlace(code, f"Khu {code}", {"1": total, "2": done, "3": rest}, None, None)


CLOSE = Frozen(
    unit="an-lac", unit_name="Phường An Lạc", campaign="an-lac-2025", name="Đợt", pack_hash="0", period="2025-05-29", revision=1,
    period_from=None, as_of=0, cut_no=1, total=4546, figures={}, lines=tuple(line(*one) for one in COUNTS.items()), targets=(),
    areas=(place("K1", 2000, 1800, 200), place("K2", 2546, 2175, 371)), teams=(place("T1", 4546, 3975, 571),), senders=(), late=(),
    since={},
)  # fmt: skip


def test_a_close_that_hangs_together_has_nothing_against_it():
    assert prove(CLOSE, PACK) == []


@pytest.mark.parametrize("code", COUNTS)
def test_no_line_can_differ_by_one(code):
    wrong = tuple(replace(one, count=one.count + 1) if one.code == code else one for one in CLOSE.lines)

    found = prove(replace(CLOSE, lines=wrong), PACK)

    assert found
    assert all(finding.severity == "error" for finding in found)


def test_a_rate_that_is_not_ours_is_found():
    wrong = tuple(replace(one, percent="87,46 %") if one.code == "2" else one for one in CLOSE.lines)

    (only,) = prove(replace(CLOSE, lines=wrong), PACK)

    assert (only.check, str(only)) == ("rate", "mục 2: 3.975/4.546 = 87,44%, văn bản in 87,46 %.")


def test_a_place_must_add_up_and_the_places_must_make_the_unit():
    wrong = replace(CLOSE, areas=(CLOSE.areas[0], place("K2", 2546, 2174, 371)))

    found = prove(wrong, PACK)

    assert {finding.where for finding in found} == {"K2 Khu K2", "mục 2 theo địa bàn"}


def test_a_line_that_is_not_printed_is_zero_in_every_place_together():
    rows = tuple(
        replace(area, columns={**area.columns, "3": area.columns["3"] - n, "4": n})
        for area, n in zip(CLOSE.areas, (0, 1), strict=True)
    )

    found = prove(replace(CLOSE, areas=rows), PACK)

    assert {finding.where for finding in found} == {"mục 3 theo địa bàn", "mục 4 theo địa bàn"}


def test_a_share_that_is_nearly_all_is_printed_as_less():
    lines = tuple(replace(one, count=4545, percent="99,97 %") if one.code == "2" else one for one in CLOSE.lines)

    assert "rate" in {finding.check for finding in prove(replace(CLOSE, lines=lines), PACK)}
