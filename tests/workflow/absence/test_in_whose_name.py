"""What a delegate does is theirs, for whom they stand in: in the ledger and wherever it is read; one person never counts as two."""

import uuid

import pytest
from sqlalchemy import event

from tests.workflow.absence.conftest import Away
from tests.workflow.inbox.conftest import CLIMBED, NOTICED, Silent
from workflow.actions.assign_doors import reassign
from workflow.actions.cover_absent import cover_absent
from workflow.actions.decide_exit import decide_exit
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.errors import BadInput, NotFound, NotPermitted
from workflow.queries.door_page import door_page
from workflow.queries.exit_requests import exit_request, waiting_exits
from workflow.tables import Event, Request, Team

TO = "2025-05-20 12:00"


def recorded(away: Away, *conditions: object) -> list[tuple[uuid.UUID | None, uuid.UUID | None]]:
    """Return actor and whom they stood in for, of each event."""
    return [(one.actor_id, one.acting_for_id) for one in away.world.events(*conditions)]


def team(away: Away, code: str) -> uuid.UUID:
    return next(row.id for row in away.world.rows(Team) if row.code == code)


def test_the_delegate_sees_and_decides_the_inbox_until_the_end(silent: Silent, silent_away: Away) -> None:
    away = silent_away
    silent.at(NOTICED)
    assert [group.place for group in silent.groups("dung")] == ["Tổ dân phố 2"]
    away.plan("an", "dung", None, TO)

    assert {group.place for group in silent.groups("dung")} == {"Tổ dân phố 1", "Tổ dân phố 2"}
    assert [group.place for group in silent.groups("an")] == ["Tổ dân phố 1"]
    silent.answer("dung", silent.ids(0), "decided", reason="Cả nhà đi vắng dài ngày")

    told = silent.told("an", 0)
    assert told.closed_by == "Phạm Thị Dung thay Nguyễn Văn An"
    assert [one.by for one in told.answers] == ["Phạm Thị Dung thay Nguyễn Văn An"]
    away.world.go_to(TO)
    assert [group.place for group in silent.groups("dung")] == ["Tổ dân phố 2"]
    with pytest.raises(NotFound):
        silent.told("dung", 1)
    with pytest.raises(NotFound):
        silent.answer("dung", silent.ids(1), "noted", reason="Ghi thêm")


def test_one_answer_for_own_and_lent_work_says_for_each_in_whose_name(silent: Silent, silent_away: Away) -> None:
    away = silent_away
    silent.at(NOTICED)
    away.plan("an", "dung", None, TO)
    own = [number for number in range(4) if silent.told("hai", number).line.place == "Tổ dân phố 2"]

    done = silent.answer("dung", silent.ids(0, 1, 2, 3), "raised")

    assert done["answered"] == 4
    said = {
        one.case_id: one.acting_for_id for one in away.world.events(Event.kind == "escalate", Event.cause == "person")
    }
    assert len(said) == 4
    assert [number for number in range(4) if said[silent.cases[number]] is None] == own
    assert {silent.episodes()[case].level for case in silent.cases} == {2}
    assert silent.findings() == []


def test_what_was_handed_on_to_who_is_away_reaches_the_delegate(silent: Silent, silent_away: Away) -> None:
    away = silent_away
    silent.at(CLIMBED)
    silent.answer("giang", silent.ids(0), "handed_on", to=away.id("an"))
    away.plan("an", "dung", None, TO)

    assert silent.told("dung", 0).may != ()
    away.world.go_to(TO)
    with pytest.raises(NotFound):
        silent.told("dung", 0)


def test_doors_are_seen_given_and_visited_in_that_name_and_never_kept(away: Away) -> None:
    door, (one,) = away.world.household(["Nguyễn Văn Một"])
    away.world.go_to("2025-05-16 09:00")
    with pytest.raises(NotFound):
        away.world.visit("dung", door, Finding("nobody_home"))
    away.plan("an", "dung", None, TO)

    away.world.visit("dung", door, Finding("nobody_home"))

    assert recorded(away, Event.kind == "visit") == [(away.id("dung"), away.id("an"))]
    page = _page(away, "an", door)
    assert [line.who for line in page.history if line.kind == "visit"] == ["Phạm Thị Dung thay Nguyễn Văn An"]
    with pytest.raises(BadInput, match="không phải thành viên"):
        _give(away, door, "dung")
    _give(away, door, "binh")
    assert recorded(away, Event.kind == "transfer")[-1] == (away.id("dung"), away.id("an"))
    assert one is not None


