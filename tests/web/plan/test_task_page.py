"""One task on its page: finished with evidence, sent twice, stale, mistyped, given to another post, spoken about."""

import re
import uuid
from pathlib import Path

import pytest
from sqlalchemy import update

import web
from rules.time import at
from tests.web.plan.conftest import NOW, appoint, task, url
from tests.web.plan.reading import hidden, marked, upload
from tests.web.site import Site
from tests.workflow.files import files
from workflow.actions.step_task import step_task
from workflow.tables import Event, Task


def test_a_plan_owner_finishes_a_late_task_with_evidence(plan: Site) -> None:
    lan, hai, item = plan.as_("lan"), plan.as_("hai"), "emulation"
    with plan.world.store.write() as session:
        session.execute(
            update(Task)
            .where(Task.unit_id == plan.world.unit_id, Task.item == item)
            .values(due_at=at("2025-05-22 00:00"))
        )
    page = lan.get(url(plan, item))
    assert "quá hạn 2 ngày" in marked(page.text)

    started = lan.post(url(plan, item, "/moves/start"), {"state_version": hidden(page.text, "state_version")})
    shown = lan.get(url(plan, item)).text
    progress = lan.post(
        url(plan, item, "/progress"), {"percent": "60", "note": "đã trình", "seen": hidden(shown, "seen")}
    )
    early = lan.post(url(plan, item, "/moves/submit"), {"state_version": "2"})
    added = upload(
        lan, url(plan, item, "/evidence/new/document"), "phat-dong.pdf", files.PDF, label="Văn bản số 12/UBND"
    )
    sent = lan.post(url(plan, item, "/moves/submit"), {"state_version": "2"})
    waiting = marked(hai.get("plan?view=review").text)
    accepted = hai.post(url(plan, item, "/moves/accept"), {"state_version": "3"})

    assert [answer.status_code for answer in (started, progress, early, added, sent, accepted)] == [
        303,
        303,
        409,
        303,
        303,
        303,
    ]
    assert "thiếu “Văn bản phát động thi đua”" in early.text
    assert "phát động phong trào thi đua" in waiting
    done = task(plan, item)
    assert (done.state, done.progress, done.submitted_at) == ("done", 60, at(NOW))
    told = marked(lan.get(url(plan, item)).text)
    assert "đã gửi, trễ hạn" in told
    for words in (
        "Mai Thị Lan : bắt đầu làm",
        "ghi tiến độ 60 % – đã trình",
        "bổ sung minh chứng “Văn bản số 12/UBND”",
        "Đỗ Văn Hải : duyệt",
    ):
        assert words.replace(" :", ":") in told.replace(" :", ":")


def test_sending_a_form_twice_is_doing_it_once(plan: Site) -> None:
    lan = plan.as_("lan")
    key = uuid.uuid4().hex
    for _again in range(2):
        answer = lan.post(url(plan, "emulation", "/progress"), {"percent": "10", "seen": "-", "key": key})
        assert answer.status_code == 303

    assert len(plan.world.events(Event.about_id == task(plan, "emulation").id)) == 2


def test_a_stale_page_shows_both_values_keeps_what_was_typed_and_can_be_sent_again(plan: Site) -> None:
    lan = plan.as_("lan")
    lan.post(url(plan, "emulation", "/progress"), {"percent": "40", "seen": "-"})

    late = lan.post(url(plan, "emulation", "/progress"), {"percent": "30", "note": "vừa họp", "seen": "-"})

    assert late.status_code == 409
    assert "bản 40 %" in late.text
    assert "bản đang mở là chưa ghi" in late.text
    assert 'value="vừa họp"' in late.text
    assert hidden(late.text, "seen") == "40"
    plan.world.command(
        "lan",
        lambda book, context, actor: step_task(
            book, context, actor, task(plan, "emulation").id, "start", state_version=1
        ),
    )
    moved = plan.as_("hai").post(
        url(plan, "emulation", "/moves/cancel"), {"state_version": "1", "reason": "trùng việc"}
    )
    assert moved.status_code == 409
    assert "hiện là “đang làm” (bản 2), bản đang mở là 1" in moved.text
    assert "trùng việc" in moved.text
    assert hidden(moved.text, "state_version") == "2"


