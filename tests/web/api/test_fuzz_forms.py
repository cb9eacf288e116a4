"""Wrong forms and files for every operation that takes a file: refused as a problem, or taken as what they are; none breaks anything."""

import random
from io import BytesIO
from typing import Any

from tests.web.api.conftest import Town
from tests.web.api.program import Program
from tests.web.api.test_document import FORMS, document, found, operations
from tests.web.api.test_fuzz import ODD, address, judge
from tests.workflow.files import files
from workflow.actions.open_plan import open_plan
from workflow.tables import Task, TaskEvidence

CONTENTS = (
    b"", b"%PDF-1.4", files.PDF, files.png(), files.docx(), files.lying(), files.xlsx()[:-9], files.xlsx(), b"\x00" * 1000, "ý,ố".encode(),
)  # fmt: skip
NAMES = (
    "a.pdf",
    "a.xlsx",
    "a.docx",
    "a.PNG",
    "a",
    ".",
    "../../a.pdf",
    "a\x01.pdf",
    f"{'ý' * 300}.xlsx",
    "999085000001.xlsx",
    " .pdf",
)
TEXTS = [str(odd) for odd in ODD if odd != "\ud800"]
NO_FORMS = (
    b"",
    b"--x",
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x00.pdf"\r\n\r\n%PDF-\r\n--x--',
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: \xff\r\n\r\n%PDF-',
    b"\xff" * 999,
)


def valid(shape: dict[str, Any]) -> dict[str, Any]:
    """Return the texts of a form that fits, as far as a shape says it."""
    told = {"boolean": "false", "string": "một chữ"}
    return {
        name: inner["enum"][0]
        if "enum" in inner
        else "2025-05-15T17:00:00+07:00"
        if inner.get("format") == "date-time"
        else told[inner["type"]]
        for name, inner in shape["properties"].items()
    }


def test_no_form_breaks_anything(town: Town) -> None:
    with town.world.book() as (book, context):
        open_plan(book, context)
    [own] = town.world.rows(Task, Task.item == "team-finishes", Task.scope == "T1")
    made, dice, answered = document(town), random.Random(2), set()
    before = len(town.world.events())
    for path, method, operation in operations(made):
        content = operation["requestBody"]["content"] if method == "post" else {}
        if "multipart/form-data" not in content:
            continue
        assert path in FORMS
        shape, where = (
            found(made, content["multipart/form-data"]["schema"]["$ref"]),
            address(town, path, town.door, task_id=own.id),
        )
        for login in ("binh", "an", "hai"):
            program = Program(town, login)
            for _ in range(30):
                form = {**valid(shape), "file": (BytesIO(dice.choice(CONTENTS)), dice.choice(NAMES))}
                spoilt = dice.choice([*form, "surplus", ""])
                if spoilt:
                    form[spoilt] = dice.choice([*TEXTS, ["x", "y"], (BytesIO(b"x"), "x.pdf")])
                answer = program.post(where, data=form, content_type="multipart/form-data")
                judge(answer, (path, form))
                answered.add((path, answer.status_code))
            for body in NO_FORMS:
                answer = program.post(where, data=body, content_type="multipart/form-data; boundary=x")
                judge(answer, (path, body))
                assert answer.status_code in (404, 422)
    assert {path for path, status in answered if status == 422} == FORMS
    assert len(town.world.events()) == before + len(town.world.rows(TaskEvidence))
