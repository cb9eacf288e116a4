"""The one refusal of a cell, and a cell as it is quoted."""

from typing import Final

_MOST_QUOTED: Final = 120


class Unread(Exception):
    """A cell that cannot be read: why, and what to write."""

    def __init__(self, reason: str, todo: str) -> None:
        self.reason, self.todo = reason, todo
        super().__init__(reason)


def quoted_text(text: str) -> str:
    """Return a cell as a sentence or a table quotes it: whole, or its beginning.

    >>> quoted_text("Họp"), len(quoted_text("dài " * 400))
    ('Họp', 120)
    """
    return text if len(text) <= _MOST_QUOTED else text[: _MOST_QUOTED - 2].rstrip() + " …"
