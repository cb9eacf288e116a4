"""Participation, never opinion: no name or label of a pack may say how a person answered.

Papers ask for the totals of those who approve; such a total may only be an imported figure of somebody else.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rules.pack.draft import Draft
from rules.pack.model import Label
from rules.pack.yaml_nodes import Path

PHRASES: Final = (
    "tán thành", "không tán thành", "đồng ý", "không đồng ý", "phản đối", "ủng hộ", "đồng tình", "nhất trí",
    "bỏ phiếu", "phiếu thuận", "phiếu chống",
)  # fmt: skip
"""In a label, with their accents: without them, "tân thành" is a place."""

WORDS: Final = (
    "tan_thanh", "dong_y", "phan_doi", "ung_ho", "dong_tinh", "nhat_tri", "disapprove", "disapproves", "disapproved",
    "agree", "agrees", "agreed", "disagree", "disagrees", "disagreed", "oppose", "opposes", "opposed", "against",
    "favour", "favor", "opinion", "vote", "voted",
)  # fmt: skip
"""In an identifier, between its separators."""

_PHRASE: Final = re.compile(rf"\b(?:{'|'.join(sorted(PHRASES, key=len, reverse=True))})\b")
_ENGLISH: Final = re.compile(
    r"^(?:does not |did not |do not |not )?approv(?:e|es|ed|ing)\b|\b(?:do|does|did|will|who) (?:not )?approve\b"
    r"|\bdisapprov\w*|\b(?:dis)?agree[sd]?\b|\boppos(?:e|es|ed|ing)\b|\bin favou?r\b|\bvote[sd]?\b"
)
"""In a label: an approval of paperwork ("number change not yet approved") is no opinion."""
_APPROVING: Final = re.compile(r"(?:(?:not|fully|partly|yes|no)[_-])?approve[sd]?(?:[_-](?:draft|amendment|all))?")
_ADVICE: Final = "gói không được giữ ai trả lời thế nào; chỉ ghi đã tham gia hay chưa"


def check_opinions(draft: Draft) -> None:
    """Check every name and label that a person's record could take on."""
    for section, path, identifier, label in _places(draft):
        said = opinion_in_name(identifier) if identifier else None
        if said:
            draft.say("opinion", section, path, f"'{identifier}' chứa ý kiến ('{said}'): {_ADVICE}", at_key=True)
        if label is not None:
            _check_label(draft, section, (*path, "label") if identifier is not None else path, label)


def _check_label(draft: Draft, section: str, path: Path, label: Label) -> None:
    for language, text in (("vi", label.vi), ("en", label.en)):
        said = opinion_in_text(text or "")
        if said:
            place = (*path, language)
            known = place in draft.read[section].values
            draft.say("opinion", section, place if known else path, f"nhãn chứa ý kiến ('{said}'): {_ADVICE}")


def opinion_in_name(name: str) -> str | None:
    """Return the word of an identifier that says how somebody answered, if there is one.

    >>> opinion_in_name("khong_tan_thanh"), opinion_in_name("approval_pending")
    ('tan_thanh', None)
    """
    lowered = name.casefold()
    if _APPROVING.fullmatch(lowered):
        return lowered
    steps = re.split(r"[_\-]+", lowered)
    words = [*steps, *map("_".join, pairwise(steps))]
    return next((word for word in words if word in WORDS), None)


def opinion_in_text(text: str) -> str | None:
    """Return the phrase of a label that says how somebody answered, if there is one.

    >>> opinion_in_text("Không tán thành"), opinion_in_text("Khu phố Tân Thành")
    ('không tán thành', None)
    """
    lowered = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    found = _PHRASE.search(lowered) or _ENGLISH.search(lowered)
    return found.group() if found else None


def _places(draft: Draft) -> Iterator[tuple[str, Path, str | None, Label | None]]:
    model = draft.model
    for name, track in model.path.tracks.items():
        yield "path", ("tracks", name), name, track.label
        for state, of_state in track.states.items():
            yield "path", ("tracks", name, "states", state), state, of_state.label
        for move, of_move in track.moves.items():
            yield "path", ("tracks", name, "moves", move), move, of_move.label
    for name, outcome in model.path.outcomes.items():
        yield "path", ("outcomes", name), name, outcome.label
    for name in model.pack.parameters:
        yield "pack", ("parameters", name), name, None
    for number, item in enumerate(model.pack.lists):
        yield "pack", ("lists", number), item.id, item.label
        for name in item.sets:
            yield "pack", ("lists", number, "sets", name), name, None
    for number, rule in enumerate(model.escalations.rules):
        yield "escalations", ("rules", number), rule.id, rule.label
    yield from _reasons(draft)
    yield from _figures(draft)


def _reasons(draft: Draft) -> Iterator[tuple[str, Path, str | None, Label | None]]:
    """Yield what a decision may give as its reason: it is kept beside a person's case."""
    for number, rule in enumerate(draft.model.escalations.rules):
        for decision, choices in rule.reasons.items():
            for place, reason in enumerate(choices):
                yield "escalations", ("rules", number, "reasons", decision, place), None, reason


def _figures(draft: Draft) -> Iterator[tuple[str, Path, str | None, Label | None]]:
    """Yield what is counted here; a figure that belongs to somebody else may be named as its owner names it."""
    figures = draft.model.figures
    external = {figure.id for figure in figures.figures if figure.external is not None}
    for number, figure in enumerate(figures.figures):
        if figure.id not in external:
            yield "figures", ("figures", number), figure.id, figure.label
    for number, policy in enumerate(figures.policies):
        if policy.base not in external:
            yield "figures", ("policies", number), policy.id, policy.label
    for number, line in enumerate(figures.lines):
        if line.figure not in external:
            yield "figures", ("lines", number), "", line.label
    for number, target in enumerate(figures.targets):
        if target.count not in external:
            yield "figures", ("targets", number), "", target.label
