"""Who is told that a matter is open again: the rung that has it, where it was away for long or has new time to answer."""

from typing import Any

import pytest

from rules.time import MINUTE, show
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, Silent, silent_world
from tests.workflow.inbox.test_held_again import by_mistake, taken_back
from tests.workflow.notices.test_announce import listed, told
from tests.workflow.notices.test_ladder_news import silent, since
from workflow.queries.notice_items import items_of
from workflow.tables import Notice

__all__ = ["silent"]
TEAM, TOLD_AT, MET = "team_leader T1", "2025-05-17 09:00", "activated_now"


def news(silent: Silent, before: set[Any], hour: str = TOLD_AT) -> set[Any]:
    """Return what was told since, in the digest of an hour."""
    return {line for line in since(silent, before) if line[1] == hour}


@pytest.mark.parametrize(
    "looks",
    [("2025-05-17 09:00", "2025-05-17 09:15", "2025-05-17 09:30", "2025-05-17 10:00"), ("2025-05-17 12:00",)],
    ids=["in time", "late"],
)
def test_what_was_away_for_long_is_told_once_to_who_has_it(silent: Silent, looks: tuple[str, ...]) -> None:
    silent.at(NOTICED)
    silent.at("2025-05-17 08:15")
    before = told(silent.world)
    number = by_mistake(silent, "2025-05-17 08:20", MET)
    taken_back(silent, "2025-05-17 09:10", number)
    for moment in looks:
        if moment != "2025-05-17 09:00":
            silent.at(moment)

    assert news(silent, before) == {(TEAM, TOLD_AT, "climbed", 2)}
    silent.world.clock.instant += 15 * MINUTE
    silent.world.tick()
    assert news(silent, before) == {(TEAM, TOLD_AT, "climbed", 2)}
    digest = next(one for one in listed(silent, "an") if show(one.shown_at) == TOLD_AT)
    assert digest.counts["climbed"] == 2
    items = silent.read("an", items_of, digest)
    assert [(row.rule_id, row.n) for row in items.climbed] == [("silent-registered", 2)]
    assert items.rest == 0


def test_a_tap_that_is_taken_back_at_once_rings_no_bell(silent: Silent) -> None:
    silent.at(NOTICED)
    silent.at("2025-05-17 08:15")
    before = told(silent.world)
    number = by_mistake(silent, "2025-05-17 08:20", MET)
    taken_back(silent, "2025-05-17 08:22", number)
    silent.at("2025-05-17 08:30")

    assert since(silent, before) == set()


def test_new_time_to_answer_is_told_however_short_it_was_away(worlds: NewWorld) -> None:
    counts = []
    for is_mistaken in (False, True):
        silent = silent_world(worlds)
        silent.at("2025-05-19 08:00")
        if is_mistaken:
            taken_back(silent, "2025-05-20 00:05", by_mistake(silent, "2025-05-19 23:55", MET))
        silent.at("2025-05-20 06:00")
        lines = news(silent, set(), "2025-05-20 06:00")
        counts.append(sum(n for post, _, kind, n in lines if (post, kind) == ("chair unit", "climbed")))

    assert counts[1] == counts[0] + 2


def test_the_next_rung_is_told_alone_if_its_level_comes_at_once(silent: Silent) -> None:
    silent.at(NOTICED)
    number = by_mistake(silent, "2025-05-17 08:20", MET)
    silent.at("2025-05-18 08:15")
    before = told(silent.world)
    taken_back(silent, "2025-05-18 09:10", number)
    silent.at("2025-05-18 09:15")

    assert news(silent, before, "2025-05-18 09:00") == {
        ("duty_leader A1", "2025-05-18 09:00", "climbed", 2),
        ("team_leader T1", "2025-05-18 09:00", "climbed", 1),  # of the fourth door, where nobody was for 48 hours now
    }


def test_whoever_took_it_over_or_was_given_it_is_told(silent: Silent) -> None:
    silent.at(NOTICED)
    binh = silent.world.actor("binh").membership_id
    silent.answer("khanh", silent.ids(0), "taken_over", reason="tôi gọi trực tiếp")
    silent.answer("an", silent.ids(1), "handed_on", to=binh)
    silent.at("2025-05-17 08:15")
    before = told(silent.world)
    number = by_mistake(silent, "2025-05-17 08:20", MET)
    taken_back(silent, "2025-05-17 09:10", number)
    silent.at("2025-05-17 09:15")

    found = news(silent, before)
    assert {(TEAM, TOLD_AT, "climbed", 1), ("chair unit", TOLD_AT, "climbed", 1)} <= found
    mine = silent.world.rows(Notice, Notice.membership_id == binh)
    assert sorted((show(row.shown_at), row.kind, row.arrived) for row in mine) == [
        ("2025-05-17 08:00", "returned", 1), (TOLD_AT, "returned", 1),
    ]  # fmt: skip
