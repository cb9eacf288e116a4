"""Telling whether somebody came: the one thing that is asked at a door that was drawn."""

import uuid
from typing import Any, Final

from sqlalchemy import update

from rules.said import Said
from workflow.access import Actor
from workflow.errors import BadInput, NotFound
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.revisits import revisit_for
from workflow.tables import Revisit

ANSWERS: Final = ("came", "not_came", "nobody_there")


def answer_revisit(
    book: Book, context: CampaignContext, actor: Actor, revisit_id: uuid.UUID, answer: str
) -> dict[str, Any]:
    """Record what was answered at a door and return its ledger number. The newest answer counts; earlier ones stay in the ledger.

    Raises NotFound for what the actor is not to ask (whoever went there least of all), BadInput for another answer.
    """
    found = revisit_for(book.session, actor, context, revisit_id)
    if answer not in ANSWERS:
        names = ", ".join(ANSWERS)
        raise BadInput(where="Trả lời", what=Said("chỉ ghi có ai đến hay không: %(names)s", names=names))
    _tell_for_whom(book, context, actor, revisit_id)
    if found.answer == answer:
        return {"revisit": str(revisit_id), "answer": answer, "ledger_no": found.ledger_no}
    number = book.append(
        "note", campaign_id=context.id, about_id=revisit_id, data={"what": "revisit", "answer": answer}
    )
    values = {"answer": answer, "answered_by_id": actor.membership_id, "answered_at": book.now, "ledger_no": number}
    mine = update(Revisit).where(Revisit.unit_id == book.unit_id, Revisit.id == revisit_id)
    book.session.execute(mine.values(**values))
    return {"revisit": str(revisit_id), "answer": answer, "ledger_no": number}


def _tell_for_whom(book: Book, context: CampaignContext, actor: Actor, revisit_id: uuid.UUID) -> None:
    """Say in whose name the answer is given: the actor's own wherever their own posts would do."""
    for hat in actor.hats if len(actor.hats) > 1 else ():
        try:
            revisit_for(book.session, hat, context, revisit_id)
        except NotFound:
            continue
        hat.acts_under(hat.posts[0])
        return
