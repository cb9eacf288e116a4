"""`examples.yaml`: checked examples of rules, and figures that a paper printed."""

from rules.pack.base import Model


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
