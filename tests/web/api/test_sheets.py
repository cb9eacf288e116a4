"""A returned sheet through the API: its lines, typed in by one for another, each door alone; nobody else's sheet is there."""

import re
import uuid
from typing import Any

import pytest
from sqlalchemy import update

from tests.web.api.program import Program, problem
from tests.web.api.test_document import INSIDE, check, document
from tests.web.paper.test_paper_pages import printed
from tests.web.site import Site
from tests.workflow.paper.sheets import line_of, line_of_door, print_for, settle
from workflow.tables import Account, Case, Command, Visit

WALKED = "2025-05-16T18:00:00+07:00"
ONE = f"{INSIDE}sheets/{{serial}}"


def send(program: Program, rows: list[dict[str, Any]], *, key: str | None = None, **told: Any) -> Any:
    return program.post("sheets/1/rows", {"visited_at": WALKED, "rows": rows, **told}, key=key)


def row(line: int, codes: str, promised: str = "") -> dict[str, Any]:
    return {"line": line, "codes": codes, "promised": promised}


def test_a_sheet_is_read_and_typed_in_for_whoever_walked_it(site: Site) -> None:
    homes, made, world = printed(site, doors=3), document(site), site.world
    an, binh = Program(site, "an"), str(world.actor("binh").membership_id)
    listed = an.get("sheets")
    check(made, site, listed, f"{INSIDE}sheets")
    assert [each["serial"] for each in listed.json["sheets"]] == [1]
    page = an.get("sheets/1")
    check(made, site, page, ONE)
    assert (page.json["sheet"]["line_count"], [line["number"] for line in page.json["lines"]]) == (9, [*range(1, 10)])
    assert binh in {each["membership"] for each in page.json["walkers"]}
    assert not any(line["was_typed"] for line in page.json["lines"])
    first, second, third = homes
    rows = [
        row(line_of_door(world, 1, first[0]), "0"),
        row(line_of(world, 1, second[1][0]), "1"),
        row(line_of(world, 1, second[1][1]), "5", "19h30"),
        row(line_of(world, 1, third[1][0]), "ZZ"),
        row(line_of(world, 1, third[1][1]), "1"),
        row(99, "1"),
        row(line_of_door(world, 1, third[0]), " "),
    ]

    done, again = (send(an, rows, done_by=binh, key="t1") for _ in range(2))

    check(made, site, done, f"{ONE}/rows", "post")
    counts = {name: done.json[name] for name in ("typed", "recorded", "refused", "blank", "doors")}
    assert counts == {"typed": 7, "recorded": 3, "refused": 3, "blank": 1, "doors": 2}
    assert (again.json, again.headers["Idempotent-Replay"]) == (done.json, "true")
    fates = done.json["rows"]
    assert [each["line"] for each in fates] == [each["line"] for each in rows]
    assert [each["status"] for each in fates] == ["recorded"] * 3 + ["refused"] * 3 + ["blank"]
    assert "không có mã “ZZ”" in fates[3]["say"]
    assert (fates[0]["say"], fates[6]["say"]) == (None, None)
    visits = world.rows(Visit)
    assert {(str(one.done_by_id), one.recorded_by_id) for one in visits} == {(binh, world.actor("an").membership_id)}
    assert len(visits) == 2
    page = an.get("sheets/1").json
    typed = [line["number"] for line in page["lines"] if line["was_typed"]]
    assert typed == sorted(each["line"] for each in rows[:3])
    assert page["sheet"]["typed"] == 3
    mended = send(an, [{**rows[3], "codes": "4"}, rows[4]], done_by=binh).json
    assert (mended["recorded"], mended["refused"]) == (2, 0)


@pytest.mark.parametrize("code", ["1", "9", "38"])
def test_once_recorded_nothing_tells_which_code_it_was(site: Site, code: str) -> None:
    ((_, (one, _two)),) = printed(site, doors=1)
    an, line = Program(site, "an"), line_of(site.world, 1, one)

    done = send(an, [row(line, code)])
    again = send(an, [row(line, "1")])

    assert done.json["rows"] == [{"line": line, "status": "recorded", "say": None}]
    assert "đã được ghi cho ngày ấy" in again.json["rows"][0]["say"]
    page = an.get("sheets/1")
    shown = next(each for each in page.json["lines"] if each["number"] == line)
    assert (shown["name"], shown["label"]["vi"], shown["was_typed"]) == (None, "Đã kết thúc liên hệ", True)
    text = str(page.json).lower()
    assert "nguyễn văn một" not in text
    assert not re.search("declin|not_taking|submitted|không tham gia|took_part", text)
    kept = [each.answer["rows"] for each in site.world.rows(Command) if each.answer.get("recorded")]
    assert kept == [[{"line": line, "status": "recorded", "say": ""}]]


