"""Checks of escalation rules: posts of the ladder, steps on the clock, effects that exist."""

from rules.deadlines import Within
from rules.pack.build import RUNG_UNITS
from rules.pack.draft import Draft
from rules.pack.lint.deadlines import FOLLOW_UP, check_deadline, read_deadline
from rules.pack.lint.known import Known
from rules.pack.lint.names import report_repeats
from rules.pack.model import Rule
from rules.pack.yaml_nodes import Path


def check_escalations(draft: Draft, known: Known) -> None:
    """Check every rule besides its expressions."""
    rules = draft.model.escalations.rules
    report_repeats(draft, "escalations", "quy tắc", ((rule.id, ("rules", n, "id")) for n, rule in enumerate(rules)))
    for number, rule in enumerate(rules):
        path: Path = ("rules", number)
        _check_ladder(draft, known, rule, path)
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
        known.posts.check(draft, "escalations", (*place, "to"), rung.to)
        if rung.answer_within:
            check_deadline(draft, "escalations", (*place, "answer_within"), rung.answer_within, Within)
        if number == 0 and rung.after:
            message = "bậc đầu nhận ngay khi quy tắc đúng: bỏ 'after', hoặc đưa thời gian chờ vào 'when'"
            draft.say("rung", "escalations", (*place, "after"), message)
        elif number and not rung.after:
            draft.say("rung", "escalations", place, "thiếu 'after': sau bao lâu thì lên bậc này, như 'after: 24 hours'")
        elif rung.after:
            _check_after(draft, (*place, "after"), rung.after)


def _check_after(draft: Draft, path: Path, text: str) -> None:
    spec = read_deadline(draft, "escalations", path, text)
    if spec is not None and not (isinstance(spec, Within) and spec.unit in RUNG_UNITS and spec.event is None):
        message = f"“{text}” không dùng được ở bậc thang: viết theo giờ hoặc phút, như '24 hours'"
        draft.say("rung", "escalations", path, message)


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
