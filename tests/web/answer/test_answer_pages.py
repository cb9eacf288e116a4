"""The telephone page and the system's numbers on screen: one tap from where the coordinator and the chair start."""

import io
import re

import pytest
from sqlalchemy import event

from tests.web.site import Site
from tests.workflow.answer.town import SOURCE, Afternoon, afternoon
from tests.workflow.officials import appoint
from workflow.tables import SaidFigure, SystemCount


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def town(site: Site) -> Afternoon:
    return afternoon(site.world)


def sent_with(page):
    """Return the unseen fields of the form that notes what was said."""
    return {name: re.search(rf'name="{name}"[^>]*value="(\d+)"', page.text)[1] for name in ("as_of", "known_no")}


def test_the_numbers_and_one_tap_that_notes_them(town: Afternoon, site: Site) -> None:
    hai = site.as_("hai")
    assert (
        hai.post("counter", {"n": "4", "as_of": "24/05/2025 15:30", "source": SOURCE, "back": "answer"}).status_code
        == 303
    )
    town.world.go_to("2025-05-24 15:45")

    page = hai.get("answer")

    text = words(page)
    assert page.status_code == 200
    assert "Đã tham gia góp ý 7 70,00 % trên số có tài khoản mức 2 đang hoạt động: 10" in text
    assert "Từ lần chốt 16:00 23/5 +5" in text
    assert "Chưa gặp hoặc đã kết thúc liên hệ 3 Hộ còn phải đến 1" in text
    assert "Số trên hệ thống lúc 15:30 4" in text
    assert "chênh −3" in text
    assert "2 đã làm, hệ thống chưa trừ; chưa rõ −1" in text
    assert "Tổ công tác số 1 (về sổ 15:10), Tổ công tác số 2 (lâu chưa về sổ)" in text.replace("( ", "(").replace(
        " )", ")"
    ).replace(" ,", ",")
    assert not re.search("Bùi|Lê Thị|Vũ Văn|declined|submitted", page.text)
    town.world.go_to("2025-05-24 15:46")
    town.visit("dung", "4", "took_part")
    town.world.go_to("2025-05-24 15:47")
    said = hai.post("answer/said", {**sent_with(page), "channel": "phone", "recipient": "UBND huyện"})
    assert said.status_code == 303
    (row,) = town.world.rows(SaidFigure)
    assert (row.n, row.recipient, row.channel) == (7, "UBND huyện", "phone")
    after = words(hai.get("answer"))
    assert "Đã tham gia góp ý 8" in after
    assert "15:47 đã báo 7 (70,00 %) điện thoại · UBND huyện · Đỗ Văn Hải · số lúc 15:45" in after
    assert "selected" in re.search(r'<option[^>]*value="UBND huyện"[^>]*>', hai.get("answer").text)[0]

    back = hai.get(f"answer/said/{row.id}/withdraw")
    assert back.status_code == 200
    assert hai.post(f"answer/said/{row.id}/withdraw", {"reason": " "}).status_code == 422
    assert hai.post(f"answer/said/{row.id}/withdraw", {"reason": "bấm nhầm"}).status_code == 303
    assert "đã gỡ: bấm nhầm" in words(hai.get("answer"))
    assert site.as_("khanh").get(f"answer/said/{town.world.unit_id}/withdraw").status_code == 404


def test_it_is_one_tap_away_and_costs_no_more_than_a_dozen_statements(town: Afternoon, site: Site) -> None:
    for login, start in (("hai", "overview"), ("khanh", "chair")):
        browser = site.as_(login)
        first = browser.get(start)
        main = first.text.split("<main")[1].split("</main>")[0]
        assert f'href="{site.path("answer")}"' in main
        assert site.path("answer") in first.text.split('class="menu"')[1].split("</nav>")[0]
        assert browser.get("answer").status_code == browser.get("counter").status_code == 200
    town.system(4, "2025-05-24 15:30")
    area = town.world.door(town.doors["1"][0]).area_id
    town.system(4, "2025-05-24 15:30", area=area)
    town.say(town.answer())
    town.world.go_to("2025-05-24 15:46")
    browser = site.as_("khanh")
    for path in ("answer", "counter"):
        browser.get(path)
        seen: list[str] = []
        listen = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        engines = {town.world.store.reader, town.world.store.writer}
        for engine in engines:
            event.listen(engine, "before_cursor_execute", listen)
        try:
            assert browser.get(path).status_code == 200
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", listen)
        assert len([sql for sql in seen if not sql.startswith(("BEGIN", "PRAGMA", "SET"))]) <= 12, (
            seen
        )  # one of them is the bell


