"""What offices declare about their own staff and relatives: counts, never names."""

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from rules.said import Said
from web.here import here
from web.i18n import _
from web.pages import render
from web.plan.blueprint import SEES, bp
from web.plan.forms import StaffForm
from web.policy import for_roles
from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.actions.declare_staff import declare_staff
from workflow.errors import NotFound, StaleVersion, WorkflowError
from workflow.ledger.book import Book
from workflow.queries.campaigns import CampaignContext
from workflow.queries.staff_counts import StaffLine, staff_counts


@bp.get("/<unit>/<campaign>/plan/staff")
@for_roles(*SEES)
def staff() -> ResponseReturnValue:
    return render("plan/staff.html", offices=staff_counts(here.session, here.actor, here.context, now=here.now))


@bp.route("/<unit>/<campaign>/plan/staff/<uuid:body_id>", methods=["GET", "POST"])
@for_roles(*SEES)
def declare(body_id: uuid.UUID) -> ResponseReturnValue:
    office = _office(body_id)
    form = _form(office)
    if request.method == "POST" and form.validate():
        try:
            _declare(office, form)
        except NotFound:
            raise
        except WorkflowError as refusal:
            form.refuse(refusal)
            if isinstance(refusal, StaleVersion):
                form.seen.data = _mark(office)
        else:
            flash(_("Đã ghi số của “%(office)s”.", office=office.name), "success")
            return redirect(url_for("plan.staff"), 303)
    return render("plan/declare.html", office=office, form=form)


def _office(body_id: uuid.UUID) -> StaffLine:
    offices = staff_counts(here.session, here.actor, here.context, now=here.now)
    found = next((office for office in offices if office.id == body_id and office.may_declare), None)
    if found is None:
        raise NotFound
    return found


def _form(office: StaffLine) -> StaffForm:
    shown = {
        f"{group}_{name}": getattr(told, name)
        for group, told in office.groups.items()
        for name in ("declared", "finished")
    }
    return StaffForm(**shown, seen=_mark(office))


def _mark(office: StaffLine) -> str:
    """Return what tells one declaration of an office from the next: when it was made, and what it said."""
    return ";".join(
        f"{group}:{told.happened_at}:{told.declared}:{told.finished}" for group, told in sorted(office.groups.items())
    )


def _declare(office: StaffLine, form: StaffForm) -> None:
    groups, seen = form.groups(), form.seen.data

    def work(book: Book, context: CampaignContext, actor: Actor) -> Answer:
        now = {line.id: line for line in staff_counts(book.session, actor, context, now=book.now)}
        _check_seen(now.get(office.id, office), groups, seen)
        for group, (declared, finished) in groups.items():
            declare_staff(book, context, office.id, group, actor=actor, declared=declared, finished=finished)
        return {"ledger_no": book.last_no}

    here.command(work, {"what": "declare_staff", "body": str(office.id), "seen": seen, **groups}, form.sent_key)


def _check_seen(office: StaffLine, groups: dict[str, tuple[int, int]], seen: str | None) -> None:
    """Raise StaleVersion, with both values, if somebody has declared since the page was made."""
    if (seen or "") != _mark(office):
        theirs = ", ".join(
            f"{told.finished}/{told.declared}" for _group, told in sorted(office.groups.items(), reverse=True)
        )
        yours = ", ".join(f"{finished}/{declared}" for declared, finished in groups.values())
        raise StaleVersion(state=Said("%(name)s", name=office.name), theirs=theirs, yours=yours)
