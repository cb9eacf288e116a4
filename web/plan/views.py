"""The plan: the board, a task with its steps, reports team by team."""

import uuid
from typing import Any, get_args

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.forms import Untouched, untouched
from web.here import here
from web.i18n import _, gettext, ngettext
from web.pages import render
from web.plan import strip, words
from web.plan.blueprint import SEES, bp
from web.plan.forecast_words import forecast_words
from web.plan.forms import AcceptForm, CommentForm, MoveForm, ProgressForm, WaiveForm
from web.policy import for_roles
from workflow.actions.accept_reports import accept_reports
from workflow.actions.set_progress import set_progress
from workflow.actions.step_task import step_task
from workflow.actions.waive_duty import waive_duty
from workflow.errors import NotFound, StaleVersion, WorkflowError
from workflow.figures.task_forecast import forecast_of_task, forecasts_of_rows
from workflow.plan.life import MOVES
from workflow.queries.plan_board import PAGE, View, occurrences_by_scope, plan_board
from workflow.queries.plan_items import item_of, label_of
from workflow.queries.plan_links import links_of_rows, pairs_of_plan
from workflow.queries.post_holders import posts_of_unit
from workflow.queries.task_page import CHANGE, TaskPage, task_page

OWNS = ("plan_owner",)
AT_ONCE = ("start", "submit", "accept")
"""Moves that need no sentence: one tap on the task's page. The others have a page that asks and says what follows."""


@bp.app_template_global("plan_words")
def _words() -> Any:
    return words


