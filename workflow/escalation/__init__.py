"""What a clock looks after: rules becoming due, their effects, and ladders climbing. All set-based, all safe to run twice.

One form for everything: with the unit's head locked, the due rows are staged; episodes and steps are inserted under their natural
key, where a repeat adds nothing; events take consecutive numbers from row_number(); the staged rows are updated.
"""

from workflow.escalation.climb import climb
from workflow.escalation.open import end_of_chunk, open_due
from workflow.escalation.settle import open_settled, resolve_task, settle_cases, settle_staged, settle_task

__all__ = [
    "climb",
    "end_of_chunk",
    "open_due",
    "open_settled",
    "resolve_task",
    "settle_cases",
    "settle_staged",
    "settle_task",
]
