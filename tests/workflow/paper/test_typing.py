"""A returned sheet typed in: one visit a door, every row answered, nothing lost, nothing twice."""

import uuid

import pytest
from sqlalchemy import update

from rules.time import at, show
from tests.workflow.conftest import NewWorld
from tests.workflow.paper.sheets import line_of, line_of_door, print_for, settle, sheet_lines, type_in
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.errors import AlreadyDecided, BadInput, NotFound, OutsideWindow
from workflow.tables import Audit, Case, Command, Door, Request, Visit, VisitOutcome, table_of
from workflow.verify import verify
from workflow.verify.personal import CHECK as PERSONAL

PRINTED, EVENING, LATER = "2025-05-16 08:00", "2025-05-16 20:00", "2025-05-16 21:00"


def is_proven(world: World) -> None:
    """The unit's ledger, rows and roll-ups agree in every point that is checked (its people's values were never sealed)."""
    with world.store.read() as session:
        found = verify(session, [world.unit_id]).violations
    assert [str(each) for each in found if each.check != PERSONAL] == []


def printed(world: World, doors: int, people: int = 2) -> list[tuple[uuid.UUID, list[uuid.UUID]]]:
    """Put doors on the list, print them as sheet 1 and go to the evening."""
    names = ["Nguyễn Văn Một", "Trần Thị Hai", "Lê Văn Ba"][:people]
    homes = [world.household(list(names), lane=f"Ngõ {1 + n // 5}", house=str(n)) for n in range(doors)]
    world.go_to(PRINTED)
    print_for(world, "an")
    world.go_to(EVENING)
    return homes


def balanced(told: dict[str, int]) -> bool:
    """Whether every row is in exactly one of the three counts."""
    return told["typed"] == told["recorded"] + told["refused"] + told["blank"]


def test_thirty_lines_become_one_visit_a_door_each_recorded_once(world: World) -> None:
    homes = printed(world, doors=10)
    binh = world.actor("binh").membership_id
    rows: list[tuple[int | str, ...]] = []
    for number, (door, (one, two)) in enumerate(homes):
        if number % 5 == 0:
            rows += [(line_of_door(world, 1, door), "0"), (line_of(world, 1, one), ""), (line_of(world, 1, two), "")]
        else:
            rows += [
                (line_of_door(world, 1, door), ""),
                (line_of(world, 1, one), "1"),
                (line_of(world, 1, two), "5", "19h"),
            ]
    assert len(rows) == 30

    told = type_in(world, "an", 1, rows, visited="2025-05-16 18:00", done_by=binh, key="sheet-1")
    again = type_in(world, "an", 1, rows, visited="2025-05-16 18:00", done_by=binh, key="sheet-1")

    assert again == told
    assert (told["typed"], told["recorded"], told["refused"], told["blank"]) == (30, 18, 0, 12)
    assert told["doors"] == len(world.rows(Visit)) == 10
    visits = world.rows(Visit)
    assert {visit.done_by_id for visit in visits} == {binh}
    assert {visit.recorded_by_id for visit in visits} == {world.actor("an").membership_id}
    assert {show(visit.happened_at) for visit in visits} == {"2025-05-16 18:00"}
    promised = [outcome.promised_at for outcome in world.rows(VisitOutcome) if outcome.outcome == "promised"]
    assert [show(each) for each in promised if each is not None] == ["2025-05-16 19:00"] * 8
    assert sorted(case.state for case in world.rows(Case)) == ["activated"] * 12 + ["submitted"] * 8
    is_proven(world)


