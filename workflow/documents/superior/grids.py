"""Forms of both kinds behind one door: read as grids of cells, filled by the place of each cell."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Final

from workflow.documents.superior import tables, workbook
from workflow.documents.superior.cells import Grid, Value
from workflow.files import FileRefused

LARGEST_PART: Final = 8 * 1024 * 1024
"""Bytes of one part of a form, unpacked."""


def read_grids(content: bytes, extension: str) -> list[Grid]:
    """Return a form as grids. Raises FileRefused for a file that cannot be read as one, or has no cells."""
    _check_parts(content)
    grids = workbook.read(content) if extension == "xlsx" else tables.read(content)
    if not any(grid.rows for grid in grids):
        raise FileRefused("empty", "Biểu mẫu không có bảng nào", "Chọn tệp có bảng số liệu rồi gửi lại")
    return grids


def fill_form(content: bytes, extension: str, values: Mapping[str, Value]) -> bytes:
    """Return the very file with these cells filled, and nothing else changed. Places must be of `read_grids`, not blocked."""
    return workbook.fill(content, values) if extension == "xlsx" else tables.fill(content, values)


def _check_parts(content: bytes) -> None:
    """Raise FileRefused for a form with a part that is far larger than any form: it is read in this process."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        if any(part.file_size > LARGEST_PART for part in archive.infolist()):
            raise FileRefused("unpacked", "Biểu mẫu quá lớn", "Bỏ bớt trang tính, ảnh và hàng trống rồi gửi lại")
