"""The support desk: exact, one person at a time, on record; nothing is open to it that it did not look up just now."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.workflow.conftest import NewWorld
from tests.workflow.desk.posts import appoint, tell
from tests.workflow.world import World
from workflow.access import door_for, let_in_by_look_up, scope_of_doors
from workflow.actions import look_up_person as module
from workflow.actions.look_up_person import LookUp, TooManyLookUps, look_up_person, request_of
from workflow.actions.record_at_desk import record_at_desk, void_at_desk
from workflow.actions.record_visit import Finding, VisitReport, record_visit
from workflow.errors import BadInput, KeyReused, NotFound, NotPermitted
from workflow.queries.find_person import PersonAtDesk, person_at_desk
from workflow.tables import Audit, Command, Door, Visit
from workflow.vault import Vault

NUMBER, OTHER = "999185012345", "999190054321"
Seek = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """Keys of this test run."""
    return Vault.create(tmp_path_factory.mktemp("desk") / "keys.json")


@pytest.fixture
def desk(world: World) -> World:
    """The world with somebody at the support desk."""
    appoint(world, "ly", "support_desk")
    return world


@pytest.fixture
def seek(desk: World, vault: Vault) -> Seek:
    """Look somebody up as the desk (or another login)."""

    def look(login: str = "ly", **typed: str) -> dict[str, Any]:
        return desk.command(login, lambda b, c, a: look_up_person(b, c, a, vault, LookUp(**typed)))

    return look


def at_desk(world: World) -> PersonAtDesk:
    """Return what the desk has open."""
    with world.store.read() as session:
        let_in = let_in_by_look_up(session, world.actor("ly"), now=world.clock.now())
        return person_at_desk(session, let_in, world.context(), now=world.clock.now())


def test_an_id_number_finds_one_person_and_the_desk_records_at_the_support_point(
    desk: World, seek: Seek, vault: Vault
) -> None:
    door, (one, two) = desk.household([("Nguyễn Văn Một", "registered"), "Trần Thị Hai"], house="7")
    tell(desk, vault, one, id_number=NUMBER, birth="1985-03-05")
    tell(desk, vault, two, id_number=OTHER)
    desk.go_to("2025-05-16 09:00")

    assert seek(id_number="999 185 012 345")["result"] == "one"
    shown = at_desk(desk)
    told = desk.command("ly", lambda b, c, a: record_at_desk(b, c, a, (Finding("activated_and_took_part", one),)))

    assert (shown.name, shown.birth_year, shown.house_no, shown.has_ended) == ("Nguyễn Văn Một", "1985", "7", False)
    assert {choice.outcome for choice in shown.cases[0].choices} >= {"activated_now", "activated_and_took_part"}
    assert "took_part" not in {choice.outcome for choice in shown.cases[0].choices}
    assert "Trần Thị Hai" not in repr(shown)
    assert desk.case(one).state == "submitted"
    (visit,) = desk.rows(Visit)
    assert (visit.mode, visit.door_id, visit.done_by_id) == ("support_point", door, desk.actor("ly").membership_id)
    assert at_desk(desk).has_ended
    desk.command("ly", lambda b, c, a: void_at_desk(b, c, a, told["ledger_no"], reason="bấm nhầm người"))
    assert desk.case(one).state == "registered"


def test_what_says_that_nobody_was_met_is_nothing_for_the_desk(desk: World, seek: Seek, vault: Vault) -> None:
    door, (one,) = desk.household([("Nguyễn Văn Một", "no_account")])
    tell(desk, vault, one, id_number=NUMBER)
    desk.go_to("2025-05-16 09:00")
    seek(id_number=NUMBER)

    offered = {choice.outcome for choice in at_desk(desk).cases[0].choices}
    with pytest.raises(BadInput) as refused:
        desk.command("ly", lambda b, c, a: record_at_desk(b, c, a, (Finding("not_met", one),)))
    by_phone = VisitReport(door, desk.clock.now(), (Finding("not_met", one),), mode="phone")
    desk.command("an", lambda b, c, a: record_visit(b, c, a, by_phone))

    assert "registered_now" in offered
    assert offered.isdisjoint({"not_met", "sent_to_support"})
    assert "“Chưa gặp người này” chỉ ghi tại nhà, ghi qua điện thoại" in str(refused.value)
    assert [visit.mode for visit in desk.rows(Visit)] == ["phone"]


def test_without_a_look_up_the_door_stays_absent_and_there_is_never_a_list(
    desk: World, seek: Seek, vault: Vault
) -> None:
    door, (one, two) = desk.household(["Nguyễn Văn Một", "Trần Thị Hai"])
    other, (three,) = desk.household(["Lê Văn Ba"], area="A2")
    tell(desk, vault, one, id_number=NUMBER)
    desk.go_to("2025-05-16 09:00")

    def refused(case: uuid.UUID) -> bool:
        with pytest.raises(NotFound):
            desk.command("ly", lambda b, c, a: record_at_desk(b, c, a, (Finding("took_part", case),)))
        return True

    assert refused(one)
    seek(id_number=NUMBER)
    assert refused(two), "the household is not open, only the person"
    assert refused(three)
    with pytest.raises(NotFound):
        desk.command("ly", lambda b, c, a: record_at_desk(b, c, a, (Finding("nobody_home"),)))
    for login in ("ly", "khanh"):
        with pytest.raises(NotFound):  # what is open to the desk is not open to anything else that asks for the door
            desk.command(
                login, lambda b, c, a: record_visit(b, c, a, VisitReport(door, b.now, (Finding("took_part", one),)))
            )
    with desk.store.read() as session:
        ly = let_in_by_look_up(session, desk.actor("ly"), now=desk.clock.now())
        assert door_for(session, ly, door).id == door
        with pytest.raises(NotFound):
            door_for(session, ly, other)
        assert session.scalars(select(Door.id).where(scope_of_doors(ly))).all() == []
    assert desk.rows(Visit) == []


def test_what_is_open_closes_after_half_an_hour_and_with_the_next_look_up(
    desk: World, seek: Seek, vault: Vault
) -> None:
    _, (one,) = desk.household(["Nguyễn Văn Một"])
    _, (two,) = desk.household(["Trần Thị Hai"], house="2")
    tell(desk, vault, one, id_number=NUMBER)
    tell(desk, vault, two, id_number=OTHER)
    desk.go_to("2025-05-16 09:00")
    seek(id_number=NUMBER)
    seek(id_number=OTHER)
    assert at_desk(desk).name == "Trần Thị Hai"

    desk.go_to("2025-05-16 09:29")
    assert at_desk(desk).name == "Trần Thị Hai"
    desk.go_to("2025-05-16 09:31")
    with pytest.raises(NotFound):
        at_desk(desk)
    seek(id_number=NUMBER)
    assert at_desk(desk).name == "Nguyễn Văn Một"
    seek(id_number="999185000000")
    with pytest.raises(NotFound):
        at_desk(desk)


def test_a_name_needs_birth_year_and_area_and_two_who_match_name_nobody(desk: World, seek: Seek, vault: Vault) -> None:
    _, (one,) = desk.household(["Nguyễn Văn Đạt"], house="7")
    _, (twin,) = desk.household(["Nguyễn Văn Đạt"], house="9A", lane="Ngõ 2")
    _, (elsewhere,) = desk.household(["Nguyễn Văn Đạt"], area="A2")
    for case in (one, twin, elsewhere):
        tell(desk, vault, case, birth="1985")
    desk.go_to("2025-05-16 09:00")
    typed = {"name": "nguyễn văn đạt", "birth_year": "1985", "area": "A1"}

    assert seek(**typed)["result"] == "several"
    with pytest.raises(NotFound):
        at_desk(desk)
    assert seek(**typed, house_no="9a")["result"] == "one"
    assert at_desk(desk).lane == "Ngõ 2"
    assert seek(**typed | {"birth_year": "1986"})["result"] == "none"
    assert seek(**typed | {"name": "Nguyễn Văn"})["result"] == "none"
    for wrong in ({"name": "Đạt"}, {"birth_year": "85"}, {"birth_year": "2030"}, {"area": ""}, {"area": "A9"}):
        with pytest.raises(BadInput):
            seek(**typed | wrong)
    with pytest.raises(BadInput):
        seek(id_number="12345")


def test_every_look_up_is_on_record_also_in_vain_and_nothing_of_what_was_typed(desk: World, vault: Vault) -> None:
    _, (one,) = desk.household(["Nguyễn Văn Một"])
    tell(desk, vault, one, id_number=NUMBER)
    desk.go_to("2025-05-16 09:00")

    def look(key: str, **typed: str) -> dict[str, Any]:
        sought = LookUp(**typed)
        return desk.command(
            "ly", lambda b, c, a: look_up_person(b, c, a, vault, sought), key=key, request=request_of(vault, sought)
        )

    found = look("k1", id_number=NUMBER)
    assert look("k1", id_number=NUMBER) == found, "the same form sent again is one look-up"
    with pytest.raises(KeyReused):
        look("k1", id_number=OTHER)
    look("k2", id_number=OTHER)
    look("k3", name="Nguyễn Văn Không", birth_year="1985", area="A1")

    traces = desk.rows(Audit, Audit.kind == "look_up")
    assert [(trace.data["result"], trace.data["by"]) for trace in traces] == [
        ("one", "id_number"), ("none", "id_number"), ("none", "name"),
    ]  # fmt: skip
    assert {trace.membership_id for trace in traces} == {desk.actor("ly").membership_id}
    kept = repr([trace.data for trace in traces] + [(each.answer, each.request_hash) for each in desk.rows(Command)])
    for typed in (NUMBER, OTHER, "Nguyễn", "1985"):
        assert typed not in kept


def test_there_is_a_limit_for_a_day_that_counts_look_ups_in_vain_too(
    desk: World, seek: Seek, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_UPS_A_DAY", 3)
    desk.household(["Nguyễn Văn Một"])
    desk.go_to("2025-05-16 09:00")

    left = [seek(id_number=OTHER)["left_today"] for _ in range(3)]

    assert left == [2, 1, 0]
    with pytest.raises(TooManyLookUps):
        seek(id_number=OTHER)
    desk.go_to("2025-05-17 00:01")
    assert seek(id_number=OTHER)["left_today"] == 2


def test_only_a_support_desk_looks_up(desk: World, seek: Seek) -> None:
    desk.go_to("2025-05-16 09:00")

    for login in ("an", "binh", "hai", "khanh", "giang"):
        with pytest.raises(NotPermitted):
            seek(login, id_number=NUMBER)
    assert desk.rows(Audit, Audit.kind == "look_up") == []


@pytest.mark.parametrize("ended", ["took_part", "not_taking_part", "took_part_not_deducted"])
def test_whoever_is_finished_reads_the_same_whichever_way(worlds: NewWorld, vault: Vault, ended: str) -> None:
    world = worlds()
    appoint(world, "ly", "support_desk")
    door, cases = world.household(["Nguyễn Văn Một"], tracks=("driving_licence",))
    tell(world, vault, cases[0], id_number=NUMBER)
    world.go_to("2025-05-16 09:00")
    world.visit("an", door, Finding(ended, cases[0]))
    world.command("ly", lambda b, c, a: look_up_person(b, c, a, vault, LookUp(id_number=NUMBER)))

    shown = at_desk(world)

    assert shown.has_ended
    (case,) = shown.cases
    assert (case.label, case.state_version, case.choices) == ("Đã kết thúc liên hệ", None, ())


def test_another_units_desk_finds_nobody_here(worlds: NewWorld, vault: Vault) -> None:
    here, there = worlds(), worlds()
    for world in (here, there):
        appoint(world, "ly", "support_desk")
    _, (one,) = here.household(["Nguyễn Văn Một"])
    tell(here, vault, one, id_number=NUMBER)
    for world in (here, there):
        world.go_to("2025-05-16 09:00")

    told = there.command("ly", lambda b, c, a: look_up_person(b, c, a, vault, LookUp(id_number=NUMBER)))

    assert told["result"] == "none"


def test_keys_do_not_tell_numbers_apart_to_who_has_none(vault: Vault, tmp_path: Path) -> None:
    other = Vault.create(tmp_path / "keys.json")
    sought = LookUp(id_number=NUMBER)

    assert request_of(vault, sought) == request_of(vault, sought)
    assert request_of(vault, sought) != request_of(other, sought)
    assert NUMBER not in repr(request_of(vault, sought))
