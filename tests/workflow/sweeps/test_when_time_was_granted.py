"""Whatever is granted, put aside, taken over or sent back, and however often the clock looks: the same levels at the same instants.

They are what the pack says of the anchor and what the ledger tells of grants and early calls: a replay from nothing else agrees.
"""

import random
from typing import Any

import pytest

from rules.time import DAY, HOUR, MINUTE, Instant, at
from tests.workflow.conftest import NewWorld
from tests.workflow.inbox.conftest import NOTICED, RULE, Silent, silent_world
from workflow.errors import WorkflowError
from workflow.tables import Escalation, EscalationStep, Event

pytestmark = pytest.mark.slow
SINCE, UNTIL = at(NOTICED), at("2025-05-23 09:00")
DEEDS = (
    "granted",
    "granted",
    "granted",
    "rested",
    "rested",
    "taken_over",
    "returned",
    "raised",
    "acknowledged",
    "handed_on",
    "decided",
)


def live(silent: Silent, seed: int, interval: int) -> None:
    """Let people decide at random instants, the same for the same seed, with a tick every `interval`."""
    dice = random.Random(seed)
    deeds = sorted({dice.randrange(SINCE, UNTIL, MINUTE): dice.getrandbits(48) for _ in range(24)}.items())
    silent.at(NOTICED)
    moments: list[tuple[Instant, int]] = [
        *deeds,
        *((tick, -1) for tick in range(SINCE + interval, UNTIL, interval)),
        (UNTIL, -1),
    ]
    for instant, roll in sorted(moments):
        silent.world.clock.move_to(instant)
        if roll < 0:
            silent.world.tick()
        else:
            decide(silent, random.Random(roll), instant)


def decide(silent: Silent, dice: random.Random, now: Instant) -> None:
    """Decide something about somebody; what is refused changes nothing."""
    answer, login = dice.choice(DEEDS), dice.choice(("an", "giang", "khanh", "hai"))
    values: dict[str, Any] = {"reason": "tổ đi lại", "until": now + dice.randrange(1, 60) * HOUR, "to": "team"}
    try:
        silent.answer(login, silent.ids(dice.randrange(3)), answer, **values)
    except WorkflowError:
        return


def ladders(silent: Silent) -> set[tuple[int, Instant, int, Instant]]:
    """Return person, anchor, level and due instant of every step."""
    names = {case: number for number, case in enumerate(silent.cases[:3])}
    rows = silent.world.rows(EscalationStep, EscalationStep.rule_id == RULE)
    return {(names[row.subject_id], row.anchor, row.level, row.due_at) for row in rows if row.subject_id in names}


def replayed(silent: Silent) -> set[tuple[int, Instant, int, Instant]]:
    """Return the same from the pack, the anchors and the events of decisions alone."""
    rule = next(rule for rule in silent.world.pack.rules if rule.id == RULE)
    found = set()
    for number, case in enumerate(silent.cases[:3]):
        for episode in silent.world.rows(Escalation, Escalation.rule_id == RULE, Escalation.subject_id == case):
            events = silent.world.events(Event.about_id == episode.id)
            level, upcoming = 1, rule.times.next_at(1, episode.due_at)
            found.add((number, episode.anchor, 1, episode.due_at))
            closed = next((event.recorded_at for event in events if "closed" in event.data), UNTIL + DAY)
            for event in [*events, None]:
                now = min(closed, UNTIL) if event is None else event.recorded_at
                while upcoming is not None and upcoming <= now:
                    level += 1
                    found.add((number, episode.anchor, level, upcoming))
                    upcoming = rule.times.next_at(level, upcoming)
                data = {} if event is None else event.data
                calls = data.get("called") == "raised" or (data.get("answer") == "raised" and data["holder"] > level)
                if calls:
                    level += 1
                    found.add((number, episode.anchor, level, now))
                    upcoming = rule.times.next_at(level, upcoming or now)
                if data.get("answer") == "granted":
                    upcoming = data["until"]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_ladder_is_the_packs_the_anchors_and_the_grants(worlds: NewWorld, seed: int) -> None:
    seen = []
    for interval in (HOUR + 7 * MINUTE, 3 * DAY, UNTIL - SINCE):
        silent = silent_world(worlds)
        live(silent, seed, interval)
        seen.append(ladders(silent))
        assert seen[-1] == replayed(silent)
        assert silent.findings() == []

    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) > 3
