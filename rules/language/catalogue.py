"""The facts of Từng Nhà: everything a rule may speak about, with its meaning and the contexts in which it may stand.

States, stages and figures are named by each pack; the closed sets here are those that no pack changes.
"""

from collections.abc import Mapping

from rules.language.facts import Catalogue, Context, Fact
from rules.language.tree import Type

_POPULATION, _GATEWAY, _CASE = Context.POPULATION, Context.GATEWAY, Context.CASE
_TASK, _TEAM, _FIGURE = Context.TASK, Context.TEAM, Context.FIGURE
_BOOL, _INT, _TEXT, _INSTANT = Type.BOOL, Type.INT, Type.TEXT, Type.INSTANT

_ON_SUBJECT = (_POPULATION,)  # asked once, at entry; what a case rule needs is kept on the case
_ON_CASE = (_GATEWAY, _CASE, _FIGURE)
_ON_TASK = (_TASK, _FIGURE)
_ON_TEAM = (_TEAM, _FIGURE)


def _fact(
    contexts: tuple[Context, ...],
    name: str,
    type_: Type,
    vi: str,
    en: str,
    *,
    nullable: bool = False,
    unit: str = "",
    values: Mapping[str, str] | None = None,
    parameter: bool = False,
) -> Fact:
    return Fact(name, type_, vi, en, frozenset(contexts), nullable, unit, values, parameter)


_CLOCK = [
    _fact((_CASE, _TASK, _TEAM, _FIGURE), "now", _INSTANT, "lúc xét", "instant of judging"),
    _fact((_GATEWAY,), "happened_at", _INSTANT, "lúc việc xảy ra", "instant the move happened"),
]

_RESIDENCE = {"permanent": "thường trú", "temporary": "tạm trú", "away": "tạm vắng"}
_ACCOUNT = {"none": "chưa có định danh mức 2", "registered": "đã đăng ký mức 2", "activated": "đã kích hoạt mức 2"}
_KIND = {"person": "người", "household": "hộ", "organisation": "tổ chức", "parcel": "thửa đất"}

_SUBJECT = [
    _fact(_ON_SUBJECT, "kind", _TEXT, "loại đối tượng", "kind of subject", values=_KIND),
    _fact(_ON_SUBJECT, "residence", _TEXT, "cư trú", "residence", nullable=True, values=_RESIDENCE),
    _fact(_ON_SUBJECT, "resident", _BOOL, "là cư dân", "is a resident"),
    _fact(_ON_SUBJECT, "eligible", _BOOL, "thuộc diện", "is eligible"),
    _fact(_ON_SUBJECT, "age", _INT, "tuổi", "age", nullable=True, unit="tuổi"),
    _fact(
        _ON_SUBJECT, "account", _TEXT, "định danh theo danh sách", "account as listed", nullable=True, values=_ACCOUNT
    ),
    _fact(_ON_SUBJECT, "level_2", _BOOL, "có định danh mức 2", "has a level 2 account"),
    _fact(_ON_SUBJECT, "has_phone", _BOOL, "có điện thoại", "has a phone", nullable=True),
    _fact((_POPULATION, _CASE), "unnamed", _BOOL, "chưa ghi tên", "not named yet"),
]

_EXIT_CLASS = {
    "ineligible": "không thuộc diện",
    "unavailable": "không liên hệ được",
    "remediable": "khắc phục được",
    "pending": "đang chờ",
    "declined": "đã kết thúc liên hệ",
}

