"""The table of doors and the hand-over of "all that match" mean the same doors."""

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rules.time import at
from tests.workflow.roster_apply.lists import Office, person
from tests.workflow.team.conftest import Teamwork, statements
from workflow.actions.record_visit import Finding
from workflow.errors import CountChanged
from workflow.queries.door_filter import DoorFilter
from workflow.queries.door_table import PAGE, SORTS, door_table, preview_hand_over
from workflow.tables import Door

EVERY_DOOR = DoorFilter()


def table(team: Teamwork, wanted: DoorFilter = EVERY_DOOR, by: str = "an", **options: Any):
    return team.read(by, door_table, wanted, now=team.world.clock.now(), **options)


def ids(page: Any) -> set[uuid.UUID]:
    return {row.id for row in page.rows}


@pytest.fixture
def street(team: Teamwork) -> dict[str, uuid.UUID]:
    """Doors of the first team in every condition, and noise in the second."""
    doors = {
        name: team.door(f"Nguyễn Văn {name.title()}", holder="binh") for name in ("fresh", "late", "stuck", "done")
    }
    doors["free"] = team.door("Đặng Thị Hoà")
    doors["far"] = team.door("Nguyễn Văn Xa", holder="em", area="A2")
    world = team.world
    world.go_to("2025-05-17 21:00")
    world.visit("binh", doors["stuck"], "nobody_home", happened="2025-05-15 09:00")
    world.visit("binh", doors["stuck"], "nobody_home", happened="2025-05-15 11:00")
    world.visit("binh", doors["late"], "nobody_home", happened="2025-05-17 09:00")
    world.visit("em", doors["far"], "nobody_home", happened="2025-05-15 09:00")
    world.visit("binh", doors["done"], Finding("took_part", team.cases(doors["done"])[0]))
    return doors


FILTERS = [
    (DoorFilter(), {"fresh", "late", "stuck", "done", "free"}),
    (DoorFilter(with_work=True), {"fresh", "late", "stuck", "free"}),
    (DoorFilter(without_holder=True), {"free"}),
    (DoorFilter(overdue=True), {"late", "stuck"}),
    (DoorFilter(stuck=True), {"stuck"}),
    (DoorFilter(attempts_at_least=2), {"stuck"}),
    (DoorFilter(search="HOA"), {"free"}),
    (DoorFilter(search="đặng thi hòa"), {"free"}),
    (DoorFilter(search="100%"), set()),
    (DoorFilter(search="_"), set()),
]


@pytest.mark.parametrize(("wanted", "names"), FILTERS)
def test_every_filter_means_the_same_in_table_preview_and_hand_over(
    team: Teamwork, street: dict[str, uuid.UUID], wanted: DoorFilter, names: set[str]
) -> None:
    expected = {street[name] for name in names}

    page = table(team, wanted)
    options = {"team_id": team.teams["T1"], "assignee_id": team.member("cuong")}
    seen = team.read("an", preview_hand_over, wanted, now=team.world.clock.now(), **options)
    told = team.give(wanted, "cuong", by="an", expected=page.total)

    assert (ids(page), page.total) == (expected, len(expected))
    assert (seen.matched, seen.moved, seen.already, seen.absent) == (len(expected), len(expected), 0, 0)
    assert (told["moved"], told["skipped"]) == (seen.moved, {"already": 0, "absent": 0})
    assert {door.id for door in team.world.rows(Door, Door.assignee_id == team.member("cuong"))} == expected


def test_by_area_team_and_holder(team: Teamwork, street: dict[str, uuid.UUID]) -> None:
    everything = DoorFilter()

    assert ids(table(team, replace(everything, area_id=team.areas["A2"]), by="hai")) == {street["far"]}
    assert ids(table(team, replace(everything, team_id=team.teams["T2"]), by="hai")) == {street["far"]}
    assert ids(table(team, replace(everything, assignee_id=team.member("em")), by="hai")) == {street["far"]}
    assert table(team, replace(everything, team_id=team.teams["T2"])).total == 0  # not in a leader's scope


def test_an_address_is_found_by_its_words_in_any_order(team: Teamwork, tmp_path: Path) -> None:
    office = Office(team.world, tmp_path)
    office.bring("L1", [
        person(1, house="Số 5, Ngõ 35", head="Chủ Một"), person(2, house="Số 35, Ngõ 5", head="Chủ Hai"),
        person(3, house="Số 135, Đường Lê Lợi", head="Chủ Ba"),
    ])  # fmt: skip

    def found(text: str) -> list[tuple[str, str]]:
        return sorted((row.lane, row.house_no) for row in table(team, DoorFilter(search=text), by="hai").rows)

    assert len(found("35")) == 2  # and not 135
    assert found("ngo 35") == found("Ngõ 35, 5".replace(",", "")) == [("Ngõ 35", "5"), ("Ngõ 5", "35")]
    assert len(found("đường lê lợi")) == len(found("135 le loi")) == 1
    assert len(found("")) == 3


