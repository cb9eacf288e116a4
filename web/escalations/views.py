"""What waits for the posts one holds: rows by rule and group, a row opened, one episode in full; each can be answered."""

import uuid
from typing import Any, Final

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.time import DAY
from web.escalations import bulk, team_day
from web.escalations.blueprint import ROLES, bp
from web.escalations.forms import CHOSEN, AnswerForm, ExitForm, GroupAnswerForm, SettleForm
from web.escalations.listing import address_of, list_values, tab_values, wanted_of
from web.escalations.words import meanings
from web.here import here
from web.i18n import _
from web.pages import render
from web.policy import for_roles, policy_of
from workflow.actions.answer_escalation import ANSWERS, EpisodeGroup, answer_escalation
from workflow.actions.decide_exit import decide_exit
from workflow.errors import NotFound, StaleVersion, WorkflowError
from workflow.queries.episode import Episode, episode
from workflow.queries.escalation_reach import rule_of
from workflow.queries.inbox import Part, label_of_rule, last_decisions, names_of_places
from workflow.queries.inbox_group import EpisodeLine, episodes_in_group, receivers_in_group
from workflow.queries.ladder_counts import ladder_counts
from workflow.queries.time_left import Due

WHOLE_UNIT: Final = "-"
"""How an address names the group of the whole unit."""
LINES: Final = 20
"""Episodes of an opened row on one page: what a phone shows before somebody turns to the next."""
_DECISIONS_OF: Final = 7 * DAY


@bp.get("/<unit>/<campaign>/escalations")
@for_roles(*ROLES)
def inbox() -> ResponseReturnValue:
    """The list, the least time left first; the address says which part of it."""
    values = list_values()
    since = here.now - _DECISIONS_OF
    decisions = [] if values["listed"].rows else last_decisions(here.session, here.actor, here.context, since=since)
    of_unit = values["whole"] and values["coordinates"]
    ladder = ladder_counts(here.session, here.context, now=here.now) if of_unit else None
    form = SettleForm(formdata=None)
    return render("escalations/inbox.html", decisions=decisions, form=form, ladder=ladder, **values)


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
    if form.answer == "decided" and not form.is_confirmed and (form.reason.data or "").strip():
        return _confirm_page(rule_id, key, form)
    try:
        done = here.command(_work(chosen, form.values()), {"group": [rule_id, key], **form.asked()}, form.sent_key)
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _group_page(rule_id, key, form)
    if not done["answered"] and not _lines(rule_id, key)[1]:
        raise NotFound  # somebody else's group, or none at all: nothing was there to answer
    _tell(done)
    return redirect(url_for("escalations.inbox", **_kept()), 303)


@bp.get("/<unit>/<campaign>/escalations/<uuid:escalation_id>")
@for_roles(*ROLES)
def show(escalation_id: uuid.UUID) -> ResponseReturnValue:
    """One episode in full."""
    told = _episode(escalation_id)
    return _episode_page(told, AnswerForm(told.receivers, told.reasons_to_choose, formdata=None))


@bp.post("/<unit>/<campaign>/escalations/<uuid:escalation_id>")
@for_roles(*ROLES)
def answer(escalation_id: uuid.UUID) -> ResponseReturnValue:
    """Answer one episode."""
    told = _episode(escalation_id)
    exit_form = ExitForm()
    if exit_form.answer is not None:
        return _decide_exit(told, exit_form)
    form = AnswerForm(told.receivers, told.reasons_to_choose)
    seen = request.form.get("state_version", type=int)
    if form.validate():
        work = _work([escalation_id], {**form.values(), "state_version": seen})
        try:
            done = here.command(work, {"escalation": escalation_id.hex, **form.asked()}, form.sent_key)
        except (NotFound, StaleVersion):
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            _tell(done)
            return redirect(_next(form, escalation_id), 303)
    return _episode_page(told, form)


def _episode(escalation_id: uuid.UUID) -> Episode:
    return episode(here.session, here.actor, here.context, escalation_id, now=here.now)


