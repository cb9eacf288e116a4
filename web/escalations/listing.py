"""The list of what waits: which part of it an address asks for, and what the pages that show it need."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from flask import request

from rules.time import DAY, MINUTE, Instant, local_date
from web.escalations.words import bulk_buttons, exit_buttons, with_end, with_text
from web.here import here
from web.i18n import _
from web.overview.views import in_words
from workflow.queries.exit_requests import ExitRequest
from workflow.queries.inbox_groups import InboxGroup
from workflow.queries.inbox_parts import Part
from workflow.queries.time_left import Due, stands
from workflow.queries.waiting import KINDS, Kind, Mark, WaitingList, WaitingRow, Wanted, waiting_list

TABS: Final[Mapping[Part, str]] = {"passed_up": "passed", "below": "below"}
"""How an address names the tabs of what does not wait: what has gone to another post, and what lies with a post below."""
LEADERS: Final = frozenset({"team_leader", "duty_leader", "coordinator", "chair"})
"""Who finds the teams' day beside the list."""


def wanted_of(args: Any) -> Wanted:
    """Return what an address or a form asks to see; what it does not say properly it does not ask for."""
    due, kind = args.get("due"), args.get("kind")
    return Wanted(
        due=cast(Due, due) if due in ("overdue", "today", "resting") else None,
        kind=cast(Kind, kind) if kind in KINDS else None,
        area=_id(args.get("area")),
        team=_id(args.get("team")),
        part=next((part for part, name in TABS.items() if name == due), "waiting"),
        whole_unit=args.get("whole") == "1",
    )


def address_of(wanted: Wanted) -> dict[str, str]:
    """Return the same as the values of an address."""
    due = TABS.get(wanted.part, wanted.due)
    told = {
        "due": due, "kind": wanted.kind, "area": wanted.area and wanted.area.hex, "team": wanted.team and wanted.team.hex,
        "whole": "1" if wanted.whole_unit else None,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def list_values(*, first_page: bool = False) -> dict[str, Any]:
    """Return what shows the list: the page of it that the address asks for, or its first."""
    wanted = wanted_of(request.args)
    after = None if first_page else _mark(request.args.get("after"))
    listed = waiting_list(here.session, here.actor, here.context, now=here.now, wanted=wanted, after=after)
    return {
        "listed": listed,
        "after": _text(listed.next),
        "is_first": after is None,
        "can_tick": any(_can_be_ticked(row) for row in listed.rows),
        **tab_values(wanted),
        "in_bulk": bulk_buttons(wanted, _groups(listed), only_member=here.actor.roles == {"member"}),
        **_places(listed, wanted),
    }


def beside_values() -> dict[str, Any]:
    """Return what shows the list beside what is opened; a desk that has it on the screen already asks for the opened part alone."""
    if request.headers.get("HX-Request"):
        return {"listed": None, **tab_values(wanted_of(request.args))}
    return list_values(first_page=True)


def tab_values(wanted: Wanted) -> dict[str, Any]:
    """Return what the frame of every page of the inbox needs."""
    coordinates = any(post.role == "coordinator" for post in here.actor.posts)
    return {
        "wanted": wanted, "kept": address_of(wanted), "due": address_of(wanted).get("due"), "whole": wanted.whole_unit,
        "coordinates": coordinates, "leads_teams": bool(LEADERS & here.actor.roles), "left": left, "kind_words": kind_words,
        "without": without, "only_member": here.actor.roles == {"member"}, "tomorrow": _tomorrow,
        "exit_buttons": exit_buttons(), "with_text": with_text, "with_end": with_end,
    }  # fmt: skip


def _can_be_ticked(row: WaitingRow) -> bool:
    """Return whether a row is decided from the list: a task and a report have pages of their own."""
    return row.kind == "reminder" or (isinstance(row.about, ExitRequest) and row.about.may_decide)


def _groups(listed: WaitingList) -> list[InboxGroup]:
    return [row.about for row in listed.rows if isinstance(row.about, InboxGroup)]


def without(wanted: Wanted, **changed: Any) -> dict[str, str]:
    """Return the address of the same list with something of it changed."""
    return address_of(replace(wanted, **changed))


def left(until: Instant, *, due: Due | None = None) -> str:
    """Return how much time is left: "Còn 2 giờ", "Quá 3 giờ"."""
    now = here.now
    if (due or stands(until, now)) == "overdue":
        if now - until < MINUTE:
            return _("Vừa quá hẹn")
        return _("Quá %(length)s", length=in_words(now - until))
    return _("Còn %(length)s", length=in_words(until - now))


def _tomorrow() -> str:
    """Return the next day as somebody types it, for an example that could be meant."""
    day = local_date(here.now + DAY)
    return f"{day.day}/{day.month}"


def kind_words() -> dict[Kind, str]:
    """Return what each sort of row is called."""
    return {
        "reminder": _("Việc nhắc"),
        "task": _("Nhiệm vụ, báo cáo"),
        "missing": _("Báo cáo chưa nhận"),
        "exit": _("Đề nghị xác nhận"),
    }


def _places(listed: WaitingList, wanted: Wanted) -> dict[str, Any]:
    areas, teams = ([place for place in listed.places if place.sort == sort] for sort in ("area", "team"))
    return {
        "areas": areas if len(areas) > 1 or wanted.area else [],
        "teams": teams if len(teams) > 1 or wanted.team else [],
    }


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


_APART: Final = "~"


def _text(mark: Mark | None) -> str | None:
    return None if mark is None else _APART.join(map(str, mark))


def _mark(text: str | None) -> Mark | None:
    """Return the row after which a page goes on; None for what is none, which shows the first page."""
    until, rank, first, second = (*(text or "").split(_APART), "", "", "", "")[:4]
    if not (until.isascii() and until.isdigit() and len(until) < 19 and rank in ("0", "1", "2", "3")):
        return None
    if KINDS[int(rank)] in ("task", "exit") and _id(first) is None:
        return None
    return Mark(int(until), int(rank), first[:100], second[:100])
