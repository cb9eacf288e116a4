"""Checks of the plan: owners, predecessors, deadlines, recurrences."""

from rules.calendar import CalendarError, load_calendar
from rules.deadlines import DailyTime, DeadlineError, Every, Moment, Within, occurrences, parse_every
from rules.pack.draft import Draft
from rules.pack.lint.deadlines import DUTY_DUE, FIXED, TASK_DUE, campaign_span, check_deadline
from rules.pack.lint.known import Known
from rules.pack.lint.names import Names, report_cycles, report_repeats
from rules.pack.model import Duty, PlanTask, Relay
from rules.pack.relay import forwarding_id
from rules.pack.yaml_nodes import Path
from rules.said import Said
from rules.time import clock_text


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
    report_cycles(draft, "plan", links, places, "các việc chờ nhau thành vòng (%(ring)s): bỏ một mũi tên")


def _check_task(draft: Draft, known: Known, task: PlanTask, path: Path) -> None:
    _check_owner(draft, known, task, path)
    for number, name in enumerate(task.support):
        (known.posts | known.bodies).check(draft, "plan", (*path, "support", number), name)
    for number, name in enumerate(task.after):
        known.tasks.check(draft, "plan", (*path, "after", number), name)
    if task.opens:
        check_deadline(draft, "plan", (*path, "opens"), task.opens, (*FIXED, Within))
    due = check_deadline(draft, "plan", (*path, "due"), task.due, TASK_DUE)
    if isinstance(due, Within) and due.event:
        events = Names(
            "mốc", [*known.tasks.known, *known.duties.known, *known.vocabulary.constants], known.tasks.is_complete
        )
        events.check(draft, "plan", (*path, "due"), due.event)


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
    if duty.opens:
        check_deadline(draft, "plan", (*path, "opens"), duty.opens, DUTY_DUE)
    internal = (
        check_deadline(draft, "plan", (*path, "internal_due"), duty.internal_due, DUTY_DUE)
        if duty.internal_due
        else None
    )
    if isinstance(due, DailyTime) and isinstance(internal, DailyTime) and internal.minute >= due.minute:
        message = Said(
            "hạn nội bộ “%(internal)s” phải sớm hơn hạn “%(due)s”",
            internal=clock_text(internal.minute),
            due=clock_text(due.minute),
        )
        draft.say("internal-due", "plan", (*path, "internal_due"), message)
    elif isinstance(due, Moment) and isinstance(internal, Moment) and internal.instant >= due.instant:
        message = Said("hạn nội bộ “%(internal)s” phải sớm hơn hạn “%(due)s”", internal=duty.internal_due, due=duty.due)
        draft.say("internal-due", "plan", (*path, "internal_due"), message)
    if every is not None and due is not None:
        _check_occurrences(draft, duty, every, path)


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


def _check_occurrences(draft: Draft, duty: Duty, every: Every, path: Path) -> None:
    """A duty that never falls due is a mistake of the plan."""
    window = draft.model.pack.windows.get(every.window) if every.window else None
    span = campaign_span(draft)
    is_readable = window is None or draft.is_known("pack", ("windows", every.window or ""))
    if span is None or not is_readable or (window is not None and window.through < window.from_):
        return
    if window is not None:
        span = type(span).of_days(every.window or "", window.from_, window.through)
    due = check_deadline(draft, "plan", (*path, "due"), duty.due, DUTY_DUE)
    try:
        if due is not None:
            occurrences(span, every, due, load_calendar(draft.model.pack.calendar))
    except DeadlineError as error:
        draft.say("every", "plan", (*path, "due"), error.message)
    except (CalendarError, OSError, ValueError):
        return  # said at the calendar