_CASE_FACTS = [
    _fact(_ON_CASE, "state", _TEXT, "trạng thái", "state"),
    _fact(_ON_CASE, "stage", _TEXT, "bước xa nhất đã tới", "furthest stage reached"),
    _fact(_ON_CASE, "created_at", _INSTANT, "lúc mở hồ sơ", "instant the case was opened"),
    _fact(_ON_CASE, "entered_at", _INSTANT, "lúc vào trạng thái", "instant the state was entered"),
    _fact(_ON_CASE, "last_contact", _INSTANT, "lần liên hệ gần nhất", "last contact", nullable=True),
    _fact(_ON_CASE, "follow_up_at", _INSTANT, "lúc hẹn lại", "next follow-up", nullable=True),
    _fact(_ON_CASE, "attempts", _INT, "số lần đến không gặp", "attempts without an answer", unit="lần"),
    _fact(_ON_CASE, "is_open", _BOOL, "còn việc phải làm", "somebody still has to act"),
    _fact(_ON_CASE, "is_done", _BOOL, "đã xong", "is done"),
    _fact(_ON_CASE, "exit_class", _TEXT, "nhóm lý do ra", "class of the exit", nullable=True, values=_EXIT_CLASS),
]

_TASK_STATE = {
    "planned": "đã lên kế hoạch",
    "assigned": "đã giao",
    "in_progress": "đang làm",
    "submitted_for_review": "chờ duyệt",
    "returned": "bị trả lại",
    "done": "đã xong",
    "cancelled": "đã hủy",
    "waived": "được miễn",
}

_TASK_FACTS = [
    _fact(_ON_TASK, "task_state", _TEXT, "trạng thái nhiệm vụ", "state of the task", values=_TASK_STATE),
    _fact(_ON_TASK, "is_duty", _BOOL, "là việc định kỳ", "is a recurring duty"),
    _fact(_ON_TASK, "opens_at", _INSTANT, "lúc bắt đầu được làm", "instant work may start"),
    _fact(_ON_TASK, "due_at", _INSTANT, "hạn", "deadline, exclusive", nullable=True),
    _fact(_ON_TASK, "internal_due_at", _INSTANT, "hạn nội bộ", "internal deadline, exclusive", nullable=True),
    _fact(_ON_TASK, "started_at", _INSTANT, "lúc bắt tay vào làm", "instant work started", nullable=True),
    _fact(_ON_TASK, "submitted_at", _INSTANT, "lúc gửi duyệt", "instant of submission", nullable=True),
    _fact(_ON_TASK, "progress", _INT, "tiến độ", "progress", nullable=True, unit="phần trăm"),
    _fact(_ON_TASK, "open_predecessors", _INT, "việc trước chưa xong", "predecessors still open", unit="việc"),
]

_TEAM_FACTS = [
    _fact((_TASK, _TEAM), "area", _TEXT, "tổ dân phố, thôn", "area of the team or task", nullable=True),
    _fact((_TASK, _TEAM), "team", _TEXT, "tổ công tác", "team", nullable=True),
    _fact(_ON_TEAM, "pace", _INT, "nhịp làm hiện nay", "steps done a day", unit="bước mỗi ngày"),
    _fact(_ON_TEAM, "required_pace", _INT, "nhịp cần đạt", "steps a day needed", unit="bước mỗi ngày"),
    _fact(_ON_TEAM, "misses_3_days", _INT, "số báo cáo thiếu trong 3 ngày", "reports missed in 3 days", unit="báo cáo"),
    _fact(
        _ON_TEAM,
        "supplements_3_days",
        _INT,
        "số báo cáo gửi bổ sung trong 3 ngày",
        "reports sent as supplements in 3 days",
        unit="báo cáo",
    ),
    _fact(_ON_TEAM, "open_cases", _INT, "hồ sơ còn mở", "open cases", unit="hồ sơ"),
]

_PARAMETERS = [
    _fact(tuple(Context), "campaign.starts_at", _INSTANT, "đợt bắt đầu", "start of the campaign", parameter=True),
    _fact(
        tuple(Context), "campaign.collect_from", _INSTANT, "bắt đầu lấy ý kiến", "start of collecting", parameter=True
    ),
    _fact(tuple(Context), "campaign.collect_until", _INSTANT, "hết lấy ý kiến", "end of collecting", parameter=True),
    _fact(tuple(Context), "campaign.ends_at", _INSTANT, "đợt kết thúc", "end of the campaign", parameter=True),
]

CATALOGUE = Catalogue([*_CLOCK, *_SUBJECT, *_CASE_FACTS, *_TASK_FACTS, *_TEAM_FACTS, *_PARAMETERS])
