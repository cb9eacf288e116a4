"""Labels of requests in the language of the page."""

from typing import Final

from rules.pack.model import Label
from web.format import label
from web.i18n import _l
from workflow.queries.door_list import ENDED_LABEL, UNREACHABLE_LABEL

CONFIRMS: Final = {
    "team_leader": _l("tổ trưởng tổ công tác"),
    "duty_leader": _l("lãnh đạo phụ trách địa bàn"),
    "coordinator": _l("đầu mối tổng hợp"),
}
"""Who a pack may name to confirm an exit, for those who only see that it waits."""
_OURS: Final = {UNREACHABLE_LABEL: _l("Không thể liên hệ"), ENDED_LABEL: _l("Đã kết thúc liên hệ")}
"""Labels that are no pack's."""


def state_words(value: Label | str) -> str:
    """Return the label of a state: a pack's, or one of ours."""
    return label(value) if isinstance(value, Label) else str(_OURS.get(value, value))
