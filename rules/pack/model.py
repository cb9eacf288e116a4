"""What a rule pack may say: its shape, as typed models. Meaning across files is checked by `rules.pack.lint`.

A pack is a folder of YAML files that an office worker can read: `pack.yaml` (who, when, on what legal basis), `path.yaml`
(tracks, outcomes), `plan.yaml` (tasks, duties), `escalations.yaml` (rules a clock looks after), `figures.yaml` (counts, rates,
report lines, targets) and `examples.yaml` (checked examples). Every model refuses keys it does not know.
"""

from datetime import date
from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, Field

from rules.pack.base import (
    Clause,
    DeadlineText,
    Expression,
    Identifier,
    Label,
    LabelText,
    Model,
    OneOrMore,
    RuleId,
)
from rules.pack.notices_model import Notices
from rules.pack.rules_model import EscalationFile

Role = Literal[
    "member", "team_leader", "area_head", "support_desk", "coordinator", "plan_owner", "duty_leader", "chair",
    "superior", "auditor", "administrator",
]  # fmt: skip
Mover = Literal[
    "member", "team_leader", "area_head", "support_desk", "coordinator", "duty_leader", "roster", "rule", "correction"
]
"""Who may fire a move: a role, a list from above, a rule, or a correction of the record."""

ExitClass = Literal["ineligible", "unavailable", "remediable", "pending", "declined"]
SubjectKind = Literal["person", "household", "organisation", "parcel"]
Per = Literal["unit", "team", "area", "body"]


# --- pack.yaml -------------------------------------------------------------------------------------------------------


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


# --- path.yaml -------------------------------------------------------------------------------------------------------


class NextStep(Model):
    """What entering a state asks of the door."""

    follow_up: DeadlineText | None = None


