"""What cannot be read as figures, and from which size on."""

from typing import Final

from rules.said import Said

MOST_BYTES: Final = 10_000_000
MOST_CELLS: Final = 400_000
MOST_COLUMNS: Final = 1_000
MOST_CHARACTERS: Final = 1_000_000


class Unreadable(ValueError):
    """A file that cannot be read as figures; the sentence says why and what to do."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.why = why
