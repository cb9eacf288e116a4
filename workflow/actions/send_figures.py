"""A team's figures go with its duty: handed in they are frozen, accepted or returned they say so. One definition of sent and late."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from workflow.actions.close_period import check_gate, keep_close, move_close
from workflow.closing.draft import team_draft
from workflow.closing.kept import KeptClose, team_closes
from workflow.closing.senders import TeamPlace
from workflow.ledger import Book
from workflow.plan.life import HANDED_OVER
from workflow.plan.periods import period_of_task
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Team

SEND: Final = "gửi báo cáo"
_ANSWERS: Final = {"accept": "accept", "return": "return"}


def follow_task(
    book: Book, context: CampaignContext, before: Mapping[str, Any], after: Mapping[str, Any], move: str
) -> None:
    """Do to a team's figures what `move` did to its duty; nothing if the task is no team's report of a period.

    Handing in freezes what the team has by then, as the next revision. Raises GuardRefused with all that is wrong with the figures:
    then the duty is not handed in either.
    """
    if not after["is_duty"] or after["team_id"] is None:
        return
    period = period_of_task(context.pack, after["item"], after["occurrence"])
    if period is None:
        return
    if move == "submit":
        team = book.session.get_one(Team, (book.unit_id, after["team_id"]))
        place = TeamPlace(team.id, team.code, team.name, team.valid_to is None)
        draft = team_draft(book.session, context, period, place, now=book.now, newest=book.first_no - 1)
        check_gate(draft.errors, move=SEND)
        keep_close(book, context, draft.frozen, team_id=team.id, move="send", task=str(after["id"]))
    elif before["state"] in HANDED_OVER:
        _answer(book, context, period.key, after["team_id"], _ANSWERS.get(move, "take_back"))


def _answer(book: Book, context: CampaignContext, period: str, team_id: uuid.UUID, move: str) -> None:
    own = [close for close in team_closes(book.session, context, period) if close.team_id == team_id]
    newest: KeptClose | None = own[-1] if own else None
    if newest is not None and newest.status in ("sent", "accepted"):
        move_close(book, context, newest, move)
