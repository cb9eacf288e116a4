"""What reaches the console: UTF-8 whatever its code page, progress only where somebody watches, tables that line up."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rules.findings import Finding, Repair
from workflow.cli.output import print_findings, print_table, progress, status

ROOT = Path(__file__).parents[3]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def run_as_a_process(*arguments: str, encoding: str = "cp1252") -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", "web.cli", *arguments], capture_output=True, env=env, check=False)


def test_the_console_gets_utf8_whatever_its_code_page():
    wrong, fine = run_as_a_process("pack", "chek"), run_as_a_process("pack", "list", "--json")

    assert (wrong.returncode, fine.returncode) == (2, 0)
    assert "Không có lệnh “chek”" in wrong.stderr.decode("utf-8")
    assert "cat-thanh-2025" in json.loads(fine.stdout.decode("utf-8"))


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_shows_only_on_a_terminal(monkeypatch, is_terminal):
    stream = Terminal() if is_terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)

    with status() as say:
        say("Đang đọc")
    with progress(list(range(10)), "Lượt") as items:
        done = list(items)

    assert done == list(range(10))
    assert ("Đang đọc" in stream.getvalue(), "Lượt" in stream.getvalue()) == (is_terminal, is_terminal)


def test_a_table_lines_up_and_a_finding_says_how_it_would_be_mended(capsys):
    print_table([("1", "4.546", "a"), ("2.1", "5", "b")], right=frozenset({1}))
    print_findings([Finding("x", "error", "2", "Không khớp.", repairs=(Repair("2", "3.976", "3.975"),))])

    assert capsys.readouterr().out.splitlines() == [
        "  1    4.546  a",
        "  2.1      5  b",
        "lỗi: 2: Không khớp.",
        "    2: in “3.976”, có thể là “3.975”",
    ]
