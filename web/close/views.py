"""Closing the day: the list of periods, one period open or closed, and what is done about it."""

import uuid
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.time import HOUR, MINUTE, Duration
from web.close.forms import ButtonForm, CloseForm, PhonedForm, ReopenForm, ReturnForm
from web.forms import Form
from web.here import here
from web.i18n import _, ngettext
from web.pages import render
from web.policy import for_roles
from workflow.access import unit_post
from workflow.actions.accept_reports import accept_reports
from workflow.actions.close_period import close_period, receive_close
from workflow.actions.move_task import move_task
from workflow.actions.note_phoned import note_phoned
from workflow.actions.reopen_period import STATUSES, answer_reopening, ask_reopening
from workflow.closing.board import READERS, PeriodPage, close_list, manages, period_page
from workflow.closing.kept import bytes_of_close, kept_close
from workflow.closing.said import said_and_closed
from workflow.errors import NotFound, WorkflowError

bp = Blueprint("close", __name__, template_folder="templates")
CLOSERS: Final = ("coordinator", "chair")


@bp.get("/<unit>/<campaign>/close")
@for_roles(*READERS)
def index() -> ResponseReturnValue:
    return render(
        "close/index.html",
        lines=close_list(here.session, here.actor, here.context, now=here.now),
        may_close=manages(here.actor),
        length=in_words,
    )


@bp.get("/<unit>/<campaign>/close/<period>")
@for_roles(*READERS)
def show(period: str) -> ResponseReturnValue:
    return _page(period)


@bp.get("/<unit>/<campaign>/close/<period>/file/<int:revision>")
@for_roles(*READERS)
def file(period: str, revision: int) -> ResponseReturnValue:
    """Hand out the very bytes that were closed: no person is in them."""
    page = period_page(here.session, here.actor, here.context, period, now=here.now, revision=revision)
    if page.shown is None:
        raise NotFound
    told = bytes_of_close(here.session, here.unit.id, page.shown.id)
    name = f"{here.unit.code}-{period}-{revision}.json"
    return Response(
        told,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{page.shown.sha256}"'},
    )


@bp.post("/<unit>/<campaign>/close/<period>")
@for_roles(*CLOSERS)
def close(period: str) -> ResponseReturnValue:
    _seen(period)
    form = CloseForm()
    without, early = sorted(form.without.data or ()), bool(form.early.data)

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        closed = close_period(book, context, period, actor=actor, without=without, early=early)
        return {"revision": closed.revision, "missing": list(closed.missing), "sha256": closed.sha256}

    def say(answer: dict[str, Any]) -> tuple[str, str]:
        if answer["missing"]:
            n = len(answer["missing"])
            text = ngettext("Đã chốt có thiếu: %(n)s tổ chưa gửi.", "Đã chốt có thiếu: %(n)s tổ chưa gửi.", n, n=n)
            return text, "warning"
        return _("Đã chốt số liệu."), "success"

    return _done(period, form, work, {"close_period": period, "without": without, "early": early}, say)


@bp.post("/<unit>/<campaign>/close/<period>/phoned")
@for_roles(*CLOSERS)
def phoned(period: str) -> ResponseReturnValue:
    page = _seen(period)
    form = PhonedForm()
    _offer(form, page)
    chosen = form.team_and_person
    if form.validate() and chosen is not None:
        (team, member), n, said_at = chosen, int(form.n.data or 0), form.said_at.data

        def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
            found = note_phoned(book, context, period, team, n, actor=actor, said_by_id=member, said_at=said_at)
            return {"id": str(found)}

        told = {"phoned": period, "team": str(team), "n": n, "by": str(member), "at": said_at}
        return _done(period, form, work, told, lambda _answer: (_("Đã ghi số báo nhanh, chưa đối chiếu."), "success"))
    return _page(period, form)


@bp.post("/<unit>/<campaign>/close/<period>/accept")
@for_roles(*CLOSERS)
def accept(period: str) -> ResponseReturnValue:
    _seen(period)
    form = ButtonForm()
    looked_at = dict(filter(None, map(_task_and_version, request.form.getlist("task"))))
    if not looked_at:
        form.refuse(_("Chưa đánh dấu tổ nào."))
        return _page(period, form)

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        return accept_reports(book, context, actor, looked_at)

    def say(answer: dict[str, Any]) -> tuple[str, str]:
        n, left = answer["accepted"], answer["left"]
        text = ngettext("Đã nhận số của %(n)s tổ.", "Đã nhận số của %(n)s tổ.", n, n=n)
        if left:
            text += " " + ngettext("%(n)s tổ vừa thay đổi, xem lại.", "%(n)s tổ vừa thay đổi, xem lại.", left, n=left)
        return text, "warning" if left else "success"

    told = {"accept": sorted((str(task), version) for task, version in looked_at.items())}
    return _done(period, form, work, told, say)


@bp.post("/<unit>/<campaign>/close/<period>/return/<uuid:task_id>")
@for_roles(*CLOSERS)
def send_back(period: str, task_id: uuid.UUID) -> ResponseReturnValue:
    page = _seen(period)
    if page.open is None or task_id not in {row.sender.task_id for row in page.open.rows}:
        raise NotFound
    form = ReturnForm()
    if not form.validate():
        return _page(period, form, about=task_id)
    reason, version = form.reason.data, form.state_version.data

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        moved = move_task(book, context, task_id, "return", actor=actor, state_version=version, reason=reason)
        return {"state": moved.state}

    told = {"return": str(task_id), "reason": reason, "state_version": version}
    return _done(period, form, work, told, lambda _answer: (_("Đã trả lại để tổ sửa."), "success"), about=task_id)


