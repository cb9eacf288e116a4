"""What each decision about an escalation does, in words: shown beside its buttons."""

from web.i18n import _


def meanings() -> dict[str, str]:
    """Return by decision what it does and what it leaves to the clock, in the order of the buttons."""
    return {
        "acknowledged": _("Cho mọi người biết bạn đang xử lý, dự kiến xong lúc nào. Việc vẫn lên cấp trên đúng hẹn."),
        "handed_on": _(
            "Giao cho một người, một vị trí hoặc cả tổ. Bạn vẫn chịu trách nhiệm; việc vẫn lên cấp trên đúng hẹn."
        ),
        "raised": _("Gọi cấp trên ngay bây giờ, không chờ đến hẹn. Các cấp sau đó vẫn được gọi đúng hẹn."),
        "taken_over": _(
            "Bạn nhận việc này về mình; cấp dưới không quyết định được nữa. Các cấp trên nữa vẫn được gọi đúng hẹn."
        ),
        "returned": _("Việc về lại cấp dưới cùng câu chỉ đạo của bạn. Cấp tiếp theo vẫn được gọi đúng hẹn."),
        "granted": _("Các cấp tiếp theo chờ đến lúc bạn ghi. Chỉ cấp trên của người đang giữ việc làm được."),
        "rested": _(
            "Chỉ danh sách của bạn bớt việc này, đến lúc bạn ghi hoặc khi cấp tiếp theo được gọi. Người khác không bị ảnh hưởng."
        ),
        "decided": _(
            "Đóng hẳn, không nhắc lại vì cùng một lý do. Có tiếp xúc mới rồi lại vắng thì nhắc như một việc mới."
        ),
        "noted": _("Chỉ ghi lại, không đổi gì."),
    }


__all__ = ["meanings"]
