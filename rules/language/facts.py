"""What an expression may speak about: declared facts, and the contexts in which each may stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from rules.language.tree import Type
from rules.said import Named, Said


class Context(Enum):
    """Where an expression stands; it decides which facts it may read."""

    POPULATION = "tập đối tượng"
    GATEWAY = "điều kiện chuyển bước"
    CASE = "quy tắc quét hồ sơ"
    TASK = "nhiệm vụ"
    TEAM = "tổ công tác"
    FIGURE = "số liệu"


@dataclass(frozen=True, slots=True)
class Fact:
    """One declared fact.

    `values` is its closed set, name to label; a pack may supply it (see `Catalogue.with_values`). `unit` says what the
    number counts. `parameter`: a pack gives its value when it is loaded, see `bind`.
    """

    name: str
    type: Type
    label_vi: str
    label_en: str
    contexts: frozenset[Context]
    nullable: bool = False
    unit: str = ""
    values: Mapping[str, str] | None = field(default=None, compare=False)
    parameter: bool = False

    def label(self, value: object) -> str:
        """Return how `value` of this fact reads; the value itself where no label was declared."""
        label = (self.values or {}).get(str(value), "")
        if not label:
            return str(value)
        return label if isinstance(label, Named) else Said(label)


class Catalogue:
    """The declared facts by name. `now` is among them, so that contexts may forbid it."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts = {fact.name: fact for fact in facts}

    def __contains__(self, name: str) -> bool:
        return name in self._facts

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def names(self, context: Context) -> list[str]:
        """Return the names that may stand in `context`."""
        return [fact.name for fact in self if context in fact.contexts]

    def with_values(self, symbols: Mapping[str, Mapping[str, str] | Iterable[str]]) -> Catalogue:
        """Return a copy in which the named facts have these closed sets; names that are no facts are left out."""
        given = {name: _labelled(values) for name, values in symbols.items() if name in self._facts}
        return Catalogue(replace(f, values=given[f.name]) if f.name in given else f for f in self)


def _labelled(values: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    return dict(values) if isinstance(values, Mapping) else dict.fromkeys(values, "")
