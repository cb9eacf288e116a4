"""The pointer of a row is never later than the instant at which a rule has work on it: an oracle asks every rule at every instant."""

import random

import pytest
from sqlalchemy import update

from rules.language import Op, Type
from rules.time import DAY, Instant, at
from tests.workflow.conftest import NewWorld
from tests.workflow.sweeps.history import Household, deeds, do, households
from tests.workflow.sweeps.test_when_nobody_looked import TOWN, WASTE
from tests.workflow.world import World
from workflow.gateway.kinds import CASE, CASE_COLUMNS
from workflow.gateway.live import load_cases
from workflow.gateway.pointers import next_action_at, rearmed_sql
from workflow.tables import Case, Escalation, table_of


def late(world: World, homes: list[Household], instants: list[Instant]) -> list[str]:
    """Return the rules that hold for an anchor without an episode while the row's pointer lies later."""
    known = {(e.rule_id, e.subject_id, e.anchor) for e in world.rows(Escalation)}
    found = []
    for home in homes:
        with world.store.read() as session:
            cases = load_cases(session, world.unit_id, home.door).values()
        for case in cases:
            facts = case.facts()
            for rule in world.context().case_rules(case.track):
                anchor = rule.anchor_py(facts, 0)
                if anchor is None or (rule.id, case.id, anchor) in known or case.left_at is not None:
                    continue
                for instant in instants:
                    holds = instant >= anchor and instant >= (rule.starts_at or 0) and rule.when_py(facts, instant)
                    if holds and (case.next_action_at is None or case.next_action_at > instant):
                        found.append(f"{rule.id} at {instant}, pointer {case.next_action_at}")
    return found


def edges(world: World, homes: list[Household], now: Instant) -> list[Instant]:
    """Instants around which a rule may begin to hold: every fact plus every duration that a rule names, to the microsecond."""
    cases = [world.case(case) for home in homes for case in home.cases]
    facts = {
        value
        for case in cases
        for value in (case.entered_at, case.last_contact, case.follow_up_at)
        if value is not None
    }
    facts |= set(world.pack.constants.values())
    nodes = [node for rule in world.pack.rules for node in rule.when.walk() if node.op is Op.CONST]
    numbers = {node.value for node in nodes if node.type is Type.DURATION and isinstance(node.value, int)}
    instants = {fact + number + step for fact in facts for number in (0, *numbers) for step in (-1, 0, 1)}
    return sorted(instant for instant in instants if now <= instant <= now + 30 * DAY)


@pytest.mark.parametrize("pack", ["cat-thanh-2025", "phan-loai-rac-2026"])
def test_no_rule_holds_before_the_pointer(worlds: NewWorld, pack: str) -> None:
    town = pack.startswith("cat")
    world = worlds(pack, starts="2025-05-14 08:00" if town else "2026-03-02 08:00")
    since = at("2025-05-16 08:00") if town else at("2026-04-01 08:00")
    homes = households(world, [1, 2, 2], ["activated", "registered", "none"])
    dice = random.Random(5)

    checked = 0
    for deed in deeds(11, since=since, until=since + 8 * DAY, many=24):
        world.clock.move_to(deed.at)
        do(world, homes, deed, TOWN if town else WASTE)
        if dice.random() < 0.3:
            world.tick()
        if dice.random() < 0.4:
            instants = edges(world, homes, deed.at)
            assert late(world, homes, instants) == []
            checked += len(instants)
    assert checked > 200


def test_the_sql_pointer_is_the_python_pointer_where_nothing_is_open(worlds: NewWorld) -> None:
    world = worlds()
    homes = households(world, [1, 3, 2], ["activated", "registered", "none"])
    for deed in deeds(3, since=at("2025-05-16 08:00"), until=at("2025-05-18 08:00"), many=12):
        world.clock.move_to(deed.at)
        do(world, homes, deed, TOWN)
    rules = world.context().case_rules("path")
    table = table_of(Case)
    with world.store.write() as session:
        session.execute(
            update(table)
            .where(table.c.unit_id == world.unit_id)
            .values(next_action_at=rearmed_sql(rules, CASE_COLUMNS, table))
        )

    known = {episode.subject_id for episode in world.rows(Escalation)}
    compared = 0
    for home in homes:
        with world.store.read() as session:
            for case in load_cases(session, world.unit_id, home.door).values():
                if case.id not in known:
                    expected = next_action_at(rules, case.facts())
                    assert case.next_action_at is None or expected is not None
                    assert expected is None or case.next_action_at is None or expected <= case.next_action_at
                    compared += 1
    assert compared > 2
    assert CASE.rules(world.context())
