"""Cát Thành in mid-campaign: 5.800 people in 15 areas, stopped on Saturday 24/5/2025 at 15:38.

Some teams are ahead, some behind; reports are missing; requests wait; a few people have ended contact; the staff of the offices
should have finished by 19/5 and have not all done so.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from rules.time import DAY, HOUR, MINUTE, Instant, at, day_start, day_vi, local_date, show
from workflow.actions.command import Answer
from workflow.actions.decide_exit import decide_exit
from workflow.actions.declare_staff import declare_staff
from workflow.actions.forward_reports import forward_reports
from workflow.actions.move_task import move_task
from workflow.actions.record_visit import Finding, VisitReport
from workflow.demo.director import Director, Home, Person, add_all_evidence, nobody_home
from workflow.demo.people import Account
from workflow.queries.requests import waiting_requests
from workflow.tables import Body

PEOPLE = 5800
ACCOUNTS: dict[Account, float] = {"activated": 4180, "registered": 640, "none": 980}
STARTS, ENDS = "2025-05-13 08:00", "2025-05-24 15:38"
_FIRST = at("2025-05-15 00:00")
_LAST = at("2025-05-24 00:00")
DAYS = range(_FIRST, _LAST, DAY)
"""The days that are played to their end, by their first instants."""

PACE = {"T06": 0.45, "T07": 0.4, "T09": 0.5, "T13": 0.7}
"""How much of their doors slower teams get to each day, against 1 for the others."""

SEATS = {"member": "T06", "team_leader": "T10", "area_head": "A06", "duty_leader": "A06"}
"""Where each post has the most to do when the curtain rises: whom the page of the cast lets one be first."""

SILENT_REPORTS = {("T06", "2025-05-22"), ("T06", "2025-05-23"), ("T09", "2025-05-23"), ("T12", "2025-05-18")}
LATE_REPORTS = {("T13", "2025-05-20"): 47, ("T04", "2025-05-21"): 12, ("T09", "2025-05-22"): 65}
"""Reports never sent, and reports sent so many minutes after 16:00."""

FORWARDED_LATE = {"2025-05-19": 16 * 60 + 6}
"""On which day, and at which minute, the police forwarded after 16:00: the only thing that was late."""

SENT_BY_NOW = ("T01", "T02", "T03", "T05", "T08", "T10", "T11", "T14", "T15")
"""Teams whose report of 24/5 has come in by 15:38."""

STAFF = {
    "ubnd": (6, 14, 6, 13), "police": (18, 41, 18, 39), "office": (7, 15, 7, 15), "one_stop": (5, 9, 5, 7),
    "culture": (4, 9, 4, 9), "finance": (3, 6, 3, 6), "front": (9, 21, 8, 17), "women": (12, 30, 12, 30), "youth": (11, 19, 10, 19),
}  # fmt: skip
"""Declared staff and relatives, then finished staff and relatives, of each office."""

_TASKS = (
    ("propose-steering", "police-chief", "2025-05-13 10:00"),
    ("issue-decision", "office", "2025-05-13 16:00"),
    ("form-teams", "police-chief", "2025-05-14 09:00"),
    ("assign-members", "police-chief", "2025-05-14 10:00"),
    ("assign-area-leaders", "police-chief", "2025-05-14 10:30"),
    ("print-lists", "police-chief", "2025-05-14 14:00"),
    ("support-point", "office", "2025-05-15 07:40"),
)

_COORDINATOR = "deputy-police-chief"


class Moment(NamedTuple):
    """Something that happens on a day: a tick, a team's sheet or report, the close, decisions on exits, counts of staff,
    what is forwarded.
    """

    at: Instant
    what: str
    team: str = ""


TICKS = tuple(
    sorted([hour * HOUR for hour in (7, 9, 12, 14, 17, 21)] + [15 * HOUR + 35 * MINUTE, 16 * HOUR + 5 * MINUTE])
)
"""When the clock of the demonstration looks each day: often enough to be in time, seldom enough to be built quickly."""


def play_cat_thanh(director: Director) -> None:
    """Play from the first meeting to the afternoon of 24/5."""
    plan = play_until(director, _LAST)
    director.progress(f"Cát Thành, {day_vi(local_date(_LAST))}")
    play(director, plan, day_of(director, plan, _LAST, ticks=TICKS))
    director.go_to(at(ENDS))
    director.tick()


def play_until(director: Director, midnight: Instant) -> "Plan":
    """Play from the first meeting up to a day of the campaign (its midnight); return who is visited when."""
    _prepare(director)
    plan = _plan_visits(director, director.homes())
    for day in range(_FIRST, midnight, DAY):
        director.progress(f"Cát Thành, {day_vi(local_date(day))}")
        play(director, plan, day_of(director, plan, day, ticks=TICKS))
    return plan


def _prepare(director: Director) -> None:
    for item, owner, when in _TASKS:
        director.go_to(when)
        director.tick()
        _finish_task(director, item, owner)


def _finish_task(director: Director, item: str, owner: str) -> None:
    """Hand a task in with its evidence; whoever coordinates accepts it."""
    for task in director.tasks(item):

        def work(book, context, actor, task=task) -> Answer:  # type: ignore[no-untyped-def]
            add_all_evidence(book, context, actor, task.id, item, site="https://catthanh.example/ke-hoach")
            for move in ("start", "submit"):
                move_task(book, context, task.id, move, actor=actor, state_version=None)
            return {"task": item}

        director.command(owner, work)
        _accept(director, _COORDINATOR, task.id)


def _accept(director: Director, receiver: str, task_id: UUID) -> None:
    def accept(book, context, actor) -> Answer:  # type: ignore[no-untyped-def]
        move_task(book, context, task_id, "accept", actor=actor, state_version=None)
        return {"task": str(task_id)}

    director.command(receiver, accept)


def day_of(director: Director, plan: "Plan", midnight: Instant, *, ticks: Sequence[int]) -> "list[Moment]":
    """Return what happens on a day, in order: ticks at these microseconds after midnight, sheets at noon and in the evening, reports
    towards 16:00, the close, and decisions on exits."""
    teams = sorted({team for _, team in plan})
    is_last = midnight == _LAST
    until = at(ENDS) if is_last else midnight + DAY
    moments: list[Moment] = [Moment(midnight + tick, "tick") for tick in ticks]
    moments += [Moment(midnight + 12 * HOUR + 5 * MINUTE, "noon", team) for team in teams]
    moments += [Moment(midnight + 20 * HOUR + 45 * MINUTE, "evening", team) for team in teams]
    moments += [
        Moment(midnight + 16 * HOUR + 20 * MINUTE, "close"),
        Moment(midnight + 21 * HOUR + 15 * MINUTE, "decide"),
    ]
    moments += [
        Moment(when, "report", team)
        for team in teams
        if (when := _report_at(director, midnight, team, is_last)) is not None
    ]
    moments += [Moment(midnight + minute * MINUTE, "forward") for minute in _forwarded(show(midnight)[:10])]
    if show(midnight)[:10] in ("2025-05-16", "2025-05-19"):
        moments.append(Moment(midnight + 10 * HOUR, "staff"))
    return [moment for moment in sorted(moments) if moment.at < until]


def play(director: Director, plan: "Plan", moments: "Sequence[Moment]") -> None:
    """Let the moments of a day happen, one after the other."""
    for when, what, team in moments:
        midnight = day_start(local_date(when))
        director.go_to(when)
        if what == "tick":
            director.tick()
        elif what in ("noon", "evening"):
            noon = midnight + 12 * HOUR
            visits = [v for v in plan.get((midnight, team), []) if (v[0].happened_at < noon) == (what == "noon")]
            director.sheet(team, visits)
        elif what == "report":
            _report(director, team, show(midnight)[:10])
        elif what == "forward":
            _forward(director, show(midnight)[:10])
        elif what == "close":
            director.close_day(_COORDINATOR)
        elif what == "decide":
            _decide(director)
        else:
            _declare(director, half=show(midnight)[:10] == "2025-05-16")


def _report_at(director: Director, midnight: Instant, team: str, is_last: bool) -> Instant | None:
    day = show(midnight)[:10]
    if (team, day) in SILENT_REPORTS:
        return None
    late = LATE_REPORTS.get((team, day))
    if late is not None:
        return midnight + 16 * HOUR + late * MINUTE
    if is_last and team not in SENT_BY_NOW:
        return None
    return midnight + 15 * HOUR + director.random.randrange(0, 28) * MINUTE


def _forwarded(day: str) -> list[int]:
    """Return at which minutes of a day the police forward: before 16:00 but once, and again if a team sent after that."""
    first = FORWARDED_LATE.get(day, 15 * 60 + 50)
    return [first, 17 * 60 + 30] if any(one == day for _, one in LATE_REPORTS) else [first]


def _forward(director: Director, day: str) -> None:
    """The deputy chief forwards what the teams have sent by then."""
    for task in director.tasks("daily-report-forward"):
        if task.occurrence == day:

            def forward(book, context, actor, task=task) -> Answer:  # type: ignore[no-untyped-def]
                forward_reports(book, context, task.id, actor=actor, state_version=None)
                return {"task": str(task.id)}

            director.command(_COORDINATOR, forward)


def _report(director: Director, team: str, day: str) -> None:
    """The team leader hands in the day's report; the deputy chief accepts it."""
    tasks = [task for task in director.tasks("daily-report") if task.scope == team and task.occurrence == day]
    for task in tasks:

        def send(book, context, actor, task=task) -> Answer:  # type: ignore[no-untyped-def]
            if task.state == "planned":
                raise AssertionError("A duty opens with its owner.")
            move_task(book, context, task.id, "submit", actor=actor, state_version=None)
            return {"task": str(task.id)}

        director.command(f"team-leader-{team.lower()}", send)
        _accept(director, _COORDINATOR, task.id)


