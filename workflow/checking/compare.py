"""A paper that came back edited, against the one that was made: every figure that was changed, left out or typed in.

Words may be edited freely. Paragraphs and cells are laid side by side by their words without numbers; then figure by figure. The
number of the document, its date and hours are the office's to fill in and are not compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from rules.findings import Finding
from rules.said import Figure, Said
from workflow.checking.model import Document, Passage
from workflow.checking.outline import outline, where_of
from workflow.checking.quantities import Quantity, quantities
from workflow.checking.words import one_line
from workflow.numbers import integer_vi

ALIKE: Final = 0.6
"""How alike two paragraphs must be to be one paragraph edited."""
SHOWN: Final = 60
_FIGURES: Final = ("count", "percent", "measure", "malformed", "points")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or cell: its words with numbers taken out, and its figures in order."""

    where: str
    text: str
    words: str
    figures: tuple[Quantity, ...]


def compare(made: Document, edited: Document) -> list[Finding]:
    """Return an error for each figure of `made` that `edited` prints otherwise or not at all, a warning for each typed in."""
    first, second = pieces_of(made), pieces_of(edited)
    matcher = SequenceMatcher(None, [each.words for each in first], [each.words for each in second], autojunk=False)
    found: list[Finding] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            for one, other in zip(first[a:b], second[c:d], strict=True):
                found += _changed(one, other)
        else:
            found += _edited(first[a:b], second[c:d])
    return found


def pieces_of(document: Document) -> list[Piece]:
    """Return the paragraphs and cells of a document in reading order."""
    nodes = {id(passage): node for passage, node in zip(document.passages, outline(document.passages), strict=True)}
    made: list[Piece] = []
    for part in document.parts:
        if isinstance(part, Passage):
            marker = f"{part.marker} " if part.marker else ""
            made.append(_piece(where_of(part, nodes[id(part)]), marker, part.text))
        else:
            for row in part.rows:
                label = next((cell.text for cell in row if cell.text and not cell.text[0].isdigit()), "")
                made += [_piece(cell.name, f"{label}|{at}|", cell.text) for at, cell in enumerate(row) if cell.text]
    return made


def _piece(where: str, before: str, text: str) -> Piece:
    figures = tuple(each for each in quantities(text) if each.kind in _FIGURES)
    words, end = [before], 0
    for each in quantities(text):
        words.append(text[end : each.start])
        end = each.end
    words.append(text[end:])
    return Piece(where, text, one_line("#".join(words)), figures)


def _changed(one: Piece, other: Piece) -> Iterator[Finding]:
    """Yield the figures that differ between two pieces of the same words."""
    before, after = [_same(each) for each in one.figures], [_same(each) for each in other.figures]
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for at in range(max(b - a, d - c)):
            was = one.figures[a + at] if a + at < b else None
            now = other.figures[c + at] if c + at < d else None
            yield _difference(was, now, other)


def _same(figure: Quantity) -> tuple[str, int, int, int | None, str]:
    written = figure.written if figure.kind == "malformed" else ""
    return figure.kind, figure.value, figure.decimals, figure.over, written


def _difference(was: Quantity | None, now: Quantity | None, piece: Piece) -> Finding:
    around = piece.text if len(piece.text) <= SHOWN else piece.text[:SHOWN].rstrip() + "…"
    if was is not None and now is not None:
        message = Said(
            "văn bản in %(now)s, bản lập từ số chốt in %(was)s (“%(text)s”).",
            now=Figure(_shown(now)),
            was=Figure(_shown(was)),
            text=around,
        )
        return Finding("edited", "error", piece.where, message, {"closed": _shown(was), "printed": _shown(now)})
    if was is not None:
        message = Said("số chốt %(was)s không còn trong văn bản (“%(text)s”).", was=Figure(_shown(was)), text=around)
        return Finding("removed", "error", piece.where, message, {"closed": _shown(was)})
    typed = _shown(now) if now is not None else ""
    message = Said("số %(now)s được gõ thêm, không lấy từ số chốt (“%(text)s”).", now=Figure(typed), text=around)
    return Finding("typed", "warning", piece.where, message, {"printed": typed})


def _shown(figure: Quantity) -> str:
    return f"{figure.written}/{figure.over_written}" if figure.over is not None else figure.written


def _edited(first: Sequence[Piece], second: Sequence[Piece]) -> Iterator[Finding]:
    """Yield what changed between stretches whose words differ: each piece with the one most like it, in order."""
    left = list(second)
    for one in first:
        best = max(left, key=lambda other: _likeness(one, other), default=None)
        if best is not None and _likeness(one, best) >= ALIKE:
            yield from _changed(one, best)
            left.remove(best)
        else:
            for figure in one.figures:
                yield _difference(figure, None, one)
    for other in left:
        for figure in other.figures:
            yield _difference(None, figure, other)


def _likeness(one: Piece, other: Piece) -> float:
    matcher = SequenceMatcher(None, one.words, other.words, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def differs(printed: int, ours: int, where: str) -> Finding:
    """Return what is said of a line that a signed paper prints otherwise than the ledger counts it."""
    message = Said(
        "in %(printed)s, sổ ghi %(ours)s. Đối chiếu danh sách trước khi dùng số nào.",
        printed=Figure(integer_vi(printed)), ours=Figure(integer_vi(ours)),
    )  # fmt: skip
    return Finding("conflict", "warning", where, message, {"printed": printed, "ours": ours})
