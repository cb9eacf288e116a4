"""Lists of people through the API: checked, one of three answers, applied once as it was seen, thrown away or taken back."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.web.api.conftest import ABSENT
from tests.web.api.program import Program, problem
from tests.web.api.test_document import INSIDE, check, document
from tests.web.roster.lists import content_of
from tests.web.site import Site
from tests.workflow.roster_apply.lists import person
from web.roster.checking import AT_ONCE
from workflow.tables import Audit, Case, Command, Event, RosterFile, RosterRow, Subject

AS_OF = "2025-05-13T17:00:00+07:00"
ONE = f"{INSIDE}rosters/{{file_id}}"
NOBODY = {"rows": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0}


@pytest.fixture
def hai(site: Site) -> Program:
    """The coordinator's program."""
    return Program(site, "hai")


def hand_in(program: Program, content: bytes, name: str = "Danh sách tổ 1.xlsx", **told: Any) -> Any:
    return program.send("rosters", name, content, **{"list_code": "L1", "as_of": AS_OF, **told})


def test_a_clean_list_is_ready_then_in_the_ledger_once(site: Site, hai: Program, tmp_path: Path) -> None:
    content, made = content_of([person(1), person(2)], tmp_path), document(site)
    checked = hand_in(hai, content, key="u1")
    assert checked.status_code == 201, checked.text
    check(made, site, checked, f"{INSIDE}rosters", "post")
    counts = {**NOBODY, "rows": 2, "created": 2}
    path = f"rosters/{checked.json['file']}"
    assert checked.json == {"file": path[8:], "status": "judged", "answer": "ready", "counts": counts}
    again = hand_in(hai, content, key="u1")
    assert (again.status_code, again.json, again.headers["Idempotent-Replay"]) == (201, checked.json, "true")
    assert len(site.world.rows(RosterFile)) == 1
    problem(hand_in(hai, content, key="u1", complete="true"), 422, "key_reused")

    page = hai.get(path)
    check(made, site, page, ONE)
    assert (page.json["answer"], page.json["taken"], page.json["counts"]) == ("ready", 2, counts)
    assert page.json["rejections"] == []
    assert not site.world.events()
    done, twice = (hai.post(f"{path}/apply", {"seen": counts}, key="a1") for _ in range(2))

    check(made, site, done, f"{ONE}/apply", "post")
    assert (done.json["status"], done.json["counts"], twice.json) == ("applied", counts, done.json)
    assert len(site.world.rows(Subject, Subject.kind == "person")) == 2
    assert not site.world.rows(RosterRow)
    listed = hai.get("rosters?limit=1")
    check(made, site, listed, f"{INSIDE}rosters")
    [row] = listed.json["rosters"]
    assert (row["status"], row["as_of"], row["applied_at"] is not None, listed.json["total"]) == (
        "applied", AS_OF, True, 1,
    )  # fmt: skip
    other = hand_in(hai, content, key="u2")
    assert (other.json["file"], other.json["status"]) == (checked.json["file"], "already")
    assert all("Nguyễn Văn Thử" not in str(row.answer) for row in site.world.rows(Command))


def test_wrong_cells_are_told_row_by_row_and_fetched_with_a_trace(site: Site, hai: Program, tmp_path: Path) -> None:
    people = [person(1), person(2, birth="31/02/1985"), person(3, id="12345"), person(4, name="=HYPERLINK(1)")]
    checked = hand_in(hai, content_of(people, tmp_path)).json
    path = f"rosters/{checked['file']}"
    assert (checked["answer"], checked["counts"]["rejected"], checked["counts"]["created"]) == ("cells", 3, 1)

    page = hai.get(f"{path}?limit=2")

    check(document(site), site, page, ONE)
    assert [each["cell"] for each in page.json["rejections"]] == ["C3", "E4"]
    assert (page.json["next"], page.json["has_all_cells"]) == (2, True)
    assert "12345" not in page.text
    rest = hai.get(f"{path}?after=2").json
    assert ([each["row"] for each in rest["rejections"]], rest["next"]) == ([5], None)
    files = [hai.post(f"{path}/rejects", {}, key="") for _ in range(6)]
    assert [each.status_code for each in files] == [200] * 5 + [429]
    problem(files[5], 429, "too_many_exports")
    declared = document(site)["paths"][f"{ONE}/rejects"]["post"]["responses"]["200"]["content"]
    assert files[0].mimetype in declared
    assert files[0].headers["Content-Disposition"].startswith("attachment;")
    book = CalamineWorkbook.from_filelike(io.BytesIO(files[0].data))
    assert [row[-3] for row in book.get_sheet_by_name("Dòng bị trả lại").to_python()[1:]] == [3, 4, 5]
    assert len(site.world.rows(Audit, Audit.kind == "export")) == 5


