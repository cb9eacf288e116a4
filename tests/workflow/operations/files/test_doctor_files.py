"""The doctor reads every file that a row names, and says which are not what was handed in."""

import pytest

from rules.time import HOUR
from tests.workflow.operations.conftest import NOW
from tests.workflow.operations.files.evidence import DECISION, LIST, PICTURE, named
from workflow.files import FileStore
from workflow.operations.doctor import doctor
from workflow.settings import Settings
from workflow.vault import Vault


@pytest.fixture
def found(uploads, url):
    """Return what the doctor finds of files."""
    uploads.parent.chmod(0o700)
    Vault.create(uploads.parent / "keys.json")
    settings = Settings(instance=uploads.parent, database_url=url, key_file=uploads.parent / "keys.json")

    def look():
        findings = doctor(settings, now=NOW + HOUR, environment={})
        return {finding.check: finding for finding in findings if finding.check.startswith("doctor.files")}

    return look


def test_files_as_they_were_handed_in_yield_nothing(found):
    assert found() == {}


def test_missing_and_altered_files_are_named_with_their_tasks_until_they_are_handed_in_again(found, uploads):
    (uploads / named(DECISION)).unlink()
    (uploads / named(LIST)).unlink()
    (uploads / named(PICTURE)).write_bytes(b"x" * len(PICTURE))

    seen = found()

    assert {check: finding.severity for check, finding in seen.items()} == {
        "doctor.files_missing": "error",
        "doctor.files_altered": "error",
    }
    missing = seen["doctor.files_missing"]
    assert missing.where == str(uploads)
    assert {file["sha256"] for file in missing.numbers["files"]} == {named(DECISION), named(LIST)}
    assert "không còn 2 tệp minh chứng" in missing.message
    assert "“Quyết định 12.pdf” của nhiệm vụ “Ban hành quyết định” (phuong-thu, dot-1)" in missing.message
    assert "“Họp tổ.png” của nhiệm vụ “Tuyên truyền”" in seen["doctor.files_altered"].message
    for content in (DECISION, LIST, PICTURE):
        FileStore(uploads).put(content)
    assert found() == {}


def test_an_upload_folder_that_is_gone_is_told_as_its_files(found, uploads):
    uploads.rename(uploads.with_name("elsewhere"))

    assert "không còn 3 tệp" in found()["doctor.files_missing"].message
