"""One page of numbers when the telephone rings, what was said, and where the close says something else."""

import pytest
from sqlalchemy import event

from rules.time import at
from tests.workflow.answer.closes import close, frozen_of
from tests.workflow.answer.town import Afternoon, afternoon
from tests.workflow.officials import appoint
from tests.workflow.world import World
from workflow.actions.decide_exit import decide_exit
from workflow.actions.record_visit import Finding
from workflow.actions.say_figures import say_figures
from workflow.actions.withdraw_told import withdraw_said
from workflow.closing.answer_text import answer_text
from workflow.closing.quick_answer import quick_answer
from workflow.closing.said import against, said_and_closed, said_figures
from workflow.errors import AlreadyDecided, BadInput, NotFound, NotPermitted, OutsideWindow
from workflow.figures import report
from workflow.figures.chair_overview import chair_overview
from workflow.tables import Event, Request, SaidFigure
from workflow.verify.run import verify

pytestmark = pytest.mark.slow


@pytest.fixture
def town(world: World) -> Afternoon:
    return afternoon(world)


def test_everything_is_of_one_instant_and_one_ledger_number(town: Afternoon) -> None:
    page, world = town.answer(), town.world

    with world.store.read() as session:
        told = report(session, world.context(), world.pack, as_of=page.as_of, known=page.ledger_no)
    line = next(line for line in told.lines if line.code == "2")
    target = next(target for target in told.targets if target.id == "T1")
    rest = next(line for line in told.lines if line.code == "4")
    assert (page.n, page.base, page.left) == (line.count, target.base, rest.count) == (7, 10, 3)
    assert (page.needed, page.highest, page.is_reachable) == (target.needed, target.highest, True)
    assert (page.waiting, page.total, page.doors) == (2, 10, 1)
    assert page.since is not None
    assert (page.since.period, page.since.n, page.since.change) == ("2025-05-23", 2, 5)
    assert page.system is None
    assert [team.name for team in page.reports.missing] == ["Tổ công tác số 1", "Tổ công tác số 2"]
    assert [team.synced_at for team in page.reports.missing] == [at("2025-05-24 15:10"), None]
    world.go_to("2025-05-24 15:41")
    town.visit("dung", "4")  # nobody was home: that is a sign of the team too
    assert [team.synced_at for team in town.answer().reports.missing] == [at("2025-05-24 15:10"), world.clock.now()]
    assert page.synced_at == at("2025-05-24 15:10")
    assert page.said == page.compared == ()


def test_a_goal_whose_base_grows_is_out_of_reach_here_when_it_is_among_the_goals(town: Afternoon) -> None:
    door, (gone, _) = town.doors["4"]
    town.world.visit("dung", door, Finding("died", gone, evidence="Trích lục khai tử"))
    request = town.world.rows(Request)[0].id
    town.world.command("dung", lambda b, c, a: decide_exit(b, c, a, request, confirm=True))
    town.world.household([(f"Mai Văn {name}", "no_account") for name in ("Nhất", "Nhì", "Tam", "Tứ", "Ngũ")], house="9")
    town.world.go_to("2025-05-24 15:41")

    page, world = town.answer(), town.world

    with world.store.read() as session:
        told = report(session, world.context(), world.pack, as_of=page.as_of, known=page.ledger_no)
        chair = chair_overview(session, world.actor("khanh"), world.context(), now=page.as_of).progress
    target = next(target for target in told.targets if target.id == "T1")
    assert (page.n, page.base, page.needed, page.highest) == (7, 10, 10, 14), "by the base of now it could be reached"
    assert (page.base_then, page.needed_then, page.at_best.short) == (15, 15, 1)
    assert page.is_reachable is chair.is_reachable is target.is_reachable is False
    assert (chair.needed, chair.highest) == (page.needed, page.highest)
    assert page.highest_percent is None
    text = answer_text(page, unit="Thị trấn Thử Nghiệm")
    assert "Cao nhất còn có thể đạt: 14; cần 10, không thể đạt, thiếu 1 (khi ấy mẫu số là 15, cần 15)." in text


def test_it_costs_a_dozen_statements_at_most_and_none_before_it_may_be_read(town: Afternoon) -> None:
    town.system(4, "2025-05-24 15:30")
    town.say(town.answer())
    town.world.go_to("2025-05-24 15:41")
    context, actor, seen = town.world.context(), town.world.actor("khanh"), []

    with town.world.store.read() as session:
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(session.connection(), "before_cursor_execute", listen)
        quick_answer(session, actor, context, now=town.world.clock.now())

    assert len(seen) <= 10


