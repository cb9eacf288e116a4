"""What a close holds for ever: the figures of a period as they were shown, in one canonical JSON text.

Papers, forms, the superior's view and the comparison with a signed document read these bytes and nothing else, so that none of
them can say another number. Instants are microseconds UTC; a place is told by its code and name, as they were at the close.
"""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, TypeVar

from rules.time import Instant
from workflow.ledger.canonical import canonical_value

FORMAT: Final = 1
T = TypeVar("T")
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """A line of the report: what `workflow.figures.lines.ReportLine` has, and the figure it prints."""

    code: str
    label: str
    figure: str
    count: int | None
    base: int | None
    policy: str | None
    base_label: str | None
    percent: str | None
    unit: str
    is_done: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FrozenTarget:
    """A target as it stood: what `workflow.figures.targets.TargetStatus` has, and its sentence."""

    id: str
    label: str
    count: int | None
    base: int | None
    policy: str | None
    needed: int | None
    missing: int | None
    highest: int
    is_met: bool
    is_reachable: bool | None
    monitor: int | None
    source: str
    sentence: str
    policy_label: str | None = None
    left: int = 0
    recoverable: int = 0
    days_left: int = 0
    pace: int | None = None


@dataclass(frozen=True, slots=True)
class FrozenPlace:
    """A team or area by the columns of the report's main sum (`columns`: total first, then its parts; the rest never split)."""

    code: str
    name: str
    columns: dict[str, int]
    percent: str | None
    base: int | None


@dataclass(frozen=True, slots=True)
class FrozenTeam:
    """How a team stood at the close. `status`: accepted, sent, returned, missing, excused.

    `is_late` judges by the paper's cut-off. `last_synced_at` is when anything of the team last reached the ledger. `phoned` is a
    count told by telephone: never part of a total or rate.
    """

    code: str
    name: str
    status: str
    sent_at: Instant | None
    is_late: bool
    last_synced_at: Instant | None
    phoned: int | None = None
    revision: int | None = None
    """Which sending of the team stood at the close; None if it sent nothing."""
    sha256: str | None = None
    """The bytes that it sent."""
    corrections: int = 0
    """How many entries at its doors were voided since the close before."""


@dataclass(frozen=True, slots=True)
class FrozenPhoned:
    """A count told by telephone ("số báo nhanh, chưa đối chiếu"): who said it to whom, and when. In no total and no rate."""

    team: str
    n: int
    said_by: str
    told_to: str
    said_at: Instant


@dataclass(frozen=True, slots=True)
class FrozenReopening:
    """Why a closed period was opened again, who asked for it and who agreed."""

    reason: str
    asked_by: str
    asked_at: Instant
    agreed_by: str
    agreed_at: Instant


@dataclass(frozen=True, slots=True)
class FrozenLate:
    """Late entries ("bổ sung"): what happened in periods already closed and reached the ledger in this one, as a change by figure.

    `team` is the code of a team, empty for the whole unit. `entries` counts visits, corrections and changes of the list, however a
    visit ended. A team's `change` has only the figures of the main sum.
    """

    team: str
    entries: int
    change: dict[str, int]


@dataclass(frozen=True, slots=True)
class Previous:
    """The close that this one follows (the period before), or revises (the same period)."""

    period: str
    revision: int
    as_of: Instant
    cut_no: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """A closed period of a unit. `figures` has every figure of the pack that may be told; None: its owner has not said."""

    unit: str
    unit_name: str
    campaign: str
    name: str
    pack_hash: str
    period: str
    revision: int
    period_from: Instant | None
    as_of: Instant
    cut_no: int
    total: int
    figures: dict[str, int | None]
    lines: tuple[FrozenLine, ...]
    targets: tuple[FrozenTarget, ...]
    areas: tuple[FrozenPlace, ...]
    teams: tuple[FrozenPlace, ...]
    senders: tuple[FrozenTeam, ...]
    late: tuple[FrozenLate, ...]
    since: dict[str, int]
    """Change of each figure since `previous`, late entries included."""
    findings: tuple[dict[str, Any], ...] = ()
    previous: Previous | None = None
    revises: Previous | None = None
    format: int = FORMAT
    scope: str = "unit"
    """`unit`, or the code of the team that sent these figures."""
    scope_name: str = ""
    due_at: Instant | None = None
    """When the paper wants the figures; `as_of` is earlier where the period was closed earlier."""
    during: dict[str, int] = field(default_factory=dict)
    """Change of each figure by what happened since `previous`; with the late entries it is `since`."""
    difference: dict[str, int] = field(default_factory=dict)
    """What differs from the revision that this one replaces, by figure."""
    phoned: tuple[FrozenPhoned, ...] = ()
    reopening: FrozenReopening | None = None

    @property
    def missing(self) -> tuple[FrozenTeam, ...]:
        """The teams whose figures nobody confirmed."""
        return tuple(team for team in self.senders if team.status in ("missing", "returned"))

    def to_bytes(self) -> bytes:
        """Return the canonical JSON: the same bytes for the same figures, on every database, for ever."""
        return _encode(canonical_value(asdict(self))).encode()


_PARTS: Final[dict[str, type[Any]]] = {
    "lines": FrozenLine, "targets": FrozenTarget, "areas": FrozenPlace, "teams": FrozenPlace, "senders": FrozenTeam,
    "late": FrozenLate, "phoned": FrozenPhoned,
}  # fmt: skip
_ONE: Final[dict[str, type[Any]]] = {"previous": Previous, "revises": Previous, "reopening": FrozenReopening}


def read_frozen(data: bytes) -> Frozen:
    """Return the figures that a close holds. Keys of a later version that this one does not know are left out."""
    told = json.loads(data)
    for name, kind in _PARTS.items():
        told[name] = tuple(_made(kind, part) for part in told.get(name, ()))
    for name, kind in _ONE.items():
        told[name] = _made(kind, told[name]) if told.get(name) else None
    told["findings"] = tuple(told.get("findings", ()))
    return _made(Frozen, told)


def _made(kind: type[T], told: dict[str, Any]) -> T:
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in told.items() if name in names})
