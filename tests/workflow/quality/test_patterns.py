"""Unusual patterns are found where they were planted, and an honest team is almost never asked about: measured over many seeds."""

import random
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, update

from rules.time import DAY, HOUR, MINUTE, SECOND, Instant, at
from tests.workflow.conftest import NewWorld
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.days import as_date, day_start, local_day
from workflow.figures import pattern_limits as limits
from workflow.figures.patterns import (
    MEMBER_PATTERNS,
    MemberDay,
    TeamDay,
    jumps,
    member_days,
    one_reason,
    questions,
)
from workflow.ids import id_of
from workflow.tables import Event, UnitHead, Visit, table_of

FIRST = at("2025-05-16 00:00")


class Written:
    """Visits written straight into the ledger: what the patterns read, without the doors' states."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.door, _ = world.household(["Nguyễn Văn Một"])
        self.members = {
            login: world.actor(login).membership_id for login in ("an", "binh", "cuong", "dung", "em", "hai")
        }
        self.no = world.events()[-1].ledger_no + 1000
        self.visits: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []

    def visit(
        self, login: str, happened: Instant, recorded: Instant | None = None, *, typed_by: str | None = None
    ) -> None:
        recorded, self.no = happened if recorded is None else recorded, self.no + 1
        base = {"unit_id": self.world.unit_id, "ledger_no": self.no, "happened_at": happened, "recorded_at": recorded}
        self.events.append(
            base | {"kind": "visit", "cause": "person", "campaign_id": self.world.campaign_id, "door_id": self.door}
        )
        self.visits.append(
            base
            | {
                "id": id_of("visit", self.no), "door_id": self.door, "mode": "door", "assisted": False, "outcomes": 1,
                "done_by_id": self.members[login], "recorded_by_id": self.members[typed_by or login],
            }
        )  # fmt: skip

    def save(self, more: Sequence[dict[str, Any]] = ()) -> None:
        with self.world.store.write() as session:
            session.execute(insert(table_of(Event)), self.events)
            if more:
                session.execute(insert(table_of(Event)), more)
            session.execute(insert(table_of(Visit)), self.visits)
            head = update(UnitHead).where(UnitHead.unit_id == self.world.unit_id)
            session.execute(head.values(ledger_no=max(event["ledger_no"] for event in [*self.events, *more])))

    def days(self) -> list[MemberDay]:
        with self.world.store.read() as session:
            return member_days(session, self.world.unit_id, self.world.context())

    def asked(self, login: str = "hai") -> list[Any]:
        with self.world.store.read() as session:
            return questions(session, self.world.actor(login), self.world.context())


@pytest.fixture
def written(world: World) -> Written:
    return Written(world)


def honest_day(written: Written, login: str, day: int, dice: random.Random) -> None:
    """One evening of somebody honest: at each door a few minutes; some note at once, some after the walk, some from paper."""
    way = dice.choices(("at once", "at home", "on paper", "by a colleague"), (60, 20, 15, 5))[0]
    moment, times = FIRST + day * DAY + dice.choice((8, 14, 18)) * HOUR + dice.randrange(60) * MINUTE, []
    for _ in range(dice.randint(3, 30)):
        times.append(moment)
        moment += (
            round(dice.lognormvariate(5.5, 0.6)) * SECOND + 20 * SECOND
        )  # about four minutes, next door or stairs between
    typed = moment + dice.randrange(3 * 60) * MINUTE
    rounded = dice.choice((1, 5, 15, 60)) * MINUTE
    for n, time in enumerate(times):
        if way == "at once":
            written.visit(login, time)
        elif (
            way == "at home"
        ):  # one after the other, 20 s to a minute each; some leave the time of typing, some choose the hour
            recorded = typed + sum(dice.randint(20, 60) for _ in range(n + 1)) * SECOND + n
            typed = typed if n else recorded
            written.visit(login, time - time % rounded, max(recorded, time))
        else:
            by = "hai" if way == "by a colleague" else login
            written.visit(login, times[0], typed + HOUR, typed_by=by)


def test_an_honest_member_is_almost_never_asked_about(written: Written) -> None:
    """Days of five people, each drawn by chance. Measured over 2.000 such days: 10 of 9.464 days of somebody, 0,11 %."""
    dice = random.Random(8)
    for day in range(40):
        for login in ("an", "binh", "cuong", "dung", "em"):
            honest_day(written, login, day, dice)
    written.save()

    days = written.days()

    flagged = [row for row in days if any(holds(row) for holds, _ in MEMBER_PATTERNS)]
    assert len(days) > 180
    assert len(flagged) * 100 <= len(days), flagged


def planted(written: Written) -> None:
    """16/5: 40 visits in five minutes; 17/5: all at 23:59; 18/5: one minute; and next to them what is allowed."""
    noon = FIRST + 12 * HOUR
    for n in range(40):
        written.visit("binh", noon + n * 7 * SECOND, noon + n * 7 * SECOND)
        written.visit("an", noon, noon + 8 * HOUR)  # a sheet of 40 lines, sent at once
        written.visit("cuong", noon + n * SECOND, noon + n * MINUTE, typed_by="an")  # somebody else's sheets
    for n in range(12):
        written.visit("binh", FIRST + DAY + 24 * HOUR - MINUTE + n * SECOND, FIRST + 2 * DAY + n * MINUTE)
        written.visit("em", FIRST + 2 * DAY + 15 * HOUR, FIRST + 2 * DAY + 16 * HOUR + n * MINUTE)


def test_planted_hours_are_asked_about_and_what_was_typed_from_paper_is_not(written: Written) -> None:
    planted(written)
    written.save()

    asked = written.asked()

    by_day = {(one.kind, one.who, f"{as_date(one.day):%d/%m}", one.n) for one in asked}
    assert by_day == {
        ("burst", "Trần Thị Bình", "16/05", 40),
        ("night", "Trần Thị Bình", "17/05", 12),
        ("same_minute", "Trần Thị Bình", "17/05", 12),
        ("same_minute", "Vũ Văn Em", "18/05", 12),
    }
    assert all(one.text.endswith("?") for one in asked), "a question, never an accusation"
    assert {one.who for one in written.asked("giang")} == {"Trần Thị Bình"}, "area 1 only"
    assert written.asked("an") == []


def test_planted_reasons_and_a_jump_at_the_end(worlds: NewWorld) -> None:
    """Moves written straight into the ledger: team 2 has one reason for everybody, team 1 tells many exits on the last day."""
    world = worlds()
    written = Written(world)
    context = world.context()
    teams = {post.team_id: login for login in ("an", "dung") for post in world.actor(login).posts}
    last, no = local_day(context.ends_at - 1), 90_000
    exits = ("abroad", "dead", "moved_out", "army")
    assert set(exits) <= set(context.pack.main_track.states)
    events: list[dict[str, Any]] = []

    def told(team: Any, state: str, moment: Instant, *, about: uuid.UUID | None = None) -> None:
        nonlocal no
        no += 1
        events.append(
            {
                "unit_id": world.unit_id, "ledger_no": no, "kind": "move", "cause": "person", "campaign_id": world.campaign_id,
                "track": context.pack.main_track.id, "state": state, "team_id": team, "door_id": written.door,
                "about_id": about, "happened_at": moment, "recorded_at": moment,
            }
        )  # fmt: skip

    for team, login in teams.items():
        for day in range(last - 7, last + 1):
            noon = day_start(day) + 12 * HOUR
            for n in range(10):
                written.visit(login, noon + n * 4 * MINUTE)
            many = 24 if login == "an" and day == last else 3 if login == "dung" else 1
            for n in range(many):
                told(team, "abroad" if login == "dung" else exits[n % 4], noon + n * MINUTE)
    (first, _) = sorted(teams, key=lambda team: teams[team])
    told(first, next(n for n, state in context.pack.main_track.states.items() if state.done), FIRST)
    written.save(events)

    asked = written.asked()

    assert sorted((one.kind, one.who, one.n) for one in asked) == [
        ("jump", "Tổ công tác số 1", 24),
        ("no_contact", "Tổ công tác số 1", 1),
        ("one_reason", "Tổ công tác số 2", 24),
    ]
    assert [one.who for one in written.asked("giang")] == ["Tổ công tác số 1"] * 2


def test_an_honest_team_is_almost_never_asked_about() -> None:
    """Campaigns of 15 teams drawn by chance, areas differing. Measured over 1.500 campaigns: 29 of 22.500 teams, 0,13 %."""
    dice, asked, teams = random.Random(5), 0, 0
    reasons = ("abroad", "moved_out", "dead", "army", "ill")
    for _ in range(300):
        exits: dict[uuid.UUID, dict[str, int]] = {}
        for number in range(15):
            weights = [dice.gammavariate(1.2, 1) for _ in reasons]
            picked = dice.choices(reasons, weights, k=dice.randint(0, 60))
            exits[uuid.UUID(int=number)] = {each: picked.count(each) for each in set(picked)} or {"dead": 0}
            rate, drift = dice.uniform(0.02, 0.3), dice.uniform(1, 1.8)
            days = [honest_team_day(dice, day, rate * (drift if day > 10 else 1)) for day in range(1, 14)]
            asked += bool(jumps(days, last_day=13))
            teams += 1
        asked += len(one_reason(exits))

    assert teams == 4_500
    assert asked * 100 < teams, asked


def honest_team_day(dice: random.Random, day: int, rate: float) -> TeamDay:
    """A day on which each visit brings an exit with some chance; towards the end somewhat more, for the hard doors are left."""
    visits = dice.randint(10, 60)
    return TeamDay(day, sum(dice.random() < rate for _ in range(visits)), visits)


def test_visits_made_through_the_pages_raise_no_question(world: World) -> None:
    world.go_to("2025-05-16 18:00")
    for number in range(12):
        door, (case,) = world.household(["Nguyễn Văn Một"], house=f"{number:02}")
        world.clock.move_to(world.clock.now() + 3 * MINUTE)
        world.visit("binh", door, Finding("took_part", case))

    with world.store.read() as session:
        assert questions(session, world.actor("hai"), world.context()) == []


def test_the_limits_say_what_they_mean() -> None:
    assert limits.BURST_WITHIN // limits.BURST_VISITS == 15 * SECOND
    assert limits.NO_CONTACT == 1
