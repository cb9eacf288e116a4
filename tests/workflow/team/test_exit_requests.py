"""Requests for an exit: what waits, what it would change, and several decided at once."""

import uuid
from typing import Any

import pytest

from rules.time import at
from tests.workflow.roster_apply.test_import_roster import check_ledger
from tests.workflow.team.conftest import Teamwork, statements
from workflow.actions.assign_doors import reassign
from workflow.actions.decide_exit import MOST_AT_ONCE, decide_exit, decide_exits
from workflow.actions.record_visit import Finding
from workflow.errors import BadInput, NotFound
from workflow.figures.exit_effect import exit_effect
from workflow.queries.exit_requests import count_waiting_exits, exit_request, waiting_exits
from workflow.tables import Event, Request, Team


def ask(
    team: Teamwork, outcome: str, *, login: str = "binh", area: str = "A1", name: str = "Nguyễn Văn Một"
) -> uuid.UUID:
    """Put a household on the list and ask to confirm an exit of its one person; return the request."""
    door = team.door(name, area=area)
    before = {row.id for row in team.world.rows(Request)}
    team.world.visit(login, door, Finding(outcome, team.cases(door)[0], evidence="Xác nhận của gia đình"))
    [new] = {row.id for row in team.world.rows(Request)} - before
    return new


def decide(team: Teamwork, ids: list[uuid.UUID], by: str = "an", **how: Any) -> dict[str, Any]:
    return team.world.command(by, lambda b, c, a: decide_exits(b, c, a, ids, **how))


def listed(team: Teamwork, by: str, **options: Any) -> list[Any]:
    return team.read(by, waiting_exits, **options)


def test_what_waits_in_scope_oldest_first(team: Teamwork) -> None:
    team.world.go_to("2025-05-16 11:00")
    later = ask(team, "moved_out")
    team.world.go_to("2025-05-17 09:00")
    latest = ask(team, "went_abroad", name="Nguyễn Văn Hai")
    far = ask(team, "died", login="em", area="A2")
    decided = ask(team, "died")
    decide(team, [decided], confirm=False, reason="Thiếu giấy")

    rows = listed(team, "an")

    assert [row.id for row in rows] == [later, latest]
    assert (rows[0].name, rows[0].asked_by, rows[0].happened_at) == (
        "Nguyễn Văn Một",
        "Trần Thị Bình",
        at("2025-05-16 11:00"),
    )
    assert (rows[0].label.vi, rows[0].evidence, rows[0].may_decide) == (
        "Đã chuyển đi, không còn cư trú", "Xác nhận của gia đình", True,
    )  # fmt: skip
    assert [row.id for row in listed(team, "dung")] == [far]
    assert [row.id for row in listed(team, "giang")] == [later, latest]
    assert {row.id for row in listed(team, "hai")} == {later, latest, far}
    assert listed(team, "khanh") == []
    assert [row.id for row in listed(team, "hai", team_id=team.teams["T2"])] == [far]
    assert [row.id for row in listed(team, "an", limit=1, offset=1)] == [latest]
    assert [team.read(by, count_waiting_exits) for by in ("an", "dung", "hai", "khanh")] == [2, 1, 3, 0]


def test_a_sensitive_reason_is_read_by_who_handles_the_case(team: Teamwork) -> None:
    team.world.go_to("2025-05-16 11:00")
    request = ask(team, "in_prison")

    leader, member = (team.read(by, exit_request, request) for by in ("an", "binh"))

    assert (leader.label.vi, leader.evidence, leader.openly) == (
        "Đang chấp hành án phạt tù",
        "Xác nhận của gia đình",
        True,
    )
    assert leader.asked_for == ("Xác nhận của cảnh sát khu vực",)
    assert (member.label, member.evidence, member.asked_for, member.may_decide) == (
        "Không thể liên hệ",
        None,
        (),
        False,
    )
    assert "prison" not in repr(member)
    assert "tù" not in repr(member)
    effect = team.read("binh", lambda s, a, c: exit_effect(s, a, c, request, as_of=team.world.clock.now()))
    assert (effect.line, effect.leaves) == (None, ())


def test_foreign_and_absent_look_alike(team: Teamwork) -> None:
    team.world.go_to("2025-05-16 11:00")
    request = ask(team, "died")

    for by, which in (("dung", request), ("khanh", request), ("an", uuid.uuid4())):
        with pytest.raises(NotFound):
            team.read(by, exit_request, which)
        with pytest.raises(NotFound):
            team.read(by, lambda s, a, c, which=which: exit_effect(s, a, c, which, as_of=0))


def test_the_effect_on_the_figures_of_the_area(team: Teamwork) -> None:
    world = team.world
    ended = team.door("Nguyễn Văn Xong", "Nguyễn Thị Thôi", "Nguyễn Văn Còn")
    team.door("Nguyễn Văn Xa", area="A2")
    world.go_to("2025-05-16 11:00")
    world.visit("binh", ended, *(Finding(o, c) for o, c in zip(("took_part", "not_taking_part"), team.cases(ended), strict=False)))  # fmt: skip
    decide(team, [ask(team, "went_abroad")], confirm=True)
    request = ask(team, "died", name="Nguyễn Văn Hai")

    effect = team.read("an", lambda s, a, c: exit_effect(s, a, c, request, as_of=world.clock.now() + 1))

    assert (effect.base, effect.exits, effect.share, effect.share_after) == (5, 1, "20,00 %", "40,00 %")
    assert effect.line is not None
    assert effect.line[1].vi == "Đã chết"
    assert effect.leaves
    assert not any("mức 2" in label.vi and "danh sách" not in label.vi for label in effect.leaves)