def test_what_concerns_the_whole_sheet_records_nothing(site: Site) -> None:
    printed(site, doors=1)
    an, rows = Program(site, "an"), [row(2, "1")]
    foreign, absent = str(site.world.actor("em").membership_id), str(uuid.UUID(int=5))
    for told, code in (
        ({"visited_at": "2025-05-16T07:00:00+07:00"}, "bad_input"),
        ({"visited_at": "2025-05-17T07:00:00+07:00"}, "outside_window"),
        ({"visited_at": "hôm qua"}, "invalid"),
        ({"done_by": foreign}, "bad_input"),
        ({"done_by": absent}, "bad_input"),
        ({"rows": []}, "invalid"),
        ({"rows": rows * 201}, "invalid"),
        ({"rows": [{"line": "2", "codes": "1"}]}, "invalid"),
        ({"rows": [{"line": 0, "codes": "1", "name": "x"}]}, "invalid"),
    ):
        problem(an.post("sheets/1/rows", {"visited_at": WALKED, "rows": rows, **told}), 422, code)
    assert send(an, rows, done_by=foreign).data == send(an, rows, done_by=absent).data
    problem(send(an, rows, key=""), 400, "no_key")
    assert site.world.rows(Visit) == []
    settle(site.world, "an", 1, "destroyed")
    problem(send(an, rows), 409, "already_decided")


def test_without_a_name_it_was_whoever_was_to_walk_it(site: Site) -> None:
    site.world.household(["Nguyễn Văn Một"], house="12")
    site.world.go_to("2025-05-16 08:00")
    print_for(site.world, "binh", also_free=True)
    site.world.go_to("2025-05-16 20:00")

    done = send(Program(site, "an"), [row(1, "0")])

    assert done.json["recorded"] == 1, done.text
    [visit] = site.world.rows(Visit)
    binh, an = (site.world.actor(login).membership_id for login in ("binh", "an"))
    assert (visit.done_by_id, visit.recorded_by_id) == (binh, an)


def test_a_sheet_of_another_team_and_one_that_is_not_there_read_the_same(site: Site) -> None:
    printed(site, doors=1)
    for login in ("dung", "em", "binh"):
        program = Program(site, login)
        for foreign, absent in (
            (program.get("sheets/1"), program.get("sheets/77")),
            (send(program, []), program.post("sheets/77/rows", {"x": 1})),
            (program.post("sheets/1/rows", {}, key=""), program.post("sheets/77/rows", {})),
        ):
            problem(foreign, 404, "not_found")
            assert foreign.data == absent.data
        assert program.get("sheets").json == {"next": None, "sheets": []}
    for login in ("khanh", "giang"):
        problem(Program(site, login).get("sheets"), 404, "not_found")
    an = Program(site, "an")
    problem(an.get("sheets/99999999999999999999"), 404, "not_found")
    problem(an.get("sheets?before=x"), 422, "invalid")


def test_the_log_comes_page_by_page(site: Site) -> None:
    site.world.household(["Nguyễn Văn Một"], house="12")
    site.world.go_to("2025-05-16 08:00")
    for _ in range(3):
        print_for(site.world, "an")
    settle(site.world, "an", 2, "returned")
    an = Program(site, "an")

    first = an.get("sheets?limit=2").json

    assert ([each["serial"] for each in first["sheets"]], first["next"]) == ([3, 2], 2)
    rest = an.get(f"sheets?limit=2&before={first['next']}").json
    assert ([each["serial"] for each in rest["sheets"]], rest["next"]) == ([1], None)
    assert [each["serial"] for each in an.get("sheets?only_out=true").json["sheets"]] == [3, 1]


def test_refusals_of_lines_speak_the_language_of_the_account(site: Site) -> None:
    ((_, (one, _two)),) = printed(site, doors=1)
    an = Program(site, "an")
    with site.world.store.write() as session:
        session.execute(update(Account).where(Account.id == site.world.account("an")).values(locale="en"))
    try:
        told = send(an, [row(line_of(site.world, 1, one), "ZZ")]).json
    finally:
        with site.world.store.write() as session:
            session.execute(update(Account).where(Account.id == site.world.account("an")).values(locale="vi"))

    assert told["rows"][0]["say"].startswith("there is no code “ZZ”")
    assert {case.state for case in site.world.rows(Case)} == {"activated"}
