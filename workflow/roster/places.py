"""Which area a row means by what it writes: the unit's own names and aliases, and the number where it tells enough."""

import re
import uuid
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.people.names import fold
from workflow.tables import Area, AreaAlias

_NUMBER = re.compile(r"\d+")
_SPARE = re.compile(r"\b(?:so|thu)\b|[^\w]+")


class Places:
    """Finds the areas that are open by text; answers are remembered, for a list repeats a few."""

    def __init__(self, session: Session, unit_id: uuid.UUID) -> None:
        told = session.execute(
            select(Area.id, Area.code, Area.name, Area.valid_to).where(Area.unit_id == unit_id)
        ).all()
        areas = [area for area in told if area.valid_to is None]
        aliases = session.execute(select(AreaAlias.alias, AreaAlias.area_id).where(AreaAlias.unit_id == unit_id)).all()
        self.names = {area.id: area.name for area in areas}
        self._codes = {area.id: area.code for area in areas}
        self._known: dict[str, uuid.UUID | None] = {}
        self._by_text = {_plain(fold(alias)): area_id for alias, area_id in aliases if area_id in self.names}
        self._by_text.update({_plain(fold(text)): area.id for area in areas for text in (area.code, area.name)})
        self._closed: dict[str, str] = {
            _plain(fold(text)): area.name
            for area in told
            if area.valid_to is not None
            for text in (area.code, area.name)
        }
        numbers = [(match[0].lstrip("0"), area.id) for area in areas if (match := _NUMBER.search(area.name))]
        tellable = len({number for number, _ in numbers}) == len(numbers) == len(areas)
        self._by_number = dict(numbers) if tellable else {}

    def find(self, text: str) -> uuid.UUID | None:
        """Return the area that `text` means, None if that cannot be said."""
        if text not in self._known:
            self._known[text] = self._find(_plain(fold(text)))
        return self._known[text]

    def closed(self, text: str) -> str:
        """Return the name of the closed area that `text` means, or nothing."""
        return self._closed.get(_plain(fold(text)), "")

    def nearest(self, text: str) -> str:
        """Return the name of the area that looks most like `text`, or nothing."""
        near = get_close_matches(_plain(fold(text)), self._by_text, n=1, cutoff=0.5)
        return self.names[self._by_text[near[0]]] if near else ""

    def _find(self, plain: str) -> uuid.UUID | None:
        if plain in self._by_text:
            return self._by_text[plain]
        numbers = _NUMBER.findall(plain)
        return self._by_number.get(numbers[0].lstrip("0")) if len(numbers) == 1 and len(plain) < 40 else None


def _plain(folded: str) -> str:
    return " ".join(_SPARE.sub(" ", folded).split())
