"""The ward's real report: our figures balance, and the printed paper's contradiction is found with the reading that repairs it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from rules.findings import Finding
from rules.pack import Pack, load_pack, shipped_packs
from rules.time import DAY, at
from tests.workflow.figures.world import World
from workflow.checking.check import check_file
from workflow.checking.printed import check_printed
from workflow.figures import Report, read_figures, report, report_text
from workflow.figures.targets import target_statuses
from workflow.ledger.book import Cell

PEOPLE = {
    "dead": 4, "army": 185, "prison": 5, "abroad": 207, "no_phone": 111, "card_expired": 36, "sim_pending": 17,
    "submitted_unreconciled": 6, "submitted": 3975,
}  # fmt: skip
AS_OF = at("2025-05-29 22:00")


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The shipped pack."""
    return load_pack(shipped_packs()["an-lac-2025"])


@pytest.fixture
def an_lac(world: World, pack: Pack) -> World:
    """The ledger of 4.546 people as they stood at 22:00 on 29/5/2025 (events and roll-ups; figures read nothing else)."""
    fill(world, pack, PEOPLE)
    return world


def fill(world: World, pack: Pack, people: dict[str, int]) -> None:
    """Enter people on the first day and move them to their states two days later."""
    track = pack.main_track

    def cell(state: str, stage: str) -> Cell:
        return Cell(world.campaign_id, "path", world.areas[0], world.teams[0], state, stage, False)

    place = {"track": "path", "campaign_id": world.campaign_id, "area_id": world.areas[0], "team_id": world.teams[0]}
    cases = [(world.ids.new(world.now), state) for state, n in people.items() for _ in range(n)]
    with world.book(at("2025-05-06 08:00")) as book:
        for case, _ in cases:
            book.append("enter", case_id=case, version=1, state="activated", stage="activated", **place)
            book.move_cell(None, cell("activated", "activated"), book.now)
    with world.book(at("2025-05-08 08:00")) as book:
        for case, state in cases:
            stage = track.stage_after("activated", state)
            if state != "activated":
                book.append("move", case_id=case, version=2, from_state="activated", state=state, stage=stage, **place)
                book.move_cell(cell("activated", "activated"), cell(state, stage), book.now)


def an_lac_report(world: World, pack: Pack, **options: object) -> Report:
    """Return the report of 22:00 on 29/5."""
    with world.store.read() as session:
        return report(session, world.campaign, pack, as_of=AS_OF, **options)  # type: ignore[arg-type]


def test_every_line_is_as_the_breakdown_gives_it(an_lac: World, pack: Pack) -> None:
    told = an_lac_report(an_lac, pack)

    lines = {line.code: (line.count, line.percent) for line in told.lines}
    assert lines["1"] == (4546, None)
    assert lines["2"] == (3975, "87,44 %")
    assert lines["3"] == (571, "12,56 %")
    assert [lines[f"3.{n}"][0] for n in range(1, 9)] == [4, 185, 5, 207, 111, 36, 17, 6]
    assert "4" not in lines, "nobody is left, so line 4 is not printed"
    assert told.balanced
    assert told.total == 4546


def test_the_json_has_exactly_the_agreed_keys(an_lac: World, pack: Pack) -> None:
    told = json.loads(json.dumps(an_lac_report(an_lac, pack).to_json()))

    assert list(told) == ["campaign", "as_of", "known_at", "ledger_no", "total", "balanced", "lines", "findings"]
    assert {tuple(line) for line in told["lines"]} == {("code", "label", "count", "base", "policy", "percent")}
    assert {tuple(f) for f in told["findings"]} == {("check", "severity", "where", "message", "numbers", "repairs")}
    assert told["as_of"] == "2025-05-29T22:00:00+07:00"
    assert told["known_at"] == "2025-05-08T08:00:00+07:00"
    assert told["lines"][1]["base"] == 4546
    assert told["lines"][1]["policy"] == "all_listed"


def test_lines_of_answers_say_whose_they_are(an_lac: World, pack: Pack) -> None:
    lines = {line["code"]: line for line in an_lac_report(an_lac, pack).to_json()["lines"]}

    for code in ("2.1", "2.2"):
        assert lines[code]["count"] is None
        assert "số liệu thuộc cơ quan chủ quản hệ thống quốc gia" in lines[code]["label"]


def test_the_printed_contradiction_is_found_and_3975_is_the_reading_that_repairs_it(an_lac: World, pack: Pack) -> None:
    partition, rate = [f for f in an_lac_report(an_lac, pack).findings if f.severity == "error"]

    assert (partition.check, partition.where, rate.check, rate.where) == ("partition", "mục 1", "rate", "mục 2")
    whose = pack.model.examples.printed[0].document
    assert partition.message == f"{whose}, mục 1: 3.976 + 571 = 4.547 ≠ 4.546 (thừa 1)."
    assert rate.message == f"{whose}, mục 2: 3.976/4.546 = 87,46%, văn bản in 87,44%."
    for found in (partition, rate):
        first = found.repairs[0]
        assert (first.where, first.printed, first.proposed) == ("mục 2, mục 2.1", "3.976", "3.975")
        assert first.mends == ("partition: mục 1", "rate: mục 2")


