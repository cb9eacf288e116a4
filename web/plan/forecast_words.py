"""A forecast in words of the page: when, how late, what it rests on; or why there is none."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from web.format import day, label
from web.here import here
from web.i18n import _, ngettext
from workflow.days import as_date
from workflow.plan.forecast import Forecast
from workflow.queries.plan_items import label_of

Key = TypeVar("Key", bound=Hashable)


def forecast_words(found: Forecast[Key] | None, item_of_key: Callable[[Key], str]) -> str:
    """Return a forecast as a sentence part; nothing for one that rests on the plan's own deadlines alone."""
    if found is None or not found.is_told:
        return ""
    behind = "" if found.behind is None else _name(item_of_key(found.behind))
    if found.day is None:
        return _why_none(found, behind)
    on = day(as_date(found.day))
    said = _("dự kiến xong %(day)s", day=on)
    if found.late:
        late = ngettext("muộn %(n)s ngày", "muộn %(n)s ngày", found.late)
        said = _("%(said)s, %(late)s", said=said, late=late)
    if found.ground == "before":
        return _("%(said)s (chờ việc trước: “%(label)s”)", said=said, label=behind)
    return _("%(said)s (theo nhịp %(n)s ngày trọn gần nhất)", said=said, n=found.days)


def _why_none(found: Forecast[Key], behind: str) -> str:
    if found.lack == "before":
        return _("chưa dự kiến được ngày xong: việc trước “%(label)s” chưa dự kiến được", label=behind)
    if found.lack == "unknown":
        return _("chưa dự kiến được ngày xong: điều kiện này không tính được theo nhịp")
    if found.lack == "few_days":
        return _("chưa dự kiến được ngày xong: chưa đủ ngày có số liệu để tính nhịp")
    if found.of > 1:
        return _(
            "chưa dự kiến được ngày xong: %(n)s/%(all)s nơi không tiến thêm trong %(days)s ngày trọn gần nhất",
            n=found.lacking, all=found.of, days=found.days,
        )  # fmt: skip
    return _("chưa dự kiến được ngày xong: không tiến thêm trong %(days)s ngày trọn gần nhất", days=found.days)


def _name(item: str) -> str:
    return label(label_of(here.context, item, item))