def test_a_refused_door_loses_nothing_of_the_others_and_each_row_says_why(world: World) -> None:
    homes = printed(world, doors=3)
    (first, (one, two)), (second, (three, four)), (third, (five, _)) = homes
    nowhere = len(sheet_lines(world, 1)) + 1

    told = type_in(
        world, "an", 1,
        [
            (line_of(world, 1, one), "1"),
            (line_of(world, 1, two), "2"),  # cannot activate who is active: the whole of this door waits
            (line_of(world, 1, three), "1"),
            (line_of(world, 1, four), "5"),  # a promise without its time
            (line_of(world, 1, five), "1"),
            (line_of_door(world, 1, third), ""),
            (nowhere, "1"),
            ("", "1"),
            ("ba", "1"),
            (line_of(world, 1, one), "7"),  # the same line once more
            (line_of_door(world, 1, second), "1"),  # a person's code for a whole door
        ],
        visited="2025-05-16 18:00",
    )  # fmt: skip

    assert balanced(told)
    assert (told["recorded"], told["refused"], told["blank"]) == (1, 9, 1)
    says = [row["say"] for row in told["rows"]]
    assert f"dòng {line_of(world, 1, one)}" in says[9]
    assert "hai lần" in says[9]
    assert f"không có dòng {nowhere}" in says[6]
    assert "chưa có số dòng" in says[7]
    assert "không đọc được" in says[8]
    assert "của từng người" in says[10]
    assert says[4] == says[5] == ""
    assert [visit.door_id for visit in world.rows(Visit)] == [third]
    assert world.case(five).state == "submitted"
    assert world.door(first).attempts == world.door(second).attempts == 0
    assert all(say.count("Kết quả thứ") == 0 for say in says)
    is_proven(world)


def test_the_row_that_refuses_is_named_and_the_rest_of_its_door_waits_for_it(world: World) -> None:
    (door, (one, two)), (_, (three, _)) = printed(world, doors=2)
    lines = line_of(world, 1, one), line_of(world, 1, two)

    told = type_in(
        world, "an", 1, [(lines[0], "1"), (lines[1], "3"), (line_of(world, 1, three), "1")], visited="2025-05-16 18:00"
    )

    says = [row["say"] for row in told["rows"]]
    assert says[0] == f"chưa ghi, vì dòng {lines[1]} của cùng hộ chưa ghi được; sửa dòng ấy rồi gửi lại"
    assert "Đăng ký tài khoản mức 2" in says[1]
    assert [row["status"] for row in told["rows"]] == ["refused", "refused", "recorded"]
    mended = type_in(world, "an", 1, [(lines[0], "1"), (lines[1], "4")], visited="2025-05-16 18:00")
    assert [row["say"] for row in mended["rows"]] == ["", ""]
    assert (mended["recorded"], mended["doors"]) == (2, 1)
    assert [visit.outcomes for visit in world.rows(Visit) if visit.door_id == door] == [2]
    is_proven(world)


def test_all_that_is_wrong_in_a_household_and_in_a_row_is_told_at_once(world: World) -> None:
    ((_, (one, two, three)),) = printed(world, doors=1, people=3)
    lines = [line_of(world, 1, case) for case in (one, two, three)]

    told = type_in(
        world, "an", 1, [(lines[0], "ZZ", "7h99"), (lines[1], "3"), (lines[2], "1")], visited="2025-05-16 18:00"
    )

    says = [row["say"] for row in told["rows"]]
    assert says[0] == "không có mã “ZZ”; xem bảng mã; giờ không có thật; nhập từ 0h00 đến 23h59"
    assert says[1].startswith("không ghi được “")
    assert says[2].startswith(f"chưa ghi, vì dòng {lines[0]} của cùng hộ")
    assert world.rows(Visit) == []
    is_proven(world)


def test_a_line_is_recorded_once_a_day_whatever_is_typed_later_and_again_after_a_slip_was_taken_back(
    world: World,
) -> None:
    ((_, (one, _)),) = printed(world, doors=1)
    line = line_of(world, 1, one)
    type_in(world, "an", 1, [(line, "4")], visited="2025-05-16 18:00")

    for code in ("4", "1", "9"):
        told = type_in(world, "an", 1, [(line, code)], visited="2025-05-16 18:30")
        assert told["rows"][0]["say"].startswith("dòng này của phiếu đã được ghi cho ngày ấy")
    world.go_to("2025-05-17 20:00")
    assert type_in(world, "an", 1, [(line, "7")], visited="2025-05-17 18:00")["recorded"] == 1
    number = world.rows(Visit)[0].ledger_no
    newest = world.rows(Visit)[1].ledger_no
    world.command("an", lambda b, c, a: void_event(b, c, a, newest, reason="gõ nhầm dòng"))
    world.command("an", lambda b, c, a: void_event(b, c, a, number, reason="gõ nhầm dòng"))
    assert type_in(world, "an", 1, [(line, "1")], visited="2025-05-16 18:00")["recorded"] == 1
    assert world.case(one).state == "submitted"
    is_proven(world)


