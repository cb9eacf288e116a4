"""The import contracts hold, and each of them fails when it is broken: a contract that cannot fail guards nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("rules", "workflow", "web")
BROKEN_BY = {
    "imports point one way": ("rules/time.py", "import workflow.ids"),
    "inside workflow": ("workflow/clock.py", "import workflow.access"),
    "only these touch tables": ("web/reads_rows.py", "import workflow.tables.people"),
    "rules know no database": ("rules/time.py", "import sqlalchemy"),
    "rules and workflow run without the web": ("workflow/clock.py", "import flask"),
}


def lint_imports(folder):
    """Run import-linter in `folder`; return its exit code and report."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": "."}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path):
    """The three rooms and the contracts, to be broken."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("contract", BROKEN_BY)
def test_a_forbidden_import_breaks_its_contract(copy, contract):
    name, line = BROKEN_BY[contract]
    file = copy / name
    file.write_text((file.read_text("utf-8") if file.exists() else '"""New."""\n') + f"\n{line}\n", "utf-8")

    code, report = lint_imports(copy)

    assert code == 1
    broken = [row for row in report.splitlines() if " BROKEN" in row]
    assert [row for row in broken if row.startswith(contract)], report


@pytest.mark.slow
def test_a_module_that_was_given_no_floor_is_refused(copy):
    (copy / "workflow" / "anywhere.py").write_text('"""New."""\n', "utf-8")

    code, report = lint_imports(copy)

    assert code == 1
    assert "anywhere" in report


@pytest.mark.slow
def test_every_contract_holds(copy):
    code, report = lint_imports(copy)

    assert (code, report.count(" KEPT"), report.count(" BROKEN")) == (0, len(BROKEN_BY), 0), report
