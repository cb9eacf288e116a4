"""What an archive says of its files is what is in it; one that was made before there were files in archives opens still."""

import io
import json
import zipfile

import pytest
from sqlalchemy import func, select

from tests.workflow.operations.conftest import PASSPHRASE
from tests.workflow.operations.files.evidence import ALL, PICTURE, bring_back, contents, named
from tests.workflow.operations.test_backup_and_restore import forged, tables_in
from workflow.operations.archive import MANIFEST, check_archive, open_archive
from workflow.operations.envelope import EnvelopeWriter
from workflow.operations.errors import (
    ArchiveDamaged,
    ManifestMismatch,
)
from workflow.store import Store
from workflow.tables import StoredFile

PICTURE_IN_ZIP = f"files/{named(PICTURE)}"


def of_files(change):
    """Change what the manifest says of files."""

    def apply(members):
        manifest = json.loads(members[MANIFEST])
        change(manifest)
        members[MANIFEST] = json.dumps(manifest).encode()

    return apply


def renamed(name):
    """Give the picture another name, in the ZIP and in the manifest."""

    def change(members):
        members[f"files/{name}"] = members.pop(PICTURE_IN_ZIP)
        members[MANIFEST] = members[MANIFEST].replace(named(PICTURE).encode(), name.encode())

    return change


def kept_as(**changes):
    def change(manifest):
        [picture] = [file for file in manifest["files"] if file["sha256"] == named(PICTURE)]
        picture.update(changes)

    return of_files(change)


def without_any_word_of_it(members):
    del members[PICTURE_IN_ZIP]
    of_files(
        lambda manifest: manifest.update(files=[file for file in manifest["files"] if file["sha256"] != named(PICTURE)])
    )(members)


MISMATCHES = {
    "a removed file": lambda members: members.pop(PICTURE_IN_ZIP),
    "a file that was cut off": lambda members: members.update({PICTURE_IN_ZIP: PICTURE[:-1]}),
    "a file that was changed": lambda members: members.update({PICTURE_IN_ZIP: b"x" * len(PICTURE)}),
    "a file that nobody listed": lambda members: members.update({"files/spy": b""}),
    "a file that no row names": renamed("0" * 64),
    "a file that leads out of its folder": renamed("../keys.json"),
    "a file that a row names and the manifest does not": without_any_word_of_it,
    "a size that is another": kept_as(size=1),
    "a damaged file that is no fault": kept_as(held="0" * 64),
    "a manifest without a list of files": of_files(lambda manifest: manifest.pop("files")),
    "a list of files in a format that had none": of_files(lambda manifest: manifest.update(format=1)),
    "a fault of another shape": of_files(lambda manifest: manifest.update(faults=[{"why": "missing"}])),
}


@pytest.mark.parametrize("change", MISMATCHES.values(), ids=MISMATCHES)
def test_files_that_do_not_match_are_refused_and_nothing_is_restored(full, place, tmp_path, change):
    with pytest.raises(ManifestMismatch, match="không khớp với bản kê"):
        bring_back(forged(full, tmp_path / "forged.tnb", change), place)

    assert tables_in(place[0]) == []
    assert not place[1].exists()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_bytes_that_the_zip_itself_finds_wrong_are_a_sentence(full, tmp_path):
    whole = io.BytesIO()
    with open_archive(full, PASSPHRASE) as opened, zipfile.ZipFile(whole, "w") as copy:
        for name in opened._zip.namelist():
            copy.writestr(name, opened._zip.read(name))
    assert PICTURE in whole.getvalue()
    for number, content in enumerate((PICTURE[:-1] + b"?", PICTURE[:-4] + b"PK\x01\x02")):
        path = tmp_path / f"{number}.tnb"
        with path.open("wb") as file:
            envelope = EnvelopeWriter(file, PASSPHRASE)
            envelope.write(whole.getvalue().replace(PICTURE, content))
            envelope.finish()

        with pytest.raises(ArchiveDamaged, match="bị hỏng hoặc bị sửa"):
            check_archive(path, PASSPHRASE)


def as_before_files(members):
    """What the release before this one wrote: no file, and a manifest of format 1 that has no word for files."""
    for name in [name for name in members if name.startswith("files/")]:
        del members[name]
    manifest = json.loads(members[MANIFEST])
    del manifest["files"], manifest["faults"]
    members[MANIFEST] = json.dumps({**manifest, "format": 1}).encode()


def test_an_archive_of_before_files_comes_back_and_says_which_are_not_in_it(full, place, tmp_path):
    old = forged(full, tmp_path / "old.tnb", as_before_files)
    place[1].mkdir()
    (place[1] / named(PICTURE)).write_bytes(
        PICTURE
    )  # copied by hand before: no reason to refuse, nothing is written here

    done = bring_back(old, place)

    assert (done.files, done.manifest.format) == (0, 1)
    assert {fault.sha256: fault.why for fault in done.faults} == dict.fromkeys(ALL, "not_included")
    assert contents(place[1]) == {named(PICTURE): PICTURE}
    again = Store(place[0])
    with again.read() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 4
    again.dispose()


def test_the_hash_that_identifies_an_old_archive_stays_what_it_was_told_to_be(full, tmp_path):
    manifest = check_archive(forged(full, tmp_path / "old.tnb", as_before_files), PASSPHRASE)

    assert set(manifest.to_json()) == {
        "created_at", "engine", "revision", "members", "heads", "keys_sha256", "format", "extra",
    }  # fmt: skip
