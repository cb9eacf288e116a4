"""The menu: which pages a role finds there, in which order. A phone shows the first four at its bottom edge."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from flask import current_app, g, request

from web.here import UnitHere, here
from web.i18n import _, _l
from web.links import link
from web.policy import policy_of
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
    Item("escalations.inbox", _l("Cần xử lý"), "inbox", ("team_leader", "duty_leader", "coordinator", "chair", "plan_owner")),
    Item("exits.inbox", _l("Xác nhận"), "patch-question", ("team_leader", "duty_leader", "coordinator")),
    Item("team.doors", _l("Các hộ"), "houses", ("team_leader", "coordinator", "duty_leader")),
    Item("plan.board", _l("Kế hoạch"), "list-check", ("plan_owner", "coordinator", "chair", "team_leader", "duty_leader")),
    Item("desk.find", _l("Tra cứu"), "search", ("support_desk",)),
    Item("area.index", _l("Địa bàn"), "geo-alt", ("area_head",)),
    Item("roster.files", _l("Danh sách"), "file-earmark-spreadsheet", ("coordinator",)),
    Item("report.show", _l("Báo cáo"), "file-text", ("coordinator", "chair", "superior", "auditor", "duty_leader")),
    Item("paper.index", _l("Tờ giấy"), "printer", ("member", "team_leader", "coordinator")),
    Item("audit.index", _l("Sổ"), "journal-check", ("auditor", "administrator")),
    Item("admin.index", _l("Quản trị"), "gear", ("administrator",)),
    Item("cards.index", _l("Thẻ đăng nhập"), "qr-code", ("administrator", "team_leader")),
)  # fmt: skip
"""In the order of what a role needs first."""


def unit_shown() -> UnitHere | None:
    """Return the unit of the page, for those who have a place in it; nobody else learns its name."""
    if here.account is None or here.unit_code is None or g.get("is_broken"):
        return None
    try:
        return here.unit if here.actor else None
    except NotFound:
        return None


def menu() -> list[Shown]:
    """Return the pages that whoever is signed in finds here; what belongs to a campaign only inside one."""
    if here.account is None or g.get("is_broken"):
        return []
    roles = here.actor.roles if unit_shown() else frozenset[str]()
    shown = [_shown(item) for item in _items_for(roles, here.campaign_code is not None)]
    return [*shown, Shown(link("me.index"), _("Cá nhân"), "person", request.blueprint == "me")]


def home_of(roles: frozenset[str]) -> str | None:
    """Return the endpoint of the page that somebody with these roles starts from."""
    found = (item.endpoint for item in ITEMS if roles & set(item.roles) and item.endpoint in current_app.view_functions)
    return next(found, None)


@lru_cache(maxsize=500)
def _items_for(roles: frozenset[str], in_campaign: bool) -> tuple[Item, ...]:
    return tuple(item for item in ITEMS if roles & set(item.roles) and _leads_somewhere(item, roles, in_campaign))


def _leads_somewhere(item: Item, roles: frozenset[str], in_campaign: bool) -> bool:
    policy = policy_of(current_app, item.endpoint) if item.endpoint in current_app.view_functions else None
    needs_campaign = policy is not None and current_app.url_map.is_endpoint_expecting(item.endpoint, "campaign")
    return policy is not None and policy.admits(roles) and (in_campaign or not needs_campaign)


_FIRST_OF_GROUP: Final = {item.endpoint.partition(".")[0]: item.endpoint for item in reversed(ITEMS)}
_ENDPOINTS: Final = frozenset(item.endpoint for item in ITEMS)


def _shown(item: Item) -> Shown:
    """Return an item as the page shows it: a page that is no item itself stands under the first of its group."""
    endpoint = request.endpoint if request.endpoint in _ENDPOINTS else _FIRST_OF_GROUP.get(request.blueprint or "")
    return Shown(link(item.endpoint), str(item.label), item.icon, endpoint == item.endpoint)
