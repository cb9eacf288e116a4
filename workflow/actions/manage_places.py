"""Teams, areas and bodies of a unit. Nothing is deleted: figures of the past name them."""

import uuid
from typing import Any, Final, get_args

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from rules.pack.model import Body as PackBody
from rules.said import Said
from workflow.access import Actor
from workflow.actions.open_posts import open_posts
from workflow.actions.organisation_input import (
    PLACE_WORDS,
    leave_trace,
    open_row_of,
    require_administrator,
    typed_code,
    typed_name,
)
from workflow.days import local_day
from workflow.errors import BadInput
from workflow.ids import id_of
from workflow.ledger.book import Book
from workflow.people.names import fold
from workflow.tables import Area, AreaAlias, Base, Body, Team, TeamArea, table_of

BODY_KINDS: Final[tuple[str, ...]] = get_args(PackBody.model_fields["kind"].annotation)
_areas, _teams, _bodies, _aliases, _works = (table_of(model) for model in (Area, Team, Body, AreaAlias, TeamArea))


def add_team(book: Book, actor: Actor, *, code: str, name: str) -> dict[str, Any]:
    """Set up a team with its vacant posts, as the last in printed order. Raises NotPermitted or BadInput."""
    require_administrator(actor)
    code, name = _new_code(book, code, "T09"), typed_name(name, where="Tên")
    team_id = id_of(book.unit_id, "team", code)
    row = {"unit_id": book.unit_id, "id": team_id, "code": code, "name": name, "sort": _next_sort(book, Team)}
    book.session.execute(insert(_teams), row)
    open_posts(book)
    leave_trace(book, actor, "add_team", team_id, code=code)
    return {"team": str(team_id)}


def rename_team(book: Book, actor: Actor, team_id: uuid.UUID, *, name: str) -> dict[str, Any]:
    """Change a team's name. Raises NotPermitted, NotFound or BadInput."""
    require_administrator(actor)
    open_row_of(book, Team, team_id, where=PLACE_WORDS["team"])
    _rename(book, Team, team_id, typed_name(name, where="Tên"))
    leave_trace(book, actor, "rename_team", team_id)
    return {"team": str(team_id)}


def set_team_area(book: Book, actor: Actor, area_id: uuid.UUID, *, team_id: uuid.UUID | None) -> dict[str, Any]:
    """Give an area to a team, or (None) to no team, from now on. Each area has one team at most.

    Doors stay where they were given; new ones, and those without a team, go to the area's team. Raises NotPermitted, NotFound, or
    BadInput for a closed one.
    """
    require_administrator(actor)
    open_row_of(book, Area, area_id, where=PLACE_WORDS["area"])
    if team_id is not None:
        open_row_of(book, Team, team_id, where=PLACE_WORDS["team"])
    before = book.session.scalar(select(_works.c.team_id).where(*_live_works(book, area_id)))
    if before == team_id:
        return {"changed": False}
    end_works_of(book, area_id)
    if team_id is not None:
        row = {
            "unit_id": book.unit_id,
            "id": book.new_id(),
            "team_id": team_id,
            "area_id": area_id,
            "from_at": book.now,
        }
        book.session.execute(insert(_works), row)
    leave_trace(book, actor, "set_team_area", area_id, team=None if team_id is None else str(team_id))
    return {"changed": True}


def add_area(book: Book, actor: Actor, *, code: str, name: str, kind: str = "tổ dân phố") -> dict[str, Any]:
    """Set up an area with its vacant posts, under its code and name for lists to find. Raises NotPermitted or BadInput."""
    require_administrator(actor)
    code, name, kind = _new_code(book, code, "A09"), typed_name(name, where="Tên"), typed_name(kind, where="Loại")
    area_id = id_of(book.unit_id, "area", code)
    _name_for_lists(book, area_id, code, name)
    row = {
        "unit_id": book.unit_id, "id": area_id, "code": code, "name": name, "kind": kind, "sort": _next_sort(book, Area),
        "valid_from": local_day(book.now),
    }  # fmt: skip
    book.session.execute(insert(_areas), row)
    _store_aliases(book, area_id, code, name)
    open_posts(book)
    leave_trace(book, actor, "add_area", area_id, code=code)
    return {"area": str(area_id)}


def rename_area(book: Book, actor: Actor, area_id: uuid.UUID, *, name: str) -> dict[str, Any]:
    """Change an area's name; lists that still write the old one find it too. Raises NotPermitted, NotFound or BadInput."""
    require_administrator(actor)
    open_row_of(book, Area, area_id, where=PLACE_WORDS["area"])
    name = typed_name(name, where="Tên")
    _name_for_lists(book, area_id, name)
    _rename(book, Area, area_id, name)
    _store_aliases(book, area_id, name)
    leave_trace(book, actor, "rename_area", area_id)
    return {"area": str(area_id)}