def test_what_cannot_have_been_said_is_not_noted(town: Afternoon, site: Site) -> None:
    hai = site.as_("hai")
    good = {**sent_with(hai.get("answer")), "channel": "phone", "recipient": "UBND huyện"}
    for typed, said in (
        ({"recipient": "-", "other": " "}, "ghi tên cơ quan hoặc người nhận"),
        ({"recipient": "-", "other": "ông Tư, không tán thành"}, "nói về ý kiến trả lời"),
        ({"recipient": "Ai đó"}, "chọn một trong danh sách"),
        ({"channel": "fax"}, "chọn điện thoại, tin nhắn, email hoặc trực tiếp"),
        ({"said_at": "mai"}, "không đọc được"),
        ({"said_at": "25/05/2025 08:00"}, "25/5/2025"),
        ({"known_no": "999999"}, "không trang nào đã cho xem số này"),
        ({"as_of": "9" * 15 + "0"}, "đến bây giờ"),
        ({"as_of": "9" * 17}, "Chưa ghi được"),
        ({"as_of": "x"}, "Chưa ghi được"),
    ):
        page = hai.post("answer/said", {**good, **typed})
        assert page.status_code in (409, 422), typed
        assert said in words(page), (typed, words(page))
    assert not town.world.rows(SaidFigure)


def test_a_table_of_the_system_is_taken_row_by_row(town: Afternoon, site: Site) -> None:
    hai = site.as_("hai")
    table = (
        "Địa bàn;Số trên hệ thống;Thời điểm\n\nTổ dân phố 1;3.045;\nTDP 2;7;15:30 24/5/2025\nTổ dân phố 9;4;\n"
        "Tổ dân phố 1;3046;\nTổ dân phố 2;ba;\nTổ dân phố 2;9;26/5/2025 10:00\n;5;\nTổng cộng;3.050;\nTổ dân phố 2;8;24/5/2025\n"
    )

    def send(content: bytes, name: str = "so.csv"):
        form = {"file": (io.BytesIO(content), name), "as_of": "24/05/2025 15:40", "source": SOURCE}
        return hai.post("counter/file", form, content_type="multipart/form-data")

    page = send(table.encode("utf-8-sig"))

    text = words(page)
    assert "9 dòng: 3 dòng mới, 0 dòng đã có, 6 dòng trả lại." in text
    assert "5 Địa bàn Tổ dân phố 9 không có địa bàn tên này" in text
    assert "6 Địa bàn Tổ dân phố 1 trùng nơi và thời điểm với dòng 3; giữ một dòng" in text
    assert "7 Số trên hệ thống ba không phải số người; ghi số nguyên như 3.045" in text
    assert "8 Thời điểm 26/5/2025 10:00 thời điểm này chưa tới; ghi lại ngày giờ" in text
    assert "9 Địa bàn – chưa ghi địa bàn" in text
    assert "11 Thời điểm 24/5/2025 không đọc được ngày giờ" in text
    rows = town.world.rows(SystemCount)
    assert sorted((row.n, row.area_id is None) for row in rows) == [(7, False), (3045, False), (3050, True)]
    assert len({row.batch_id for row in rows}) == 1
    assert "0 dòng mới, 3 dòng đã có" in words(send(table.encode("utf-16")))
    assert len(town.world.rows(SystemCount)) == 3
    short = "Tổ dân phố 1,3\nTổ dân phố 2,4\nTổng cộng,8\n"
    assert "cộng 2 địa bàn được 7, dòng tổng ghi 8" in words(send(short.encode()))
    for content, name, why in (
        (b"", "a.csv", "Tệp rỗng"), ("Tổ,Số lượng\n".encode("utf-16-le"), "a.csv", "không phải dạng UTF-8"),
        (b"a,b,c\n1,2,3\n", "a.csv", "Không tìm thấy cột"), (b"PK\x03\x04", "a.xlsx", "bị hỏng"), (b"x", "a.pdf", ".xlsx"),
        (b"So luong\n" + b"1\n" * 2100, "a.csv", "2.000 dòng"),
    ):  # fmt: skip
        refused = send(content, name)
        assert refused.status_code == 422
        assert why in words(refused), (name, words(refused)[:600])
    shown = words(hai.get("counter"))
    assert "Tổ dân phố 1 3 15:40" in shown
    assert "Sổ ở mốc chốt" in shown
    assert "từ tệp" in shown


