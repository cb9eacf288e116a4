"""What became of a hand-over, in one honest sentence or two."""

import uuid
from collections.abc import Mapping
from typing import Any

from web.format import number
from web.i18n import _, ngettext
from workflow.queries.team_load import MemberLoad


def handed_over(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Return the message about a hand-over and its kind: what moved, and what was left where it is and why."""
    skipped = answer["skipped"]
    parts = [ngettext("Đã chuyển %(n)s hộ.", "Đã chuyển %(n)s hộ.", answer["moved"], n=number(answer["moved"]))]
    if skipped["already"]:
        parts.append(
            ngettext(
                "%(n)s hộ đã ở đúng chỗ từ trước.",
                "%(n)s hộ đã ở đúng chỗ từ trước.",
                skipped["already"],
                n=number(skipped["already"]),
            )
        )
    if skipped["absent"]:
        parts.append(
            ngettext(
                "%(n)s hộ không tìm thấy hoặc không thuộc quyền chuyển.",
                "%(n)s hộ không tìm thấy hoặc không thuộc quyền chuyển.",
                skipped["absent"],
                n=number(skipped["absent"]),
            )
        )
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
        text += " " + ngettext(
            "%(n)s hộ không còn việc để nguyên.",
            "%(n)s hộ không còn việc để nguyên.",
            answer["left"],
            n=number(answer["left"]),
        )
    return text
