"""Forms of both kinds behind one door: read as grids of cells, filled by the place of each cell."""

from collections.abc import Mapping

from workflow.documents.superior import tables, workbook
from workflow.documents.superior.cells import Grid, Value
from workflow.files import FileRefused


def read_grids(content: bytes, extension: str) -> list[Grid]:
    """Return a form as grids. Raises FileRefused for a file that cannot be read as one, or has no cells."""
    grids = workbook.read(content) if extension == "xlsx" else tables.read(content)
    if not any(grid.rows for grid in grids):
        raise FileRefused("empty", "Biểu mẫu không có bảng nào", "Chọn tệp có bảng số liệu rồi gửi lại")
    return grids


def fill_form(content: bytes, extension: str, values: Mapping[str, Value]) -> bytes:
    """Return the very file with these cells filled, and nothing else changed. Places must be of `read_grids`, not blocked."""
    return workbook.fill(content, values) if extension == "xlsx" else tables.fill(content, values)