def test_who_enters_and_who_reads(town: Afternoon, site: Site) -> None:
    typed = {"n": "4.045", "as_of": "24/05/2025 15:30", "source": SOURCE}
    assert site.as_("khanh").post("counter", typed).status_code == 404
    assert "Nhập một số" not in site.as_("khanh").get("counter").text
    for login in ("an", "binh", "giang", appoint(town.world, "superior"), appoint(town.world, "auditor")):
        for path in ("answer", "counter"):
            assert site.as_(login).get(path).status_code == 404
    boss = site.as_(appoint(town.world, "administrator"))
    assert boss.post("counter", typed).status_code == 303
    assert "Số hệ thống lớn hơn cả danh sách (10 người)" in words(boss.get("counter"))
    (count,) = town.world.rows(SystemCount)
    assert boss.get(f"counter/{count.id}/withdraw").status_code == 200
    assert boss.post(f"counter/{count.id}/withdraw", {"reason": "gõ thừa số"}).status_code == 303
    assert "Chưa có số nào của hệ thống." in words(boss.get("counter"))
    assert "đã gỡ: gõ thừa số" in words(boss.get("counter"))
    for wrong in (
        {"n": "-1"},
        {"n": "3.04"},
        {"n": ""},
        {"as_of": "25:30"},
        {"as_of": "25/05/2025 15:30"},
        {"source": " "},
        {"area": "x"},
        {"source": "0912345678"},
    ):
        assert boss.post("counter", {**typed, **wrong}).status_code in (409, 422), wrong
    assert len(town.world.rows(SystemCount)) == 1


def test_in_english_our_own_words_are_english(town: Afternoon, site: Site) -> None:
    town.system(4, "2025-05-24 15:30")
    town.say(town.answer())
    hai = site.as_("hai")
    hai.post("/me/language", {"locale": "en"})

    for path in ("answer", "counter"):
        main = re.sub(
            r"<textarea.*?</textarea>", "", hai.get(path).text.split("<main")[1].split("</main>")[0], flags=re.DOTALL
        )
        left = [word for word in ("Hệ thống", "Chưa rõ", "Đã báo", "điện thoại", "Tổ chưa", "Nhập") if word in main]
        assert left == [], path
    hai.post("/me/language", {"locale": "vi"})
    assert "Trả lời nhanh" in hai.get("answer").text


def test_who_waits_is_settled_with_one_button_and_taken_back(town: Afternoon, site: Site) -> None:
    hai = site.as_("hai")
    fewer = town.system(6, "2025-05-24 15:20")["count"]
    assert "Hệ thống đã trừ hết" not in hai.get("counter").text
    assert "ít hơn sổ (7)" in words(hai.post(f"counter/{fewer}/settle"))
    count = town.system(7, "2025-05-24 15:30")["count"]
    page = hai.get("counter")
    assert f'href="{site.path(f"counter/{count}/settle")}"' in page.text
    assert "Hệ thống đã trừ hết những người đang chờ" in words(hai.get(f"counter/{count}/settle"))

    assert hai.post(f"counter/{count}/settle").status_code == 303

    page = hai.get("counter")
    text = words(page)
    assert "Đã đối soát 2 người; còn 0 người chờ hệ thống trừ." in text
    assert "Không còn chênh lệch chưa rõ." in text
    assert "đã đối soát 2 người" in text
    assert not re.search("Bùi|Lê Thị|Vũ Văn|declined|submitted", page.text)
    assert "không còn ai chờ" in words(hai.post(f"counter/{count}/settle"))
    assert hai.post(f"counter/{count}/unsettle", {"reason": " "}).status_code == 422
    assert hai.post(f"counter/{count}/unsettle", {"reason": "bấm nhầm"}).status_code == 303
    assert "Đã hủy đối soát 2 người; giữ nguyên 0 người" in words(hai.get("counter"))
    assert "không còn đối soát ai" in words(hai.post(f"counter/{count}/unsettle", {"reason": "bấm nhầm"}))
    for login in ("khanh", "an"):
        for path in (f"counter/{count}/settle", f"counter/{count}/unsettle"):
            assert site.as_(login).get(path).status_code == site.as_(login).post(path).status_code == 404
    assert "settle" not in site.as_("khanh").get("counter").text
    assert hai.get(f"counter/{town.world.unit_id}/settle").status_code == 404
