"""The plan in words of the page: how a task stands, when it is due, what happened to it."""

import re
from typing import Any, Final

from rules.said import Said
from rules.time import DAY, Instant
from web.format import day, label, moment
from web.here import here
from web.i18n import N_, _, current_locale, gettext, ngettext
from web.sayings import in_words
from workflow.plan.counted import WAITS
from workflow.plan.happenings import happening
from workflow.plan.life import MOVES, STATE_LABELS
from workflow.plan.standing import Standing, words_of
from workflow.queries.plan_board import BoardRow, OccurrenceLine, View
from workflow.queries.plan_items import is_numbered
from workflow.queries.plan_links import Links
from workflow.queries.task_record import HistoryLine

VIEW_LABELS: Final[dict[View, str]] = {
    "open": N_("Cần làm"),
    "overdue": N_("Quá hạn"),
    "at_risk": N_("Nguy cơ"),
    "review": N_("Chờ duyệt"),
    "delivered": N_("Đã gửi"),
    "all": N_("Tất cả"),
}
KIND_LABELS: Final = {"document": N_("Văn bản"), "photo": N_("Ảnh"), "count": N_("Số lượng"), "link": N_("Đường dẫn")}
BADGES: Final[dict[Standing, tuple[str, str]]] = {
    "overdue": ("late", "exclamation-octagon"),
    "missing": ("warn", "envelope-exclamation"),
    "at_risk": ("warn", "exclamation-triangle"),
    "due": ("info", "clock"),
    "no_deadline": ("quiet", "dash-circle"),
    "late": ("warn", "check2"),
    "supplement": ("info", "plus-circle"),
    "on_time": ("good", "check-circle"),
    "sent": ("good", "check-circle"),
    "waived": ("quiet", "slash-circle"),
    "cancelled": ("quiet", "x-circle"),
}
DONE: Final = {
    "assign": N_("Đã giao việc."),
    "start": N_("Đã ghi: bắt đầu làm."),
    "submit": N_("Đã gửi duyệt."),
    "accept": N_("Đã duyệt."),
    "return": N_("Đã trả lại."),
    "cancel": N_("Đã hủy nhiệm vụ."),
    "waive": N_("Đã miễn nhiệm vụ."),
    "reopen": N_("Đã mở lại nhiệm vụ."),
}

ENGINE_WORDS: Final = (
    # states
    N_("đã lên kế hoạch"), N_("đã giao"), N_("đang làm"), N_("chờ duyệt"), N_("bị trả lại"), N_("đã xong"), N_("đã hủy"), N_("được miễn"),
    # moves
    N_("giao việc"), N_("bắt đầu làm"), N_("gửi duyệt"), N_("duyệt"), N_("trả lại"), N_("hủy"), N_("miễn"), N_("mở lại"),
    N_("tự hoàn thành theo số liệu"), N_("chuyển báo cáo"),
    # what happened to a task
    N_("mở nhiệm vụ"), N_("bổ sung minh chứng “%(label)s”"), N_("rút minh chứng “%(label)s”"), N_("ghi tiến độ %(n)s %%"),
    N_("tính lại hạn theo việc làm trước"), N_("đổi hạn hoặc chủ trì theo kế hoạch mới"),
    # how a task stands
    N_("quá hạn"), N_("nguy cơ"), N_("còn hạn"), N_("không có hạn"), N_("chưa có hạn: chờ việc trước xong"), N_("đã gửi, trễ hạn"), N_("đã gửi, đúng hạn"),
    N_("đã gửi, không có hạn"), N_("chưa gửi"), N_("đã gửi bổ sung"),
    N_("còn %(n)s ngày"), N_("còn %(n)s giờ"), N_("còn %(n)s phút"),
    N_("quá hạn %(n)s ngày"), N_("quá hạn %(n)s giờ"), N_("quá hạn %(n)s phút"),
    N_("quá hạn chưa đầy 1 phút"), N_("còn chưa đầy 1 phút"), N_("nguy cơ, còn chưa đầy 1 phút"),
    N_("nguy cơ, còn %(n)s ngày"), N_("nguy cơ, còn %(n)s giờ"), N_("nguy cơ, còn %(n)s phút"),
    # who may
    N_("người được giao nhiệm vụ này hoặc tổ trưởng tổ công tác của tổ được giao"),
    N_("người được giao hoặc phối hợp nhiệm vụ này, hoặc %(leader)s của tổ được giao"),
    N_("người được giao hoặc phối hợp nhiệm vụ này, hoặc %(above)s"), N_("ghi trao đổi"),
    N_("đầu mối tổng hợp hoặc trưởng ban chỉ đạo"),
    N_("đầu mối tổng hợp hoặc đơn vị chủ trì hoặc trưởng ban chỉ đạo"),
)  # fmt: skip
"""What the engine calls things, named here so that each has its English; a test holds the two lists together."""


