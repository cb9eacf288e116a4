"""Random histories of a campaign that a seed repeats exactly, with a clock that looks as often as a test says."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from rules.time import DAY, HOUR, MINUTE, Instant
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.errors import WorkflowError
from workflow.tables import Escalation, EscalationStep, Event

Step = tuple[str, str, Instant, int]
"""A step of a ladder by rule, subject's place in the test, anchor and level."""


@dataclass(frozen=True)
class Household:
    """A door and the cases behind it."""

    door: uuid.UUID
    cases: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Deed:
    """Something that somebody does at an instant; `dice` decides what."""

    at: Instant
    dice: int


def deeds(seed: int, *, since: Instant, until: Instant, many: int, after_minute: range = range(60)) -> list[Deed]:
    """Return what happens, in order, each at an instant of its own, so many microseconds after a full minute."""
    dice = random.Random(seed)
    instants = sorted(
        {
            dice.randrange(since // MINUTE, until // MINUTE) * MINUTE
            + dice.randrange(after_minute.start, after_minute.stop)
            for _ in range(many)
        }
    )
    return [Deed(instant, dice.getrandbits(48)) for instant in instants]


def do(world: World, homes: list[Household], deed: Deed, outcomes: tuple[tuple[str, bool], ...]) -> None:
    """Visit a door or void an earlier visit; what is refused changes nothing.

    `outcomes` are names, and whether each speaks of one person.
    """
    dice = random.Random(deed.dice)
    home = homes[dice.randrange(len(homes))]
    if dice.random() < 0.15:
        visits = world.events(Event.kind == "visit", Event.door_id == home.door)
        if not visits:
            return
        number = dice.choice(visits).ledger_no
        work = lambda book, context, actor: void_event(book, context, actor, number, reason="ghi nhầm")  # noqa: E731
    else:
        name, of_person = dice.choice(outcomes)
        case = dice.choice(home.cases) if of_person else None
        happened = max(deed.at - dice.choice([0, 0, MINUTE, 5 * HOUR]), world.context().starts_at)
        promised = happened + dice.randrange(1, 30) * HOUR if "promised" in name or name == "comes_back" else None
        finding = Finding(name, case, promised_at=promised, evidence="giấy tờ")
        try:
            world.visit("hai", home.door, finding, happened=happened)
        except WorkflowError:
            return
        return
    try:
        world.command("hai", work)
    except WorkflowError:
        return


def live(
    world: World,
    homes: list[Household],
    history: list[Deed],
    outcomes: tuple[tuple[str, bool], ...],
    ticks: list[Instant],
) -> None:
    """Live through a history, with ticks at these instants (a tick comes before a deed of the same instant)."""
    moments: list[tuple[Instant, int, Deed | None]] = [(instant, 0, None) for instant in ticks]
    moments += [(deed.at, 1, deed) for deed in history]
    for instant, _, deed in sorted(moments, key=lambda moment: moment[:2]):
        world.clock.move_to(instant)
        if deed is None:
            world.tick()
        else:
            do(world, homes, deed, outcomes)


def every(interval: int, *, since: Instant, until: Instant) -> list[Instant]:
    """Return instants from `since` to `until`, and `until` itself."""
    return [*range(since, until, interval), until]


def steps(world: World, homes: list[Household]) -> set[Step]:
    """Return every step of a ladder, and every effect without one (level 0), with subjects by their place in `homes`."""
    names = {case: f"{i}.{j}" for i, home in enumerate(homes) for j, case in enumerate(home.cases)}
    with world.store.read() as session:
        climbed = session.execute(
            select(
                EscalationStep.rule_id, EscalationStep.subject_id, EscalationStep.anchor, EscalationStep.level
            ).where(EscalationStep.unit_id == world.unit_id)
        ).all()
        flat = session.execute(
            select(Escalation.rule_id, Escalation.subject_id, Escalation.anchor, Escalation.level).where(
                Escalation.unit_id == world.unit_id, Escalation.level == 0
            )
        ).all()
    return {(rule, names.get(subject, "unit"), anchor, level) for rule, subject, anchor, level in [*climbed, *flat]}


def households(world: World, sizes: list[int], listed: list[str]) -> list[Household]:
    """Put households on the list; people take the listed accounts in turn."""

    def accounts() -> Iterator[str]:
        while True:
            yield from listed

    names = accounts()
    homes = []
    for number, size in enumerate(sizes, start=1):
        people = [(f"Nguyễn Văn {chr(64 + number)}{i}", next(names)) for i in range(size)]
        door, cases = world.household(list(people), area="A1" if number % 2 else "A2", house=str(number))
        homes.append(Household(door, tuple(cases)))
    return homes


__all__ = ["DAY", "HOUR", "MINUTE", "Deed", "Household", "deeds", "do", "every", "households", "live", "steps"]
