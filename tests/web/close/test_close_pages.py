"""Closing the day on screen: what may be missing, telephone counts, returns, late entries, opening again by two."""

import re
import uuid

import pytest
from sqlalchemy import event

from tests.workflow.closing.story import Days
from tests.workflow.officials import appoint
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding

DAY = "2025-05-24"


@pytest.fixture
def town(site):
    world = site.world
    world.one, world.first = world.household(
        [("Nguyễn Văn Một", "activated"), ("Nguyễn Văn Hai", "activated"), ("Nguyễn Thị Ba", "activated")], area="A1"
    )
    world.two, world.second = world.household([("Lê Văn Bốn", "activated"), ("Lê Thị Năm", "activated")], area="A2")
    with world.book() as (book, context):
        open_plan(book, context)
    site.days = days = Days(world)
    days.at("2025-05-23 15:58")
    days.close("2025-05-23", without=["T1", "T2"])
    days.at("2025-05-24 09:00")
    world.visit("an", world.one, Finding("took_part", world.first[0]))
    world.visit("dung", world.two, "nobody_home")
    days.at("2025-05-24 15:20")
    days.move("an", DAY, "T1", "submit")
    days.at("2025-05-24 15:38")
    return site


def words(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_a_day_is_closed_without_a_team_and_opened_again_by_two(town):
    world, days, hai = town.world, town.days, town.as_("hai")

    text = words(hai.get(f"close/{DAY}"))
    assert "Còn 22 phút đến 16:00" in text
    assert "1/2 tổ đã gửi" in text
    assert "Tổ công tác số 2: chưa gửi; đồng bộ gần nhất" in text
    assert "sau giờ nội bộ" not in text

    # team 1 is returned, sends again and is accepted; team 2 says a number by telephone
    task = days.report(DAY, "T1")
    send_back = f"close/{DAY}/return/{task.id}"
    assert "ghi cần bổ sung gì" in words(hai.post(send_back, {"reason": "", "state_version": task.state_version}))
    assert hai.post(send_back, {"reason": "thiếu ngõ 2", "state_version": task.state_version}).status_code == 303
    assert hai.post(f"close/{DAY}/return/{uuid.uuid4()}", {"reason": "x", "state_version": 1}).status_code == 404
    assert "bị trả lại, chưa gửi lại" in words(hai.get(f"close/{DAY}"))
    assert re.search(r"Đỗ Văn Hải trả lại lúc \S+ ?: “thiếu ngõ 2”", words(town.as_("an").get("team")))
    days.move("an", DAY, "T1", "submit")
    task = days.report(DAY, "T1")
    assert hai.post(f"close/{DAY}/accept", {}).status_code == 422
    assert hai.post(f"close/{DAY}/accept", {"task": f"{task.id}:{task.state_version}"}).status_code == 303
    by = f"{days.teams['T2']}.{member_of(world, 'dung')}"
    wrong = hai.post(f"close/{DAY}/phoned", {"said_by": by, "n": "9", "said_at": ""})
    assert wrong.status_code == 422
    assert "từ 0 đến 2" in words(wrong)
    assert hai.post(f"close/{DAY}/phoned", {"said_by": "x", "n": "1", "said_at": ""}).status_code == 422
    assert hai.post(f"close/{DAY}/phoned", {"said_by": by, "n": "1", "said_at": "15:30 24/5/2025"}).status_code == 303
    text = words(hai.get(f"close/{DAY}"))
    assert "Báo nhanh, chưa đối chiếu: 1 (Phạm Thị Dung báo Đỗ Văn Hải lúc 15:30)" in text
    assert "đã trả lại 1 lần" in text

    days.at("2025-05-24 15:45")
    answer = hai.get("answer").text
    cut = {name: re.search(rf'name="{name}"[^>]*value="(\d+)"', answer)[1] for name in ("as_of", "known_no")}
    assert hai.post("answer/said", {**cut, "channel": "phone", "recipient": "UBND huyện"}).status_code == 303

    days.at("2025-05-24 15:58")
    refused = hai.post(f"close/{DAY}", {})
    assert refused.status_code == 409
    assert "Chốt có thiếu: Tổ công tác số 2 chưa gửi" in words(refused)
    assert hai.post(f"close/{DAY}", {"without": "T2"}).status_code == 303
    closed = hai.get(f"close/{DAY}")
    text = words(closed)
    assert "Số liệu trước 15:58" in text
    assert "chốt có thiếu" in text
    assert "báo nhanh 1, chưa đối chiếu" in text
    assert "15:45 đã báo 1 (điện thoại, UBND huyện); chốt 15:58: 1, khớp." in text
    first = hai.get(f"close/{DAY}/file/1")
    assert first.mimetype == "application/json"
    assert "attachment" in first.headers["Content-Disposition"]

    days.at("2025-05-24 16:20")
    world.visit("dung", world.two, Finding("took_part", world.second[0]), happened="2025-05-24 15:10")
    assert "đề nghị lúc" in words(
        hai.post(f"close/{DAY}/reopen", {"reason": "tổ 2 bổ sung một người"}, follow_redirects=True)
    )
    assert hai.post(f"close/{DAY}/reopen/agree", {}).status_code == 403
    assert hai.post(f"close/{DAY}/reopen/yes", {}).status_code == 404
    chair = town.as_("khanh")
    assert "Đồng ý mở lại" in chair.get(f"close/{DAY}").text
    assert chair.post(f"close/{DAY}/reopen/agree", {}).status_code == 303
    assert "Đã mở lại, chờ chốt lại" in words(hai.get(f"close/{DAY}"))
    assert hai.post(f"close/{DAY}", {"without": "T2"}).status_code == 303
    text = words(hai.get(f"close/{DAY}"))
    assert "Lần 2 khác lần 1" in text
    assert "Đã tham gia góp ý: +1" in text
    assert "15:45 đã báo 1 (điện thoại, UBND huyện); chốt 15:58: 2, chênh +1: 1 ghi bổ sung." in text
    assert "chốt 15:58: 2, chênh +1: 1 ghi bổ sung." in words(hai.get("answer"))
    assert hai.get(f"close/{DAY}/file/1").data == first.data
    assert "Lần chốt 1" in words(hai.get(f"close/{DAY}?revision=1"))
    assert hai.get(f"close/{DAY}?revision=7").status_code == 404

    superior = town.as_(appoint(world, "superior"))
    assert "đã báo" not in words(superior.get(f"close/{DAY}"))
    assert "Ghi là đã nhận" in superior.get(f"close/{DAY}").text
    assert superior.post(f"close/{DAY}", {}).status_code == 404
    assert superior.post(f"close/{DAY}/received/2", {}).status_code == 303
    listed = words(superior.get("close"))
    assert "cấp trên đã nhận" in listed
    assert "lần 2" in listed
    assert "chốt có thiếu" in listed
    days.at("2025-05-25 15:59")
    assert "còn 1 phút" in words(hai.get("close"))
    assert hai.get("close/2025-05-22").status_code == 200
    assert "nằm trong kỳ sau" in words(hai.get("close/2025-05-22"))


def member_of(world, login: str) -> uuid.UUID:
    return world.actor(login).membership_id


def test_who_sees_what_and_in_few_statements(town):
    days = town.days
    for login in ("an", "binh"):
        assert town.as_(login).get("close").status_code == 404
        assert town.as_(login).get(f"close/{DAY}").status_code == 404
    for login in ("giang", appoint(town.world, "auditor")):
        page = town.as_(login).get(f"close/{DAY}")
        assert "Kỳ này chưa chốt" in words(page)
        assert "Tổ công tác số 2" not in page.text
        assert town.as_(login).get("close/2025-05-23").status_code == 200
        assert town.as_(login).post(f"close/{DAY}", {}).status_code == 404
    assert town.as_("hai").get("close/2025-06-30").status_code == 404

    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    hai = town.as_("hai")
    event.listen(town.world.store.reader, "before_cursor_execute", note)
    pages = {}
    for address in ("close", f"close/{DAY}", "close/2025-05-23"):
        hai.get(address)
        sent.clear()
        hai.get(address)
        pages[address] = len([one for one in sent if "SELECT" in one])
    event.remove(town.world.store.reader, "before_cursor_execute", note)
    assert max(pages.values()) <= 16, pages
    days.at("2025-05-24 16:01")
    late = words(hai.get(f"close/{DAY}"))
    assert "Đã quá 16:00 ngày 24/5/2025, chưa chốt" in late
    assert "chưa gửi" in late
    assert "trễ" not in late  # a team is missing; only who forwards can be late


def test_no_figure_below_the_unit_moves_with_a_visit(town):
    world, hai = town.world, town.as_("hai")

    def teams() -> str:
        page = hai.get(f"close/{DAY}").text
        return re.sub(
            r'value="[^"]*"', "", page[page.index('id="t-T1"') : page.index("</table>", page.index('id="t-T1"'))]
        )

    before = teams()
    world.visit("dung", world.two, Finding("took_part", world.second[0]))
    took_part = teams()
    assert took_part.replace("15:38", "09:00") == before.replace("15:38", "09:00")


def test_a_day_that_nobody_closed_is_told_wherever_its_coordinator_and_chair_look(town):
    days, hai, chair = town.days, town.as_("hai"), town.as_("khanh")
    assert "chưa chốt" not in words(hai.get("overview")).replace("Số liệu lúc", "")

    days.at("2025-05-24 16:05")
    text = words(hai.get("overview"))
    assert "Đã quá 16:00, chưa chốt · 1/2 tổ đã gửi" in text
    assert "Chốt số liệu 24/5/2025 quá giờ, chưa chốt" in text
    assert "chưa gửi" in text
    assert "quá hạn chuyển, chưa chuyển" in text
    assert "Chốt số liệu 24/5/2025 quá giờ, chưa chốt" in words(chair.get("chair"))
    assert "Tổ công tác số 2" in words(hai.get("answer"))

    days.close(DAY, without=["T2"])
    for text in (words(hai.get("overview")), words(chair.get("chair"))):
        assert "quá giờ, chưa chốt" not in text
    assert "Không có kỳ báo cáo nào đang chờ" in words(hai.get("overview"))

    hai.post(f"close/{DAY}/reopen", {"reason": "tổ 2 bổ sung một người"})
    assert "Chốt số liệu 24/5/2025 chờ người thứ hai đồng ý mở lại" in words(chair.get("chair"))
    chair.post(f"close/{DAY}/reopen/agree", {})
    assert "Chốt số liệu 24/5/2025 đã mở lại, chờ chốt" in words(hai.get("overview"))


def test_where_no_team_has_to_report_the_overview_denies_no_day_that_nobody_closed(sites):
    town = sites("an-lac-2025", starts="2025-05-06 08:00")
    town.world.household([("Nguyễn Văn Một", "activated")], area="A1")
    town.world.go_to("2025-05-07 22:30")

    text = words(town.as_("hai").get("overview"))

    assert "Chốt số liệu 7/5/2025 quá giờ, chưa chốt" in text
    assert "Không có kỳ báo cáo nào đang chờ" not in text
