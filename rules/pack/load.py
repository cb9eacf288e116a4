"""Loads a pack from its folder or from stored texts: everything wrong is said at once, and then nothing is loaded."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rules.findings import errors
from rules.pack.build import build_pack
from rules.pack.draft import Draft, PackFinding, PackRefused, finding_at
from rules.pack.lint import lint
from rules.pack.pack import Pack
from rules.pack.positions import Position
from rules.pack.yaml_nodes import MAX_BYTES

SHIPPED: Final = Path(__file__).parent.parent / "packs"


def load_pack(folder: Path) -> Pack:
    """Load the pack in `folder`. Raises PackRefused with every finding if there is an error among them."""
    files, unreadable = _texts_in(folder)
    if unreadable:
        raise PackRefused(_sorted([*unreadable, *check_files(files)] if files else unreadable))
    return load_files(files)


def load_files(files: Mapping[str, str]) -> Pack:
    """Load a pack from texts by file name, as the engine stores them. Raises PackRefused like `load_pack`."""
    draft, findings = _check(files)
    if errors(findings):
        raise PackRefused(findings)
    return build_pack(draft.model, draft.files)


def check_files(files: Mapping[str, str]) -> list[PackFinding]:
    """Return everything there is to say about a pack: errors, warnings and notes in the order of the files."""
    return _check(files)[1]


def check_folder(folder: Path) -> list[PackFinding]:
    """Return everything there is to say about the pack in `folder`."""
    files, unreadable = _texts_in(folder)
    return _sorted([*unreadable, *check_files(files)] if files else unreadable)


def shipped_packs() -> dict[str, Path]:
    """Return the folders of the packs that come with the product, by folder name."""
    if not SHIPPED.is_dir():
        return {}
    return {folder.name: folder for folder in sorted(SHIPPED.iterdir()) if (folder / "pack.yaml").is_file()}


def _check(files: Mapping[str, str]) -> tuple[Draft, list[PackFinding]]:
    draft = Draft(files)
    if draft.is_whole:
        lint(draft)
    return draft, _sorted(draft.findings)


def _sorted(findings: list[PackFinding]) -> list[PackFinding]:
    once = {(found.where, found.check, found.message): found for found in findings}
    return sorted(once.values(), key=lambda found: found.order)


def _texts_in(folder: Path) -> tuple[dict[str, str], list[PackFinding]]:
    texts: dict[str, str] = {}
    findings: list[PackFinding] = []
    paths = sorted(folder.glob("*.yaml")) + sorted(folder.glob("*.yml")) if folder.is_dir() else []
    if not paths:
        message = f"không có gói quy tắc nào ở '{folder}': chỉ thư mục có tệp pack.yaml, path.yaml, figures.yaml"
        findings.append(finding_at("pack.yaml", Position(1, 1), "missing-file", message))
    for path in paths:
        try:
            with path.open("rb") as stream:
                texts[path.name] = stream.read(MAX_BYTES + 4).decode("utf-8")
        except UnicodeDecodeError as error:
            if error.start < MAX_BYTES:
                message = "tệp không phải chữ UTF-8: mở bằng trình soạn thảo rồi lưu lại với bảng mã UTF-8"
                findings.append(finding_at(path.name, Position(1, 1), "not-utf8", message))
            else:
                texts[path.name] = " " * (MAX_BYTES + 1)
        except OSError as error:
            message = f"không đọc được tệp ({error.strerror}): kiểm tra quyền đọc"
            findings.append(finding_at(path.name, Position(1, 1), "unreadable-file", message))
    return texts, findings
