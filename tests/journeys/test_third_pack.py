"""A campaign of another kind from YAML alone: households, a loop in the path, working days, a weekly report.

Nothing in the program knows this pack. It runs from the list to the report through the same importer, commands and tick.
"""

import random
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import select

from rules.pack import load_pack
from rules.time import at, show
from tests.databases import new_database
from workflow.access import actor_of
from workflow.actions.found_unit import found_unit
from workflow.actions.import_roster import import_roster
from workflow.actions.move_task import move_task
from workflow.actions.open_campaign import open_campaign
from workflow.actions.open_plan import open_plan
from workflow.actions.record_visit import Finding, VisitReport
from workflow.clock import FixedClock
from workflow.demo.director import Director
from workflow.demo.units import plan_unit
from workflow.figures.report import report
from workflow.ids import IdSource
from workflow.ledger.book import open_book
from workflow.migrations.migrate import upgrade
from workflow.queries.campaigns import campaign_by_id
from workflow.roster.apply import Tools
from workflow.roster.declare import Declaration
from workflow.store import Store
from workflow.tables import Case, Escalation, Event, Task
from workflow.vault import Vault
from workflow.verify import verify

PACK = Path(__file__).parents[1] / "packs" / "phan-loai-rac-2026"
HEADS = ("An", "Bình", "Chi", "Dũng", "Em", "Giang", "Hải", "Khánh", "Lan", "Minh", "Nam", "Oanh")
HOUSEHOLDS = len(HEADS)


