"""`pack.yaml`: who, when, on what legal basis; posts, lists, papers, notices."""

from datetime import date
from typing import Literal

from pydantic import Field

from rules.pack.base import Clause, DeadlineText, Identifier, LabelText, Model, Per, Role, RuleId, SubjectKind
from rules.pack.notices_model import Notices


class Source(Model):
    """The paper a pack was written from."""

    title: str
    issuer: str
    number: str | None = None
    dated: date | None = None


class LegalBasis(Model):
    """Why personal data may be processed. Without it nothing is imported."""

    kind: Literal["state_task", "consent"]
    text: str


class Window(Model):
    """Days of a phase; both ends belong to it (`đến hết ngày`)."""

    label: LabelText
    from_: date = Field(alias="from")
    through: date
    source: Clause


class Post(Model):
    """A role that somebody holds: one for the unit, or one for each team, area or body."""

    id: Identifier
    role: Role
    label: LabelText
    per: Per = "unit"
    body: Identifier | None = None
    source: Clause | None = None


class Body(Model):
    """An office, union or committee of the unit."""

    id: Identifier
    label: LabelText
    kind: Literal["office", "police", "union", "committee", "team", "superior"] = "office"
    counts_staff: bool = False


class RosterList(Model):
    """A list that the office hands over, and what being on it says about a person."""

    id: str = Field(pattern=r"^[A-Za-z0-9_]+$", max_length=20)
    label: LabelText
    subject: SubjectKind = "person"
    track: Identifier | None = None
    sets: dict[str, str | int | bool] = Field(default_factory=dict)
    source: Clause | None = None


class Recipient(Model):
    """A line of Nơi nhận; `via` names the relay that the paper asks for."""

    to: str
    via: str | None = None
    purpose: str | None = None


class Signature(Model):
    """Who signs, as the paper prints it: on whose behalf, as what; the name only where the unit has it printed."""

    authority: str | None = None
    position: str
    name: str | None = None


class Abstracts(Model):
    """What a paper is about, below the name of its kind. `{day}` is the day of the figures."""

    daily: str
    final: str


class Papers(Model):
    """How the unit's official papers begin and end (NĐ 30/2020/NĐ-CP, Phụ lục I)."""

    issuer: tuple[str, ...] = Field(min_length=1, max_length=3)
    place: str
    symbol: str = Field(default="UBND", max_length=30)
    addressees: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    abstracts: Abstracts
    closing: str
    signed: Signature


class Reporting(Model):
    """When a day's figures are due and where they go."""

    cut_off: DeadlineText = "before 16:00"
    internal: DeadlineText | None = None
    recipients: tuple[Recipient, ...] = ()
    outline: str | None = None
    papers: Papers | None = None


class AreaSeed(Model):
    """An area of the unit as the paper names it; `count` areas share one numbered label."""

    kind: LabelText
    count: int = Field(ge=1, le=999)
    label: str = "Tổ dân phố {n}"
    aliases: tuple[str, ...] = ()


class StateValues(Model):
    """Texts that rosters write, and the value they stand for."""

    account: dict[str, Literal["none", "registered", "activated"]] = Field(default_factory=dict)


class PackFile(Model):
    """`pack.yaml`."""

    pack: RuleId
    version: int = Field(ge=1)
    label: LabelText
    source: Source
    purpose: str
    legal_basis: LegalBasis
    calendar: str = "vn"
    starts: date
    ends: date
    windows: dict[Identifier, Window]
    unit_name: str
    areas: AreaSeed | None = None
    bodies: tuple[Body, ...] = ()
    posts: tuple[Post, ...]
    lists: tuple[RosterList, ...] = ()
    roster_values: StateValues = StateValues()
    reporting: Reporting = Reporting()
    notices: Notices = Notices()
    parameters: dict[Identifier, int | str] = Field(default_factory=dict)
    retention_days: int = Field(default=90, ge=1)
    small_cell: int = Field(default=5, ge=2)
