"""What became of a hand-over, in one honest sentence or two."""

import uuid
from collections.abc import Mapping
from typing import Any

from web.format import number
from web.i18n import _
from workflow.queries.team_load import MemberLoad


def handed_over(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Return the message about a hand-over and its kind: what moved, and what was left where it is and why."""
    skipped = answer["skipped"]
    parts = [_("Đã chuyển %(n)s hộ.", n=number(answer["moved"]))]
    if skipped["already"]:
        parts.append(_("%(n)s hộ đã ở đúng chỗ từ trước.", n=number(skipped["already"])))
    if skipped["absent"]:
        parts.append(_("%(n)s hộ không tìm thấy hoặc không thuộc quyền chuyển.", n=number(skipped["absent"])))
    return " ".join(parts), "success" if answer["moved"] and not skipped["absent"] else "warning"


def covered(answer: Mapping[str, Any], absent: MemberLoad, names: Mapping[uuid.UUID, str]) -> str:
    """Return the message about a cover: who got how many, and what stayed."""
    shares = ", ".join(
        f"{names.get(uuid.UUID(member), '–')} {number(count)}" for member, count in answer["by_member"].items()
    )
    text = _(
        "Đã giao %(n)s hộ còn việc của %(name)s: %(shares)s.",
        n=number(answer["moved"]),
        name=absent.name,
        shares=shares,
    )
    if answer["left"]:
        text += " " + _("%(n)s hộ không còn việc để nguyên.", n=number(answer["left"]))
    return text
