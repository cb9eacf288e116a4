"""A route on paper: the doors of who prints it, in walking order, with whom to meet; numbered lines, a serial, a trace."""

import uuid

import pytest
from sqlalchemy import event, update

from rules.time import show
from tests.workflow.conftest import NewWorld
from tests.workflow.desk.posts import also_holds
from tests.workflow.paper.sheets import print_for, print_list_for, put_on_list, settle, sheet_lines
from tests.workflow.world import World
from workflow.access import Actor, printed_for
from workflow.actions.record_visit import Finding
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted
from workflow.queries.paper_route import RouteWish, doors_on_route, lanes_on_route, own_teams
from workflow.queries.printed_lists import lines_of_sheet, printed_log
from workflow.tables import Audit, Case, Door, PrintedList, table_of


def give(world: World, doors: list[uuid.UUID], login: str) -> None:
    """Give doors to somebody, as plainly as a test may."""
    member = world.actor(login).membership_id
    with world.store.write() as session:
        table = table_of(Door)
        session.execute(
            update(table).where(table.c.unit_id == world.unit_id, table.c.id.in_(doors)).values(assignee_id=member)
        )


def read_sheet(world: World, login: str, serial: int) -> list[tuple[int, str, str | None, str]]:
    """Return a sheet as somebody reads it: number, house, name, label."""
    actor, context = world.actor(login), world.context()
    with world.store.read() as session:
        sheet = printed_for(session, actor, context.id, serial)
        lines = lines_of_sheet(session, actor, context, sheet)
    return [
        (line.number, line.house_no, line.name, line.label if isinstance(line.label, str) else line.label.vi)
        for line in lines
    ]


def test_a_member_prints_own_doors_in_walking_order_with_whom_to_meet(world: World) -> None:
    far, _ = world.household(["Nguyễn Văn Xa"], lane="Ngõ 2", house="9")
    near, (one, two) = world.household(["Trần Thị Bé", "Lê Văn An"], lane="Ngõ 1", house="3")
    others, _ = world.household(["Phạm Văn Khác"], lane="Ngõ 1", house="5")
    free, _ = world.household(["Vũ Văn Trống"], lane="Ngõ 1", house="7")
    world.household(["Hồ Thị Xứ Lạ"], area="A2")
    give(world, [far, near], "binh")
    give(world, [others], "cuong")
    world.go_to("2025-05-16 08:00")

    told = print_for(world, "binh")

    assert told | {"printed": ""} == {"printed": "", "serial": 1, "doors": 2, "lines": 5}
    assert [(line.door_id, line.case_id) for _, line in sorted(sheet_lines(world, 1).items())] == [
        (near, None), (near, two), (near, one), (far, None), (far, sheet_lines(world, 1)[5].case_id),
    ]  # fmt: skip
    assert [row[1:3] for row in read_sheet(world, "binh", 1)] == [
        ("3", None), ("3", "Lê Văn An"), ("3", "Trần Thị Bé"), ("9", None), ("9", "Nguyễn Văn Xa"),
    ]  # fmt: skip
    also_free = print_for(world, "binh", also_free=True)
    assert (also_free["serial"], also_free["doors"]) == (2, 3)
    assert free in {line.door_id for line in sheet_lines(world, 2).values()}


def test_a_leader_prints_a_lane_an_area_or_a_members_doors(world: World) -> None:
    first, _ = world.household(["Nguyễn Văn Một"], lane="Ngõ 1", house="1")
    second, _ = world.household(["Nguyễn Văn Hai"], lane="Ngõ 2", house="1")
    give(world, [second], "cuong")
    world.go_to("2025-05-16 08:00")
    cuong = world.actor("cuong").membership_id

    print_for(world, "an")
    print_for(world, "an", lane="Ngõ 1", area="A1")
    print_for(world, "an", member=cuong)

    doors = [{line.door_id for line in sheet_lines(world, serial).values()} for serial in (1, 2, 3)]
    assert doors == [{first, second}, {first}, {second}]
    assert [sheet.assignee_id for sheet in world.rows(PrintedList)] == [None, None, cuong]
    with pytest.raises(BadInput, match="không thuộc tổ"):
        print_for(world, "an", member=world.actor("em").membership_id)
    with pytest.raises(BadInput, match="không còn hộ nào"):
        print_for(world, "an", area="A2")
    with pytest.raises(NotPermitted):
        print_for(world, "hai")


def test_nobody_finished_and_nobody_away_stands_on_a_sheet_and_serials_follow_each_other(world: World) -> None:
    door, (took, declined, unreconciled, left) = world.household(
        ["Nguyễn Văn Nộp", "Nguyễn Văn Thôi", "Nguyễn Văn Chờ", "Nguyễn Văn Còn"]
    )
    ended, (only,) = world.household(["Nguyễn Văn Xong"], house="2")
    world.go_to("2025-05-16 08:00")
    world.visit(
        "an", door, Finding("took_part", took), Finding("not_taking_part", declined),
        Finding("took_part_not_deducted", unreconciled),
    )  # fmt: skip
    world.visit("an", ended, Finding("took_part", only))

    first, second = print_for(world, "an"), print_for(world, "an")

    assert [first["serial"], second["serial"]] == [1, 2]
    assert {line.case_id for line in sheet_lines(world, 1).values()} == {None, left}
    assert ended not in {line.door_id for line in sheet_lines(world, 1).values()}
    traces = world.rows(Audit, Audit.kind == "print")
    assert [trace.data for trace in traces] == [
        {"serial": serial, "kind": "route", "doors": 1, "lines": 2} for serial in (1, 2)
    ]
    assert "Nguyễn" not in repr([first, second, [trace.data for trace in traces]])


