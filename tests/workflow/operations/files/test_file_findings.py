"""What is said of files that are not as they were handed in."""

from workflow.operations.file_findings import AT_BACKUP_TIME, NAMED, ON_DISK, file_findings
from workflow.operations.manifest import FileFault, FileUse


def test_a_sentence_names_some_files_and_counts_the_rest():
    faults = [FileFault(str(n), "missing", [FileUse("u", f"{n}.pdf", "d", "t", f"Việc {n}")]) for n in range(NAMED + 2)]
    [found] = file_findings(faults, "x", check="backup.files", words=ON_DISK)

    assert (found.check, found.severity, len(found.numbers["files"])) == ("backup.files_missing", "error", NAMED + 2)
    assert "không còn 12 tệp minh chứng: “0.pdf” của nhiệm vụ “Việc 0” (u, d); “1.pdf”" in found.message
    assert f"“{NAMED - 1}.pdf” của nhiệm vụ “Việc 9” (u, d) và 2 tệp khác. Nộp lại" in found.message


def test_every_fault_has_its_sentence_and_a_file_without_evidence_is_named_too():
    lone = [FileFault("1", why, [FileUse("u", "a.pdf")]) for why in ("missing", "altered", "unreadable")]
    on_disk = list(file_findings(lone, "x", check="c", words=ON_DISK))
    later = list(
        file_findings([*lone, FileFault("2", "not_included", [FileUse("u", "b.pdf")])], "x", check="c", words=AT_BACKUP_TIME)
    )  # fmt: skip

    assert (len(on_disk), len(later)) == (3, 4)
    assert all("“a.pdf” (u)" in found.message or "“b.pdf” (u)" in found.message for found in on_disk + later)