class State(Model):
    """A state of a track. On the line, done beside it, or an exit with a class."""

    label: LabelText
    done: bool = False
    exit: ExitClass | None = None
    open: bool | None = None
    stage: Identifier | None = None
    awaits: Literal["reconciliation", "approval"] | None = None
    confirm_by: Role | None = None
    evidence: tuple[str, ...] = ()
    sensitive: bool = False
    next: NextStep | None = None
    source: Clause | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on a case in this state."""
        return self.open if self.open is not None else not (self.done or self.exit)


class Entry(Model):
    """On which state of the line a case starts; the first whose `when` holds, else the first of the line."""

    state: Identifier
    when: Expression


class Move(Model):
    """A named transition. `from: line` means every state of the line that is not done; `from: exits` every exit but declined."""

    label: LabelText
    from_: OneOrMore = Field(alias="from")
    to: Identifier
    by: tuple[Mover, ...] = ("member", "team_leader")
    when: Expression | None = None
    source: Clause | None = None


class Track(Model):
    """One state machine over a declared population."""

    label: LabelText
    main: bool = False
    subject: SubjectKind = "person"
    population: Expression
    line: tuple[Identifier, ...] = Field(min_length=1, max_length=30)
    enter: tuple[Entry, ...] = ()
    states: dict[Identifier, State] = Field(max_length=100)
    moves: dict[Identifier, Move] = Field(max_length=300)
    source: Clause | None = None


class Effect(Model):
    """One thing an outcome does, in order. Exactly one of the keys is given."""

    count_attempt: Literal[True] | None = None
    contact: Literal[True] | None = None
    follow_up: DeadlineText | None = None
    move: Identifier | None = None
    request: Identifier | None = None


def _as_effect(value: object) -> object:
    return {value: True} if isinstance(value, str) else value


Mode = Literal["door", "phone", "support_point"]
"""How somebody was met: at home, by phone, at a support point."""
MODES: Final[tuple[Mode, ...]] = get_args(Mode)


class Outcome(Model):
    """What a visit may find, for the whole door or for one person."""

    label: LabelText
    scope: Literal["door", "person"]
    track: Identifier | None = None
    code: str = Field(pattern=r"^[0-9A-ZĐ]{1,3}$", description="short code for paper sheets")
    effects: tuple[
        Annotated[
            Effect, BeforeValidator(_as_effect, json_schema_input_type=Literal["count_attempt", "contact"] | Effect)
        ],
        ...,
    ] = Field(min_length=1)
    asks: tuple[Literal["promised_at", "evidence"], ...] = ()
    modes: tuple[Mode, ...] = Field(default=MODES, min_length=1)
    source: Clause | None = None


class Guidance(Model):
    """What to say or do at the door, step by step. `states` of the main track limit it to whoever stands there; without, it is for all."""

    step: str
    text: LabelText
    states: OneOrMore | None = Field(
        default=None,
        description="Chỉ cho người đang ở một trong các trạng thái này của tuyến chính; bỏ trống: cho mọi người",
    )
    source: Clause | None = None


class PathFile(Model):
    """`path.yaml`."""

    tracks: dict[Identifier, Track] = Field(min_length=1, max_length=30)
    outcomes: dict[Identifier, Outcome] = Field(default_factory=dict)
    guidance: tuple[Guidance, ...] = ()


# --- plan.yaml -------------------------------------------------------------------------------------------------------


class Evidence(Model):
    """What shows that a task is done; `at_least` for counts such as "trên 30 tin bài"."""

    kind: Literal["document", "count", "link", "photo"]
    label: LabelText
    at_least: int | None = Field(default=None, ge=1)


class PlanTask(Model):
    """A piece of the plan, opened once (or once for each team, area or body)."""

    id: RuleId
    label: LabelText
    clause: Clause
    owner: Identifier
    support: tuple[Identifier, ...] = ()
    per: Per = "unit"
    opens: DeadlineText | None = None
    due: DeadlineText
    after: tuple[RuleId, ...] = ()
    done_when: Expression | None = None
    evidence: tuple[Evidence, ...] = ()
    source: Clause | None = None


class Relay(Model):
    """A report that reaches its receiver through another post.

    That post has until the duty's `due` to pass on what came; `internal_due` is the hour at which it wants the reports. `label` is
    what passing them on is called in the plan.
    """

    via: Identifier
    to: Identifier
    label: LabelText | None = None


class Duty(Model):
    """A task that recurs: each occurrence is a task of its own."""

    id: RuleId
    label: LabelText
    clause: Clause
    owner: Identifier
    per: Per = "unit"
    every: str = Field(min_length=1, max_length=100)
    due: DeadlineText
    internal_due: DeadlineText | None = None
    opens: DeadlineText | None = None
    relay: Relay | None = None
    waive_when: Expression | None = None
    source: Clause | None = None


class PlanFile(Model):
    """`plan.yaml`."""

    tasks: tuple[PlanTask, ...] = ()
    duties: tuple[Duty, ...] = ()


# --- figures.yaml ----------------------------------------------------------------------------------------------------


class Figure(Model):
    """A named count. Exactly one way of counting is given.

    `states`, `stage_at_least`, `exits` and `all` count cases of `track`; `sum` and `minus` combine figures;
    `external` is a figure that belongs to somebody else (imported with source and instant, never counted here);
    `declared` sums what offices declare about their staff.
    """

    id: Identifier
    label: LabelText
    track: Identifier | None = None
    all: Literal[True] | None = None
    states: tuple[Identifier, ...] | None = None
    stage_at_least: Identifier | None = None
    exits: tuple[ExitClass, ...] | None = None
    sum: tuple[Identifier, ...] | None = None
    minus: tuple[Identifier, Identifier] | None = None
    external: str | None = None
    declared: Literal["staff_declared", "staff_finished"] | None = None


class Policy(Model):
    """A denominator with a name: what a rate is divided by."""

    id: Identifier
    label: LabelText
    base: Identifier
    source: Clause | None = None


class Line(Model):
    """A line of the report, numbered as the paper numbers it."""

    code: str = Field(pattern=r"^[0-9]+(\.[0-9]+)*$")
    label: LabelText
    figure: Identifier
    policy: Identifier | None = None
    decimals: int = Field(default=2, ge=0, le=3)
    unit: LabelText = Label(vi="người", en="people")
    print: Literal["always", "when_not_zero"] = "always"
    source: Clause | None = None


class Partition(Model):
    """Lines that must add up to another one: every person in exactly one of them."""

    total: str
    parts: tuple[str, ...] = Field(min_length=1)
    source: Clause | None = None


class Target(Model):
    """A goal. `more_than: 95 percent` is strict; `at_least` is not."""

    id: str = Field(pattern=r"^[A-Z][0-9]{1,2}$")
    label: LabelText
    count: Identifier
    policy: Identifier | None = None
    more_than: str | None = Field(default=None, pattern=r"^\d{1,3}([.,]\d{1,2})? percent$")
    at_least: str | None = Field(default=None, pattern=r"^(\d{1,3}([.,]\d{1,2})? percent|parameter [a-z_0-9]+)$")
    per: Per = "unit"
    due: DeadlineText | None = None
    monitor: Identifier | None = None
    source: Clause


class OutlineItem(Model):
    """A heading of the report, with what stands under it: the pack's own words, tasks with their evidence, line codes.

    `tells: difficulties` is where coded reasons and leaders' notes go.
    """

    number: str
    title: str
    text: tuple[str, ...] = ()
    tasks: tuple[RuleId, ...] = ()
    lines: tuple[str, ...] = ()
    tells: Literal["difficulties", "proposals"] | None = None


class FiguresFile(Model):
    """`figures.yaml`."""

    figures: tuple[Figure, ...]
    policies: tuple[Policy, ...] = ()
    lines: tuple[Line, ...] = ()
    partitions: tuple[Partition, ...] = ()
    targets: tuple[Target, ...] = ()
    outline: tuple[OutlineItem, ...] = ()


# --- examples.yaml ---------------------------------------------------------------------------------------------------


class RuleExample(Model):
    """Facts, an instant, and what a rule must say to them. Checked by `pack check`."""

    rule: str
    say: str
    facts: dict[str, str | int | bool | None]
    now: str
    holds: bool


class PrintedLine(Model):
    """A line as a signed paper printed it, kept as data to compare ours with."""

    code: str
    count: int
    percent: str | None = None
    written: str | None = None


class Printed(Model):
    """The printed figures of a real paper."""

    document: str
    as_of: str
    total: str
    lines: tuple[PrintedLine, ...]


class ExamplesFile(Model):
    """`examples.yaml`."""

    rules: tuple[RuleExample, ...] = ()
    printed: tuple[Printed, ...] = ()


class PackModel(Model):
    """A whole pack, file by file."""

    pack: PackFile
    path: PathFile
    plan: PlanFile = PlanFile()
    escalations: EscalationFile = EscalationFile()
    figures: FiguresFile
    examples: ExamplesFile = ExamplesFile()


__all__ = [
    "MODES", "Abstracts", "AreaSeed", "Body", "Clause", "DeadlineText", "Duty", "Effect", "Entry", "Evidence", "ExamplesFile",
    "ExitClass", "Expression", "Figure", "FiguresFile", "Guidance", "Identifier", "Label", "LabelText", "LegalBasis", "Line",
    "Mode", "Model", "Move", "Mover", "NextStep", "Outcome", "OutlineItem", "PackFile", "PackModel", "Papers", "Partition",
    "PathFile", "Per", "PlanFile", "PlanTask", "Policy", "Post", "Printed", "PrintedLine", "Recipient", "Relay", "Reporting",
    "Role", "RosterList", "RuleExample", "RuleId", "Signature", "Source", "State", "StateValues", "SubjectKind", "Target", "Track",
    "Window",
]  # fmt: skip