def _decide(director: Director) -> None:
    """Leaders confirm most exits in the evening; one in eight goes back or waits for a better paper."""
    with director.store.read() as session:
        waiting = waiting_requests(session, director.unit_id)
    for request in waiting:
        roll = director.random.random()
        if roll < 0.12:
            continue

        def work(book, context, actor, request=request, confirm=roll >= 0.18) -> Answer:  # type: ignore[no-untyped-def]
            return decide_exit(
                book,
                context,
                actor,
                request.id,
                confirm=confirm,
                reason=None if confirm else "Bổ sung xác nhận của gia đình",
            )

        director.command(f"team-leader-{request.team.lower()}", work)


def _declare(director: Director, *, half: bool) -> None:
    """Offices say how many of their staff and relatives have finished: half way on 16/5, the rest (not all) on 19/5."""
    with director.store.read() as session:
        rows = session.execute(select(Body.code, Body.id).where(Body.unit_id == director.unit_id))
        bodies = {row.code: row.id for row in rows}

    def work(book, context, actor) -> Answer:  # type: ignore[no-untyped-def]
        for code, (staff, relatives, staff_done, relatives_done) in STAFF.items():
            for group, declared, finished in (("staff", staff, staff_done), ("relatives", relatives, relatives_done)):
                declare_staff(
                    book,
                    context,
                    bodies[code],
                    group,
                    actor=actor,
                    declared=declared,
                    finished=finished // 2 if half else finished,
                )
        return {"bodies": len(STAFF)}

    director.command("office", work)


