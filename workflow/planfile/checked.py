"""The pack's own check over a plan that came out of a spreadsheet: what it finds, said of the item it is about."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from rules.deadlines import Within, parse
from rules.pack import Pack, PackFinding, check_files
from rules.pack.model import Duty, PlanFile, PlanTask
from rules.pack.plan_text import PlanText, plan_text, with_plan
from rules.said import Part, Said
from workflow.planfile.unread import quoted_text
from workflow.roster.archive import SheetRefused

_FIELD_OF_CHECK = {
    "deadline": "due", "deadline-kind": "due", "deadline-outside": "due", "every": "due", "owner-per": "owner", "ring": "after",
}  # fmt: skip
_ARROW: Final = " → "
_MENDED: Final = ("opens-late", "internal-due", "ring")
"""What a published pack is only warned of, and whoever sends a file can mend: the row is handed back."""


def check_plan(plan: PlanFile, pack: Pack, altered: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return, by item, the field and the sentence of the first thing that is wrong with it. `altered` are the items of the file.

    Raises SheetRefused for what is wrong with the plan as a whole.
    """
    text = plan_text(plan)
    findings = check_files(with_plan(pack.files, text, version=pack.version))
    labels = {task.id: task.label.vi for task in plan.tasks} | {duty.id: duty.label.vi for duty in plan.duties}
    wrongs: dict[str, tuple[str, str]] = {}
    for found in findings:
        item = text.item_at(found.line) if found.file == "plan.yaml" else None
        if found.severity != "error" and not (found.check in _MENDED and item in altered):
            continue
        if item is None:
            raise refused_whole(found.message)
        wrongs.setdefault(item, (_field(found, text), Part(_by_words(found.message, labels))))
    return wrongs


def _by_words(message: str, labels: Mapping[str, str]) -> str:
    """Return a finding that names a circle of tasks with their words instead of their codes."""
    if not isinstance(message, Said) or "ring" not in message.values:
        return message
    ring = [f"“{quoted_text(labels.get(name, name))}”" for name in str(message.values["ring"]).split(_ARROW)]
    return Said(message.message, **{**message.values, "ring": _ARROW.join(ring)})


def refused_whole(message: str) -> SheetRefused:
    """Return the refusal of a plan in which no single row is to blame."""
    what = Said("Kế hoạch đọc được không qua được kiểm tra của gói: %(what)s", what=Part(message))
    return SheetRefused("pack", what, "Sửa tệp rồi gửi lại")


def _field(found: PackFinding, text: PlanText) -> str:
    """Return the column that a finding is about: what its line is called in the plan's text."""
    line = text.text.splitlines()[found.line - 1].strip().removeprefix("- ")
    name = line.partition(":")[0]
    known: Sequence[str] = ("label", "owner", "support", "due", "after", "per", "opens", "clause", "evidence")
    return name if name in known else _FIELD_OF_CHECK.get(found.check, "label")


def clauses_of(item: PlanTask | Duty) -> list[str]:
    """Return the items that an item hangs on: its predecessors, and what its deadline counts from (facts of the campaign left out)."""
    spec = parse(item.due)
    after = list(item.after) if isinstance(item, PlanTask) else []
    if isinstance(spec, Within) and spec.event is not None and not _is_fact(spec.event):
        after.append(spec.event)
    return after


def _is_fact(event: str) -> bool:
    return event.startswith("campaign.") or event.endswith(("_from", "_until", "_at"))