def add_body(
    book: Book, actor: Actor, *, code: str, name: str, kind: str = "office", counts_staff: bool = False
) -> dict[str, Any]:
    """Set up an office, union or committee with its vacant posts. Raises NotPermitted or BadInput."""
    require_administrator(actor)
    code, name = _new_code(book, code, "doan_thanh_nien"), typed_name(name, where="Tên")
    if kind not in BODY_KINDS:
        raise BadInput(where="Loại", what="chọn một trong danh sách")
    body_id = id_of(book.unit_id, "body", code)
    row = {
        "unit_id": book.unit_id,
        "id": body_id,
        "code": code,
        "name": name,
        "kind": kind,
        "counts_staff": counts_staff,
    }
    book.session.execute(insert(_bodies), row)
    open_posts(book)
    leave_trace(book, actor, "add_body", body_id, code=code)
    return {"body": str(body_id)}


def rename_body(book: Book, actor: Actor, body_id: uuid.UUID, *, name: str) -> dict[str, Any]:
    """Change a body's name. Raises NotPermitted, NotFound or BadInput."""
    require_administrator(actor)
    open_row_of(book, Body, body_id, where=PLACE_WORDS["body"])
    _rename(book, Body, body_id, typed_name(name, where="Tên"))
    leave_trace(book, actor, "rename_body", body_id)
    return {"body": str(body_id)}


def end_works_of(book: Book, area_id: uuid.UUID) -> None:
    """End that a team works an area."""
    book.session.execute(update(_works).where(*_live_works(book, area_id)).values(to_at=book.now))


def take_names_back(book: Book, area_id: uuid.UUID, *names: str) -> None:
    """Let lists find an area under its names again. Raises BadInput if another area, that is open, has one of them by now."""
    _name_for_lists(book, area_id, *names)
    _store_aliases(book, area_id, *names)


def _live_works(book: Book, area_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return _works.c.unit_id == book.unit_id, _works.c.area_id == area_id, _works.c.to_at.is_(None)


def _new_code(book: Book, text: str, example: str) -> str:
    """Return a code that is free: areas, teams and bodies share one set, since a post names its place by the code alone."""
    code = typed_code(text, where="Mã", example=example)
    for model in (Area, Team, Body):
        table = table_of(model)
        mine = select(table.c.id).where(table.c.unit_id == book.unit_id, func.lower(table.c.code) == code.lower())
        if book.session.execute(mine).first():
            raise BadInput(
                where="Mã", what=Said("“%(code)s” đã dùng; mỗi địa bàn, tổ, bộ phận một mã riêng", code=code)
            )
    return code


def _name_for_lists(book: Book, area_id: uuid.UUID, *names: str) -> None:
    """Refuse a name under which lists already find another area; one that is closed gives its names away."""
    folded = {fold(name): name for name in names}
    taken = (
        select(_aliases.c.alias)
        .join(_areas, and_(_areas.c.unit_id == _aliases.c.unit_id, _areas.c.id == _aliases.c.area_id))
        .where(_aliases.c.unit_id == book.unit_id, _aliases.c.alias.in_(folded), _aliases.c.area_id != area_id)
        .where(_areas.c.valid_to.is_(None))
    )
    other = book.session.scalar(taken.limit(1))
    if other is not None:
        raise BadInput(
            where="Tên",
            what=Said(
                "“%(name)s” đã là tên của địa bàn khác; danh sách ghi tên này thì không biết là nơi nào",
                name=folded[other],
            ),
        )


def _store_aliases(book: Book, area_id: uuid.UUID, *names: str) -> None:
    """Write names down for lists to find; those that stood for a closed area stand for this one from now on."""
    folded = {fold(name) for name in names}
    given_away = (_aliases.c.unit_id == book.unit_id, _aliases.c.alias.in_(folded), _aliases.c.area_id != area_id)
    book.session.execute(delete(_aliases).where(*given_away))
    known = set(book.session.scalars(select(_aliases.c.alias).where(_aliases.c.unit_id == book.unit_id)))
    rows = [{"unit_id": book.unit_id, "alias": alias, "area_id": area_id} for alias in sorted(folded - known)]
    if rows:
        book.session.execute(insert(_aliases), rows)


def _next_sort(book: Book, model: type[Base]) -> int:
    table = table_of(model)
    return (book.session.scalar(select(func.max(table.c.sort)).where(table.c.unit_id == book.unit_id)) or 0) + 1


def _rename(book: Book, model: type[Base], row_id: uuid.UUID, name: str) -> None:
    table = table_of(model)
    book.session.execute(update(table).where(table.c.unit_id == book.unit_id, table.c.id == row_id).values(name=name))
