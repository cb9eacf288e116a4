"""What commands print: JSON alone on stdout, sentences for people, progress on stderr when somebody watches."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from rules.findings import SEVERITY_VI, Finding
from workflow.operations.errors import CannotWrite, reason


def use_utf8() -> None:
    """Write UTF-8 whatever the console's code page is."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def called() -> str:
    """Return how the tool is to be typed here: by name where the shell finds it, else by its path."""
    if shutil.which("tungnha"):
        return "tungnha"
    beside = Path(sys.executable).with_name("tungnha")
    return os.path.relpath(beside) if beside.is_relative_to(Path.cwd()) else str(beside)


def explain(sentence: str) -> None:
    """Say to the person at the keyboard what went wrong and what to do."""
    click.echo(sentence, err=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What is written to `path` inside: raises CannotWrite where the disk or its rights refuse."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path=path, why=reason(error)) from None


def print_json(data: Any) -> None:
    """Print data as JSON, and nothing else, on stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))


def print_json_line(data: Any) -> None:
    """Print data as one line of JSON and push it out: what was printed has happened."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str))
    sys.stdout.flush()


def print_findings(findings: Iterable[Finding], *, err: bool = False) -> None:
    """Print findings, one a line: how bad, where, what to do; then the readings that would mend it."""
    for finding in findings:
        told = finding.message if finding.where in finding.message else str(finding)
        click.echo(f"{SEVERITY_VI[finding.severity]}: {told}", err=err)
        for repair in finding.repairs:
            click.echo(f"    {repair.where}: in “{repair.printed}”, có thể là “{repair.proposed}”", err=err)


def print_table(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset(), indent: str = "  ") -> None:
    """Print rows in columns; those numbered in `right` are set flush right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        cells = [
            text.rjust(width) if column in right else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo((indent + "  ".join(cells)).rstrip())


@contextmanager
def status() -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being done just now, on one line of the terminal; silent when nobody watches."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    try:
        yield lambda text: click.echo(f"\r\033[K{text[:100]}", nl=False, err=True)
    finally:
        click.echo("\r\033[K", nl=False, err=True)


@contextmanager
def progress(items: Sequence[Any], label: str) -> Iterator[Iterable[Any]]:
    """Give `items` with a progress bar on stderr when it is a terminal and there is more than a little to do."""
    if len(items) < 5 or not sys.stderr.isatty():
        yield items
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield bar