@pytest.mark.parametrize("outcome", ["took_part", "not_taking_part", "took_part_not_deducted"])
def test_an_old_sheet_read_again_names_no_finished_contact_and_reads_the_same_for_each(
    worlds: NewWorld, outcome: str
) -> None:
    world = worlds()
    door, (one, _) = world.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    world.go_to("2025-05-16 08:00")
    print_for(world, "an")
    world.visit("an", door, Finding(outcome, one))

    read = read_sheet(world, "an", 1)

    assert read == [
        (1, "1", None, ""),
        (2, "1", "Trần Thị Hai", "Tài khoản mức 2 đang hoạt động, chưa góp ý"),
        (3, "1", None, "Đã kết thúc liên hệ"),
    ]


def test_a_door_handed_to_another_team_leaves_only_its_numbers_on_the_sheet(world: World) -> None:
    door, _ = world.household(["Nguyễn Văn Một"])
    world.household(["Nguyễn Văn Ở"], house="2")
    world.go_to("2025-05-16 08:00")
    print_for(world, "an")
    with world.store.write() as session:
        table = table_of(Door)
        session.execute(update(table).where(table.c.unit_id == world.unit_id, table.c.id == door).values(team_id=None))

    assert [row[1:3] for row in read_sheet(world, "an", 1)] == [
        ("", None),
        ("", None),
        ("2", None),
        ("2", "Nguyễn Văn Ở"),
    ]


def test_sheets_are_seen_by_the_team_that_walks_them(world: World) -> None:
    doors = [world.household([f"Nguyễn Văn {n}"], house=str(n))[0] for n in ("1", "2")]
    world.household(["Lê Văn Kia"], area="A2")
    give(world, doors[:1], "binh")
    give(world, doors[1:], "cuong")
    world.go_to("2025-05-16 08:00")
    for login in ("binh", "cuong", "dung"):
        print_for(world, login)

    def serials(login: str) -> list[int]:
        with world.store.read() as session:
            return [sheet.serial for sheet in printed_log(session, world.actor(login), world.context())]

    assert {login: serials(login) for login in ("an", "binh", "cuong", "dung", "em", "hai", "khanh", "giang")} == {
        "an": [2, 1], "binh": [1], "cuong": [2], "dung": [3], "em": [], "hai": [3, 2, 1], "khanh": [], "giang": [],
    }  # fmt: skip
    with world.store.read() as session:
        context, dung = world.context(), world.actor("dung")
        for serial in (1, 99):
            with pytest.raises(NotFound):
                printed_for(session, dung, context.id, serial)


def test_a_list_is_printed_for_a_team_handed_over_returned_and_destroyed(world: World) -> None:
    _, (one, two) = world.household([("Nguyễn Văn Một", "registered"), ("Trần Thị Hai", "activated")])
    _, (three,) = world.household([("Lê Văn Ba", "registered")], lane="Ngõ 0", house="1")
    _, (elsewhere,) = world.household([("Lê Văn Kia", "registered")], area="A2")
    _, (gone,) = world.household([("Lê Văn Cũ", "registered")], house="8")
    put_on_list(world, "L2", [one, three, elsewhere])
    put_on_list(world, "L1", [two])
    put_on_list(world, "L2", [gone], gone=True)
    world.go_to("2025-05-16 08:00")
    an, binh = (world.actor(login).membership_id for login in ("an", "binh"))

    told = print_list_for(world, "hai", "L2", team="T1", handed_to=an)

    assert (told["serial"], told["doors"], told["lines"]) == (1, 2, 2)
    assert [line.case_id for _, line in sorted(sheet_lines(world, 1).items())] == [three, one]
    world.go_to("2025-05-16 09:00")
    settle(world, "an", 1, "hand_over", to=binh)
    world.go_to("2025-05-16 17:00")
    settle(world, "an", 1, "returned")
    with pytest.raises(AlreadyDecided):
        settle(world, "an", 1, "returned")
    world.go_to("2025-05-17 08:00")
    settle(world, "hai", 1, "destroyed")
    with pytest.raises(AlreadyDecided):
        settle(world, "an", 1, "hand_over", to=binh)
    with world.store.read() as session:
        (sheet,) = printed_log(session, world.actor("an"), world.context())
        assert printed_log(session, world.actor("an"), world.context(), only_out=True) == []
    assert (sheet.printed_by, sheet.handed_to, sheet.list_code) == ("Đỗ Văn Hải", "Trần Thị Bình", "L2")
    assert [show(at) for at in (sheet.handed_at, sheet.returned_at, sheet.destroyed_at) if at is not None] == [
        "2025-05-16 09:00", "2025-05-16 17:00", "2025-05-17 08:00",
    ]  # fmt: skip
    assert [trace.data["step"] for trace in world.rows(Audit, Audit.kind == "paper")] == [
        "hand_over", "returned", "destroyed",
    ]  # fmt: skip


