"""Checks partitions: every person in exactly one part, shown before anybody is counted."""

from rules.pack.draft import Draft
from rules.pack.lint.counting import Counted, Counts, Pair, pairs_of
from rules.pack.lint.known import Known
from rules.pack.model import Partition
from rules.pack.yaml_nodes import Path


def check_sums(draft: Draft, known: Known) -> None:
    """Check that the parts of every partition make up its total, state by state and stage by stage."""
    counts = Counts(draft, known)
    figures = {line.code: line.figure for line in draft.model.figures.lines}
    for number, partition in enumerate(draft.model.figures.partitions):
        codes = [partition.total, *partition.parts]
        if all(code in figures for code in codes) and not _repeats(draft, number, partition):
            _check_partition(
                draft, ("partitions", number), partition, {code: counts.of(figures[code]) for code in codes}
            )


def _repeats(draft: Draft, number: int, partition: Partition) -> bool:
    for place, code in enumerate(partition.parts):
        if code == partition.total or code in partition.parts[:place]:
            path = ("partitions", number, "parts", place)
            draft.say("partition", "figures", path, f"dòng {code} đứng hai lần trong phép cộng này: bỏ một lần")
            return True
    return False


def _check_partition(draft: Draft, path: Path, partition: Partition, counted: dict[str, Counted | None]) -> None:
    total = counted[partition.total]
    parts = {code: found for code in partition.parts if (found := counted[code]) is not None}
    if total is None or len(parts) < len(partition.parts):
        return  # imported and declared figures are compared when they arrive
    if {found.track for found in parts.values()} != {total.track}:
        draft.say("partition", "figures", path, "các dòng của một phép cộng phải đếm cùng một tuyến")
        return
    said: set[str] = set()
    for pair in pairs_of(draft.model.path.tracks[total.track]):
        message = _complaint(partition, pair, total, parts)
        if message and pair[0] not in said:
            said.add(pair[0])
            draft.say("partition", "figures", path, message)


def _complaint(partition: Partition, pair: Pair, total: Counted, parts: dict[str, Counted]) -> str | None:
    inside = [code for code, counted in parts.items() if counted.times.get(pair, 0)]
    found = sum(counted.times.get(pair, 0) for counted in parts.values())
    wanted = total.times.get(pair, 0)
    if found == wanted:
        return None
    state = f"trạng thái '{pair[0]}'"
    if found < wanted:
        return f"{state} thuộc dòng {partition.total} mà không nằm trong phần nào: thêm vào một dòng"
    if wanted:
        return f"{state} nằm trong nhiều phần (dòng {', '.join(inside)}): mỗi người chỉ ở một dòng"
    return f"{state} nằm ở dòng {', '.join(inside)} nhưng không thuộc dòng {partition.total}: bỏ khỏi dòng đó"