@pytest.mark.parametrize(
    ("rest", "typed", "said"),
    [
        ("/progress", {"percent": "nhiều", "note": "abc"}, "Đã làm được"),
        ("/progress", {"percent": "101", "note": "abc"}, "ghi một số từ 0 đến 100"),
        ("/progress", {"percent": "5", "seen": "-", "note": "gọi 0912345678"}, "giống số định danh hoặc số điện thoại"),
        ("/evidence/new/document", {"label": ""}, "Số, ký hiệu hoặc tên văn bản: chưa ghi"),
        ("/evidence/new/link", {"label": "trang của xã"}, "phải bắt đầu bằng http"),
        ("/evidence/new/link", {"label": "javascript:alert(1)"}, "phải bắt đầu bằng http"),
        ("/evidence/new/photo", {"label": "Điểm hỗ trợ"}, "hãy chọn một tệp"),
        ("/evidence/new/count", {"label": "Số văn bản", "count": "-3"}, "ghi một số từ 0"),
        ("/moves/submit", {"state_version": "1", "happened_at": "hôm qua"}, "không đọc được"),
    ],
)
def test_bad_input_says_what_and_keeps_what_was_typed(plan: Site, rest: str, typed: dict, said: str) -> None:
    answer = plan.as_("lan").post(url(plan, "emulation", rest), typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert "Chưa ghi được" in answer.text
    for value in typed.values():
        assert value in answer.text or value == ""
    assert len(plan.world.events(Event.about_id == task(plan, "emulation").id)) == 1


def test_a_task_is_given_to_another_post(plan: Site) -> None:
    hai, path = plan.as_("hai"), url(plan, "mobilise", "/moves/assign")
    page = hai.get(path)
    office = re.search(r'<option value="([^"]+)">office: Mai Thị Lan', page.text)
    assert office is not None

    assert hai.post(path, {"state_version": "1", "owner": "x"}).status_code == 422
    assert hai.post(path, {"state_version": "1", "owner": office.group(1)}).status_code == 303

    assert task(plan, "mobilise").state == "assigned"
    assert "Tuyên truyền, huy động" in plan.as_("lan").get("plan").text


def test_a_supporting_post_speaks_on_the_page_adds_and_finishes_nothing(plan: Site) -> None:
    appoint(plan, "tra", "Võ Văn Tra", "support_desk", "support_desk")
    tra, path = plan.as_("tra"), url(plan, "support-point")

    page = tra.get(path)
    assert page.status_code == 200
    assert ("Ghi tiến độ" in page.text, "Gửi trao đổi" in page.text, "Gửi duyệt</button>" in page.text) == (
        True,
        True,
        False,
    )
    said = "Máy <b>quét</b> & “máy in” đã về"
    key = uuid.uuid4().hex
    assert tra.post(f"{path}/comments", {"said": said, "key": key}).status_code == 303
    refused = tra.post(f"{path}/comments", {"said": "hộ này không tán thành", "key": uuid.uuid4().hex})
    assert (refused.status_code, "nói về ý kiến trả lời" in refused.text) == (422, True)

    shown = plan.as_("lan").get(path).text
    assert "Võ Văn Tra" in shown
    assert "Máy &lt;b&gt;quét&lt;/b&gt; &amp; “máy in” đã về" in shown
    assert "không tán thành" not in shown
    assert tra.get(url(plan, "issue-decision")).status_code == 404


def test_a_comment_keeps_its_lines(plan: Site) -> None:
    appoint(plan, "tra", "Võ Văn Tra", "support_desk", "support_desk")
    path = url(plan, "support-point")
    tra = plan.as_("tra")
    sent = {"said": "Đã họp.\r\n\r\n\r\n- thiếu  bàn\r\n- thiếu ghế ", "key": uuid.uuid4().hex}
    assert tra.post(f"{path}/comments", sent).status_code == 303

    page = plan.as_("lan").get(path).text
    assert '<div class="what said">Đã họp.\n\n- thiếu bàn\n- thiếu ghế</div>' in page
    style = (Path(web.__file__).parent / "static" / "plan.css").read_text("utf-8")
    assert ".thread .said { white-space: pre-line; }" in style


def test_who_holds_which_post_is_listed_for_whoever_may_give_the_task_to_one(plan: Site) -> None:
    path = url(plan, "team-finishes", "/moves/assign", scope="T1")

    asked = plan.as_("binh").get(path)
    refused = plan.as_("binh").post(path, {"state_version": "1", "owner": str(uuid.uuid4())})

    assert "<option" in plan.as_("hai").get(path).text
    assert asked.status_code == 200
    assert "<option" not in asked.text
    assert "<option" not in refused.text
