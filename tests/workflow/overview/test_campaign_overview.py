"""The coordinator's page: sums that hold, people as the last cut-off left them, work as it waits now."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, update

from rules.time import at
from tests.workflow.world import World
from workflow.actions.decide_exit import decide_exit
from workflow.actions.record_visit import Finding
from workflow.errors import NotFound
from workflow.figures.campaign_overview import campaign_overview, last_cut_off
from workflow.figures.report import report
from workflow.tables import Request, Rollup, table_of

CUT = at("2025-05-16 16:00")


def seen(world: World, by: str = "team", login: str = "hai"):
    with world.store.read() as session:
        return campaign_overview(session, world.actor(login), world.context(), now=world.clock.now(), by=by)


def row_of(overview, code: str):
    return next(row for row in overview.rows if row.place is not None and row.place.code == code)


@contextmanager
def statements(world: World):
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(world.store.reader, "before_cursor_execute", note)
    yield sent
    event.remove(world.store.reader, "before_cursor_execute", note)


@pytest.fixture
def town(given: World) -> World:
    """Two teams with five people; on 16 May one took part, one declined, one is dead; then it is the next morning."""
    given.door_1, (one, two, three) = given.household(
        [("Nguyễn Văn Một", "activated"), ("Nguyễn Văn Hai", "activated"), ("Nguyễn Thị Ba", "activated")], area="A1"
    )
    given.door_2, (four, five) = given.household([("Lê Văn Bốn", "activated"), ("Lê Thị Năm", "activated")], area="A2")
    given.people = [one, two, three, four, five]
    given.go_to("2025-05-16 09:00")
    given.visit("an", given.door_1, Finding("took_part", one), Finding("not_taking_part", two))
    given.visit("dung", given.door_2, Finding("died", four, evidence="trích lục"))
    request = given.rows(Request)[0].id
    given.command("dung", lambda b, c, a: decide_exit(b, c, a, request, confirm=True))
    given.tick()
    given.go_to("2025-05-17 15:38")
    given.tick()
    return given


def test_each_team_says_what_its_report_says_at_the_last_cut_off(town):
    overview = seen(town)

    assert overview.cut_off == CUT
    assert [column.code for column in overview.columns] == ["1", "2", "3", "4"]
    assert row_of(overview, "T1").counts == (3, 1, 0, 2)
    assert row_of(overview, "T2").counts == (2, 0, 1, 1)
    assert overview.total.counts == (5, 1, 1, 3)
    assert overview.balanced
    for row in overview.rows:
        assert row.counts[-1] == row.counts[0] - sum(row.counts[1:-1])  # N − done − exits
    assert (row_of(overview, "T1").percent, row_of(overview, "T1").base) == ("33,33 %", 3)
    with town.store.read() as session:
        made = report(session, town.context(), town.pack, as_of=CUT, known="then")
    assert {line.code: line.count for line in made.lines if line.code in "1234"} == {"1": 5, "2": 1, "3": 1, "4": 3}


def test_by_area_the_same_people_are_cut_otherwise(town):
    overview = seen(town, by="area")

    assert {row.place.code: row.counts for row in overview.rows} == {"A1": (3, 1, 0, 2), "A2": (2, 0, 1, 1)}
    assert overview.balanced


@pytest.mark.parametrize("by", ["team", "area"])
def test_below_the_unit_nothing_tells_how_the_visit_of_this_minute_ended(town, by):
    before = seen(town, by=by)
    town.visit("an", town.door_1, Finding("took_part", town.people[2]))
    town.go_to("2025-05-17 15:40")
    after_taking_part = seen(town, by=by)
    town.visit("dung", town.door_2, Finding("not_taking_part", town.people[4]))
    town.go_to("2025-05-17 15:42")
    after_declining = seen(town, by=by)

    def told(overview):
        return [(row.counts, row.percent, row.listed_now) for row in overview.rows]

    assert told(before) == told(after_taking_part) == told(after_declining)
    assert [row_of(o, "T1").doors if by == "team" else row_of(o, "A1").doors for o in (before, after_taking_part)] == [
        1,
        0,
    ]
    code = "T2" if by == "team" else "A2"
    assert [row_of(o, code).doors for o in (after_taking_part, after_declining)] == [1, 0]
    assert after_declining.unit.counts == (5, 2, 1, 2)  # the unit as a whole is told as it stands


def test_before_the_first_cut_off_only_the_base_is_told(given):
    given.household([("Nguyễn Văn Một", "activated")], area="A1")
    given.go_to("2025-05-15 10:00")
    given.tick()

    overview = seen(given)

    assert overview.cut_off is None
    assert [(row.counts, row.listed_now) for row in overview.rows] == [((), 1), ((), 0)]
    assert overview.unit.counts == (1, 0, 0, 1)
    assert overview.balanced


def test_a_campaign_without_reports_is_told_as_its_last_cut_off_left_it(worlds):
    world = worlds("an-lac-2025", starts="2025-05-05 08:00")
    world.household([("Nguyễn Văn Một", "activated")], area="A1")
    world.go_to("2025-05-07 09:00")

    assert last_cut_off(world.context(), world.clock.now()) == at("2025-05-06 22:00")
    assert row_of(seen(world), "T1").counts == (1, 0, 0, 1)


def test_missing_reports_are_named_with_their_cut_off(town):
    overview = seen(town)

    assert overview.period.due_at == at("2025-05-17 16:00")
    assert overview.period.internal_due_at == at("2025-05-17 15:30")
    assert (overview.period.asked, overview.period.sent, len(overview.period.missing)) == (2, 0, 2)
    assert row_of(overview, "T1").report.timing == "due"
    assert [each.due_at for each in row_of(overview, "T1").missing] == [at("2025-05-15 16:00"), CUT]


def test_what_waits_is_counted_where_it_waits(town):
    town.visit("an", town.door_1, Finding("died", town.people[2], evidence="trích lục"))

    overview = seen(town)

    assert (row_of(overview, "T1").exits_waiting, row_of(overview, "T2").exits_waiting) == (1, 0)
    assert (overview.exits.n, overview.exits.since, overview.unit.exits_waiting) == (1, town.clock.now(), 1)
    assert overview.clock.tick_at == at("2025-05-17 15:38")
    assert overview.files.waiting == 0
    assert [target.id for target in overview.targets] == ["T1", "T2", "T3"]


def test_a_sum_that_does_not_hold_is_shown(town):
    rollup = table_of(Rollup)
    with town.store.write() as session:
        session.execute(
            update(rollup)
            .where(rollup.c.unit_id == town.unit_id, rollup.c.track == "path", rollup.c.state == "dead")
            .values(state="vanished")
        )

    assert {finding.check for finding in seen(town).findings} == {"partition"}
    town.go_to("2025-05-18 10:00")  # the last cut-off is one whole day later now
    overview = seen(town)

    assert not overview.balanced
    found = {finding.check for finding in overview.findings}
    assert {"partition", "row-sum"} <= found


@pytest.mark.parametrize("by", ["team", "area"])
def test_a_dozen_statements_at_most(town, by):
    for number in range(6):
        town.household([("Trần Văn Thêm", "activated")], area="A2", lane=f"Ngõ {number}")
    actor, context = town.actor("hai"), town.context()

    with statements(town) as sent, town.store.read() as session:
        campaign_overview(session, actor, context, now=town.clock.now(), by=by)

    selects = [statement for statement in sent if statement.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert len(selects) <= 12


@pytest.mark.parametrize("login", ["an", "binh", "giang", "khanh"])
def test_only_whoever_coordinates_the_unit_sees_it(town, login):
    with pytest.raises(NotFound):
        seen(town, login=login)
