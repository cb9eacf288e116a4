"""Neither database reads a table from end to end for a sheet, its log, a look-up or the households of an area."""

import re
from contextlib import suppress
from typing import Any

from sqlalchemy import event, text

from tests.workflow.desk.posts import appoint
from tests.workflow.paper.sheets import line_of, print_for, put_on_list, type_in
from tests.workflow.world import World
from workflow.access import let_in_by_look_up, printed_for
from workflow.actions.print_list import PRINTERS
from workflow.errors import NotFound
from workflow.queries.area_movements import households_of_own_area, lanes_of_own_area, own_reports
from workflow.queries.find_person import Sought, find_person
from workflow.queries.paper_route import (
    RouteWish,
    count_doors_on_route,
    doors_on_route,
    lanes_on_route,
    own_teams,
)
from workflow.queries.printed_lists import lines_of_sheet, people_on_list, printed_log
from workflow.tables import Area, Team

BIG = "doors|cases|subjects|visits|events|requests|audits|printed_lists|printed_lines|list_entries"
ALIASED = "subjects_1|subjects_2|doors_1|cases_1"


def read_everything(world: World) -> None:
    """Ask every question of the paper, the desk and the area once."""
    now, context = world.clock.now(), world.context()
    an, minh, ly = (world.actor(login) for login in ("an", "minh", "ly"))
    (area, *_), (team, *_) = world.rows(Area, Area.code == "A1"), world.rows(Team, Team.code == "T1")
    with world.store.read() as session:
        (post,) = (team.post for team in own_teams(session, an, PRINTERS))
        assert doors_on_route(session, an, context, post, RouteWish(area="A1", lane="Ngõ 1"), limit=50)
        count_doors_on_route(session, an, context, post, RouteWish())
        lanes_on_route(session, an, context, post)
        assert people_on_list(session, an, context, "L2", team_id=team.id, area_id=area.id, limit=50)
        sheet = printed_for(session, an, context.id, 1)
        assert lines_of_sheet(session, an, context, sheet)
        assert printed_log(session, an, context)[0].typed == 1
        printed_log(session, world.actor("binh"), context)
        find_person(session, context, Sought(id_index=b"0" * 16))
        find_person(session, context, Sought(name="Trần Thị Hai", birth_year=1985, area_id=area.id, house_no="1"))
        with suppress(NotFound):
            let_in_by_look_up(session, ly, now=now)
        assert households_of_own_area(session, minh, context, now=now)
        lanes_of_own_area(session, minh, context, area_id=area.id)
        own_reports(session, minh, context)


def test_every_plan_uses_an_index(world: World) -> None:
    appoint(world, "minh", "area_head", area="A1")
    appoint(world, "ly", "support_desk")
    homes = [world.household([("Nguyễn Văn Một", "registered"), "Trần Thị Hai"], house=str(n)) for n in range(6)]
    put_on_list(world, "L2", [one for _, (one, _) in homes])
    world.go_to("2025-05-16 08:00")
    print_for(world, "an")
    world.go_to("2025-05-16 20:00")
    type_in(world, "an", 1, [(line_of(world, 1, homes[0][1][1]), "7")], visited="2025-05-16 18:00")
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(world.store.reader, "before_cursor_execute", keep)
    try:
        read_everything(world)
    finally:
        event.remove(world.store.reader, "before_cursor_execute", keep)

    reads = [(sql, values) for sql, values in asked if sql.lstrip().startswith("SELECT")]
    assert len(reads) > 15
    scans = [line for sql, values in reads for line in full_scans(world, sql, values)]
    assert not scans, "\n".join(scans)


def full_scans(world: World, sql: str, values: Any) -> list[str]:
    """Return the lines of a plan that read a big table from end to end."""
    with world.store.read() as session:
        connection = session.connection()
        if world.store.is_sqlite:
            rows = [row[-1] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)]
            return [row for row in rows if re.fullmatch(rf"SCAN ({BIG}|{ALIASED})\b.*", row)]
        session.execute(text("SET LOCAL enable_seqscan = off"))
        rows = [row[0] for row in connection.exec_driver_sql("EXPLAIN " + sql, values)]
        return [row for row in rows if re.search(rf"Seq Scan on ({BIG})\b", row)]
