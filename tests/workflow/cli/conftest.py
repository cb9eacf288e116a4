"""A rehearsal unit set up through the command line itself, on both databases."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.databases import new_database
from workflow.cli import cli
from workflow.demo.people import make_population
from workflow.demo.rosters import write_roster
from workflow.operations import envelope
from workflow.store import Store

PASSPHRASE = "đi từng ngõ, gõ từng nhà"
AREAS = ["Khu dân cư 1", "Khu dân cư 2"]


def call(*arguments: object, env: dict[str, str] | None = None, stdin: str | None = None) -> Result:
    """Run the tool as a shell would."""
    return CliRunner().invoke(cli, [str(each) for each in arguments], env=env, input=stdin)


class Place:
    """An installation, called through its command line. `now` is the instant that calls rehearse, if any."""

    def __init__(self, kind: str, folder: Path, name: str = "cli") -> None:
        self.folder, self.kind = folder, kind
        self.instance = folder / "instance"
        self.url = new_database(kind, folder, name)
        self.env = {
            "TUNGNHA_INSTANCE": str(self.instance),
            "TUNGNHA_DATABASE_URL": self.url,
            "TUNGNHA_KEY_FILE": str(self.instance / "keys.json"),
            "TUNGNHA_BACKUP_PASSPHRASE": PASSPHRASE,
        }

    def run(self, *arguments: object, by: str | None = None, now: str | None = None, code: int = 0) -> Result:
        """Run a command and hold its exit code to what is expected."""
        before = [*(["--now", now] if now else []), *(["--as", by] if by else [])]
        result = call(*before, *arguments, env=self.env)
        assert result.exit_code == code, f"{result.exit_code}: {result.stdout}\n{result.stderr}"
        assert "Traceback" not in result.output
        return result

    def json(self, *arguments: object, **options: Any) -> Any:
        """Run a command with --json and return what it printed: JSON and nothing else."""
        return json.loads(self.run(*arguments, "--json", **options).stdout)

    def refused(self, *arguments: object, code: int = 1, **options: Any) -> str:
        """Run a command that is refused; return its sentence. Nothing may stand on stdout then."""
        result = self.run(*arguments, code=code, **options)
        assert result.stdout == ""
        return result.stderr

    def store(self) -> Store:
        """Return the database, for looking behind the commands."""
        return Store(self.url)


def set_up(place: Place) -> Place:
    """Make the unit `phuong-mau` of the An Lạc pack with forty people, on 6/5/2025."""
    form = place.folder / "don-vi.yaml"
    call("init", "--sample", form)
    place.run("init", "--rehearsal", form, now="2025-05-06 08:00")
    place.run(
        "roster", "import", roster(place.folder), "--list", "L1", "--as-of", "2025-05-06 09:00", "--complete",
        by="coordinator", now="2025-05-06 10:00",
    )  # fmt: skip
    return place


def roster(folder: Path, *, people: int = 40, seed: int = 1, name: str = "L1.xlsx") -> Path:
    """Write a list of made-up people as the office would hand it over."""
    path = folder / name
    households = make_population(seed, AREAS, people, accounts={"activated": 1})
    write_roster(path, households, unit_name="Phường Mẫu", as_of=date(2025, 5, 6), roster_list="L1")
    return path


@pytest.fixture(autouse=True, scope="session")
def _cheap_keys() -> None:
    """Deriving a key takes a quarter of a second on purpose; tests need not pay for it."""
    envelope._COST = {"n": 2, "r": 1, "p": 1}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def place(kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Place:
    """A unit with people; the tests of a module share it and go forward in time."""
    return set_up(Place(kind, tmp_path_factory.mktemp("place"), f"cli_{request.module.__name__.rpartition('.')[2]}"))


@pytest.fixture
def empty(tmp_path: Path) -> Place:
    """An installation in which nothing has been done yet."""
    return Place("sqlite", tmp_path)


@pytest.fixture
def visits(tmp_path: Path) -> Callable[[Any], Path]:
    """Write a file of visits."""

    def write(content: Any) -> Path:
        path = tmp_path / "visits.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return write
