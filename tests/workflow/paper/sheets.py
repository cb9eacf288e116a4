"""Helpers of the paper tests: print, type, and read what a sheet holds."""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from rules.time import at
from tests.workflow.world import World
from workflow.actions.print_list import print_list
from workflow.actions.print_route import print_route
from workflow.actions.settle_printed import Step, settle_printed
from workflow.actions.type_sheet import type_sheet
from workflow.actions.typed_rows import TypedRow
from workflow.queries.paper_route import RouteWish
from workflow.tables import Campaign, Case, ListEntry, PrintedLine, PrintedList, RosterFile, table_of


def print_for(world: World, login: str, **wish: Any) -> dict[str, Any]:
    """Print a route as somebody."""
    return world.command(login, lambda book, context, actor: print_route(book, context, actor, RouteWish(**wish)))


def print_list_for(world: World, login: str, code: str, **options: Any) -> dict[str, Any]:
    """Print a list as somebody."""
    return world.command(login, lambda book, context, actor: print_list(book, context, actor, code, **options))


def settle(world: World, login: str, serial: int, step: Step, **options: Any) -> dict[str, Any]:
    """Say what became of a sheet."""
    return world.command(
        login, lambda book, context, actor: settle_printed(book, context, actor, serial, step, **options)
    )


def type_in(
    world: World,
    login: str,
    serial: int,
    rows: Iterable[tuple[Any, ...]],
    *,
    visited: str,
    key: str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Type rows (line, codes, promised, at) of a sheet."""
    typed = [TypedRow(*(str(cell) for cell in row)) for row in rows]

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        return type_sheet(book, context, actor, serial, typed, visited_at=at(visited), **options)

    request = {"sheet": serial, "rows": [[row.line, row.codes, row.promised, row.at] for row in typed]}
    return world.command(login, work, key=key, request=request if key else None)


def sheet_lines(world: World, serial: int) -> dict[int, PrintedLine]:
    """Return the stored lines of a sheet by number."""
    sheet = world.rows(PrintedList, PrintedList.serial == serial)[0]
    return {line.line_no: line for line in world.rows(PrintedLine, PrintedLine.printed_id == sheet.id)}


def line_of(world: World, serial: int, case: uuid.UUID) -> int:
    """Return the number of a person's line."""
    return next(number for number, line in sheet_lines(world, serial).items() if line.case_id == case)


def line_of_door(world: World, serial: int, door: uuid.UUID) -> int:
    """Return the number of a door's own line."""
    return next(
        number for number, line in sheet_lines(world, serial).items() if line.door_id == door and line.case_id is None
    )


def put_on_list(world: World, code: str, cases: Iterable[uuid.UUID], *, gone: bool = False) -> None:
    """Note that the people of these cases stand (or stood) on a list."""
    now = world.clock.now()
    with world.store.write() as session:
        file_id = world.ids.new(now)
        campaign = world.rows(Campaign)[0].id
        session.execute(
            insert(table_of(RosterFile)),
            {
                "unit_id": world.unit_id, "id": file_id, "campaign_id": campaign, "sha256": file_id.hex, "declared": code,
                "list_code": code, "as_of": now, "complete": True, "file_name": "danh-sach.xlsx", "status": "applied",
                "rows": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0, "findings": [], "uploaded_at": now,
            },
        )  # fmt: skip
        for case in cases:
            session.execute(
                insert(table_of(ListEntry)),
                {
                    "unit_id": world.unit_id, "campaign_id": campaign, "list_code": code,
                    "subject_id": world.rows(Case, Case.id == case)[0].subject_id,
                    "first_file_id": file_id, "last_file_id": file_id, "last_seen_at": now, "gone_at": now if gone else None,
                },
            )  # fmt: skip
