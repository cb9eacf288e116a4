"""Short codes on paper: what a visitor writes beside a name, and what a typist types for it.

A pack gives each outcome one code; nothing here makes another. Read from paper, a code may come in small letters, with spaces around
it, and several may stand on one line ("1 G B": took part, licence linked, insurance linked).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from rules.pack import Pack
from rules.pack.model import Label, Outcome

MOST_TICKS: Final = 7
"""Tick boxes beside a name at most: what fits an A4 page next to the name."""
_BETWEEN: Final = re.compile(r"[\s,;+/.]+")


@dataclass(frozen=True, slots=True)
class SheetCode:
    """A code with what it stands for. `beside` says that it is about a track beside the main one."""

    code: str
    outcome: str
    label: Label
    scope: str
    asks_time: bool
    beside: bool


def legend(pack: Pack) -> list[SheetCode]:
    """Return every code of a pack: first those for a whole door, then a person's, then those of other tracks; in each by number."""
    codes = [_sheet_code(pack, name, outcome) for name, outcome in pack.outcomes.items()]
    return sorted(
        codes, key=lambda code: (code.scope != "door", code.beside, not code.code.isdigit(), _by_number(code))
    )


def tick_codes(pack: Pack) -> list[SheetCode]:
    """Return the codes that get a box of their own beside a name: of one character, of the main track, at most `MOST_TICKS`.

    Not taking part never has a box: it is written like any rarer code, so that no column of a sheet stands for it.
    """
    found = [code for code in legend(pack) if code.scope == "person" and not code.beside and len(code.code) == 1]
    return [code for code in found if not _declines(pack, code.outcome)][:MOST_TICKS]


def outcome_of(pack: Pack) -> dict[str, str]:
    """Return the name of the outcome by code."""
    return {outcome.code: name for name, outcome in pack.outcomes.items()}


def codes_in(text: str) -> list[str]:
    """Return the codes that stand in a typed text, as a pack writes them.

    >>> codes_in(" 1, g "), codes_in("đ1"), codes_in("")
    (['1', 'G'], ['Đ1'], [])
    """
    clean = unicodedata.normalize("NFKC", text).upper()
    return [code for code in _BETWEEN.split(clean) if code]


def _by_number(code: SheetCode) -> tuple[int, str]:
    return (int(code.code), code.code) if code.code.isdigit() else (0, code.code)


def _sheet_code(pack: Pack, name: str, outcome: Outcome) -> SheetCode:
    beside = outcome.scope == "person" and pack.track_of(name).id != pack.main_track.id
    return SheetCode(outcome.code, name, outcome.label, outcome.scope, "promised_at" in outcome.asks, beside)


def _declines(pack: Pack, name: str) -> bool:
    track = pack.track_of(name)
    moves = [effect.move for effect in pack.outcomes[name].effects if effect.move is not None]
    return any(track.exit_class(track.moves[move].target) == "declined" for move in moves)