@pytest.mark.parametrize("ended", ["took_part", "not_taking_part", "took_part_not_deducted"])
@pytest.mark.parametrize("code", ["1", "9", "38", "5"])
def test_who_ended_meanwhile_reads_the_same_whichever_way_and_whatever_is_typed(
    world: World, ended: str, code: str
) -> None:
    ((door, (one, two)),) = printed(world, doors=1)
    world.visit("an", door, Finding(ended, one), happened="2025-05-16 12:00")

    told = type_in(
        world,
        "an",
        1,
        [(line_of(world, 1, one), code, "20h30"), (line_of(world, 1, two), "7")],
        visited="2025-05-16 18:00",
    )

    assert told["rows"][0]["say"] == "đã kết thúc liên hệ với người này sau khi in phiếu; để trống dòng này"
    assert told["rows"][0]["status"] == "refused"


@pytest.mark.parametrize("code", ["1", "9", "38"])
def test_the_answer_and_the_traces_hold_no_code_and_no_name(world: World, code: str) -> None:
    ((_, (one, two)),) = printed(world, doors=1)

    told = type_in(
        world, "an", 1, [(line_of(world, 1, one), code), (line_of(world, 1, two), "7")], visited="2025-05-16 18:00"
    )

    lines = line_of(world, 1, one), line_of(world, 1, two)
    assert told["rows"] == [{"line": line, "status": "recorded", "say": ""} for line in lines]
    kept = repr([command.answer for command in world.rows(Command)] + [trace.data for trace in world.rows(Audit)])
    assert "Nguyễn" not in kept
    assert "declined" not in kept
    assert "submitted" not in kept
    assert "took_part" not in kept
    visit = world.rows(Visit)[0].id
    assert world.rows(Audit, Audit.kind == "typed")[0].data == {
        "serial": 1, "lines": {"2": str(visit), "3": str(visit)},
    }  # fmt: skip


def test_documents_of_the_same_person_are_typed_on_the_same_line(world: World) -> None:
    _, cases = world.household(["Nguyễn Văn Một"], tracks=("driving_licence", "health_insurance"))
    world.go_to(PRINTED)
    print_for(world, "an")
    world.go_to(EVENING)
    line = line_of(world, 1, cases[0])
    assert len(sheet_lines(world, 1)) == 2

    refused = type_in(world, "an", 1, [(line, "1 X")], visited="2025-05-16 18:00")
    told = type_in(world, "an", 1, [(line, "1, g B0")], visited="2025-05-16 18:00")

    assert "“X” không dùng cho người này" in refused["rows"][0]["say"]
    assert told["recorded"] == 1
    assert [world.case(case).state for case in cases] == ["submitted", "linked", "not_applicable"]
    assert world.rows(Visit)[0].outcomes == 3
    is_proven(world)


def test_an_exit_asked_for_on_paper_is_first_shown_by_the_sheet_itself(world: World) -> None:
    ((_, (one, _)),) = printed(world, doors=1)
    line = line_of(world, 1, one)

    type_in(world, "an", 1, [(line, "31")], visited="2025-05-16 18:00")

    (request,) = world.rows(Request)
    assert (request.target, request.evidence, request.status) == ("dead", f"Phiếu giấy số 1, dòng {line}", "waiting")


