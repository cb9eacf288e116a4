"""Noting that figures were told to somebody outside: which ones exactly, to whom, how and when.

What was said is counted anew from the ledger at the cut that the page showed, so no form can put another number into the books.
"""

from typing import Any, Final

from sqlalchemy import insert

from rules.said import Said
from rules.time import Instant
from workflow.access import Actor, require_unit_post
from workflow.actions.task_writes import check_sender, moment_given
from workflow.closing.headline import base_of, count_of, figures_told, headline_of
from workflow.closing.quick_answer import figures_at
from workflow.closing.said import CHANNEL_LABELS
from workflow.days import day_start, local_day
from workflow.errors import BadInput
from workflow.figures.replay import Cut
from workflow.ledger import Book
from workflow.ledger.book import ledger_no_at
from workflow.plan.texts import typed_reason
from workflow.queries.campaigns import CampaignContext
from workflow.tables import SaidFigure

ACTION: Final = "ghi số đã báo"
SPEAKERS: Final = ("coordinator", "chair", "administrator")


def say_figures(
    book: Book,
    campaign: CampaignContext,
    actor: Actor,
    *,
    recipient: str,
    channel: str,
    as_of: Instant,
    known_no: int,
    said_at: Instant | None = None,
) -> dict[str, Any]:
    """Record that the figures of a cut were said to `recipient`, and return the entry with its headline number.

    `said_at` defaults to now. Raises NotPermitted, BadInput for a recipient or channel that will not do and for a cut that no page can
    have shown, OutsideWindow for the future or before the campaign.
    """
    check_sender(book, actor, action=ACTION, cause="person")
    require_unit_post(actor, SPEAKERS, action=ACTION)
    to = typed_reason(recipient, where="Báo cho ai", missing="chọn nơi nhận, hoặc ghi tên cơ quan")
    if channel not in CHANNEL_LABELS:
        raise BadInput(where="Báo bằng cách nào", what="chọn điện thoại, tin nhắn, email hoặc trực tiếp")
    window = Said("đợt “%(campaign)s” (đến bây giờ)", campaign=campaign.name)
    moment = moment_given(book, said_at, after=campaign.starts_at, window=window)
    shown_at = moment_given(book, as_of, window=window)
    morning = ledger_no_at(book.session, book.unit_id, day_start(local_day(shown_at)))
    if not morning <= known_no <= book.last_no:  # a page knows at least what was there when its day began
        raise BadInput(where="Số sổ", what="không trang nào đã cho xem số này; tải lại trang rồi bấm lại")
    figures = figures_at(
        book.session, campaign, Cut(shown_at, known_no), newest=book.last_no, then=known_no
    )  # whatever was written since the page was shown, the day's own events are all that is counted
    headline = headline_of(campaign.pack)
    n, base, told = count_of(figures, headline), base_of(figures, headline), figures_told(figures, headline)
    said_id = book.new_id()
    ledger_no = book.append(
        "note",
        happened_at=moment,
        campaign_id=campaign.id,
        about_id=said_id,
        data={
            "what": "said", "to": to, "channel": channel, "figure": headline.figure, "n": n, "base": base,
            "figures": told, "as_of": shown_at, "known_no": known_no,
        },
    )  # fmt: skip
    book.session.execute(
        insert(SaidFigure).values(
            unit_id=book.unit_id, id=said_id, campaign_id=campaign.id, recipient=to, channel=channel, said_at=moment,
            said_by_id=actor.membership_id, figure=headline.figure, n=n, base=base, figures=told, as_of=shown_at,
            known_no=known_no, ledger_no=ledger_no,
        )
    )  # fmt: skip
    return {"said": str(said_id), "n": n, "recipient": to, "channel": channel, "ledger_no": ledger_no}