def test_own_work_stays_in_the_own_name(away: Away) -> None:
    away.plan("an", "dung", None, TO)
    door, _ = away.world.household(["Nguyễn Văn Một"], area="A2")
    away.world.go_to("2025-05-16 09:00")

    away.world.visit("dung", door, Finding("nobody_home"))

    assert recorded(away, Event.kind == "visit") == [(away.id("dung"), None)]


def test_an_exit_is_decided_for_whom_and_read_so(away: Away) -> None:
    _, one, request = _asked(away, by="binh")
    away.plan("an", "cuong", None, TO)

    _decide(away, "cuong", request)

    told = recorded(away, Event.case_id == one, Event.kind.in_(("request", "move")))[-2:]
    assert told == [(away.id("cuong"), away.id("an"))] * 2
    assert _read(away, "an", request).decided_by == "Lê Văn Cường thay Nguyễn Văn An"


def test_nobody_confirms_their_own_request_in_somebody_elses_name(away: Away) -> None:
    _, _, request = _asked(away, by="binh")
    away.plan("an", "binh", None, TO)

    assert [one.may_decide for one in _waiting(away, "binh")] == [False]
    with pytest.raises(NotPermitted, match="không phải người đã đề nghị"):
        _decide(away, "binh", request)
    _decide(away, "an", request)


def test_undoing_in_a_lent_post_says_so_and_not_after_the_end(away: Away) -> None:
    door, _ = away.world.household(["Nguyễn Văn Một"])
    away.world.go_to("2025-05-16 09:00")
    numbers = [away.world.visit("binh", door, Finding("nobody_home"))["ledger_no"] for _ in range(2)]
    away.plan("an", "dung", None, TO)
    undo = lambda book, context, actor: void_event(book, context, actor, numbers.pop(), reason="Ghi nhầm")  # noqa: E731

    away.world.command("dung", undo)

    assert recorded(away, Event.kind == "void")[-1] == (away.id("dung"), away.id("an"))
    away.world.go_to(TO)
    with pytest.raises(NotFound):
        away.world.command("dung", undo)


def test_a_lent_leaders_post_may_no_more_than_the_leader(away: Away) -> None:
    away.plan("an", "dung", None, TO)
    there = team(away, "T2")

    with pytest.raises(NotFound):
        away.world.command(
            "an",
            lambda book, context, actor: cover_absent(
                book, context, actor, away.id("em"), team_id=there, to=None, until=None, reason="Ốm"
            ),
        )


def test_who_stands_in_for_nobody_costs_no_more(silent: Silent, silent_away: Away) -> None:
    silent.at(NOTICED)
    counted: list[str] = []
    count = lambda *args: counted.append(args[2])  # noqa: E731
    event.listen(silent.world.store.reader, "before_cursor_execute", count)
    try:
        silent.inbox("an")
        alone = len(counted)
        silent_away.plan("an", "dung", None, TO)
        counted.clear()
        silent.inbox("dung")
    finally:
        event.remove(silent.world.store.reader, "before_cursor_execute", count)
    assert len(counted) <= alone


def _asked(away: Away, *, by: str) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    door, (one,) = away.world.household([("Nguyễn Văn Một", "activated")])
    away.world.go_to("2025-05-16 09:00")
    away.world.visit(by, door, Finding("died", one, evidence="Trích lục khai tử"))
    return door, one, away.world.rows(Request)[0].id


def _decide(away: Away, login: str, request: uuid.UUID) -> None:
    away.world.command(login, lambda book, context, actor: decide_exit(book, context, actor, request, confirm=True))


def _give(away: Away, door: uuid.UUID, to: str) -> None:
    there, receiver = team(away, "T1"), away.id(to)
    away.world.command(
        "dung",
        lambda book, context, actor: reassign(
            book, context, actor, [door], team_id=there, assignee_id=receiver, reason="Chia lại"
        ),
    )


def _page(away: Away, login: str, door: uuid.UUID):  # type: ignore[no-untyped-def]
    actor, context = away.world.actor(login), away.world.context()
    with away.world.store.read() as session:
        return door_page(session, actor, context, door, now=away.world.clock.now())


def _waiting(away: Away, login: str):  # type: ignore[no-untyped-def]
    actor, context = away.world.actor(login), away.world.context()
    with away.world.store.read() as session:
        return waiting_exits(session, actor, context)


def _read(away: Away, login: str, request: uuid.UUID):  # type: ignore[no-untyped-def]
    actor, context = away.world.actor(login), away.world.context()
    with away.world.store.read() as session:
        return exit_request(session, actor, context, request)
