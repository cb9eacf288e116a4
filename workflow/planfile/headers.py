"""The columns of a plan's spreadsheet: how offices head them, which ones a plan needs, and which are only for people to read."""

from dataclasses import dataclass
from typing import Final

from workflow.roster.headers import squashed


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """A column that is read: its field, the headers it goes by (ours first), and what may stand in it."""

    field: str
    headers: tuple[str, ...]
    width: int
    help: str
    is_needed: bool = False

    @property
    def header(self) -> str:
        """Return the header that our own files print."""
        return self.headers[0]


COLUMNS: Final = (
    PlanColumn("no", ("STT", "TT", "Số TT", "Số thứ tự", "Số"), 6, "Số của việc; cột “Làm sau” nhắc lại số này."),
    PlanColumn("label", ("Nội dung công việc", "Nội dung", "Công việc", "Nhiệm vụ", "Nội dung nhiệm vụ", "Nội dung, nhiệm vụ",
                         "Nội dung thực hiện", "Tên công việc", "Tên nhiệm vụ", "Nhiệm vụ cụ thể", "Việc phải làm"), 56,
               "Việc phải làm, một việc một dòng.", is_needed=True),
    PlanColumn("owner", ("Đơn vị chủ trì", "Chủ trì", "Cơ quan chủ trì", "Cơ quan, đơn vị chủ trì", "Bộ phận chủ trì",
                         "Chủ trì thực hiện", "Đơn vị thực hiện", "Đơn vị chịu trách nhiệm", "Người chịu trách nhiệm"), 28,
               "Đúng một đơn vị hoặc chức danh, như trang “Đơn vị” liệt kê.", is_needed=True),
    PlanColumn("support", ("Đơn vị phối hợp", "Phối hợp", "Cơ quan phối hợp", "Cơ quan, đơn vị phối hợp", "Bộ phận phối hợp",
                           "Phối hợp thực hiện"), 34, "Các đơn vị phối hợp, cách nhau bằng dấu phẩy hoặc chấm phẩy."),
    PlanColumn("due", ("Thời hạn", "Thời hạn hoàn thành", "Hạn", "Hạn hoàn thành", "Thời gian hoàn thành", "Thời gian thực hiện",
                       "Thời gian", "Thời điểm hoàn thành"), 34,
               "“trước ngày 20/5”, “đến hết ngày 27/5”, “trước 16h ngày 27/5”, “trước 16h hằng ngày”, “05 ngày làm việc kể từ khi xong việc 3”, một ô ngày "
               "(nghĩa là chậm nhất ngày đó), hoặc “không có hạn: vì sao”.", is_needed=True),
    PlanColumn("evidence", ("Kết quả (sản phẩm)", "Kết quả, sản phẩm", "Sản phẩm", "Kết quả/sản phẩm", "Sản phẩm, kết quả",
                            "Kết quả thực hiện", "Kết quả đầu ra", "Sản phẩm đầu ra", "Minh chứng"), 40,
               "“Văn bản: …”, “Số lượng: … (ít nhất 30)”, “Ảnh: …”, “Đường dẫn: …”; cách nhau bằng dấu chấm phẩy."),
    PlanColumn("after", ("Làm sau", "Làm sau việc", "Làm sau việc số", "Sau việc", "Sau việc số", "Việc phải xong trước",
                         "Việc làm trước"), 12, "Số của những việc phải xong trước, như “1, 3”."),
    PlanColumn("per", ("Áp dụng cho", "Làm cho", "Phạm vi"), 16,
               "“cả đơn vị”, “từng tổ công tác”, “từng địa bàn” hoặc “từng cơ quan”; để trống: theo đơn vị chủ trì."),
    PlanColumn("window", ("Giai đoạn", "Trong giai đoạn"), 18, "Việc lặp lại diễn ra trong giai đoạn nào của đợt."),
    PlanColumn("opens", ("Bắt đầu từ", "Ngày bắt đầu", "Bắt đầu"), 16, "Ngày được bắt đầu làm; để trống: đầu đợt."),
    PlanColumn("note", ("Ghi chú", "Căn cứ", "Nguồn"), 34, "Kế hoạch nói ở đâu, hoặc một câu ngắn."),
    PlanColumn("clause", ("Mục trong kế hoạch", "Mục", "Điểm, mục", "Mục, điểm"), 14, "Số mục trong kế hoạch."),
    PlanColumn("id", ("Mã việc", "Mã"), 22, "Mã của việc đã có; để trống với việc mới."),
)  # fmt: skip

STATE_COLUMNS: Final = (
    ("Hết hạn lúc", 26), ("Trạng thái", 24), ("Đúng hạn hay trễ", 24), ("Tiến độ", 12), ("Minh chứng đã có", 12),
)  # fmt: skip
"""What our export adds for people to read; never taken as what is so."""
STATE_FIELDS: Final = ("last_moment", "state", "standing", "progress", "evidence_count")
TODO_HEADER: Final = "Cần làm"
ADDED: Final = ("Dòng trong tệp đã gửi", "Lý do trả lại", TODO_HEADER)

FIELD_OF: Final = {squashed(header): column.field for column in COLUMNS for header in column.headers}
FIELD_OF["ketqua"] = "evidence"
OURS: Final = frozenset(squashed(header) for header, _ in STATE_COLUMNS) | frozenset(map(squashed, ADDED))
SHOWN_OF: Final = {squashed(header): field for field, (header, _) in zip(STATE_FIELDS, STATE_COLUMNS, strict=True)}
HEADER_OF_SHOWN: Final = {field: header for field, (header, _) in zip(STATE_FIELDS, STATE_COLUMNS, strict=True)}
HEADER_OF: Final = {column.field: column.header for column in COLUMNS}
NEEDED: Final = tuple(column.field for column in COLUMNS if column.is_needed)


def header_of(field: str) -> str:
    """Return the header that a field's column has in our own files: Vietnamese in every language, for it is what is read."""
    return HEADER_OF[field]


def quoted(field: str) -> str:
    """Return that header in quotes."""
    return f"“{HEADER_OF[field]}”"


def quoted_shown(field: str) -> str:
    """Return the header of a column that only shows how a task stands, in quotes."""
    return f"“{HEADER_OF_SHOWN[field]}”"