def test_several_at_once_each_with_its_own_answer(team: Teamwork) -> None:
    team.world.go_to("2025-05-16 11:00")
    good = [ask(team, outcome) for outcome in ("died", "moved_out")]
    done, foreign = ask(team, "went_abroad"), ask(team, "died", login="em", area="A2")
    team.world.command("an", lambda b, c, a: decide_exit(b, c, a, done, confirm=True))
    before = team.world.events()[-1].ledger_no

    told = decide(team, [good[0], done, foreign, good[1], uuid.uuid4(), good[0]], confirm=True)

    assert (told["decided"], told["refused"]) == (2, 3)
    assert [row["ok"] for row in told["rows"]] == [True, False, False, True, False]
    assert [row.get("code") for row in told["rows"]] == [None, "already_decided", "not_found", None, "not_found"]
    assert told["rows"][2]["message"] == told["rows"][4]["message"]
    assert {row.id: row.status for row in team.world.rows(Request)} == {
        good[0]: "confirmed", good[1]: "confirmed", done: "confirmed", foreign: "waiting",
    }  # fmt: skip
    assert len(team.world.events(Event.ledger_no > before, Event.kind == "move")) == 2
    check_ledger(team.world)


def test_two_people_of_one_door_at_once(team: Teamwork) -> None:
    door = team.door("Nguyễn Văn Một", "Nguyễn Thị Hai")
    team.world.go_to("2025-05-16 11:00")
    team.world.visit("binh", door, *(Finding("went_abroad", case, evidence="giấy") for case in team.cases(door)))
    ids = [row.id for row in team.world.rows(Request)]

    told = decide(team, ids, confirm=True)

    assert told["decided"] == 2
    assert team.world.door(door).open_cases == 0
    check_ledger(team.world)


def test_a_refusal_half_way_leaves_nothing_of_that_row(team: Teamwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The move fails after the request's own event was written: neither stays, and the numbers have no gap."""
    team.world.go_to("2025-05-16 11:00")
    ids = [ask(team, "died") for _ in range(3)]
    from workflow.gateway.door import OpenDoor

    real, calls = OpenDoor.move, []

    def fails_once(self: OpenDoor, *args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            self.book.flush()
            raise BadInput(where="Lý do", what="chưa ghi")
        return real(self, *args, **options)

    monkeypatch.setattr(OpenDoor, "move", fails_once)
    told = decide(team, ids, confirm=True)

    assert [row["ok"] for row in told["rows"]] == [True, False, True]
    assert [row.status for row in team.world.rows(Request)] == ["confirmed", "waiting", "confirmed"]
    check_ledger(team.world)


def test_returning_several_needs_one_reason(team: Teamwork) -> None:
    team.world.go_to("2025-05-16 11:00")
    request = ask(team, "died")

    with pytest.raises(BadInput, match="Lý do trả lại"):
        decide(team, [request], confirm=False, reason="")
    with pytest.raises(BadInput, match="chọn từ 1 đến"):
        decide(team, [], confirm=True)
    with pytest.raises(BadInput, match="chọn từ 1 đến"):
        decide(team, [uuid.uuid4() for _ in range(MOST_AT_ONCE + 1)], confirm=True)
    decide(team, [request], confirm=False, reason="Thiếu trích lục")
    seen = team.read("an", exit_request, request)
    assert (seen.status, seen.reason, seen.decided_by, seen.may_decide) == (
        "returned",
        "Thiếu trích lục",
        "Nguyễn Văn An",
        False,
    )


def test_one_statement_however_many_wait(team: Teamwork) -> None:
    team.world.go_to("2025-05-16 11:00")
    for _ in range(4):
        ask(team, "died")
    world = team.world
    with world.store.read() as session:
        actor, context = world.actor("an"), world.context()
        with statements(world) as seen:
            assert len(waiting_exits(session, actor, context)) == 4
    assert len(seen) == 1


def test_a_request_follows_its_door_to_another_team(team: Teamwork) -> None:
    team.world.go_to("2025-05-16 11:00")
    request = ask(team, "died")
    case = team.world.rows(Request)[0].case_id
    door, before = team.world.case(case).door_id, team.world.case(case).state
    second = next(row.id for row in team.world.rows(Team) if row.code == "T2")

    team.world.command(
        "hai",
        lambda b, c, a: reassign(b, c, a, [door], team_id=second, assignee_id=None, reason="Đổi tổ"),
    )

    assert [row.id for row in listed(team, "dung")] == [request]
    assert listed(team, "an") == []
    with pytest.raises(NotFound):
        team.read("an", exit_request, request)
    refused = decide(team, [request], by="an", confirm=True)
    assert (refused["decided"], refused["rows"][0]["code"]) == (0, "not_found")
    assert team.world.case(case).state == before
    assert decide(team, [request], by="dung", confirm=True)["decided"] == 1
    assert team.world.case(case).state == "dead"
