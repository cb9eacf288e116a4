"""A whole number is shown only to who may call, is recorded each time, and only so many a day."""

import uuid

import pytest

from tests.workflow.queue.conftest import give, set_phone
from tests.workflow.world import World
from workflow.actions import reveal_phone as module
from workflow.actions.record_visit import Finding
from workflow.actions.reveal_phone import TooManyReveals, reveal_phone
from workflow.errors import BadInput, MoveNotAllowed, NotFound
from workflow.tables import Audit, Command
from workflow.vault import Vault


def reveal(world: World, vault: Vault, login: str, case):
    """Ask for a number as somebody."""
    return reveal_phone(world.store, world.clock, world.ids, vault, world.context(), world.actor(login), case)


@pytest.fixture
def numbers(given: World, vault: Vault) -> list[uuid.UUID]:
    """Four people with numbers behind two doors, the first door held by Bình."""
    first, one = given.household(["Nguyễn Văn Một", "Trần Thị Hai", "Vũ Văn Ba"], house="1")
    _, other = given.household(["Lê Thị Tư", "Lê Văn Năm"], house="2")
    cases = [*one, *other]
    for n, case in enumerate(cases[:4]):
        set_phone(given, vault, case, f"050012300{n}")
    give(given, first, "binh")
    given.go_to("2025-05-16 09:00")
    return cases


def test_the_number_and_one_row_that_does_not_hold_it(given: World, vault: Vault, numbers) -> None:
    found = reveal(given, vault, "binh", numbers[0])

    assert (found.name, found.phone) == ("Nguyễn Văn Một", "0500123000")
    [row] = given.rows(Audit)
    assert (row.kind, row.membership_id, row.about_id) == (
        "reveal", given.actor("binh").membership_id, given.case(numbers[0]).subject_id,
    )  # fmt: skip
    assert row.data["field"] == "phone"
    assert "0500" not in repr(row.data)
    assert not given.rows(Command)
    reveal(given, vault, "binh", numbers[0])
    assert len(given.rows(Audit)) == 2


def test_nobody_else_and_nothing_of_a_finished_contact(given: World, vault: Vault, numbers) -> None:
    for login in ("em", "dung", "khanh", "cuong"):
        with pytest.raises(NotFound):
            reveal(given, vault, login, numbers[0])
    with pytest.raises(NotFound):
        reveal(given, vault, "binh", uuid.uuid4())
    with pytest.raises(BadInput, match="chưa có số"):
        reveal(given, vault, "an", numbers[4])
    given.visit(
        "an", given.case(numbers[0]).door_id, Finding("took_part", numbers[0]), Finding("not_taking_part", numbers[1])
    )
    told = []
    for case in numbers[:2]:
        with pytest.raises(MoveNotAllowed) as refused:
            reveal(given, vault, "an", case)
        told.append(str(refused.value))
    assert len(set(told)) == 1
    assert not given.rows(Audit)


def test_so_many_people_a_day_and_own_doors_apart(given: World, vault: Vault, numbers, monkeypatch) -> None:
    monkeypatch.setattr(module, "OF_OTHERS_A_DAY", 1)
    monkeypatch.setattr(module, "OWN_A_DAY", 2)

    reveal(given, vault, "binh", numbers[3])
    reveal(given, vault, "binh", numbers[3])
    reveal(given, vault, "binh", numbers[0])
    reveal(given, vault, "binh", numbers[1])
    with pytest.raises(TooManyReveals, match=r"của 2 người ở các hộ được giao.*ngày mai"):
        reveal(given, vault, "binh", numbers[2])

    assert [row.kind for row in given.rows(Audit)] == ["reveal"] * 4 + ["reveal_refused"]
    reveal(given, vault, "an", numbers[0])
    with pytest.raises(TooManyReveals, match="ở các hộ không được giao"):
        reveal(given, vault, "an", numbers[1])
    given.go_to("2025-05-17 00:00")
    assert reveal(given, vault, "binh", numbers[2]).phone == "0500123002"
