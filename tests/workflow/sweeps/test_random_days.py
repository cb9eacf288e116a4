"""Random afternoons under rules of every kind: whatever is recorded before and in a gap, a clock that stood still finds what a running one had."""

from collections.abc import Callable

import pytest

from rules.time import MINUTE, Instant, at
from tests.databases import WORLDS
from tests.workflow import world as small
from tests.workflow.closing.story import Days
from tests.workflow.conftest import NewWorld
from tests.workflow.sweeps.compared import BETWEEN_LOOKS, do, pack
from tests.workflow.sweeps.gap import called, left
from tests.workflow.sweeps.history import deeds, households, steps
from tests.workflow.sweeps.test_relayed_day import ABOVE
from tests.workflow.world import World
from workflow.actions.open_plan import open_plan

pytestmark = pytest.mark.slow

SINCE, UNTIL = at("2025-05-16 13:30"), at("2025-05-16 18:30")
GAPS = (range(at("2025-05-16 15:20"), at("2025-05-16 16:40")), range(at("2025-05-16 14:10"), at("2025-05-16 18:00")))


@pytest.fixture
def new_town(worlds: NewWorld, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Days]:
    """Make towns of two teams with the plan in force, as they are on the first morning."""
    teams = [post for post in small.posts() if post.scope in ("T1", "T2")]
    monkeypatch.setattr(small, "posts", lambda: [*teams, *ABOVE])
    store, rules = worlds().store, pack()

    def new() -> Days:
        number = next(WORLDS)
        days = Days(World(store, rules, code=f"ngay-{number}", seed=number))
        with days.world.book() as (book, campaign):
            open_plan(book, campaign)
        return days

    return new


def lived(days: Days, seed: int, stopped: range) -> tuple[object, ...]:
    """Live through the first days with few looks and through an afternoon with a look in each quarter; return what is there in the end."""
    homes = households(days.world, [2, 2, 1], ["activated", "registered", "none"])
    for moment in ("2025-05-15 07:00", "2025-05-15 17:00", "2025-05-16 07:00"):
        days.at(moment)
    people = {deed.at: deed for deed in deeds(seed, since=SINCE, until=UNTIL, many=30, after_minute=BETWEEN_LOOKS)}
    looks = {moment for moment in range(SINCE, UNTIL + 1, 15 * MINUTE) if moment not in stopped}
    done: list[str] = []
    for moment in sorted({*looks, *people}):
        days.world.clock.move_to(moment)
        if moment in looks:
            days.world.tick()
        else:
            done.append(do(days, homes, people[moment], _known_by(moment, stopped)))
    return done, called(days.world), left(days.world), steps(days.world, homes), days.wrong()


def _known_by(moment: Instant, stopped: range) -> Instant:
    return stopped.start if moment in stopped else moment


@pytest.mark.parametrize("seed", range(3))
def test_the_same_ladders_are_there_in_the_end(new_town: Callable[[], Days], seed: int) -> None:
    gap = GAPS[seed % 2]
    ran, stood = lived(new_town(), seed, range(0)), lived(new_town(), seed, gap)

    assert stood == ran
    assert not stood[4]
    assert len([name for name in ran[0] if ":" not in name]) > 5  # type: ignore[attr-defined]
    assert any(gap.start <= level[4] < gap.stop for level in ran[1])  # type: ignore[attr-defined]
