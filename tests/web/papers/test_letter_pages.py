"""A letter that urges stands among the papers: found again, taken away, recorded once; a plan owner finds their own."""

import uuid
from importlib import import_module
from io import BytesIO

import pytest
from sqlalchemy import delete, text

from tests.web.papers.conftest import key
from tests.web.site import Browser, Site
from tests.workflow.files import files
from tests.workflow.inbox.conftest import Silent
from tests.workflow.officials import appoint
from workflow.tables import UrgeLetter

pytestmark = pytest.mark.slow


def written(silent: Silent, browser: Browser, code: str = "T1") -> uuid.UUID:
    """Let somebody urge a team; return the letter."""
    answer = browser.post(f"papers/urge?to={key(silent, code)}", {"answer_by": "17:00 20/5/2025"})
    assert answer.status_code == 200, answer.text
    return max(silent.world.rows(UrgeLetter), key=lambda row: row.ledger_no).id


def test_it_is_listed_opened_taken_and_recorded_once(late_site: Site, silent: Silent) -> None:
    hai = late_site.as_("hai")
    letter = written(silent, hai)

    for page in ("papers", "papers/urge"):
        assert f"papers/letters/{letter}" in hai.get(page).text
    assert "Tổ công tác số 1" in hai.get("papers").text
    shown = hai.get(f"papers/letters/{letter}").text
    assert "17:00" in shown
    assert "chưa ghi số" in shown
    row = silent.world.rows(UrgeLetter)[0]
    assert hai.get(f"papers/letters/{letter}/file").data[:2] == b"PK"
    assert hai.get(f"papers/letters/{letter}/signed").status_code == 404

    sent = {"number": "12", "issued_on": "19/5/2025", "signed": (BytesIO(files.PDF), "cv.pdf")}
    assert hai.post(f"papers/letters/{letter}", sent).status_code == 303
    again = hai.post(f"papers/letters/{letter}", {"number": "13", "issued_on": "19/5/2025"})
    assert again.status_code == 409
    assert hai.get(f"papers/letters/{letter}/signed").data == files.PDF
    assert "số 12 ngày 19/5/2025, có bản ký" in hai.get("papers").text
    other = written(silent, hai, "T2")
    taken = hai.post(f"papers/letters/{other}", {"number": "12", "issued_on": "19/5/2025"})
    assert (taken.status_code, "số 12 năm 2025 đã ghi cho văn bản khác" in taken.text) == (422, True)
    assert row.file_sha256 == silent.world.rows(UrgeLetter, UrgeLetter.id == letter)[0].file_sha256
    assert silent.findings() == []


def test_a_plan_owner_finds_their_own_letters_and_no_other(late_site: Site, silent: Silent) -> None:
    theirs = written(silent, late_site.as_("hai"))
    login = appoint(silent.world, "plan_owner")
    owner = late_site.as_(login)

    assert f"papers/letters/{theirs}" not in owner.get("papers/urge").text
    assert owner.get(f"papers/letters/{theirs}").status_code == 404
    assert late_site.as_("khanh").get(f"papers/letters/{theirs}").status_code == 200
    assert late_site.as_("an").get(f"papers/letters/{theirs}").status_code == 404
    mine = written(silent, owner)
    assert f"papers/letters/{mine}" in owner.get("papers/urge").text
    assert owner.get(f"papers/letters/{mine}/file").status_code == 200
    assert owner.post(f"papers/letters/{mine}", {"number": "1", "issued_on": "19/5/2025"}).status_code == 404


def test_letters_of_an_earlier_version_are_found_in_the_ledger(late_site: Site, silent: Silent) -> None:
    hai = late_site.as_("hai")
    written(silent, hai)
    written(silent, hai, "T2")
    columns = [column.name for column in UrgeLetter.__table__.columns]

    def stand() -> set[tuple[object, ...]]:
        return {tuple(getattr(row, name) for name in columns) for row in silent.world.rows(UrgeLetter)}

    before = stand()
    fill = import_module("workflow.migrations.versions.0016_letters_that_urge_are_listed").letters_told
    with silent.world.store.write() as session:
        session.execute(delete(UrgeLetter))
        session.execute(text(fill(session.get_bind().dialect.name)))

    assert stand() == before
    assert len(before) == 2
