"""Random days of a plan that a seed repeats exactly, under a pack with rules of every kind: tasks, teams, figures, rules that end or waive."""

import random
from collections.abc import Callable

from rules.pack import Pack, load_files
from rules.time import MINUTE, Instant
from tests.workflow.closing.story import Days
from tests.workflow.sweeps.history import Deed, Household
from tests.workflow.world import PACKS
from workflow.actions.forward_reports import forward_reports
from workflow.actions.move_task import move_task
from workflow.actions.record_visit import Finding
from workflow.actions.set_progress import set_progress
from workflow.actions.void_event import void_event
from workflow.actions.waive_duty import waive_duty
from workflow.errors import WorkflowError
from workflow.tables import Event, Task

OWED = "task_state in ['planned', 'assigned', 'in_progress', 'returned']"
ON_TASKS = {
    "hour-after": f"{OWED} and now >= due_at and now < due_at + minutes(60)",
    "not-started": "is_duty and missing(started_at) and now >= due_at - minutes(50) and now < due_at + minutes(25)",
    "waits": "not is_duty and open_predecessors > 0 and now >= opens_at + hours(26)",
    "slow": "not is_duty and progress < 50 and now >= opens_at + hours(30)",
    "lies-unread": "task_state == 'submitted_for_review' and now >= submitted_at + minutes(45)",
    "few-came": f"{OWED} and is_duty and figure('took_part') < 2 and now >= due_at - minutes(30)",
}
WAIVES = {"gives-up": "is_duty and task_state == 'returned' and now >= due_at + minutes(25)"}
ANCHORS = {
    "few-came": "due_at - minutes(30)",
    "not-started": "due_at - minutes(50)",
    "waits": "opens_at",
    "slow": "opens_at",
    "lies-unread": "submitted_at",
}
ON_TEAMS = {
    "open-three": "open_cases >= 3",
    "misses-one": "misses_3_days >= 1",
    "supplements-one": "supplements_3_days >= 1",
    "no-steps": "pace < 1 and open_cases > 0 and now - campaign.collect_from >= hours(10)",
}
ON_CAMPAIGN = {"two-came": "figure('took_part') >= 2", "staff": "figure('staff_open') > 0"}
OUTCOMES = (
    ("nobody_home", False), ("took_part", True), ("activated_now", True), ("registered_now", True), ("not_met", True),
    ("not_taking_part", True), ("no_phone", True), ("back_activated", True), ("died", True),
)  # fmt: skip
BETWEEN_LOOKS = range(1, 59_000_001)
"""Where in its minute something happens, in microseconds: never at the very instant at which a clock looks."""
LADDER = "[{to: deputy_police_chief}, {after: 20 minutes, to: office}, {after: 35 minutes, to: chair}]"
RULE = """
  - id: {id}
    label: {{vi: "Thử: {id}", en: "Try: {id}"}}
    on: {on}
    when: >-
      {when}
    anchor: {anchor}
    group: unit
    {does}
    source: "thử"
"""


def pack() -> Pack:
    """Return the town's pack with these rules beside its own."""
    files = {path.name: path.read_text("utf-8") for path in (PACKS / "cat-thanh-2025").glob("*.yaml")}
    kinds = (("task", ON_TASKS | WAIVES), ("team", ON_TEAMS), ("campaign", ON_CAMPAIGN))
    for on, rules in kinds:
        for name, when in rules.items():
            anchor = ANCHORS.get(name, "due_at") if on == "task" else "campaign.collect_from"
            does = "effect: {waive: true}" if name in WAIVES else f"ladder: {LADDER}"
            files["escalations.yaml"] += RULE.format(id=name, on=on, when=when, anchor=anchor, does=does)
    return load_files(files)


def do(days: Days, homes: list[Household], deed: Deed, known_by: Instant) -> str:
    """Do one thing, and return what; what is refused says so. Only tasks are touched that had opened by `known_by`."""
    dice = random.Random(deed.dice)
    act = dice.choice([_move, _move, _move, _move, _visit, _visit, _void, _progress, _excuse, _forward])
    name, work = act(days, homes, deed, dice, min(known_by, deed.at))
    try:
        work()
    except WorkflowError as refused:
        return f"{name}: {type(refused).__name__}"
    return name


