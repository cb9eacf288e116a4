"""A unit says in which way its posts are told, as far as the pack leaves it to the unit."""

from typing import Any, Final

from sqlalchemy import delete, insert

from rules.deadlines import DailyTime, parse
from rules.pack.model import PackFile
from rules.said import Said
from rules.time import clock_text
from workflow.access import Actor, require_unit_post
from workflow.actions.organisation_input import leave_trace
from workflow.errors import BadInput
from workflow.ledger.book import Book
from workflow.notices.hours import Quiet
from workflow.notices.ways import EVERY_HOURS, begins_after, holds, lies_within, longest, most_lines, widest
from workflow.queries.campaigns import CampaignContext
from workflow.queries.notice_ways import ways_of
from workflow.tables import NoticeSetting, table_of

SETTERS: Final = ("coordinator", "administrator")
"""Roles that may say it."""
ACTION: Final = "Đặt cách báo tin của đơn vị"
_settings = table_of(NoticeSetting)


def set_notices(
    book: Book,
    context: CampaignContext,
    actor: Actor,
    *,
    quiet: tuple[int, int] | None,
    every_hours: int | None,
    most_listed: int | None,
) -> dict[str, Any]:
    """Say in which way posts are told; None each: as the pack says. `quiet` is minutes of the local day, begin and end.

    Return `from_at`, at which it begins: where a digest ends anyway, so that nothing is told twice. A change that has not begun gives way
    to this one. Raises NotPermitted, and BadInput for what the pack does not leave to the unit.
    """
    require_unit_post(actor, SETTERS, action=ACTION)
    hours = None if quiet is None else Quiet(*quiet)
    _check(context.pack.model.pack, hours, every_hours, most_listed)
    s = _settings.c
    mine = (s.unit_id == context.unit_id, s.campaign_id == context.id)
    book.session.execute(delete(_settings).where(*mine, s.from_at > book.now))
    values: dict[str, Any] = {
        "quiet_from": quiet[0] if quiet else None, "quiet_until": quiet[1] if quiet else None,
        "every_hours": every_hours, "most_listed": most_listed,
    }  # fmt: skip
    ways = ways_of(book.session, context)
    new = ways.changed(hours, every_hours, most_listed)
    from_at = begins_after(book.now, ways.at(book.now), new)
    row = {"unit_id": context.unit_id, "campaign_id": context.id, "from_at": from_at, **values}
    book.session.execute(insert(_settings).values(**row, changed_by_id=actor.membership_id, changed_at=book.now))
    leave_trace(book, actor, "set_notices", context.id, from_at=from_at, **values)
    return {"from_at": from_at}


def _check(pack: PackFile, quiet: Quiet | None, every_hours: int | None, most_listed: int | None) -> None:
    said = pack.notices
    if quiet is not None:
        _check_quiet(pack, quiet)
    if every_hours is not None and (every_hours not in EVERY_HOURS or every_hours > longest(said)):
        known = ", ".join(str(hours) for hours in EVERY_HOURS if hours <= longest(said))
        raise BadInput(
            where="Gộp tin",
            what=Said("%(n)s giờ không đặt được; gói cho đơn vị chọn: %(known)s", n=every_hours, known=known),
        )
    if most_listed is not None and not 1 <= most_listed <= most_lines(said):
        raise BadInput(
            where="Số dòng của một bản tin",
            what=Said("phải từ 1 đến %(most)s; gói không cho nhiều hơn", most=most_lines(said)),
        )


def _check_quiet(pack: PackFile, quiet: Quiet) -> None:
    outer = widest(pack.notices)
    if not lies_within(quiet, outer):
        raise BadInput(
            where="Giờ yên lặng",
            what=Said(
                "phải nằm trong khoảng từ %(since)s đến %(until)s mà gói để đơn vị chọn",
                since=clock_text(outer.begins), until=clock_text(outer.ends),
            ),
        )  # fmt: skip
    for text in (pack.reporting.cut_off, pack.reporting.internal):
        due = None if text is None else parse(text)
        if isinstance(due, DailyTime) and holds(quiet, due.minute):
            raise BadInput(
                where="Giờ yên lặng",
                what=Said(
                    "trùm lên giờ chốt %(at)s: báo cáo thiếu sẽ chỉ được báo khi hết giờ yên lặng; chọn giờ khác",
                    at=clock_text(due.minute),
                ),
            )
