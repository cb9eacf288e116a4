"""Checks of escalation rules: posts of the ladder, steps on the clock, effects that exist."""

from typing import Final

from rules.calendar import CalendarError, CalendarGap, load_calendar
from rules.deadlines import DeadlineError, Within, parse
from rules.pack.draft import Draft
from rules.pack.ladder import OWNER, RUNG_UNITS, clock_time, times_of
from rules.pack.lint.deadlines import FOLLOW_UP, check_deadline, read_deadline
from rules.pack.lint.known import Known
from rules.pack.lint.names import report_repeats
from rules.pack.rules_model import Rule, Rung
from rules.pack.yaml_nodes import Path
from rules.time import day_end

LONGEST_REASON: Final = 120
"""Letters of a reason that may be chosen: it stands on a button and in front of what is typed."""


def check_escalations(draft: Draft, known: Known) -> None:
    """Check every rule besides its expressions."""
    rules = draft.model.escalations.rules
    for number, post in enumerate(draft.model.pack.posts):
        if post.id == OWNER:
            message = f"'{OWNER}' là từ của bậc thang (vị trí chủ trì): đặt tên khác cho chức danh này"
            draft.say("keyword", "pack", ("posts", number, "id"), message)
    report_repeats(draft, "escalations", "quy tắc", ((rule.id, ("rules", n, "id")) for n, rule in enumerate(rules)))
    for number, rule in enumerate(rules):
        path: Path = ("rules", number)
        _check_ladder(draft, known, rule, path)
        _check_group(draft, rule, path)
        _check_reasons(draft, rule, path)
        _check_effect(draft, known, rule, path)
        (known.tasks | known.duties).check(draft, "escalations", (*path, "task"), rule.task)
        if rule.task and rule.on != "task":
            draft.say("rule-task", "escalations", (*path, "task"), "'task' chỉ dùng với 'on: task'")
        if not rule.ladder and rule.effect is None:
            message = f"quy tắc '{rule.id}' không làm gì: thêm 'ladder' hoặc 'effect'"
            draft.say("rule-empty", "escalations", path, message)


def _check_ladder(draft: Draft, known: Known, rule: Rule, path: Path) -> None:
    for number, rung in enumerate(rule.ladder):
        place = (*path, "ladder", number)
        _check_addressee(draft, known, rule, rung, (*place, "to"))
        if number == 0 and rung.after:
            message = "bậc đầu nhận ngay khi quy tắc đúng: bỏ 'after', hoặc đưa thời gian chờ vào 'when'"
            draft.say("rung", "escalations", (*place, "after"), message)
        elif number and not rung.after:
            draft.say("rung", "escalations", place, "thiếu 'after': sau bao lâu thì lên bậc này, như 'after: 24 hours'")
        elif rung.after:
            _read_wait(draft, (*place, "after"), rung.after)
        if rung.answer_within:
            following = rule.ladder[number + 1].after if number + 1 < len(rule.ladder) else None
            _check_answer(draft, (*place, "answer_within"), rung.answer_within, following)
    _check_calendar(draft, rule, (*path, "ladder"))


def _check_calendar(draft: Draft, rule: Rule, path: Path) -> None:
    """Whatever becomes due until the last day of the campaign has to find its instants in the calendar."""
    try:
        times = times_of(rule.ladder, load_calendar(draft.model.pack.calendar))
        called = times.called_at(len(rule.ladder), day_end(draft.model.pack.ends)) if times.asks_calendar else None
        if called is not None:
            times.answer_by(len(rule.ladder), called, None)
    except CalendarGap as gap:
        draft.say("rung", "escalations", path, str(gap))
    except (CalendarError, DeadlineError, OSError):
        return  # said at the calendar, or at the rung


def _check_addressee(draft: Draft, known: Known, rule: Rule, rung: Rung, path: Path) -> None:
    if rung.to != OWNER:
        known.posts.check(draft, "escalations", path, rung.to)
    elif rule.on not in ("task", "team"):
        message = (
            "'to: owner' chỉ dùng với 'on: task' (vị trí chủ trì) hoặc 'on: team' (tổ trưởng); ghi tên một chức danh"
        )
        draft.say("rung-owner", "escalations", path, message)


