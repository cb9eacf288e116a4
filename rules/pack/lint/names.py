"""Checks that a name stands for something that exists, and that no name stands for two things."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rules.findings import Severity
from rules.pack.draft import Draft
from rules.pack.wording import did_you_mean, one_of
from rules.pack.yaml_nodes import Path
from rules.said import Said


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one kind. `is_complete` is false when the table holds something unreadable: then nothing is unknown."""

    kind: str
    known: Collection[str]
    is_complete: bool = True

    def check(self, draft: Draft, section: str, path: Path, name: str | None, *, at_key: bool = False) -> bool:
        """Whether `name` is known; if it is not, say so at `path`."""
        if name is None or name in self.known:
            return True
        if self.is_complete:
            near = did_you_mean(name, self.known)
            hint = near or (f"; hiện có: {one_of(self.known)}" if self.known else "; chưa khai báo tên nào")
            draft.say("unknown-name", section, path, f"{self.kind} '{name}' không có{hint}", at_key=at_key)
        return False

    def __or__(self, other: "Names") -> "Names":
        known = [*self.known, *other.known]
        return Names(f"{self.kind} hay {other.kind}", known, self.is_complete and other.is_complete)


def table(draft: Draft, kind: str, section: str, path: Path, known: Iterable[str]) -> Names:
    """Return the names written in a table of the pack."""
    return Names(kind, list(known), draft.is_known(section, path) and draft.has(section))


def report_repeats(draft: Draft, section: str, kind: str, places: Iterable[tuple[str, Path]]) -> None:
    """Say each name that stands at a second place."""
    first: dict[str, Path] = {}
    for name, path in places:
        if name in first:
            line = draft.read[section].position(first[name]).line
            draft.say("repeated-name", section, path, f"{kind} '{name}' đã có ở dòng {line}: đặt tên khác")
        first.setdefault(name, path)


def report_cycles(
    draft: Draft,
    section: str,
    links: Mapping[str, Collection[str]],
    where: Mapping[str, Path],
    say: str,
    *,
    severity: Severity = "error",
) -> bool:
    """Say each ring once, at the first of its members; `say` has a place for the ring as `a → b → a`. Return whether there was one."""
    done: set[str] = set()
    for start in links:
        ring = _ring_through(start, links, done)
        if ring:
            message = Said(say, ring=" → ".join([*ring, ring[0]]))
            draft.say("ring", section, where[start], message, severity=severity)
    return bool(done)


def _ring_through(start: str, links: Mapping[str, Collection[str]], done: set[str]) -> list[str]:
    """Walk from `start` without recursion; return the ring that `start` itself is on, if any."""
    trail: list[str] = []
    waiting: list[tuple[str, int]] = [(start, 0)]
    seen: set[str] = set()
    while waiting:
        name, depth = waiting.pop()
        del trail[depth:]
        if name == start and depth:
            done.update(trail)
            return trail
        if name in seen or name in done:
            continue
        seen.add(name)
        trail.append(name)
        waiting.extend((after, depth + 1) for after in links.get(name, ()))
    return []
