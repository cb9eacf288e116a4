"""A letter that urges: who has late work, what the letter would say, and the letter as a Word file."""

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue
from wtforms.validators import InputRequired

from rules.time import HOUR
from web.attachments import DOCX, attachment
from web.forms import Form, MomentField
from web.here import here
from web.i18n import _, _l
from web.pages import render
from web.papers.blueprint import bp
from web.plan.files import file_store
from web.policy import for_roles
from web.refusing import told_in
from workflow.actions.urge import urge
from workflow.days import as_date, day_start, local_day
from workflow.documents.letter import Letter
from workflow.documents.marked import unmarked
from workflow.documents.urge_letter import urge_letter
from workflow.errors import NotFound
from workflow.queries.late_work import URGERS, Late, late_work
from workflow.queries.urge_letters import letters_of

MOST_SHOWN: Final = 20
"""So many letters stand under the list of who is late; all of them under the papers."""


class UrgeForm(Form):
    """By when an answer is expected."""

    answer_by = MomentField(_l("Trả lời trước"), [InputRequired(_l("chưa ghi"))], ahead=True, alone="end")


@bp.get("/<unit>/<campaign>/papers/urge")
@for_roles(*URGERS)
def urge_list() -> ResponseReturnValue:
    """Everybody whose work is late; with `to`, the letter to one of them."""
    form = UrgeForm(formdata=None)
    form.answer_by.data = day_start(local_day(here.now) + 1) + 17 * HOUR
    return _page(form)


@bp.post("/<unit>/<campaign>/papers/urge")
@for_roles(*URGERS)
def urge_write() -> ResponseReturnValue:
    """The letter as a Word file; that it was written stands in the ledger."""
    form, key, unit_name, files = UrgeForm(), request.args.get("to", ""), here.unit.name, file_store()
    if form.validate():
        answer_by = int(form.answer_by.data or 0)
        with told_in(form):
            told = here.command(
                lambda book, context, actor: urge(
                    book, context, actor, key, answer_by=answer_by, unit_name=unit_name, files=files
                ),
                {"urge": key, "answer_by": answer_by},
                form.sent_key,
            )
            return attachment(files.read(told["sha256"]), "cong-van-don-doc.docx", DOCX)
    return _page(form)


def _page(form: UrgeForm) -> ResponseReturnValue:
    everybody, key = late_work(here.session, here.actor, here.context, now=here.now), request.args.get("to")
    chosen = next((late for late in everybody if late.key == key), None)
    if key is not None and chosen is None:
        raise NotFound
    letter = _draft(chosen, form) if chosen is not None else None
    letters = [] if chosen is not None else letters_of(here.session, here.actor, here.context, limit=MOST_SHOWN)
    return render(
        "papers/urge.html", letters=letters, as_date=as_date, everybody=everybody, chosen=chosen, letter=letter, unmarked=unmarked, form=form,
        has_papers=here.context.pack.model.pack.reporting.papers is not None, nobody=_("Chưa giao chức danh nào"),
    )  # fmt: skip


def _draft(chosen: Late, form: UrgeForm) -> Letter:
    answer_by = form.answer_by.data if isinstance(form.answer_by.data, int) else here.now
    return urge_letter(chosen, here.context.pack, unit_name=here.unit.name, now=here.now, answer_by=answer_by)
