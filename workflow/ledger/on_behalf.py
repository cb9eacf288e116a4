"""In whose name somebody acts just now: told where a permission is given, read where an event is written."""

import uuid


class OnBehalf:
    """`of` is the membership that a delegate stands in for; None for who acts under a post of their own.

    It belongs to one actor in one transaction. Every permission tells it anew, so that each event says under whose post it was made.
    """

    __slots__ = ("of",)

    def __init__(self, of: uuid.UUID | None = None) -> None:
        self.of = of
