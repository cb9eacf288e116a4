"""A word about a task, added from its page."""

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from web.here import here
from web.i18n import _
from web.plan.blueprint import SEES, bp
from web.plan.forms import CommentForm
from web.plan.views import task_shown
from web.policy import for_roles
from web.refusing import told_in
from workflow.actions.comment_on_task import comment_on_task
from workflow.queries.task_page import task_page


@bp.post("/<unit>/<campaign>/plan/<uuid:task_id>/comments")
@for_roles(*SEES)
def comment(task_id: uuid.UUID) -> ResponseReturnValue:
    page = task_page(here.session, here.actor, here.context, task_id, now=here.now)
    form = CommentForm()
    if form.validate():
        text = str(form.said.data or "")
        with told_in(form):
            here.command(
                lambda book, context, actor: comment_on_task(book, context, actor, task_id, text),
                {"what": "comment_on_task", "task": str(task_id), "text": text},
                form.sent_key,
            )
            flash(_("Đã ghi trao đổi."), "success")
            return redirect(url_for("plan.show", task_id=task_id, _anchor="said"), 303)
    return task_shown(page, comment=form)
