"""Reports of a small campaign: whose figures, small cells below unit level, who ended contact, staff, paper lists, imbalance."""

from collections.abc import Iterable

import pytest
from sqlalchemy import insert, text

from rules.pack import load_files
from rules.time import HOUR
from tests.workflow.figures.small_pack import files
from tests.workflow.figures.world import World
from workflow.figures import Report, read_figures, report, report_text, target_statuses
from workflow.figures.reader import FigureReader
from workflow.ids import id_of
from workflow.queries.campaigns import campaign_by_id
from workflow.tables import Body, DeclaredCount, ImportedAggregate


def told(world: World, **options: object) -> Report:
    """Return the report just after now."""
    with world.store.read() as session:
        return report(session, world.campaign, world.pack, as_of=world.now + 1, **options)  # type: ignore[arg-type]


def counts(world: World, **options: object) -> dict[str, int | None]:
    """Return the report's counts by line code."""
    return {line.code: line.count for line in told(world, **options).lines}


def fill(world: World, area: int, moves: Iterable[tuple[str, int]], stay: int) -> None:
    """Enter people of an area and move so many of them by each move."""
    plan = [name for name, n in moves for _ in range(n)]
    cases = world.enter(*["activated"] * (len(plan) + stay), area=area, team=area)
    world.later(40)
    for case, name in zip(cases, plan, strict=False):
        assert world.move(case, name) is not None


def test_who_ended_contact_counts_only_with_those_not_yet_met(world: World) -> None:
    fill(world, 0, [("submit", 6), ("decline", 2)], stay=3)

    assert counts(world) == {"1": 11, "2": 6, "2.1": None, "3": 0, "3.1": 0, "3.2": 0, "3.3": 0, "3.4": 0, "4": 5}
    said = report_text(told(world))
    assert "Chưa gặp hoặc đã kết thúc liên hệ: 5 người, chiếm tỷ lệ 45,45 % (trên danh sách: 11)" in said


def test_below_unit_level_nothing_can_be_subtracted_to_find_who_ended(world: World) -> None:
    extra = "  - {id: not_met, label: Chưa gặp, states: [activated]}\n  - {id: busy, label: Còn việc, sum: [not_met, no_phone]}\n"
    pack = load_files({**files(), "figures.yaml": files()["figures.yaml"].replace("policies:", f"{extra}policies:", 1)})
    fill(world, 0, [("decline", 2), ("mark_no_phone", 1)], stay=3)

    with world.store.read() as session:
        whole = read_figures(session, world.campaign, pack, as_of=world.now + 1)
        area = read_figures(session, world.campaign, pack, as_of=world.now + 1, area_id=world.areas[0])

    assert [whole.told(name) for name in ("not_met", "busy", "rest")] == [3, 4, 5]
    assert [area.told(name) for name in ("not_met", "busy", "rest")] == [None, None, 5]
    assert area.value("busy") == 4, "a condition of the plan still knows what is left to do"


def test_small_cells_are_merged_below_unit_level_only(world: World) -> None:
    fill(world, 0, [("mark_dead", 1), ("mark_abroad", 3), ("mark_no_phone", 7), ("submit", 9)], stay=0)

    assert {code: n for code, n in counts(world).items() if code.startswith("3")} == {
        "3": 11,
        "3.1": 1,
        "3.2": 3,
        "3.3": 7,
        "3.4": 0,
    }
    below = told(world, area=world.areas[0])
    merged = [(line.code, line.count) for line in below.lines if line.code.startswith("3")]
    assert merged == [("3", 11), ("3.1, 3.2, 3.3, 3.4", 11)], "1 + 3 is still under five, so the next cell joins them"
    assert "không in riêng" in report_text(below)
    assert below.balanced


def test_a_group_that_is_large_enough_leaves_the_others_alone(world: World) -> None:
    fill(world, 0, [("mark_dead", 2), ("mark_abroad", 4), ("mark_no_phone", 7)], stay=0)

    below = told(world, team=world.teams[0])

    assert [(line.code, line.count) for line in below.lines if line.code.startswith("3.")] == [
        ("3.1, 3.2, 3.4", 6),
        ("3.3", 7),
    ]


