"""The values that a template is filled with: everything a paper says, put together from a close, its pack and a narrative."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rules.pack import Pack
from rules.pack.model import OutlineItem
from rules.time import local_datetime
from workflow.closing.frozen import Frozen, FrozenLine, FrozenPlace, FrozenTarget
from workflow.documents.make_template import Kind, papers_of
from workflow.documents.marked import figure, for_author, plain
from workflow.documents.remarks import remarks
from workflow.documents.wording import (
    amount,
    base_of,
    change,
    day,
    hour_and_day,
    in_text,
    month,
    number_of,
    percent_of,
    target_sentence,
)  # fmt: skip
from workflow.numbers import integer_vi, percent_vi
from workflow.plan.narrative import Activity, Narrative

NO_PLACES: Final = "Số liệu theo địa bàn chỉ in từ số đã chốt."
_DONE_LATER: Final = (
    "Nếu tính cả {n} {unit} nêu tại mục {code} (đã làm nhưng hệ thống chưa trừ chỉ tiêu) thì số đã tham gia là "
    "{total} {unit}, đạt tỷ lệ {percent} ({base_label}: {base})."
)
_CLASSES: Final = (
    (("remediable", "pending"), "Còn vướng mắc về giấy tờ, điện thoại, tài khoản, có thể khắc phục"),
    (("unavailable",), "Vắng mặt tại địa phương, không liên lạc được"),
)


def paper_values(
    frozen: Frozen, pack: Pack, narrative: Narrative, kind: Kind, *, draft: bool = False
) -> dict[str, Any]:
    """Return what the fields of a report stand for (`fields.py` names them). Figures come out of `frozen` only."""
    papers, lines = papers_of(pack), {line.code: line for line in frozen.lines}
    abstract = papers.abstracts.daily if kind == "daily" else papers.abstracts.final
    areas = pack.model.pack.areas
    place_kind = areas.kind.vi if areas else "Địa bàn"
    return {
        "unit": plain(frozen.unit_name),
        "campaign": plain(frozen.name),
        "as_of": hour_and_day(frozen.as_of),
        "day": day(frozen.as_of),
        "month": month(frozen.as_of),
        "year": str(local_datetime(frozen.as_of).year),
        "abstract": plain(abstract.replace("{day}", day(frozen.as_of))),
        "draft": draft,
        "line": {code: line_values(line, lines.get(parent_code(code))) for code, line in lines.items()},
        "figure": {
            name: figure(f"sl_{name}", integer_vi(count)) for name, count in frozen.figures.items() if count is not None
        },
        "sections": [_section(item, frozen, pack, narrative, kind) for item in pack.model.figures.outline],
        "targets": [
            {"id": each.id, "label": plain(each.label), "sentence": target_sentence(each)} for each in frozen.targets
        ],
        "place_kind": plain(place_kind),
        "place_kind_caps": plain(place_kind).upper(),
        "columns": columns_of(frozen, pack),
        "places": list(_places(frozen)),
        "notes": list(_below(frozen, pack)),
    }


def line_values(line: FrozenLine, parent: FrozenLine | None = None) -> dict[str, str]:
    """Return the fields of a line of the report."""
    return {
        "code": line.code, "label": plain(line.label), "unit": plain(line.unit), "count": number_of(line),
        "percent": percent_of(line), "base": base_of(line), "base_label": plain(line.base_label or ""), "said": amount(line, parent),
    }  # fmt: skip


def parent_code(code: str) -> str:
    """Return the code of the line that a line is a part of; empty for one that is part of none.

    >>> parent_code("3.8"), parent_code("2")
    ('3', '')
    """
    return code.rpartition(".")[0]


def done_among_others(frozen: Frozen) -> tuple[FrozenLine, FrozenLine] | None:
    """Return the line of those who took part and the done line that stands under another one (3.8 of An Lạc), if there is such."""
    lines = {line.code: line for line in frozen.lines}
    main = next((line for line in frozen.lines if line.is_done and "." not in line.code and line.count), None)
    for line in frozen.lines:
        above = lines.get(parent_code(line.code))
        if main is not None and line.is_done and line.count and above is not None and not above.is_done:
            return main, line
    return None


def _section(item: OutlineItem, frozen: Frozen, pack: Pack, narrative: Narrative, kind: Kind) -> dict[str, Any]:
    first, _, rest = item.number.partition(".")
    paragraphs = [plain(text) for text in item.text]
    paragraphs += _activities(item, narrative)
    paragraphs += list(_figures(item, frozen, kind))
    homes = _homes_of_targets(pack) if item.lines else {}
    paragraphs += [
        f"Chỉ tiêu {target_sentence(target)}"
        for target in _targets_of_unit(frozen, pack)
        if homes.get(target.id) is item
    ]
    if item.lines and item is _last_with_lines(pack):
        paragraphs += remarks(frozen, pack)
    if item.tells == "difficulties":
        paragraphs += list(_difficulties(frozen, pack, narrative))
    if item.tells == "proposals":
        paragraphs.append(for_author("viết đề xuất, kiến nghị; nếu không có thì bỏ cả mục này"))
    return {"number": rest or first, "level": 2 if rest else 1, "title": plain(item.title), "paragraphs": paragraphs}


def _targets_of_unit(frozen: Frozen, pack: Pack) -> list[FrozenTarget]:
    """Return the targets that the unit as a whole has, and that have a number."""
    below = {target.id for target in pack.model.figures.targets if target.per != "unit"}
    return [target for target in frozen.targets if target.needed is not None and target.id not in below]


def _homes_of_targets(pack: Pack) -> dict[str, OutlineItem | None]:
    """Return the section of each target: where the line of what it counts stands, or of what it watches; else the last with lines."""
    code_of = {line.figure: line.code.split(", ")[0] for line in reversed(pack.model.figures.lines)}
    section_of = {code: item for item in reversed(pack.model.figures.outline) for code in item.lines}
    homes: dict[str, OutlineItem | None] = {}
    for target in pack.model.figures.targets:
        codes = (code_of.get(figure or "", "") for figure in (target.count, target.monitor))
        homes[target.id] = next((section_of[code] for code in codes if code in section_of), _last_with_lines(pack))
    return homes


def _last_with_lines(pack: Pack) -> OutlineItem | None:
    return next((item for item in reversed(pack.model.figures.outline) if item.lines), None)


def _activities(item: OutlineItem, narrative: Narrative) -> list[str]:
    """Return what was done under a heading, from tasks and their evidence, and the mark that the author looks at it."""
    known = {activity.item: (number, activity) for number, activity in enumerate(narrative.activities, 1)}
    if not item.tasks:
        return []
    told = [text for task in item.tasks if task in known and (text := _activity(*known[task]))]
    asked = "phần này lập từ nhiệm vụ và bằng chứng đã ghi, sửa lời văn rồi xóa dòng này"
    if not told:
        asked = "chưa có nhiệm vụ nào đã làm hoặc có bằng chứng; viết phần này rồi xóa dòng này"
    return [*told, for_author(asked)]


def _activity(number: int, activity: Activity) -> str | None:
    shown = list(dict.fromkeys(plain(document) for document in activity.documents))
    shown += [
        f"{plain(count.label)}: {'trên ' if count.is_lower_bound else ''}{figure(f'viec_{number}_{n}', integer_vi(count.count))}"
        for n, count in enumerate(activity.counts, 1)
    ]
    if not shown and not activity.is_done:
        return None
    state = "" if activity.is_done else " (đang thực hiện)"
    return f"- {plain(activity.label)}{state}{': ' + '; '.join(shown) if shown else ''}."


def _figures(item: OutlineItem, frozen: Frozen, kind: Kind) -> Iterator[str]:
    """Yield the lines of a section. Under a heading with a number of its own lines have hyphens, so that no number stands twice."""
    lines = {line.code: line for line in frozen.lines}
    wanted = [line for line in frozen.lines if line.code.split(", ")[0] in item.lines]
    later = done_among_others(frozen)
    for line in wanted:
        parent = lines.get(parent_code(line.code))
        has_parts = any(parent_code(other.code) == line.code for other in wanted)
        start = f"{line.code}. " if "." not in item.number else "+ " if "." in line.code else "- "
        end = ", trong đó:" if has_parts else "."
        if line is frozen.lines[0]:
            end = f". Kết quả thực hiện đến {hour_and_day(frozen.as_of)} như sau:"
        since = _since(line, frozen) if kind == "daily" and "." not in line.code else ""
        yield f"{start}{plain(line.label)}: {amount(line, parent)}{since}{end}"
        if later is not None and line is _last_of(later[0], wanted):
            yield _with_those(*later, frozen)


def _last_of(line: FrozenLine, lines: Sequence[FrozenLine]) -> FrozenLine:
    """Return the last of a line and its parts."""
    return [each for each in lines if each is line or each.code.startswith(f"{line.code}.")][-1]


def _since(line: FrozenLine, frozen: Frozen) -> str:
    if frozen.previous is None or line.count is None or line.figure not in frozen.since:
        return ""
    moved = change(frozen.since[line.figure])
    words, _, number = moved.partition(" ")
    shown = f"{words} {figure(f'so_{line.code}_s', number)}" if number.isdigit() or "." in number else moved
    return f"; so với kỳ trước {shown}"


def _with_those(main: FrozenLine, later: FrozenLine, frozen: Frozen) -> str:
    """Return the line of those who took part once more, with those counted whom the national counter has not deducted."""
    total = (main.count or 0) + (later.count or 0)
    percent = percent_vi(total, main.base) if main.base else None
    return _DONE_LATER.format(
        n=figure(f"so_{later.code}_n", integer_vi(later.count or 0)),
        code=later.code,
        unit=plain(main.unit),
        total=figure(f"so_{main.code}_ca_{later.code}_n", integer_vi(total)),
        percent=figure(f"so_{main.code}_ca_{later.code}_p", in_text(percent or "")),
        base_label=plain(main.base_label or "trên"),
        base=figure(f"so_{main.code}_m", integer_vi(main.base or 0)),
    )


def _difficulties(frozen: Frozen, pack: Pack, narrative: Narrative) -> Iterator[str]:
    """Yield the reasons by class, exactly as counted for the unit, then leaders' notes, and the mark for the author."""
    order = 0
    for classes, words in _CLASSES:
        parts = [line for line in frozen.lines if line.count and _class_of(line, pack) in classes]
        if parts:
            order += 1
            told = "; ".join(f"{_lower(line.label)}: {number_of(line)} {plain(line.unit)}" for line in parts)
            yield f"{order}. {words}{_sum_of(classes, parts, frozen, pack)}: {told}."
    for note in narrative.notes:
        order += 1
        yield f"{order}. {plain(note)}"
    yield for_author("phần này lập từ lý do đã ghi và ghi chú của lãnh đạo, sửa lời văn rồi xóa dòng này")


