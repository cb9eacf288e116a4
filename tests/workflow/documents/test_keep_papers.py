"""A paper is kept with all that it came from, made again byte for byte, and recorded once it was issued."""

import re
import uuid
from dataclasses import replace
from datetime import date
from io import BytesIO
from types import SimpleNamespace

import pytest
from docx import Document

from tests.web.plan.conftest import appoint
from tests.workflow.documents.closes import an_lac
from tests.workflow.documents.opened import Opened
from tests.workflow.documents.world_of_papers import close_by_hand, store_in
from tests.workflow.files import files as sent
from workflow.actions.add_evidence import add_evidence
from workflow.actions.make_paper import make_again, make_paper
from workflow.actions.open_plan import open_plan
from workflow.actions.record_paper import record_paper
from workflow.actions.record_visit import Finding
from workflow.actions.save_template import TemplateRefused, save_template
from workflow.documents.make_template import make_template
from workflow.errors import AlreadyDecided, BadInput, GuardRefused, NotFound, NotPermitted
from workflow.files import FileRefused, Upload
from workflow.queries.papers import narrative_of, paper_line, papers_of, templates_in_use
from workflow.tables import Task
from workflow.verify.run import verify


@pytest.fixture
def store(tmp_path):
    return store_in(tmp_path)


@pytest.fixture
def town(world):
    """Two people took part before the cut-off, one afterwards; the office shows some of what it did."""
    appoint(SimpleNamespace(world=world), "lan", "Mai Thị Lan", "office", "plan_owner")
    with world.book() as (book, context):
        open_plan(book, context)
    door, (one, two, three) = world.household([(f"Nguyễn Văn {n}", "activated") for n in ("Một", "Hai", "Ba")])
    world.go_to("2025-05-16 15:00")
    world.visit("an", door, Finding("took_part", one), Finding("took_part", two))
    world.go_to("2025-05-16 17:00")
    world.close_id = close_by_hand(world)
    world.visit("an", door, Finding("took_part", three))
    return world


def make(world, store, kind="daily", login="hai", close_id=None):
    wanted = close_id or world.close_id
    return world.command(
        login, lambda book, context, actor: make_paper(book, context, actor, wanted, kind=kind, files=store)
    )


def record(world, store, paper, number=5, day=date(2025, 5, 16), signed=None):
    return world.command(
        "hai",
        lambda book, context, actor: record_paper(
            book, context, actor, paper, number=number, issued_on=day, signed=signed, files=store
        ),
    )


def line_of(world, paper):
    with world.store.read() as session:
        return paper_line(session, world.context(), paper)


def test_a_paper_is_of_its_close_whatever_happened_since(town, store):
    told = make(town, store)

    content = store.read(told["sha256"])
    assert Opened(content).bookmarks()["so_2_n"] == "2"
    with town.store.read() as session:
        (line,) = papers_of(session, town.context())
        again = make_again(session, town.context(), line.id, store)
    assert again.is_same
    assert again.content == content
    assert make(town, store) == {"paper": str(line.id), "sha256": told["sha256"], "again": True}
    assert make(town, store, "final")["sha256"] != told["sha256"]
    with town.store.read() as session:
        assert {each.check for each in verify(session, [town.unit_id]).violations} <= {"I5-personal"}


def test_who_may_make_one_and_of_what(town, store):
    with pytest.raises(NotPermitted):
        make(town, store, login="an")
    with pytest.raises(NotFound):
        make(town, store, close_id=town.ids.new(0))
    with pytest.raises(BadInput, match="chọn báo cáo ngày hoặc báo cáo tổng kết"):
        make(town, store, "letter")


def test_figures_with_an_error_become_no_paper(town, store):
    frozen, _, _ = an_lac()
    wrong = {"check": "partition", "severity": "error", "where": "1", "message": "3.976 + 571 ≠ 4.546", "numbers": {}}
    close_id = close_by_hand(town, as_of="2025-05-16 16:30", figures=replace(frozen, findings=(wrong,)))

    with pytest.raises(GuardRefused, match="571"):
        make(town, store, close_id=close_id)


def test_number_day_and_signed_copy_are_recorded_once(town, store):
    paper = _id(make(town, store))
    pdf = Upload("da-ky.pdf", sent.PDF)

    with pytest.raises(BadInput, match="Ngày ban hành: phải từ ngày của số liệu"):
        record(town, store, paper, day=date(2025, 5, 15))
    with pytest.raises(BadInput, match="Ngày ban hành"):
        record(town, store, paper, day=date(2025, 5, 17))
    with pytest.raises(BadInput, match="Số văn bản"):
        record(town, store, paper, number=0)
    with pytest.raises(FileRefused):
        record(town, store, paper, signed=Upload("a.jpg", sent.JPG))
    record(town, store, paper)
    with pytest.raises(AlreadyDecided):
        record(town, store, paper, number=6, signed=pdf)
    record(town, store, paper, signed=pdf)
    with pytest.raises(AlreadyDecided):
        record(town, store, paper, signed=pdf)

    line = line_of(town, paper)
    assert (line.number, store.read(line.signed_sha256)) == (5, sent.PDF)
    other = _id(make(town, store, "final"))
    with pytest.raises(BadInput, match="đã ghi cho văn bản khác"):
        record(town, store, other, number=5)


def _id(told):
    return uuid.UUID(told["paper"])


def test_an_edited_template_is_used_from_then_on_and_given_up_again(town, store):
    document = Document(BytesIO(make_template(town.pack, "daily")))
    document.element.body.insert(0, document.add_paragraph("Báo cáo của {{ unit }}")._p)
    content = BytesIO()
    document.save(content)
    save = lambda upload: town.command(  # noqa: E731
        "hai", lambda book, context, actor: save_template(book, context, actor, "daily", upload, files=store)
    )
    first = make(town, store)

    with pytest.raises(TemplateRefused, match="không có trường “untit”; có phải là “unit”"):
        save(Upload("mau.docx", _edited(town, "{{ untit }}")))
    with pytest.raises(FileRefused):
        save(Upload("mau.pdf", sent.PDF))
    save(Upload("mau.docx", content.getvalue()))
    second = make(town, store)
    with town.store.read() as session:
        assert templates_in_use(session, town.context())["daily"].added_by == "Đỗ Văn Hải"
    save(None)
    with town.store.read() as session:
        assert templates_in_use(session, town.context()) == {}
        assert make_again(session, town.context(), _id(second), store).is_same

    assert Opened(store.read(second["sha256"])).text.startswith("Báo cáo của Thị trấn Thử Nghiệm")
    assert make(town, store)["sha256"] == first["sha256"]


def _edited(world, text):
    document = Document(BytesIO(make_template(world.pack, "daily")))
    document.add_paragraph(text)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def test_what_was_done_is_told_from_evidence_and_kept_with_the_paper(town, store):
    task = next(each for each in town.rows(Task, Task.item == "issue-decision"))
    town.command(
        "lan",
        lambda book, context, actor: {
            "id": str(
                add_evidence(
                    book,
                    context,
                    task.id,
                    actor=actor,
                    kind="document",
                    label="Quyết định số 12/QĐ-UBND ngày 15/5/2025",
                )
            )
        },
    )

    first = make(town, store)
    with town.store.read() as session:
        narrative = narrative_of(session, town.context())

    assert "Quyết định số 12/QĐ-UBND ngày 15/5/2025" in narrative.activities[1].documents
    assert "(đang thực hiện): Quyết định số 12/QĐ-UBND ngày 15/5/2025." in Opened(store.read(first["sha256"])).text
    assert not re.search("Nguyễn Văn", Opened(store.read(first["sha256"])).text)
