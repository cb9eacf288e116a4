"""The member's day: which doors to go to, one of them open with everything that may be said of its people."""

import uuid
from typing import Any, cast

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from web.door.words import quick_times
from web.here import here
from web.i18n import N_, _
from web.pages import render
from web.policy import for_roles, searches
from web.queue.forms import FindForm
from workflow.errors import BadInput
from workflow.queries.choices import choices_for_door
from workflow.queries.member_progress import count_done_today, next_cut_off, visits_typed_today
from workflow.queries.queue import Filter, QueuePage, queue_of

bp = Blueprint("queue", __name__, template_folder="templates")

FILTERS: dict[Filter, str] = {"due": N_("Cần đến"), "later": N_("Hẹn lại"), "all": N_("Tất cả")}


@bp.get("/<unit>/<campaign>/queue")
@for_roles("member", "team_leader")
def mine() -> ResponseReturnValue:
    show = cast(Filter, request.args["show"]) if request.args.get("show") in FILTERS else "due"
    return _page(FindForm(formdata=None), show, _queue(show))


@bp.post("/<unit>/<campaign>/queue/find")
@for_roles("member", "team_leader")
@searches
def find() -> ResponseReturnValue:
    """Look for a door. It is sent like a form, though it changes nothing: no address and no log ever holds a name."""
    form, found = FindForm(), None
    try:
        if (form.q.data or "").strip():
            found = _queue("due", form.q.data)
    except BadInput as refusal:
        form.refuse(refusal)
    return _page(form, "due", found or _queue("due"), is_search=found is not None)


@bp.get("/<unit>/<campaign>/queue/today")
@for_roles("member", "team_leader")
def today() -> ResponseReturnValue:
    visits = visits_typed_today(here.session, here.actor, here.context, now=here.now)
    return render("queue/today.html", visits=visits)


def _page(form: FindForm, show: Filter, found: QueuePage, *, is_search: bool = False) -> ResponseReturnValue:
    """Return the queue, or what was found in its place."""
    return render(
        "queue/mine.html",
        form=form,
        found=found,
        is_search=is_search,
        show=show,
        kept=kept_arguments(),
        filters=[(name, _(label), getattr(found.counts, name)) for name, label in FILTERS.items()],
        done=count_done_today(here.session, here.actor, here.context, now=here.now),
        cut_off=next_cut_off(here.context.pack, here.now),
        times=quick_times(here.context, here.now),
        just_done=_just_done(),
        is_undone="undone" in request.args,
        next_door=None if is_search else _next_of(found),
        door_choices=choices_for_door(here.context.pack),
    )


def kept_arguments() -> dict[str, str]:
    """Return what of the address says where in the queue somebody is, for the way back to it."""
    names = ("show", "area", "after")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _queue(chosen: Filter, search: str | None = None) -> QueuePage:
    return queue_of(
        here.session,
        here.actor,
        here.context,
        now=here.now,
        filter=chosen,
        search=search or "",
        area=request.args.get("area") or None,
        after=_number("after"),
        opened=_opened(),
        vault=here.vault,
    )


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return min(int(text), 1_000_000) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _opened() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.args.get("open", ""))
    except ValueError:
        return None


def _next_of(found: QueuePage) -> uuid.UUID | None:
    """Return the door after the open one."""
    ids = [door.id for door in found.doors]
    place = ids.index(found.opened.id) + 1 if found.opened else 0
    return ids[place] if place < len(ids) else next(iter(ids[: max(place - 1, 0)]), None)


def _just_done() -> Any:
    """Return the visit that led here, if it is the newest of whoever asks: the address holds only its number."""
    number = _number("done")
    if not number:
        return None
    newest = visits_typed_today(here.session, here.actor, here.context, now=here.now, limit=1)
    return next((visit for visit in newest if visit.ledger_no == number), None)
