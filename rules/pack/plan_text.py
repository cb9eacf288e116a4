"""A plan written back as the text of a pack, one item after the other, so that it goes through the same check as one typed by hand.

Every text is written in double quotes and every item in the order of its model: the same plan is the same bytes, whoever made it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from rules.pack.model import Duty, Evidence, Label, PlanFile, PlanTask

_VERSION: Final = re.compile(r"^version:[ \t]*\d+", re.MULTILINE)
_PLAIN: Final = re.compile(r"[a-z][a-z0-9_-]*")
_WORDS: Final = ("true", "false", "null", "on", "off", "yes", "no")


@dataclass(frozen=True)
class PlanText:
    """A plan as text. `lines` has the first line of each item, counted from 1, in their order."""

    text: str
    lines: tuple[tuple[int, str], ...]

    def item_at(self, line: int) -> str | None:
        """Return which item stands at a line; None before the first."""
        return next((item for first, item in reversed(self.lines) if first <= line), None)


def plan_text(plan: PlanFile, heading: str = "") -> PlanText:
    """Return a plan as the text of a `plan.yaml`; `heading` stands above it as a remark."""
    written = [f"# {line}".rstrip() for line in heading.splitlines()]
    lines: list[tuple[int, str]] = []
    for section, items in (("tasks", plan.tasks), ("duties", plan.duties)):
        written.append(f"{section}:" if items else f"{section}: []")
        for item in items:
            lines.append((len(written) + 1, item.id))
            written.extend(_item(item))
    return PlanText("\n".join(written) + "\n", tuple(lines))


def derived_heading(version: int, pack_hash: str) -> str:
    """Return the remark above a plan that came out of a spreadsheet."""
    return f"Lập từ tệp bảng tính, thay cho kế hoạch của bản {version} ({pack_hash[:12]})."


def with_plan(files: Mapping[str, str], plan: PlanText, *, version: int) -> dict[str, str]:
    """Return the files of a pack with another plan, as version `version` of it; nothing else in them changes."""
    head = _VERSION.sub(f"version: {version}", files["pack.yaml"], count=1)
    return {**files, "pack.yaml": head, "plan.yaml": plan.text}


def _item(item: PlanTask | Duty) -> Iterator[str]:
    first = "  - "
    for name in type(item).model_fields:
        value = getattr(item, name)
        if value is None or value == () or (name == "per" and value == "unit"):
            continue
        if name == "evidence":
            yield f"    {name}:"
            yield from (f"      - {_flow(each)}" for each in value)
        else:
            yield f"{first}{name}: {_flow(value)}"
        first = "    "


def _flow(value: Any) -> str:
    if isinstance(value, Label) and value.en is None:
        return _flow(value.vi)
    if isinstance(value, Evidence | BaseModel):
        told = {name: getattr(value, name) for name in type(value).model_fields}
        return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in told.items() if each is not None) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return text if _PLAIN.fullmatch(text) and text not in _WORDS else json.dumps(text, ensure_ascii=False)