def _lower(label: str) -> str:
    label = plain(label).removeprefix("Số công dân ").removeprefix("Số người ")
    return label[:1].lower() + label[1:] if not label[:2].isupper() else label


def _class_of(line: FrozenLine, pack: Pack) -> str | None:
    """Return the class of the exit that a line counts; None for one that counts something else."""
    model = next((each for each in pack.model.figures.figures if each.id == line.figure), None)
    if model is None or not model.states:
        return None
    track = pack.tracks[model.track] if model.track else pack.main_track
    found = {track.exit_class(state) for state in model.states}
    return found.pop() if len(found) == 1 else None


def _sum_of(classes: Sequence[str], parts: Sequence[FrozenLine], frozen: Frozen, pack: Pack) -> str:
    """Return the figure of a whole class, where the pack has one and the lines are all of it."""
    for model in pack.model.figures.figures:
        count = frozen.figures.get(model.id)
        if (
            model.exits
            and {*model.exits} == {*classes}
            and count == sum(line.count or 0 for line in parts)
            and len(parts) > 1
        ):
            return f", tổng số {figure(f'sl_{model.id}', integer_vi(count))} {plain(parts[0].unit)}"
    return ""


def columns_of(frozen: Frozen, pack: Pack) -> list[str]:
    """Return the heads of the appendix: the lines of the report's main sum by their short names, and the rate."""
    if not frozen.areas:
        return []
    models = {line.code: line.figure for line in pack.model.figures.lines}
    names = {each.id: each.label.vi for each in pack.model.figures.figures}
    return [*(plain(f"{key}. {names.get(models.get(key, key), key)}") for key in column_keys(frozen)), "Tỷ lệ"]


