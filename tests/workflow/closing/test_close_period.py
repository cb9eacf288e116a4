"""Closing days: teams send, some do not, things come late, and a closed day is opened again only by two."""

import hashlib
import json

import pytest
from sqlalchemy import event, update

from rules.time import at
from tests.workflow.closing.story import Days
from tests.workflow.officials import appoint
from tests.workflow.world import World
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding
from workflow.actions.void_event import void_event
from workflow.closing.frozen import read_frozen
from workflow.errors import (
    AlreadyDecided,
    BadInput,
    GuardRefused,
    MoveNotAllowed,
    NotFound,
    NotPermitted,
    NotSure,
    OutsideWindow,
)
from workflow.tables import Close, CloseReopening, Event, PhonedCount, Rollup

pytestmark = pytest.mark.slow

D23, D24, D25 = "2025-05-23", "2025-05-24", "2025-05-25"


@pytest.fixture
def days(world: World) -> Days:
    """Two teams with three and two people; on 23 May one of team 1 took part, and that day was closed with everybody."""
    world.one, world.first = world.household(
        [("Nguyễn Văn Một", "activated"), ("Nguyễn Văn Hai", "activated"), ("Nguyễn Thị Ba", "activated")], area="A1"
    )
    world.two, world.second = world.household([("Lê Văn Bốn", "activated"), ("Lê Thị Năm", "activated")], area="A2")
    with world.book() as (book, context):
        open_plan(book, context)
    days = Days(world)
    days.at("2025-05-23 09:00")
    world.visit("an", world.one, Finding("took_part", world.first[0]))
    days.at("2025-05-23 15:00")
    for login, team in (("an", "T1"), ("dung", "T2")):
        days.move(login, D23, team, "submit")
        days.move("hai", D23, team, "accept")
    days.at("2025-05-23 15:58")
    days.close(D23)
    return days


