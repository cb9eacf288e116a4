"""The headers offices write over the columns of a list, and what each means. Compared without accents, case or spaces."""

import re
from functools import lru_cache
from typing import Final

from workflow.people.names import fold

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "ordinal": ("STT", "TT", "Số TT", "Số thứ tự"),
    "name": ("Họ và tên", "Họ tên", "Họ, chữ đệm và tên", "Họ, chữ đệm và tên khai sinh", "Họ và tên khai sinh",
             "Họ tên công dân", "Họ và tên công dân", "Họ và tên cử tri", "Họ tên cử tri trong hộ", "Tên công dân"),
    "birth": ("Ngày sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "NTNS", "Năm sinh", "Ngày tháng năm", "NS"),
    "male_mark": ("Nam",),
    "female_mark": ("Nữ",),
    "sex": ("Giới tính", "Phái", "Nam/Nữ", "GT"),
    "id_number": ("Số ĐDCN", "ĐDCN", "Số CCCD", "CCCD", "Số định danh cá nhân", "Số định danh", "CMND/CCCD", "Số CMND/CCCD",
                  "CCCD/CMND", "Số CCCD/CMND", "SĐD", "Mã định danh", "Số căn cước", "Số căn cước công dân",
                  "Căn cước công dân", "Số định danh cá nhân/CCCD", "Số ĐDCN/CCCD", "Số thẻ căn cước", "Số CC/CCCD"),
    "area": ("Tổ dân phố", "TDP", "Tổ", "Thôn", "Xóm", "Khu phố", "Khóm", "Ấp", "Bản", "Buôn", "KDC", "Khu dân cư", "Làng",
             "Thôn/Tổ dân phố", "Tổ dân phố/Thôn", "Thôn, tổ dân phố", "Thôn/Xóm", "Địa bàn", "Khu"),
    "house": ("Số nhà/Ngõ", "Số nhà, ngõ", "Số nhà, đường", "Số nhà, đường phố", "Địa chỉ nhà", "Địa chỉ", "Số nhà ngõ",
              "Ngõ/Số nhà", "Địa chỉ chi tiết", "Số nhà/ngõ/đường"),
    "house_no": ("Số nhà", "SN", "Nhà số"),
    "lane": ("Ngõ", "Ngách", "Hẻm", "Kiệt", "Đường", "Đường phố", "Ngõ xóm", "Ngõ/Đường", "Tên đường"),
    "head": ("Chủ hộ", "Họ tên chủ hộ", "Họ và tên chủ hộ", "Tên chủ hộ"),
    "relation": ("Quan hệ với chủ hộ", "QH với chủ hộ", "Quan hệ", "QHCH", "Quan hệ chủ hộ", "QH chủ hộ"),
    "household_key": ("Số hồ sơ cư trú", "Số HSCT", "HSCT", "Mã hộ", "Số hộ", "Số sổ hộ khẩu", "Mã hộ gia đình", "Hộ số"),
    "permanent": ("Nơi thường trú", "HKTT", "Nơi đăng ký HKTT", "Thường trú", "Nơi ĐK HKTT", "Hộ khẩu thường trú",
                  "Nơi đăng ký thường trú", "Địa chỉ thường trú", "Nơi ĐKTT"),
    "temporary": ("Nơi tạm trú", "Tạm trú", "Địa chỉ tạm trú", "Nơi đăng ký tạm trú"),
    "present": ("Nơi ở hiện tại", "Nơi ở hiện nay", "Chỗ ở hiện nay", "Chỗ ở hiện tại", "NOHT"),
    "residence": ("Tình trạng cư trú", "Loại cư trú", "Hình thức cư trú", "Cư trú"),
    "phone": ("Số điện thoại", "SĐT", "ĐT", "Điện thoại", "Số ĐT", "Điện thoại liên hệ", "Số điện thoại liên hệ", "SĐT liên hệ",
              "Di động", "Số di động"),
    "account": ("Tình trạng định danh", "Trạng thái kích hoạt", "Trạng thái định danh", "Tình trạng kích hoạt", "Trạng thái",
                "Tình trạng tài khoản", "Tình trạng ĐDĐT", "Mức định danh", "Kích hoạt", "Tài khoản định danh", "Tình trạng",
                "Trạng thái tài khoản", "Định danh điện tử", "Tài khoản ĐDĐT"),
    "level_1": ("Mức 1", "Định danh mức 1", "Mức độ 1"),
    "level_2": ("Mức 2", "Định danh mức 2", "Mức độ 2", "Tài khoản mức 2"),
}  # fmt: skip

ADDED: Final = ("Dòng trong tệp đã gửi", "Lý do trả lại", "Cần làm")
"""Columns of ours in the file that hands rows back: never read when that file comes again."""

NOT_TAKEN: Final[dict[str, tuple[str, ...]]] = {
    "không cần cho chiến dịch": (
        "Quê quán", "Nguyên quán", "Ngày cấp", "Nơi cấp", "Ngày cấp, nơi cấp", "Nghề nghiệp", "Trình độ", "Quốc tịch", "Nơi sinh",
        "Trình độ học vấn", "Nơi làm việc", "Ngày hết hạn", "Nơi đăng ký khai sinh", "Email", "Họ tên cha", "Họ tên mẹ",
        "Đối tượng", "Ký nhận", "Ký tên", "Chữ ký", "Ngày cấp CCCD", "Nơi cấp CCCD", "Ảnh", "Tuổi",
    ),
    "thông tin nhạy cảm, không được nhập": (
        "Dân tộc", "Tôn giáo", "Số tài khoản", "Số tài khoản ngân hàng", "Mật khẩu", "Tên đăng nhập", "Tiền án", "Sức khỏe",
        "Đảng viên", "Tình trạng sức khỏe",
    ),
    "hệ thống không ghi ý kiến của từng người": (
        "Ý kiến", "Đồng ý", "Không đồng ý", "Tán thành", "Không tán thành", "Nội dung ý kiến", "Nội dung góp ý", "Ý kiến khác",
        "Biểu quyết", "Kết quả ý kiến",
    ),
    "ghi chú tự do không được nhập": ("Ghi chú", "Lý do", "GC", "Ghi chú/Lý do", "Diễn giải"),
    "phần mềm thêm vào tệp trả lại": ADDED,
}  # fmt: skip

_BRACKETS = re.compile(r"\([^)]*\)")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


@lru_cache(4096)
def squashed(header: str) -> str:
    """Return a header as headers are compared: no accents, no case, no spaces, no punctuation, no text in brackets.

    >>> squashed("Họ, chữ đệm\\nvà tên (khai sinh)"), squashed("HoTen")
    ('hochudemvaten', 'hoten')
    """
    folded = fold(header)
    return _NOT_WORDS.sub("", _BRACKETS.sub(" ", folded)) or _NOT_WORDS.sub("", folded)


FIELD_OF: Final = {squashed(alias): field for field, aliases in ALIASES.items() for alias in aliases}
REASON_OF: Final = {squashed(alias): reason for reason, aliases in NOT_TAKEN.items() for alias in aliases}
OURS: Final = frozenset(squashed(header) for header in ADDED)
USUAL_NAME: Final = {field: aliases[0] for field, aliases in ALIASES.items()}
