"""`path.yaml`: the tracks with their states and moves, and what may be said at a door."""

from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, Field

from rules.pack.base import (
    Clause,
    DeadlineText,
    ExitClass,
    Expression,
    Identifier,
    LabelText,
    Model,
    Mover,
    OneOrMore,
    Role,
    SubjectKind,
)


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
