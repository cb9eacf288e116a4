"""A plan sent as a spreadsheet through the pages: shown row by row, agreed to, taken away again."""

import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import update

from rules.pack import load_pack, shipped_packs
from tests.web.plan.conftest import url
from tests.web.site import Browser, Site
from tests.workflow.planfile.sheets import plan_file
from workflow.planfile.read import read_plan
from workflow.tables import Account, Campaign, Event, Task

GOOD = [1, "Treo băng rôn", "Văn hóa – xã hội", "", "trước ngày 28/5"]
BAD = [2, "Họp chi hội", "Hội Phụ nữ", "", "thường xuyên"]


def send(browser: Browser, folder: Path, rows: list, *, name: str = "kh.xlsx"):
    content = BytesIO(plan_file(folder / "kh.xlsx", rows).read_bytes())
    return browser.post("plan/workbook", {"file": (content, name)}, content_type="multipart/form-data")


def seen(text: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]+)"', text)
    assert found is not None
    return found[1]


def speak_english(site: Site, login: str) -> None:
    with site.world.store.write() as session:
        session.execute(update(Account).where(Account.login == login).values(locale="en"))


def test_a_plan_is_shown_first_and_written_when_somebody_agrees(plan: Site, tmp_path):
    hai, before = plan.as_("hai"), len(plan.world.rows(Task))
    address = send(hai, tmp_path, [GOOD, BAD]).headers["Location"]
    page = hai.get(address)
    text = unescape(page.text)

    assert page.status_code == 200
    assert "2 dòng = 1 mới + 0 thay đổi + 0 không đổi + 1 bị trả lại" in text
    assert "trước ngày 28/5 (hết Thứ Ba 27/5)" in text
    assert "E3" in text
    assert "“thường xuyên” không tính được hạn" in text
    assert len(plan.world.rows(Task)) == before, "nothing is written by looking"

    done = hai.post(address, {"seen": seen(page.text)})

    assert done.status_code == 303
    assert len(plan.world.rows(Task)) == before + 1
    assert "Treo băng rôn" in hai.get("plan?view=all&whose=all").text
    assert hai.get(address).status_code == 404, "the file is gone once it was written"


def test_a_file_that_was_mended_writes_the_rest_and_the_same_again_changes_nothing(plan: Site, tmp_path):
    hai = plan.as_("hai")
    for rows, said in (
        ([GOOD, BAD], "Ghi 1 việc vào kế hoạch"),
        ([GOOD, [*BAD[:4], "đến hết ngày 26/5"]], "1 mới + 0 thay đổi + 1 không đổi + 0 bị trả lại"),
    ):
        address = send(hai, tmp_path, rows).headers["Location"]
        page = hai.get(address)
        assert said in unescape(page.text)
        hai.post(address, {"seen": seen(page.text)})

    last = unescape(hai.get(send(hai, tmp_path, [GOOD, [*BAD[:4], "đến hết ngày 26/5"]]).headers["Location"]).text)

    assert "0 mới + 0 thay đổi + 2 không đổi + 0 bị trả lại" in last
    assert "Không có gì để ghi" in last


def test_what_is_to_be_looked_at_is_said_at_its_row_and_counted_and_a_long_cell_is_cut(plan: Site, tmp_path):
    late, long = (
        [1, "Treo băng rôn", "Văn hóa – xã hội", "", "trước ngày 14/5"],
        [2, "dài " * 400, "Hội Phụ nữ", "", "dài " * 400],
    )
    hai = plan.as_("hai")
    text = unescape(hai.get(send(hai, tmp_path, [late, long]).headers["Location"]).text)

    assert "2 dòng = 1 mới + 0 thay đổi + 0 không đổi + 1 bị trả lại. 1 dòng cần xem." in text
    assert "hạn đã qua (hết Thứ Ba 13/5/2025), nên việc quá hạn ngay khi được ghi" in text
    assert "dài " * 40 not in text


def test_a_deadline_that_counts_from_a_task_names_it_wherever_it_is_shown(plan: Site, tmp_path):
    rows = [GOOD, [2, "Rà soát", "Văn hóa – xã hội", "", "02 ngày làm việc kể từ khi xong việc 1"]]
    words, waits = "trong 2 ngày làm việc kể từ khi xong việc “Treo băng rôn”", "chưa có hạn: chờ việc trước xong"
    hai = plan.as_("hai")
    address = send(hai, tmp_path, rows).headers["Location"]
    page = hai.get(address)
    hai.post(address, {"seen": seen(page.text)})

    pages = [unescape(hai.get(f"plan?view=all&whose=all&page={number}").text) for number in (1, 2)]
    board = next(text for text in pages if "Rà soát" in text)
    one = unescape(hai.get(url(plan, "ra-soat")).text)
    (tmp_path / "ra.xlsx").write_bytes(hai.get("plan/workbook/export").data)
    back = next(row for row in read_plan(tmp_path / "ra.xlsx").rows if row.cells["id"] == "ra-soat")
    speak_english(plan, "hai")
    english = "".join(unescape(hai.get(f"plan?view=all&whose=all&page={number}").text) for number in (1, 2))

    assert words in unescape(page.text)
    for text in (board, one):
        assert words in text
        assert waits in text
    assert "kể từ khi xong việc " in back.cells["due"]
    assert back.shown["standing"] == waits
    assert "counted from when “Treo băng rôn” is done" in english
    assert "no deadline yet: waits for another task" in english