def test_the_visitor_is_who_was_to_walk_and_a_row_may_have_its_own_time(world: World) -> None:
    homes = [world.household(["Nguyễn Văn Một"], house=str(n)) for n in range(3)]
    cuong = world.actor("cuong").membership_id
    with world.store.write() as session:
        table = table_of(Door)
        session.execute(update(table).where(table.c.unit_id == world.unit_id).values(assignee_id=cuong))
    world.go_to(PRINTED)
    print_for(world, "an", member=cuong)
    world.go_to(EVENING)
    lines = [line_of(world, 1, cases[0]) for _, cases in homes]

    told = type_in(
        world,
        "an",
        1,
        [(lines[0], "1"), (lines[1], "1", "", "17h15"), (lines[2], "7", "", "25h")],
        visited="2025-05-16 18:00",
    )

    assert [row["status"] for row in told["rows"]] == ["recorded", "recorded", "refused"]
    assert "0h00 đến 23h59" in told["rows"][2]["say"]
    assert {visit.done_by_id for visit in world.rows(Visit)} == {cuong}
    assert sorted(show(visit.happened_at) for visit in world.rows(Visit)) == ["2025-05-16 17:15", "2025-05-16 18:00"]


def test_a_door_that_went_to_somebody_else_is_refused_alone(world: World) -> None:
    homes = printed(world, doors=2, people=1)
    (gone, (one,)), (_, (two,)) = homes
    with world.store.write() as session:
        table = table_of(Door)
        session.execute(update(table).where(table.c.unit_id == world.unit_id, table.c.id == gone).values(team_id=None))

    told = type_in(
        world, "an", 1, [(line_of(world, 1, one), "1"), (line_of(world, 1, two), "1")], visited="2025-05-16 18:00"
    )

    assert [row["status"] for row in told["rows"]] == ["refused", "recorded"]
    assert "không còn ở phạm vi phụ trách" in told["rows"][0]["say"]
    assert world.case(one).state == "activated"


def test_what_concerns_the_whole_sheet_refuses_it_whole(world: World) -> None:
    ((_, (one, _)),) = printed(world, doors=1)
    rows = [(line_of(world, 1, one), "1")]
    before = len(world.events())

    with pytest.raises(OutsideWindow):
        type_in(world, "an", 1, rows, visited="2025-05-16 20:01")
    with pytest.raises(BadInput, match="trước khi in phiếu"):
        type_in(world, "an", 1, rows, visited="2025-05-16 07:59")
    with pytest.raises(BadInput, match="tối đa"):
        type_in(world, "an", 1, rows * 201, visited="2025-05-16 18:00")
    for login in ("dung", "em", "binh", "khanh"):
        with pytest.raises(NotFound):
            type_in(world, login, 1, rows, visited="2025-05-16 18:00")
    with pytest.raises(NotFound):
        type_in(world, "an", 2, rows, visited="2025-05-16 18:00")
    with pytest.raises(BadInput, match="Người đi: không thuộc"):
        type_in(world, "an", 1, rows, visited="2025-05-16 18:00", done_by=uuid.uuid4())
    settle(world, "an", 1, "destroyed")
    with pytest.raises(AlreadyDecided):
        type_in(world, "an", 1, rows, visited="2025-05-16 18:00")
    assert len(world.events()) == before


def test_ledger_numbers_have_no_gap_after_refused_doors(world: World) -> None:
    homes = printed(world, doors=4, people=2)
    rows = [
        (line_of(world, 1, case), "1" if number % 2 else "3")
        for number, (_, cases) in enumerate(homes)
        for case in cases
    ]

    told = type_in(world, "an", 1, rows, visited="2025-05-16 18:00")

    assert (told["recorded"], told["refused"]) == (4, 4)
    numbers = [event.ledger_no for event in world.events()]
    assert numbers == list(range(1, len(numbers) + 1))
    is_proven(world)


def test_a_sheet_of_the_ward_is_typed_by_its_own_codes(worlds: NewWorld) -> None:
    ward = worlds("an-lac-2025", starts="2025-05-06 08:00")
    _, (one, two) = ward.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    ward.go_to("2025-05-10 08:00")
    print_for(ward, "an")
    ward.go_to("2025-05-10 20:00")

    told = type_in(
        ward, "an", 1, [(line_of(ward, 1, one), "1"), (line_of(ward, 1, two), "37")], visited="2025-05-10 18:00"
    )

    assert (told["recorded"], told["refused"]) == (2, 0)
    assert [ward.case(case).state for case in (one, two)] == ["submitted", "sim_pending"]
    assert at("2025-05-10 18:00") == ward.rows(Visit)[0].happened_at
