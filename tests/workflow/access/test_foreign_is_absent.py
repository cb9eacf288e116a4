"""Nothing is allowed that is not written: a door of another team or unit, and one that is not there, look exactly alike."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.workflow.conftest import NewWorld
from tests.workflow.world import World
from workflow.access import Actor, Held, actor_by_login, actor_of, scope_of_doors, sees_door
from workflow.actions.decide_exit import decide_exit
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.actions.void_event import void_event
from workflow.errors import NotFound, WorkflowError
from workflow.tables import Account, Door, Event, Membership, PostHolding, Request, table_of

Act = Callable[..., dict[str, Any]]


def refusal(world: World, login: str, work: Act) -> WorkflowError:
    """Return what refuses this command, which must not change anything."""
    before = len(world.events())
    with pytest.raises(WorkflowError) as refused:
        world.command(login, work)
    assert len(world.events()) == before
    return refused.value


def acts(door: uuid.UUID, number: int, request: uuid.UUID) -> list[Act]:
    """Every action on a door, each also with input that could never be valid."""
    bad = VisitReport(door, 0, (), mode="drone")
    good = (Finding("nobody_home"),)
    return [
        lambda book, context, actor: record_visit(book, context, actor, bad),
        lambda book, context, actor: record_visit(book, context, actor, VisitReport(door, book.now, good)),
        lambda book, context, actor: void_event(book, context, actor, number, reason=""),
        lambda book, context, actor: decide_exit(book, context, actor, request, confirm=False),
    ]


@pytest.mark.parametrize("login", ["dung", "em", "khanh"])
def test_foreign_and_absent_read_the_same(world: World, login: str) -> None:
    door, (one,) = world.household(["Nguyễn Văn Một"], area="A1")
    world.go_to("2025-05-16 09:00")
    number = world.visit("an", door, Finding("died", one, evidence="giấy"))["ledger_no"]
    request = world.rows(Request)[0].id

    foreign = [refusal(world, login, act) for act in acts(door, number, request)]
    absent = [refusal(world, login, act) for act in acts(uuid.uuid4(), 10_000, uuid.uuid4())]

    assert {type(error) for error in [*foreign, *absent]} == {NotFound}
    assert len({str(error) for error in [*foreign, *absent]}) == 1


def test_another_units_door_is_absent(worlds: NewWorld) -> None:
    here, there = worlds(), worlds()
    door, (one,) = there.household(["Nguyễn Văn Một"])
    for world in (here, there):
        world.go_to("2025-05-16 09:00")
    number = there.visit("an", door, Finding("died", one, evidence="giấy"))["ledger_no"]
    request = there.rows(Request)[0].id

    for act in acts(door, number, request):
        assert type(refusal(here, "hai", act)) is NotFound


def test_a_post_that_ended_a_place_that_ended_and_a_disabled_account(world: World) -> None:
    door, _ = world.household(["Nguyễn Văn Một"])
    now = world.go_to("2025-05-16 09:00")
    binh = world.actor("binh").membership_id
    with world.store.write() as session:
        holding = table_of(PostHolding)
        session.execute(
            update(holding).where(holding.c.unit_id == world.unit_id, holding.c.membership_id == binh).values(to_at=now)
        )

    assert world.actor("binh").posts == ()
    with pytest.raises(NotFound):
        world.visit("binh", door, "nobody_home")
    with world.store.write() as session:
        session.execute(
            update(table_of(Membership))
            .where(Membership.unit_id == world.unit_id, Membership.id == binh)
            .values(to_at=now)
        )
    with pytest.raises(NotFound):
        world.actor("binh")
    with world.store.write() as session:
        login = uuid.uuid4().hex
        session.execute(
            table_of(Account).insert(),
            {
                "id": uuid.uuid4(),
                "login": login,
                "name": "Ai",
                "locale": "vi",
                "created_at": now,
                "disabled_at": now,
                "version": 1,
            },
        )
    with world.store.read() as session, pytest.raises(NotFound):
        actor_by_login(session, world.unit_id, login, now=now)
    with world.store.read() as session, pytest.raises(NotFound):
        actor_of(session, world.unit_id, uuid.uuid4(), now=now)


def test_a_row_is_seen_exactly_if_the_query_selects_it(world: World) -> None:
    doors = [
        world.household(["Nguyễn Văn Một"], area=area, house=str(n))[0] for n, area in enumerate(["A1", "A2", "A1"])
    ]
    binh, cuong = (world.actor(login).membership_id for login in ("binh", "cuong"))
    with world.store.write() as session:
        table = table_of(Door)
        session.execute(
            update(table).where(table.c.unit_id == world.unit_id, table.c.id == doors[0]).values(assignee_id=binh)
        )
        session.execute(
            update(table).where(table.c.unit_id == world.unit_id, table.c.id == doors[2]).values(team_id=None)
        )
    rows = world.rows(Door)
    places = [
        (None, None),
        (rows[0].team_id, None),
        (rows[1].team_id, None),
        (None, rows[0].area_id),
        (None, rows[1].area_id),
    ]
    roles = [
        "member",
        "team_leader",
        "area_head",
        "duty_leader",
        "coordinator",
        "administrator",
        "chair",
        "superior",
        "auditor",
        "support_desk",
        "plan_owner",
        "unheard_of",
    ]
    actors = [
        Actor(
            world.unit_id, uuid.uuid4(), member, "Ai", (Held(uuid.uuid4(), role, role, role, team, area, None, None),)
        )
        for member in (binh, cuong)
        for role in roles
        for team, area in places
    ]
    actors.append(Actor(uuid.uuid4(), uuid.uuid4(), binh, "Ai", actors[20].posts))

    seen = 0
    for actor in actors:
        with world.store.read() as session:
            selected = set(session.scalars(select(Door.id).where(Door.unit_id == world.unit_id, scope_of_doors(actor))))
        assert selected == {row.id for row in rows if sees_door(actor, row)}
        seen += len(selected)
    assert seen > 20


def test_nothing_written_says_who_did_not_take_part(world: World) -> None:
    """The event holds the state, as it must; what people are told does not."""
    door, (one, two) = world.household(["Nguyễn Văn Một", "Nguyễn Thị Hai"])
    world.go_to("2025-05-16 09:00")
    told = world.visit("an", door, Finding("not_taking_part", one))

    world.go_to("2025-05-16 10:00")
    later = world.visit("binh", door, Finding("needs_help", two))

    assert "declined" not in repr(told)
    assert "declined" not in repr(later)
    assert later["cases"][str(one)]["label"] == "Đã kết thúc liên hệ"
    assert world.events(Event.state == "declined")
