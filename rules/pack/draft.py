"""A pack on its way in: files as read, models as far as they go, and the findings so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from rules.findings import Finding, Severity
from rules.language import Problem
from rules.pack.model import (
    ExamplesFile,
    FiguresFile,
    PackFile,
    PackModel,
    PathFile,
    PlanFile,
)
from rules.pack.positions import Position
from rules.pack.rules_model import EscalationFile
from rules.pack.shape import Shaped, shape
from rules.pack.wording import did_you_mean, one_of
from rules.pack.yaml_nodes import Path, YamlFile, canonical_text, read_yaml

SECTIONS: Final[Mapping[str, type[BaseModel]]] = {
    "pack": PackFile,
    "path": PathFile,
    "plan": PlanFile,
    "escalations": EscalationFile,
    "figures": FiguresFile,
    "examples": ExamplesFile,
}
"""The files of a pack, without `.yaml`."""

REQUIRED: Final = ("pack", "path", "figures")


@dataclass(frozen=True, slots=True)
class PackFinding(Finding):
    """A finding in a file of a pack. Shown as `file:line:column: message`, lines and columns counted from 1."""

    file: str = ""
    line: int = 1
    column: int = 1

    @property
    def order(self) -> tuple[int, str, int, int]:
        """Sorts as a reader goes: the files in their usual order, then from top to bottom."""
        names = [f"{section}.yaml" for section in SECTIONS]
        number = names.index(self.file) if self.file in names else len(names)
        return (number, self.file, self.line, self.column)


class PackRefused(Exception):
    """A pack with errors, none of which was loaded. `findings` holds all of them, warnings and notes too."""

    def __init__(self, findings: list[PackFinding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, findings)))


def finding_at(file: str, place: Position, check: str, message: str, severity: Severity = "error") -> PackFinding:
    """Return a finding at a place of a file."""
    where = f"{file}:{place.line}:{place.column}"
    return PackFinding(check, severity, where, message, file=file, line=place.line, column=place.column)


class Draft:
    """What is known of a pack while it is checked.

    `model` has something in every section, made up where a file is missing or wrong; `say` keeps quiet about what was
    made up, so that one mistake is one finding.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = {name: canonical_text(text) for name, text in files.items()}
        self.findings: list[PackFinding] = []
        self.read: dict[str, YamlFile] = {}
        self.shaped: dict[str, Shaped[Any]] = {}
        self._refuse_unknown_files()
        for section, model in SECTIONS.items():
            self._read(section, model)
        sections: dict[str, Any] = {section: self.shaped[section].model for section in SECTIONS}
        self.model = PackModel.model_construct(**sections)

    def _refuse_unknown_files(self) -> None:
        known = [f"{section}.yaml" for section in SECTIONS]
        for name in self.files:
            if name not in known:
                message = f"tệp lạ '{name}'{did_you_mean(name, known) or '; một gói gồm: ' + one_of(known)}"
                self.findings.append(finding_at(name, Position(1, 1), "unknown-file", message))

    def _read(self, section: str, model: type[BaseModel]) -> None:
        file = f"{section}.yaml"
        text = self.files.get(file)
        if text is None and section in REQUIRED:
            message = f"thiếu tệp '{file}': mỗi gói phải có {one_of(f'{name}.yaml' for name in REQUIRED)}"
            self.findings.append(finding_at(file, Position(1, 1), "missing-file", message))
        self.read[section] = read_yaml(text) if text is not None else YamlFile(data={})
        for problem in self.read[section].problems:
            self.findings.append(finding_at(file, problem.position, problem.check, problem.message))
        missing: set[Path] = {()} if text is None and section in REQUIRED else set()
        shaped = shape(model, self.read[section].data, self.read[section].broken | missing)
        self.shaped[section] = shaped
        for found in shaped.problems:
            place = self.read[section].position(found.path, of_key=found.at_key)
            self.findings.append(finding_at(file, place, found.check, found.message))

    @property
    def is_whole(self) -> bool:
        """Whether every section has a model to look at; without one, the checks across files cannot run."""
        return all(shaped.model is not None for shaped in self.shaped.values())

    def is_known(self, section: str, path: Path = ()) -> bool:
        """Whether what stands at `path` was written and read; if not, nothing may be concluded from it.

        A table with one unreadable entry is not known either: the missing name may be that one.
        """
        shaped = self.shaped[section]
        if shaped.is_touched(path) or (path and self._may_be_misspelt(section, path[0])):
            return False
        size = len(path)
        return not any(len(p) == size + 1 and p[:size] == path for p in shaped.touched | self.read[section].broken)

    def _may_be_misspelt(self, section: str, key: str | int) -> bool:
        """Whether a table is absent from a file that has something wrong at its top: perhaps it is what is wrong."""
        data = self.read[section].data
        at_top = any(len(problem.path) <= problem.at_key for problem in self.shaped[section].problems)
        return at_top and not (isinstance(data, dict) and key in data)

    def has(self, section: str) -> bool:
        """Whether the file of this section was given."""
        return f"{section}.yaml" in self.files

    def say(
        self,
        check: str,
        section: str,
        path: Path,
        message: str,
        *,
        severity: Severity = "error",
        at_key: bool = False,
        offset: int | None = None,
    ) -> None:
        """Add a finding at the value (or key, or character) of `path`, unless the value there was made up."""
        if self.shaped[section].is_touched(path):
            return
        read = self.read[section]
        place = read.position(path, of_key=at_key) if offset is None else read.character(path, offset)
        self.findings.append(finding_at(f"{section}.yaml", place, check, message, severity))

    def say_expression(self, section: str, path: Path, text: str, problems: Iterable[Problem]) -> None:
        """Add the problems of an expression, each at its true place in the file."""
        starts = [0, *(number + 1 for number, character in enumerate(text) if character == "\n")]
        for problem in problems:
            offset = starts[min(problem.line, len(starts)) - 1] + problem.column - 1
            hint = f" - {problem.hint}" if problem.hint else ""
            self.say("expression", section, path, f"{problem.message}{hint}", offset=offset)
