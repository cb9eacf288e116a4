"""What rules and engine can say, found in their source: nothing that a page shows may be put together out of sight."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
VIETNAMESE: Final = re.compile(r"[ăâđêôơưà-ãè-êìíò-õùúýạ-ỹĩũ]", re.IGNORECASE)
"""Letters that English has not."""

IN_A_TERMINAL: Final = (
    "workflow/actions/found_unit.py", "workflow/actions/open_campaign.py", "workflow/cli/", "workflow/demo/",
    "workflow/ledger/seals.py", "workflow/migrations/", "workflow/operations/", "workflow/setup/",
    "workflow/signing/at_installation.py", "workflow/vault.py", "workflow/verify/",
)  # fmt: skip
"""Said to whoever installs, in Vietnamese only."""

ON_PAPER: Final = (
    "workflow/closing/answer_text.py", "workflow/figures/base_letter.py",
    "workflow/figures/counts.py", "workflow/figures/lines.py", "workflow/numbers.py", "workflow/figures/report_sheet.py",
    "workflow/figures/text.py",
    "workflow/roster/blank.py", "workflow/roster/reject.py",
    "workflow/documents/letter.py", "workflow/documents/urge_letter.py", "workflow/documents/make_paper.py", "workflow/documents/make_template.py",
    "workflow/documents/marked.py", "workflow/documents/nd30.py", "workflow/documents/paper_values.py",
    "workflow/documents/quick_text.py", "workflow/documents/remarks.py", "workflow/documents/render.py",
    "workflow/documents/seal_sheet.py", "workflow/documents/statistics.py", "workflow/documents/styles.py",
    "workflow/documents/wording.py", "workflow/planfile/export.py", "workflow/planfile/shown.py", "workflow/planfile/template.py",
)  # fmt: skip
"""Read by Vietnamese authorities: the letter about the base, the report's own lines, the text to paste, the figures as a spreadsheet, the empty list, the file of rows handed back, the plan as a spreadsheet."""

WORDS_OF_LISTS: Final = (
    "workflow/checking/entries.py", "workflow/checking/grid_claims.py", "workflow/checking/grids.py", "workflow/checking/growth.py", "workflow/checking/outline.py", "workflow/checking/quantities.py",
    "workflow/checking/words.py", "workflow/people/births.py", "workflow/people/phones.py", "workflow/roster/headers.py", "workflow/roster/name_check.py",
    "workflow/roster/other_rows.py", "workflow/roster/words.py", "workflow/planfile/evidence.py", "workflow/planfile/headers.py", "workflow/planfile/patterns.py",
    "workflow/planfile/words.py",
)  # fmt: skip
"""Not said but understood: headers and words of lists, the language of reports."""

RULES: Final = (
    "rules/said.py", "rules/language/durations.py", "rules/language/explanation.py", "rules/pack/vocabulary.py",
)  # fmt: skip
"""Of the rules, what explains a condition; the rest speaks to authors of packs. Facts have both languages beside each other."""

UNDERSTOOD: Final = frozenset({
    "nhất trí", "đồng tình", "ủng hộ", "không ", "đð", "Kết quả thứ", "Đúng vì:", "Không đúng vì:",
    "“Họ và tên”", "“Ngày sinh”", "“Số ĐDCN”", "“Chủ hộ”, “Số hồ sơ cư trú”", "“Số nhà/Ngõ”", "“Tổ dân phố”",
    "“Tình trạng định danh”",
})  # fmt: skip
"""Words that texts are searched for, headers as a list has to have them in every language, and what an author of packs reads."""

_PATTERN: Final = re.compile(r"\\b|\(\?|\[à|\[a-z\]|đĐ|\[ae\]")


def modules() -> Iterator[Path]:
    """Yield the source of everything whose words a page may show."""
    apart = (*IN_A_TERMINAL, *ON_PAPER, *WORDS_OF_LISTS)
    for path in sorted((ROOT / "workflow").rglob("*.py")):
        if not str(path.relative_to(ROOT)).startswith(apart):
            yield path
    yield from (ROOT / name for name in RULES)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of every Vietnamese constant that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            said = node.value
            if VIETNAMESE.search(said) and said not in UNDERSTOOD and not _PATTERN.search(said):
                yield node.lineno, said


def glued(path: Path) -> Iterator[str]:
    """Yield each place of a module at which texts of ours are glued together; see `glued_in`."""
    module = vars(importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)))
    for found in glued_in(path.read_text(encoding="utf-8"), module):
        yield f"{path.relative_to(ROOT)}:{found}"


def glued_in(source: str, module: Mapping[str, Any]) -> Iterator[str]:
    """Yield each place where a Vietnamese text of ours becomes part of another text without a `Said`.

    Formatted strings, `%`, `+` and `join` forget what they were made of. A value of a `Said` that is a plain text of ours would be
    taken for somebody's data.
    """
    for node in ast.walk(ast.parse(source)):
        parts: list[ast.expr] = []
        match node:
            case ast.JoinedStr(values=values):
                parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in values]
            case ast.BinOp(op=ast.Add() | ast.Mod(), left=left, right=right):
                parts = [left, right]
            case ast.Call(func=ast.Attribute(value=between, attr="join"), args=args):
                parts = [between, *args]
            case ast.Call(func=ast.Name(id="Said"), keywords=keywords):
                parts = [each.value for each in keywords]
            case _:
                continue
        yield from (f"{node.lineno}: {ast.unparse(part)}" for part in parts if _ours(part, module))


def _ours(part: ast.expr, module: Mapping[str, Any]) -> bool:
    """Whether an expression is a plain Vietnamese text of ours, or picks one from a constant of a module."""
    match part:
        case ast.Constant(value=str(text)):
            return bool(VIETNAMESE.search(text)) and text not in UNDERSTOOD and not _PATTERN.search(text)
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name):
            return name.lstrip("_").isupper() and _holds_words(module.get(name))
        case ast.IfExp(body=body, orelse=orelse):
            return _ours(body, module) or _ours(orelse, module)
        case ast.BoolOp(values=values):
            return any(_ours(each, module) for each in values)
        case _:
            return False


def _holds_words(value: Any) -> bool:
    if type(value) is str:
        return bool(VIETNAMESE.search(value)) and value not in UNDERSTOOD
    if isinstance(value, Mapping):
        return any(map(_holds_words, value.values()))
    return isinstance(value, tuple | list) and any(map(_holds_words, value))
