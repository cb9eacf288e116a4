"""An official paper from a close: the one way to it, for the first time and for every time after that."""

from rules.pack import Pack
from workflow.closing.frozen import Frozen
from workflow.documents.make_template import NAMES, Kind, make_template
from workflow.documents.paper_values import paper_values
from workflow.documents.render import render_paper
from workflow.documents.wording import day
from workflow.plan.narrative import Narrative


def make_report(
    frozen: Frozen,
    pack: Pack,
    narrative: Narrative,
    kind: Kind,
    *,
    template: bytes | None = None,
    draft: bool = False,
) -> bytes:
    """Return a daily or final report as a Word file. Without a template the pack's own is used.

    A `draft` is of figures that nobody closed: it says so on every page and has no place for a signature.
    """
    values = paper_values(frozen, pack, narrative, kind, draft=draft)
    title = f"{NAMES[kind]} {day(frozen.as_of)}"
    return render_paper(
        template or make_template(pack, kind), values, author=frozen.unit_name, at=frozen.as_of, title=title
    )
