"""Whatever a test makes the engine refuse has to be English on an English page, but for what somebody typed or is called.

And it tells an instant as people read it, to the minute: 15:44 ngày 24/5/2025.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

from rules.said import At, Figure, Named, Part, Said
from tests.web.language.engine import IN_A_TERMINAL, ROOT, VIETNAMESE, modules, texts
from web import i18n
from web.sayings import in_words
from workflow.errors import WorkflowError

SHORTEST: Final = 12
"""A single word of ours, or a short one within somebody's data, is a chance; a dozen letters are not."""

RAW_INSTANT: Final = re.compile(r"\d{2}:\d{2}:\d{2}\.\d|\d{2}:\d{2}:\d{2}\+")
WHOLE_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?")


@cache
def words_of_ours() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the texts of the engine, and those of them that are long enough to be looked for within others."""
    found = {text for path in modules() for _line, text in texts(path)}
    return frozenset(found), tuple(sorted(text for text in found if len(text) >= SHORTEST and "%(" not in text))


def with_plain_names(said: Any) -> Any:
    """Return a sentence in which everything that is somebody's own is plain ASCII."""
    match said:
        case Said():
            return Said(said.message, **{name: with_plain_names(each) for name, each in said.values.items()})
        case Part():
            return Part(with_plain_names(said.whole))
        case At() | Figure():
            return said
        case Named():
            return Named("x", said.en)
        case str():
            return "x"
        case _:
            return said


def data_in(said: Any) -> Iterator[str]:
    """Yield the values of a sentence that a page leaves as they are."""
    if isinstance(said, Said):
        for each in said.values.values():
            yield from data_in(each)
    elif isinstance(said, Part):
        yield from data_in(said.whole)
    elif type(said) is str:
        yield said


def left_in_vietnamese(error: WorkflowError) -> list[str]:
    """Return what an English page would say in Vietnamese of a refusal although it is ours; nothing if all is well."""
    said = error.said
    spoken = i18n.current_locale()
    i18n.speak("en")
    try:
        sentence = in_words(with_plain_names(said))
    finally:
        i18n.speak(spoken)
    exactly, within = words_of_ours()
    wrong = [sentence] if VIETNAMESE.search(_without_headers(sentence)) else []
    for text in data_in(said):
        if text in exactly and " " in text:
            wrong.append(text)
        wrong += [f"{text}: {ours}" for ours in within if ours in text and ours != text]
    return wrong


def instants_as_stored(error: WorkflowError) -> list[str]:
    """Return what a refusal says of instants as the program keeps them; nothing if all is well."""
    found = [text for text in data_in(error.said) if WHOLE_INSTANT.fullmatch(text)]
    ours = re.sub("“[^”]*”", "", str(error.said))  # what somebody typed is quoted as it was typed
    return [*found, *([str(error.said)] if RAW_INSTANT.search(ours) else [])]


def _without_headers(sentence: str) -> str:
    """Headers of lists are quoted as a list has to have them."""
    for header in (
        "Họ và tên",
        "Ngày sinh",
        "Số ĐDCN",
        "Chủ hộ",
        "Số hồ sơ cư trú",
        "Số nhà/Ngõ",
        "Tổ dân phố",
        "Tình trạng định danh",
    ):
        sentence = sentence.replace(f"“{header}”", "")
    return sentence


@cache
def _in_a_terminal() -> frozenset[str]:
    """Return the names of refusals that only whoever installs sees."""
    names: set[str] = set()
    for part in IN_A_TERMINAL:
        place = ROOT / part
        for path in place.rglob("*.py") if place.is_dir() else [place]:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    return frozenset(names)


def _is_said_in_a_terminal(maker: Path) -> bool:
    return maker.is_relative_to(ROOT) and str(maker.relative_to(ROOT)).startswith(IN_A_TERMINAL)


@pytest.fixture(autouse=True)
def refusals_in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Judge every refusal that was made while a test ran."""
    made: list[WorkflowError] = []
    usual = WorkflowError.__init__

    def remember(self: WorkflowError, details: str = "", **values: Any) -> None:
        usual(self, details, **values)
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_name == "__init__":  # of the refusal's own class
            frame = frame.f_back
        maker = Path(frame.f_code.co_filename if frame is not None else "")
        if type(self).__name__ not in _in_a_terminal() and not _is_said_in_a_terminal(maker):
            made.append(self)

    monkeypatch.setattr(WorkflowError, "__init__", remember)
    yield
    left = [wrong for error in made for wrong in (*left_in_vietnamese(error), *instants_as_stored(error))]
    assert not left, left
