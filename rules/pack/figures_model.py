"""`figures.yaml`: counts, rates, report lines, targets and the outline of a report."""

from typing import Literal

from pydantic import Field

from rules.pack.base import Clause, DeadlineText, ExitClass, Identifier, Label, LabelText, Model, Per, RuleId


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
