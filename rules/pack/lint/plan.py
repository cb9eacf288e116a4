"""Checks of the plan: owners, predecessors, deadlines, recurrences."""

from typing import Final

from rules.calendar import CalendarError, load_calendar
from rules.deadlines import (
    DailyTime,
    Deadline,
    DeadlineError,
    Every,
    Moment,
    MonthlyDay,
    Occurrence,
    Within,
    due_at,
    due_on,
    occurrences,
    parse,
    parse_every,
)
from rules.pack.draft import Draft
from rules.pack.lint.deadlines import DUTY_DUE, FIXED, TASK_DUE, campaign_span, check_deadline
from rules.pack.lint.known import Known
from rules.pack.lint.names import Names, report_cycles, report_repeats
from rules.pack.model import Duty, PlanTask, Relay
from rules.pack.relay import forwarding_id
from rules.pack.yaml_nodes import Path
from rules.said import At, Said, Until
from rules.time import Instant, clock_text

_NEVER_DUE: Final = "hạn của các việc này chờ nhau thành vòng (%(ring)s) nên không bao giờ có: đổi một hạn"


def check_plan(draft: Draft, known: Known) -> None:
    """Check every task and duty."""
    plan = draft.model.plan
    named = [(task.id, ("tasks", n, "id")) for n, task in enumerate(plan.tasks)]
    named += [(duty.id, ("duties", n, "id")) for n, duty in enumerate(plan.duties)]
    named += [(forwarding_id(d.id), ("duties", n, "relay")) for n, d in enumerate(plan.duties) if d.relay is not None]
    report_repeats(draft, "plan", "mã việc", named)
    for number, task in enumerate(plan.tasks):
        _check_task(draft, known, task, ("tasks", number))
    for number, duty in enumerate(plan.duties):
        _check_duty(draft, known, duty, ("duties", number))
    places: dict[str, Path] = {task.id: ("tasks", n, "after") for n, task in enumerate(plan.tasks)}
    links = {task.id: task.after for task in plan.tasks}
    if report_cycles(draft, "plan", links, places, "các việc chờ nhau thành vòng (%(ring)s): bỏ một mũi tên"):
        return
    counted = {task.id: (*task.after, *_counted_from(task)) for task in plan.tasks}
    dues: dict[str, Path] = {task.id: ("tasks", n, "due") for n, task in enumerate(plan.tasks)}
    report_cycles(draft, "plan", counted, dues, _NEVER_DUE, severity="warning")


def _check_task(draft: Draft, known: Known, task: PlanTask, path: Path) -> None:
    _check_owner(draft, known, task, path)
    for number, name in enumerate(task.support):
        (known.posts | known.bodies).check(draft, "plan", (*path, "support", number), name)
    for number, name in enumerate(task.after):
        known.tasks.check(draft, "plan", (*path, "after", number), name)
    opens = check_deadline(draft, "plan", (*path, "opens"), task.opens, (*FIXED, Within)) if task.opens else None
    due = check_deadline(draft, "plan", (*path, "due"), task.due, TASK_DUE)
    if isinstance(opens, Within) and opens.event and opens.event not in known.vocabulary.constants:
        message = Said("“%(event)s” không phải một ngày của đợt, nên việc mở ngay từ đầu đợt", event=opens.event)
        draft.say("opens-event", "plan", (*path, "opens"), message, severity="warning")
    moments = [_instant(draft, spec) if isinstance(spec, FIXED) else None for spec in (opens, due)]
    if moments[0] is not None and moments[1] is not None and moments[0] >= moments[1]:
        message = Said("mở từ %(opens)s mà hạn là %(due)s: phải mở trước hạn", opens=At(moments[0]), due=Until(moments[1]))  # fmt: skip
        draft.say("opens-late", "plan", (*path, "opens"), message, severity="warning")
    if isinstance(due, Within) and due.event:
        events = Names(
            "mốc", [*known.tasks.known, *known.duties.known, *known.vocabulary.constants], known.tasks.is_complete
        )
        events.check(draft, "plan", (*path, "due"), due.event)


def _counted_from(task: PlanTask) -> tuple[str, ...]:
    """Return what the deadline of a task counts from, if it can be read: until that is done, there is none."""
    try:
        spec = parse(task.due)
    except DeadlineError:
        return ()
    return (spec.event,) if isinstance(spec, Within) and spec.event is not None else ()


def _instant(draft: Draft, spec: Deadline) -> Instant | None:
    """Return the instant of a fixed wording; None where the calendar cannot say: that is said at the calendar."""
    try:
        return due_at(spec, load_calendar(draft.model.pack.calendar))
    except (CalendarError, OSError, ValueError):
        return None


def _check_owner(draft: Draft, known: Known, task: PlanTask | Duty, path: Path) -> None:
    if not known.posts.check(draft, "plan", (*path, "owner"), task.owner):
        return
    post = next((post for post in draft.model.pack.posts if post.id == task.owner), None)
    if post and post.per != "unit" and task.per == "unit":
        message = Said(
            "chức danh '%(post)s' có ở từng %(per)s, việc này lại giao chung cả đơn vị: ghi 'per: %(per)s'",
            post=post.id,
            per=post.per,
        )
        draft.say("owner-per", "plan", (*path, "owner"), message)


