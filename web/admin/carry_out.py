"""Carrying out an administrator's action: done, or refused in the form that asked for it."""

from collections.abc import Callable
from typing import Any

from web.forms import Form
from web.here import here
from web.refusing import told_in
from workflow.access import Actor
from workflow.actions.command import Answer
from workflow.ledger.book import Book


def carried_out(form: Form, act: Callable[[Book, Actor], Answer], **request: Any) -> Answer | None:
    """Return the action's answer; None if the form or the engine refuses, and the form says why. NotFound passes through.

    `request` is what was asked for, in plain values, with the action's name as `what`.
    """
    if not form.validate():
        return None
    with told_in(form):
        return here.unit_command(act, request, form.sent_key)
    return None
