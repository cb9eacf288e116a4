"""kill -9 while a visit is being recorded: what was answered is there, what was not is there whole or not at all."""

from itertools import chain, count

import pytest

from tests.faults.killing import Moments, kill_until_done
from tests.faults.proof import assert_same
from tests.faults.town import Town
from tests.faults.victims import Victim, Victims
from tests.faults.work import Item, key_of
from workflow.errors import KeyReused

pytestmark = pytest.mark.slow
ENOUGH = 50


def test_killed_at_every_point_it_is_there_whole_or_not_at_all(town: Town, twin: Town, victims: Victims) -> None:
    kills = committed = 0

    def dies(item: Item, start: int) -> int:
        nonlocal kills, committed
        death = kill_until_done(
            town,
            victims,
            item,
            chain(["before commit 1"], count(start, 2)),
            when_changed=lambda each: _is_stored(town, each),
        )
        assert twin.do(item) == death.answer == town.answers()[key_of(item)]
        kills, committed = kills + death.kills, committed + death.committed
        return int(death.answer["ledger_no"])

    numbers = [dies(item, start) for start, item in enumerate(town.visits(3), start=1)]
    dies(town.void(numbers[0], when="2025-05-15 08:30"), 1)

    assert kills >= ENOUGH
    assert committed == 4  # each once: killed between the commit and the answer
    assert_same(town.rows(), twin.rows())


def _is_stored(town: Town, item: Item) -> None:
    """A repeat is answered from what is stored and changes nothing; the same key for something else is refused."""
    assert key_of(item) in town.answers(), "việc có trong sổ mà khóa của nó không có"
    stored, before = town.answers()[key_of(item)], town.rows()
    assert town.do(item) == stored
    with pytest.raises(KeyReused):
        town.do({**item, "at": item["at"] + 1})
    assert town.rows() == before


def test_killed_at_any_moment_nothing_acknowledged_is_lost(town: Town, twin: Town, victims: Victims) -> None:
    moments, stream, kills = Moments(5, acks=3, seconds=0.05), town.visits(400), 0
    acknowledged: dict[str, object] = {}

    while kills < ENOUGH:
        rest = stream[max(len(town.answers()) - 1, 0) :]  # the last one again: it may have lost its answer
        assert len(rest) > 1, f"only {kills} deaths"
        fate = victims.run(Victim(rest, after=moments.next()))[0]
        moments.heard(len(fate.acks))
        kills += fate.killed
        town.wait_for_the_dead()
        assert not [
            ack for ack in fate.acks if "refused" in ack
        ]  # least of all one that was recorded and lost its answer
        acknowledged.update({key_of(rest[ack["n"]]): ack["answer"] for ack in fate.acks})
        stored = town.answers()
        assert stored.items() >= acknowledged.items()
        assert len(stored) - len(acknowledged) <= kills  # one in flight for each death, and nothing else
        assert set(stored) == {key_of(item) for item in stream[: len(stored)]}
        if kills % 10 == 0:
            town.assert_sound()

    for item in stream[: len(town.answers())]:
        twin.do(item)
    assert_same(town.rows(), twin.rows())
