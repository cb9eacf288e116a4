"""Checks of expressions: each is read in its own context, with the states of its own track, and typed."""

from rules.language import Context as Where
from rules.language import LanguageError, Node, Problem, Type, facts_used, lead_of, to_text, uses_now
from rules.language.durations import duration_call, show_duration
from rules.pack.draft import Draft
from rules.pack.lint.known import Known
from rules.pack.rules_model import Rule
from rules.pack.vocabulary import context_of
from rules.pack.yaml_nodes import Path


def check_expressions(draft: Draft, known: Known) -> None:
    """Check every expression of the pack."""
    for name, track in draft.model.path.tracks.items():
        path: Path = ("tracks", name)
        read_expression(draft, known, "path", (*path, "population"), track.population, Where.POPULATION)
        for number, entry in enumerate(track.enter):
            read_expression(draft, known, "path", (*path, "enter", number, "when"), entry.when, Where.POPULATION)
        for move_name, move in track.moves.items():
            if move.when:
                place = (*path, "moves", move_name, "when")
                read_expression(draft, known, "path", place, move.when, Where.GATEWAY, track=name)
    _check_plan(draft, known)
    for number, rule in enumerate(draft.model.escalations.rules):
        _check_rule(draft, known, rule, ("rules", number))


def read_expression(
    draft: Draft,
    known: Known,
    section: str,
    path: Path,
    text: str,
    where: Where,
    *,
    track: str | None = None,
    expects: Type = Type.BOOL,
) -> Node | None:
    """Return the tree of one expression, or None after saying what is wrong with it."""
    try:
        return parse_expression(known, text, where, track=track, expects=expects)
    except LanguageError as error:
        draft.say_expression(section, path, text, [one for one in error.problems if not _may_be_unread(draft, one)])
        return None


def parse_expression(
    known: Known, text: str, where: Where, *, track: str | None = None, expects: Type = Type.BOOL
) -> Node:
    """Return the tree of one expression in the words of the draft. Raises LanguageError."""
    return known.vocabulary.parse(text, where, expects=expects, symbols=known.symbols(track))


def _may_be_unread(draft: Draft, problem: Problem) -> bool:
    """Whether the word may stand in a table of `pack.yaml` that could not be read."""
    tables = (("‘campaign.", "windows"), ("‘parameter.", "parameters"))
    return any(word in problem.message and not draft.is_known("pack", (key,)) for word, key in tables)


def _check_plan(draft: Draft, known: Known) -> None:
    for number, task in enumerate(draft.model.plan.tasks):
        if task.done_when:
            read_expression(draft, known, "plan", ("tasks", number, "done_when"), task.done_when, Where.TASK)
    for number, duty in enumerate(draft.model.plan.duties):
        if duty.waive_when:
            read_expression(draft, known, "plan", ("duties", number, "waive_when"), duty.waive_when, Where.TASK)


def _check_rule(draft: Draft, known: Known, rule: Rule, path: Path) -> None:
    if not known.tracks.check(draft, "escalations", (*path, "track"), rule.track):
        return
    if not draft.is_known("escalations", (*path, "on")):
        return
    found = known.track(rule.track) if rule.on == "case" or rule.track else None
    track = found[0] if found else None
    where = context_of(rule)
    when = read_expression(draft, known, "escalations", (*path, "when"), rule.when, where, track=track)
    anchor = read_expression(
        draft, known, "escalations", (*path, "anchor"), rule.anchor, where, track=track, expects=Type.INSTANT
    )
    if anchor is None:
        return
    if uses_now(anchor):
        message = "mốc không được chứa 'now': mỗi lần quét sẽ thành một lần báo mới; dùng thời điểm của hồ sơ"
        draft.say("anchor-now", "escalations", (*path, "anchor"), message)
    elif when is not None and anchor.nullable and not facts_used(anchor) & facts_used(when):
        message = "mốc có thể thiếu mà điều kiện không hỏi tới: dùng later(entered_at, …) hoặc thêm known(…) vào 'when'"
        draft.say("anchor-missing", "escalations", (*path, "anchor"), message, severity="warning")
    elif when is not None and (lead := lead_of(when, anchor)):
        message = (
            f"điều kiện đúng từ {show_duration(lead)} trước mốc, nhưng không lần báo nào mở trước mốc của nó: nhắc sẽ đến muộn; "
            f"viết 'anchor: {to_text(anchor)} - {duration_call(lead)}'"
        )
        draft.say("anchor-ahead", "escalations", (*path, "anchor"), message)
