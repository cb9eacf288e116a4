"""What everybody in a team carries: in doors and visits, and never in how people ended."""

import uuid

import pytest
from sqlalchemy import update

from rules.time import at
from tests.workflow.team.conftest import Teamwork, statements
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.errors import NotFound
from workflow.queries.team_load import DoorCounts, members_of_team, team_load, teams_seen
from workflow.tables import PostHolding, Visit, table_of

EVENING = "2025-05-16 19:00"


def load(team: Teamwork, login: str = "an", code: str = "T1"):
    return team.read(login, team_load, team.teams[code], now=team.world.clock.now())


def by_name(found):
    return {member.name: member for member in found.members}


def test_doors_follow_ups_and_visits_of_each_member(team: Teamwork) -> None:
    world = team.world
    late, promised, done, waiting = (team.door(holder="binh") for _ in range(4))
    team.door()
    team.door(holder="em", area="A2")
    world.go_to("2025-05-16 09:00")
    world.visit("binh", late, "nobody_home", happened="2025-05-15 10:00")
    world.visit("binh", promised, Finding("door_promised", promised_at=at("2025-05-16 20:00")))
    world.visit("binh", done, Finding("took_part", team.cases(done)[0]))
    world.go_to(EVENING)

    found = load(team)

    binh, cuong = by_name(found)["Trần Thị Bình"], by_name(found)["Lê Văn Cường"]
    assert binh.doors == DoorCounts(held=4, open=3, overdue=1, stuck=1, promised_today=1)
    assert (binh.visits_today, binh.last_visit_at) == (2, at("2025-05-16 09:00"))
    assert (cuong.doors, cuong.visits_today, cuong.last_visit_at) == (DoorCounts(), 0, None)
    assert (found.nobody, found.total.held, found.total.open) == (DoorCounts(held=1, open=1), 5, 4)
    assert [member.role for member in found.members] == ["team_leader", "member", "member"]
    assert waiting


def test_a_voided_visit_and_yesterdays_promise_do_not_count(team: Teamwork) -> None:
    world, door = team.world, team.door(holder="binh")
    world.go_to("2025-05-15 09:00")
    world.visit("binh", door, Finding("door_promised", promised_at=at("2025-05-15 20:00")))
    world.go_to("2025-05-16 08:00")
    number = world.visit("binh", door, "nobody_home")["ledger_no"]
    visits = table_of(Visit)
    with world.store.write() as session:
        session.execute(
            update(visits).where(visits.c.unit_id == world.unit_id, visits.c.ledger_no == number).values(voided_no=9999)
        )

    binh = by_name(load(team))["Trần Thị Bình"]

    assert (binh.visits_today, binh.last_visit_at) == (0, at("2025-05-15 09:00"))
    assert binh.doors.promised_today == 0


def test_whoever_left_the_team_but_still_holds_doors_is_named(team: Teamwork) -> None:
    world = team.world
    team.door(holder="binh")
    team.door(holder="cuong")
    now = world.go_to("2025-05-16 09:00")
    holdings = table_of(PostHolding)
    with world.store.write() as session:
        session.execute(
            update(holdings)
            .where(holdings.c.unit_id == world.unit_id, holdings.c.membership_id == team.member("cuong"))
            .values(to_at=now)
        )

    found = load(team)

    gone = by_name(found)["Lê Văn Cường"]
    assert (gone.role, gone.doors.held) == (None, 1)
    assert found.members[-1] == gone
    assert found.total.held == sum(member.doors.held for member in found.members) == 2
    with world.store.read() as session:
        names = [name for _, name in members_of_team(session, world.unit_id, team.teams["T1"], now=now)]
    assert names == ["Nguyễn Văn An", "Trần Thị Bình"]


def test_who_sees_which_team(team: Teamwork) -> None:
    def codes(login: str) -> list[str]:
        with team.world.store.read() as session:
            return [seen.code for seen in teams_seen(session, team.world.actor(login))]

    assert {login: codes(login) for login in ("an", "dung", "giang", "hai", "binh", "khanh")} == {
        "an": ["T1"], "dung": ["T2"], "giang": ["T1"], "hai": ["T1", "T2"], "binh": [], "khanh": [],
    }  # fmt: skip
    for login, code in (("an", "T2"), ("giang", "T2"), ("binh", "T1"), ("khanh", "T1")):
        with pytest.raises(NotFound):
            load(team, login, code)
    with pytest.raises(NotFound):
        team.read("hai", team_load, uuid.uuid4(), now=team.world.clock.now())


def test_a_duty_leader_counts_only_the_doors_of_the_area(team: Teamwork) -> None:
    near, far = team.door(holder="binh"), team.door(area="A2")
    team.give([far], "binh")

    assert by_name(load(team, "giang"))["Trần Thị Bình"].doors.held == 1
    assert by_name(load(team, "hai"))["Trần Thị Bình"].doors.held == 2
    assert near != far


def test_three_statements_however_many_people(team: Teamwork, world: World) -> None:
    for n in range(6):
        team.door(holder=("binh", "cuong")[n % 2])

    def asked() -> int:
        with world.store.read() as session:
            actor, context = world.actor("an"), world.context()
            with statements(world) as seen:
                team_load(session, actor, context, team.teams["T1"], now=world.clock.now())
            return len(seen)

    few = asked()
    for _ in range(6):
        team.door(holder="binh")
    assert asked() == few == 3  # the teams seen, the members, the totals


def test_how_somebody_ended_changes_no_count(team: Teamwork, world: World) -> None:
    """Two teams, alike but for one outcome: everything a leader reads of them is equal."""
    doors = [team.door(holder="binh"), team.door(holder="em", area="A2")]
    world.go_to("2025-05-16 09:00")
    for login, door, outcome in zip(("binh", "em"), doors, ("took_part", "not_taking_part"), strict=True):
        world.visit(login, door, Finding(outcome, team.cases(door)[0]))

    first, second = load(team, "hai", "T1"), load(team, "hai", "T2")

    assert first.total == second.total
    assert by_name(first)["Trần Thị Bình"].doors == by_name(second)["Vũ Văn Em"].doors
