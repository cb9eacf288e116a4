"""Evidence in backups at a terminal: how many files went and came back, which are lacking, and what the exit code says."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.workflow.cli.conftest import Place
from tests.workflow.files import files

NOW, TICKED = "2025-05-20 09:00", "2025-05-20 09:01"
PAPER = hashlib.sha256(files.PDF).hexdigest()


@pytest.fixture(scope="module")
def handed_in(place: Place) -> Path:
    """The upload folder, after somebody handed in a PDF and a picture."""
    rows = place.json("tasks", "list", "--view", "all", by="coordinator", now=NOW)["rows"]
    task = next(row["task"] for row in rows if row["item"] == "conference")
    for name, content in (("bien-ban.pdf", files.PDF), ("anh.png", files.png())):
        (place.folder / name).write_bytes(content)
        label = ("--kind", "document", "--label", "Biên bản số 5", "--file", place.folder / name)
        place.run("tasks", "evidence", task, *label, by="chair", now=NOW)
    place.run("tick", now=TICKED)
    return place.instance / "uploads"


@contextmanager
def without(path: Path) -> Iterator[None]:
    """Take a file away for a while."""
    aside = path.with_name("aside")
    path.rename(aside)
    yield
    aside.rename(path)


@contextmanager
def in_new_place(place: Place, folder: Path) -> Iterator[Path]:
    """Call the tool for a new SQLite place."""
    old, passphrase = place.env, place.env["TUNGNHA_BACKUP_PASSPHRASE"]
    place.env = {"TUNGNHA_INSTANCE": str(folder / "new"), "TUNGNHA_BACKUP_PASSPHRASE": passphrase}
    yield folder / "new"
    place.env = old


def test_files_go_and_come_back_and_are_counted(place: Place, handed_in: Path, tmp_path: Path) -> None:
    made = place.run("backup", tmp_path / "a.tnb", "--with-keys").stdout
    data = place.json("backup", tmp_path / "b.tnb")

    assert "dòng và 2 tệp minh chứng vào" in made
    assert (data["files"], data["findings"]) == (2, [])
    with in_new_place(place, tmp_path) as new:
        back = place.run("restore", tmp_path / "a.tnb").stdout
        assert "dòng và 2 tệp minh chứng vào" in back
        assert "giống bản sao lưu từng dòng, từng tệp" in back
        assert (new / "uploads" / PAPER).read_bytes() == files.PDF
        place.run("tick", now=TICKED)  # a clock that never looked would be a finding too
        assert place.json("doctor") == {"ok": True, "findings": []}


def test_a_file_that_is_lacking_is_named_and_the_exit_code_says_so(
    place: Place, handed_in: Path, tmp_path: Path
) -> None:
    with without(handed_in / PAPER):
        made = place.run("backup", tmp_path / "a.tnb", code=1).stdout
        data = place.json("backup", tmp_path / "b.tnb", code=1)
        sick = place.json("doctor", code=1)["findings"]

    assert "lỗi: " in made
    assert "không còn 1 tệp minh chứng: “bien-ban.pdf” của nhiệm vụ “" in made
    assert "dòng và 1 tệp minh chứng vào" in made
    assert "Bản sao lưu dùng được nhưng thiếu 1 tệp" in made
    assert [found["check"] for found in data["findings"]] == ["backup.files_missing"]
    assert data["findings"][0]["numbers"]["files"][0]["sha256"] == PAPER
    assert [found["check"] for found in sick] == ["doctor.files_missing"]
    with in_new_place(place, tmp_path) as new:
        back = place.run("restore", tmp_path / "a.tnb", code=1).stdout
        assert "cảnh báo: " in back
        assert "Khi sao lưu đã không còn 1 tệp minh chứng: “bien-ban.pdf”" in back
        assert "dòng và 1 tệp minh chứng vào" in back
        assert not (new / "uploads" / PAPER).exists()
        data = place.json("restore", tmp_path / "b.tnb", "--into", tmp_path / "other", code=1)
        assert (data["files"], [found["check"] for found in data["findings"]]) == (1, ["restore.files_missing"])


def test_a_place_with_a_file_in_it_is_refused(place: Place, handed_in: Path, tmp_path: Path) -> None:
    place.run("backup", tmp_path / "a.tnb")
    with in_new_place(place, tmp_path) as new:
        (new / "uploads").mkdir(parents=True)
        (new / "uploads" / PAPER).write_bytes(b"mine")

        refusal = place.refused("restore", tmp_path / "a.tnb")

        assert "Nơi khôi phục không trống" in refusal
        assert "đã có tệp" in refusal
        assert (new / "uploads" / PAPER).read_bytes() == b"mine"
        assert not (new / "tungnha.db").exists()