def _check_duty(draft: Draft, known: Known, duty: Duty, path: Path) -> None:
    _check_owner(draft, known, duty, path)
    if duty.relay:
        _check_relay(draft, known, duty, duty.relay, (*path, "relay"))
    every = _every(draft, known, duty, path)
    due = check_deadline(draft, "plan", (*path, "due"), duty.due, DUTY_DUE)
    opens, internal = (
        check_deadline(draft, "plan", (*path, name), text, DUTY_DUE) if text else None
        for name, text in (("opens", duty.opens), ("internal_due", duty.internal_due))
    )
    found = _occurrences(draft, every, due, path) if every is not None and due is not None else []
    if internal is not None and due is not None and not _all_before(draft, internal, due, found):
        told = [clock_text(s.minute) if isinstance(s, DailyTime) else text for s, text in ((internal, duty.internal_due), (due, duty.due))]  # fmt: skip
        message = Said("hạn nội bộ “%(internal)s” phải sớm hơn hạn “%(due)s”", internal=told[0], due=told[1])
        alike = type(internal) is type(due) and isinstance(due, DailyTime | Moment)
        draft.say(
            "internal-due", "plan", (*path, "internal_due"), message, severity="error" if alike else "warning"
        )  # fmt: skip
    if opens is not None and due is not None and not _all_before(draft, opens, due, found):
        message = Said("mở từ “%(opens)s” mà hạn là “%(due)s”: phải mở trước hạn", opens=duty.opens, due=duty.due)
        draft.say("opens-late", "plan", (*path, "opens"), message, severity="warning")


def _all_before(draft: Draft, one: Deadline, due: Deadline, found: list[Occurrence]) -> bool:
    """Whether what is worded beside the deadline of a duty comes before it, each time; two clocks are compared without a campaign."""
    if isinstance(one, DailyTime) and isinstance(due, DailyTime):
        return one.minute < due.minute
    if isinstance(one, Moment) and isinstance(due, Moment):
        return one.instant < due.instant
    if isinstance(one, DailyTime | MonthlyDay):
        return all(due_on(one, occurrence.day) < occurrence.due_at for occurrence in found)
    moment = _instant(draft, one)
    return all(moment is None or moment < occurrence.due_at for occurrence in found)


def _check_relay(draft: Draft, known: Known, duty: Duty, relay: Relay, path: Path) -> None:
    """Somebody must be there to forward: one post of the unit, neither the sender nor the receiver."""
    (known.posts | known.bodies).check(draft, "plan", (*path, "to"), relay.to)
    if not known.posts.check(draft, "plan", (*path, "via"), relay.via):
        return
    post = next((post for post in draft.model.pack.posts if post.id == relay.via), None)
    if post and post.per != "unit":
        message = Said(
            "chức danh '%(post)s' có ở từng %(per)s: báo cáo phải qua một chức danh chung của đơn vị",
            post=post.id, per=post.per,
        )  # fmt: skip
        draft.say("relay-via", "plan", (*path, "via"), message)
    if relay.via == duty.owner:
        message = Said("'%(post)s' vừa gửi vừa chuyển báo cáo: ghi chức danh khác, hoặc bỏ 'relay'", post=relay.via)
        draft.say("relay-via", "plan", (*path, "via"), message)
    if relay.via == relay.to:
        message = Said("'%(post)s' nhận báo cáo từ chính mình: ghi nơi nhận khác, hoặc bỏ 'relay'", post=relay.to)
        draft.say("relay-to", "plan", (*path, "to"), message)


def _every(draft: Draft, known: Known, duty: Duty, path: Path) -> Every | None:
    try:
        every = parse_every(duty.every)
    except DeadlineError as error:
        draft.say("every", "plan", (*path, "every"), error.message, offset=error.offset)
        return None
    return every if known.windows.check(draft, "plan", (*path, "every"), every.window) else None


def _occurrences(draft: Draft, every: Every, due: Deadline, path: Path) -> list[Occurrence]:
    """Return when a duty falls due, nothing if that is not known; one that never does is a mistake of the plan."""
    window = draft.model.pack.windows.get(every.window) if every.window else None
    span = campaign_span(draft)
    is_readable = window is None or draft.is_known("pack", ("windows", every.window or ""))
    if span is None or not is_readable or (window is not None and window.through < window.from_):
        return []
    if window is not None:
        span = type(span).of_days(every.window or "", window.from_, window.through)
    try:
        return occurrences(span, every, due, load_calendar(draft.model.pack.calendar))
    except DeadlineError as error:
        draft.say("every", "plan", (*path, "due"), error.message)
    except (CalendarError, OSError, ValueError):
        pass  # said at the calendar
    return []