def _decide_exit(told: Episode, form: ExitForm) -> ResponseReturnValue:
    """Confirm or return the request that waits on the person, without leaving the escalation that asks about them."""
    wanted = request.form.get("request", type=_uuid)
    if wanted is None:
        raise NotFound
    confirm, reason = form.answer == "exit_confirmed", form.reason.data
    work: Any = lambda book, context, actor: decide_exit(book, context, actor, wanted, confirm=confirm, reason=reason)  # noqa: E731
    try:
        here.command(work, {"request": wanted.hex, "confirm": confirm, "reason": reason}, form.sent_key)
    except NotFound:
        raise
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _episode_page(told, AnswerForm(told.receivers, told.reasons_to_choose, formdata=None), form)
    flash(_("Đã xác nhận đề nghị.") if confirm else _("Đã trả lại đề nghị."), "success")
    return redirect(url_for("escalations.show", escalation_id=told.line.id, **_kept()), 303)


def _uuid(text: str) -> uuid.UUID:
    return uuid.UUID(text)


def _episode_page(told: Episode, form: AnswerForm, exit_form: ExitForm | None = None) -> ResponseReturnValue:
    leads_to = {endpoint: _may_open(endpoint) for endpoint in ("door.show", "plan.show")}
    return render(
        "escalations/episode.html", told=told, form=form, leads_to=leads_to, exit_form=exit_form or ExitForm(formdata=None),
        meanings=meanings(), ANSWERS=ANSWERS, **_beside(),
    )  # fmt: skip


def _may_open(endpoint: str) -> bool:
    """Whether a page of another group is there for this role: a link leads somewhere or is not shown."""
    policy = policy_of(current_app, endpoint) if endpoint in current_app.view_functions else None
    return policy is not None and policy.admits(here.actor.roles)


def _next(form: AnswerForm, escalation_id: uuid.UUID) -> str:
    if form.answer == "decided":
        return url_for("escalations.inbox", **_kept())
    return url_for("escalations.show", escalation_id=escalation_id, **_kept())


def _work(chosen: Any, values: dict[str, Any]) -> Any:
    return lambda book, context, actor: answer_escalation(book, context, actor, chosen, **values)


def _tell(done: dict[str, Any]) -> None:
    """Say how many were answered, and how many were not and why."""
    skipped = done["skipped"]
    reasons = [
        _("%(n)s việc đã đóng trước đó", n=skipped["closed"]) if skipped["closed"] else "",
        _("%(n)s việc không còn trong hộp này", n=skipped["absent"]) if skipped["absent"] else "",
        _("%(n)s việc đã chuyển cấp trên", n=skipped["not_held"]) if skipped["not_held"] else "",
        _("%(n)s việc đã ở cấp cao nhất", n=skipped["at_top"]) if skipped["at_top"] else "",
        _("%(n)s việc ở cấp đầu tiên, không còn cấp dưới", n=skipped["at_bottom"]) if skipped["at_bottom"] else "",
        _("%(n)s việc mà cấp dưới chưa có người giữ vị trí", n=skipped["nobody_below"])
        if skipped["nobody_below"]
        else "",
        _("%(n)s việc không còn cấp nào phải chờ đến lúc ấy", n=skipped["no_time"]) if skipped["no_time"] else "",
        _("%(n)s việc không thuộc nơi người nhận phụ trách", n=skipped["outside"]) if skipped["outside"] else "",
    ]
    left = "; ".join(reason for reason in reasons if reason)
    said = {
        "acknowledged": _("Đã nhận %(n)s việc.", n=done["answered"]),
        "decided": _("Đã quyết định và đóng %(n)s việc.", n=done["answered"]),
        "handed_on": _("Đã giao %(n)s việc.", n=done["answered"]),
        "raised": _("Đã chuyển cấp trên %(n)s việc.", n=done["answered"]),
        "taken_over": _("Đã nhận xử lý thay cấp dưới %(n)s việc.", n=done["answered"]),
        "returned": _("Đã trả lại cấp dưới %(n)s việc.", n=done["answered"]),
        "granted": _("Đã cho thêm thời gian %(n)s việc.", n=done["answered"]),
        "rested": _("Đã tạm gác %(n)s việc.", n=done["answered"]),
        "noted": _("Đã ghi thêm vào %(n)s việc.", n=done["answered"]),
    }[done["answer"]]
    passed_over = _("Bỏ qua: %(why)s.", why=left)
    flash(f"{said} {passed_over}" if left else said, "warning" if left else "success")