@bp.post("/<unit>/<campaign>/close/<period>/reopen")
@for_roles(*CLOSERS)
def reopen(period: str) -> ResponseReturnValue:
    _seen(period)
    form = ReopenForm()
    if not form.validate():
        return _page(period, form)
    reason = form.reason.data or ""

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        return {"id": str(ask_reopening(book, context, period, actor=actor, reason=reason))}

    text = _("Đã đề nghị mở lại. Cần một người khác đồng ý.")
    return _done(period, form, work, {"reopen": period, "reason": reason}, lambda _answer: (text, "success"))


@bp.post("/<unit>/<campaign>/close/<period>/reopen/<answer>")
@for_roles(*CLOSERS)
def answer_reopen(period: str, answer: str) -> ResponseReturnValue:
    if answer not in ("agree", "refuse"):
        raise NotFound
    _seen(period)
    form, agree = ButtonForm(), answer == "agree"

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        return {"revision": answer_reopening(book, context, period, actor=actor, agree=agree).revision}

    text = _("Đã đồng ý mở lại. Sửa xong thì chốt lại.") if agree else _("Đã ghi là không đồng ý.")
    return _done(period, form, work, {"reopen": period, "answer": answer}, lambda _answer: (text, "success"))


@bp.post("/<unit>/<campaign>/close/<period>/received/<int:revision>")
@for_roles("superior")
def received(period: str, revision: int) -> ResponseReturnValue:
    _seen(period)
    kept_close(here.session, here.context, period, revision=revision)
    form = ButtonForm()

    def work(book: Any, context: Any, actor: Any) -> dict[str, Any]:
        return {"status": receive_close(book, context, period, revision, actor=actor).status}

    told = {"received": period, "revision": revision}
    return _done(period, form, work, told, lambda _answer: (_("Đã ghi là đã nhận."), "success"))


def in_words(length: Duration) -> str:
    """Return how long is left: minutes up to two hours, then hours, then days."""
    if length >= 48 * HOUR:
        return ngettext("%(n)s ngày", "%(n)s ngày", length // (24 * HOUR))
    if length >= 2 * HOUR:
        return ngettext("%(n)s giờ", "%(n)s giờ", length // HOUR)
    return ngettext("%(n)s phút", "%(n)s phút", max(length // MINUTE, 0))


def _seen(period: str) -> PeriodPage:
    """Return the period as the actor may see it; NotFound before anything that was sent is looked at."""
    return period_page(here.session, here.actor, here.context, period, now=here.now)


def _done(
    period: str,
    form: Form,
    work: Callable[..., dict[str, Any]],
    told: dict[str, Any],
    say: Callable[[dict[str, Any]], tuple[str, str]],
    *,
    about: uuid.UUID | None = None,
) -> ResponseReturnValue:
    """Carry out a command and go back to the period, or show what refused it."""
    try:
        answer = here.command(work, told, form.sent_key)
    except NotFound:
        raise
    except WorkflowError as refusal:
        form.refuse(refusal)
        return _page(period, form, about=about)
    flash(*say(answer))
    return redirect(url_for("close.show", period=period), 303)


def _page(period: str, refused: Form | None = None, *, about: uuid.UUID | None = None) -> ResponseReturnValue:
    text = request.args.get("revision", "")
    revision = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    page = period_page(here.session, here.actor, here.context, period, now=here.now, revision=revision)
    forms: dict[str, Any] = {
        "close_form": CloseForm(formdata=None), "phoned_form": PhonedForm(formdata=None),
        "return_form": ReturnForm(formdata=None), "reopen_form": ReopenForm(formdata=None),
    }  # fmt: skip
    for name, form in forms.items():
        if type(refused) is type(form):
            forms[name] = refused
    _offer(forms["phoned_form"], page)
    actor = here.actor
    return render(
        "close/show.html",
        form=refused or ButtonForm(formdata=None),
        page=page,
        said=()
        if page.frozen is None or not manages(actor)
        else said_and_closed(here.session, here.context, page.frozen),
        about=about,
        forward_item=_relayed(page),
        may_close=unit_post(actor, CLOSERS) is not None,
        may_decide=bool(actor.holds("coordinator")),
        may_receive=bool(actor.holds("superior")),
        length=in_words,
        statuses=STATUSES,
        new_key=lambda: uuid.uuid4().hex,
        **forms,
    )


def _relayed(page: PeriodPage) -> str | None:
    """Return the duty of the period whose reports another post forwards, once it was opened; else None."""
    rows = () if page.open is None else page.open.rows
    is_opened = any(row.sender.task_id is not None for row in rows)
    return page.period.item if is_opened and page.period.item in here.context.pack.forwardings else None


def _offer(form: PhonedForm, page: PeriodPage) -> None:
    opened = page.open
    rows = (
        [] if opened is None else sorted(opened.rows, key=lambda row: row.is_sent)
    )  # who is missing is the one who rings
    teams = [
        (row.sender.team.id, _("%(team)s (đã gửi)", team=row.sender.team.name) if row.is_sent else row.sender.team.name)
        for row in rows
    ]
    form.offer(teams, {} if opened is None else opened.people)


def _task_and_version(text: str) -> tuple[uuid.UUID, int] | None:
    task, _colon, version = text.partition(":")
    try:
        return uuid.UUID(task), int(version)
    except ValueError:
        return None
