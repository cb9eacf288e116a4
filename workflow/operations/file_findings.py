"""Sentences about files that are not as they were handed in: how many, which, of what task, and what to do about them."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

from rules.findings import Finding, Severity
from workflow.operations.manifest import FileFault, FileUse

NAMED: Final = 10
"""Files that a sentence names; the data beside it have all."""

ON_DISK: Final = {
    "missing": (
        "Trên đĩa không còn %(n)s tệp minh chứng: %(files)s. "
        "Nộp lại đúng tệp ấy vào nhiệm vụ, hoặc khôi phục bản sao lưu cũ hơn vào nơi khác rồi chép tệp sang."
    ),
    "altered": (
        "%(n)s tệp minh chứng trên đĩa không còn như lúc nộp: %(files)s. "
        "Nộp lại đúng tệp ấy vào nhiệm vụ, hoặc khôi phục bản sao lưu cũ hơn vào nơi khác rồi chép tệp sang."
    ),
    "unreadable": "Không đọc được %(n)s tệp minh chứng: %(files)s. Kiểm tra quyền của thư mục và ổ đĩa, rồi chạy lại.",
}
"""What is said of the folder as it is now."""

AT_BACKUP_TIME: Final = {
    "missing": "Khi sao lưu đã không còn %(n)s tệp minh chứng: %(files)s. Tìm trong bản sao lưu cũ hơn, hoặc nộp lại.",
    "altered": "Khi sao lưu thì %(n)s tệp minh chứng đã không như lúc nộp: %(files)s. Tìm trong bản sao lưu cũ hơn, hoặc nộp lại.",
    "unreadable": "Khi sao lưu không đọc được %(n)s tệp minh chứng: %(files)s. Chép từ nơi cũ, hoặc tìm trong bản sao lưu khác.",
    "not_included": (
        "Bản sao lưu này do bản phát hành cũ làm nên không kèm tệp; còn thiếu %(n)s tệp minh chứng: %(files)s. "
        "Chép chúng từ thư mục uploads của nơi cũ."
    ),
}
"""What is said after a restoration, of the folder as it was."""


def file_findings(
    faults: Iterable[FileFault], where: object, *, check: str, words: dict[str, str], severity: Severity = "error"
) -> Iterator[Finding]:
    """Yield a finding for each way in which files are not as they were handed in; `where` is the folder of files, `check` begins the check's name."""
    by_reason: dict[str, list[FileFault]] = {}
    for fault in faults:
        by_reason.setdefault(fault.why, []).append(fault)
    for why, alike in sorted(by_reason.items()):
        message = words[why] % {"n": len(alike), "files": _listed(alike)}
        yield Finding(f"{check}_{why}", severity, str(where), message, {"files": [asdict(fault) for fault in alike]})


def _listed(faults: list[FileFault]) -> str:
    told = "; ".join(" và ".join(map(_in_words, fault.uses)) for fault in faults[:NAMED])
    return told if len(faults) <= NAMED else f"{told} và {len(faults) - NAMED} tệp khác"


def _in_words(use: FileUse) -> str:
    if use.label is None:
        return f"“{use.file}” ({use.unit})"
    return f"“{use.file}” của nhiệm vụ “{use.label}” ({use.unit}, {use.campaign})"
