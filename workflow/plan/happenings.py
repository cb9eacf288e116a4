"""What can happen to a task, told from the data of its event: which kind it was, and in words."""

from collections.abc import Mapping
from typing import Any, Final

from rules.said import Said
from workflow.plan.life import EXCUSED, MOVES

SUPPLEMENT: Final = "supplement"
"""Reports passed on after the duty was done: an event like a move, which changes no state."""
_BY_KEY: Final = (
    ("comment", "comment"),
    ("evidence", "evidence"),
    ("withdraws", "withdrawn"),
    ("progress", "progress"),
    ("counts_from", "due"),
    ("by_plan", "plan"),
)
_WORDS: Final[Mapping[str, str]] = {
    "opened": "mở nhiệm vụ",
    "evidence": "bổ sung minh chứng “%(label)s”",
    "withdrawn": "rút minh chứng “%(label)s”",
    "progress": "ghi tiến độ %(n)s %%",
    "comment": "ghi trao đổi",
    "due": "tính lại hạn theo việc làm trước",
    "plan": "đổi hạn hoặc chủ trì theo kế hoạch mới",
    "forward": "chuyển %(n)s báo cáo",
    SUPPLEMENT: "chuyển bổ sung %(n)s báo cáo",
}


def what_of(data: Mapping[str, Any]) -> str:
    """Return what an event says happened: opened, a move's name, evidence, withdrawn, progress, comment, due, plan or supplement.

    What is excused before it ever opened (`waive_duty`) has no state before; it is told as the waiver that it is.

    >>> what_of({"from": None, "to": "assigned"}), what_of({"from": None, "to": "waived"})
    ('opened', 'waive')
    """
    for key, what in _BY_KEY:
        if key in data:
            return what
    if "move" in data:
        return str(data["move"])
    return "waive" if data.get("from") is None and data.get("to") in EXCUSED else "opened"


def happening(what: str, data: Mapping[str, Any]) -> Said:
    """Return what happened as a sentence's part, without who, when and why."""
    if what in MOVES and what not in _WORDS:
        return Said(MOVES[what].label)
    words, n = _WORDS.get(what, what), data.get("progress") if what == "progress" else len(data.get("reports") or ())
    told = {"label": data.get("label", ""), "n": n}
    return Said(words, **{name: value for name, value in told.items() if f"%({name})s" in words})


__all__ = ["SUPPLEMENT", "happening", "what_of"]
