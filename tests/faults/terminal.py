"""What a person at a terminal reads when the ground gives way under a command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from workflow.cli.shell import Tool


def told(
    work: Callable[[], Any], instance: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """Run `work` as a command of the program, expect it to end as refused, and return what it said; never a traceback."""
    monkeypatch.setenv("TUNGNHA_INSTANCE", str(instance))
    tool = Tool("tungnha")
    tool.add_command(click.Command("work", callback=work))
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        tool.main(["work"])
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert "Traceback" not in said.out + said.err
    return said.out + said.err
