"""Many findings of one cause, said once: a wrong base that fifteen rows use, a way of writing that a whole column has."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Final

from rules.findings import Finding
from rules.said import Said, listed
from workflow.checking.quantities import read_decimal

ENOUGH: Final = 3
"""From how many findings of one cause on they are one finding."""
NAMED: Final = 15
"""How many places are named; of more only the number is said."""


def fold(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings with those of one cause as one, where the first of them stood; its `numbers` keep every place."""
    causes: dict[Hashable, list[Finding]] = {}
    for at, finding in enumerate(findings):
        causes.setdefault(
            (finding.check, finding.severity, _CAUSES.get(finding.check, _own)(finding) or at), []
        ).append(finding)
    return [
        one
        for found in causes.values()
        for one in ([_folded(found)] if len(found) >= ENOUGH and _is_one_cause(found) else found)
    ]


def _folded(found: Sequence[Finding]) -> Finding:
    first, wheres = found[0], list(dict.fromkeys(each.where for each in found[1:]))
    more = Said("%(where)s và %(n)s chỗ khác", where=listed(wheres[:NAMED]), n=len(wheres) - NAMED)
    message = Said(
        "%(first)s Cùng lỗi này ở %(n)s chỗ nữa: %(where)s.",
        first=first.message, n=len(found) - 1, where=listed(wheres) if len(wheres) <= NAMED else more,
    )  # fmt: skip
    return replace(first, message=message, numbers={**first.numbers, "wheres": [each.where for each in found]})


def _is_one_cause(found: Sequence[Finding]) -> bool:
    """Whether percentages that fail on one base all fit another one; all else that falls together is one cause."""
    if found[0].check != "rate":
        return True
    least, most = 0.0, float("inf")
    for each in found:
        read = read_decimal(str(each.numbers["printed"]).rstrip(" %"))
        count = each.numbers["count"]
        if read is None or read[0] <= 0 or count <= 0:
            return False
        scale = 100 * 10 ** read[1]
        least, most = max(least, count * scale / (read[0] + 1)), min(most, count * scale / (read[0] - 0.5))
    return least <= most


def _own(finding: Finding) -> Hashable:
    return None


_CAUSES: Final[dict[str, Callable[[Finding], Hashable]]] = {
    "rate": lambda finding: finding.numbers["base"],
    "base": lambda finding: (finding.numbers["printed"], finding.numbers["others"]),
    "malformed": lambda finding: "malformed",
    "decimals": lambda finding: "decimals",
    "cut": lambda finding: "cut",
    "whole": lambda finding: "whole",
}
