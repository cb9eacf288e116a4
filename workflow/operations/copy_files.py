"""Into the archive: every file that rows name, read once. One that is missing or damaged stops nothing; the manifest says so."""

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from workflow.operations.manifest import FILES, FileFault, FileMember, Manifest
from workflow.operations.named_files import NamedFile, NotAsHandedIn, pieces_of


def copy_files(
    zipped: zipfile.ZipFile,
    folder: Path | None,
    named: Iterable[NamedFile],
    manifest: Manifest,
    progress: Callable[[str, int], None] | None,
) -> Manifest:
    """Copy the files into the ZIP and return the manifest with each: as a member, as a fault, or as both if it is damaged."""
    files, faults = [], []
    for one in named:
        file, why = _copy(zipped, folder, one)
        if file is not None:
            files.append(file)
        if why is not None:
            faults.append(FileFault(one.sha256, why, one.uses))
        if progress:
            progress(FILES, len(files))
    return replace(manifest, files=files, faults=faults)


def _copy(zipped: zipfile.ZipFile, folder: Path | None, named: NamedFile) -> tuple[FileMember | None, str | None]:
    """Copy a file; return its member (None if there was nothing to read) and what is wrong with it (None if nothing is).

    Whether it is what was handed in shows at its end. So a damaged file has been copied by then, and its member says what it holds.
    """
    pieces = pieces_of(folder, named)
    try:
        first = next(pieces, b"")
    except NotAsHandedIn as found:
        return None, found.why
    digest, size, why = hashlib.sha256(), 0, None
    member = zipfile.ZipInfo(f"{FILES}/{named.sha256}")  # stored as it is: pictures, PDF and DOCX are packed already
    with zipped.open(member, "w", force_zip64=True) as copy:
        try:
            for piece in chain([first], pieces):
                copy.write(piece)
                digest.update(piece)
                size += len(piece)
        except NotAsHandedIn as found:
            why = found.why
    return FileMember(named.sha256, size, digest.hexdigest()), why
