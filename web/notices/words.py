"""How pages call the way in which posts are told."""

from rules.time import clock_text
from web.i18n import _, ngettext
from workflow.notices.ways import Way


def way_words(way: Way) -> str:
    """Return quiet hours, hours and lines of a digest in one sentence."""
    quiet = _("không có giờ yên lặng")
    if way.quiet.length:
        since, until = clock_text(way.quiet.begins), clock_text(way.quiet.ends)
        quiet = _("yên lặng từ %(since)s đến %(until)s", since=since, until=until)
    lines = ngettext("nhiều nhất %(n)s dòng", "nhiều nhất %(n)s dòng", way.most_listed)
    return f"{quiet}; {every_words(way.every_hours)}; {lines}"


def every_words(hours: int) -> str:
    """Return how many hours fall into one digest."""
    return _("mỗi giờ một bản") if hours == 1 else _("mỗi %(n)s giờ một bản", n=hours)
