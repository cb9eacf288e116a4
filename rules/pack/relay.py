"""The step a relay adds to a plan: reports reach the post they travel through, and that post brings them to their receiver.

Teams answer for reaching the relay, by the internal hour; the relay answers for reaching the receiver, by the hour of the paper.
So a duty with a `relay` is two duties: the one of the pack, and this one, for the unit, owned by the relay.
"""

from typing import Final

from rules.pack.model import Duty, Label

SUFFIX: Final = "-forward"


def forwarding_id(duty: str) -> str:
    """Return the name of the duty that forwards what comes for the duty of that name.

    >>> forwarding_id("daily-report")
    'daily-report-forward'
    """
    return duty + SUFFIX


def forwarding_of(duty: Duty) -> Duty | None:
    """Return the duty to forward what comes for `duty`: one for the unit, at the same hour; None if nothing is relayed."""
    relay = duty.relay
    if relay is None:
        return None
    label = relay.label or Label(vi=f"Chuyển tiếp: {duty.label.vi}", en=f"Pass on: {duty.label.en or duty.label.vi}")
    own = {"id": forwarding_id(duty.id), "label": label, "owner": relay.via, "per": "unit"}
    return duty.model_copy(update={**own, "internal_due": None, "relay": None, "waive_when": None})
