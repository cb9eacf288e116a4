"""Who is who in a unit: areas, teams, bodies, memberships, posts."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.tables.types import (
    TENANT,
    Base,
    Data,
    Day,
    Instant,
    Key,
    Number,
    Ref,
    String,
    UnitId,
    of_unit,
    partial_index,
    same_unit,
)  # fmt: skip


class Area(Base):
    """A residential group. Names repeat after mergers, so areas have codes and dates; `sort` is their printed order.

    `valid_to`, also of teams and bodies, is the day on which it was closed (not counted); empty while it is open.
    """

    __tablename__ = "areas"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    code: Mapped[String]
    name: Mapped[String]
    kind: Mapped[String]
    sort: Mapped[Number]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    __table_args__ = (
        of_unit("areas"),
        UniqueConstraint("unit_id", "code"),
        TENANT,
    )


class AreaAlias(Base):
    """Another way rosters write an area's name, folded (accent-free, lower case)."""

    __tablename__ = "area_aliases"
    unit_id: Mapped[UnitId]
    alias: Mapped[String] = mapped_column(primary_key=True)
    area_id: Mapped[Ref]
    __table_args__ = (same_unit("area_id", "areas"), TENANT)


class Body(Base):
    """An office, union or committee."""

    __tablename__ = "bodies"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    code: Mapped[String]
    name: Mapped[String]
    kind: Mapped[String]
    counts_staff: Mapped[bool] = mapped_column(default=False)
    valid_to: Mapped[Day | None]
    __table_args__ = (
        of_unit("bodies"),
        UniqueConstraint("unit_id", "code"),
        TENANT,
    )


class Team(Base):
    """A field team (tổ công tác)."""

    __tablename__ = "teams"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    code: Mapped[String]
    name: Mapped[String]
    sort: Mapped[Number]
    valid_to: Mapped[Day | None]
    __table_args__ = (
        of_unit("teams"),
        UniqueConstraint("unit_id", "code"),
        TENANT,
    )


class TeamArea(Base):
    """Which team works which area, from–to (`to_at` exclusive)."""

    __tablename__ = "team_areas"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    team_id: Mapped[Ref]
    area_id: Mapped[Ref]
    from_at: Mapped[Instant]
    to_at: Mapped[Instant | None]
    __table_args__ = (
        same_unit("team_id", "teams"),
        same_unit("area_id", "areas"),
        partial_index("team_areas_live", "unit_id", "area_id", where="to_at IS NULL", unique=True),
        TENANT,
    )  # fmt: skip


class Membership(Base):
    """An account's place in a unit. Events, assignments and posts name memberships, never accounts."""

    __tablename__ = "memberships"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    account_id: Mapped[Ref]
    name: Mapped[String]
    name_sort: Mapped[String]
    from_at: Mapped[Instant]
    to_at: Mapped[Instant | None]
    version: Mapped[Number] = mapped_column(default=1)
    __table_args__ = (of_unit("memberships"), UniqueConstraint("unit_id", "account_id"), TENANT)  # fmt: skip


class Post(Base):
    """A role in the unit, or in one team, area or body. Owners and ladders name its `code` (the pack's post)."""

    __tablename__ = "posts"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    code: Mapped[String]
    role: Mapped[String]
    label: Mapped[String]
    scope: Mapped[String]
    """`unit`, or the code of the team, area or body it belongs to."""
    team_id: Mapped[Ref | None]
    area_id: Mapped[Ref | None]
    body_id: Mapped[Ref | None]
    __table_args__ = (
        of_unit("posts"),
        same_unit("team_id", "teams"),
        same_unit("area_id", "areas"),
        same_unit("body_id", "bodies"),
        UniqueConstraint("unit_id", "code", "scope"),
        TENANT,
    )


class PostHolding(Base):
    """Who holds a post, from–to. `acting_for_id` names the holder whom a delegate stands in for; such a holding always has an end."""

    __tablename__ = "post_holdings"
    unit_id: Mapped[UnitId]
    id: Mapped[Key]
    post_id: Mapped[Ref]
    membership_id: Mapped[Ref]
    acting_for_id: Mapped[Ref | None]
    from_at: Mapped[Instant]
    to_at: Mapped[Instant | None]
    __table_args__ = (
        same_unit("post_id", "posts"),
        same_unit("membership_id", "memberships"),
        same_unit("acting_for_id", "memberships", "post_holdings_acting_fk"),
        Index("post_holdings_of_member", "unit_id", "membership_id"),
        partial_index("post_holdings_lent", "unit_id", "to_at", where="acting_for_id IS NOT NULL"),
        TENANT,
    )


class Setting(Base):
    """A unit's own value of something the pack or the product lets it set."""

    __tablename__ = "settings"
    unit_id: Mapped[UnitId]
    name: Mapped[String] = mapped_column(primary_key=True)
    value: Mapped[Data]
    changed_at: Mapped[Instant]
    __table_args__ = (of_unit("settings"), TENANT)
