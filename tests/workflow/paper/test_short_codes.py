"""Codes on paper are the pack's own; a sheet has no column for not taking part."""

import pytest

from rules.pack import load_pack
from tests.workflow.world import PACKS
from workflow.queries.short_codes import MOST_TICKS, codes_in, legend, outcome_of, tick_codes

SHIPPED = sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir())


@pytest.mark.parametrize("name", SHIPPED)
def test_every_outcome_has_one_code_of_at_most_two_characters(name: str) -> None:
    pack = load_pack(PACKS / name)

    codes = legend(pack)

    assert {code.outcome for code in codes} == set(pack.outcomes)
    assert len({code.code for code in codes}) == len(codes)
    assert all(1 <= len(code.code) <= 2 for code in codes)
    assert outcome_of(pack) == {code.code: code.outcome for code in codes}
    assert [code.scope for code in codes] == sorted((code.scope for code in codes), key=lambda scope: scope != "door")


@pytest.mark.parametrize("name", SHIPPED)
def test_boxes_are_the_frequent_codes_and_none_is_for_not_taking_part(name: str) -> None:
    pack = load_pack(PACKS / name)

    ticks = tick_codes(pack)

    assert 3 <= len(ticks) <= MOST_TICKS
    assert all(code.scope == "person" and not code.beside and len(code.code) == 1 for code in ticks)
    assert "not_taking_part" not in {code.outcome for code in ticks}
    assert "took_part" in {code.outcome for code in ticks}


def test_codes_are_read_as_people_type_them() -> None:
    assert codes_in("1 g B") == codes_in(" 1,G;b ") == ["1", "G", "B"]
    assert codes_in("１") == ["1"]  # full-width, as some keyboards type it
    assert codes_in("   ") == []
