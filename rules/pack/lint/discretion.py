"""Checks that nobody can learn how many people ended contact: not printed alone, and not by subtracting what is printed.

The lines of a report and the numbers they are divided by are equations over states. If some combination of them gives the
cases of class `declined` by themselves, the report tells what it must not tell.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from rules.pack.draft import Draft
from rules.pack.lint.counting import Counted, Counts, Pair, pairs_of
from rules.pack.lint.declined import declined_states
from rules.pack.lint.known import Known
from rules.pack.model import Track
from rules.pack.yaml_nodes import Path

Row = dict[Pair, Fraction]

_TOGETHER = "chỉ được đếm chung với người chưa gặp"


def check_discretion(draft: Draft, known: Known) -> None:
    """Check every figure by itself, then everything that is printed taken together."""
    counts = Counts(draft, known)
    for number, figure in enumerate(draft.model.figures.figures):
        counted = counts.of(figure.id)
        if counted is not None and _is_alone(draft.model.path.tracks[counted.track], counted):
            message = f"'{figure.id}' chỉ đếm người kết thúc liên hệ: {_TOGETHER}"
            draft.say("declined-alone", "figures", ("figures", number), message)
    for name, track in draft.model.path.tracks.items():
        if declined_states(track):
            _check_printed(draft, counts, name, track)


def _is_alone(track: Track, counted: Counted) -> bool:
    declined = declined_states(track)
    return bool(counted.times) and all(state in declined for state, _ in counted.times)


def _check_printed(draft: Draft, counts: Counts, name: str, track: Track) -> None:
    """Add what is printed one by one; the first that gives the secret away is named."""
    secret = {pair: Fraction(1) for pair in pairs_of(track) if pair[0] in declined_states(track)}
    basis: list[tuple[Pair, Row]] = []
    for path, label, figure in _printed(draft):
        counted = counts.of(figure)
        if counted is None or counted.track != name:
            continue
        _add(basis, counted.times)
        if not _rest(basis, secret):
            message = f"{label} cùng các dòng khác cho trừ ra được số người kết thúc liên hệ: {_TOGETHER}"
            draft.say("declined-alone", "figures", path, message)
            return


def _printed(draft: Draft) -> Iterator[tuple[Path, str, str]]:
    figures = draft.model.figures
    bases = {policy.id: policy.base for policy in figures.policies}
    for number, line in enumerate(figures.lines):
        yield ("lines", number, "figure"), f"dòng {line.code}", line.figure
        if line.policy in bases:
            yield ("lines", number, "policy"), f"mẫu số của dòng {line.code}", bases[line.policy]


def _add(basis: list[tuple[Pair, Row]], times: Mapping[Pair, int]) -> None:
    row = _rest(basis, {pair: Fraction(number) for pair, number in times.items()})
    if row:
        pivot = min(row)
        basis.append((pivot, {pair: number / row[pivot] for pair, number in row.items()}))


def _rest(basis: list[tuple[Pair, Row]], row: Row) -> Row:
    """Return what is left of `row` once everything that the basis can express is taken away."""
    left = dict(row)
    for pivot, known in basis:
        factor = left.get(pivot)
        if factor:
            for pair, number in known.items():
                left[pair] = left.get(pair, Fraction(0)) - factor * number
            left = {pair: number for pair, number in left.items() if number}
    return left
