"""Checks of figures, lines, denominators, targets: one way of counting each, and every name exists."""

from typing import Final

from rules.pack.draft import Draft
from rules.pack.lint.deadlines import FIXED, check_deadline
from rules.pack.lint.known import Known
from rules.pack.lint.names import Names, report_cycles, report_repeats
from rules.pack.model import Figure, Target
from rules.pack.yaml_nodes import Path

WAYS: Final = ("all", "states", "stage_at_least", "exits", "sum", "minus", "external", "declared")
_OF_A_TRACK: Final = ("all", "states", "stage_at_least", "exits")


def check_figures(draft: Draft, known: Known) -> None:
    """Check everything in `figures.yaml` but what the sums come to."""
    figures = draft.model.figures
    for key, kind, items in (
        ("figures", "số liệu", [figure.id for figure in figures.figures]),
        ("policies", "mẫu số", [policy.id for policy in figures.policies]),
        ("targets", "chỉ tiêu", [target.id for target in figures.targets]),
    ):
        report_repeats(draft, "figures", kind, ((name, (key, n, "id")) for n, name in enumerate(items)))
    report_repeats(
        draft, "figures", "dòng", ((line.code, ("lines", n, "code")) for n, line in enumerate(figures.lines))
    )
    for number, figure in enumerate(figures.figures):
        _check_figure(draft, known, figure, ("figures", number))
    places: dict[str, Path] = {figure.id: ("figures", n) for n, figure in enumerate(figures.figures)}
    links = {figure.id: (figure.sum or ()) + (figure.minus or ()) for figure in figures.figures}
    report_cycles(draft, "figures", links, places, "số liệu cộng vòng vào chính nó (%(ring)s): bỏ một mục")
    _check_lines(draft, known)
    for number, target in enumerate(figures.targets):
        _check_target(draft, known, target, ("targets", number))


def _check_figure(draft: Draft, known: Known, figure: Figure, path: Path) -> None:
    given = [way for way in WAYS if getattr(figure, way) is not None]
    unsure = any(not draft.is_known("figures", (*path, way)) for way in WAYS)
    if len(given) != 1 and not unsure:
        said = f"ở đây có {', '.join(given)}" if given else "ở đây chưa có cách nào"
        draft.say(
            "one-way", "figures", path, f"số liệu '{figure.id}' đếm theo đúng một cách ({', '.join(WAYS)}); {said}"
        )
    if figure.track and not any(getattr(figure, way) is not None for way in _OF_A_TRACK) and given:
        draft.say("figure-track", "figures", (*path, "track"), f"'{given[0]}' không đếm hồ sơ của tuyến: bỏ 'track'")
    for key in ("sum", "minus"):
        for number, name in enumerate(getattr(figure, key) or ()):
            known.figures.check(draft, "figures", (*path, key, number), name)
    if not known.tracks.check(draft, "figures", (*path, "track"), figure.track):
        return
    found = known.track(figure.track)
    if found:
        name, track = found
        for number, state in enumerate(figure.states or ()):
            known.states(name).check(draft, "figures", (*path, "states", number), state)
        line = Names("bước trên 'line'", track.line, draft.is_known("path", ("tracks", name, "line")))
        line.check(draft, "figures", (*path, "stage_at_least"), figure.stage_at_least)


def _check_lines(draft: Draft, known: Known) -> None:
    figures = draft.model.figures
    for number, policy in enumerate(figures.policies):
        known.figures.check(draft, "figures", ("policies", number, "base"), policy.base)
    for number, line in enumerate(figures.lines):
        known.figures.check(draft, "figures", ("lines", number, "figure"), line.figure)
        known.policies.check(draft, "figures", ("lines", number, "policy"), line.policy)
    for number, item in enumerate(figures.outline):
        for place, code in enumerate(item.lines):
            known.lines.check(draft, "figures", ("outline", number, "lines", place), code)
        for place, task in enumerate(item.tasks):
            known.tasks.check(draft, "figures", ("outline", number, "tasks", place), task)
    for number, partition in enumerate(figures.partitions):
        known.lines.check(draft, "figures", ("partitions", number, "total"), partition.total)
        for place, code in enumerate(partition.parts):
            known.lines.check(draft, "figures", ("partitions", number, "parts", place), code)


def _check_target(draft: Draft, known: Known, target: Target, path: Path) -> None:
    known.figures.check(draft, "figures", (*path, "count"), target.count)
    known.figures.check(draft, "figures", (*path, "monitor"), target.monitor)
    known.policies.check(draft, "figures", (*path, "policy"), target.policy)
    if target.due:
        check_deadline(draft, "figures", (*path, "due"), target.due, FIXED)
    goals = [(key, text) for key in ("more_than", "at_least") if (text := getattr(target, key)) is not None]
    if len(goals) != 1:
        if all(draft.is_known("figures", (*path, key)) for key in ("more_than", "at_least")):
            draft.say(
                "target-goal", "figures", path, f"chỉ tiêu '{target.id}' ghi đúng một trong 'more_than', 'at_least'"
            )
        return
    key, text = goals[0]
    if text.startswith("parameter "):
        parameters = Names("tham số", draft.model.pack.parameters, draft.is_known("pack", ("parameters",)))
        parameters.check(draft, "figures", (*path, key), text.removeprefix("parameter "))
        return
    if float(text.split()[0].replace(",", ".")) > 100:
        draft.say("target-percent", "figures", (*path, key), f"{text}: không quá 100 percent")
    if target.policy is None:
        message = f"chỉ tiêu '{target.id}' tính phần trăm mà chưa nói trên mẫu số nào: thêm 'policy'"
        draft.say("target-policy", "figures", path, message)