@pytest.mark.parametrize("login", ["an", "binh", "giang", "superior", "auditor"])
def test_nobody_below_or_beside_the_unit_reads_it(town: Afternoon, login: str) -> None:
    login = login if login in ("an", "binh", "giang") else appoint(town.world, login)

    with pytest.raises(NotFound):
        town.answer(login)


def test_the_lag_explains_what_it_can_and_the_rest_is_signed(town: Afternoon) -> None:
    town.system(4, "2025-05-24 15:30")
    system = town.answer().system
    assert system is not None
    difference = system.difference
    assert (difference.system, difference.ledger, difference.waiting) == (4, 7, 2)
    assert (difference.difference, difference.unexplained) == (-3, -1)
    said = " ".join(difference.sentences())
    assert "Hệ thống 4, sổ 7: hệ thống ít hơn 3." in said
    assert "Trong đó 2 người: Đã làm, hệ thống chưa trừ chỉ tiêu." in said
    assert "Chưa rõ: hệ thống ít hơn 1." in said

    town.system(3, "2025-05-24 09:30")  # a number of the morning: compared with the ledger of the morning
    assert town.answer().system == system
    town.world.go_to("2025-05-24 15:45")
    town.system(6, "2025-05-24 15:45")
    assert "Có thể hệ thống vừa trừ thêm người đang chờ" in town.answer().system.difference.sentences()[-1]
    for n, words in (
        (5, "Không còn chênh lệch chưa rõ."),
        (8, "Có người tự làm mà chưa tổ nào ghi."),
        (71, "gõ thừa chữ số"),
    ):
        town.system(n, "2025-05-24 15:45")
        assert words in town.answer().system.difference.sentences()[-1]


def test_what_is_pasted_says_the_same(town: Afternoon) -> None:
    town.system(4, "2025-05-24 15:30")

    text = answer_text(town.answer(), unit="Thị trấn Thử Nghiệm")

    assert "Tính đến 15:40 ngày 24/5/2025, chưa chốt" in text
    assert "Đã tham gia góp ý: 7 người, đạt 70 % (trên số có tài khoản mức 2 đang hoạt động: 10)." in text.replace(
        "70,00", "70"
    )
    assert "Từ lần chốt 16:00 ngày 23/5/2025: +5." in text
    assert "Chưa gặp hoặc đã kết thúc liên hệ: 3 người; còn 1 hộ phải đến." in text
    assert (
        "Số trên hệ thống lúc 15:30: 4 (Trang quản trị VNeID), chênh −3 so với sổ cùng lúc: 2 đã làm nhưng hệ thống chưa trừ; chưa rõ −1."
        in text
    )
    assert "Kỳ 16:00 ngày 24/5/2025 còn thiếu báo cáo (2/2): Tổ công tác số 1, Tổ công tác số 2." in text
    assert "Bùi" not in text


def test_before_anything_there_is_a_page_too(world: World) -> None:
    page = Afternoon(world).answer()

    assert (page.n, page.base, page.needed, page.since, page.system, page.reports.missing) == (
        0,
        0,
        None,
        None,
        None,
        (),
    )
    assert "chưa có con số chỉ tiêu" in answer_text(page, unit="Thị trấn")


