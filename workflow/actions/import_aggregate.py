"""Taking over a figure that belongs to somebody else: for the whole unit only, with the document it came from.

Who answered how is known to the owner of the national system alone. What may come back is a sum over the unit; nothing that
could be traced to a household, a group or a person is let in.
"""

import re
import unicodedata
import uuid
from typing import Final

from sqlalchemy import case, func, insert, select

from rules.said import Said
from rules.time import Instant
from workflow.access import Actor, require_unit_post
from workflow.actions.task_writes import cause_of, check_sender, moment_given
from workflow.errors import BadInput
from workflow.ledger import Book
from workflow.people.names import fold
from workflow.plan.texts import TextRefused, clean_text
from workflow.queries.campaigns import CampaignContext
from workflow.tables import Area, AreaAlias, Case, ImportedAggregate, Team

ACTION: Final = "nhập số của cơ quan khác"
IMPORTERS: Final = ("coordinator", "administrator")
SMALLEST_GROUP: Final = 30
"""Below so many people a sum tells too much about each. Assumed: the papers give no number."""
LARGEST: Final = 1_000_000_000
_PLACE: Final = re.compile(
    r"\b(to dan pho|khu pho|khu dan cu|ho gia dinh|ho (ong|ba)|(tdp|kdc|to|doi|thon|xom|ap|ban|buon|lang|ngo|so nha)( so)? \d)"
)
"""A place below the unit, in folded text."""
_TITLE: Final = re.compile(r"\b(ông|bà|anh|chị|cụ) \w", re.IGNORECASE)


def import_aggregate(
    book: Book,
    campaign: CampaignContext,
    *,
    actor: Actor | None,
    figure: str,
    item: str,
    n: int,
    source: str,
    as_of: Instant,
) -> uuid.UUID:
    """Record that `source` gives `n` for `item` of an external figure, as of an instant, and return the record's id.

    `item` names what was counted ("Điều 9", or empty for all); `source` the document. Earlier imports stay; the newest by
    `as_of` counts. The coordinator and the administrator may; `actor` is None for a rule alone. Raises NotPermitted, BadInput for a figure the pack does not call external, for anything that names a place below the unit,
    a person or a number that could be one's, and for a unit of which fewer than SMALLEST_GROUP people are
    listed or took part; OutsideWindow for the future.
    """
    check_sender(book, actor, action=ACTION, cause=cause_of(book))
    if actor is not None:
        require_unit_post(actor, IMPORTERS, action=ACTION)
    _check_figure(campaign, figure, n)
    text = _item(book, item)
    origin = _clean("Nguồn", source)
    if not origin:
        raise BadInput(where="Nguồn", what="hãy ghi số, ngày của văn bản và cơ quan gửi")
    _check_enough(book, campaign)
    moment = moment_given(
        book, as_of, after=campaign.starts_at, window=Said("đợt “%(campaign)s” (đến bây giờ)", campaign=campaign.name)
    )
    aggregate_id = book.new_id()
    ledger_no = book.append(
        "note",
        happened_at=moment,
        cause=cause_of(book),
        campaign_id=campaign.id,
        about_id=aggregate_id,
        data={"what": "aggregate", "figure": figure, "item": text, "n": n, "source": origin},
    )
    book.session.execute(
        insert(ImportedAggregate).values(
            unit_id=book.unit_id, id=aggregate_id, campaign_id=campaign.id, figure=figure, item=text, n=n, source=origin,
            as_of=moment, ledger_no=ledger_no,
        )
    )  # fmt: skip
    return aggregate_id


def _check_figure(campaign: CampaignContext, figure: str, n: int) -> None:
    external = [known.id for known in campaign.pack.model.figures.figures if known.external]
    if figure not in external:
        names = ", ".join(external) or Said("gói quy tắc không có số liệu nào như vậy")
        raise BadInput(
            where="Số liệu",
            what=Said(
                "“%(figure)s” không phải số liệu của cơ quan khác; có thể nhập: %(names)s", figure=figure, names=names
            ),
        )
    if not 0 <= n <= LARGEST:
        raise BadInput(where="Số lượng", what=Said("hãy ghi một số từ 0 đến %(largest)s", largest=LARGEST))


def _item(book: Book, item: str) -> str:
    """Return a clean item that names no place below the unit and nobody."""
    text = _clean("Nội dung", item)
    folded = f" {fold(text)} "
    named = any(f" {name} " in folded for name in _places(book))
    if named or _PLACE.search(folded) or _TITLE.search(text):
        what = Said(
            "“%(text)s” nêu nơi hoặc người dưới cấp đơn vị; chỉ nhận số của toàn đơn vị, hãy ghi tên nội dung, ví dụ “Điều 9”",
            text=text,
        )
        raise BadInput(where="Nội dung", what=what)
    return text


def _places(book: Book) -> list[str]:
    """Return the folded names of the unit's areas and teams, however rosters write them."""
    unit = book.unit_id
    names = [
        *book.session.scalars(select(Area.name).where(Area.unit_id == unit)),
        *book.session.scalars(select(Area.code).where(Area.unit_id == unit)),
        *book.session.scalars(select(AreaAlias.alias).where(AreaAlias.unit_id == unit)),
        *book.session.scalars(select(Team.name).where(Team.unit_id == unit)),
        *book.session.scalars(select(Team.code).where(Team.unit_id == unit)),
    ]
    return sorted({fold(name) for name in names if len(name) > 2})


def _clean(where: str, text: str) -> str:
    try:
        return clean_text(unicodedata.normalize("NFC", text), longest=200)
    except TextRefused as refused:
        raise BadInput(where=where, what=refused.said) from refused


def _check_enough(book: Book, campaign: CampaignContext) -> None:
    """Refuse a split of so few that it would tell how each of them answered: of the listed, and of those who took part."""
    people, done = _people(book, campaign)
    if people < SMALLEST_GROUP:
        what = Said(
            "đợt này mới có %(people)s người, dưới %(smallest_group)s: số tổng hợp có thể cho biết ý kiến từng người nên không nhận",
            people=people,
            smallest_group=SMALLEST_GROUP,
        )
        raise BadInput(where="Số liệu", what=what)
    if done < SMALLEST_GROUP:
        what = Said(
            "mới có %(people)s người tham gia, dưới %(smallest_group)s: số tổng hợp có thể cho biết ý kiến từng người nên không nhận",
            people=done,
            smallest_group=SMALLEST_GROUP,
        )
        raise BadInput(where="Số liệu", what=what)


def _people(book: Book, campaign: CampaignContext) -> tuple[int, int]:
    """Return how many are on the main track, and how many of them took part."""
    statement = select(func.count(), func.sum(case((Case.is_done.is_(True), 1), else_=0))).where(
        Case.unit_id == book.unit_id,
        Case.campaign_id == campaign.id,
        Case.track == campaign.pack.main_track.id,
        Case.left_at.is_(None),
    )
    people, done = book.session.execute(statement).one()
    return int(people or 0), int(done or 0)