def test_the_catalogue_says_of_the_pack_s_copy_what_it_says_of_the_paper_itself(pack: Pack) -> None:
    """The paper as text, read by its words and numbering, and as the pack keeps it: the same faults in the same words."""
    text = Path("tests/workflow/checking/documents/an-lac.txt").read_text(encoding="utf-8")
    by_words = check_file(text.encode(), "an-lac.txt").findings
    by_pack = check_printed(pack, pack.model.examples.printed[0])

    def said(found: Sequence[Finding], *checks: str) -> list[tuple[str, str, str]]:
        return [(f.check, f.message, f.repairs[0].proposed) for f in found if f.check in checks]

    assert said(by_pack, "partition", "rate") == said(by_words, "partition", "rate")


def test_how_the_paper_writes_its_numbers_is_a_note(an_lac: World, pack: Pack) -> None:
    notes = {f.check: f for f in an_lac_report(an_lac, pack).findings if f.severity == "info"}

    assert "0,088% có 3 chữ số lẻ" in notes["decimals"].message
    assert "“4546” (9 chỗ, đầu tiên ở mục 3); viết là “4.546”" in notes["written"].message
    assert (notes["misplaced"].where, notes["misplaced"].numbers["count"]) == ("mục 3.8", 6)


def test_other_readings_are_offered_after_it(pack: Pack) -> None:
    repairs = check_printed(pack, pack.model.examples.printed[0])[0].repairs

    assert [(r.where, r.proposed, len(r.mends)) for r in repairs] == [
        ("mục 2, mục 2.1", "3.975", 2),
        ("mục 1, mục 3 và 8 chỗ khác", "4.547", 2),
    ], "line 3 and its parts add up; no reading of them mends without breaking"


def test_line_3_8_is_named_as_done_with_the_count_that_includes_it(an_lac: World, pack: Pack) -> None:
    [found] = [f for f in an_lac_report(an_lac, pack).findings if f.check == "done-among-others"]

    assert (found.where, found.severity) == ("3.8", "info")
    assert "mục 2 là 3.981 (87,57 %)" in found.message


def test_the_paper_is_compared_only_with_its_own_instant(an_lac: World, pack: Pack) -> None:
    with an_lac.store.read() as session:
        told = report(session, an_lac.campaign, pack, as_of=AS_OF + 1)

    document = pack.model.examples.printed[0].document
    assert not [f for f in told.findings if document in f.message]


def test_a_difference_between_paper_and_ledger_is_a_warning_at_its_line(an_lac: World, pack: Pack) -> None:
    found = [f for f in an_lac_report(an_lac, pack).findings if f.check == "conflict"]

    assert [(f.where, f.severity, f.numbers["printed"], f.numbers["ours"]) for f in found] == [
        ("mục 2", "warning", 3976, 3975)
    ]


def test_the_text_reads_like_section_two(an_lac: World, pack: Pack) -> None:
    text = report_text(an_lac_report(an_lac, pack))

    assert "II. KẾT QUẢ LẤY Ý KIẾN\n1. Tổng số công dân" in text
    assert "4.546 người" in text
    assert "3.975 người, đạt tỷ lệ 87,44 % (trên tổng số có trong danh sách: 4.546), trong đó:" in text
    assert "2.1. Số người dân cho ý kiến tán thành: số liệu thuộc cơ quan chủ quản hệ thống quốc gia." in text
    assert "3.1. Số người chết: 4 người, chiếm tỷ lệ 0,09 %" in text
    assert "mục 2, mục 2.1: 3.976 → 3.975" in text


def test_before_anything_happened_the_report_is_empty_and_balances(an_lac: World, pack: Pack) -> None:
    with an_lac.store.read() as session:
        told = report(session, an_lac.campaign, pack, as_of=at("2025-05-06 08:00"), known="then")

    assert (told.total, told.balanced, told.known_at, told.ledger_no) == (0, True, None, 0)
    assert {line.percent for line in told.lines} == {None}
    assert "mẫu số bằng 0" in report_text(told)


def test_the_target_counts_strictly_and_its_ceiling_is_known(an_lac: World, pack: Pack) -> None:
    with an_lac.store.read() as session:
        [status] = target_statuses(read_figures(session, an_lac.campaign, pack, as_of=AS_OF))
        early = target_statuses(read_figures(session, an_lac.campaign, pack, as_of=AS_OF - 22 * DAY))[0]

    assert (status.count, status.base, status.needed, status.missing) == (3981, 4546, 4319, 338)
    assert (status.highest, status.is_reachable, status.is_met) == (4145, False, False)
    assert (early.highest, early.is_reachable) == (4546, True)
    assert "cần 4.319, còn thiếu 338; cao nhất chỉ còn có thể 4.145" in status.sentence()
