"""Which words an expression of this pack may use: the declared facts, its states, its windows and its parameters."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, TypeAlias

from rules.language import Catalogue, Context, Fact, Node, Type, bind, parse
from rules.language.catalogue import CATALOGUE
from rules.pack.model import PackFile, Track
from rules.pack.rules_model import Rule
from rules.time import Instant, day_end, day_start

Symbols: TypeAlias = Mapping[str, Mapping[str, str] | Iterable[str]]

EXIT_CLASSES: Final[Mapping[str, str]] = {
    "ineligible": "không còn thuộc diện",
    "unavailable": "không thực hiện được",
    "remediable": "khắc phục được",
    "pending": "đang chờ xử lý",
    "declined": "đã kết thúc liên hệ",
}
RULE_CONTEXTS: Final[Mapping[str, Context]] = {
    "case": Context.CASE,
    "task": Context.TASK,
    "team": Context.TEAM,
    "campaign": Context.TEAM,
}


def campaign_facts(pack: PackFile) -> dict[str, Instant]:
    """Return the instants of the campaign by fact name; every `…_until` and `ends_at` is exclusive."""
    facts = {"campaign.starts_at": day_start(pack.starts), "campaign.ends_at": day_end(pack.ends)}
    for name, window in pack.windows.items():
        facts[f"campaign.{name}_from"] = day_start(window.from_)
        facts[f"campaign.{name}_until"] = day_end(window.through)
    return facts


class Vocabulary:
    """Reads the expressions of one pack, each in its context, with the words that stand for this pack's own things."""

    def __init__(self, pack: PackFile) -> None:
        self.constants: dict[str, int] = campaign_facts(pack)
        numbers = {name: value for name, value in pack.parameters.items() if isinstance(value, int)}
        self.constants.update({f"parameter.{name}": value for name, value in numbers.items()})
        self.catalogue = _with_constants(self.constants)

    def parse(self, text: str, context: Context, *, symbols: Symbols | None = None, expects: Type = Type.BOOL) -> Node:
        """Return the tree of `text` with the constants of the pack put in; `symbols` are closed sets by fact name.

        Raises LanguageError with every problem found.
        """
        node = parse(text, self.catalogue, context, expects=expects, symbols=symbols)
        return bind(node, self.constants)


def symbols_of(track: Track) -> dict[str, dict[str, str]]:
    """Return the closed sets of a track: its states, its stages, the classes of its exits."""
    return {
        "state": {name: state.label.said for name, state in track.states.items()},
        "stage": {name: track.states[name].label.said if name in track.states else name for name in track.line},
        "exit_class": dict(EXIT_CLASSES),
    }


def context_of(rule: Rule) -> Context:
    """Return the context in which the expressions of an escalation rule stand."""
    return RULE_CONTEXTS[rule.on]


def _with_constants(constants: Mapping[str, int]) -> Catalogue:
    declared = {fact.name: fact for fact in CATALOGUE}
    for name in constants:
        if name not in declared:
            kind = Type.INSTANT if name.startswith("campaign.") else Type.INT
            declared[name] = Fact(name, kind, name, name, frozenset(Context), parameter=True)
    return Catalogue(declared.values())


def days_of(first: date, last: date) -> tuple[Instant, Instant]:
    """Return the first instant of a run of days and the first instant after it."""
    return day_start(first), day_end(last)