def _list_of_households(path: Path) -> None:
    """Twelve households in four villages, as a commune's office writes them down."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["ỦY BAN NHÂN DÂN XÃ TÂN MẪU"])
        sheet.write_row(2, 0, ["STT", "Chủ hộ", "Thôn", "Số nhà/Ngõ", "Số hồ sơ cư trú"])
        for n in range(HOUSEHOLDS):
            head = f"Nguyễn Văn {HEADS[n]}"
            sheet.write_row(3 + n, 0, [n + 1, head, f"Thôn {n % 4 + 1}", f"{n + 1}, Ngõ {n % 4 + 1}", f"HS{n:04}"])


@pytest.fixture(params=["sqlite", "postgresql"])
def director(request, tmp_path):
    """The commune on its first day, with its list read in."""
    url = new_database(request.param, tmp_path, "third")
    upgrade(url)
    store, clock, ids = Store(url), FixedClock(at("2026-03-02 08:00")), IdSource(seed=3)
    pack = load_pack(PACK)
    with store.write() as session:
        unit_id = found_unit(session, plan_unit(pack, "tan-mau", kind="xã"), now=clock.now(), ids=ids)
        campaign = open_campaign(session, unit_id, pack, now=clock.now())
    with store.write() as session:
        book = open_book(session, unit_id, clock.now(), ids=ids, pack_hash=pack.hash)
        open_plan(book, campaign_by_id(session, unit_id, campaign.id))
        book.close()
    played = Director(store, unit_id, "tan-mau", campaign.id, clock, ids, random.Random(3), tmp_path, lambda text: None)
    path = tmp_path / "ho.xlsx"
    _list_of_households(path)
    with store.read() as session:
        context = campaign_by_id(session, unit_id, campaign.id)
        actor = actor_of(session, unit_id, played.account("environment-officer"), now=clock.now())
    done = import_roster(
        Tools(store, Vault.create(tmp_path / "keys.json"), clock, ids), context, actor, path,
        Declaration("HO", clock.now(), complete=True),
    )  # fmt: skip
    assert (done.counts.rows, done.counts.created, done.counts.rejected) == (HOUSEHOLDS, HOUSEHOLDS, 0), (
        done.findings,
        done.rejections,
    )
    yield played
    store.dispose()


def _visit(director: Director, home, when: str, outcome: str) -> None:
    director.go_to(when)
    finding = Finding(outcome, None if outcome == "nobody_home" else home.people[0].case_id)
    director.sheet(
        home.team, [(VisitReport(home.door_id, director.clock.now(), (finding,)), f"member-{home.team.lower()}-1")]
    )


def test_the_pack_runs_from_the_list_to_the_report(director):
    homes = director.homes()
    assert len(homes) == HOUSEHOLDS
    assert {home.people[0].state for home in homes} == {"listed"}

    for home in homes[:5]:
        _visit(director, home, "2026-03-03 09:00", "registers")
    director.go_to("2026-03-10 09:00")
    director.tick()
    waiting = _episodes(director, "waits-for-bin")
    assert len(waiting) == 5, "seven days without a bin reach the team leader"
    assert {show(due) for _, due in waiting} == {"2026-03-10 09:00"}

    for home in homes[:4]:
        _visit(director, home, "2026-03-11 09:00", "gets_bin")
    assert sum(is_open for is_open, _ in _episodes(director, "waits-for-bin")) == 1, "the others have their bin"
    _visit(director, homes[0], "2026-04-02 09:00", "fails")
    director.go_to("2026-04-07 09:00")
    director.tick()
    assert len(_episodes(director, "not-good-for-long")) == 1
    _visit(director, homes[0], "2026-04-08 09:00", "gets_bin_again")
    _visit(director, homes[0], "2026-04-09 09:00", "passes")
    _visit(director, homes[1], "2026-04-09 09:30", "passes")
    _visit(director, homes[5], "2026-04-09 10:00", "registers")
    _visit(director, homes[5], "2026-04-10 10:00", "orders_bin")
    director.go_to("2026-04-25 10:00")
    director.tick()
    assert _states(director)[homes[5].people[0].case_id] == "registered", "a rule moved it after fifteen days"

    with director.store.read() as session:
        context = campaign_by_id(session, director.unit_id, director.campaign_id)
        told = report(session, context, context.pack, as_of=director.clock.now() + 1)
        counts = {line.code: line.count for line in told.lines}
        assert told.balanced
        assert (counts["1"], counts["2"]) == (HOUSEHOLDS, 2)
        assert counts["1"] == sum(counts.get(code) or 0 for code in ("2", "3", "4", "5", "6"))
        assert counts["7"] == 2, "inspected at least once"
        checked = verify(session)
        assert checked.ok, checked.to_json()


def test_the_loop_keeps_the_furthest_stage_and_each_round_in_the_ledger(director):
    home = director.homes()[0]
    for when, outcome in (
        ("2026-03-03 09:00", "registers"), ("2026-03-05 09:00", "gets_bin"), ("2026-04-02 09:00", "fails"),
        ("2026-04-04 09:00", "gets_bin_again"), ("2026-04-06 09:00", "fails"), ("2026-04-08 09:00", "gets_bin_again"),
    ):  # fmt: skip
        _visit(director, home, when, outcome)

    with director.store.read() as session:
        case = session.scalars(
            select(Case).where(Case.unit_id == director.unit_id, Case.id == home.people[0].case_id)
        ).one()
        moves = session.scalars(
            select(Event.move)
            .where(Event.unit_id == director.unit_id, Event.case_id == case.id, Event.kind == "move")
            .order_by(Event.ledger_no)
        ).all()
    assert (case.state, case.stage) == ("bin_received", "not_good_yet")
    assert moves == [
        "register",
        "receive_bin",
        "fail_inspection",
        "receive_bin_again",
        "fail_inspection",
        "receive_bin_again",
    ]


def test_working_day_deadlines_and_the_weekly_report(director):
    with director.store.read() as session:
        meetings = session.scalars(
            select(Task).where(Task.unit_id == director.unit_id, Task.item == "conference")
        ).all()
    assert {show(task.due_at) for task in meetings} == {"2026-03-10 00:00"}, "five working days, the first not counted"

    director.go_to("2026-03-09 10:30")
    director.tick()
    late = _episodes(director, "weekly-report-late")
    assert len(late) == 8, "two Mondays, four teams"
    assert {show(due) for _, due in late} == {"2026-03-02 10:00", "2026-03-09 10:00"}
    task = next(
        task for task in director.tasks("weekly-report") if task.scope == "T01" and task.occurrence == "2026-03-09"
    )

    director.command(
        "team-leader-t01",
        lambda book, context, actor: {
            "at": move_task(book, context, task.id, "submit", actor=actor, state_version=None).timing
        },
    )

    assert sum(is_open for is_open, _ in _episodes(director, "weekly-report-late")) == 7


def test_a_move_outside_its_window_is_refused_by_when_it_happened(director):
    home = director.homes()[0]
    _visit(director, home, "2026-03-03 09:00", "registers")
    _visit(director, home, "2026-03-05 09:00", "gets_bin")

    with pytest.raises(Exception, match="Chưa thể"):
        _visit(director, home, "2026-03-20 09:00", "passes")
    assert _states(director)[home.people[0].case_id] == "bin_received"


def _episodes(director: Director, rule: str):
    with director.store.read() as session:
        rows = session.execute(
            select(Escalation.is_open, Escalation.due_at).where(
                Escalation.unit_id == director.unit_id, Escalation.rule_id == rule
            )
        )
        return [(row.is_open, row.due_at) for row in rows]


def _states(director: Director):
    with director.store.read() as session:
        return {
            row.id: row.state
            for row in session.execute(select(Case.id, Case.state).where(Case.unit_id == director.unit_id))
        }
