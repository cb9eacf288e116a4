"""Several processes at one unit: they take turns, nothing is doubled, nothing is lost."""

from pathlib import Path

import pytest

from tests.faults.proof import assert_same
from tests.faults.town import AREAS, Town, households, roster_file
from tests.faults.victims import Victim, Victims
from tests.faults.work import Item, key_of
from workflow.tables import Run

pytestmark = pytest.mark.slow
QUIET, LOUD = "2025-05-16 23:50", "2025-05-17 00:01"


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_that_tick_at_once_open_each_episode_once(
    town: Town, twin: Town, victims: Victims, workers: int
) -> None:
    for each in (town, twin):
        each.do(each.tick(QUIET, seed=1))

    fates = victims.run(*(Victim([town.tick(LOUD, seed=10 + worker)]) for worker in range(workers)))

    written = [fate.answers[0]["written"] for fate in fates]
    alone = twin.do(twin.tick(LOUD, seed=10))["written"]
    assert sorted(written) == [0] * (workers - 1) + [alone]
    assert len(town.world.rows(Run)) == 1 + workers  # each says that it was there
    assert_same(town.rows("runs", "events"), twin.rows("runs", "events"))
    town.assert_sound()


def test_the_same_command_sent_by_three_at_once_has_one_effect(town: Town, twin: Town, victims: Victims) -> None:
    visit = town.visits(1)[0]

    fates = victims.run(*(Victim([visit]) for _ in range(3)))

    assert [fate.answers for fate in fates] == [[twin.do(visit)]] * 3
    assert_same(town.rows(), twin.rows())


def test_two_who_visit_one_door_both_count_or_are_refused_whole(town: Town, victims: Victims) -> None:
    """Both say of the same people that they took part: one is recorded, the other told why not."""
    visit = town.visits(1)[0]
    other = {**visit, "seed": visit["seed"] + 1}

    fates = victims.run(Victim([visit]), Victim([other]))

    acks = [fate.acks[0] for fate in fates]
    assert sorted(ack.get("refused", "recorded") for ack in acks) == ["move_not_allowed", "recorded"]
    assert len(town.answers()) == 1
    town.assert_sound()


def test_visits_ticks_and_an_import_at_once_all_count(town: Town, tmp_path: Path, victims: Victims) -> None:
    """Members, two clocks and the office work in the same seconds: every answer is kept, and the ledger proves itself."""
    for item in (town.tick(QUIET, seed=1),):
        town.do(item)
    file = roster_file(tmp_path / "more.xlsx", households("mới", 60, AREAS[:1]))
    visits = town.visits(30, starts="2025-05-17 00:00")
    hours = [town.tick(f"2025-05-17 00:{minute:02}", seed=100 + minute) for minute in range(1, 31, 3)]
    again = [{**tick, "seed": tick["seed"] + 50} for tick in hours]
    listed = town.roster(file, when="2025-05-17 00:10")

    office, *others = victims.run(
        Victim([listed]), Victim(hours), Victim(again), Victim(visits[::2]), Victim(visits[1::2])
    )

    assert office.answers[0]["created"] == 60
    assert not any("refused" in ack for fate in others for ack in fate.acks)
    assert town.answers() == {**_answers(visits[::2], others[2].answers), **_answers(visits[1::2], others[3].answers)}
    numbers = [event.ledger_no for event in town.world.events()]
    assert numbers == list(range(1, len(numbers) + 1))
    town.assert_sound()


def _answers(items: list[Item], answers: list[object]) -> dict[str, object]:
    return dict(zip(map(key_of, items), answers, strict=True))