def _group_form(rule_id: str, key: str) -> GroupAnswerForm:
    receivers = receivers_in_group(
        here.session, here.actor, here.context, rule_id, _key(key), now=here.now, whole_unit=_is_whole()
    )
    rule = rule_of(here.context, rule_id)
    return GroupAnswerForm(receivers, rule.reasons if rule is not None else {})


def _group_page(rule_id: str, key: str, form: GroupAnswerForm) -> ResponseReturnValue:
    """A row opened. An empty one and a foreign one look alike: they are not there."""
    lines, total = _lines(rule_id, key)
    if not total:
        raise NotFound
    return render(
        "escalations/group.html", form=form, lines=lines, total=total, rule_id=rule_id, key=key, page=_page(),
        pages=-(-total // LINES), may=_may_answer(lines, total), **_named(rule_id, key), **_beside(),
    )  # fmt: skip


def _confirm_page(rule_id: str, key: str, form: GroupAnswerForm) -> ResponseReturnValue:
    total = len(form.chosen) if form.scope.data == CHOSEN else _lines(rule_id, key)[1]
    if not total:
        raise NotFound
    named = _named(rule_id, key)
    return render("escalations/confirm.html", form=form, total=total, rule_id=rule_id, key=key, **named, **_tab())


def _lines(rule_id: str, key: str) -> tuple[list[EpisodeLine], int]:
    """Return what of a row is shown: what waits, as the list counts it; if nothing does, what has gone to a post above."""
    part = _part(rule_id, key)
    return _of(rule_id, key, part, limit=LINES, offset=(_page() - 1) * LINES)


def _part(rule_id: str, key: str) -> Part | None:
    part = wanted_of(request.args).part
    return part if _of(rule_id, key, part, limit=1, offset=0)[1] else None


def _of(rule_id: str, key: str, part: Part | None, *, limit: int, offset: int) -> tuple[list[EpisodeLine], int]:
    return episodes_in_group(
        here.session, here.actor, here.context, rule_id, _key(key), now=here.now, due=_due(), part=part, whole_unit=_is_whole(),
        limit=limit, offset=offset,
    )  # fmt: skip


def _may_answer(lines: list[EpisodeLine], total: int) -> tuple[str, ...]:
    """Return which buttons a group has: only a note where all of it has gone to a post above, no call where nobody is above."""
    if here.actor.roles == {"member"}:
        return ("acknowledged", "rested", "noted")
    if total == len(lines) and all(line.passed_up for line in lines):
        return ("noted",)
    from_above = _is_whole() or any(line.sent_back for line in lines)
    left_out = {
        "raised": all(line.holder >= line.levels for line in lines),
        "returned": all(line.holder <= 1 for line in lines),
        "taken_over": not from_above,
        "granted": not from_above or all(line.level >= line.levels for line in lines),
    }
    return tuple(answer for answer in ANSWERS if not left_out.get(answer))


def _named(rule_id: str, key: str) -> dict[str, Any]:
    group_key = _key(key)
    place = names_of_places(here.session, here.unit.id, [group_key]).get(group_key, "")
    return {"label": label_of_rule(here.context, rule_id), "place": place}


def _beside() -> dict[str, Any]:
    """Return what shows the list beside what is opened; a desk that has it on the screen already asks for the opened part alone."""
    if request.headers.get("HX-Request"):
        return {"listed": None, **tab_values(wanted_of(request.args))}
    return list_values(first_page=True)


def _row(rule_id: str, key: str) -> EpisodeGroup:
    return EpisodeGroup(rule_id, _key(key), _due(), _is_whole(), _part(rule_id, key))


def _key(text: str) -> str:
    """Return the group key that an address names; NotFound for what is none."""
    if text == WHOLE_UNIT:
        return ""
    try:
        return uuid.UUID(text).hex
    except ValueError:
        raise NotFound from None


def _due() -> Due | None:
    return wanted_of(request.args).due


def _is_whole() -> bool:
    return wanted_of(request.args).whole_unit


def _page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 10_000)


def _kept() -> dict[str, Any]:
    """Return what of the address stays while one goes from page to page."""
    return address_of(wanted_of(request.args))


def _tab() -> dict[str, Any]:
    return tab_values(wanted_of(request.args))


__all__ = ["bp", "bulk", "team_day"]