def column_keys(frozen: Frozen) -> list[str]:
    """Return the codes of the columns; one whose line the report does not print, and that is empty everywhere, is left out."""
    printed = {line.code for line in frozen.lines}
    return [
        key for key in frozen.areas[0].columns if key in printed or any(place.columns[key] for place in frozen.areas)
    ]


def _places(frozen: Frozen) -> Iterator[dict[str, Any]]:
    """Yield the rows of the appendix, then their sum as the report prints it for the unit."""
    for order, place in enumerate(frozen.areas, 1):
        yield {"order": str(order), "name": plain(place.name), "cells": _cells(f"kv_{order}", place, frozen)}
    if frozen.areas:
        yield {"order": "", "name": "Cộng", "cells": _sums(frozen)}


def _cells(name: str, place: FrozenPlace, frozen: Frozen) -> list[str]:
    counts = [figure(f"{name}_{key}", integer_vi(place.columns[key])) for key in column_keys(frozen)]
    return [*counts, figure(f"{name}_p", in_text(place.percent)) if place.percent else "–"]


def _sums(frozen: Frozen) -> list[str]:
    whole = sum(place.base or 0 for place in frozen.areas)
    done = next((line for line in frozen.lines if line.is_done and "." not in line.code), None)
    shown = in_text(done.percent) if done is not None and done.percent and done.base == whole else None
    sums = {key: sum(place.columns[key] for place in frozen.areas) for key in column_keys(frozen)}
    cells = [figure(f"kv_cong_{key}", integer_vi(total)) for key, total in sums.items()]
    return [*cells, figure("kv_cong_p", shown) if shown else "–"]


def _below(frozen: Frozen, pack: Pack) -> Iterator[str]:
    if not frozen.areas:
        yield NO_PLACES
        return
    yield "Tỷ lệ làm tròn đến hai chữ số thập phân."
    if frozen.areas[0].base is not None:
        done = next((line for line in frozen.lines if line.is_done and "." not in line.code), None)
        if done is not None and done.base_label:
            yield f"Cột tỷ lệ: {_lower(done.label)}, tính {plain(done.base_label)} của từng địa bàn."
    yield from remarks(frozen, pack, name="pl")
