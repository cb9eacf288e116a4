"""Checks of the examples: each rule says what its examples say it says; printed figures name lines that exist."""

from collections.abc import Mapping
from typing import Any

from rules.language import Catalogue, Context, LanguageError, Node, Type, evaluator, explain, facts_used
from rules.pack.draft import Draft
from rules.pack.lint.expressions import parse_expression
from rules.pack.lint.known import Known
from rules.pack.lint.names import Names
from rules.pack.model import RuleExample
from rules.pack.vocabulary import context_of
from rules.pack.yaml_nodes import Path
from rules.time import Instant, at


def check_examples(draft: Draft, known: Known) -> None:
    """Check every example, and note the rules that have none."""
    examples = draft.model.examples
    for number, example in enumerate(examples.rules):
        _check_example(draft, known, example, ("rules", number))
    for number, printed in enumerate(examples.printed):
        _instant(draft, ("printed", number, "as_of"), printed.as_of)
        for place, line in enumerate(printed.lines):
            known.lines.check(draft, "examples", ("printed", number, "lines", place, "code"), line.code)
    shown = {example.rule for example in examples.rules}
    for number, rule in enumerate(draft.model.escalations.rules):
        if rule.id not in shown and draft.is_known("examples", ("rules",)):
            message = f"quy tắc '{rule.id}' chưa có ví dụ trong examples.yaml"
            draft.say("no-example", "escalations", ("rules", number), message, severity="info")


def _check_example(draft: Draft, known: Known, example: RuleExample, path: Path) -> None:
    conditions = _conditions(draft, known)
    complete = draft.is_known("escalations", ("rules",)) and known.tracks.is_complete
    if not Names("quy tắc", list(conditions), complete).check(draft, "examples", (*path, "rule"), example.rule):
        return
    text, context, track = conditions[example.rule]
    now = _instant(draft, (*path, "now"), example.now)
    try:
        node = parse_expression(known, text, context, track=track)
    except LanguageError:
        return  # said where the expression stands
    if now is None:
        return
    if any(name.startswith("campaign.") for name in facts_used(node)):
        return  # its window could not be read
    facts = _facts(draft, known.vocabulary.catalogue, node, example, path)
    if facts is not None and bool(evaluator(node)(facts, now)) != example.holds:
        message = f"ví dụ “{example.say}” không khớp: {explain(node, facts, now)}"
        draft.say("example", "examples", (*path, "holds"), message)


def _conditions(draft: Draft, known: Known) -> dict[str, tuple[str, Context, str | None]]:
    """Return what an example may speak of: an escalation rule, the guard of a move, the population of a track."""
    found: dict[str, tuple[str, Context, str | None]] = {}
    for name, track in draft.model.path.tracks.items():
        found[name] = (track.population, Context.POPULATION, None)
        found.update({f"{name}.{move}": (m.when, Context.GATEWAY, name) for move, m in track.moves.items() if m.when})
    for rule in draft.model.escalations.rules:
        own = known.track(rule.track) if rule.on == "case" or rule.track else None
        found[rule.id] = (rule.when, context_of(rule), own[0] if own else None)
    return found


def _facts(
    draft: Draft, catalogue: Catalogue, node: Node, example: RuleExample, path: Path
) -> Mapping[str, object] | None:
    used = facts_used(node)
    names = Names("dữ kiện", sorted({*used, *(fact.name for fact in catalogue)}))
    facts: dict[str, object] = dict.fromkeys(used)
    for name, value in example.facts.items():
        place = (*path, "facts", name)
        if not names.check(draft, "examples", place, name, at_key=True):
            return None
        kind = catalogue[name].type if name in catalogue else Type.INT
        read = _instant(draft, place, str(value)) if kind is Type.INSTANT and value is not None else value
        if value is not None and (read is None or not _fits(draft, place, kind, read)):
            return None
        facts[name] = read
    absent = [
        name for name in sorted(used) if facts[name] is None and name in catalogue and not catalogue[name].nullable
    ]
    if absent:
        draft.say(
            "example-facts", "examples", (*path, "facts"), f"ví dụ thiếu dữ kiện: {', '.join(absent)}", at_key=True
        )
        return None
    return facts


def _fits(draft: Draft, path: Path, kind: Type, value: Any) -> bool:
    wanted = {Type.BOOL: bool, Type.TEXT: str}.get(kind, int)
    if type(value) is wanted:
        return True
    draft.say("example-facts", "examples", path, f"dữ kiện này cần {kind.value}")
    return False


def _instant(draft: Draft, path: Path, text: str) -> Instant | None:
    try:
        return at(text)
    except ValueError as error:
        draft.say("instant", "examples", path, str(error))
        return None