Done = tuple[str, Callable[[], object]]


def _tasks(days: Days, by: Instant, *which: object) -> list[Task]:
    found = days.world.rows(Task, Task.opens_at <= by, *which)
    return sorted(found, key=lambda task: (task.item, task.occurrence, task.scope))


def _earlier(deed: Deed, dice: random.Random) -> Instant:
    return deed.at - dice.choice([0, 0, 0, 7 * MINUTE, 50 * MINUTE])


def _of(task: Task) -> str:
    return f"{task.item} {task.occurrence} {task.scope}"


def _move(days: Days, homes: list[Household], deed: Deed, dice: random.Random, by: Instant) -> Done:
    duties = _tasks(days, by, Task.item.in_(["daily-report", "final-count"]))
    plan = _tasks(days, by, ~Task.is_duty)
    newest = sorted(duties, key=lambda task: -task.opens_at)[:4]
    task = dice.choice(dice.choice([newest, newest, duties, plan]))
    move = dice.choice(["start", "submit", "submit", "submit", "accept", "return", "reopen", "waive", "cancel"])
    if move == "submit" and not task.is_duty:
        move = "start"  # most of the plan waits for something else: that would only be refused
    happened = _earlier(deed, dice)
    login = {"T1": "an", "T2": "dung"}.get(task.scope, "giang") if move in ("start", "submit") else "hai"
    return f"{move} {_of(task)}", lambda: days.world.command(login, lambda b, c, a: {"state": move_task(
        b, c, task.id, move, actor=a, state_version=None, reason="báo cáo trống", happened_at=happened).state})  # fmt: skip


def _progress(days: Days, homes: list[Household], deed: Deed, dice: random.Random, by: Instant) -> Done:
    task = dice.choice(_tasks(days, by, ~Task.is_duty))
    login, percent = {"T1": "an", "T2": "dung"}.get(task.scope, "giang"), dice.choice([10, 40, 60, 90])
    return f"progress {_of(task)}", lambda: days.world.command(
        login, lambda b, c, a: set_progress(b, c, a, task.id, percent)
    )


def _excuse(days: Days, homes: list[Household], deed: Deed, dice: random.Random, by: Instant) -> Done:
    team, since = dice.choice(["T1", "T2"]), deed.at - dice.choice([0, 30, 60]) * 60 * MINUTE
    return f"excuse {team}", lambda: days.world.command("khanh", lambda b, c, a: {"n": waive_duty(
        b, c, "daily-report", team, actor=a, reason="xong sớm", since=since).waived})  # fmt: skip


def _forward(days: Days, homes: list[Household], deed: Deed, dice: random.Random, by: Instant) -> Done:
    task = _tasks(days, by, Task.item == "daily-report-forward")[-1]
    happened = _earlier(deed, dice)
    return f"forward {task.occurrence}", lambda: days.world.command("hai", lambda b, c, a: {"timing": forward_reports(
        b, c, task.id, actor=a, state_version=task.state_version, happened_at=happened).timing})  # fmt: skip


def _visit(days: Days, homes: list[Household], deed: Deed, dice: random.Random, by: Instant) -> Done:
    number = dice.randrange(len(homes))
    home, login = homes[number], "dung" if number % 2 else "an"
    name, of_person = dice.choice(OUTCOMES)
    finding = Finding(name, dice.choice(home.cases) if of_person else None, evidence="giấy tờ")
    happened = _earlier(deed, dice)
    return f"visit {name}", lambda: days.world.visit(login, home.door, finding, happened=happened)


def _void(days: Days, homes: list[Household], deed: Deed, dice: random.Random, by: Instant) -> Done:
    visits = days.world.events(Event.kind == "visit")
    if not visits:
        return "nothing", lambda: None
    number = dice.choice(visits).ledger_no
    return "void", lambda: days.world.command("hai", lambda b, c, a: void_event(b, c, a, number, reason="ghi nhầm"))


__all__ = ["BETWEEN_LOOKS", "do", "pack"]
