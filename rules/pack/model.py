"""What a rule pack may say: its shape, as typed models. Meaning across files is checked by `rules.pack.lint`.

A pack is a folder of YAML files that an office worker can read: `pack.yaml` (who, when, on what legal basis), `path.yaml`
(tracks, outcomes), `plan.yaml` (tasks, duties), `escalations.yaml` (rules a clock looks after), `figures.yaml` (counts, rates,
report lines, targets) and `examples.yaml` (checked examples). Every model refuses keys it does not know.
"""

from rules.pack.base import (
    Clause,
    DeadlineText,
    ExitClass,
    Expression,
    Identifier,
    Label,
    LabelText,
    Model,
    Mover,
    Per,
    Role,
    RuleId,
    SubjectKind,
)  # fmt: skip
from rules.pack.examples_model import ExamplesFile, Printed, PrintedLine, RuleExample
from rules.pack.figures_model import Figure, FiguresFile, Line, OutlineItem, Partition, Policy, Target
from rules.pack.pack_model import (
    Abstracts,
    AreaSeed,
    Body,
    LegalBasis,
    PackFile,
    Papers,
    Post,
    Recipient,
    Reporting,
    RosterList,
    Signature,
    Source,
    StateValues,
    Window,
)  # fmt: skip
from rules.pack.path_model import MODES, Effect, Entry, Guidance, Mode, Move, NextStep, Outcome, PathFile, State, Track
from rules.pack.plan_model import Duty, Evidence, PlanFile, PlanTask, Relay
from rules.pack.rules_model import EscalationFile


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