Plan = dict[tuple[Instant, str], list[tuple[VisitReport, str]]]


def _plan_visits(director: Director, homes: list[Home]) -> Plan:
    """Give the doors their days: two thirds are reached by 24/5, fewer where the team is slow; most who were missed are seen again."""
    rolls = director.random
    plan: Plan = {}
    for number, home in enumerate(homes):
        day = _FIRST + int(rolls.random() * 14 / PACE.get(home.team, 1.0)) * DAY
        visitor = f"member-{home.team.lower()}-{number % 3 + 1}"
        if rolls.random() < 0.22 and day <= _LAST:
            _add(plan, rolls, home, day, nobody_home(), visitor)
            day += DAY
        if day > _LAST:
            continue
        met = {person: _outcome(rolls, person) for person in home.people}
        _add(plan, rolls, home, day, tuple(_findings(rolls, met, day)), visitor)
        missed = [person for person, outcome in met.items() if outcome in _SEEN_AGAIN]
        day += rolls.choice((DAY, DAY, 2 * DAY))
        if missed and day <= _LAST and rolls.random() < 0.85:
            again = {person: _SEEN_AGAIN[met[person]] for person in missed}
            _add(plan, rolls, home, day, tuple(_findings(rolls, again, day)), visitor)
    for visits in plan.values():
        visits.sort(key=lambda item: item[0].happened_at)
    return plan


def _add(plan: Plan, rolls: Random, home: Home, day: Instant, findings: tuple[Finding, ...], visitor: str) -> None:
    last = 15 * HOUR if day == _LAST else 20 * HOUR
    happened = day + rolls.randrange(8 * HOUR, last, MINUTE)
    report = VisitReport(home.door_id, happened, findings, assisted=rolls.random() < 0.3)
    plan.setdefault((day, home.team), []).append((report, visitor))


def _findings(rolls: Random, met: dict[Person, str], day: Instant) -> Iterator[Finding]:
    """One outcome for each person; of those who took part, some have a paper or two linked on the spot."""
    for person, outcome in met.items():
        promised = day + DAY + 18 * HOUR if outcome == "promised" else None
        evidence = "Xác nhận của gia đình" if outcome in ("died", "in_army", "in_prison", "went_abroad") else None
        yield Finding(outcome, person.case_id, promised_at=promised, evidence=evidence)
        if outcome == "took_part":
            for track, case_id in person.papers:
                if rolls.random() < _LINKED[track]:
                    yield Finding(f"{_PAPER_OUTCOMES[track]}_linked", case_id)


_LINKED = {"driving_licence": 0.12, "vehicle_registration": 0.08, "health_insurance": 0.25}
_PAPER_OUTCOMES = {"driving_licence": "licence", "vehicle_registration": "vehicle", "health_insurance": "insurance"}
_SEEN_AGAIN = {
    "not_met": "took_part", "promised": "took_part", "needs_help": "took_part",
    "activated_now": "took_part", "registered_now": "activated_now", "sent_to_support": "registered_now",
}  # fmt: skip
"""What the second visit finds, by what the first one found. A registered person is activated by then, and so on."""

_ODDS = {
    "activated": (
        ("took_part", 76), ("took_part_not_deducted", 1), ("needs_help", 6), ("promised", 3), ("not_met", 5), ("no_phone", 2),
        ("card_expired", 1), ("sim_pending", 1), ("went_abroad", 2), ("in_army", 2), ("died", 0.3), ("not_taking_part", 0.4),
    ),
    "registered": (("activated_now", 44), ("activated_and_took_part", 44), ("card_expired", 4), ("went_abroad", 2)),
    "no_account": (("sent_to_support", 60), ("registered_now", 34), ("not_taking_part", 0.3), ("went_abroad", 4)),
}  # fmt: skip


def _outcome(rolls: Random, person: Person) -> str:
    outcomes, weights = zip(*_ODDS[person.state], strict=True)
    return str(rolls.choices(outcomes, weights)[0])
