"""Taking back an entry of the ledger that was a slip of the finger: one form and one page for whatever stays there, with the reason."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from web.forms import Form
from web.here import here
from web.i18n import _, _l
from web.pages import render
from workflow.errors import WorkflowError


class WithdrawForm(Form):
    """Why an entry is taken back."""

    reason = StringField(
        _l("Lý do gỡ"),
        validators=[
            InputRequired(_l("ghi một câu ngắn")),
            Length(max=500, message=_l("lý do dài quá 500 ký tự")),
        ],
    )


def withdrawal(
    action: Callable[..., dict[str, Any]], entry_id: uuid.UUID, *, template: str, back: str, **shown: Any
) -> ResponseReturnValue:
    """Ask why and carry out `action` on the entry, once; then, or whenever it was taken back already, lead to the address `back`.

    `template` extends withdraw.html and says which entry it is, from what is `shown`.
    """
    form = WithdrawForm()
    if request.method == "POST" and form.validate():
        reason = str(form.reason.data)
        try:
            here.command(
                lambda book, context, actor: action(book, context, actor, entry_id, reason=reason),
                {action.__name__: str(entry_id), "reason": reason},
                form.sent_key,
            )
        except WorkflowError as refusal:
            form.refuse(refusal)
        else:
            flash(_("Đã gỡ; số này vẫn còn trong sổ, có ghi lý do."), "success")
            return redirect(back, 303)
    return render(template, form=form, back=back, **shown)
