"""How a door and what happened there read: badges, quick times, sentences."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from rules.deadlines import follow_up_at, parse
from rules.time import Instant, local_date, local_datetime
from web.format import clock, label, moment, short_moment
from web.i18n import N_, _
from workflow.queries.campaigns import CampaignContext
from workflow.queries.door_history import HistoryLine, Said
from workflow.queries.door_reasons import Reason
from workflow.queries.member_progress import RecentVisit
from workflow.queries.queue import QueuedDoor

BADGES: Final = {
    "overdue": ("late", "alarm"),
    "promised": ("warn", "clock"),
    "new": ("info", "geo-alt"),
    "again": ("info", "arrow-repeat"),
    "later_today": ("quiet", "moon"),
    "another_day": ("quiet", "calendar-event"),
    "nobody": ("good", "check2-circle"),
}
"""Colour and icon of how a door stands with its time; the word comes from the engine."""

_TIMED: Final = ("overdue", "promised", "later_today", "another_day")
"""Where the time itself is said with it."""

UNDONE: Final = N_("Đã sửa lại: lần ghi đó không còn tính. Ghi kết quả đúng nếu cần.")
MODES: Final = {"door": N_("tại nhà"), "phone": N_("qua điện thoại"), "support_point": N_("tại điểm hỗ trợ")}
SAID_BELOW: Final = (
    N_("Quá hẹn"), N_("Hẹn hôm nay"), N_("Chưa đến lần nào"), N_("Cần gặp tiếp"), N_("Quay lại trong hôm nay"), N_("Hẹn ngày khác"),
    N_("Không còn người cần gặp"),
    N_(
        "Hôm nay đã xem số điện thoại của %(n)s người ở các hộ không được giao, hết mức trong ngày. "
        "Việc gấp thì nhờ tổ trưởng tổ công tác gọi; ngày mai xem tiếp được."
    ),
    N_(
        "Hôm nay đã xem số điện thoại của %(n)s người ở các hộ được giao, hết mức trong ngày. "
        "Việc gấp thì nhờ tổ trưởng tổ công tác gọi; ngày mai xem tiếp được."
    ),
)  # fmt: skip
"""Sentences of the engine that these pages show: named here so that their English is asked for."""
_PARTS: Final = (("this afternoon", N_("Chiều nay")), ("this evening", N_("Tối nay")), ("tomorrow", N_("Mai")))


@dataclass(frozen=True, slots=True)
class QuickTime:
    """A time to come back that takes one tap. `typed` is what the form sends."""

    label: str
    typed: str


def quick_times(context: CampaignContext, now: Instant) -> list[QuickTime]:
    """Return this afternoon, this evening and tomorrow, at the hours the campaign's rules give them: what lies ahead and inside it."""
    found = []
    for part, word in _PARTS:
        at = follow_up_at(parse(part), context.pack.calendar, since=now)
        is_today = local_date(at) == local_date(now)
        if now < at < context.ends_at and is_today is (part != "tomorrow"):
            found.append(QuickTime(f"{_(word)} {clock(at)}", f"{local_datetime(at):%H:%M %d/%m/%Y}"))
    return found


def place_of(lane: str, house_no: str) -> str:
    """Return an address on one line: Số 36, Ngõ 30."""
    house = _("Số %(n)s", n=house_no) if house_no else ""
    return ", ".join(part for part in (house, lane) if part) or _("Chưa ghi số nhà")


def house_of(door: QueuedDoor) -> str:
    """Return what a row under its lane's heading calls a door: Số 36."""
    return _("Số %(n)s", n=door.house_no) if door.house_no else place_of(door.lane, "")


def names_of(door: QueuedDoor, most: int = 2) -> str:
    """Return who is still to be met: two names, and how many more."""
    names = list(dict.fromkeys(person.name or _("Người chưa ghi tên") for person in door.people))
    more = _(" và %(n)s người nữa", n=len(names) - most) if len(names) > most else ""
    return ", ".join(names[:most]) + more


def timing_of(door: QueuedDoor, now: Instant) -> str:
    """Return how a door stands with its time, and which time: Quá hẹn 20:00 19/5."""
    at = (door.promised_at if door.timing == "promised" else door.follow_up_at) if door.timing in _TIMED else None
    return _(door.label) if at is None else f"{_(door.label)} {short_moment(at, now)}"


def sign_of(door: QueuedDoor, now: Instant) -> tuple[str, str, str]:
    """Return colour, icon and words of how a door stands with its time."""
    return *BADGES[door.timing], timing_of(door, now)


def all_said(said: Iterable[Said]) -> str:
    """Return everything that was said on a visit, on one line."""
    return "; ".join(map(said_words, said))