def test_columns_to_mend_are_told_with_what_was_meant(site: Site, hai: Program) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for column, cell in enumerate(("STT", "Họ và tên", "Số ĐDCM", "Giới tính")):
            sheet.write_string(0, column, cell)

    told = hand_in(hai, content.getvalue()).json

    assert (told["status"], told["answer"], told["counts"]) == ("refused", "columns", NOBODY)
    page = hai.get(f"rosters/{told['file']}")
    check(document(site), site, page, ONE)
    assert any("Có phải là “Số ĐDCN”?" in each["message"] for each in page.json["columns"])
    problem(hai.post(f"rosters/{told['file']}/rejects", {}, key=""), 404, "not_found")
    assert hai.post(f"rosters/{told['file']}/apply", {"seen": NOBODY}).status_code in (409, 422)


def test_what_changed_since_the_check_is_not_written(site: Site, hai: Program, tmp_path: Path) -> None:
    first = hand_in(hai, content_of([person(1), person(2)], tmp_path)).json
    other = hand_in(hai, content_of([person(2)], tmp_path), as_of="2025-05-13T16:00:00+07:00").json
    hai.post(f"rosters/{other['file']}/apply", {"seen": other["counts"]})
    events, path = len(site.world.events()), f"rosters/{first['file']}"

    told = [hai.post(f"{path}/apply", {"seen": first["counts"]}, key="a") for _ in range(2)]

    new = {**NOBODY, "rows": 2, "created": 1, "unchanged": 1}
    for each in told:
        refused = problem(each, 409, "count_changed")
        assert (refused["yours"], refused["theirs"]) == (first["counts"], new)
    assert len(site.world.events()) == events
    assert hai.get(path).json["counts"] == new
    assert hai.post(f"{path}/apply", {"seen": new}).json["status"] == "applied"


def test_taken_back_it_tells_how_much_went_and_what_stayed(site: Site, hai: Program, tmp_path: Path) -> None:
    people = [person(1), person(2, house="Số 2, Ngõ 1", head="Lê Văn Hai")]
    told = hand_in(hai, content_of(people, tmp_path)).json
    path = f"rosters/{told['file']}"
    hai.post(f"{path}/apply", {"seen": told["counts"]})
    site.world.go_to("2025-05-15 09:00")
    site.world.visit("hai", site.world.rows(Case)[0].door_id, "nobody_home")
    problem(hai.post(f"{path}/undo", {}), 422, "invalid")

    done, again = (hai.post(f"{path}/undo", {"reason": "Nhầm tệp"}, key="z") for _ in range(2))

    check(document(site), site, done, f"{ONE}/undo", "post")
    assert (done.json["voided"], again.json) == (len(site.world.events(Event.kind == "void")), done.json)
    [stayed] = done.json["kept"]
    assert "đã có người ghi việc" in stayed["why"]
    page = hai.get(path)
    check(document(site), site, page, ONE)
    assert (page.json["status"], page.json["undone"]["kept"]) == ("undone", done.json["kept"])
    problem(hai.post(f"{path}/undo", {"reason": "Lần nữa"}), 409, "already_decided")


