"""Founding a unit: its tree, areas, teams, bodies, people and posts. Everything else of the unit hangs on these."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from rules.said import Said
from rules.time import Instant
from workflow.days import local_day
from workflow.errors import BadInput
from workflow.ids import IdSource, id_of
from workflow.people.names import fold, sort_key
from workflow.tables import (
    Account,
    Area,
    AreaAlias,
    Body,
    Membership,
    Post,
    PostHolding,
    Team,
    TeamArea,
    Unit,
    UnitAncestor,
    UnitHead,
    table_of,
)


@dataclass(frozen=True)
class AreaPlan:
    """An area to be: its code, name, kind and the other names that rosters use."""

    code: str
    name: str
    kind: str = "tổ dân phố"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class TeamPlan:
    """A team to be, and the codes of the areas it works."""

    code: str
    name: str
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class BodyPlan:
    """An office, union or committee to be."""

    code: str
    name: str
    kind: str = "office"
    counts_staff: bool = False


@dataclass(frozen=True)
class PostPlan:
    """A post to be: `scope` is `unit` or the code of a team, area or body; `holders` are logins."""

    code: str
    role: str
    label: str
    scope: str = "unit"
    holders: tuple[str, ...] = ()


@dataclass(frozen=True)
class PersonPlan:
    """Somebody with an account."""

    login: str
    name: str


@dataclass(frozen=True)
class UnitPlan:
    """A whole unit to be."""

    code: str
    name: str
    kind: str
    areas: Sequence[AreaPlan]
    teams: Sequence[TeamPlan]
    posts: Sequence[PostPlan]
    people: Sequence[PersonPlan]
    bodies: Sequence[BodyPlan] = ()
    parent: str | None = None
    is_demo: bool = False
    clock_offset: int = 0


@dataclass
class _Names:
    """Ids by code, while a unit is being founded."""

    areas: dict[str, uuid.UUID] = field(default_factory=dict)
    teams: dict[str, uuid.UUID] = field(default_factory=dict)
    bodies: dict[str, uuid.UUID] = field(default_factory=dict)
    members: dict[str, uuid.UUID] = field(default_factory=dict)


def found_unit(session: Session, plan: UnitPlan, *, now: Instant, ids: IdSource) -> uuid.UUID:
    """Write the unit and all it consists of; return its id.

    Raises BadInput if the code is taken or a plan names something that is not there; nothing is written then.
    """
    if session.scalar(select(Unit.id).where(Unit.code == plan.code)):
        raise BadInput(where=Said("Đơn vị %(code)s", code=plan.code), what="mã này đã có; chọn mã khác")
    parent = session.scalar(select(Unit.id).where(Unit.code == plan.parent)) if plan.parent else None
    if plan.parent and parent is None:
        raise BadInput(
            where=Said("Cấp trên %(parent)s", parent=plan.parent), what="không tìm thấy; tạo đơn vị cấp trên trước"
        )
    unit_id = ids.new(now)
    session.execute(
        insert(table_of(Unit)),
        {
            "id": unit_id, "code": plan.code, "name": plan.name, "kind": plan.kind, "parent_id": parent,
            "valid_from": local_day(now), "is_demo": plan.is_demo, "clock_offset": plan.clock_offset, "created_at": now,
        },
    )  # fmt: skip
    _place_in_tree(session, unit_id, parent)
    session.execute(insert(table_of(UnitHead)), {"unit_id": unit_id, "ledger_no": 0, "recorded_at": 0, "seal_no": 0, "sealed_no": 0})  # fmt: skip
    names = _Names()
    _add_places(session, unit_id, plan, names, now)
    _add_people(session, unit_id, plan.people, names, now=now, ids=ids)
    _add_posts(session, unit_id, plan.posts, names, now)
    return unit_id


def _place_in_tree(session: Session, unit_id: uuid.UUID, parent: uuid.UUID | None) -> None:
    rows = [{"unit_id": unit_id, "ancestor_id": unit_id, "depth": 0}]
    if parent is not None:
        above = session.execute(select(UnitAncestor).where(UnitAncestor.unit_id == parent)).scalars()
        rows += [{"unit_id": unit_id, "ancestor_id": row.ancestor_id, "depth": row.depth + 1} for row in above]
    session.execute(insert(table_of(UnitAncestor)), rows)


def _add_places(session: Session, unit_id: uuid.UUID, plan: UnitPlan, names: _Names, now: Instant) -> None:
    areas: list[dict[str, object]] = []
    aliases: dict[str, uuid.UUID] = {}
    for sort, area in enumerate(plan.areas, start=1):
        names.areas[area.code] = id_of(unit_id, "area", area.code)
        areas.append({"unit_id": unit_id, "id": names.areas[area.code], "code": area.code, "name": area.name, "kind": area.kind, "sort": sort, "valid_from": local_day(now)})  # fmt: skip
        for alias in (area.code, area.name, *area.aliases):
            aliases.setdefault(fold(alias), names.areas[area.code])
    teams, works = [], []
    for sort, team in enumerate(plan.teams, start=1):
        names.teams[team.code] = id_of(unit_id, "team", team.code)
        teams.append(
            {"unit_id": unit_id, "id": names.teams[team.code], "code": team.code, "name": team.name, "sort": sort}
        )
        for code in team.areas:
            works.append({"unit_id": unit_id, "id": id_of(unit_id, "team area", team.code, code), "team_id": names.teams[team.code], "area_id": _named(names.areas, code, Said("Tổ công tác %(code)s", code=team.code)), "from_at": now})  # fmt: skip
    bodies = []
    for body in plan.bodies:
        names.bodies[body.code] = id_of(unit_id, "body", body.code)
        bodies.append({"unit_id": unit_id, "id": names.bodies[body.code], "code": body.code, "name": body.name, "kind": body.kind, "counts_staff": body.counts_staff})  # fmt: skip
    folded = [{"unit_id": unit_id, "alias": alias, "area_id": area_id} for alias, area_id in aliases.items()]
    for model, rows in ((Area, areas), (AreaAlias, folded), (Team, teams), (TeamArea, works), (Body, bodies)):
        if rows:
            session.execute(insert(table_of(model)), rows)


def _named(known: dict[str, uuid.UUID], code: str, where: str) -> uuid.UUID:
    if code not in known:
        raise BadInput(
            where=where,
            what=Said(
                "không có mã “%(code)s”; các mã đã khai báo: %(names)s",
                code=code,
                names=", ".join(sorted(known)) or Said("chưa có"),
            ),
        )
    return known[code]


def _add_people(
    session: Session, unit_id: uuid.UUID, people: Sequence[PersonPlan], names: _Names, *, now: Instant, ids: IdSource
) -> None:
    logins = [person.login for person in people]
    if len(set(logins)) != len(logins):
        twice = next(login for login in logins if logins.count(login) > 1)
        raise BadInput(
            where=Said("Tài khoản %(twice)s", twice=twice), what="tên đăng nhập ghi hai lần; mỗi người một tên"
        )
    signed_up = session.execute(select(Account.login, Account.id).where(Account.login.in_(logins)))
    known = {row.login: row.id for row in signed_up}
    accounts, members = [], []
    for person in people:
        if person.login not in known:
            known[person.login] = ids.new(now)
            accounts.append({"id": known[person.login], "login": person.login, "name": person.name, "locale": "vi", "created_at": now, "version": 1})  # fmt: skip
        names.members[person.login] = id_of(unit_id, "membership", person.login)
        members.append({"unit_id": unit_id, "id": names.members[person.login], "account_id": known[person.login], "name": person.name, "name_sort": sort_key(person.name), "from_at": now, "version": 1})  # fmt: skip
    for model, rows in ((Account, accounts), (Membership, members)):
        if rows:
            session.execute(insert(table_of(model)), rows)


def _add_posts(session: Session, unit_id: uuid.UUID, plans: Sequence[PostPlan], names: _Names, now: Instant) -> None:
    posts, holdings = [], []
    for plan in plans:
        post_id = id_of(unit_id, "post", plan.code, plan.scope)
        places = {
            "team_id": names.teams.get(plan.scope),
            "area_id": names.areas.get(plan.scope),
            "body_id": names.bodies.get(plan.scope),
        }
        if plan.scope != "unit" and not any(places.values()):
            raise BadInput(
                where=Said("Vị trí %(code)s", code=plan.code),
                what=Said("không có tổ, địa bàn hay bộ phận mã “%(scope)s”", scope=plan.scope),
            )
        posts.append({"unit_id": unit_id, "id": post_id, "code": plan.code, "role": plan.role, "label": plan.label, "scope": plan.scope, **places})  # fmt: skip
        for login in plan.holders:
            member = _named(names.members, login, Said("Vị trí %(code)s (%(scope)s)", code=plan.code, scope=plan.scope))
            holdings.append({"unit_id": unit_id, "id": id_of(unit_id, "holding", post_id, member), "post_id": post_id, "membership_id": member, "from_at": now})  # fmt: skip
    for model, rows in ((Post, posts), (PostHolding, holdings)):
        if rows:
            session.execute(insert(table_of(model)), rows)