def _check_answer(draft: Draft, path: Path, text: str, following: str | None) -> None:
    """Whoever is called has to answer before the next one is: later, and nobody waits for the answer any more."""
    wanted = _read_wait(draft, path, text)
    if wanted is None or following is None:
        return
    try:
        then = parse(following)
    except DeadlineError:
        return  # said at `after`
    if isinstance(then, Within) and _is_longer(wanted, then):
        message = f"phải trả lời trong {text} nhưng đã lên bậc trên sau {following}: rút ngắn, hoặc bỏ 'answer_within'"
        draft.say("rung-answer", "escalations", path, message)


def _is_longer(wanted: Within, then: Within) -> bool:
    """Whether one wait is surely longer than another; working time and the clock are not compared."""
    if wanted.unit == then.unit:
        return wanted.count > then.count
    here, there = clock_time(wanted), clock_time(then)
    return here is not None and there is not None and here > there


def _read_wait(draft: Draft, path: Path, text: str) -> Within | None:
    spec = read_deadline(draft, "escalations", path, text)
    if spec is None:
        return None
    if isinstance(spec, Within) and spec.unit in RUNG_UNITS and spec.event is None:
        return spec
    message = (
        f"“{text}” không dùng được ở bậc thang: viết như '24 hours', '30 minutes', '4 working hours', '1 working day'"
    )
    draft.say("rung", "escalations", path, message)
    return None


def _check_group(draft: Draft, rule: Rule, path: Path) -> None:
    if rule.group == "owner" and rule.on != "task":
        message = "'group: owner' chỉ dùng với 'on: task', vì chỉ nhiệm vụ có vị trí chủ trì; dùng area, team hoặc unit"
        draft.say("rule-group", "escalations", (*path, "group"), message)


def _check_reasons(draft: Draft, rule: Rule, path: Path) -> None:
    if rule.reasons and not rule.ladder:
        message = "'reasons' chỉ dùng khi có 'ladder': không có ai nhận thì không có quyết định nào"
        draft.say("rule-reasons", "escalations", (*path, "reasons"), message)
    for decision, choices in rule.reasons.items():
        words = [" ".join(choice.vi.split()) for choice in choices]
        if len(set(words)) < len(words):
            draft.say(
                "rule-reasons", "escalations", (*path, "reasons", decision), "có hai lý do giống nhau: bỏ bớt một"
            )
        for number, choice in enumerate(choices):
            if len(choice.vi) > LONGEST_REASON:
                message = f"lý do dài {len(choice.vi)} ký tự, tối đa {LONGEST_REASON}: viết ngắn hơn"
                draft.say("rule-reasons", "escalations", (*path, "reasons", decision, number), message)


def _check_effect(draft: Draft, known: Known, rule: Rule, path: Path) -> None:
    effect = rule.effect
    if effect is None:
        return
    place = (*path, "effect")
    if effect.follow_up:
        check_deadline(draft, "escalations", (*place, "follow_up"), effect.follow_up, FOLLOW_UP)
    for key, wanted, value in (
        ("move", "case", effect.move),
        ("follow_up", "case", effect.follow_up),
        ("waive", "task", effect.waive),
    ):
        if value and rule.on != wanted:
            draft.say("rule-effect", "escalations", (*place, key), f"'{key}' chỉ dùng với 'on: {wanted}'")
    if effect.move and rule.on == "case":
        _check_move(draft, known, rule, (*place, "move"), effect.move)


def _check_move(draft: Draft, known: Known, rule: Rule, path: Path, move: str) -> None:
    found = known.track(rule.track)
    if found is None or not known.moves(found[0]).check(draft, "escalations", path, move):
        return
    if "rule" not in found[1].moves[move].by:
        draft.say(
            "rule-effect", "escalations", path, f"bước '{move}' không cho quy tắc tự làm: thêm 'rule' vào 'by' của bước"
        )
