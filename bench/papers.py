"""Making a daily report with an appendix of fifteen places, against docxtpl filling the same template with the same values."""

import io
import warnings

from docxtpl import DocxTemplate

from bench.measure import Meter, Result, Side, compare, interleave
from rules.pack import Pack, load_pack
from rules.pack.load import shipped_packs
from rules.time import at
from workflow.closing.frozen import Frozen, FrozenLine, FrozenPlace
from workflow.documents.make_paper import make_report
from workflow.documents.make_template import make_template
from workflow.documents.paper_values import paper_values
from workflow.numbers import percent_vi
from workflow.plan.narrative import Activity, Narrative

PLACES, ROUNDS = 15, 9
ALLOWED = 3.0
"""How many times docxtpl's own rendering a paper of ours may take, with its values put together, numbers named, and all checked."""


def bench_papers() -> list[Result]:
    """Measure one report, from the figures of a close to the file."""
    pack = load_pack(shipped_packs()["cat-thanh-2025"])
    frozen, narrative = _close(pack), Narrative(1, (Activity("media", "Tuyên truyền", True, ("Kế hoạch số 1",)),))
    template = make_template(pack, "daily")
    values = paper_values(frozen, pack, narrative, "daily")

    def by_hand(_: int) -> bytes:
        document, content = DocxTemplate(io.BytesIO(template)), io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            document.render(dict(values), autoescape=True)
        document.save(content)
        return content.getvalue()

    ours = Side(lambda _: make_report(frozen, pack, narrative, "daily", template=template), Meter())
    sides = ours, Side(by_hand, Meter())
    interleave(sides, ROUNDS)
    return [compare(f"paper: a report of {PLACES} areas", *sides, ALLOWED)]


def _close(pack: Pack) -> Frozen:
    figures: dict[str, int | None] = {each.id: 1000 + n for n, each in enumerate(pack.model.figures.figures)}
    bases = {each.id: (figures[each.base], each.label.vi) for each in pack.model.figures.policies}
    lines = tuple(
        FrozenLine(
            line.code, line.label.vi, line.figure, figures[line.figure], base, line.policy, label,
            percent_vi(figures[line.figure] or 0, base or 0), "người", line.code == "2",
        )
        for line in pack.model.figures.lines
        for base, label in [bases.get(line.policy or "", (None, None))]
    )  # fmt: skip
    areas = tuple(
        FrozenPlace(f"A{n:02d}", f"Tổ dân phố {n}", {"1": 400, "2": 200, "3": 20, "4": 180}, "50,00 %", 400)
        for n in range(1, PLACES + 1)
    )
    return Frozen(
        unit="cat-thanh", unit_name="Thị trấn Cát Thành", campaign=pack.id, name=pack.model.pack.label.vi, pack_hash=pack.hash,
        period="2025-05-24", revision=1, period_from=None, as_of=at("2025-05-24 16:00"), cut_no=1, total=6000, figures=figures,
        lines=lines, targets=(), areas=areas, teams=(), senders=(), late=(), since={},
    )  # fmt: skip
