"""What holds for the repository as a whole: pinned, self-contained, readable, and free of anything that ties it to one machine."""

import re
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
TEXT = {
    ".py",
    ".md",
    ".txt",
    ".in",
    ".toml",
    ".yaml",
    ".yml",
    ".cfg",
    ".ini",
    ".mako",
    ".html",
    ".css",
    ".js",
    ".json",
    ".csv",
    ".sh",
}
NAMED_TEXT = {"Makefile", "LICENSE", "run", ".editorconfig", ".gitignore", ".importlinter"}
LOCKS = ("requirements.txt", "requirements-dev.txt")
PACKAGES = ("rules", "workflow", "web")


@cache
def files() -> tuple[Path, ...]:
    """Every file that git knows or would take in."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(path for name in sorted(set(listed.split("\0"))) if name and (path := ROOT / name).is_file())


def texts():
    return [path for path in files() if path.suffix in TEXT or path.name in NAMED_TEXT]


def lines_that_match(pattern, paths, *, but=()):
    """Return `file:line: text` for every line in which `pattern` is found."""
    search = re.compile(pattern).search
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in paths
        if path.name not in but
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if search(line)
    ]


def pins(lock):
    """The requirements of a lock file: each name with the lines that belong to it."""
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", (ROOT / lock).read_text("utf-8"))
    return {block.split("==")[0].lower(): block for block in blocks if re.match(r"[A-Za-z0-9]", block)}


def test_there_is_something_to_look_at():
    names = {path.relative_to(ROOT).as_posix() for path in files()}

    assert {"Makefile", "README.md", "LICENSE", "pyproject.toml", ".ci/run", "instance/README.md", *LOCKS} <= names
    assert len(names) > 100


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes(lock):
    blocks = pins(lock)

    assert len(blocks) > 15
    for name, block in blocks.items():
        assert re.match(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!-]+ \\\n", block), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", block), name


@pytest.mark.parametrize("lock", LOCKS)
def test_requirements_say_nothing_about_where_packages_come_from(lock):
    option = r"(^|\s)(-i|-f|-e|--(extra-)?index-url|--find-links|--trusted-host)\b"

    assert lines_that_match(option + r"|://|@\s*(file|git|http)", [ROOT / lock, (ROOT / lock).with_suffix(".in")]) == []


def test_what_runs_is_pinned_alike_in_both_lists():
    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name: block.split(" ")[0] for name, block in run.items()} == {name: dev[name].split(" ")[0] for name in run}


def test_every_name_asked_for_is_pinned():
    for source, lock in (("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt")):
        asked = re.findall(r"(?m)^([A-Za-z][A-Za-z0-9_.-]*)", (ROOT / source).read_text("utf-8"))
        assert asked
        assert {name.lower() for name in asked} <= set(pins(lock))


def test_what_the_program_imports_is_declared():
    """Third-party modules named in imports of the three rooms stand in requirements.in, under their package's name."""
    package_of = {
        "yaml": "pyyaml",
        "argon2": "argon2-cffi",
        "flask_bootstrap": "bootstrap-flask",
        "docx": "python-docx",
    }
    declared = {
        name.lower() for name in re.findall(r"(?m)^([A-Za-z][\w.-]*)", (ROOT / "requirements.in").read_text("utf-8"))
    }
    imported = set()
    for path in files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in PACKAGES:
            imported |= set(re.findall(r"(?m)^\s*(?:from|import) ([a-z_A-Z0-9]+)", _code(path)))

    third_party = imported - set(sys.stdlib_module_names) - set(PACKAGES) - {"bench", "__future__"}

    assert {package_of.get(name, name.replace("_", "-")).lower() for name in third_party} - declared == set()


def _code(path):
    """The source of a module without its docstrings, in which sentences may begin with `from`."""
    return re.sub(r'"""[\s\S]*?"""', "", path.read_text("utf-8"))


def test_nothing_points_at_one_machine():
    """No absolute path of a developer's machine, no package host, no local network name."""
    home = r"(?<![\w.~-])/(home|root|work|opt|Users|mnt|srv)/[\w.-]"
    host = (
        r"://[^\s/]*("
        + "|".join(("pypi", "python" + "hosted", "artifact", "nexus", "registry"))
        + r")|\.local(domain)?\b/"
    )

    assert lines_that_match(f"{home}|{host}", texts()) == []


def test_text_is_utf8_nfc_with_one_newline_at_the_end():
    for path in texts():
        content = path.read_bytes().decode("utf-8")
        name = path.relative_to(ROOT)
        assert unicodedata.is_normalized("NFC", content) or path.suffix == ".py", f"{name}: not NFC"
        assert "\r" not in content, f"{name}: carriage returns"
        assert not content or (content.endswith("\n") and not content.endswith("\n\n")), f"{name}: its end"


def test_python_source_is_nfc_too():
    """A decomposed accent in a test is written with an escape, where it can be seen."""
    wrong = [
        path.relative_to(ROOT) for path in texts() if not unicodedata.is_normalized("NFC", path.read_text("utf-8"))
    ]

    assert wrong == []


def test_no_unfinished_work_is_left_behind():
    words = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "not " + "implemented"))

    assert (
        lines_that_match(
            rf"\b({words})\b", [path for path in texts() if path.suffix in {".py", ".yaml", ".md", ".html"}]
        )
        == []
    )


def test_no_third_party_files_are_committed():
    bundled = [
        path
        for path in files()
        if re.search(r"\.min\.(js|css)$|(^|/)(node_modules|vendor|site-packages)/", path.as_posix())
    ]
    binaries = [
        path
        for path in files()
        if path.suffix in {".whl", ".so", ".dll", ".exe", ".jar", ".woff", ".woff2", ".ttf", ".db"}
    ]
    long_lines = lines_that_match(r"^.{2000}", [path for path in texts() if path.suffix in {".js", ".css", ".html"}])

    assert (bundled, binaries, long_lines) == ([], [], [])


def test_nothing_of_an_installation_is_committed():
    assert [path.relative_to(ROOT).as_posix() for path in files() if "instance" in path.relative_to(ROOT).parts] == [
        "instance/README.md"
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_with_modules_is_a_package(package):
    folders = {path.parent for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] == package}

    assert folders
    assert [folder.relative_to(ROOT) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_yaml_parses():
    for path in texts():
        if path.suffix in {".yaml", ".yml"}:
            assert yaml.safe_load(path.read_text("utf-8")) is not None, path


def targets():
    return set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))


def test_every_make_target_and_path_in_the_readme_exists():
    readme = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"(?m)(?:^|`)make ([a-z]+)", readme))
    links = {link for link in re.findall(r"\]\(([^)#]+)\)", readme) if "://" not in link}

    assert {"demo", "test"} <= named <= targets()
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_make_target_does_its_own_set_up():
    rules = dict(re.findall(r"(?m)^([a-z]+):([^\n#]*)", (ROOT / "Makefile").read_text("utf-8")))
    reached = {"install"}
    for _ in rules:
        reached |= {name for name, needs in rules.items() if set(needs.split()) & reached}

    assert {"install", "demo", "test", "check", "unit", "bench"} <= reached


def test_continuous_integration_runs_make_test_without_asking():
    script = ROOT / ".ci" / "run"
    content = script.read_text("utf-8")

    assert script.stat().st_mode & 0o111
    assert content.startswith("#!/usr/bin/env bash\n")
    assert "CI=true make test </dev/null" in content