def section_of(door: QueuedDoor) -> str:
    """Return the heading under which a door stands in the queue."""
    return _("Cần gặp") if door.timing in ("new", "again") else _(door.label)


def recent_words(visit: RecentVisit) -> str:
    """Return what was typed on a visit of today."""
    return "; ".join(f"{name}: {label(text)}" if name else label(text) for name, text in visit.said)


def said_words(said: Said) -> str:
    """Return what was said of somebody on a visit."""
    words = f"{said.name}: {label(said.text)}" if said.name and not said.for_door else label(said.text)
    if said.promised_at is not None:
        words += _(", hẹn %(when)s", when=moment(said.promised_at))
    if said.evidence:
        words += _("; căn cứ: %(what)s", what=said.evidence)
    return words


def history_words(line: HistoryLine) -> str:
    """Return one line of a door's history, without its time and who did it."""
    if line.kind == "handed_over":
        if line.to_holder:
            told = _("Giao cho %(who)s, %(team)s", who=line.to_holder, team=line.to_team or "")
        else:
            told = _("Thuộc %(team)s, chưa giao ai", team=line.to_team) if line.to_team else _("Chưa thuộc tổ nào")
        return _("%(told)s. Lý do: %(reason)s", told=told, reason=line.reason) if line.reason else told
    if line.kind == "escalated":
        return _("Chuyển %(post)s xử lý: %(rule)s", post=label(line.post), rule=label(line.text))
    about = line.about or _("người chưa ghi tên")
    if line.kind == "confirmed":
        return _("Đã xác nhận %(who)s: %(what)s", who=about, what=label(line.text))
    return _(
        "Trả lại đề nghị về %(who)s (%(what)s): %(reason)s", who=about, what=label(line.text), reason=line.reason or ""
    )


def reason_words(reason: Reason, now: Instant) -> str:
    """Return why a door is in the queue, as one sentence."""
    if reason.timing is None:
        who = reason.whose or _("người chưa ghi tên")
        if reason.rule is None:
            return _("%(who)s: đang có việc chờ xử lý.", who=who)
        if reason.post is None:
            return f"{who}: {label(reason.rule)}."
        return _("%(who)s: %(rule)s. Đang chờ %(post)s.", who=who, rule=label(reason.rule), post=label(reason.post))
    when = short_moment(reason.at, now)
    whose = _(" (việc của %(who)s)", who=reason.whose) if reason.whose else ""
    return {
        "overdue": _("Hẹn quay lại lúc %(when)s, nay đã quá hẹn%(whose)s.", when=when, whose=whose),
        "promised": _("Hẹn gặp lúc %(when)s hôm nay%(whose)s.", when=when, whose=whose),
        "new": _("Chưa có lượt thăm nào, còn người cần gặp."),
        "again": _("Còn người gặp được hôm nay; đã có hẹn %(when)s%(whose)s.", when=when, whose=whose)
        if reason.at
        else _("Đã đến nhưng còn người chưa xong, chưa hẹn giờ."),
        "later_today": _("Quay lại trong hôm nay, lúc %(when)s%(whose)s.", when=when, whose=whose),
        "another_day": _("Hẹn ngày khác: %(when)s%(whose)s.", when=when, whose=whose),
        "nobody": _("Không còn ai ở hộ này cần gặp."),
    }[reason.timing]


def rules_of(reasons: Iterable[Reason], now: Instant) -> list[tuple[str, str, list[str]]]:
    """Return the rules among the reasons, each once: the sentence that names whom it is about, its source, and what it saw of one."""
    by_rule: dict[tuple[str, str], list[Reason]] = {}
    for reason in reasons:
        if reason.timing is None:
            by_rule.setdefault((label(reason.rule), label(reason.post)), []).append(reason)
    return [
        (
            reason_words(
                replace(found[0], whose=", ".join(each.whose or _("người chưa ghi tên") for each in found)), now
            ),
            source_words(found[0].source),
            seen_words(found[0], now) if len(found) == 1 else [],
        )
        for found in by_rule.values()
    ]


def source_words(source: str | None) -> str:
    """Return where a rule stands in the campaign's paper; what the paper does not say is said to be an assumption."""
    return (source or "").replace("assumed, not in the paper", _("giả định, văn bản không nêu"))


def seen_words(reason: Reason, now: Instant) -> list[str]:
    """Return what a rule saw: `label: value`."""
    return [
        f"{label(seen.label)}: {short_moment(seen.value, now) if seen.is_instant else seen.value}"
        for seen in reason.seen
        if seen.value is not None
    ]
