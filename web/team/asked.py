"""What an address or a form asks of the table of doors, as one typed value and back again.

A place that is not there, or not theirs, is NotFound and never simply left out: that would make "all that match" mean more. What was
mistyped is told for the same reason.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from web.i18n import _, _l, ngettext
from workflow.errors import NotFound
from workflow.people.names import UnstorableText, nfc
from workflow.queries.door_filter import DoorFilter
from workflow.queries.door_table import SORTS, SeenArea
from workflow.queries.team_load import SeenTeam

NOBODY: Final = "none"
"""What stands in an address for "nobody holds it"."""
SHOWS: Final = {
    "work": _l("Còn việc"),
    "overdue": _l("Quá hẹn"),
    "stuck": _l("Quá hẹn trên 24 giờ"),
    "all": _l("Tất cả"),
}
SORT_LABELS: Final = {
    "place": _l("Địa chỉ"),
    "follow_up": _l("Hẹn tới"),
    "attempts": _l("Số lần đến chưa gặp"),
    "contact": _l("Lâu chưa gặp"),
    "holder": _l("Người giữ"),
}
LONGEST: Final = 60
"""Characters of a search at most."""
LONGEST_NUMBER: Final = 3


@dataclass(frozen=True)
class Places:
    """The areas, teams and people that somebody may ask for."""

    areas: Sequence[SeenArea]
    teams: Sequence[SeenTeam]
    people: Mapping[uuid.UUID, str]

    @cached_property
    def area_ids(self) -> dict[str, uuid.UUID]:
        """Ids of areas by code."""
        return {area.code: area.id for area in self.areas}

    @cached_property
    def team_ids(self) -> dict[str, uuid.UUID]:
        """Ids of teams by code."""
        return {team.code: team.id for team in self.teams}


@dataclass(frozen=True)
class Asked:
    """The table as somebody asked for it: `params` are exactly what an address has to say to ask for it again.

    `wrong` says by field what cannot be read: `wanted` means too much then, and nothing may be shown or handed over by it.
    """

    wanted: DoorFilter
    params: dict[str, Any]
    sort: str
    page: int
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def filter_params(self) -> dict[str, Any]:
        """What of the address says which doors are meant, and not how they are shown."""
        return {name: value for name, value in self.params.items() if name != "sort"}


def asked_of(values: Mapping[str, str], places: Places) -> Asked:
    """Read an address or a form. Raises NotFound for a place or person that is not there."""
    show = values.get("show", "work")
    holder, search = values.get("holder", ""), _search(values.get("q", ""))
    wanted = DoorFilter(
        area_id=_one_of(places.area_ids, values.get("area", "")),
        team_id=_one_of(places.team_ids, values.get("team", "")),
        assignee_id=_person(places, holder),
        without_holder=holder == NOBODY,
        with_work=show != "all",
        overdue=show == "overdue",
        stuck=show == "stuck",
        attempts_at_least=_number(values.get("attempts", "").strip()),
        search=search,
    )
    if show not in SHOWS:
        raise NotFound
    sort = values.get("sort", "place")
    kept = {name: values[name] for name in ("area", "team", "holder", "attempts") if values.get(name)}
    kept |= {"show": show} if show != "work" else {}
    kept |= {"q": search} if search else {}
    kept |= {"sort": sort} if sort in SORTS and sort != "place" else {}
    return Asked(wanted, kept, sort, max(_number(values.get("page", "")), 1), _unread(values))


def in_words(asked: Asked, places: Places) -> list[str]:
    """Return what the filter means, each condition in words, for somebody who is about to change all that match."""
    wanted, words = asked.wanted, list[str]()
    words += [area.name for area in places.areas if area.id == wanted.area_id]
    words += [team.name for team in places.teams if team.id == wanted.team_id]
    if wanted.without_holder:
        words.append(_("chưa ai giữ"))
    if wanted.assignee_id is not None:
        words.append(_("%(name)s đang giữ", name=places.people[wanted.assignee_id]))
    words.append(str(SHOWS[asked.params.get("show", "work")]).lower())
    if wanted.attempts_at_least:
        words.append(
            ngettext(
                "đến chưa gặp từ %(n)s lần",
                "đến chưa gặp từ %(n)s lần",
                wanted.attempts_at_least,
                n=wanted.attempts_at_least,
            )
        )
    if wanted.search:
        words.append(_("tìm “%(text)s”", text=wanted.search))
    return words


def ids_of(texts: Sequence[str]) -> list[uuid.UUID]:
    """Return ids out of a form; what is none stands for a door that is not there."""
    return [uuid_of(text) or uuid.UUID(int=0) for text in texts]


def _unread(values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with what was typed, by field. What is left out says nothing."""
    wrong = {}
    attempts = values.get("attempts", "").strip()
    if attempts and not (attempts.isascii() and attempts.isdigit() and len(attempts) <= LONGEST_NUMBER):
        wrong["attempts"] = _(
            "Chưa gặp từ (lần): “%(text)s” không phải số lần; ghi một số như 3, hoặc để trống.", text=attempts[:LONGEST]
        )
    if len(values.get("q", "").strip()) > LONGEST:
        wrong["q"] = _("Tìm: dài quá %(n)s ký tự; ghi ngắn hơn.", n=LONGEST)
    return wrong


def _one_of(ids: Mapping[str, uuid.UUID], code: str) -> uuid.UUID | None:
    if not code:
        return None
    if code not in ids:
        raise NotFound
    return ids[code]


def _person(places: Places, text: str) -> uuid.UUID | None:
    if text in ("", NOBODY):
        return None
    found = uuid_of(text)
    if found not in places.people:
        raise NotFound
    return found


def _search(text: str) -> str:
    try:
        return nfc(text)[:LONGEST]
    except UnstorableText:
        raise NotFound from None


def uuid_of(text: Any) -> uuid.UUID | None:
    """Return the id that a text writes; None if it writes none."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