def test_thrown_away_nothing_remains_but_the_record(site: Site, hai: Program, tmp_path: Path) -> None:
    told = hand_in(hai, content_of([person(1, id="12345")], tmp_path)).json
    path = f"rosters/{told['file']}"

    gone, again = (hai.post(f"{path}/discard", {}, key="d") for _ in range(2))

    assert (gone.status_code, gone.json["status"], again.json) == (200, "discarded", gone.json)
    assert not site.world.rows(RosterRow)
    problem(hai.post(f"{path}/discard", {}), 409, "already_decided")
    problem(hai.post(f"{path}/apply", {"seen": told["counts"]}), 409, "already_decided")


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"PK\x03\x04 broken", "a.xlsx", 422, "sheet_refused"),
        (b"a;b", "a.csv", 422, "sheet_refused"),
        (b"", "a.xlsx", 422, "sheet_refused"),
        (b"x" * (20 * 1024 * 1024 + 1), "a.xlsx", 422, "sheet_refused"),
        (b"x" * (20 * 1024 * 1024 + 100_000), "a.xlsx", 413, "too_large"),
        (b"x", "a\x01.xlsx", 422, "invalid"),
    ],
)
def test_what_is_no_list_changes_nothing(
    site: Site, hai: Program, content: bytes, name: str, status: int, code: str
) -> None:
    problem(hand_in(hai, content, name, key="n"), status, code)
    problem(hand_in(hai, content, name, key="n"), status, code)

    assert not site.world.rows(RosterRow)
    assert all(row.status == "refused" for row in site.world.rows(RosterFile))


def test_a_declaration_that_makes_no_sense_is_refused(site: Site, hai: Program, tmp_path: Path) -> None:
    content = content_of([person(1)], tmp_path)
    for told, code in (
        ({"as_of": "hôm qua"}, "invalid"),
        ({"as_of": "2025-05-14T09:00:00+07:00"}, "bad_input"),
        ({"list_code": "L9"}, "bad_input"),
        ({"area": "A9"}, "bad_input"),
        ({"complete": "1"}, "invalid"),
        ({"owner": "x"}, "invalid"),
    ):
        problem(hand_in(hai, content, **told), 422, code)
    assert not site.world.rows(RosterFile)
    told = hand_in(hai, content).json
    for seen in ({**told["counts"], "created": 9}, {"rows": 1}, "1,1,0,0,0", None):
        problem(hai.post(f"rosters/{told['file']}/apply", {"seen": seen}), 422, "invalid")
    assert not site.world.events()


def test_the_third_list_at_a_time_has_to_wait(site: Site, hai: Program, tmp_path: Path) -> None:
    content = content_of([person(1)], tmp_path)
    for _ in range(2):
        assert AT_ONCE.acquire(blocking=False)
    try:
        busy = hand_in(hai, content, key="k")
    finally:
        AT_ONCE.release(2)

    problem(busy, 503, "busy")
    assert busy.headers["Retry-After"] == "60"
    assert hand_in(hai, content, key="k").status_code == 201


@pytest.mark.parametrize("login", ["an", "binh", "giang", "khanh"])
def test_for_other_roles_there_are_no_lists(site: Site, hai: Program, tmp_path: Path, login: str) -> None:
    told, other = hand_in(hai, content_of([person(1)], tmp_path)).json, Program(site, login)
    paths = [f"rosters/{key}" for key in (told["file"], ABSENT)]
    answers = [other.get("rosters"), *(other.get(path) for path in paths), hand_in(other, b"x")]
    answers += [
        other.post(f"{path}/{verb}", {"x": 1}) for path in paths for verb in ("apply", "discard", "undo", "rejects")
    ]

    assert {(answer.status_code, answer.data) for answer in answers} == {(404, answers[0].data)}
    for verb in ("apply", "discard", "undo", "rejects"):
        problem(hai.post(f"rosters/{ABSENT}/{verb}", {"x": 1}), 404, "not_found")