def test_areas_add_up_to_the_unit(world: World) -> None:
    fill(world, 0, [("submit", 6), ("mark_dead", 5)], stay=2)
    fill(world, 1, [("submit", 1), ("decline", 1)], stay=4)

    whole = told(world)
    parts = [told(world, area=area) for area in world.areas]

    assert whole.total == sum(part.total for part in parts) == 19
    for code in ("1", "2", "3", "4"):
        of = [
            next(line.count or 0 for line in r.lines if line.code == code)
            if any(line.code == code for line in r.lines)
            else 0
            for r in (whole, *parts)
        ]
        assert of[0] == of[1] + of[2]


def test_somebody_elses_figure_is_shown_only_once_imported_and_for_the_whole_unit(world: World) -> None:
    fill(world, 0, [("submit", 8)], stay=0)
    before = world.now
    world.later(1)
    with world.book() as book:
        number = book.append("note", campaign_id=world.campaign_id)
        book.flush()
        row = {
            "unit_id": world.unit_id,
            "campaign_id": world.campaign_id,
            "figure": "answers",
            "source": "Công văn 1",
            "as_of": before,
            "ledger_no": number,
        }
        rows = [{**row, "id": id_of("all"), "item": "", "n": 7}, {**row, "id": id_of("one"), "item": "Điều 9", "n": 2}]
        book.session.execute(insert(ImportedAggregate), rows)

    line = next(line for line in told(world).lines if line.code == "2.1")
    assert (line.count, line.base, line.percent, line.note) == (7, 8, "87,50 %", None)
    assert counts(world, known=number - 1)["2.1"] is None, "not known yet then"
    assert counts(world, area=world.areas[0])["2.1"] is None, "never below the unit"
    assert not [f for f in told(world).findings if f.check == "external"]
    with world.book() as book:
        book.append("void", voids_no=number)
    assert counts(world)["2.1"] is None, "voided, so it no longer stands"


def test_staff_are_the_newest_declarations_of_each_office_and_group(world: World) -> None:
    office = id_of("office")
    with world.book() as book:
        book.session.execute(
            insert(Body),
            [
                {
                    "unit_id": world.unit_id,
                    "id": office,
                    "code": "vp",
                    "name": "Văn phòng",
                    "kind": "office",
                    "counts_staff": True,
                }
            ],
        )
        for number, (group, declared, finished, hours) in enumerate(
            [("staff", 10, 4, 0), ("staff", 12, 9, 2), ("relatives", 5, 5, 1), ("staff", 11, 8, 1)]
        ):
            at = book.append("note", campaign_id=world.campaign_id)
            book.flush()
            book.session.execute(
                insert(DeclaredCount),
                [
                    {
                        "unit_id": world.unit_id,
                        "id": id_of(number),
                        "campaign_id": world.campaign_id,
                        "body_id": office,
                        "group": group,
                        "declared": declared,
                        "finished": finished,
                        "happened_at": world.now + hours * HOUR,
                        "ledger_no": at,
                    }
                ],
            )

    names = ("staff", "staff_done", "staff_open")
    with world.store.read() as session:
        late = read_figures(session, world.campaign, world.pack, as_of=world.now + 3 * HOUR)
        early = read_figures(session, world.campaign, world.pack, as_of=world.now + 1)
        below = read_figures(session, world.campaign, world.pack, as_of=world.now + 1, team_id=world.teams[0])
        values = [[figures.value(name) for name in names] for figures in (late, early, below)]

    assert values == [[17, 14, 3], [10, 4, 6], [None, None, None]]