@bp.get("/<unit>/<campaign>/plan")
@for_roles(*SEES)
def board() -> ResponseReturnValue:
    view: View = request.args.get("view", "open")  # type: ignore[assignment]
    if view not in get_args(View):
        raise NotFound
    only_own = request.args.get("whose", "mine" if owns_only() else "all") == "mine"
    page = max(request.args.get("page", 1, type=int), 1)
    chosen: dict[str, Any] = {name: code for name in ("post", "body") if (code := request.args.get(name))}
    found = plan_board(
        here.session,
        here.actor,
        here.context,
        now=here.now,
        view=view,
        only_own=only_own,
        offset=(page - 1) * PAGE,
        **chosen,
    )
    if page > 1 and not found.rows:
        raise NotFound
    pairs = pairs_of_plan(here.session, here.actor, here.context) if found.rows else []
    ahead = forecasts_of_rows(here.session, here.actor, here.context, found.rows, pairs, now=here.now)
    return render(
        "plan/board.html", board=found, view=view, whose="mine" if only_own else "all", page=page, pages=-(-found.total // PAGE),
        strip=strip.strip_of(here.context.starts_at, here.context.ends_at, found.rows, here.now), width=strip.WIDTH,
        links=links_of_rows(here.context, found.rows, pairs), chosen=chosen,
        ahead={key: forecast_words(one, lambda key: key[0]) for key, one in ahead.items()},
    )  # fmt: skip


def owns_only() -> bool:
    """Whether somebody owns a part of the plan and steers none of it: they start from their own work."""
    return bool(here.actor.holds(*OWNS)) and not here.actor.holds("coordinator", "chair", "administrator")


@bp.get("/<unit>/<campaign>/plan/<uuid:task_id>")
@for_roles(*SEES)
def show(task_id: uuid.UUID) -> ResponseReturnValue:
    page = _page(task_id)
    return task_shown(page)


@bp.post("/<unit>/<campaign>/plan/<uuid:task_id>/progress")
@for_roles(*SEES)
def progress(task_id: uuid.UUID) -> ResponseReturnValue:
    page = _page(task_id)
    form = ProgressForm()
    if form.validate():
        percent, note, seen = int(form.percent.data or 0), form.note.data, form.seen_percent
        asked = {"what": "set_progress", "task": str(task_id), "percent": percent, "note": note}
        try:
            here.command(
                lambda book, context, actor: set_progress(book, context, actor, task_id, percent, note, seen=seen),
                asked,
                form.sent_key,
            )
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
            _look_again(form.seen, refusal, "-" if page.task["progress"] is None else str(page.task["progress"]))
        else:
            flash(_("Đã ghi tiến độ %(n)s %%.", n=percent), "success")
            return redirect(url_for("plan.show", task_id=task_id), 303)
    return task_shown(page, progress=form)


@bp.route("/<unit>/<campaign>/plan/<uuid:task_id>/moves/<move>", methods=["GET", "POST"])
@for_roles(*SEES)
def move(task_id: uuid.UUID, move: str) -> ResponseReturnValue:
    page = _page(task_id)
    if move not in MOVES or not MOVES[move].is_plain:
        raise NotFound
    form = _move_form(page, move)
    if request.method == "POST" and form.validate():
        try:
            _step(task_id, move, form)
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
            _look_again(form.state_version, refusal, str(page.task["state_version"]))
        else:
            flash(gettext(words.DONE[move]), "success")
            return redirect(url_for("plan.show", task_id=task_id), 303)
    if form.owner is not None and move not in page.may:
        form.owner.choices = []  # who holds which post is shown to whoever may choose among them
    return render("plan/move.html", page=page, move=move, form=form)


@bp.get("/<unit>/<campaign>/plan/items/<item>")
@for_roles(*SEES)
def occurrences(item: str) -> ResponseReturnValue:
    return _occurrences(item, AcceptForm(), _waive_form(item, request.args.get("period", "")))


@bp.post("/<unit>/<campaign>/plan/items/<item>/accept")
@for_roles(*SEES)
def accept(item: str) -> ResponseReturnValue:
    period = request.args.get("period", "")
    lines = occurrences_by_scope(here.session, here.actor, here.context, item, period, now=here.now)
    form = AcceptForm()
    looked_at = form.looked_at()
    if not lines or not set(looked_at) <= {line.id for line in lines}:
        raise NotFound
    if not looked_at:
        form.refuse(_("Chưa chọn báo cáo nào. Đánh dấu các báo cáo cần duyệt rồi gửi lại."))
    else:
        asked = {"what": "accept_reports", "tasks": {str(task): version for task, version in looked_at.items()}}
        try:
            told = here.command(
                lambda book, context, actor: accept_reports(book, context, actor, looked_at), asked, form.sent_key
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            _tell_accepted(told["accepted"], told["left"])
            return redirect(url_for("plan.occurrences", item=item, period=period), 303)
    return _occurrences(item, form, _waive_form(item, period))


@bp.post("/<unit>/<campaign>/plan/items/<item>/waive")
@for_roles("coordinator", "plan_owner", "chair")
def waive(item: str) -> ResponseReturnValue:
    form = _waive_form(item, request.args.get("period", ""))
    if form is None:
        raise NotFound
    if form.validate():
        scope, reason = str(form.scope.data), str(form.reason.data)
        try:
            told = here.command(
                lambda book, context, actor: _waived(
                    waive_duty(book, context, item, scope, actor=actor, reason=reason)
                ),
                {"what": "waive_duty", "item": item, "scope": scope, "reason": reason},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            _tell_waived(form, told["occurrences"])
            return redirect(url_for("plan.occurrences", item=item, period=request.args.get("period", "")), 303)
    return _occurrences(item, AcceptForm(), form)


def _waived(done: Any) -> dict[str, Any]:
    return {"occurrences": list(done.occurrences)}


def _tell_waived(form: WaiveForm, occurrences: list[str]) -> None:
    """Tell for whom which periods were waived, and that what had begun is still to be sent."""
    who = dict(form.scope.choices)[form.scope.data]
    if not occurrences:
        flash(_("%(who)s không còn kỳ nào để miễn.", who=who), "warning")
        return
    first, last = (words.occurrence_words(each) for each in (occurrences[0], occurrences[-1]))
    said = ngettext("Đã miễn %(n)s kỳ cho %(who)s", "Đã miễn %(n)s kỳ cho %(who)s", len(occurrences), who=who)
    which = f": {first}" if first == last else f": {first} – {last}"
    flash(f"{said}{which if first else ''}. " + _("Kỳ đã bắt đầu trước lúc này vẫn phải gửi."), "success")


def task_shown(page: TaskPage, *, progress: Any = None, comment: Any = None) -> ResponseReturnValue:
    """Return the page of a task, with a form of it that was refused."""
    found = forecast_of_task(here.session, here.context, page.task, now=here.now)
    ahead = "" if found is None else forecast_words(found[0], found[1].__getitem__)
    return render(
        "plan/task.html", page=page, progress=progress or _progress_form(page), comment=comment or untouched(CommentForm),
        key=uuid.uuid4().hex, at_once=AT_ONCE, changes=CHANGE, ahead=ahead,
    )  # fmt: skip


def _page(task_id: uuid.UUID) -> TaskPage:
    return task_page(here.session, here.actor, here.context, task_id, now=here.now)


def _progress_form(page: TaskPage) -> Untouched:
    percent = page.task["progress"]
    return untouched(ProgressForm, percent=percent, seen="-" if percent is None else str(percent))


def _move_form(page: TaskPage, move: str) -> MoveForm:
    form = MoveForm(state_version=page.task["state_version"])
    keep = {"submit": ("happened_at",), "assign": ("owner",)}.get(move, ())
    form.keep_only(*keep, *(["reason"] if MOVES[move].needs_reason else []))
    if move == "assign":
        posts = posts_of_unit(here.session, here.unit.id, now=here.now)
        form.owner.choices = [
            (str(key), f"{title}: {', '.join(held)}" if held else title) for key, title, held in posts
        ]
        if request.method == "GET":
            form.owner.data = str(page.task["owner_post_id"])
    return form


def _step(task_id: uuid.UUID, move: str, form: MoveForm) -> None:
    values: dict[str, Any] = {
        "state_version": form.seen_version,
        "reason": form.reason.data if form.reason is not None else None,
        "happened_at": form.happened_at.data if form.happened_at is not None else None,
        "owner_post_id": form.owner_id(),
    }
    here.command(
        lambda book, context, actor: step_task(book, context, actor, task_id, move, **values),
        {"what": "move_task", "task": str(task_id), "move": move, **values},
        form.sent_key,
    )


def _look_again(field: Any, refusal: WorkflowError, value: str) -> None:
    """After a refusal for age, let the page that is shown now be the one that was looked at; what was typed stays."""
    if isinstance(refusal, StaleVersion):
        field.data = value


def _tell_accepted(accepted: int, left: int) -> None:
    if accepted:
        flash(ngettext("Đã duyệt %(n)s báo cáo.", "Đã duyệt %(n)s báo cáo.", accepted), "success")
    if left:
        flash(_("%(n)s báo cáo không duyệt vì vừa thay đổi hoặc chưa gửi; xem lại trong bảng.", n=left), "warning")


def _waive_form(item: str, period: str) -> WaiveForm | None:
    """Return the form that excuses a team from a duty, for those who may change the plan; None for a task."""
    lines = [
        line
        for line in occurrences_by_scope(here.session, here.actor, here.context, item, period, now=here.now)
        if line.may_waive
    ]
    if not period or not lines:
        return None
    form = WaiveForm(prefix="waive")
    form.scope.choices = [("", _("– chọn một đơn vị –")), *((line.scope, line.place or line.scope) for line in lines)]
    return form


def _occurrences(item: str, form: AcceptForm, waive_form: WaiveForm | None) -> ResponseReturnValue:
    period = request.args.get("period", "")
    lines = occurrences_by_scope(here.session, here.actor, here.context, item, period, now=here.now)
    if not lines:
        raise NotFound
    plan = item_of(here.context, item)
    return render(
        "plan/occurrences.html", item=item, period=period, lines=lines, label=label_of(here.context, item, item),
        plan=plan, forwards=item in here.context.pack.forwardings and (_relays(plan) or bool(here.actor.holds("coordinator", "chair", "plan_owner", "administrator"))),
        form=form, waive_form=waive_form, may_accept=any(line.may_accept for line in lines),
    )  # fmt: skip


def _relays(plan: Any) -> bool:
    relay = getattr(plan, "relay", None)
    return relay is not None and any(post.code == relay.via for post in here.actor.posts)