def test_what_was_said_stands_beside_the_close_with_the_reasons(town: Afternoon) -> None:
    world = town.world
    town.world.go_to("2025-05-24 15:45")
    page = town.answer()
    told = town.say(page, to="UBND huyện")
    assert told["n"] == page.n == 7
    world.go_to("2025-05-24 15:50")
    number = next(e.ledger_no for e in world.events(Event.kind == "visit") if e.happened_at == at("2025-05-24 15:10"))
    town.void("an", number)  # two who took part, and one who ended contact
    world.go_to("2025-05-24 15:55")
    town.visit("dung", "4", "took_part", happened="2025-05-24 15:05")
    world.go_to("2025-05-24 15:57")
    town.visit("dung", "4", None, "took_part")
    world.go_to("2025-05-24 15:58")
    closed = close(
        world, frozen_of(world, as_of="2025-05-24 15:58", period="2025-05-24", period_from="2025-05-23 16:00")
    )
    world.go_to("2025-05-24 16:20")
    town.say(town.answer(), to="Công an tỉnh", channel="message")  # of the next period

    with world.store.read() as session:
        (one,) = said_and_closed(session, world.context(), closed)

    assert (one.closed, one.difference, sum(one.reasons.values())) == (7, 0, 0)
    assert one.sentence() == "15:45 đã báo 7 (điện thoại, UBND huyện); chốt 15:58: 7, khớp."
    world.go_to("2025-05-24 16:25")
    again = frozen_of(world, as_of="2025-05-24 15:57", period="2025-05-24", period_from="2025-05-23 16:00", revision=2)
    with world.store.read() as session:
        (one,) = said_and_closed(session, world.context(), again)
    assert (one.difference, dict(one.reasons)) == (-1, {"voided": -2, "late": 1})
    assert one.sentence().endswith("chốt 15:57: 6, chênh −1: 2 phiếu bị hủy, 1 ghi bổ sung.")
    earlier = frozen_of(world, as_of="2025-05-24 15:00", period="2025-05-24", period_from="2025-05-23 16:00")
    with world.store.read() as session:
        rows = said_figures(session, world.context())
        first = against(session, world.context(), earlier, [row for row in rows if row.recipient == "UBND huyện"])[0]
    assert (first.difference, sum(first.reasons.values())) == (-2, -2)


def test_only_what_the_ledger_counts_gets_into_the_books(town: Afternoon) -> None:
    world, page = town.world, town.answer()
    world.go_to("2025-05-24 15:44")
    town.visit("dung", "4", "took_part")  # came after the page was shown

    told = town.say(page, by="khanh")

    (row,) = world.rows(SaidFigure)
    assert (row.n, row.base, row.known_no, row.as_of) == (7, 10, page.ledger_no, page.as_of)
    assert row.figures == page.figures
    (note,) = world.events(Event.about_id == row.id)
    assert (note.kind, note.data["to"], note.data["n"], note.ledger_no) == ("note", "UBND huyện", 7, told["ledger_no"])

    def say(**changed):
        values = {
            "recipient": "UBND huyện",
            "channel": "phone",
            "as_of": page.as_of,
            "known_no": page.ledger_no,
            **changed,
        }
        return world.command("hai", lambda b, c, a: say_figures(b, c, a, **values))

    refusals = [
        ({"recipient": " "}, BadInput), ({"recipient": "dân không tán thành"}, BadInput), ({"recipient": "ông A 0912345678"}, BadInput),
        ({"channel": "fax"}, BadInput), ({"known_no": 10**6}, BadInput), ({"known_no": 1}, BadInput), ({"as_of": at("2025-05-24 15:59")}, OutsideWindow),
        ({"said_at": at("2025-05-25 15:59")}, OutsideWindow), ({"said_at": at("2025-01-01 00:00")}, OutsideWindow),
    ]  # fmt: skip
    for changed, error in refusals:
        with pytest.raises(error):
            say(**changed)
    with pytest.raises(NotPermitted):
        town.say(page, by="an")
    assert len(world.rows(SaidFigure)) == 1


def test_a_slip_of_the_finger_is_taken_back_and_stays_visible(town: Afternoon) -> None:
    world = town.world
    told = town.say(town.answer())
    (row,) = world.rows(SaidFigure)

    def back(login="hai", reason="bấm nhầm", key=row.id):
        return world.command(login, lambda b, c, a: withdraw_said(b, c, a, key, reason=reason))

    with pytest.raises(BadInput):
        back(reason=" ")
    with pytest.raises(NotPermitted):
        back("binh")
    with pytest.raises(NotFound):
        back(key=world.unit_id)
    back()
    with pytest.raises(AlreadyDecided):
        back()
    (shown,) = town.answer().said
    assert (shown.because, shown.stands, shown.ledger_no) == ("bấm nhầm", False, told["ledger_no"])
    closed = frozen_of(world, as_of="2025-05-24 15:58", period="2025-05-24")
    with world.store.read() as session:
        assert said_and_closed(session, world.context(), closed) == ()
        found = verify(session, [world.unit_id])
    assert {name: found.checked[name] for name in ("I1", "I10", "plan")} == {"I1": 0, "I10": 0, "plan": 0}
