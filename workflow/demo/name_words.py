"""Words that invented names are made of, with how often each is drawn.

Family names follow their known shares in the population; middle and given names are common ones of each sex.
"""

from typing import Final

FAMILY: Final = {
    "Nguyễn": 315, "Trần": 109, "Lê": 89, "Phạm": 69, "Hoàng": 51, "Phan": 45, "Vũ": 39, "Đặng": 21, "Bùi": 20, "Đỗ": 14,
    "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Đinh": 8, "Mai": 7, "Trịnh": 7, "Đoàn": 7, "Lương": 6, "Đào": 6,
    "Hà": 5, "Cao": 5, "Phùng": 5, "Tạ": 4, "Tô": 3, "Chu": 3, "Quách": 2, "Vương": 2, "Thái": 2, "Kiều": 2,
}  # fmt: skip

MIDDLE_MALE: Final = {
    "Văn": 46, "Đức": 9, "Hữu": 6, "Minh": 6, "Quang": 6, "Xuân": 4, "Công": 4, "Đình": 4, "Ngọc": 4, "Thanh": 4,
    "Trọng": 3, "Tuấn": 3, "Duy": 3, "Bá": 2, "Thế": 2, "Tiến": 2, "Gia": 2, "Khắc": 1,
}  # fmt: skip

MIDDLE_FEMALE: Final = {
    "Thị": 52, "Thị Thu": 5, "Thị Thanh": 5, "Thị Ngọc": 4, "Thị Minh": 3, "Thị Hồng": 4, "Thị Kim": 3, "Thị Bích": 2,
    "Thu": 4, "Thanh": 3, "Ngọc": 4, "Khánh": 2, "Phương": 3, "Thùy": 2, "Bảo": 2, "Diệu": 1, "Hải": 1,
}  # fmt: skip

_GIVEN_MALE = (
    "An Anh Ánh Bách Bảo Bằng Bình Chiến Chinh Chung Công Cương Cường Duy Dũng Dương Đại Đạt Điệp Định Đông Đức Giang "
    "Hải Hào Hậu Hiển Hiệp Hiếu Hòa Hoàng Hùng Huy Hưng Hữu Khang Khải Khánh Khoa Kiên Lâm Linh Long Lộc Lợi Luân Lực "
    "Mạnh Minh Nam Nghĩa Ngọc Nhân Phong Phú Phúc Phương Quân Quang Quốc Quyết Quý Sang Sáng Sơn Tài Tâm Tân Thái "
    "Thanh Thành Thắng Thiện Thịnh Thọ Thông Thuận Thức Tiến Tiệp Toàn Tới Trí Trung Trường Tú Tuấn Tùng Tuyên Văn "
    "Việt Vinh Vũ Vượng Xuân Yên"
)
GIVEN_MALE: Final = tuple(_GIVEN_MALE.split())

_GIVEN_FEMALE = (
    "An Anh Ánh Ân Bích Bình Chi Cúc Dịu Diệp Dung Duyên Đào Gấm Giang Hà Hạnh Hằng Hiên Hiền Hoa Hòa Hoài Hồng Huế "
    "Huệ Hương Hường Huyền Khánh Khuyên Kim Lan Lành Lâm Len Lệ Liên Linh Loan Lụa Lương Lý Mai Mận Mến Minh My Mỹ Na "
    "Nga Ngà Ngân Ngọc Nguyệt Nhài Nhàn Nhung Oanh Phượng Phương Quyên Quỳnh Sen Tâm Thanh Thảo Thắm Thêu Thoa Thơm "
    "Thu Thúy Thủy Thư Thương Tình Trà Trang Trâm Tuyết Tươi Vân Xuân Yến Ý"
)
GIVEN_FEMALE: Final = tuple(_GIVEN_FEMALE.split())
