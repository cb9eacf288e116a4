"""What somebody says a file is before it is read: which list, of which area, as of when, and whether it is complete."""

import json
import uuid
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.pack.model import RosterList
from rules.said import At, Said, all_of
from rules.time import Instant, local_date
from workflow.errors import BadInput
from workflow.queries.campaigns import CampaignContext
from workflow.roster.columns import Needs
from workflow.roster.read import Declared
from workflow.tables import Area

WHOLE: Final = "all"
"""The list that says nothing by itself: every person of the place, with a column for the state of the account."""


@dataclass(frozen=True)
class Declaration:
    """What a file is said to be. `area` is an area's code, or empty if a column tells the area of each row."""

    list_code: str
    as_of: Instant
    area: str | None = None
    complete: bool = False

    def text(self) -> str:
        """Return the declaration as canonical text: the same bytes declared otherwise are another import."""
        values = {"area": self.area or "", "as_of": self.as_of, "complete": self.complete, "list": self.list_code}
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class CheckedDeclaration:
    """A declaration that makes sense in this campaign. `sets` are the facts that standing on the list states."""

    declaration: Declaration
    kind: str
    area_id: uuid.UUID | None
    sets: dict[str, str | int | bool]
    read_as: Declared

    @property
    def list_code(self) -> str:
        """The list."""
        return self.declaration.list_code

    @property
    def as_of(self) -> Instant:
        """The instant the file states."""
        return self.declaration.as_of


def check_declaration(
    session: Session, context: CampaignContext, declaration: Declaration, *, now: Instant
) -> CheckedDeclaration:
    """Return the declaration with everything it names looked up.

    Raises BadInput if the pack has no such list, the unit no such area, or the file claims to know the future.
    """
    known = _list_of(context, declaration.list_code)
    if declaration.as_of > now:
        raise BadInput(
            where="Thời điểm của danh sách",
            what=Said(
                "%(as_of)s ở sau giờ hiện tại (%(now)s); ghi lại thời điểm chốt danh sách",
                as_of=At(declaration.as_of),
                now=At(now),
            ),
        )
    area = _area_of(session, context, declaration.area) if declaration.area else None
    sets = dict(known.sets) if known else {}
    kind = known.subject if known else context.pack.main_track.model.subject
    account = sets.get("account")
    tells_account = any("account" in each.sets for each in context.pack.model.pack.lists)
    is_person = kind == "person"
    needs = Needs(
        identity=is_person,
        household=kind != "organisation",
        area=area is None,
        account=is_person and tells_account and account is None,
    )
    read_as = Declared(
        as_of=local_date(declaration.as_of),
        area=area.name if area else "",
        account=account,  # type: ignore[arg-type]
        needs=needs,
        account_words=context.pack.model.pack.roster_values.account,
    )
    return CheckedDeclaration(declaration, kind, area.id if area else None, sets, read_as)


def _list_of(context: CampaignContext, code: str) -> RosterList | None:
    known = {each.id: each for each in context.pack.model.pack.lists}
    if code in known or code == WHOLE:
        return known.get(code)
    folded = {each.casefold(): each for each in known}
    near = [folded[each] for each in get_close_matches(code.casefold(), folded, n=1)]
    names = all_of(Said("%(code)s: %(label)s", code=each.id, label=each.label.said) for each in known.values())
    what = Said("gói quy tắc không có danh sách “%(code)s”", code=code)
    if near:
        what = Said("%(what)s – có phải “%(near)s” không", what=what, near=near[0])
    choose = Said("chọn một trong: %(names)s; %(whole)s: toàn bộ", names=names or Said("chưa khai báo"), whole=WHOLE)
    raise BadInput(where="Danh sách", what=all_of([what, choose]))


def _area_of(session: Session, context: CampaignContext, code: str) -> Area:
    areas = {
        area.code: area
        for area in session.scalars(
            select(Area).where(Area.unit_id == context.unit_id, Area.valid_to.is_(None)).order_by(Area.sort)
        )
    }
    if code not in areas:
        names = ", ".join(f"{area.code} ({area.name})" for area in areas.values())
        raise BadInput(
            where="Địa bàn",
            what=Said(
                "đơn vị không có mã “%(code)s”; các mã: %(names)s", code=code, names=names or Said("chưa khai báo")
            ),
        )
    return areas[code]
