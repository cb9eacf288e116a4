"""The head of an area: the households of that area, and movements reported as requests; a report is no visit."""

import uuid
from typing import Any

import pytest
from sqlalchemy import event

from tests.workflow.conftest import NewWorld
from tests.workflow.desk.posts import appoint
from tests.workflow.paper.test_typing import is_proven
from tests.workflow.world import World
from workflow.actions.decide_exit import decide_exit
from workflow.actions.record_visit import Finding
from workflow.actions.report_movement import report_movement, withdraw_movement
from workflow.errors import AlreadyDecided, BadInput, MoveNotAllowed, NotFound, NotPermitted, WorkflowError
from workflow.queries.area_movements import (
    Household,
    count_households_of_own_area,
    households_of_own_area,
    lanes_of_own_area,
    own_reports,
)
from workflow.tables import Request, Visit


@pytest.fixture
def area(world: World) -> World:
    """The world with a head of the first area."""
    appoint(world, "minh", "area_head", area="A1", name="Đinh Văn Minh")
    return world


def report(world: World, login: str, case: uuid.UUID, outcome: str, evidence: str | None = None) -> dict[str, Any]:
    """Report a movement as somebody."""
    return world.command(login, lambda b, c, a: report_movement(b, c, a, case, outcome, evidence=evidence))


def households(world: World, login: str = "minh", **options: Any) -> list[Household]:
    """Return the households that somebody heads."""
    with world.store.read() as session:
        return households_of_own_area(session, world.actor(login), world.context(), now=world.clock.now(), **options)


def reports(world: World, login: str = "minh") -> list[tuple[str | None, str, str, str | None]]:
    """Return somebody's reports: name, label, status, reason."""
    with world.store.read() as session:
        found = own_reports(session, world.actor(login), world.context())
    return [
        (each.name, each.label if isinstance(each.label, str) else each.label.vi, each.status, each.reason)
        for each in found
    ]


def test_the_head_reports_a_death_and_the_leader_confirms_it(area: World) -> None:
    door, (one, two) = area.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    area.go_to("2025-05-16 09:00")
    area.visit("an", door, "nobody_home")
    before = area.door(door)

    told = report(area, "minh", one, "died", "Trích lục khai tử của xã")

    after = area.door(door)
    assert (after.follow_up_at, after.own_follow_up_at, after.attempts, after.last_contact) == (
        before.follow_up_at, before.own_follow_up_at, before.attempts, before.last_contact,
    )  # fmt: skip
    assert len(area.rows(Visit)) == 1
    (request,) = area.rows(Request)
    assert (request.target, request.confirm_by, request.status, request.evidence) == (
        "dead", "team_leader", "waiting", "Trích lục khai tử của xã",
    )  # fmt: skip
    ((first, second),) = [home.residents for home in households(area)]
    assert [(each.name, each.waiting) for each in (first, second)] == [
        ("Trần Thị Hai", False),
        ("Nguyễn Văn Một", True),
    ]
    assert second.movements == ()
    area.command("an", lambda b, c, a: decide_exit(b, c, a, uuid.UUID(told["request"]), confirm=True))
    assert area.case(one).state == "dead"
    assert area.case(two).state == "activated"
    assert reports(area) == [("Nguyễn Văn Một", "Đã chết", "confirmed", None)]
    is_proven(area)


def test_a_report_is_returned_with_a_reason_or_taken_back(area: World) -> None:
    _, (one, two) = area.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    area.go_to("2025-05-16 09:00")
    first = uuid.UUID(report(area, "minh", one, "moved_out", "Gia đình báo")["request"])
    second = uuid.UUID(report(area, "minh", two, "went_abroad")["request"])

    area.command("an", lambda b, c, a: decide_exit(b, c, a, first, confirm=False, reason="bổ sung xác nhận"))
    area.command("minh", lambda b, c, a: withdraw_movement(b, c, a, second))

    assert reports(area) == [
        ("Trần Thị Hai", "Đi nước ngoài, không liên lạc được", "withdrawn", None),
        ("Nguyễn Văn Một", "Đã chuyển đi, không còn cư trú", "returned", "bổ sung xác nhận"),
    ]
    with pytest.raises(AlreadyDecided):
        area.command("minh", lambda b, c, a: withdraw_movement(b, c, a, second))
    report(area, "minh", two, "in_army")
    is_proven(area)


