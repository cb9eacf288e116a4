"""Printing one of the campaign's lists for a team: who stands on it and is still to be met, in walking order.

The paper leaves the office, so its log says who printed it, whom it was handed to, and later that it came back or was destroyed.
"""

import uuid
from typing import Any, Final

from sqlalchemy import select

from rules.said import Said
from workflow.access import Actor, roles_in_words
from workflow.actions.printed_writes import Line, area_called, write_sheet
from workflow.errors import BadInput, NotFound, NotPermitted
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.paper_route import own_teams, people_of_team
from workflow.queries.printed_lists import people_on_list
from workflow.tables import Team

PRINTERS: Final = ("team_leader", "coordinator")
MOST_PEOPLE: Final = 1_000
"""People of one printed list at most; a larger team prints area by area."""


def print_list(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    list_code: str,
    *,
    team: str | None = None,
    area: str | None = None,
    handed_to: uuid.UUID | None = None,
) -> dict[str, Any]:
    """Store a list as a printed sheet and return its serial and counts; `handed_to` (of that team) gets it at once.

    A leader prints for their own team (of several for the one called `team`), the coordinator for any called `team`. Raises
    NotPermitted, NotFound (no such team in the actor's scope) or BadInput.
    """
    if not actor.holds(*PRINTERS):
        raise NotPermitted(action="In danh sách", who=roles_in_words(PRINTERS))
    team_id = _team_of(book, actor, team)
    actor.acts_under(next((post for post in actor.holds(*PRINTERS) if post.team_id in (None, team_id)), None))
    if list_code not in {listed.id for listed in context.pack.model.pack.lists}:
        raise BadInput(
            where="Danh sách",
            what=Said(
                "đợt này không có danh sách “%(list_code)s”; chọn trong các danh sách đã giao", list_code=list_code
            ),
        )
    if handed_to is not None:
        check_receiver(book, team_id, handed_to)
    area_id = area_called(book, area)
    people = people_on_list(
        book.session, actor, context, list_code, team_id=team_id, area_id=area_id, limit=MOST_PEOPLE + 1
    )
    if not people:
        raise BadInput(where="Danh sách", what="không còn ai cần gặp trong danh sách này; chọn danh sách khác")
    if len(people) > MOST_PEOPLE:
        raise BadInput(
            where="Danh sách",
            what=Said(
                "có hơn %(most_people)s người, quá dài cho một phiếu; chọn từng địa bàn để in", most_people=MOST_PEOPLE
            ),
        )
    lines = [Line(person.door_id, person.case_id, person.subject_id) for person in people]
    handed = {"handed_to_id": handed_to, "handed_at": book.now} if handed_to is not None else {}
    return write_sheet(
        book, context, actor, lines, kind="list", team_id=team_id, area_id=area_id, list_code=list_code, **handed
    )


def check_receiver(book: Book, team_id: uuid.UUID | None, member: uuid.UUID) -> None:
    """Raise BadInput unless the member belongs to the team now: paper with names goes to nobody else."""
    if team_id is None or member not in {
        each for each, _ in people_of_team(book.session, book.unit_id, team_id, now=book.now)
    }:
        raise BadInput(where="Người nhận", what="không thuộc tổ công tác này; chọn trong danh sách của tổ")


def _team_of(book: Book, actor: Actor, team: str | None) -> uuid.UUID:
    own = own_teams(book.session, actor, ("team_leader",))
    if team is None and len(own) != 1:
        raise BadInput(where="Tổ công tác", what="chưa chọn; chọn tổ nhận danh sách")
    led = next((each.post.team_id for each in own if team in (None, each.code)), None)
    if led is not None:
        return led
    found = None
    if actor.holds("coordinator"):
        found = book.session.scalar(select(Team.id).where(Team.unit_id == book.unit_id, Team.code == team))
    if found is None:
        raise NotFound
    return found
