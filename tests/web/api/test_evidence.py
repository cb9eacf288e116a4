"""Evidence with its file through the API: handed in once, handed out as it came, taken back; what is no such file is refused."""

from io import BytesIO
from typing import Any

import pytest

from tests.web.api.conftest import ABSENT
from tests.web.api.program import Program, problem
from tests.web.api.test_document import INSIDE, check, document
from tests.web.plan.conftest import plan, task
from tests.web.site import Site
from tests.workflow.files import files
from workflow.tables import Event, StoredFile, TaskEvidence

__all__ = ["plan"]
TAKEN = f"{INSIDE}tasks/{{task_id}}/evidence/files"
BACK = f"{INSIDE}tasks/{{task_id}}/evidence/{{evidence_id}}/withdraw"


@pytest.fixture
def lan(plan: Site) -> Program:
    """The office's program."""
    return Program(plan, "lan")


@pytest.fixture
def path(plan: Site) -> str:
    """Where the evidence of one of the office's tasks is."""
    return f"tasks/{task(plan, 'emulation').id}/evidence"


def send(program: Program, path: str, name: str = "phát động.pdf", content: bytes = files.PDF, **told: Any) -> Any:
    return program.send(f"{path}/files", name, content, **{"kind": "document", "label": "Văn bản số 12/UBND", **told})


def test_a_file_is_handed_in_once_and_out_as_it_came(plan: Site, lan: Program, path: str) -> None:
    first, again = (send(lan, path, key="f1") for _ in range(2))

    check(document(plan), plan, first, TAKEN, "post")
    assert (first.status_code, again.json, again.headers["Idempotent-Replay"]) == (201, first.json, "true")
    [row] = plan.world.rows(TaskEvidence)
    assert str(row.id) == first.json["evidence"]
    page = lan.get(path.removesuffix("/evidence")).json
    [line] = page["evidence"]
    assert (line["file_name"], line["file_size"]) == ("phát động.pdf", len(files.PDF))
    assert (page["may_add"], page["may_withdraw"]) == (True, True)
    got = lan.get(f"{path}/{row.id}/file")
    assert (got.status_code, got.mimetype, got.data) == (200, "application/pdf", files.PDF)
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert (got.headers["Cache-Control"], got.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert lan.get(f"{path}/{row.id}/file", headers={"Range": "bytes=0-3"}).data == files.PDF
    declared = document(plan)["paths"][f"{INSIDE}tasks/{{task_id}}/evidence/{{evidence_id}}/file"]["get"]
    assert got.mimetype in declared["responses"]["200"]["content"]


def test_another_file_under_the_same_key_is_another_request(plan: Site, lan: Program, path: str) -> None:
    assert send(lan, path, key="f1").status_code == 201

    problem(send(lan, path, key="f1", content=files.PDF.replace(b"1 0", b"2 0")), 422, "key_reused")
    problem(send(lan, path, key="f1", name="khác.pdf"), 422, "key_reused")

    assert len(plan.world.rows(TaskEvidence)) == 1


def test_taken_back_it_stays_and_no_longer_counts(plan: Site, lan: Program, path: str) -> None:
    evidence = send(lan, path, name="ảnh.jpeg", content=files.JPG, kind="photo").json["evidence"]
    problem(lan.post(f"{path}/{evidence}/withdraw", {}), 422, "invalid")

    done = lan.post(f"{path}/{evidence}/withdraw", {"reason": "Nhầm ảnh"}, key="w")
    again = lan.post(f"{path}/{evidence}/withdraw", {"reason": "Nhầm ảnh"}, key="w")

    check(document(plan), plan, done, BACK, "post")
    assert (done.status_code, again.json) == (200, done.json)
    [line] = lan.get(path.removesuffix("/evidence")).json["evidence"]
    assert line["withdrawn_because"] == "Nhầm ảnh"
    problem(lan.post(f"{path}/{evidence}/withdraw", {"reason": "Lần nữa"}), 409, "already_decided")
    assert lan.get(f"{path}/{evidence}/file").data == files.JPG


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "file_refused"),
        ("a.png", files.PDF, "file_refused"),
        ("a.pdf", b"", "file_refused"),
        ("a.docx", files.bomb(), "file_refused"),
        ("a.pdf", files.PDF + b"0" * (5 << 20), "file_refused"),
        ("a\x01.pdf", files.PDF, "invalid"),
    ],
)
def test_what_is_no_such_file_is_refused(
    plan: Site, lan: Program, path: str, name: str, content: bytes, code: str
) -> None:
    problem(send(lan, path, name=name, content=content), 422, code)

    assert plan.world.rows(StoredFile) == plan.world.rows(TaskEvidence) == []


def test_every_wrong_field_of_a_form_is_named(plan: Site, lan: Program, path: str) -> None:
    form = {"kind": "count", "label": ["a", "b"], "file": "no file", "surplus": (BytesIO(b"x"), "x.pdf")}

    told = problem(lan.post(f"{path}/files", data=form, content_type="multipart/form-data"), 422, "invalid")

    errors = {error["path"]: error["message"] for error in told["errors"]}
    assert set(errors) == {"/kind", "/label", "/file", "/surplus"}
    assert errors["/file"] == "phải là một tệp, gửi kèm tên tệp"
    problem(lan.post(f"{path}/files", {"kind": "document", "label": "Văn bản"}), 415, "not_form")
    problem(send(lan, path, content=b"%PDF-" + b"0" * (6 << 20)), 413, "too_large")
    problem(send(lan, path, key=""), 400, "no_key")
    problem(send(lan, path, headers={"X-CSRF-Token": ""}), 400, "not_from_here")
    problem(lan.post(path, data=" " * (1 << 21), content_type="application/json"), 413, "too_large")
    assert len(plan.world.events(Event.about_id == task(plan, "emulation").id)) == 1


def test_of_a_foreign_task_nothing_is_told_whatever_was_sent(plan: Site, lan: Program, path: str) -> None:
    evidence, absent, an = send(lan, path).json["evidence"], f"tasks/{ABSENT}/evidence", Program(plan, "an")
    for foreign, nothing in (
        (an.get(f"{path}/{evidence}/file"), an.get(f"{absent}/{evidence}/file")),
        (an.post(f"{path}/{evidence}/withdraw", {"x": 1}), an.post(f"{absent}/{evidence}/withdraw", {})),
        (send(an, path, kind="x"), send(an, absent, name="a.exe")),
        (an.post(f"{path}/files", {}, key=""), an.post(f"{absent}/files", {}, key="")),
        (send(an, path, content=b"0" * (6 << 20)), send(an, absent)),
    ):
        problem(foreign, 404, "not_found")
        assert foreign.data == nothing.data
    problem(lan.get(f"{path}/{ABSENT}/file"), 404, "not_found")
    problem(lan.post(f"{path}/{ABSENT}/withdraw", {}), 404, "not_found")
    other = task(plan, "staff-first").id
    problem(lan.get(f"tasks/{other}/evidence/{evidence}/file"), 404, "not_found")
    number = lan.post(path, {"kind": "document", "label": "Văn bản số 9"}).json["evidence"]
    problem(lan.get(f"{path}/{number}/file"), 404, "not_found")


def test_whoever_only_sees_a_task_adds_nothing(plan: Site, lan: Program) -> None:
    foreign = f"tasks/{task(plan, 'team-finishes', 'T1').id}/evidence"

    problem(send(lan, foreign), 403, "not_permitted")

    assert plan.world.rows(StoredFile) == []
