"""`tungnha pack`: clean packs, mistakes at their places, schemas for editors."""

import json
import shutil

import pytest

from rules.pack import shipped_packs
from tests.workflow.cli.conftest import call


@pytest.mark.parametrize("name", ["an-lac-2025", "cat-thanh-2025"])
def test_the_shipped_packs_are_clean(name):
    result = call("pack", "check", name)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{name}: không có lỗi.\n"


def test_a_mistake_is_told_at_its_file_line_and_column(tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(shipped_packs()["an-lac-2025"], folder)
    path = folder / "path.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    number, line = next(
        (n, text) for n, text in enumerate(lines, 1) if "to: finished" in text or "to: submitted" in text
    )
    lines[number - 1] = line.replace("to: ", "to: no_such_state_")
    path.write_text("".join(lines), "utf-8")

    shown = call("pack", "check", folder)
    told = json.loads(call("pack", "check", folder, "--json").stdout)

    place = f"path.yaml:{number}:{line.index('to: ') + 5}: "
    assert shown.exit_code == 1
    assert place in shown.stdout
    assert not told["ok"]
    assert any((each["line"], each["severity"]) == (number, "error") for each in told["findings"])


def test_a_folder_without_a_pack_and_an_unknown_name_are_told_apart(tmp_path):
    nothing, unknown = call("pack", "check", tmp_path), call("pack", "check", "an-lac")

    assert (nothing.exit_code, unknown.exit_code) == (1, 1)
    assert "không có gói quy tắc nào" in nothing.stdout
    assert 'có phải "an-lac-2025" không?' in unknown.stderr


def test_schemas_are_printed_and_written(tmp_path):
    printed = json.loads(call("pack", "schema").stdout)

    written = call("pack", "schema", "--out", tmp_path / "schemas")

    assert written.exit_code == 0
    assert set(printed) >= {"pack.yaml", "path.yaml", "plan.yaml", "escalations.yaml", "figures.yaml"}
    files = sorted((tmp_path / "schemas").iterdir())
    assert len(files) == len(printed)
    assert json.loads((tmp_path / "schemas" / "path.schema.json").read_text("utf-8")) == printed["path.yaml"]


def test_the_packs_that_come_with_the_product_are_listed():
    assert call("pack", "list").stdout.splitlines() == ["an-lac-2025", "cat-thanh-2025"]
    assert set(json.loads(call("pack", "list", "--json").stdout)) == {"an-lac-2025", "cat-thanh-2025"}
