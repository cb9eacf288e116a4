"""Deadlines that count from the completion of another task: from which one, and how that is said."""

from collections.abc import Mapping
from typing import Final

from rules.deadlines import Within, parse
from rules.pack import Pack
from rules.pack.model import Duty, PlanTask
from rules.said import Said
from workflow.plan.schedule import event_at

WAITS: Final = "chưa có hạn: chờ việc trước xong"
"""How a task stands whose deadline counts from one that is not done."""
_MOST_QUOTED: Final = 80


def counted_from(item: PlanTask | Duty, pack: Pack) -> str | None:
    """Return the task from whose completion the deadline of an item counts; None if it counts from no task."""
    spec = parse(item.due)
    if not isinstance(spec, Within) or spec.event is None or event_at(spec, pack) is not None:
        return None
    return spec.event


def waits_in(pack: Pack) -> frozenset[str]:
    """Return the items whose deadline counts from a task."""
    return frozenset(name for name, item in pack.plan_items.items() if counted_from(item, pack) is not None)


def since_words(item: PlanTask | Duty, pack: Pack, labels: Mapping[str, str]) -> str:
    """Return from when the deadline of an item counts, empty if from its opening or if it is no such deadline."""
    spec = parse(item.due)
    if not isinstance(spec, Within) or spec.event is None:
        return ""
    if spec.event in labels:
        return Said("khi xong việc “%(task)s”", task=quoted_label(labels[spec.event]))
    return fact_words(spec.event, pack)


def quoted_label(label: str) -> str:
    """Return the words of a task as another one's deadline quotes them: whole, or their beginning."""
    return label if len(label) <= _MOST_QUOTED else f"{label[: _MOST_QUOTED - 2].rstrip()} …"


def fact_words(event: str, pack: Pack) -> str:
    """Return what an instant of the campaign is called in a deadline."""
    for name, window in pack.model.pack.windows.items():
        for word, fact in (("bắt đầu", f"campaign.{name}_from"), ("kết thúc", f"campaign.{name}_until")):
            if event in (fact, fact.removeprefix("campaign.")):
                return f"{word} {window.label.vi}"
    return {"campaign.starts_at": "bắt đầu đợt", "campaign.ends_at": "kết thúc đợt"}.get(event, event)