def test_stages_stay_answerable_beside_the_line(world: World) -> None:
    reconciled, away, _ = world.enter(*["activated"] * 3)
    world.later(40)
    world.move(reconciled, "submit")
    world.move(reconciled, "find_not_deducted")
    world.move(away, "mark_abroad")

    with world.store.read() as session:
        figures = read_figures(session, world.campaign, world.pack, as_of=world.now + 1)
        values = [figures.value(name) for name in ("reached_submitted", "submitted", "took_part", "reachable")]
        with pytest.raises(KeyError):
            figures.value("no_such_figure")

    assert values == [1, 0, 1, 2]


def test_places_of_a_paper_list_are_marked_in_every_report(world: World) -> None:
    first, *_ = world.enter(*["activated"] * 3, unnamed=True)
    world.enter("activated")
    world.name(first)

    [found] = [f for f in told(world).findings if f.check == "unnamed"]

    assert (found.severity, found.numbers) == ("info", {"unnamed": 2, "total": 4})
    assert "2 người chưa có tên" in report_text(told(world))


def test_figures_that_do_not_balance_say_so_and_where(world: World) -> None:
    world.enter("activated", "activated")
    with world.store.write() as session:
        session.execute(text("UPDATE rollups SET state = 'lost' WHERE basis = 'h'"))
    world.later(48)

    wrong = told(world)

    assert not wrong.balanced
    [found] = [f for f in wrong.findings if f.severity == "error"]
    assert (found.check, found.where, found.numbers["total"], found.numbers["sum"]) == ("partition", "mục 1", 2, 0)
    assert found.message.startswith("mục 1: 0 + 0")
    assert "≠ 2 (thiếu 2). Chạy “tungnha verify”" in found.message
    assert "CÁC MỤC KHÔNG KHỚP" in report_text(wrong)


def test_before_anybody_is_listed_no_target_is_out_of_reach(world: World) -> None:
    with world.store.read() as session:
        targets = target_statuses(read_figures(session, world.campaign, world.pack, as_of=world.now + 1))

    assert targets
    for target in targets:
        if target.base == 0:
            assert (target.needed, target.is_met, target.is_reachable) == (None, False, None)
            assert "chưa có ai trong danh sách" in str(target.sentence())
    assert any(target.base == 0 for target in targets)


def test_targets_of_integers_and_of_parameters(world: World) -> None:
    fill(world, 0, [("submit", 19)], stay=1)

    with world.store.read() as session:
        strict, at_least = target_statuses(read_figures(session, world.campaign, world.pack, as_of=world.now + 1))

    assert (strict.needed, strict.count, strict.missing, strict.is_met, strict.is_reachable) == (20, 19, 1, False, True)
    assert (at_least.needed, at_least.count, at_least.missing, at_least.is_reachable) == (20, 0, 20, False)


@pytest.mark.parametrize(("given", "needed"), [("80", 16), ("80,5", 17), ("chưa được giao", None), (None, None)])
def test_a_target_may_wait_for_the_number_it_is_given(world: World, given: str | None, needed: int | None) -> None:
    fill(world, 0, [("submit", 19)], stay=1)
    waiting = {
        **files(),
        "figures.yaml": files()["figures.yaml"].replace("at_least: 100 percent", "at_least: parameter quota"),
    }
    waiting["pack.yaml"] = waiting["pack.yaml"].replace("parameters: {}", "parameters: {quota: chưa được giao}")
    campaign = world.campaign
    campaign.parameters = {} if given is None else {"quota": given}

    with world.store.read() as session:
        status = target_statuses(read_figures(session, campaign, load_files(waiting), as_of=world.now + 1))[1]

    assert status.needed == needed
    assert ("chưa có con số chỉ tiêu" in status.sentence()) == (needed is None)


def test_conditions_ask_by_the_codes_of_areas_and_teams(world: World) -> None:
    fill(world, 0, [("submit", 6)], stay=2)
    fill(world, 1, [("submit", 1)], stay=0)

    with world.store.read() as session:
        ask = FigureReader(session, campaign_by_id(session, world.unit_id, world.campaign_id))
        now = world.now + 1
        answers = [ask("submitted", scope, now) for scope in ({}, {"area": "A0"}, {"team": "T1"}, {"team": "nobody"})]

    assert answers == [7, 6, 1, None]
