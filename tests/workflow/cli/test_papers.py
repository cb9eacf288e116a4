"""Official papers at a terminal: a draft before any close, a report from one, made again, numbered; templates made and checked."""

import uuid
from io import BytesIO
from pathlib import Path

from docx import Document

from rules.time import at
from tests.workflow.cli.conftest import Place
from tests.workflow.documents.opened import Opened
from tests.workflow.documents.world_of_papers import keep_by_hand
from tests.workflow.files import files
from workflow.ids import IdSource
from workflow.ledger.book import open_book
from workflow.queries.campaigns import all_units, campaigns_of

NOW = "2025-05-20 09:00"
AS_OF = "2025-05-19 22:00"


def close(place: Place) -> None:
    store = place.store()
    with store.write() as session:
        (unit,) = all_units(session)
        (context,) = campaigns_of(session, unit.id)
        book = open_book(session, unit.id, at(NOW), ids=IdSource(5))
        keep_by_hand(book, context, (unit.code, unit.name), as_of=AS_OF)
        book.close()
    store.dispose()


def test_a_paper_from_draft_to_number(place: Place, tmp_path: Path) -> None:
    draft, made, signed = tmp_path / "du-thao.docx", tmp_path / "bao-cao.docx", tmp_path / "ky.pdf"
    signed.write_bytes(files.PDF)
    place.run("papers", "make", "final", "--draft", "-o", draft, now=NOW)
    assert Opened(draft.read_bytes()).text.startswith("DỰ THẢO")
    nowhere = tmp_path / "khong-co" / "du-thao.docx"
    assert f"Không ghi được {nowhere}" in place.refused("papers", "make", "final", "--draft", "-o", nowhere, now=NOW)
    assert "chưa có kỳ nào chốt" in place.refused("papers", "make", "final", by="coordinator", now=NOW)
    close(place)

    told = place.run("papers", "make", "final", "-o", made, by="coordinator", now=NOW).stdout
    (paper,) = place.json("papers", "list", now=NOW)["papers"]
    assert "[người soạn xem lại" in told
    assert paper["id"] in told
    assert "Đã lập trước đó" in place.run("papers", "make", "final", by="coordinator", now=NOW).stdout
    assert "đúng từng byte" in place.run("papers", "check", paper["id"], now=NOW).stdout
    assert "báo cáo nhanh" in place.run("papers", "quick", now=NOW).stdout
    record = ("papers", "record", paper["id"], "--number", 5, "--day", "20/5/2025", "--signed", signed)
    place.run(*record, by="coordinator", now=NOW)
    assert "số 5, có bản ký" in place.run("papers", "list", now=NOW).stdout
    assert "đã ghi số" in place.refused(*record, by="coordinator", now=NOW)
    place.refused("papers", "check", uuid.UUID(int=1), now=NOW)


def test_templates_are_made_checked_and_used(place: Place, tmp_path: Path) -> None:
    place.run("papers", "template", "make", "an-lac-2025", "-o", tmp_path, now=NOW)
    good = tmp_path / "bao-cao-tong-ket.docx"
    assert "Không ghi được" in place.refused("papers", "template", "make", "an-lac-2025", "-o", good, now=NOW)
    document = Document(BytesIO(good.read_bytes()))
    document.add_paragraph("{{ untit }}")
    bad = tmp_path / "sai.docx"
    document.save(str(bad))

    assert "Mẫu dùng được." in place.run("papers", "template", "check", "final", good, now=NOW).stdout
    assert "có phải là “unit”" in place.run("papers", "template", "check", "final", bad, now=NOW, code=1).stdout
    assert (
        "có phải là “unit”"
        in place.run("papers", "template", "use", "final", bad, by="coordinator", now=NOW, code=1).stdout
    )
    place.run("papers", "template", "use", "final", good, by="coordinator", now=NOW)
    place.run("papers", "template", "use", "final", by="coordinator", now=NOW)


def test_who_is_late_is_urged_and_the_letter_is_a_paper_like_others(place: Place, tmp_path: Path) -> None:
    late_now, word, pdf = "2025-05-22 09:00", tmp_path / "cv.docx", tmp_path / "cv.pdf"
    pdf.write_bytes(files.PDF)
    place.run("tick", now=late_now)
    late = place.json("papers", "urge", by="coordinator", now=late_now)["late"]
    assert late[0]["tasks"] + late[0]["episodes"] > 0
    assert late[0]["to"] in place.run("papers", "urge", by="coordinator", now=late_now).stdout
    assert "không có việc quá hạn" in place.refused("papers", "urge", "--to", "team-0", by="coordinator", now=late_now)
    gone = ("papers", "urge", "--to", late[0]["to"], "--answer-by", "2025-05-22 08:00")
    assert "phải sau bây giờ" in place.refused(*gone, by="coordinator", now=late_now)

    told = place.json("papers", "urge", "--to", late[0]["to"], "-o", word, by="coordinator", now=late_now)
    assert "V/v đôn đốc" in Opened(word.read_bytes()).text
    assert told["letter"] in place.run("papers", "list", now=late_now).stdout
    assert [each["id"] for each in place.json("papers", "list", now=late_now)["letters"]] == [told["letter"]]
    again = tmp_path / "lai.docx"
    place.run("papers", "save", told["letter"], "-o", again, now=late_now)
    assert again.read_bytes() == word.read_bytes()
    assert "Không ghi được" in place.refused("papers", "save", told["letter"], "-o", tmp_path, now=late_now)
    assert "chưa có bản đã ký" in place.refused("papers", "save", told["letter"], "--signed", "-o", again, now=late_now)
    record = ("papers", "record", told["letter"], "--number", 12, "--day", "22/5/2025", "--signed", pdf)
    place.run(*record, by="coordinator", now=late_now)
    assert "số 12, có bản ký" in place.run("papers", "list", now=late_now).stdout
    place.run("papers", "save", told["letter"], "--signed", "-o", again, now=late_now)
    assert again.read_bytes() == files.PDF
