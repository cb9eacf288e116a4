"""The columns that a list may have: which are needed, and what may stand in each."""

from dataclasses import dataclass
from typing import Final

from workflow.roster.headers import USUAL_NAME

ALWAYS: Final = "luôn cần"
WHO: Final = "cần số ĐDCN hoặc ngày sinh"
WHICH_HOME: Final = "cần chủ hộ, số nhà hoặc số hồ sơ cư trú"
NO_AREA: Final = "cần nếu không chọn địa bàn khi gửi"
WHOLE_LIST: Final = "cần nếu là danh sách toàn bộ"
FREE: Final = "không bắt buộc"


@dataclass(frozen=True, slots=True)
class ColumnHelp:
    """A column of the empty list."""

    field: str
    need: str
    what: str

    @property
    def header(self) -> str:
        """The header to write."""
        return USUAL_NAME[self.field]


COLUMNS: Final = (
    ColumnHelp("name", ALWAYS, "Họ, chữ đệm và tên, chỉ dùng chữ cái, gõ Unicode."),
    ColumnHelp("id_number", WHO, "Đủ 12 chữ số, để ô dạng văn bản."),
    ColumnHelp("birth", WHO, "Ngày/tháng/năm như 05/03/1985; chỉ năm như 1956 cũng được."),
    ColumnHelp("head", WHICH_HOME, "Họ tên chủ hộ; để trống thì lấy theo dòng trên."),
    ColumnHelp("house", WHICH_HOME, "Số nhà và ngõ trong một ô."),
    ColumnHelp("household_key", WHICH_HOME, "Số hồ sơ của hộ: các dòng cùng số là một hộ."),
    ColumnHelp("area", NO_AREA, "Tên hoặc mã địa bàn của đơn vị."),
    ColumnHelp("account", WHOLE_LIST, "“đã kích hoạt”, “chưa kích hoạt” hoặc “chưa có mức 2”."),
    ColumnHelp("sex", FREE, "“Nam” hoặc “Nữ”; để trống thì lấy theo số ĐDCN."),
    ColumnHelp("relation", FREE, "“Chủ hộ”, “Vợ”, “Con” …"),
    ColumnHelp("phone", FREE, "Một số điện thoại; có nhiều số thì chỉ lấy số đầu."),
    ColumnHelp("residence", FREE, "“thường trú”, “tạm trú” hoặc “tạm vắng”."),
)  # fmt: skip
"""What the empty list has, the columns that are needed first."""

ALSO_READ: Final = (
    ColumnHelp("house_no", WHICH_HOME, "Thay cho “Số nhà/Ngõ”, khi số nhà đứng riêng."),
    ColumnHelp("lane", FREE, "Đi cùng “Số nhà”: tên ngõ, hẻm, đường."),
    ColumnHelp("male_mark", WHO, "Năm sinh hoặc dấu x của nam, khi danh sách có hai cột Nam, Nữ."),
    ColumnHelp("female_mark", WHO, "Năm sinh hoặc dấu x của nữ, khi danh sách có hai cột Nam, Nữ."),
    ColumnHelp("level_2", WHOLE_LIST, "Thay cho “Tình trạng định danh”: dấu x là đã kích hoạt mức 2."),
    ColumnHelp("permanent", FREE, "Có ghi thì hiểu là thường trú, nếu không có cột “Tình trạng cư trú”."),
    ColumnHelp("temporary", FREE, "Có ghi thì hiểu là tạm trú, nếu không có cột “Tình trạng cư trú”."),
)  # fmt: skip
"""Columns of other layouts of lists, understood as well."""

RECOGNISED: Final = ("ordinal", "present", "level_1")
"""Columns that help to find the header and say nothing about a person."""
