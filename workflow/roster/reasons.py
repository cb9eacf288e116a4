"""The sentences of a roster's reader: why a row is not taken and what to do, what is odd, what was repaired."""

from typing import Final

REASONS: Final[dict[str, tuple[str, str]]] = {
    "name_missing": ("Thiếu họ tên", "Ghi họ và tên đầy đủ"),
    "name_symbols": ("Họ tên có chữ số hoặc ký tự lạ", "Sửa lại họ tên, chỉ dùng chữ cái"),
    "name_long": ("Họ tên dài quá 100 ký tự", "Kiểm tra có dồn nhiều người vào một ô không"),
    "name_text": ("Họ tên có ý kiến của người dân", "Ô này chỉ ghi họ tên"),
    "name_number": ("Họ tên có dãy số dài như số định danh hoặc số điện thoại", "Ghi số vào đúng cột của nó"),
    "place_text": ("Chủ hộ hoặc địa chỉ có ý kiến của người dân", "Chỉ ghi tên chủ hộ, ngõ, số nhà"),
    "place_number": ("Chủ hộ hoặc địa chỉ có dãy số dài như số định danh hoặc số điện thoại", "Ghi số vào đúng cột của nó"),
    "name_TCVN3": ("Họ tên gõ bằng phông cũ TCVN3 (.VnTime)", "Chuyển tệp sang Unicode (UniKey: Ctrl+Shift+F6) rồi gửi lại"),
    "name_VNI": ("Họ tên gõ bằng phông cũ VNI", "Chuyển tệp sang Unicode (UniKey: Ctrl+Shift+F6) rồi gửi lại"),
    "identity_missing": ("Thiếu cả số ĐDCN và ngày sinh", "Bổ sung ít nhất một trong hai"),
    "id_scientific": ("Số ĐDCN bị bảng tính đổi sang dạng lũy thừa (E+), mất chữ số", "Định dạng cột là Văn bản rồi gõ lại đủ 12 số"),
    "id_old_card": ("Đây là số CMND cũ, không phải số ĐDCN 12 số", "Tra số định danh cá nhân 12 số của người này"),
    "id_length": ("Số ĐDCN không đủ hoặc thừa chữ số", "Kiểm tra lại, số ĐDCN có đúng 12 chữ số"),
    "id_not_digits": ("Số ĐDCN có ký tự không phải chữ số", "Gõ lại, chỉ dùng chữ số"),
    "id_unsafe_repair": (
        "Số ĐDCN thiếu chữ số; thêm số 0 ở đầu thì không khớp mã tỉnh, giới tính hoặc năm sinh",
        "Kiểm tra lại số ĐDCN 12 số trên thẻ",
    ),
    "id_duplicate": ("Số ĐDCN trùng với dòng %(first)s trong tệp", "Giữ một dòng, xóa hoặc sửa dòng kia"),
    "birth_impossible": ("Ngày sinh không có trên lịch", "Sửa ngày sinh theo dạng ngày/tháng/năm"),
    "birth_unreadable": ("Không đọc được ngày sinh", "Ghi theo dạng 05/03/1985, hoặc chỉ năm 1956"),
    "birth_century": ("Năm sinh hai chữ số không rõ thế kỷ", "Ghi năm sinh bốn chữ số"),
    "birth_too_early": ("Năm sinh trước 1900", "Kiểm tra lại năm sinh"),
    "account_unknown": ("Không hiểu tình trạng định danh", "Ghi “đã kích hoạt”, “chưa kích hoạt” hoặc “chưa có mức 2”"),
    "account_missing": ("Thiếu tình trạng định danh", "Ghi “đã kích hoạt”, “chưa kích hoạt” hoặc “chưa có mức 2”"),
    "household_missing": ("Không biết thuộc hộ nào", "Ghi chủ hộ, số hồ sơ cư trú hoặc số nhà"),
    "area_missing": ("Không biết thuộc tổ dân phố nào", "Ghi tổ dân phố, hoặc chọn tổ khi gửi tệp"),
    "person_twice": ("Trùng họ tên, ngày sinh và hộ với dòng %(first)s, không có số ĐDCN để phân biệt", "Giữ một dòng"),
}  # fmt: skip
"""Check → (reason, what to do)."""

DOUBTS: Final[dict[str, str]] = {
    "id_unknown_province": "Ba số đầu của số ĐDCN không phải mã tỉnh đã biết",
    "id_sex": "Giới tính không khớp chữ số thứ tư của số ĐDCN",
    "id_birth_year": "Năm sinh không khớp chữ số thứ năm, sáu của số ĐDCN",
    "birth_future": "Ngày sinh sau ngày của danh sách",
    "age_low": "Dưới 14 tuổi",
    "age_high": "Trên 110 tuổi",
    "name_one_word": "Họ tên chỉ có một từ",
    "name_short": "Họ tên có chữ viết tắt",
    "sex_unknown": "Không hiểu giới tính; lấy theo số ĐDCN nếu có",
    "residence_unknown": "Không hiểu tình trạng cư trú; để trống",
    "relation_text": "Quan hệ với chủ hộ có nội dung không được giữ (ý kiến của người dân hoặc dãy số dài); để trống",
    "phone_unusable": "Số điện thoại không dùng được; để trống",
    "phone_several": "Có nhiều số điện thoại; chỉ lấy số đầu",
    "phone_shared": "Một số điện thoại dùng cho nhiều người",
    "person_twice": "Trùng họ tên, ngày sinh và hộ với một dòng khác nhưng số ĐDCN khác",
    "total_disagrees": "Dòng tổng không khớp số người đếm được",
}  # fmt: skip

REPAIRS: Final[dict[str, str]] = {
    "id_zeros": "Số ĐDCN đã được thêm lại số 0 ở đầu",
    "birth_repaired": "Ngày sinh đã được đọc lại (đảo ngày tháng, số ngày của bảng tính hoặc thêm thế kỷ)",
    "phone_renumbered": "Số điện thoại 11 số đã đổi sang 10 số",
    "household_filled": "Thông tin hộ để trống, lấy theo dòng trên",
    "sex_from_id": "Giới tính lấy theo số ĐDCN",
}  # fmt: skip

ROW_KINDS: Final[dict[str, str]] = {
    "letterhead": "Dòng tiêu ngữ, tên danh sách và tiêu đề",
    "header": "Dòng tiêu đề lặp lại",
    "blank": "Dòng trống",
    "group": "Dòng nhóm (tổ dân phố, hộ)",
    "total": "Dòng tổng",
    "signature": "Dòng ký tên",
}  # fmt: skip
