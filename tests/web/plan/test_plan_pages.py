"""The plan in a browser: who sees what, a late task finished with evidence, files refused, reports received, staff declared."""

import re
import uuid
from io import BytesIO

import pytest
from sqlalchemy import update

from rules.time import DAY, HOUR, MINUTE, at
from tests.web.plan.conftest import NOW, appoint, nowhere, task, url
from tests.web.site import Browser, Site
from tests.workflow.files import files
from web.plan.words import BADGES, DONE, ENGINE_WORDS, VIEW_LABELS
from workflow.access import who_may_move_task
from workflow.actions.step_task import step_task
from workflow.plan.life import MOVES, STATE_LABELS
from workflow.plan.standing import STANDINGS, words_of
from workflow.queries.plan_board import VIEWS
from workflow.tables import Account, DeclaredCount, Event, StoredFile, Task, TaskEvidence

LABEL = "Số cán bộ và thân nhân đã hoàn thành, theo từng cơ quan"


def marked(text: str) -> str:
    """The page without tags, spaces as one."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)


def upload(browser: Browser, path: str, name: str, content: bytes, **typed: object):
    return browser.post(
        path, {"label": "Biên bản", "file": (BytesIO(content), name), **typed}, content_type="multipart/form-data"
    )


def test_the_board_shows_what_is_late_first_and_counts_agree(plan: Site) -> None:
    page = plan.as_("hai").get("plan")

    text = marked(page.text)
    assert page.status_code == 200
    assert text.index("Chuyển báo cáo ngày của các tổ") < text.index("Cán bộ, công chức, viên chức")
    assert text.index("Cán bộ, công chức, viên chức") < text.index("Báo cáo kết quả ngày về UBND thị trấn")
    assert "0/2 tổ đã gửi, thiếu 2" in text
    assert "quá hạn 4 ngày" in text
    assert "trước ngày 20/5 (hết Thứ Hai 19/5)" in text
    assert re.search(
        r"Quá hạn 10\b", text
    )  # nine days on which nobody forwarded, and the office's; teams are missing, not late


def test_what_the_strip_of_days_draws_is_said_in_a_table_beneath(plan: Site) -> None:
    page = plan.as_("hai").get("plan").text

    drawn, said = page.split('<details class="days-said">')
    assert drawn.count('<th scope="row">') == said.count('<th scope="row">') > 0
    assert "trước ngày 20/5 (hết Thứ Hai 19/5)" in said
    assert "0/2 tổ đã gửi, thiếu 2" in marked(said)
    assert "đã giao" in marked(said)


def test_the_board_draws_and_says_what_comes_before_and_how_long_it_may_slip(plan: Site) -> None:
    drawn, said = plan.as_("hai").get("plan?view=all").text.split('<details class="days-said">')

    assert 'class="before"' in drawn or 'class="slack"' in drawn
    assert "việc chưa xong)" in said
    assert re.search(r"\b3 ngày\b", marked(said))


def test_every_view_has_a_tab_and_an_unknown_one_is_nowhere(plan: Site) -> None:
    browser = plan.as_("hai")
    assert set(VIEW_LABELS) == set(VIEWS)
    for view in VIEWS:
        assert browser.get(f"plan?view={view}").status_code == 200
    assert browser.get("plan?view=x").status_code == 404
    assert browser.get("plan?page=99").status_code == 404


def test_a_plan_owner_starts_from_their_own_work_a_leader_sees_the_teams(plan: Site) -> None:
    office, leader = plan.as_("lan").get("plan").text, plan.as_("an").get("plan").text
    whole = plan.as_("lan").get("plan?whose=all").text

    assert "Cán bộ, công chức, viên chức" in office
    assert "Báo cáo kết quả ngày" not in office
    assert "Báo cáo kết quả ngày" in whole
    assert "Cán bộ, công chức, viên chức" not in leader
    assert "Tổ công tác số 1" in leader
    assert "Tổ công tác số 2" not in leader


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


HOSTILE = [
    ("a.exe", b"MZ\x90\x00"), ("trang.html", b"<script>alert(1)</script>"), ("anh.svg", b"<svg onload=alert(1)>"),
    ("a.pdf", b"<html><script>"), ("a.pdf.exe", files.PDF), ("a.docx", files.bomb()), ("a.docx", files.lying()),
    ("a.docx", files.docx(**{"word/vbaProject.bin": b"x"})), ("a.png", files.PDF), ("a.pdf", b""),
    ("lon.pdf", files.PDF + b"0" * (5 << 20)),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_and_too_large_files_are_refused_with_a_sentence(plan: Site, number: int) -> None:
    name, content = HOSTILE[number]

    answer = upload(plan.as_("lan"), url(plan, "emulation", "/evidence/new/document"), name, content, label="Văn bản 5")

    assert answer.status_code == 422
    assert "Chưa ghi được" in answer.text
    assert 'value="Văn bản 5"' in answer.text
    assert plan.world.rows(StoredFile) == plan.world.rows(TaskEvidence) == []


def test_a_file_is_always_an_attachment_under_its_name(plan: Site) -> None:
    lan = plan.as_("lan")
    upload(lan, url(plan, "emulation", "/evidence/new/photo"), "điểm hỗ trợ.png", files.png())
    evidence = plan.world.rows(TaskEvidence)[0]

    answer = lan.get(url(plan, "emulation", f"/evidence/{evidence.id}/file"))

    assert answer.data == files.png()
    assert answer.headers["Content-Type"] == "image/png"
    told = answer.headers["Content-Disposition"]
    assert told.startswith("attachment;")
    assert "filename*=UTF-8''%C4%91i%E1%BB%83m%20h%E1%BB%97%20tr%E1%BB%A3.png" in told
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_wrong_evidence_is_taken_back_with_a_reason(plan: Site) -> None:
    lan = plan.as_("lan")
    lan.post(url(plan, "emulation", "/evidence/new/document"), {"label": "Văn bản số 9"})
    path = url(plan, "emulation", f"/evidence/{plan.world.rows(TaskEvidence)[0].id}/withdraw")

    silent, done = lan.post(path, {"reason": ""}), lan.post(path, {"reason": "nhầm văn bản"})

    assert (lan.get(path).status_code, silent.status_code, done.status_code) == (200, 422, 303)
    assert "Đã rút: nhầm văn bản" in marked(lan.get(url(plan, "emulation")).text)
    assert lan.post(url(plan, "emulation", "/moves/submit"), {"state_version": "1"}).status_code == 409


def test_a_count_is_chosen_among_those_the_plan_names(plan: Site) -> None:
    lan = plan.as_("lan")
    page = lan.get(url(plan, "staff-first", "/evidence/new/count"))
    assert f'<option value="{LABEL}" selected>' in page.text

    lan.post(url(plan, "staff-first", "/evidence/new/count"), {"label": LABEL, "count": "120", "is_lower_bound": "y"})

    told = marked(lan.get(url(plan, "staff-first")).text)
    assert "trên 120" in told
    assert "đã có" in told


def test_foreign_and_absent_are_one_page_whatever_is_asked(plan: Site) -> None:
    an, foreign, absent = plan.as_("an"), task(plan, "emulation").id, nowhere()
    asks = [
        ("get", ""), ("post", "/progress"), ("get", "/moves/start"), ("post", "/moves/start"), ("get", "/evidence/new/link"),
        ("post", "/evidence/new/link"), ("get", f"/evidence/{absent}/file"), ("get", f"/evidence/{absent}/withdraw"),
        ("post", f"/evidence/{absent}/withdraw"),
    ]  # fmt: skip
    for method, rest in asks:
        one, other = (getattr(an, method)(f"plan/{key}{rest}") for key in (foreign, absent))
        assert one.status_code == other.status_code == 404, (method, rest)
        assert marked(one.text) == marked(other.text)
    assert an.get("plan/items/nothing").status_code == 404
    assert an.get(url(plan, "team-finishes", scope="T2")).status_code == 404
    assert an.get(url(plan, "team-finishes", scope="T1")).status_code == 200
    assert an.get(url(plan, "team-finishes", "/moves/complete", scope="T1")).status_code == 404


def test_nobody_is_shown_what_others_do_and_everybody_is_refused_it(plan: Site) -> None:
    lan = plan.as_("lan")
    told = marked(lan.get(url(plan, "team-finishes", scope="T1")).text)

    refused = lan.post(url(plan, "team-finishes", "/moves/start", scope="T1"), {"state_version": "1"})

    assert "Gửi duyệt: người được giao nhiệm vụ này" in told
    assert "Bắt đầu làm" not in told
    assert refused.status_code == 403
    assert task(plan, "team-finishes", "T1").state == "assigned"


def test_the_words_of_the_engine_are_those_that_have_their_english() -> None:
    named = set(ENGINE_WORDS)
    stands = {words_of(standing, due, 0)[0] for standing in STANDINGS for due in (None, DAY, HOUR, MINUTE)}
    past = {words_of("overdue", -due, 0)[0] for due in (DAY, HOUR, MINUTE)}
    who = {who_may_move_task(move) for move, rule in MOVES.items() if rule.is_plain}

    assert named >= {*STATE_LABELS.values(), *(move.label for move in MOVES.values()), *stands, *past, *who}
    assert set(DONE) == {move for move, rule in MOVES.items() if rule.is_plain}
    assert set(BADGES) == set(STANDINGS)


def test_reports_of_teams_are_received_together(plan: Site) -> None:
    day, hai = {"occurrence": "2025-05-23"}, plan.as_("hai")
    for login, scope in (("an", "T1"), ("dung", "T2")):
        plan.as_(login).post(url(plan, "daily-report", "/moves/submit", scope=scope, **day), {"state_version": "1"})
    page = hai.get("plan/items/daily-report?period=2025-05-23")
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page.text)
    plan.world.command("hai", lambda book, context, actor: step_task(
        book, context, actor, task(plan, "daily-report", "T2", "2025-05-23").id, "return", state_version=2, reason="thiếu số"))  # fmt: skip

    nothing = hai.post("plan/items/daily-report/accept?period=2025-05-23")
    done = hai.post("plan/items/daily-report/accept?period=2025-05-23", {"chosen": chosen}, follow_redirects=True)

    assert "2/2 đã gửi" in marked(page.text)
    assert "ngày 23/5" in marked(page.text)
    assert len(chosen) == 2
    assert (nothing.status_code, done.status_code) == (422, 200)
    assert "Đã duyệt 1 báo cáo." in done.text
    assert "1 báo cáo không duyệt vì vừa thay đổi" in done.text
    assert task(plan, "daily-report", "T1", "2025-05-23").state == "done"
    foreign = plan.as_("an").post("plan/items/daily-report/accept?period=2025-05-23", {"chosen": chosen})
    assert foreign.status_code == 404


def test_a_report_sent_earlier_is_entered_with_its_hour(plan: Site) -> None:
    an, where = plan.as_("an"), {"scope": "T1", "occurrence": "2025-05-23"}

    answer = an.post(
        url(plan, "daily-report", "/moves/submit", **where), {"state_version": "1", "happened_at": "15:40 23/5/2025"}
    )

    assert answer.status_code == 303
    assert task(plan, "daily-report", "T1", "2025-05-23").submitted_at == at("2025-05-23 15:40")
    assert "đã gửi, đúng hạn" in an.get(url(plan, "daily-report", **where)).text


def test_a_team_is_excused_from_what_is_left_of_a_duty(plan: Site) -> None:
    hai, path = plan.as_("hai"), "plan/items/daily-report/waive?period=2025-05-24"

    silent = hai.post(path, {"waive-scope": "T1", "waive-reason": ""})
    done = hai.post(path, {"waive-scope": "T1", "waive-reason": "đã hoàn thành"}, follow_redirects=True)

    assert silent.status_code == 422
    assert "Đã miễn 3 kỳ." in done.text
    assert {
        row.state for row in plan.world.rows(Task, Task.occurrence == "2025-05-27", Task.item == "daily-report")
    } == {"waived"}
    assert plan.as_("an").post(path, {"waive-scope": "T1", "waive-reason": "x"}).status_code == 404


def test_a_task_is_given_to_another_post(plan: Site) -> None:
    hai, path = plan.as_("hai"), url(plan, "mobilise", "/moves/assign")
    page = hai.get(path)
    office = re.search(r'<option value="([^"]+)">office: Mai Thị Lan', page.text)
    assert office is not None

    assert hai.post(path, {"state_version": "1", "owner": "x"}).status_code == 422
    assert hai.post(path, {"state_version": "1", "owner": office.group(1)}).status_code == 303

    assert task(plan, "mobilise").state == "assigned"
    assert "Tuyên truyền, huy động" in plan.as_("lan").get("plan").text


def test_an_office_declares_counts_and_nobody_elses(plan: Site) -> None:
    appoint(plan, "phuc", "Lý Văn Phúc", "culture", "plan_owner")
    lan, phuc = plan.as_("lan"), plan.as_("phuc")
    address = re.search(r'href="[^"]*(plan/staff/[^"]+)"', lan.get("plan/staff").text)
    assert address is not None
    path = address.group(1)
    counts = {"staff_declared": "7", "staff_finished": "6", "relatives_declared": "15", "relatives_finished": "15"}

    wrong = lan.post(path, {**counts, "staff_finished": "9", "seen": ""})
    done = lan.post(path, {**counts, "seen": ""})
    stale = lan.post(path, {**counts, "staff_finished": "5", "seen": ""})

    assert (wrong.status_code, done.status_code, stale.status_code) == (422, 303, 409)
    assert 'value="9"' in wrong.text
    assert "bản 6/7, 15/15" in stale.text
    assert "bản đang mở là 5/7, 15/15" in stale.text
    assert "6 / 7" in marked(lan.get("plan/staff").text)
    assert len(plan.world.rows(DeclaredCount)) == 2
    assert (phuc.get("plan/staff").status_code, phuc.get(path).status_code, plan.as_("an").get(path).status_code) == (
        200,
        404,
        404,
    )
    assert path not in phuc.get("plan/staff").text


def test_who_has_no_part_in_the_plan_finds_no_such_page(plan: Site) -> None:
    appoint(plan, "tra", "Võ Văn Tra", "auditor", "auditor")
    assert plan.as_("tra").get("plan").status_code == 404
    assert plan.stranger().get("plan").status_code in (302, 303)


def test_in_english_no_sentence_of_ours_is_left_in_vietnamese(plan: Site) -> None:
    with plan.world.store.write() as session:
        session.execute(update(Account).where(Account.login == "hai").values(locale="en"))
    hai = plan.as_("hai")

    board, page = marked(hai.get("plan?view=all").text), marked(hai.get(url(plan, "staff-first")).text)

    assert "Staff and relatives first" in board
    assert "4 days overdue" in board
    assert "0/2 teams have sent" in board
    assert "before 00:00, 20 May 2025" in page
    for words in ("Quá hạn", "còn hạn", "Chủ trì", "Minh chứng", "Lịch sử", "Phối hợp", "đã giao"):
        assert words not in board + page


def test_pages_cost_few_statements_and_say_nothing_in_address_or_title(plan: Site) -> None:
    from tests.workflow.plan.statements import statements_of

    hai = plan.as_("hai")
    for path in (
        "plan",
        "plan?view=all",
        url(plan, "staff-first"),
        "plan/items/daily-report?period=2025-05-23",
        "plan/staff",
    ):
        with statements_of(plan.world.store) as sent:
            page = hai.get(path)
        assert page.status_code == 200
        reads = [one for one in sent if one.lstrip().upper().startswith("SELECT")]
        assert len(reads) <= 18, path
        title = re.search(r"<title>(.*?)</title>", page.text)
        assert title is not None
        assert "Lan" not in title.group(1)
        assert "style=" not in page.text


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
