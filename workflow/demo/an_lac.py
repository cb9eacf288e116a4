"""An Lạc's month: 4.546 people, visited door by door until 29/5/2025 22:00, ending in the breakdown that the ward reported.

The printed report counts one person twice (3.976 + 571 = 4.547). This history has the people the breakdown needs, each in exactly
one place, so its report is the one the ward meant.
"""

from rules.time import DAY, HOUR, MINUTE, Instant, at
from workflow.actions.command import Answer
from workflow.actions.decide_exit import decide_exit
from workflow.actions.move_task import move_task
from workflow.actions.record_visit import VisitReport
from workflow.demo.director import Director, Home, Person, add_all_evidence, found, nobody_home
from workflow.queries.requests import waiting_requests

PEOPLE = 4546
STARTS, ENDS = "2025-05-05 08:00", "2025-05-29 22:00"
FATES = {
    "died": 4,
    "in_army": 185,
    "in_prison": 5,
    "went_abroad": 207,
    "no_phone": 111,
    "card_expired": 36,
    "sim_pending": 17,
    "took_part_not_deducted": 6,
}
"""Outcome and number of people; everybody else takes part. Source: the ward's report, lines 3.1 to 3.8."""

_FIRST_DAY, _LAST_DAY = at("2025-05-07 00:00"), at("2025-05-29 00:00")
_TASKS = (
    ("publish-documents", "culture", "2025-05-08 09:00"),
    ("open-column", "culture", "2025-05-08 15:00"),
    ("conference", "chair", "2025-05-09 11:00"),
    ("articles", "culture", "2025-05-23 16:00"),
    ("broadcasts", "culture", "2025-05-26 16:00"),
)


def play_an_lac(director: Director) -> None:
    """Play the whole campaign, from the day after the lists came to the evening of the report."""
    homes = director.homes()
    fates = _fates(director, homes)
    plan = _plan_visits(director, homes, fates)
    days = (int(_LAST_DAY) - int(_FIRST_DAY)) // DAY + 1
    for number in range(days):
        midnight = _FIRST_DAY + number * DAY
        director.progress(f"An Lạc, ngày {number + 1}/{days}")
        for hour in (7, 12, 17):
            director.go_to(midnight + hour * HOUR)
            director.tick()
        _do_tasks(director, midnight)
        director.go_to(midnight + 21 * HOUR)
        for team in sorted({home.team for home in homes}):
            director.sheet(team, plan.get((midnight, team), []))
        _decide(director, midnight + 21 * HOUR + 30 * MINUTE)
        if midnight < _LAST_DAY:
            director.go_to(midnight + 22 * HOUR + 10 * MINUTE)
            director.close_day("coordinator")
    director.go_to(at(ENDS) - MINUTE)
    director.tick()


def _fates(director: Director, homes: list[Home]) -> dict[Person, str]:
    people = [person for home in homes for person in home.people]
    if len(people) != PEOPLE:
        raise AssertionError(f"The roster entered {len(people)} people, not {PEOPLE}.")
    director.random.shuffle(people)
    outcomes = [outcome for outcome, count in FATES.items() for _ in range(count)]
    return {person: outcomes[n] if n < len(outcomes) else "took_part" for n, person in enumerate(people)}


def _plan_visits(
    director: Director, homes: list[Home], fates: dict[Person, str]
) -> dict[tuple[Instant, str], list[tuple[VisitReport, str]]]:
    """Spread the doors over the days. Some are empty the first time, and some people are met on a second visit only."""
    rolls = director.random
    plan: dict[tuple[Instant, str], list[tuple[VisitReport, str]]] = {}

    def visit(home: Home, day: Instant, findings: tuple, visitor: str) -> None:  # type: ignore[type-arg]
        happened = day + rolls.randrange(8 * HOUR, 20 * HOUR + 30 * MINUTE, MINUTE)
        report = VisitReport(home.door_id, happened, findings, mode="phone" if rolls.random() < 0.05 else "door")
        plan.setdefault((day, home.team), []).append((report, visitor))

    last = (int(_LAST_DAY) - int(_FIRST_DAY)) // DAY
    for number, home in enumerate(homes):
        visitor = f"member-{home.team.lower()}-{number % 3 + 1}"
        first = rolls.randrange(0, last - 3)
        day = _FIRST_DAY + first * DAY
        if rolls.random() < 0.2:
            visit(home, day, nobody_home(), visitor)
            day += DAY
        now, later = _split(rolls.random, home)
        visit(home, day, found(*((p, fates[p]) for p in now), *((p, "not_met") for p in later)), visitor)
        if later:
            visit(home, day + rolls.choice((DAY, 2 * DAY)), found(*((p, fates[p]) for p in later)), visitor)
    for visits in plan.values():
        visits.sort(key=lambda item: item[0].happened_at)
    return plan


def _split(roll, home: Home) -> tuple[list[Person], list[Person]]:  # type: ignore[no-untyped-def]
    later = [person for person in home.people if roll() < 0.12]
    if len(later) == len(home.people):
        later = later[1:]
    return [person for person in home.people if person not in later], later


def _decide(director: Director, moment: Instant) -> None:
    """The leaders confirm the exits asked for on the day, each for their own team."""
    director.go_to(moment)
    with director.store.read() as session:
        waiting = waiting_requests(session, director.unit_id)
    by_team: dict[str, list[object]] = {}
    for request in waiting:
        by_team.setdefault(request.team, []).append(request.id)
    for team, requests in sorted(by_team.items()):

        def work(book, context, actor, requests=requests) -> Answer:  # type: ignore[no-untyped-def]
            for request_id in requests:
                decide_exit(book, context, actor, request_id, confirm=True)
            return {"confirmed": len(requests)}

        director.command(f"team-leader-{team.lower()}", work)


def _do_tasks(director: Director, midnight: Instant) -> None:
    """The office does the plan's tasks on the days it did, with the evidence that the report names; whoever receives them accepts."""
    for item, owner, when in _TASKS:
        if not midnight <= at(when) < midnight + DAY:
            continue
        director.go_to(when)
        task = director.tasks(item)[0]

        def work(book, context, actor, task=task, item=item) -> Answer:  # type: ignore[no-untyped-def]
            add_all_evidence(book, context, actor, task.id, item, site="https://anlac.example/lay-y-kien")
            for move in ("start", "submit"):
                move_task(book, context, task.id, move, actor=actor, state_version=None)
            return {"task": item}

        def accept(book, context, actor, task=task, item=item) -> Answer:  # type: ignore[no-untyped-def]
            move_task(book, context, task.id, "accept", actor=actor, state_version=None)
            return {"task": item}

        director.command(owner, work)
        director.command("chair" if owner == "coordinator" else "coordinator", accept)