def standing_words(standing: Standing, due_at: Instant | None, in_plan: str = "") -> str:
    """Return how a task stands: quá hạn 4 ngày, nguy cơ, còn 3 giờ, không có hạn; `in_plan` is its deadline in the plan's words."""
    if standing == "no_deadline" and isinstance(in_plan, Said):
        return gettext(WAITS)
    words, values = words_of(standing, due_at, here.now)
    return ngettext(words, words, values["n"]) if values else gettext(words)


def sign_of(standing: Standing, due_at: Instant | None, in_plan: str = "") -> tuple[str, str, str]:
    """Return colour, icon and words of how a task stands."""
    return *BADGES[standing], standing_words(standing, due_at, in_plan)


def state_words(state: str) -> str:
    """Return a task's state in the language of the page."""
    return gettext(STATE_LABELS[state])


def move_words(move: str) -> str:
    """Return a move as a button says it."""
    label = gettext(MOVES[move].label)
    return label[:1].upper() + label[1:]


def due_words(in_plan: str, due_at: Instant | None) -> str:
    """Return a deadline in the plan's words with its last moment; in English, the moment before which it is."""
    if current_locale() == "vi":
        return in_plan
    if due_at is not None:
        return _("trước %(moment)s", moment=moment(due_at))
    if isinstance(in_plan, Said):
        return _("tính từ khi xong việc “%(task)s”", task=in_words(in_plan.values["task"]))
    why = in_plan.partition(": ")[2]
    return _("không có hạn: %(why)s", why=why) if why else _("không có hạn")


def clause_words(clause: str) -> str:
    """Return where in the plan a task stands: Mục 3.2, or the words that name its place."""
    return _("Mục %(clause)s", clause=clause) if is_numbered(clause) else clause


def period_words(occurrence: str, due_at: Instant | None) -> str:
    """Return the period of a duty: the day it is due, or nothing for what comes once."""
    if len(occurrence) == 10 and due_at is not None:
        return _("ngày %(day)s", day=day(due_at - 1, with_year=False))
    return "" if occurrence in ("", "once", "final") else occurrence


def occurrence_words(occurrence: str) -> str:
    """Return the period of a duty by its key: its day, or nothing for what comes once."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", occurrence)
    if found:
        return f"{int(found[3])}/{int(found[2])}"
    return "" if occurrence in ("", "once", "final") else occurrence


def delivered_words(row: BoardRow) -> str:
    """Return how many of a folded row have handed over, and what is missing: 13/15 tổ đã gửi, còn thiếu 2."""
    said = {
        "team": _("%(n)s/%(all)s tổ đã gửi", n=row.delivered, all=row.total),
        "area": _("%(n)s/%(all)s tổ dân phố đã gửi", n=row.delivered, all=row.total),
    }.get(row.per) or _("%(n)s/%(all)s nơi đã gửi", n=row.delivered, all=row.total)
    more = [
        _("còn thiếu %(n)s", n=row.overdue + row.missing) if row.overdue + row.missing else "",
        _("chờ duyệt %(n)s", n=row.waiting) if row.waiting else "",
        _("được miễn %(n)s", n=row.excused) if row.excused else "",
    ]
    return ", ".join([said, *filter(None, more)])


def done_words(row: BoardRow) -> str:
    """Return how much of a row is behind, as its bar in the strip of days draws it; where nobody recorded a share, its state."""
    if row.task_id is None:
        return delivered_words(row)
    return state_words(row.state or "") if row.progress is None else f"{row.progress} %"


def slack_words(slack: int | None) -> str:
    """Return in whole days how long a task may slip before the next one's deadline; a dash where nothing says."""
    return "–" if slack is None else ngettext("%(n)s ngày", "%(n)s ngày", slack // DAY)


def before_words(links: Links) -> str:
    """Return what comes before, each with how many of its tasks are still open."""
    return "; ".join(f"{label(one.label)} ({_still_open(one.still_open)})" for one in links.before)


def _still_open(n: int) -> str:
    return ngettext("còn %(n)s việc chưa xong", "còn %(n)s việc chưa xong", n) if n else _("đã xong")


def lines_words(lines: list[OccurrenceLine]) -> str:
    """Return how many of the occurrences on a page have been handed over."""
    counted = [line for line in lines if line.state not in ("waived", "cancelled")]
    return _("%(n)s/%(all)s đã gửi", n=sum(line.submitted_at is not None for line in counted), all=len(counted))


def under_words(line: HistoryLine) -> str:
    """Return under which post somebody spoke, and for whom they stood in."""
    stored = str(line.data.get("under", ""))
    named = (post.label for post in here.context.pack.posts.values() if post.label.vi == stored)
    post = label(next(named, stored))
    return post if line.acting_for is None else _("%(post)s, thay %(name)s", post=post, name=line.acting_for)


def history_words(line: Any) -> str:
    """Return what happened, without who and when."""
    match line.what:
        case "forward":
            return ngettext("chuyển %(n)s báo cáo", "chuyển %(n)s báo cáo", len(line.data["reports"]))
        case "supplement":
            return ngettext("chuyển bổ sung %(n)s báo cáo", "chuyển bổ sung %(n)s báo cáo", len(line.data["reports"]))
    return in_words(happening(line.what, line.data))