def test_foreign_and_absent_read_the_same_and_only_the_head_reports(area: World) -> None:
    _, (mine,) = area.household(["Nguyễn Văn Một"])
    _, (foreign,) = area.household(["Lê Văn Ba"], area="A2")
    area.go_to("2025-05-16 09:00")

    def refusal(login: str, case: uuid.UUID, outcome: str = "in_army") -> WorkflowError:
        with pytest.raises(WorkflowError) as refused:
            report(area, login, case, outcome)
        return refused.value

    for case in (foreign, uuid.uuid4()):
        for outcome in ("in_army", "nonsense"):
            assert type(refusal("minh", case, outcome)) is NotFound
    assert str(refusal("minh", foreign)) == str(refusal("minh", uuid.uuid4()))
    assert type(refusal("an", mine)) is NotPermitted
    assert type(refusal("khanh", mine)) is NotFound
    assert type(refusal("minh", mine, "took_part")) is BadInput
    assert type(refusal("minh", mine, "not_taking_part")) is BadInput
    assert "Căn cứ" in str(refusal("minh", mine, "died"))
    assert area.rows(Request) == []
    report(area, "minh", mine, "in_army")
    assert "đang chờ xác nhận" in str(refusal("minh", mine))
    request = area.rows(Request)[0].id
    for login, error in (("an", NotPermitted), ("dung", NotFound)):
        with pytest.raises(error):
            area.command(login, lambda b, c, a: withdraw_movement(b, c, a, request))


@pytest.mark.parametrize("ended", ["took_part", "not_taking_part", "took_part_not_deducted"])
def test_whoever_is_finished_is_left_out_the_same_way_and_refused_in_the_same_words(
    worlds: NewWorld, ended: str
) -> None:
    world = worlds()
    appoint(world, "minh", "area_head", area="A1")
    door, (one, _) = world.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    world.go_to("2025-05-16 09:00")
    world.visit("an", door, Finding(ended, one))

    ((left,),) = [home.residents for home in households(world)]

    assert left.name == "Trần Thị Hai"
    with pytest.raises(MoveNotAllowed) as refused:
        report(world, "minh", one, "moved_out", "Gia đình báo")
    assert "Đã kết thúc liên hệ" in str(refused.value)
    assert world.rows(Request) == []


def test_a_sensitive_reason_stays_hidden_also_from_who_reported_it(area: World) -> None:
    _, (one,) = area.household(["Nguyễn Văn Một"])
    area.go_to("2025-05-16 09:00")

    told = report(area, "minh", one, "in_prison", "Công an xã xác nhận")
    area.command("an", lambda b, c, a: decide_exit(b, c, a, uuid.UUID(told["request"]), confirm=True))

    assert reports(area) == [("Nguyễn Văn Một", "Không thể liên hệ", "confirmed", None)]
    ((one_shown,),) = [home.residents for home in households(area)]
    assert one_shown.label == "Không thể liên hệ"


def test_the_area_in_walking_order_lane_by_lane_page_by_page(area: World) -> None:
    for number in range(5):
        area.household(["Nguyễn Văn Một"], lane=f"Ngõ {number % 2}", house=str(number))
    area.household(["Lê Văn Ba"], area="A2")

    assert [home.house_no for home in households(area)] == ["0", "2", "4", "1", "3"]
    assert [home.house_no for home in households(area, lane="Ngõ 1")] == ["1", "3"]
    assert [home.house_no for home in households(area, limit=2, offset=2)] == ["4", "1"]
    assert households(area, "an") == households(area, "hai") == []
    with area.store.read() as session:
        minh, context = area.actor("minh"), area.context()
        assert lanes_of_own_area(session, minh, context) == [("Ngõ 0", 3), ("Ngõ 1", 2)]
        assert count_households_of_own_area(session, minh, context) == 5
        seen: list[str] = []
        connection = session.connection()
        listen = lambda *args: seen.append(args[2])  # noqa: E731 - one line, removed below
        event.listen(connection, "before_cursor_execute", listen)
        households_of_own_area(session, minh, context, now=area.clock.now())
        event.remove(connection, "before_cursor_execute", listen)
    assert len(seen) == 2
