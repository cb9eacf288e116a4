"""Voids put everything back; backdated entries change what is known now, never what was known then."""

from typing import Any

import pytest
from sqlalchemy import func, select

from rules.time import Instant, at
from tests.workflow.world import World
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.errors import AlreadyDecided, BadInput, HistoryWouldBreak, NotFound, NotPermitted
from workflow.figures.counts import count_cases, replay_cases
from workflow.ledger.book import ledger_no_at
from workflow.tables import Case, Door, Event, Request, Rollup, Visit

TWO = ["Nguyễn Văn Một", "Nguyễn Thị Hai"]
CACHED = (
    "state", "stage", "is_open", "is_done", "exit_class", "entered_at", "last_happened_at", "attempts", "last_contact", "follow_up_at",
)  # fmt: skip


def void(world: World, login: str, ledger_no: int, reason: str = "ghi nhầm nhà") -> dict[str, Any]:
    return world.command(login, lambda book, context, actor: void_event(book, context, actor, ledger_no, reason=reason))


def position(world: World) -> dict[str, Any]:
    """What a void must put back."""
    with world.store.read() as session:
        key = (Rollup.track, Rollup.state, Rollup.stage, Rollup.area_id, Rollup.team_id)
        cells = session.execute(
            select(Rollup.basis, *key, func.sum(Rollup.n))
            .where(Rollup.unit_id == world.unit_id)
            .group_by(Rollup.basis, *key)
        )
        rollups = sorted(tuple(map(str, row)) for row in cells if row[-1])
    doors = (
        "open_cases",
        "attempts",
        "last_contact",
        "own_follow_up_at",
        "someone_untimed",
        "follow_up_at",
        "follow_up_case_id",
        "promised_at",
    )
    return {
        "cases": {case.id: [getattr(case, name) for name in CACHED] for case in world.rows(Case)},
        "doors": {door.id: [getattr(door, name) for name in doors] for door in world.rows(Door)},
        "rollups": rollups,
    }


def counted(world: World, as_of: Instant, ledger_no: int | None = None) -> dict[str, int]:
    """Count the main track by state, from roll-ups and from the events, which must agree."""
    with world.store.read() as session:
        both = [
            {
                cell.state: cell.n
                for cell in count(session, world.unit_id, world.campaign_id, as_of=as_of, ledger_no=ledger_no)
                if cell.n
            }
            for count in (count_cases, replay_cases)
        ]
    assert both[0] == both[1]
    return both[0]


@pytest.mark.parametrize(
    "outcomes",
    [
        [("took_part", 0), ("card_expired", 1)],
        [("not_taking_part", 0), ("not_met", 1)],
        [("died", 0), ("needs_help", 1)],
        [("nobody_home", None)],
    ],
)
def test_a_void_puts_everything_back_and_both_stay_visible(
    world: World, outcomes: list[tuple[str, int | None]]
) -> None:
    door, cases = world.household(TWO)
    world.go_to("2025-05-16 09:00")
    world.visit("an", door, Finding("needs_help", cases[0]), Finding("not_met", cases[1]))
    before = position(world)
    world.go_to("2025-05-16 18:00")
    findings = [Finding(name, None if of is None else cases[of], evidence="giấy") for name, of in outcomes]
    number = world.visit("an", door, *findings)["ledger_no"]
    assert position(world) != before

    told = void(world, "an", number)

    assert position(world) == before
    voids = world.events(Event.kind == "void")
    assert [event.voids_no for event in voids] == told["voided"]
    assert number in told["voided"]
    assert world.rows(Visit, Visit.ledger_no == number)[0].voided_no == voids[0].ledger_no
    assert not world.rows(Request, Request.status == "waiting")


def test_voids_of_voids_and_second_voids_are_refused(world: World) -> None:
    door, cases = world.household(TWO)
    world.go_to("2025-05-16 09:00")
    number = world.visit("an", door, Finding("took_part", cases[0]))["ledger_no"]
    last = void(world, "an", number)["ledger_no"]

    with pytest.raises(AlreadyDecided, match="đã sửa trước đó"):
        void(world, "an", number)
    with pytest.raises(BadInput, match="đã là một lần sửa; ghi lại"):
        void(world, "an", last)
    with pytest.raises(BadInput, match="chưa ghi lý do"):
        void(world, "an", number, reason="  ")
    with pytest.raises(NotFound):
        void(world, "an", 10_000)


def test_what_others_built_on_is_not_voided(world: World) -> None:
    door, cases = world.household([("Nguyễn Văn Một", "registered"), TWO[1]])
    world.go_to("2025-05-16 09:00")
    number = world.visit("an", door, Finding("activated_now", cases[0]))["ledger_no"]
    world.go_to("2025-05-16 19:00")
    world.visit("an", door, Finding("took_part", cases[0]))
    before = position(world)

    with pytest.raises(HistoryWouldBreak, match="Hủy các bước sau trước"):
        void(world, "an", number)

    assert position(world) == before


def test_only_the_recorder_or_a_corrector_voids(world: World) -> None:
    door, cases = world.household(TWO)
    world.go_to("2025-05-16 09:00")
    number = world.visit("binh", door, Finding("took_part", cases[0]))["ledger_no"]

    with pytest.raises(NotPermitted, match=r"Liên hệ người đã ghi, tổ trưởng tổ công tác"):
        void(world, "cuong", number)
    with pytest.raises(NotFound):
        void(world, "dung", number)
    void(world, "an", number)


def test_a_backdated_visit_changes_now_and_not_then(world: World) -> None:
    door, cases = world.household(TWO)
    world.go_to("2025-05-18 09:00")
    cut = at("2025-05-17 16:00")
    with world.store.read() as session:
        then = ledger_no_at(session, world.unit_id, world.clock.now())
    known_then = counted(world, cut, then)

    number = world.visit("an", door, Finding("took_part", cases[0]), happened="2025-05-16 10:00")["ledger_no"]

    assert counted(world, cut) == {"activated": 1, "submitted": 1}
    assert counted(world, cut, then) == known_then == {"activated": 2}
    assert counted(world, at("2025-05-16 09:00")) == {"activated": 2}
    void(world, "an", number)
    assert counted(world, cut) == {"activated": 2}


def test_a_backdated_move_that_breaks_the_chain_is_refused(world: World) -> None:
    door, cases = world.household([("Nguyễn Văn Một", "registered")])
    world.go_to("2025-05-18 09:00")
    world.visit("an", door, Finding("activated_now", cases[0]), happened="2025-05-17 10:00")
    before = position(world)

    with pytest.raises(HistoryWouldBreak, match="bắt đầu từ “Đã đăng ký, chưa kích hoạt”"):
        world.visit("an", door, Finding("sim_pending", cases[0]), happened="2025-05-16 10:00")

    assert position(world) == before