def test_a_list_goes_to_no_other_team_and_members_print_none(world: World) -> None:
    _, (one,) = world.household([("Nguyễn Văn Một", "registered")])
    put_on_list(world, "L2", [one])
    world.go_to("2025-05-16 08:00")
    em = world.actor("em").membership_id

    with pytest.raises(NotPermitted):
        print_list_for(world, "binh", "L2")
    with pytest.raises(BadInput, match="Người nhận"):
        print_list_for(world, "an", "L2", handed_to=em)
    with pytest.raises(BadInput, match="không có danh sách"):
        print_list_for(world, "an", "L9")
    with pytest.raises(BadInput, match="không còn ai"):
        print_list_for(world, "an", "L3")
    with pytest.raises(BadInput, match="Tổ công tác"):
        print_list_for(world, "hai", "L2")
    with pytest.raises(NotFound):
        print_list_for(world, "hai", "L2", team="T9")
    assert print_list_for(world, "an", "L2")["serial"] == 1
    for login, refusal in (("dung", NotFound), ("binh", NotFound), ("khanh", NotFound)):
        with pytest.raises(refusal):
            settle(world, login, 1, "returned")


def test_who_is_in_several_teams_says_for_which_and_gets_the_post_they_hold_there(world: World) -> None:
    also_holds(world, "em", "member", "T1")
    also_holds(world, "an", "team_leader", "T2")
    here, _ = world.household(["Nguyễn Văn Một"], area="A1")
    there, _ = world.household(["Trần Thị Hai"], area="A2")
    put_on_list(world, "L2", [case.id for case in world.rows(Case)])
    world.go_to("2025-05-16 08:00")

    for login in ("an", "em"):
        with pytest.raises(BadInput, match="chọn tổ"):
            print_for(world, login)
    with pytest.raises(BadInput, match="chọn tổ"):
        print_list_for(world, "an", "L2")
    with pytest.raises(NotPermitted):
        print_for(world, "em", team="T9")
    with pytest.raises(NotFound):
        print_list_for(world, "an", "L2", team="T9")

    doors = {}
    for team in ("T1", "T2"):
        for made in (print_for(world, "an", team=team), print_list_for(world, "an", "L2", team=team)):
            doors.setdefault(team, set()).update(line.door_id for line in sheet_lines(world, made["serial"]).values())
    assert doors == {"T1": {here}, "T2": {there}}


def test_the_log_of_a_sheet_is_kept_by_the_leader_of_its_own_team(world: World) -> None:
    also_holds(world, "dung", "member", "T1")
    door, _ = world.household(["Nguyễn Văn Một"])
    world.go_to("2025-05-16 08:00")
    made = print_for(world, "dung", team="T1", also_free=True)

    assert {line.door_id for line in sheet_lines(world, made["serial"]).values()} == {door}
    with pytest.raises(NotPermitted):
        settle(world, "dung", made["serial"], "returned")
    assert settle(world, "an", made["serial"], "returned")["step"] == "returned"


def test_a_route_of_many_doors_costs_as_many_statements_as_one_of_few(world: World) -> None:
    for number in range(12):
        world.household(["Nguyễn Văn Một", "Trần Thị Hai"], house=str(number))
    actor, context = world.actor("an"), world.context()

    def statements(limit: int) -> int:
        seen: list[str] = []
        with world.store.read() as session:
            (post,) = (team.post for team in own_teams(session, actor, ("team_leader",)))
            connection = session.connection()
            listen = lambda *args: seen.append(args[2])  # noqa: E731 - one line, removed below
            event.listen(connection, "before_cursor_execute", listen)
            assert len(doors_on_route(session, actor, context, post, RouteWish(), limit=limit)) == limit
            event.remove(connection, "before_cursor_execute", listen)
        return len(seen)

    assert statements(1) == statements(12) == 2
    with world.store.read() as session:
        (post,) = (team.post for team in own_teams(session, actor, ("team_leader",)))
        assert [(lane.lane, lane.doors) for lane in lanes_on_route(session, actor, context, post)] == [("Ngõ 1", 12)]


def test_somebody_of_another_unit_with_the_same_posts_sees_no_sheet(worlds: NewWorld) -> None:
    here, there = worlds(), worlds()
    here.household(["Nguyễn Văn Một"])
    here.go_to("2025-05-16 08:00")
    print_for(here, "an")
    an = here.actor("an")
    foreign = Actor(there.unit_id, an.account_id, an.membership_id, an.name, an.posts)

    with here.store.read() as session, pytest.raises(NotFound):
        printed_for(session, foreign, here.campaign_id, 1)
