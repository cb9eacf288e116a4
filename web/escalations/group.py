"""A row of the list opened: its people, tasks or teams, answered all at once or those that were ticked."""

import uuid
from typing import Any, Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.escalations.blueprint import ROLES, bp
from web.escalations.forms import CHOSEN, GroupAnswerForm
from web.escalations.listing import address_of, beside_values, tab_values, wanted_of
from web.escalations.words import answered_words, buttons
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles
from workflow.actions.answer_escalation import EpisodeGroup, answer_escalation
from workflow.actions.answer_input import checked_text
from workflow.errors import NotFound, WorkflowError
from workflow.queries.group_shown import count_in_group, group_shown
from workflow.queries.inbox_group import receivers_in_rows
from workflow.queries.inbox_parts import Part
from workflow.queries.ladder_labels import label_of_rule, names_of_places
from workflow.queries.ladder_rows import rule_of
from workflow.queries.waiting import Wanted

WHOLE_UNIT: Final = "-"
"""How an address names the group of the whole unit."""
LINES: Final = 20
"""Episodes of an opened row on one page: what a phone shows before somebody turns to the next."""


@bp.get("/<unit>/<campaign>/escalations/group/<rule_id>/<key>")
@for_roles(*ROLES)
def group(rule_id: str, key: str) -> ResponseReturnValue:
    """A row of the inbox opened, beside the others on a desk."""
    return _group_page(rule_id, key, _group_form(rule_id, key))


@bp.post("/<unit>/<campaign>/escalations/group/<rule_id>/<key>")
@for_roles(*ROLES)
def answer_group(rule_id: str, key: str) -> ResponseReturnValue:
    """Answer a whole group, or what was ticked in it. Closing more than one asks once more: it cannot be undone."""
    form = _group_form(rule_id, key)
    if form.scope.data != CHOSEN and form.chosen:
        form.refuse(
            _(
                "Đã đánh dấu %(n)s việc nhưng lại chọn cả nhóm. Nay chuyển sang “các việc đã chọn”: xem lại rồi bấm lần nữa, hoặc bỏ các dấu.",
                n=len(form.chosen),
            )
        )
        form.scope.data = CHOSEN
        return _group_page(rule_id, key, form)
    chosen: Any = form.chosen if form.scope.data == CHOSEN else _row(rule_id, key)
    if form.scope.data == CHOSEN and not form.chosen:
        form.refuse(_("Chưa chọn việc nào. Đánh dấu vào các việc cần xử lý, hoặc chọn cả nhóm."))
        return _group_page(rule_id, key, form)
    if not form.validate():
        return _group_page(rule_id, key, form)
    try:
        if form.answer == "decided" and not form.is_confirmed:
            checked_text(form.answer, form.said, filter(None, [rule_of(here.context, rule_id)]))
            return _confirm_page(rule_id, key, form)
        done = here.command(_answering(chosen, form), {"group": [rule_id, key], **form.asked()}, form.sent_key)
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _group_page(rule_id, key, form)
    if not done["answered"] and not _count(rule_id, key, None):
        raise NotFound  # somebody else's group, or none at all: nothing was there to answer
    said, left_out = answered_words(done)
    flash(said, "warning" if left_out else "success")
    kept: dict[str, Any] = address_of(_wanted())
    return redirect(url_for("escalations.inbox", **kept), 303)


def _answering(chosen: Any, form: GroupAnswerForm) -> Any:
    return lambda book, context, actor: answer_escalation(book, context, actor, chosen, **form.values())


def _group_form(rule_id: str, key: str) -> GroupAnswerForm:
    receivers = receivers_in_rows(
        here.session, here.actor, here.context, [(rule_id, _key(key))], now=here.now, whole_unit=_wanted().whole_unit, part=_wanted().part
    )  # fmt: skip
    rule = rule_of(here.context, rule_id)
    return GroupAnswerForm(receivers, rule.reasons if rule is not None else {})


def _group_page(rule_id: str, key: str, form: GroupAnswerForm) -> ResponseReturnValue:
    """A row opened. An empty one and a foreign one look alike: they are not there."""
    wanted = _wanted()
    lines, total, may = group_shown(
        here.session, here.actor, here.context, rule_id, _key(key), now=here.now, due=wanted.due, part=wanted.part,
        whole_unit=wanted.whole_unit, limit=LINES, offset=(_page() - 1) * LINES,
    )  # fmt: skip
    if not total:
        raise NotFound
    return render(
        "escalations/group.html", form=form, lines=lines, total=total, rule_id=rule_id, key=key, page=_page(),
        pages=-(-total // LINES), buttons=buttons(may),
        climbs=any(line.level < line.levels for line in lines), **_named(rule_id, key), **beside_values(),
    )  # fmt: skip


def _confirm_page(rule_id: str, key: str, form: GroupAnswerForm) -> ResponseReturnValue:
    there = _count(rule_id, key, _part(rule_id, key))
    total = len(form.chosen) if form.scope.data == CHOSEN else there
    if not there or not total:
        raise NotFound  # somebody else's group has no name here
    named = _named(rule_id, key)
    return render(
        "escalations/confirm.html", form=form, total=total, rule_id=rule_id, key=key, **named, **tab_values(_wanted())
    )


def _count(rule_id: str, key: str, part: Part | None) -> int:
    wanted = _wanted()
    return count_in_group(
        here.session, here.actor, here.context, rule_id, _key(key), now=here.now, due=wanted.due, part=part,
        whole_unit=wanted.whole_unit,
    )  # fmt: skip


def _part(rule_id: str, key: str) -> Part | None:
    """Return which part of a row is shown: what waits, as the list counts it; if nothing does, all of it."""
    part = _wanted().part
    return part if _count(rule_id, key, part) else None


def _named(rule_id: str, key: str) -> dict[str, Any]:
    group_key = _key(key)
    place = names_of_places(here.session, here.unit.id, [group_key]).get(group_key, "")
    return {"label": label_of_rule(here.context, rule_id), "place": place}


def _row(rule_id: str, key: str) -> EpisodeGroup:
    return EpisodeGroup(rule_id, _key(key), _wanted().due, _wanted().whole_unit, _part(rule_id, key))


def _key(text: str) -> str:
    """Return the group key that an address names; NotFound for what is none."""
    if text == WHOLE_UNIT:
        return ""
    try:
        return uuid.UUID(text).hex
    except ValueError:
        raise NotFound from None


def _page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 10_000)


def _wanted() -> Wanted:
    return wanted_of(request.args)