def test_what_was_shown_is_what_is_written_or_nothing(plan: Site, tmp_path):
    hai = plan.as_("hai")
    first, second = (
        send(hai, tmp_path, rows).headers["Location"] for rows in ([GOOD], [[*GOOD[:4], "trước ngày 27/5"]])
    )
    old = seen(hai.get(second).text)
    hai.post(first, {"seen": seen(hai.get(first).text)})

    late = hai.post(second, {"seen": old})

    assert late.status_code == 409
    assert "Chưa ghi gì" in unescape(late.text)
    assert "trước ngày 28/5 (hết Thứ Ba 27/5)" in unescape(late.text), "the change is shown with what is there now"
    assert hai.post(second, {"seen": seen(late.text)}).status_code == 303


def test_a_file_belongs_to_who_sent_it_and_the_plan_to_who_steers(plan: Site, tmp_path):
    address = send(plan.as_("hai"), tmp_path, [GOOD]).headers["Location"]

    assert plan.as_("khanh").get(address).status_code == 404
    for login in ("lan", "an", "binh"):
        assert plan.as_(login).get("plan/workbook").status_code == 404
        assert plan.as_(login).get("plan/workbook/export").status_code == 404


@pytest.mark.parametrize(
    ("name", "said"), [("kh.xlsm", "macro"), ("kh.docx", "không phải là bảng tính"), ("kh.xls", "Excel cũ")]
)
def test_a_file_that_is_no_spreadsheet_gets_a_sentence_and_is_not_kept(plan: Site, tmp_path, name, said):
    answer = send(plan.as_("hai"), tmp_path, [GOOD], name=name)

    assert answer.status_code == 422
    assert said in unescape(answer.text)


def test_the_plan_is_taken_away_and_comes_back_unchanged(plan: Site, tmp_path):
    hai = plan.as_("hai")
    events = len(plan.world.rows(Event))
    content = hai.get("plan/workbook/export").data
    address = hai.post(
        "plan/workbook", {"file": (BytesIO(content), "ra.xlsx")}, content_type="multipart/form-data"
    ).headers["Location"]
    text = unescape(hai.get(address).text)

    assert "0 mới + 0 thay đổi" in text
    assert "0 bị trả lại" in text
    assert hai.get("plan/workbook/blank").data[:2] == b"PK"
    assert len(plan.world.rows(Event)) == events
    assert plan.world.rows(Campaign)[0].pack_hash == plan.world.pack.hash


def test_a_plan_of_a_pack_is_a_template_on_the_days_of_this_campaign(plan: Site, tmp_path):
    hai = plan.as_("hai")
    content = hai.get("plan/workbook/blank?pack=an-lac-2025").data
    answer = hai.post("plan/workbook", {"file": (BytesIO(content), "mau.xlsx")}, content_type="multipart/form-data")
    text = unescape(hai.get(answer.headers["Location"]).text)

    assert "9 dòng = " in text
    (tmp_path / "mau.xlsx").write_bytes(content)
    finishes = load_pack(shipped_packs()["an-lac-2025"]).plan_items["team-finishes"]
    words = {row.cells["label"]: row.cells["due"] for row in read_plan(tmp_path / "mau.xlsx").rows}
    assert words[finishes.label.vi] == "đến hết ngày 6/6/2025", (
        "29/5 where the campaign begins on 5/5; here it begins on 13/5"
    )
    assert hai.get("plan/workbook/blank?pack=khong-co").status_code == 404


def test_the_next_campaign_is_shown_day_by_day_and_taken_away(plan: Site):
    hai = plan.as_("hai")
    page = hai.get("plan/rebase?anchor=collect_from&day=15/5/2026&pack_id=cat-thanh-2026")
    text = unescape(page.text)

    assert "Gói mới không có lỗi" in text
    assert "rơi vào ngày nghỉ (Thứ Bảy 30/5/2026)" in text
    assert hai.get("plan/rebase/pack?anchor=collect_from&day=15/5/2026&pack_id=cat-thanh-2026").data[:2] == b"PK"
    assert hai.get("plan/rebase/pack?day=hu").status_code == 404
    wrong = hai.get("plan/rebase?anchor=starts&day=32/5/2026&pack_id=cat-thanh-2026")
    assert "Ngày mới của mốc ấy: “32/5/2026” không đọc được; ghi ngày như 24/5/2025" in unescape(wrong.text)
    assert 'value="32/5/2026"' in wrong.text
