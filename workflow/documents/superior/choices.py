"""What may go into a cell: a line's count, rate or base, a figure by its name, or one of a few words. Nothing is typed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from rules.pack import Pack
from rules.said import Said
from workflow.closing.frozen import Frozen
from workflow.documents.wording import day, hour_and_day

PARTS: Final = {"count": "số lượng", "percent": "tỷ lệ", "base": "mẫu số"}
WORDS: Final = {"unit": "Tên đơn vị", "day": "Ngày của số liệu", "as_of": "Thời điểm của số liệu"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a cell holds. `what`: line, figure or word; `part` of a line: count, percent or base."""

    what: str
    key: str
    part: str = "count"

    @property
    def text(self) -> str:
        """The choice as a form sends it.

        >>> Choice("line", "3.8", "percent").text
        'line:3.8:percent'
        """
        return f"{self.what}:{self.key}:{self.part}"

    def to_json(self) -> dict[str, str]:
        """Return it as it is kept."""
        return {"what": self.what, "key": self.key, "part": self.part}


def choices_for(pack: Pack) -> list[tuple[Choice, str]]:
    """Return everything that may be chosen, with its words: lines with their parts, then figures, then words."""
    found: list[tuple[Choice, str]] = []
    said = "%(code)s. %(label)s – %(part)s"
    for line in pack.model.figures.lines:
        for part, words in PARTS.items():
            if part == "count" or line.policy:
                words_said = Said(said, code=line.code, label=line.label.said, part=Said(words))
                found.append((Choice("line", line.code, part), words_said))
    found += [(Choice("figure", each.id), each.label.said) for each in pack.model.figures.figures]
    return [*found, *((Choice("word", name), Said(words)) for name, words in WORDS.items())]


def choice_of(text: str, pack: Pack) -> Choice | None:
    """Return the choice that a form sent; None for one that does not exist."""
    return next((choice for choice, _ in choices_for(pack) if choice.text == text), None)


def value_of(choice: Choice, frozen: Frozen) -> int | Decimal | str:
    """Return what a close has for a cell: a whole number, a share (0.8744), or text. Raises LookupError with a sentence."""
    if choice.what == "word":
        told = {"unit": frozen.unit_name, "day": day(frozen.as_of), "as_of": hour_and_day(frozen.as_of)}
        return told[choice.key]
    found: Any
    if choice.what == "figure":
        found = frozen.figures.get(choice.key)
    else:
        line = next((each for each in frozen.lines if each.code == choice.key), None)
        found = getattr(line, choice.part, None) if line is not None else 0 if choice.part == "count" else None
    if found is None:
        raise LookupError(Said("“%(key)s” chưa có số liệu trong bản chốt", key=choice.key))
    if choice.part == "percent":
        return Decimal(str(found).replace("%", "").replace(".", "").replace(",", ".").strip()) / 100
    return int(found)