def test_the_whole_story_of_24_may(days: Days) -> None:
    world = days.world
    assert [status_of(days.kept(D23)[1], code) for code in ("T1", "T2")] == ["accepted", "accepted"]

    # 24 May: team 1 sends, team 2 does not and says a number by telephone
    days.at("2025-05-24 09:00")
    world.visit("an", world.one, Finding("took_part", world.first[1]))
    days.at("2025-05-24 14:00")
    world.visit("dung", world.two, "nobody_home")
    days.at("2025-05-24 15:20")
    days.move("an", D24, "T1", "submit")
    _, sent = days.kept(D24, scope="T1")
    assert (sent.scope, sent.as_of, sent.teams[0].columns) == (
        "T1",
        at("2025-05-24 15:20"),
        {"1": 3, "2": 2, "3": 0, "4": 1},
    )
    days.at("2025-05-24 15:55")
    days.phone(D24, "T2", 1, "em", said_at=at("2025-05-24 15:50"))
    days.phone(D24, "T2", 2, "dung")
    days.at("2025-05-24 15:58")
    with pytest.raises(NotSure, match="Chốt có thiếu: Tổ công tác số 2 chưa gửi"):
        days.close(D24)
    closed = days.close(D24, without=["T2"])

    row, frozen = days.kept(D24)
    assert closed.missing == ("T2",)
    assert hashlib.sha256(row.figures).hexdigest() == row.sha256 == closed.sha256 == frozen_hash(row)
    assert (row.as_of, frozen.period_from, frozen.due_at) == (
        at("2025-05-24 15:58"),
        at("2025-05-23 15:58"),
        at("2025-05-24 16:00"),
    )
    assert [(one.code, one.status, one.is_late, one.phoned) for one in frozen.senders] == [
        ("T1", "sent", False, None), ("T2", "missing", False, 2),
    ]  # fmt: skip
    assert frozen.senders[1].last_synced_at == at("2025-05-24 14:00")
    assert (frozen.phoned[0].said_by, frozen.phoned[0].told_to) == ("Phạm Thị Dung", "Đỗ Văn Hải")
    assert frozen.figures["took_part"] == 2
    assert frozen.since["took_part"] == 1
    assert frozen.late == ()
    assert [(one.code, one.columns["2"]) for one in frozen.teams] == [("T1", 2), ("T2", 0)]
    assert frozen.previous is not None
    assert frozen.previous.period == D23
    with pytest.raises(AlreadyDecided, match="đã chốt lần 1"):
        days.close(D24, without=["T2"])

    # 16:20: what team 2 found at 15:10 arrives; the next day it is told as an addition
    days.at("2025-05-24 16:20")
    late_visit = world.visit("dung", world.two, Finding("took_part", world.second[0]), happened="2025-05-24 15:10")
    days.at("2025-05-25 09:00")
    world.visit("an", world.one, Finding("took_part", world.first[2]))
    days.at("2025-05-25 15:59")
    days.close(D25, without=["T1", "T2"])
    _, after = days.kept(D25)
    assert {(one.team, one.entries, one.change.get("took_part"), one.change.get("not_met_or_ended")) for one in after.late} == {
        ("", 1, 1, -1), ("T2", 1, 1, -1),
    }  # fmt: skip
    assert (after.figures["took_part"], after.since["took_part"], after.during["took_part"]) == (4, 2, 1)
    assert row.figures == days.kept(D24, 1)[0].figures

    # two people open 24 May again
    with pytest.raises(AlreadyDecided):
        days.close(D24)
    days.ask("hai", D24)
    with pytest.raises(AlreadyDecided, match="chờ người thứ hai"):
        days.ask("khanh", D24)
    with pytest.raises(NotPermitted, match="một người khác"):
        days.answer("hai", D24)
    with pytest.raises(AlreadyDecided):
        days.close(D24, without=["T2"])
    days.answer("khanh", D24)
    days.close(D24, without=["T2"])
    second, revised = days.kept(D24)
    assert (revised.revision, revised.as_of, revised.difference) == (
        2, at("2025-05-24 15:58"), {"took_part": 1, "submitted": 1, "not_met_or_ended": -1, "open_people": -1},
    )  # fmt: skip
    assert revised.revises is not None
    assert revised.revises.sha256 == closed.sha256
    assert revised.reopening is not None
    assert (revised.reopening.asked_by, revised.reopening.agreed_by) == (
        "Đỗ Văn Hải",
        "Ngô Thị Khánh",
    )
    assert second.reopened_by_id != second.reopened_with_id
    first = days.kept(D24, 1)[0]
    assert (bytes(first.figures), first.status) == (bytes(row.figures), "replaced")
    with pytest.raises(AlreadyDecided):  # used up
        days.close(D24, without=["T2"])

    # a correction of what was closed, and the superior has it
    superior = appoint(world, "superior")
    days.receive(superior, D24, 2)
    with pytest.raises(MoveNotAllowed):
        days.receive(superior, D24, 2)
    with pytest.raises(NotPermitted):
        days.receive("hai", D24, 2)
    days.at("2025-05-26 10:00")
    world.command("hai", lambda b, c, a: void_event(b, c, a, late_visit["ledger_no"], reason="ghi nhầm hộ"))
    days.at("2025-05-26 16:30")
    days.close("2025-05-26", without=["T1", "T2"])
    _, corrected = days.kept("2025-05-26")
    assert corrected.as_of == at("2025-05-26 16:00")
    assert corrected.late[0].change["took_part"] == -1
    assert corrected.senders[1].corrections == 1
    assert not corrected.senders[1].is_late  # missing: the hour of the paper binds who forwards
    assert corrected.previous.cut_no < corrected.cut_no
    assert not days.wrong()


def frozen_hash(row: Close) -> str:
    """The hash of what is read and written again: nothing is lost on the way."""
    return hashlib.sha256(read_frozen(row.figures).to_bytes()).hexdigest()


def status_of(frozen, code: str) -> str:
    return next(one.status for one in frozen.senders if one.code == code)