def test_rows_say_what_a_leader_needs_and_not_how_anybody_ended(team: Teamwork) -> None:
    world = team.world
    door = team.door("Trần Văn Một", "Lê Thị Hai", "Vũ Văn Ba", holder="binh")
    one, two, _ = team.cases(door)
    world.go_to("2025-05-16 09:00")
    world.visit("binh", door, Finding("took_part", one), Finding("not_taking_part", two))

    [row] = table(team).rows

    assert (row.holder, row.team, row.area, row.open_cases) == ("Trần Thị Bình", "Tổ công tác số 1", "Tổ dân phố 1", 1)
    assert (row.names, row.last_contact) == (("Vũ Văn Ba",), at("2025-05-16 09:00"))
    assert "declined" not in repr(row)


def test_a_door_reads_the_same_however_everybody_there_ended(team: Teamwork) -> None:
    world = team.world
    doors = [team.door("Trần Văn Một", holder="binh", house="1") for _ in range(2)]
    world.go_to("2025-05-16 09:00")
    for door, outcome in zip(doors, ("took_part", "not_taking_part"), strict=True):
        world.visit("binh", door, Finding(outcome, team.cases(door)[0]))

    first, second = table(team, DoorFilter(search="mot")).rows

    assert replace(first, id=second.id) == second


def test_pages_add_up_and_a_page_too_far_is_the_last(team: Teamwork, tmp_path: Path) -> None:
    people = [person(n, house=f"Số {n}, Ngõ 1", head=f"Chủ {n}") for n in range(PAGE + 3)]
    Office(team.world, tmp_path).bring("L1", people)

    first, second, far = (table(team, by="hai", page=page) for page in (1, 2, 9))

    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (PAGE + 3, 2, PAGE, 3)
    assert not ids(first) & ids(second)
    assert (far.page, far.rows) == (2, second.rows)
    assert [row.house_no for row in first.rows][:4] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("sort", [*SORTS, "no such column"])
def test_every_sort_shows_every_door_once(team: Teamwork, street: dict[str, uuid.UUID], sort: str) -> None:
    rows = table(team, by="hai", sort=sort).rows

    assert {row.id for row in rows} == set(street.values())
    expected_first = {"follow_up": "stuck", "attempts": "stuck", "holder": "free"}
    if sort in expected_first:
        wanted = {street[expected_first[sort]], *([street["far"]] if sort == "follow_up" else [])}
        assert rows[0].id in wanted


def test_nothing_moves_when_another_number_matches_than_was_seen(team: Teamwork, street: dict[str, uuid.UUID]) -> None:
    wanted = DoorFilter(without_holder=True)
    seen = table(team, wanted).total
    team.door("Phạm Văn Mới")
    before = len(team.world.events())

    with pytest.raises(CountChanged, match="có 1 hộ khớp, bây giờ có 2 hộ"):
        team.give(wanted, "cuong", by="an", expected=seen)

    assert len(team.world.events()) == before
    assert team.give(wanted, "cuong", by="an", expected=2)["moved"] == 2


def test_ticked_doors_that_are_foreign_or_gone_are_counted_as_absent(
    team: Teamwork, street: dict[str, uuid.UUID]
) -> None:
    chosen = [street["fresh"], street["free"], street["far"], uuid.uuid4(), street["fresh"]]
    options = {"team_id": team.teams["T1"], "assignee_id": team.member("binh"), "now": team.world.clock.now()}

    seen = team.read("an", preview_hand_over, chosen, **options)
    told = team.give(chosen, "binh", by="an", expected=2)

    assert (seen.matched, seen.moved, seen.already, seen.absent) == (2, 1, 1, 2)
    assert (told["moved"], told["skipped"]) == (1, {"already": 1, "absent": 2})


def test_doors_seen_but_not_theirs_to_give_stay(team: Teamwork, street: dict[str, uuid.UUID]) -> None:
    """A duty leader sees the doors of the area; giving them is somebody else's."""
    seen = team.read("giang", preview_hand_over, DoorFilter(), team_id=team.teams["T1"], assignee_id=None, now=team.world.clock.now())  # fmt: skip

    assert (seen.matched, seen.moved, seen.absent) == (5, 0, 5)


def test_three_statements_a_page(team: Teamwork, street: dict[str, uuid.UUID]) -> None:
    world = team.world
    with world.store.read() as session:
        actor, context = world.actor("an"), world.context()
        with statements(world) as seen:
            door_table(session, actor, context, DoorFilter(search="nguyen"), now=world.clock.now())

    assert len(seen) == 3  # the count, the rows, the names


def test_another_unit_shares_no_row(team: Teamwork, street: dict[str, uuid.UUID], worlds: Any) -> None:
    other = Teamwork(worlds())
    other.door("Nguyễn Văn Khác")

    assert table(other, by="hai").total == 1
