"""The letter that urges: who is late by page and file, in the plan's words, without residents; recorded; foreign and finished are absent."""

import io
import re

import docx
import pytest

from tests.web.papers.conftest import key
from tests.web.site import Site
from tests.workflow.inbox.conftest import Silent
from workflow.queries.late_work import Late, in_order
from workflow.tables import Event, StoredFile

pytestmark = pytest.mark.slow


def test_a_team_is_urged_with_what_is_late_and_no_resident_is_named(late_site: Site, silent: Silent) -> None:
    hai, address = late_site.as_("hai"), f"papers/urge?to={key(silent, 'T1')}"
    assert address.split("?")[1] in hai.get("papers/urge").text
    page = re.sub(r"\s+", " ", hai.get(address).text)
    assert "Kính gửi: Tổ công tác số 1" in page
    assert "còn 4 báo cáo chưa gửi và 5 trường hợp" in page
    assert "quá hạn" not in page.split("Kính gửi")[1]
    before = len(silent.world.events())

    answer = hai.post(address, {"answer_by": "17:00 20/5/2025"})

    assert answer.status_code == 200, answer.text
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(answer.data)).paragraphs)
    everything = text + "\n".join(
        c.text for t in docx.Document(io.BytesIO(answer.data)).tables for r in t.rows for c in r.cells
    )
    assert "V/v đôn đốc" in everything
    assert "Tổ công tác số 1" in text
    said = (
        "(Câu kết), kỳ 16/5/2025: thời hạn theo kế hoạch là trước 16:00 hằng ngày (trước 16:00 Thứ Sáu 16/5); chưa gửi."
    )
    assert said in text
    assert "assumed" not in text
    assert "Đã đăng ký, quá 48 giờ chưa ai đến: 4 trường hợp" in text
    assert "trước 17:00 ngày 20/5/2025" in text
    names = [name for name in silent.world.names().values() if name]
    assert not [name for name in names if name in everything]
    written = silent.world.events(Event.kind == "note")[-1]
    assert (len(silent.world.events()), written.data["what"], written.data["to"]) == (
        before + 1,
        "urge",
        key(silent, "T1"),
    )
    assert silent.world.rows(StoredFile)[-1].sha256 == written.data["sha256"]


def test_nobody_else_and_nothing_late_is_absent(late_site: Site, silent: Silent) -> None:
    assert late_site.as_("an").get("papers/urge").status_code == 404
    assert late_site.as_("hai").get("papers/urge?to=team-00").status_code == 404
    assert late_site.as_("hai").post("papers/urge?to=team-00", {"answer_by": "17:00 20/5/2025"}).status_code == 404
    late = late_site.as_("hai").post(f"papers/urge?to={key(silent, 'T1')}", {"answer_by": "17:00 18/5/2025"})
    assert late.status_code in (409, 422)


def test_an_answer_is_asked_for_within_the_campaign_or_soon_after(late_site: Site, silent: Silent) -> None:
    address = f"papers/urge?to={key(silent, 'T1')}"
    hai, before = late_site.as_("hai"), len(silent.world.events())

    far = hai.post(address, {"answer_by": "17:00 1/1/2030"})
    a_day = hai.post(address, {"answer_by": "20/5"})

    assert far.status_code == 422
    assert "quá xa; chọn muộn nhất là" in far.text
    assert a_day.status_code == 200
    assert len(silent.world.events()) == before + 1
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(a_day.data)).paragraphs)
    assert "đến hết ngày 20/5/2025." in text


def test_teams_with_as_much_late_stand_by_their_numbers() -> None:
    names = ["Tổ 10", "Tổ 2", "Tổ 1"]
    every = [Late(name, name, None, [], []) for name in names]  # type: ignore[arg-type]

    assert [one.name for one in in_order(every)] == ["Tổ 1", "Tổ 2", "Tổ 10"]
