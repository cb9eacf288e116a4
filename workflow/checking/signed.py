"""The paper that comes back from the one who signs: is every figure still the closed one, and does it all still add up?"""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from rules.findings import Finding
from workflow.checking.check import Checked, Read, check_document
from workflow.checking.claims import Claim, as_printed
from workflow.checking.compare import compare
from workflow.checking.judge import finding_of
from workflow.checking.model import Document, Value


def check_signed(made: Document, edited: Document) -> list[Finding]:
    """Return what editing a paper of ours did to its figures: each one changed, and each sum or rate that no longer holds.

    What added up in the paper that was made is known to belong together, however far a number is off now. What the paper said of
    itself before anybody edited it (a line that its form puts in an odd place) is not said again.
    """
    before, after = check_document(made), check_document(edited)
    known = {(finding.check, str(finding.message)) for finding in before.findings}
    broken = [*_no_longer_true(before, after)]
    told = {(finding.check, finding.where) for finding in broken}
    own = [
        finding
        for finding in after.findings
        if finding.severity != "info"
        and (finding.check, str(finding.message)) not in known
        and (finding.check, finding.where) not in told
    ]
    return [*compare(made, edited), *own, *broken]


def _no_longer_true(before: Checked, after: Checked) -> Iterator[Finding]:
    """Yield each claim of the paper that was made, with the numbers that stand in its places now, if it does not hold of them."""
    now = _places(before.read, after.read)
    if now is None:
        return
    for claim in before.claims.claims:
        values = claim.values()
        if all(id(value) in now for value in values) and claim.holds(as_printed):
            moved = _with(claim, now)
            if not moved.holds(as_printed):
                yield finding_of(moved)


def _places(before: Read, after: Read) -> dict[int, Value] | None:
    """Return, by `id`, what stands now where each number stood; None if lines or rows were added or taken out."""
    first, second = list(_values(before)), list(_values(after))
    if [place for place, _ in first] != [place for place, _ in second]:
        return None
    return {id(was): now for (_, was), (_, now) in zip(first, second, strict=True)}


def _values(read: Read) -> Iterator[tuple[str, Value]]:
    for at, entry in enumerate(read.entries):
        told = ("count", entry.count), ("over", entry.over), ("rate", entry.rate), ("base", entry.told_base)
        for name, value in told:
            if value is not None:
                yield f"{at} {entry.code} {name}", value
    for number, grid in enumerate(read.grids):
        for line, row in enumerate(grid.rows):
            for column, value in sorted(row.numbers.items()):
                yield f"{number} {line} {column}", value


def _with(claim: Claim, now: dict[int, Value]) -> Claim:
    """Return the claim of other numbers."""

    def moved(value: Any) -> Any:
        if isinstance(value, Value):
            return now[id(value)]
        if isinstance(value, tuple) and value and all(isinstance(each, Value) for each in value):
            return tuple(now[id(each)] for each in value)
        return value

    changed: Any = claim
    found: Claim = replace(changed, **{each.name: moved(getattr(claim, each.name)) for each in fields(changed)})
    return found
