"""Files that people hand in: what is taken, what is refused, and where the bytes lie. Nothing here opens or interprets one."""

from workflow.files.archive import check_archive
from workflow.files.check import ACCEPTED, LARGEST, MEDIA_TYPES, CheckedFile, FileRefused, Upload, check_upload
from workflow.files.keep import FileStore

__all__ = [
    "ACCEPTED",
    "LARGEST",
    "MEDIA_TYPES",
    "CheckedFile",
    "FileRefused",
    "FileStore",
    "Upload",
    "check_archive",
    "check_upload",
]
