"""The menu: which pages a role finds there, in which order. A phone shows the first four at its bottom edge."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from flask import current_app, g, request
from markupsafe import Markup

from web.here import UnitHere, arrived
from web.i18n import _l, current_locale
from web.links import link
from web.policy import policy_of
from web.templating import environment
from workflow.errors import NotFound


@dataclass(frozen=True)
class Item:
    """A page of the menu. `roles` says who finds it there (its policy may admit others too)."""

    endpoint: str
    label: Any
    icon: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """An item as a page shows it."""

    url: str
    label: str
    icon: str
    is_here: bool


ITEMS: Final = (
    Item("queue.mine", _l("Hôm nay"), "house-door", ("member",)),
    Item("chair.index", _l("Toàn cảnh"), "speedometer2", ("chair",)),
    Item("team.index", _l("Tổ công tác"), "people", ("team_leader",)),
    Item("overview.index", _l("Tổng hợp"), "clipboard-data", ("coordinator",)),
    Item("answer.quick", _l("Trả lời nhanh"), "telephone", ("chair", "coordinator")),
    Item("close.index", _l("Chốt số liệu"), "lock", ("coordinator", "chair", "superior", "auditor")),
    Item("escalations.inbox", _l("Cần xử lý"), "inbox", ("member", "team_leader", "duty_leader", "coordinator", "chair", "plan_owner")),
    Item("exits.inbox", _l("Xác nhận"), "patch-question", ("team_leader", "duty_leader", "coordinator")),
    Item("team.doors", _l("Các hộ"), "houses", ("team_leader", "coordinator", "duty_leader")),
    Item("plan.board", _l("Kế hoạch"), "list-check", ("plan_owner", "coordinator", "chair", "team_leader", "duty_leader")),
    Item("desk.find", _l("Tra cứu"), "search", ("support_desk",)),
    Item("area.index", _l("Địa bàn"), "geo-alt", ("area_head",)),
    Item("roster.files", _l("Danh sách"), "file-earmark-spreadsheet", ("coordinator",)),
    Item("report.show", _l("Báo cáo"), "file-text", ("coordinator", "chair", "superior", "auditor", "duty_leader")),
    Item("dashboard.index", _l("Tiến độ"), "graph-up", ("coordinator", "chair", "duty_leader", "superior", "auditor")),
    Item("targets.index", _l("Chỉ tiêu"), "bullseye", ("coordinator", "chair", "superior", "auditor")),
    Item("papers.index", _l("Văn bản"), "file-earmark-text", ("coordinator", "chair")),
    Item("counter.index", _l("Số hệ thống"), "database", ("coordinator",)),
    Item("check.form", _l("Kiểm tra số"), "check2-square", ("coordinator", "superior", "auditor", "chair")),
    Item("above.index", _l("Các đơn vị"), "buildings", ("superior",)),
    Item("quality.mine", _l("Phúc tra"), "arrow-repeat", ("member", "team_leader")),
    Item("quality.index", _l("Độ tin cậy"), "question-circle", ("duty_leader", "coordinator")),
    Item("paper.index", _l("Tờ giấy"), "printer", ("member", "team_leader", "coordinator")),
    Item("shift.index", _l("Giao ca"), "arrow-left-right", ("member", "team_leader", "duty_leader", "coordinator")),
    Item("admin.index", _l("Quản trị"), "gear", ("administrator",)),
    Item("absence.index", _l("Vắng mặt"), "person-dash", ("team_leader", "duty_leader", "area_head", "coordinator", "plan_owner", "chair", "administrator")),
    Item("cards.index", _l("Thẻ đăng nhập"), "qr-code", ("administrator", "team_leader")),
    Item("audit.index", _l("Sổ"), "journal-check", ("auditor", "administrator")),
)  # fmt: skip
"""In the order of what a role needs first."""
START: Final = Item("home.index", _l("Trang đầu"), "house-door", ())
"""The way back to where one works, from pages that lie in no unit."""
MINE: Final = Item("me.index", _l("Cá nhân"), "person", ())
"""What everybody has, at the end."""


def unit_shown() -> UnitHere | None:
    """Return the unit of the page, for those who have a place in it; nobody else learns its name."""
    here = arrived()
    if here.account is None or here.unit_code is None or g.get("is_broken"):
        return None
    try:
        return here.unit if here.actor else None
    except NotFound:
        return None


class Menu(NamedTuple):
    """The menu as pages show it: the bar at the top, and the rest at the bottom, where a phone has room for it."""

    bar: Markup
    rest: Markup


MOST_KEPT: Final = 2000
_drawn: dict[Hashable, Menu] = {}
NO_MENU: Final = Menu(Markup(), Markup())


def menu() -> Menu:
    """Return the menu of whoever is signed in. Drawn once for all who see the same.

    What belongs to a campaign stands in it inside one, and on the unit's own pages where the unit has only one.
    """
    here = arrived()
    if here.account is None or g.get("is_broken"):
        return NO_MENU
    roles = here.actor.roles if unit_shown() else frozenset[str]()
    campaign = here.campaign_code or (_only_campaign() if roles else None)
    at = MINE.endpoint if request.blueprint == "me" else _endpoint_here()
    key = (current_locale(), here.unit_code, campaign, here.root, roles, at)
    found = _drawn.get(key)
    if found is None:
        items, parts = shown(roles, at, campaign), environment().get_template("menu.html").module
        found = Menu(*(getattr(parts, part)(items) for part in Menu._fields))
        if len(_drawn) >= MOST_KEPT:
            _drawn.clear()
        _drawn[key] = found
    return found


def shown(roles: frozenset[str], at: str | None, campaign: str | None) -> list[Shown]:
    """Return the pages that somebody with these roles finds in the menu; `at` is the endpoint of the page that is open."""
    here = () if roles else (START,)
    items = [
        *here,
        *(item for item in ITEMS if roles & set(item.roles) and _leads_somewhere(item, roles, campaign)),
        MINE,
    ]
    return [Shown(_address(item, campaign), str(item.label), item.icon, item.endpoint == at) for item in items]


def _only_campaign() -> str | None:
    known = arrived().campaigns
    return known[0].code if len(known) == 1 else None


def _address(item: Item, campaign: str | None) -> str:
    return link(item.endpoint, campaign=campaign) if _lies_in_a_campaign(item) else link(item.endpoint)


def _lies_in_a_campaign(item: Item) -> bool:
    return current_app.url_map.is_endpoint_expecting(item.endpoint, "campaign")


def home_of(roles: frozenset[str]) -> str | None:
    """Return the endpoint of the page that somebody with these roles starts from."""
    found = (item.endpoint for item in ITEMS if roles & set(item.roles) and item.endpoint in current_app.view_functions)
    return next(found, None)


def _leads_somewhere(item: Item, roles: frozenset[str], campaign: str | None) -> bool:
    policy = policy_of(current_app, item.endpoint) if item.endpoint in current_app.view_functions else None
    return policy is not None and policy.admits(roles) and (campaign is not None or not _lies_in_a_campaign(item))


_FIRST_OF_GROUP: Final = {item.endpoint.partition(".")[0]: item.endpoint for item in reversed(ITEMS)}
_ENDPOINTS: Final = frozenset(item.endpoint for item in ITEMS)


def _endpoint_here() -> str | None:
    """Return the item that is marked as open: a page that is no item itself stands under the first of its group."""
    return request.endpoint if request.endpoint in _ENDPOINTS else _FIRST_OF_GROUP.get(request.blueprint or "")
