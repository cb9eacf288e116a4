"""Which household a row belongs to, where a list names the household on its first row only."""

from dataclasses import dataclass
from typing import Final

from workflow.people.names import fold
from workflow.roster.words import house_number, taken_apart, walking_order


@dataclass(frozen=True, slots=True)
class Place:
    """The household of a row, as far as the list tells. `key` groups rows of one household within an area."""

    key: str
    head: str
    lane: str
    house_no: str
    order: str


Printed = tuple[str, str, str, str, str]
"""File number, head, address in one cell, lane, house number: as they stand in the row."""

HOUSEHOLD_FIELDS: Final = ("household_key", "head", "house", "lane", "house_no")
"""The columns of these, in the same order."""


class Carrier:
    """Carries household values down to the rows that leave them blank, never past a group row."""

    def __init__(self) -> None:
        self._printed: Printed = ("", "", "", "", "")
        self._place: Place | None = None
        self.told: Printed = self._printed
        """What the newest row states, its blanks filled from above."""

    def forget(self) -> None:
        """Start a new group: nothing above it belongs to the rows below."""
        self._printed, self._place = ("", "", "", "", ""), None

    def open_group(self, text: str, head: str) -> None:
        """Start the household that a group row names ('Hộ số 12', 'Hộ ông Lê Văn A')."""
        self._printed = (text, head, "", "", "")
        self._place = _place(self._printed)

    def place_of(self, printed: Printed, *, name: str, is_head: bool) -> tuple[Place | None, bool]:
        """Return the household of a row and whether blanks were filled from above; None if nothing tells."""
        self.told = printed
        if printed == self._printed and self._place is not None:
            return (self._place, False) if self._place.key else (None, False)
        filled = False
        if self._place is not None and self._continues(printed, is_head=is_head):
            whole = tuple(own or above for own, above in zip(printed, self._printed, strict=True))
            filled = whole != printed
            self.told = printed = (whole[0], whole[1], whole[2], whole[3], whole[4])
        if is_head and not printed[1]:
            printed = (printed[0], name, *printed[2:])
        if not any(printed):
            return None, False
        if printed != self._printed or self._place is None:
            self._printed, self._place = printed, _place(printed)
        return (self._place, filled) if self._place.key else (None, False)

    def _continues(self, printed: Printed, *, is_head: bool) -> bool:
        """Whether a row goes on with the household above: what it states first (number, head, address) is the same."""
        number, head, *address = printed
        if number:
            return number == self._printed[0]
        if head:
            return fold(head) == fold(self._printed[1])
        if any(address):
            return tuple(address) == self._printed[2:] and not is_head
        return not is_head or fold(self._printed[1]) == ""


def _place(printed: Printed) -> Place:
    number, head, address, lane, house_no = printed
    if address:
        lane_in, house_in = taken_apart(address)
        lane, house_no = lane or lane_in, house_no or house_in
    house_no = house_number(house_no) if house_no else ""
    key = fold(number) if number else "|".join((fold(head), fold(lane), fold(house_no)))
    key = "" if key == "||" else key
    return Place(key, head, lane, house_no, walking_order(lane, house_no))
