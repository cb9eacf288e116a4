"""Evidence with a file: hostile ones refused, taken back with a reason, always an attachment."""

import pytest

from tests.web.plan.conftest import url
from tests.web.plan.reading import LABEL, marked, upload
from tests.web.site import Site
from tests.workflow.files import files
from workflow.tables import StoredFile, TaskEvidence

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
