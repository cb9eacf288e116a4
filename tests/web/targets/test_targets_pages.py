"""Goals on screen: each under every base, never an order that nobody can follow; somebody else's figures come with their document."""

import io
import re

import pytest
from docx import Document

from tests.workflow.plan.statements import statements_of
from workflow.actions.record_visit import Finding
from workflow.queries.aggregates import aggregates_of
from workflow.tables import ImportedAggregate


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture
def town(site):
    """Forty people with accounts, thirty of whom took part and one of whom ended contact; two died."""
    world = site.world
    names = [(f"Nguyễn Văn {n}", "activated") for n in range(40)]
    door, people = world.household(names)
    world.go_to("2025-05-16 17:00")
    for person in people[:30]:
        world.visit("an", door, Finding("took_part", person))
    world.visit("an", door, Finding("not_taking_part", people[30]))
    world.go_to("2025-05-24 09:00")
    return site


def test_a_goal_is_told_under_every_base_with_what_is_still_possible(town):
    text = words(town.as_("hai").get("targets"))

    assert "T1. Trên 95% công dân" in text
    assert (
        "chưa có số liệu của cơ quan chủ quản; theo dõi bằng số đã tham gia: 30 trên 40 (75,00 %, tính trên số có tài"
        in text
    )
    assert "cần 39, còn thiếu 9; mỗi ngày cần 3 trong 4 ngày còn lại" in text
    assert "Nếu tính trên …" in text
    assert "(cách tính của chỉ tiêu này)" in text
    assert "Nhịp 3 ngày trọn gần nhất: 0,0 mỗi ngày; với nhịp này không đạt." in text
    assert "Nguyễn" not in text
    early = words(town.as_("hai").get("targets?as_of=16/05/2025 16:00"))
    assert "0 trên 40 (0 %" in early
    assert town.as_("hai").get("targets?as_of=hôm qua").status_code == 422


def test_only_sums_of_the_whole_unit_come_in_and_with_their_document(town):
    browser = town.as_("hai")
    told = {
        "figure": "approved_aggregate",
        "n": "3.0",
        "as_of": "23/05/2025 17:00",
        "source": "Thông báo 12/TB-CAT",
        "item": "",
    }

    wrong = browser.post("targets/imported", told)
    assert wrong.status_code == 422
    assert "“3.0” không phải số nguyên" in words(wrong)
    below = browser.post("targets/imported", {**told, "n": "28", "item": "Tổ dân phố 2"})
    assert below.status_code == 422
    assert "chỉ nhận số của toàn đơn vị" in words(below)
    ahead = browser.post("targets/imported", {**told, "n": "28", "as_of": "25/05/2025 17:00"})
    assert ahead.status_code >= 400
    assert browser.post("targets/imported", {**told, "n": "28"}).status_code == 303

    page = words(browser.get("targets/imported"))
    assert "28" in page
    assert "Thông báo 12/TB-CAT" in page
    text = words(browser.get("targets"))
    assert "28 trên 40 (70,00 %" in text
    assert "28, theo Thông báo 12/TB-CAT, tính đến 17:00 ngày 23/5/2025" in text
    assert re.search(r"trên số đã tham gia 30 29 28 \(93,33 %\) 1", text)
    with town.world.store.read() as session:
        [row] = aggregates_of(session, town.world.context())
    assert (row.n, row.source) == (28, "Thông báo 12/TB-CAT")
    assert ImportedAggregate.__tablename__ == "imported_aggregates"


def test_the_letter_asks_for_the_base_and_only_a_goal_with_a_number_has_one(town):
    browser = town.as_("khanh")

    page = browser.get("targets/T1/letter?as_of=24/05/2025 09:00")
    draft = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)[1]

    assert "Kính gửi: UBND huyện Trực Ninh" in draft
    assert (
        "- Tính trên số có tài khoản mức 2 đang hoạt động: số người 40, cần ít nhất 39, đã có 30, tỷ lệ 75,00%" in draft
    )
    assert "đề nghị UBND huyện Trực Ninh có ý kiến thống nhất" in draft
    assert {browser.get(f"targets/{name}/letter").status_code for name in ("T4", "T9", "x")} == {404}
    word = browser.get("targets/T1/letter.docx?as_of=24/05/2025 09:00")
    assert word.status_code == 200
    told = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(word.data)).paragraphs)
    assert "- Tính trên số có tài khoản mức 2 đang hoạt động: số người 40, cần ít nhất 39" in told
    assert browser.get("targets/T4/letter.docx").status_code == 404
    assert town.as_("an").get("targets").status_code == 404
    assert browser.get("targets/imported").status_code == 404


def test_pages_keep_to_their_statements(town):
    browser = town.as_("hai")
    browser.get("targets")
    for path in ("targets", "targets/T1/letter", "targets/imported"):
        with statements_of(town.world.store) as told:
            assert browser.get(path).status_code == 200
        assert len(told) <= 12, told
