"""Checks of `pack.yaml`: dates, windows, posts, bodies, lists, reporting hours."""

from rules.calendar import CalendarError, CalendarGap, load_calendar
from rules.deadlines import DailyTime, DeadlineError, parse
from rules.language import Context, Type
from rules.pack.draft import Draft
from rules.pack.lint.deadlines import check_deadline
from rules.pack.lint.known import Known
from rules.pack.lint.names import Names, report_repeats
from rules.pack.yaml_nodes import Path
from rules.time import clock_text, day_vi

DAY_MINUTES = 24 * 60


def check_campaign(draft: Draft, known: Known) -> None:
    """Check everything that `pack.yaml` says by itself."""
    _check_dates(draft)
    _check_calendar(draft)
    _check_posts(draft, known)
    _check_lists(draft, known)
    _check_areas(draft)
    reporting = draft.model.pack.reporting
    check_deadline(draft, "pack", ("reporting", "cut_off"), reporting.cut_off, DailyTime)
    if reporting.internal is not None:
        check_deadline(draft, "pack", ("reporting", "internal"), reporting.internal, DailyTime)
    _check_notices(draft)


def _check_dates(draft: Draft) -> None:
    pack = draft.model.pack
    if not draft.is_known("pack", ("starts",)) or not draft.is_known("pack", ("ends",)):
        return
    if pack.ends < pack.starts:
        draft.say(
            "dates", "pack", ("ends",), f"đợt kết thúc {day_vi(pack.ends)} trước khi bắt đầu {day_vi(pack.starts)}"
        )
        return
    for name, window in pack.windows.items():
        if window.through < window.from_:
            message = f"giai đoạn '{name}' kết thúc {day_vi(window.through)} trước khi bắt đầu {day_vi(window.from_)}"
            draft.say("dates", "pack", ("windows", name, "through"), message)
        for key, day in (("from", window.from_), ("through", window.through)):
            if not pack.starts <= day <= pack.ends:
                message = f"{day_vi(day)} nằm ngoài đợt ({day_vi(pack.starts)} đến hết {day_vi(pack.ends)})"
                draft.say("dates", "pack", ("windows", name, key), message)


def _check_calendar(draft: Draft) -> None:
    pack = draft.model.pack
    try:
        calendar = load_calendar(pack.calendar)
        calendar.on(pack.starts)
        calendar.on(pack.ends)
    except CalendarGap as error:
        draft.say("calendar", "pack", ("starts",), error.said)
    except (CalendarError, OSError, ValueError) as error:
        draft.say("calendar", "pack", ("calendar",), f"lịch '{pack.calendar}' không dùng được: {error}")


def _check_posts(draft: Draft, known: Known) -> None:
    pack = draft.model.pack
    report_repeats(draft, "pack", "chức danh", ((post.id, ("posts", n, "id")) for n, post in enumerate(pack.posts)))
    report_repeats(draft, "pack", "cơ quan", ((body.id, ("bodies", n, "id")) for n, body in enumerate(pack.bodies)))
    report_repeats(draft, "pack", "danh sách", ((item.id, ("lists", n, "id")) for n, item in enumerate(pack.lists)))
    for number, post in enumerate(pack.posts):
        known.bodies.check(draft, "pack", ("posts", number, "body"), post.body)


def _check_lists(draft: Draft, known: Known) -> None:
    catalogue = known.vocabulary.catalogue
    facts = Names("dữ kiện", catalogue.names(Context.POPULATION))
    for number, item in enumerate(draft.model.pack.lists):
        path = ("lists", number)
        if known.tracks.check(draft, "pack", (*path, "track"), item.track) and item.track:
            subject = draft.model.path.tracks[item.track].subject
            if subject != item.subject:
                message = f"danh sách '{item.id}' ghi '{item.subject}' nhưng tuyến '{item.track}' theo dõi '{subject}'"
                draft.say("list-subject", "pack", (*path, "track"), message)
        for name, value in item.sets.items():
            place = (*path, "sets", name)
            if not facts.check(draft, "pack", place, name, at_key=True):
                continue
            fact = catalogue[name]
            wanted = {Type.BOOL: bool, Type.INT: int, Type.TEXT: str}.get(fact.type)
            if wanted is None or type(value) is not wanted:
                draft.say("list-value", "pack", place, f"'{name}' cần {fact.type.value}")
            elif fact.values is not None:
                Names(f"giá trị của '{name}'", list(fact.values)).check(draft, "pack", place, str(value))


def _check_areas(draft: Draft) -> None:
    """Many areas share one label, so it must hold their number; nothing but the number may be filled in."""
    areas = draft.model.pack.areas
    if areas is None:
        return
    places: list[tuple[Path, str]] = [(("areas", "label"), areas.label)]
    places += [(("areas", "aliases", number), alias) for number, alias in enumerate(areas.aliases)]
    for path, text in places:
        if "{" in text.replace("{n}", "") or "}" in text.replace("{n}", ""):
            draft.say("area-label", "pack", path, f"'{text}': trong ngoặc nhọn chỉ được ghi {{n}}, số thứ tự")
        elif areas.count > 1 and "{n}" not in text:
            draft.say("area-label", "pack", path, f"'{text}' dùng cho {areas.count} khu: thêm {{n}} vào chỗ số thứ tự")


def _check_notices(draft: Draft) -> None:
    """Quiet hours that held the hour of the day's figures would tell of a missing report only on the next morning.

    A pack that says nothing of notices has the usual night: whoever cuts figures at 22:00 is told of what is missing at 06:00.
    """
    if not {"quiet_from", "quiet_until"} & draft.model.pack.notices.model_fields_set:
        return
    said, reporting = draft.model.pack.notices, draft.model.pack.reporting
    begins, ends = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (said.quiet_from, said.quiet_until))
    for name, text in (("cut_off", reporting.cut_off), ("internal", reporting.internal)):
        try:
            due = parse(text) if text is not None else None
        except DeadlineError:
            continue  # said where the deadline stands
        if isinstance(due, DailyTime) and (due.minute - begins) % DAY_MINUTES < (ends - begins) % DAY_MINUTES:
            message = (
                f"giờ yên lặng {said.quiet_from}–{said.quiet_until} trùm lên giờ chốt {clock_text(due.minute)} (reporting: {name}): "
                "báo cáo thiếu sẽ chỉ được báo khi hết giờ yên lặng. Sửa notices: quiet_from, quiet_until"
            )
            draft.say("quiet-hours", "pack", ("notices", "quiet_from"), message)
            return
