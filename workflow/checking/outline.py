"""From paragraphs to a tree: which numbered line stands under which."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rules.said import Said
from workflow.checking.model import Passage

_MARKERS: Final = (
    ("roman", re.compile(r"(?:PHẦN\s+|Phần\s+)?([IVX]{1,5})\s*[.)\-:]\s*(?=\S)")),
    ("decimal", re.compile(r"(\d{1,2}(?:\.\d{1,2})+)\s*[.):]?\s+(?=[^\W\d]|[“\"(])")),
    ("decimal", re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\s*[.)]\s*(?=[^\W\d]|[“\"(])")),
    ("decimal", re.compile(r"(\d{1,2})\s*[-/]\s+(?=[^\W\d])")),
    ("letter", re.compile(r"([a-zđ])\s*[.)]\s+(?=\S)")),
    ("dash", re.compile(r"([-–—•▪●*·])\s*(?=[^\W\d]|[“\"(]|\d)")),
    ("plus", re.compile(r"(\+)\s*(?=\S)")),
)  # fmt: skip
_BULLETS: Final = {"*": "star", "•": "star", "▪": "star", "●": "star", "·": "star"}


@dataclass(slots=True)
class Node:
    """A passage in the tree. `parent` is the index of the node it stands under, -1 at the top."""

    passage: int
    kind: str
    marker: str
    parent: int
    code: str


def where_of(passage: Passage, node: Node, at: int = 0) -> str:
    """Return where to look: the printed number with those above it, and the line or paragraph of the file that prints position `at`."""
    place = passage.place_at(at)
    return Said("mục %(code)s (%(place)s)", code=node.code, place=place) if node.code else place


def marker_of(text: str) -> tuple[str, str, str]:
    """Return (kind, marker, rest) of a line; an empty kind for running text.

    >>> marker_of("3.8. Số công dân"), marker_of("a) Hộ nghèo"), marker_of("4.546 người")
    (('decimal', '3.8', 'Số công dân'), ('letter', 'a', 'Hộ nghèo'), ('', '', '4.546 người'))
    """
    for kind, pattern in _MARKERS:
        found = pattern.match(text)
        if found:
            marker = found.group(1)
            return _BULLETS.get(marker, kind), marker, text[found.end() :]
    return "", "", text


def outline(passages: Iterable[Passage]) -> list[Node]:
    """Return a node for each passage: numbered lines under the line above their level, running text under the line before it.

    A level is known by how it is numbered (I, 1, 1.1, a, -, +). A kind that is open already continues there; a new kind begins a
    level below. Running text closes lists of dashes, and may have a list of its own.
    """
    nodes: list[Node] = []
    places: Counter[tuple[int, str]] = Counter()
    stack: list[tuple[tuple[str, int], int]] = []
    hands_over = False
    for index, passage in enumerate(passages):
        level = (passage.kind, passage.marker.count(".") if passage.kind == "decimal" else 0)
        if not passage.kind:
            while stack and stack[-1][0][0] in ("dash", "plus", "star", ""):
                stack.pop()
        elif passage.kind == "decimal" and level[1]:
            _back_to_prefix(stack, nodes, passage.marker, level)
        elif level in [each for each, _ in stack]:
            while stack.pop()[0] != level:
                pass
        elif passage.kind in ("roman",):
            stack.clear()
        elif passage.kind == "decimal":
            kinds: tuple[str, ...] = ("dash", "plus", "star", "", "letter")
            _drop(stack, kinds[:3] if hands_over and stack and not stack[-1][0][0] else kinds)
        elif passage.kind == "letter":
            _drop(stack, ("dash", "plus", "star"))
        parent = stack[-1][1] if stack else -1
        nodes.append(Node(index, passage.kind, passage.marker, parent, _code(nodes, parent, passage, places)))
        stack.append((level, len(nodes) - 1))
        hands_over = not passage.kind and passage.text.rstrip().endswith(":")
    return nodes


def _drop(stack: list[tuple[tuple[str, int], int]], kinds: tuple[str, ...]) -> None:
    while stack and stack[-1][0][0] in kinds:
        stack.pop()


def _back_to_prefix(
    stack: list[tuple[tuple[str, int], int]], nodes: list[Node], marker: str, level: tuple[str, int]
) -> None:
    """Close everything below the line that `marker` continues: 2.1 stands under 2 if a line 2 is open."""
    prefix = marker.rpartition(".")[0]
    for at in range(len(stack) - 1, -1, -1):
        node = nodes[stack[at][1]]
        if node.kind == "decimal" and node.marker == prefix:
            del stack[at + 1 :]
            return
    for at, (each, _) in enumerate(stack):
        if each == level:
            del stack[at:]
            return
    _drop(stack, ("dash", "plus", "star", "", "letter"))


def _code(nodes: list[Node], parent: int, passage: Passage, places: Counter[tuple[int, str]]) -> str:
    """Return the printed numbers from the top: "II.3.8"; a dash counts as its place in the list."""
    above = nodes[parent].code if parent >= 0 else ""
    if not passage.kind:
        return above
    if passage.kind == "decimal":
        roman = above
        while parent >= 0 and nodes[parent].kind in ("decimal", "", "dash", "plus", "star"):
            parent = nodes[parent].parent
            roman = nodes[parent].code if parent >= 0 else ""
        return f"{roman}.{passage.marker}" if roman else passage.marker
    if passage.kind in ("roman", "letter"):
        return f"{above}.{passage.marker}" if above else passage.marker
    places[(parent, passage.kind)] += 1
    mark = f"{passage.marker}{places[(parent, passage.kind)]}"
    return f"{above} {mark}" if above else mark
