"""Printing a route: doors in walking order with the people still to be met, on numbered lines of a sheet with a serial."""

from typing import Any, Final

from rules.said import Said
from workflow.access import Actor, roles_in_words
from workflow.actions.printed_writes import Line, area_called, write_sheet
from workflow.errors import BadInput, NotPermitted
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.paper_route import (
    RouteWish,
    count_doors_on_route,
    doors_on_route,
    own_teams,
    people_of_team,
)

PRINTERS: Final = ("member", "team_leader")
MOST_DOORS: Final = 200
"""Doors of one sheet at most: about fourteen pages, more than anybody walks in a day."""


def print_route(book: Book, context: CampaignContext, actor: Actor, wish: RouteWish) -> dict[str, Any]:
    """Store a route as a printed sheet and return its serial with the counts of doors and lines.

    Each door has a line of its own, followed by one for each person to meet there. Raises NotPermitted, or BadInput if nothing
    stands on the route, or too much, or if somebody of several teams does not say which.
    """
    own = own_teams(book.session, actor, PRINTERS)
    post = next((each.post for each in own if wish.team in (None, each.code)), None)
    if post is None or post.team_id is None:
        raise NotPermitted(action="In tuyến đi", who=roles_in_words(PRINTERS))
    if wish.team is None and len(own) > 1:
        raise BadInput(
            where="Tổ công tác", what=Said("chưa chọn; đang giữ vị trí ở %(n)s tổ, chọn tổ đi tuyến này", n=len(own))
        )
    actor.acts_under(post)
    if post.role == "team_leader" and wish.member is not None:
        team = people_of_team(book.session, book.unit_id, post.team_id, now=book.now)
        if wish.member not in {member for member, _ in team}:
            raise BadInput(where="Người đi", what="không thuộc tổ công tác này; chọn trong danh sách của tổ")
    area_id = area_called(book, wish.area)
    doors = doors_on_route(book.session, actor, context, post, wish, limit=MOST_DOORS + 1)
    if not doors:
        raise BadInput(where="Tuyến đi", what="không còn hộ nào cần gặp ở đây; chọn ngõ hoặc địa bàn khác")
    if len(doors) > MOST_DOORS:
        found = count_doors_on_route(book.session, actor, context, post, wish)
        raise BadInput(
            where="Tuyến đi",
            what=Said(
                "có %(found)s hộ, một phiếu chỉ in được %(most_doors)s hộ; chọn một ngõ hoặc một người đi",
                found=found,
                most_doors=MOST_DOORS,
            ),
        )
    lines: list[Line] = []
    for door in doors:
        lines.append(Line(door.id))
        lines += [Line(door.id, person.case_id, person.subject_id) for person in door.people]
    walker = wish.member if post.role == "team_leader" else actor.membership_id
    return write_sheet(
        book, context, actor, lines, kind="route", team_id=post.team_id, area_id=area_id, assignee_id=walker
    )
