"""Carrying out an administrator's action in an office."""

from collections.abc import Callable
from typing import Any

from tests.workflow.signing.office import Office


def done(office: Office, act: Callable[..., dict[str, Any]], *args: Any, by: str = "admin", **values: Any) -> Any:
    """Carry out an action as somebody of the office."""
    actor = office.actor(by)
    with office.book() as book:
        book.actor_id = actor.membership_id
        return act(book, actor, *args, **values)


def traces(office: Office) -> list[str]:
    """Return what the traces of the organisation say was done, in their order."""
    return [trace.data["what"] for trace in office.audits("organisation")]