def test_a_team_sends_again_after_a_return_and_is_never_late(days: Days) -> None:
    days.at("2025-05-24 15:35")  # after the unit's own hour
    days.move("an", D24, "T1", "submit")
    days.move("hai", D24, "T1", "return", reason="thiếu ngõ 2")
    assert days.kept(D24, scope="T1")[0].status == "returned"
    days.world.clock.move_to(at("2025-05-24 15:59:59.999999"))
    days.move("an", D24, "T1", "submit")
    days.world.clock.move_to(at("2025-05-24 16:00:00.000000"))
    days.move("dung", D24, "T2", "submit")
    days.close(D24)
    _, frozen = days.kept(D24)

    assert [(one.status, one.is_late, one.revision) for one in frozen.senders] == [
        ("sent", False, 2),
        ("sent", False, 1),  # a supplement
    ]
    assert frozen.as_of == at("2025-05-24 16:00")
    assert frozen.missing == ()
    closes = days.world.rows(Close, Close.scope == "T1", Close.period == D24)
    assert sorted((each.revision, each.status) for each in closes) == [(1, "returned"), (2, "sent")]
    days.move("hai", D24, "T1", "accept")
    assert days.kept(D24, scope="T1")[0].status == "accepted"
    days.move("hai", D24, "T1", "reopen", reason="sai ngày")
    assert days.kept(D24, scope="T1")[0].status == "returned"
    kinds = [each.data["what"] for each in days.world.events(Event.kind == "close", Event.team_id.is_(None))]
    assert kinds[-4:] == ["returned", "closed", "accepted", "returned"]
    assert not days.wrong()


def test_what_does_not_hang_together_is_neither_sent_nor_closed(days: Days) -> None:
    days.at("2025-05-24 15:00")
    with days.world.store.write() as session:
        session.execute(update(Rollup).where(Rollup.state == "activated").values(n=Rollup.n + 1))
    with pytest.raises(GuardRefused, match="kỳ trước 5, trong kỳ 0, bổ sung 0, không thành"):
        days.close(D24, without=["T1", "T2"], early=True)
    assert not days.world.rows(Close, Close.period == D24)


def test_who_may_close_and_when(days: Days) -> None:
    with pytest.raises(OutsideWindow):
        days.close("2025-05-26")
    with pytest.raises(NotFound):
        days.close("2025-06-26")
    days.at("2025-05-24 09:00")
    for login in ("an", "giang"):
        with pytest.raises(NotPermitted):
            days.close(D24, login)
        with pytest.raises(NotPermitted):
            days.ask(login, D23)
    with pytest.raises(NotSure, match="Còn sớm"):
        days.close(D24, without=["T1", "T2"])
    days.close(D24, "khanh", without=["T1", "T2"], early=True)
    with pytest.raises(AlreadyDecided, match="nằm trong kỳ 2025-05-24"):
        days.close("2025-05-22", without=["T1", "T2"])
    with pytest.raises(NotFound):
        days.ask("hai", "2025-05-22")
    with pytest.raises(BadInput, match="vì sao"):
        days.ask("hai", D24, " ")
    days.ask("hai", D24)
    days.answer("khanh", D24, agree=False)
    with pytest.raises(NotFound):
        days.answer("khanh", D24)
    with pytest.raises(AlreadyDecided):
        days.close(D24)
    assert [each.status for each in days.world.rows(CloseReopening)] == ["refused"]


def test_a_number_by_telephone_is_checked_and_stands_in_no_figure(days: Days) -> None:
    days.at("2025-05-24 15:00")
    with pytest.raises(BadInput, match="không thuộc Tổ công tác số 2"):
        days.phone(D24, "T2", 1, "an")
    with pytest.raises(BadInput, match="từ 0 đến 2"):
        days.phone(D24, "T2", 3, "dung")
    with pytest.raises(OutsideWindow):
        days.phone(D24, "T2", 1, "dung", said_at=at("2025-05-24 15:01"))
    with pytest.raises(NotPermitted):
        days.phone(D24, "T2", 1, "dung", login="an")
    days.phone(D24, "T2", 2, "dung")
    days.at("2025-05-24 15:58")
    days.close(D24, without=["T1", "T2"])

    _, frozen = days.kept(D24)
    assert frozen.figures["took_part"] == 1
    assert frozen.phoned[0].n == 2
    assert len(days.world.rows(PhonedCount)) == 1
    told = json.dumps([each.data for each in days.world.events(Event.kind == "note")])
    assert "phoned" in told
    assert not days.wrong()


def test_closing_costs_the_same_for_any_number_of_teams(days: Days) -> None:
    days.at("2025-05-24 15:58")
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(days.world.store.writer, "before_cursor_execute", note)
    days.close(D24, without=["T1", "T2"])
    event.remove(days.world.store.writer, "before_cursor_execute", note)

    assert len(sent) <= 30
